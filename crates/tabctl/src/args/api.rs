//! `tabctl api`.

use std::path::PathBuf;

use clap::{ArgGroup, Args as ClapArgs};

use super::connection::Connection;

const EXAMPLES: &str = "\
Examples:
  tabctl api sites/{site}/workbooks -f filter=name:eq:Superstore
  tabctl api sites/{site}/workbooks --paginate --jq '.workbooks.workbook[].name'
  tabctl api sites/{site}/users/{user} --include
  tabctl api PUT sites/{site}/workbooks/ID -f workbook.name=Renamed -F workbook.showTabs=true
  tabctl api POST auth/switchSite --input request.xml --xml";

#[derive(Debug, ClapArgs)]
#[command(
    allow_missing_positional = true,
    override_usage = "tabctl api [OPTIONS] [METHOD] PATH",
    after_long_help = EXAMPLES,
    group = ArgGroup::new("format").args(["json", "xml"]),
)]
pub(crate) struct Api {
    /// The method, GET by default; a request that changes something has to name it
    #[arg(value_name = "METHOD", ignore_case = true, value_parser = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"])]
    pub(crate) method: Option<String>,
    /// The path after /api/VERSION/, or from /api/ on; {site} and {user} stand for the identifiers of the session's site and user
    #[arg(value_name = "PATH")]
    pub(crate) path: String,
    /// Add a text: to the query of GET, HEAD and DELETE and wherever there is --input, else to a JSON body: `workbook.name=Sales`; `name[]` adds to a list
    #[arg(short = 'f', long = "raw-field", value_name = "KEY=VALUE")]
    pub(crate) raw_fields: Vec<String>,
    /// The same, with true, false, null and whole numbers as JSON values, and @FILE (@- for standard input) for the content of a file
    #[arg(short = 'F', long = "field", value_name = "KEY=VALUE")]
    pub(crate) fields: Vec<String>,
    /// Add a header
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub(crate) headers: Vec<String>,
    /// Send the content of this file; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,
    /// Get every page of a list, as one document
    #[arg(long, conflicts_with_all = ["xml", "include", "input"])]
    pub(crate) paginate: bool,
    /// Give what there is of a list whose pages are not what the server announced, with a warning
    #[arg(long, requires = "paginate")]
    pub(crate) allow_incomplete: bool,
    /// Ask for JSON, which is the default; an error is one JSON object on standard error
    #[arg(long)]
    pub(crate) json: bool,
    /// Ask for XML
    #[arg(long)]
    pub(crate) xml: bool,
    /// Print the answer filtered by this jq expression
    #[arg(long, value_name = "FILTER", conflicts_with_all = ["xml", "include"])]
    pub(crate) jq: Option<String>,
    /// Print status and headers of the answer too; those that hold secrets are hidden
    #[arg(short, long)]
    pub(crate) include: bool,
    #[command(flatten)]
    pub(crate) connection: Connection,
}
