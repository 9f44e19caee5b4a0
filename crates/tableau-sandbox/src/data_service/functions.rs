//! The functions that formulas may use.

use tableau_wire::rest::vizql_data_service::{FunctionOverload, SupportedFunction};

/// Each with the types that it takes, and the type that it gives; none where that is the type that it takes.
const FUNCTIONS: [(&str, &[&str], Option<&str>); 14] = [
    ("AVG", &NUMBERS, Some("REAL")),
    ("COUNT", &ANY, Some("INT")),
    ("COUNTD", &ANY, Some("INT")),
    ("DAY", &DATES, Some("INT")),
    ("MAX", &ORDERED, None),
    ("MEDIAN", &NUMBERS, Some("REAL")),
    ("MIN", &ORDERED, None),
    ("MONTH", &DATES, Some("INT")),
    ("QUARTER", &DATES, Some("INT")),
    ("STDEV", &NUMBERS, Some("REAL")),
    ("SUM", &NUMBERS, None),
    ("VAR", &NUMBERS, Some("REAL")),
    ("WEEK", &DATES, Some("INT")),
    ("YEAR", &DATES, Some("INT")),
];
const NUMBERS: [&str; 2] = ["REAL", "INT"];
const DATES: [&str; 2] = ["DATE", "DATETIME"];
const ANY: [&str; 1] = ["ANY"];
const ORDERED: [&str; 5] = ["REAL", "INT", "STR", "DATE", "DATETIME"];

/// The functions of the sandbox's formulas, which are some of Tableau's.
pub(crate) fn functions() -> Vec<SupportedFunction> {
    let function = |(name, takes, gives): &(&str, &[&str], Option<&str>)| {
        let overload = |argument: &&str| {
            let mut overload = FunctionOverload::default();
            overload.arg_types = vec![(*argument).to_owned()];
            gives.unwrap_or(argument).clone_into(&mut overload.return_type);
            overload
        };
        let mut function = SupportedFunction::default();
        (*name).clone_into(&mut function.name);
        function.overloads = takes.iter().map(overload).collect();
        function
    };
    FUNCTIONS.iter().map(function).collect()
}
