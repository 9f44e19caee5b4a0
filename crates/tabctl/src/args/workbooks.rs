//! `tabctl workbooks`.

use clap::{Args as ClapArgs, Subcommand};

use super::connection::Connection;
use super::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Workbooks {
    /// List the workbooks of the site
    List(List),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct List {
    /// Which ones, in Tableau's own syntax: `ownerName:eq:admin,size:gt:10`
    #[arg(long, value_name = "FILTER")]
    pub(crate) filter: Option<String>,
    /// In which order: `name:asc,updatedAt:desc`
    #[arg(long, value_name = "SORT")]
    pub(crate) sort: Option<String>,
    /// At most this many
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}
