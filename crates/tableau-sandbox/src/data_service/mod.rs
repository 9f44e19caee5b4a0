//! What the `VizQL` Data Service answers: fields of data sources, and queries of their rows.
//!
//! Everything here is a function of the query and the rows. The order is Tableau's order of operations: context filters, then `TOP`, then filters of
//! dimensions, then groups, then filters of measures.

mod condition;
mod data;
mod field;
mod filter;
mod formula;
mod functions;
mod query;
#[cfg(test)]
mod tests;
mod value;

pub(crate) use data::{Data, TextRows};
pub(crate) use field::{Fields, Measured, own_model};
pub(crate) use functions::functions;
pub(crate) use query::answer;
pub(crate) use value::Value;

/// Why a query is not answered: a code of the service, and a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unanswered {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Unanswered {
    /// Documented: the request is not valid by the rules of the service.
    pub(crate) fn invalid(message: impl std::fmt::Display) -> Self {
        Self {
            code: "400803",
            message: message.to_string(),
        }
    }
}
