//! `tabctl metadata`, `tabctl tree` and `tabctl lineage`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::connection::Connection;
use super::output::Output;

/// The commands for the Metadata API, in place of its calls.
#[derive(Debug, Subcommand)]
pub(crate) enum Metadata {
    /// Ask the Metadata API a query of GraphQL
    Query(Box<QueryMetadata>),
    /// Show whether the Metadata API knows all content, and learns of its changes
    Status(Box<MetadataStatus>),
}

#[derive(Debug, ClapArgs)]
#[command(after_long_help = QUERY_HELP)]
pub(crate) struct QueryMetadata {
    /// The file with the query, or the query itself (`{ workbooks { name } }`); `-` is standard input
    #[arg(value_name = "FILE|QUERY")]
    pub(crate) file: PathBuf,
    /// Set a variable: a number, true, false, null or other JSON, and anything else as text
    #[arg(long = "variable", value_name = "NAME=VALUE")]
    pub(crate) variables: Vec<String>,
    /// Take variables from a file with a JSON object; `-` is standard input
    #[arg(long = "variables", value_name = "FILE")]
    pub(crate) variables_file: Option<PathBuf>,
    /// Print the nodes of all pages of the query's connection
    #[arg(long)]
    pub(crate) paginate: bool,
    /// The connection whose pages are followed, by its path in the answer, if the query has several
    #[arg(long, value_name = "PATH", requires = "paginate")]
    pub(crate) connection_path: Option<String>,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

const QUERY_HELP: &str = "\
Without further options, the data of the answer is printed as JSON. --columns, --csv and --quiet print the one list in it.
With --paginate the query declares the variables $first and $after, passes them to a connection, and asks it for
`nodes` and for `pageInfo { hasNextPage endCursor }`. Pages that a limit of the server cuts off are asked for again with fewer nodes.

What is wrong with an answer beside its data is told on standard error; if the data is not complete then, the exit code is 9.";

#[derive(Debug, ClapArgs)]
pub(crate) struct MetadataStatus {
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Tree {
    /// The project to begin with, by its name, its path or its LUID; without it, all projects
    #[arg(value_name = "PROJECT")]
    pub(crate) project: Option<String>,
    /// Show the views of workbooks too
    #[arg(long)]
    pub(crate) views: bool,
    /// Show projects only
    #[arg(long, conflicts_with = "views")]
    pub(crate) projects: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Lineage {
    /// The item: its name, its path, its address in a browser or its LUID
    #[arg(value_name = "ITEM")]
    pub(crate) item: String,
    /// What it is, if items of several kinds have the name
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<LineageKind>,
    /// Show only what it reads
    #[arg(long, conflicts_with = "downstream")]
    pub(crate) upstream: bool,
    /// Show only what reads it
    #[arg(long)]
    pub(crate) downstream: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// What has a lineage, by the groups of the REST API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LineageKind {
    Workbook,
    Datasource,
    View,
    Flow,
    Table,
    Database,
}
