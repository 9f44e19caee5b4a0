//! Queries against sums made by hand over the rows.

use std::collections::BTreeMap;

use jiff::civil::date;
use serde_json::{Value as Json, json};
use tableau_wire::Document as _;
use tableau_wire::Format;
use tableau_wire::rest::vizql_data_service::QueryRequest;

use super::*;
use crate::render;

const SEED: &str = "a data source";

fn asked(query: &Json, options: &Json) -> Result<Vec<Json>, Unanswered> {
    let document = json!({ "datasource": { "datasourceLuid": "x" }, "query": query, "options": options });
    let request = QueryRequest::decode(document.to_string().as_bytes(), Format::Json).unwrap();
    let options = request.options.unwrap_or_default();
    answer(&Data::own(SEED), &request.query, &options, date(2026, 3, 10))
}

fn rows(query: &Json) -> Vec<Json> {
    asked(query, &json!({})).unwrap()
}

fn refused(query: &Json) -> Unanswered {
    asked(query, &json!({})).unwrap_err()
}

/// Sales by a dimension, by hand.
fn sales(dimension: usize) -> BTreeMap<&'static str, i64> {
    let mut sums = BTreeMap::new();
    for row in render::rows(SEED) {
        *sums.entry(row.dimensions[dimension]).or_default() += row.sales;
    }
    sums
}

fn cents(value: &Json) -> i64 {
    (value.as_f64().unwrap() * 100.0).round() as i64
}

#[test]
fn a_measure_is_summed_for_each_value_of_a_dimension() {
    let found = rows(
        &json!({ "fields": [{ "fieldCaption": "Region" }, { "fieldCaption": "Sales", "function": "SUM" }] }),
    );
    let found: BTreeMap<_, _> = found
        .iter()
        .map(|row| (row["Region"].as_str().unwrap(), cents(&row["SUM(Sales)"])))
        .collect();
    assert_eq!(found, sales(0));
    // Without a function, the one of the data source; with an alias, by that name.
    let total: i64 = sales(0).values().sum();
    let found = rows(&json!({ "fields": [{ "fieldCaption": "sales", "fieldAlias": "All" }] }));
    assert_eq!(
        found.iter().map(|row| cents(&row["All"])).collect::<Vec<_>>(),
        [total]
    );
}

#[test]
fn calculations_aggregate() {
    let field = |name: &str, text: &str| json!({ "fieldCaption": name, "calculation": text });
    let found = rows(&json!({ "fields": [
        { "fieldCaption": "Profit Ratio", "maxDecimalPlaces": 3 },
        { "fieldCaption": "Profit", "function": "SUM" }, { "fieldCaption": "Sales", "function": "SUM" },
        field("Twice", "2 * (SUM([Sales]) - SUM([Profit])) / 1"),
        { "fieldCaption": "Region", "function": "COUNTD" }, { "fieldCaption": "Month", "function": "COUNT" },
    ]}));
    let (profit, sales) = (
        found[0]["SUM(Profit)"].as_f64().unwrap(),
        found[0]["SUM(Sales)"].as_f64().unwrap(),
    );
    assert_eq!(
        found[0]["Profit Ratio"].as_f64().unwrap(),
        (profit / sales * 1000.0).round() / 1000.0
    );
    assert!((found[0]["Twice"].as_f64().unwrap() - 2.0 * (sales - profit)).abs() < 0.01);
    assert_eq!(
        (&found[0]["COUNTD(Region)"], &found[0]["COUNT(Month)"]),
        (&json!(4), &json!(72))
    );
    for wrong in [
        "SUM([Sales]",
        "SUM([Nowhere])",
        "[Sales] +",
        "TALL([Sales])",
        "1 2",
        "",
        &"(".repeat(99),
    ] {
        let error = refused(&json!({ "fields": [field("Wrong", wrong)] }));
        assert!(["400800", "400803"].contains(&error.code), "{wrong}: {error:?}");
    }
}

#[test]
fn filters_leave_out_rows_and_groups() {
    let fields = json!([{ "fieldCaption": "Region" }, { "fieldCaption": "Sales", "function": "SUM" }]);
    let regions = |filters: Json| {
        let found = rows(&json!({ "fields": fields, "filters": filters }));
        found
            .iter()
            .map(|row| row["Region"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let of = |field: &str, rest: Json| {
        let mut filter = json!({ "field": { "fieldCaption": field } });
        filter
            .as_object_mut()
            .unwrap()
            .extend(rest.as_object().unwrap().clone());
        filter
    };
    let set = |exclude: bool| {
        json!([of(
            "Region",
            json!({ "filterType": "SET", "values": ["East", "West"], "exclude": exclude })
        )])
    };
    assert_eq!(regions(set(false)), ["East", "West"]);
    assert_eq!(regions(set(true)), ["Central", "South"]);
    let matches = of("Region", json!({ "filterType": "MATCH", "endsWith": "st" }));
    assert_eq!(regions(json!([matches])), ["East", "West"]);
    let by_hand = sales(0);
    let greatest = *by_hand.iter().max_by_key(|(_, sum)| **sum).unwrap().0;
    let least = *by_hand.iter().min_by_key(|(_, sum)| **sum).unwrap().0;
    for (direction, region) in [("TOP", greatest), ("BOTTOM", least)] {
        let top = of(
            "Region",
            json!({
                "filterType": "TOP", "howMany": 1, "direction": direction, "fieldToMeasure": { "fieldCaption": "Sales", "function": "SUM" },
            }),
        );
        assert_eq!(regions(json!([top])), [region]);
    }
    let floor = by_hand[greatest] as f64 / 100.0;
    let having = json!([{
        "field": { "fieldCaption": "Sales", "function": "SUM" },
        "filterType": "QUANTITATIVE_NUMERICAL", "quantitativeFilterType": "MIN", "min": floor,
    }]);
    assert_eq!(regions(having), [greatest]);
    let none = of(
        "Sales",
        json!({ "filterType": "QUANTITATIVE_NUMERICAL", "quantitativeFilterType": "ONLY_NULL" }),
    );
    assert_eq!(regions(json!([none])), [""; 0]);
}

#[test]
fn dates_are_filtered_and_taken_apart() {
    let months = |filter: Json| {
        let mut whole = json!({ "field": { "fieldCaption": "Order Date" }, "filterType": "DATE" });
        whole
            .as_object_mut()
            .unwrap()
            .extend(filter.as_object().unwrap().clone());
        let found = rows(
            &json!({ "fields": [{ "fieldCaption": "Order Date", "function": "MONTH" }], "filters": [whole] }),
        );
        found
            .iter()
            .map(|row| row["MONTH(Order Date)"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    let period = |kind: &str, range: &str| json!({ "periodType": kind, "dateRangeType": range });
    assert_eq!(months(period("MONTHS", "CURRENT")), [3]);
    assert_eq!(months(period("MONTHS", "LAST")), [2]);
    assert_eq!(months(period("MONTHS", "NEXT")), [4]);
    assert_eq!(months(period("QUARTERS", "CURRENT")), [1, 2, 3]);
    assert_eq!(months(period("YEARS", "TODATE")), [1, 2, 3]);
    assert_eq!(
        months(json!({ "periodType": "MONTHS", "dateRangeType": "LASTN", "rangeN": 2 })),
        [2, 3]
    );
    assert_eq!(
        months(json!({ "periodType": "MONTHS", "dateRangeType": "NEXTN", "rangeN": 2 })),
        [4, 5]
    );
    let anchored =
        json!({ "periodType": "QUARTERS", "dateRangeType": "CURRENT", "anchorDate": "2026-05-01" });
    assert_eq!(months(anchored), [4, 5, 6]);
    let bounds = json!({
        "filterType": "QUANTITATIVE_DATE", "quantitativeFilterType": "RANGE", "minDate": "2026-01-01", "maxDate": "2026-01-31",
    });
    assert_eq!(months(bounds), [1]);
    let found = rows(&json!({ "fields": [{ "fieldCaption": "Order Date", "function": "TRUNC_QUARTER" }] }));
    assert_eq!(
        found,
        [
            json!({ "TRUNC_QUARTER(Order Date)": "2026-01-01" }),
            json!({ "TRUNC_QUARTER(Order Date)": "2026-04-01" })
        ]
    );
}

#[test]
fn rows_are_sorted_limited_and_shown_as_asked() {
    let query = json!({ "fields": [
        { "fieldCaption": "Category" }, { "fieldCaption": "Sales", "function": "SUM", "sortDirection": "DESC", "sortPriority": 1 },
    ]});
    let found = asked(&query, &json!({ "returnFormat": "ARRAYS", "rowLimit": 2 })).unwrap();
    let mut by_hand: Vec<_> = sales(1).into_iter().map(|(name, sum)| (sum, name)).collect();
    by_hand.sort();
    let by_hand: Vec<_> = by_hand.into_iter().rev().take(2).collect();
    let found: Vec<_> = found
        .iter()
        .map(|row| (cents(&row[1]), row[0].as_str().unwrap()))
        .collect();
    assert_eq!(found, by_hand);
    let plain = json!({ "fields": [{ "fieldCaption": "Region" }, { "fieldCaption": "Sales" }] });
    assert_eq!(asked(&plain, &json!({ "disaggregate": true })).unwrap().len(), 72);
    let summed = json!({ "fields": [{ "fieldCaption": "Sales", "function": "SUM" }] });
    assert_eq!(
        asked(&summed, &json!({ "disaggregate": true })).unwrap_err().code,
        "400803"
    );
    let bins = rows(&json!({ "fields": [{ "fieldCaption": "Sales", "binSize": 5000 }] }));
    assert_eq!(bins, [json!({ "Sales": 0 }), json!({ "Sales": 5000 })]);
}

#[test]
fn what_is_not_a_query_is_refused_with_the_reason() {
    for (query, said) in [
        (json!({ "fields": [] }), "at least one field"),
        (
            json!({ "fields": [{ "fieldCaption": "Margin" }] }),
            "Unknown Field: Margin.",
        ),
        (
            json!({ "fields": [{ "fieldCaption": "Region", "function": "SUM" }] }),
            "SUM cannot be applied to Region",
        ),
        (
            json!({ "fields": [{ "fieldCaption": "Region" }, { "fieldCaption": "Region" }] }),
            "alias",
        ),
        (
            json!({ "fields": [{ "fieldCaption": "Region", "sortDirection": "UP" }] }),
            "ASC or DESC",
        ),
        (
            json!({ "fields": [{ "fieldCaption": "Sales", "binSize": 0 }] }),
            "binSize",
        ),
        (
            json!({ "fields": [{ "fieldCaption": "Region" }], "filters": [{ "field": { "fieldCaption": "Region" }, "filterType": "SET" }] }),
            "values",
        ),
        (
            json!({ "fields": [{ "fieldCaption": "Region" }], "filters": [{ "field": {}, "filterType": "SET", "values": [] }] }),
            "fieldCaption or a calculation",
        ),
    ] {
        let error = refused(&query);
        assert_eq!(error.code, "400803");
        assert!(error.message.contains(said), "{}", error.message);
    }
}

#[test]
fn a_condition_leaves_the_values_of_which_it_holds() {
    let sales = sales(0);
    let middle = sales.values().sum::<i64>() / i64::try_from(sales.len()).unwrap();
    let asked = |comparison: &str| {
        let condition = json!({ "fieldCaption": "Sales", "function": "SUM", "comparison": comparison, "value": middle as f64 / 100.0 });
        json!({
            "fields": [{ "fieldCaption": "Region" }],
            "filters": [{ "field": { "fieldCaption": "Region" }, "filterType": "CONDITION", "condition": condition }],
        })
    };
    let of = |comparison: &str| {
        let mut found: Vec<_> = rows(&asked(comparison))
            .iter()
            .map(|row| row["Region"].as_str().unwrap().to_owned())
            .collect();
        found.sort();
        found
    };
    let by_hand = |holds: fn(i64, i64) -> bool| {
        let found = sales.iter().filter(|(_, sum)| holds(**sum, middle));
        found.map(|(region, _)| (*region).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of(">"), by_hand(|sum, middle| sum > middle));
    assert_eq!(of("<"), by_hand(|sum, middle| sum < middle));
    assert!(!of(">").is_empty() && !of("<").is_empty());
    assert_eq!(of("<>").len(), sales.len());
    assert_eq!(refused(&asked("~")).code, "400803");
    // It comes before the filters by dimensions, wherever it is written; a text is compared with no number.
    let condition = asked(">")["filters"][0].clone();
    let set =
        json!({ "field": { "fieldCaption": "Category" }, "filterType": "SET", "values": ["Furniture"] });
    let both = |filters: Json| rows(&json!({ "fields": [{ "fieldCaption": "Region" }], "filters": filters }));
    assert_eq!(both(json!([&set, &condition])), both(json!([&condition, &set])));
    assert!(!both(json!([&set, &condition])).is_empty());
    let mut odd = asked(">");
    odd["filters"][0]["condition"]["value"] = json!("2020-01-01");
    assert!(rows(&odd).is_empty());
    let mut without = asked(">");
    without["filters"][0]["condition"]["function"] = json!("NONE");
    assert_eq!(refused(&without).code, "400803");
    without["filters"][0]["condition"] = Json::Null;
    assert_eq!(refused(&without).code, "400803");
}

#[test]
fn fields_can_be_named_as_the_data_source_does() {
    let query = json!({ "fields": [{ "fieldCaption": "Sales", "function": "SUM" }] });
    let by_name = asked(&query, &json!({ "interpretFieldCaptionsAsFieldNames": true }));
    assert_eq!(by_name.unwrap(), rows(&query));
}
