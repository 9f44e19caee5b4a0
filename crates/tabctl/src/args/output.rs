//! The options of output.

use clap::{ArgGroup, Args as ClapArgs};

/// Without any of these: a table on a terminal; elsewhere lines with tabs between the fields.
#[derive(Debug, Clone, Default, ClapArgs)]
#[command(group = ArgGroup::new("form").args(["json", "csv", "quiet"]))]
pub(crate) struct Output {
    /// Print JSON with Tableau's own names; an error is one JSON object on standard error
    #[arg(long)]
    pub(crate) json: bool,
    /// Print CSV with a header
    #[arg(long)]
    pub(crate) csv: bool,
    /// Print identifiers only, one on each line
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Print these columns: names of the table's columns, or members of the JSON such as `owner.id`
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with = "quiet")]
    pub(crate) columns: Option<Vec<String>>,
}
