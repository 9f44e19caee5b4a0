//! `tabctl search`.

use clap::Args as ClapArgs;

use super::connection::Connection;
use super::known;
use super::output::Output;

/// The kinds that are known; servers may know others.
pub(crate) const KINDS: &[&str] = &[
    "workbook",
    "view",
    "datasource",
    "flow",
    "project",
    "virtualconnection",
];

#[derive(Debug, ClapArgs)]
pub(crate) struct Search {
    /// The words; without any, all content is found
    #[arg(value_name = "WORD")]
    pub(crate) words: Vec<String>,
    /// Only content of these kinds: workbook, view, datasource, flow, project, virtualconnection
    #[arg(long = "type", value_name = "KINDS", value_delimiter = ',', value_parser = |typed: &str| known::word(KINDS, typed))]
    pub(crate) types: Vec<String>,
    /// Only content that meets this filter, by ownerId or modifiedTime: `modifiedTime:gte:2026-01-01T00:00:00Z`
    #[arg(long, value_name = "FILTER")]
    pub(crate) filter: Option<String>,
    /// In this order, instead of by relevance: `hitsTotal:desc`
    #[arg(long, value_name = "ORDER")]
    pub(crate) order_by: Option<String>,
    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) limit: usize,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}
