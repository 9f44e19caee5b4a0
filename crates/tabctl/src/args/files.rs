//! `tabctl workbooks publish` and `download`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

use super::connection::Connection;
use super::output::Output;

/// The commands for files of a group.
#[derive(Debug, Subcommand)]
pub(crate) enum Files {
    /// Publish workbooks from files (.twb, .twbx)
    Publish(Box<Publish>),
    /// Download workbooks to files
    Download(Box<Download>),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Publish {
    /// The files; several are sent at once
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The project: its LUID, name or path (`Finance/2026`)
    #[arg(long, value_name = "PROJECT")]
    pub(crate) project: String,
    /// The name on the server, for one file; without it, that of the file
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Replace the workbook of the same name in the project
    #[arg(long)]
    pub(crate) overwrite: bool,
    /// Go on where the same command stopped before: with its upload, if the file has not changed
    #[arg(long)]
    pub(crate) resume: bool,
    /// Let the server publish in the background, which large files need, and print the job
    #[arg(long)]
    pub(crate) as_job: bool,
    /// Wait until that job has ended, an hour at most or this long
    #[arg(
        long,
        value_name = "SECONDS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "3600",
        requires = "as_job"
    )]
    pub(crate) wait: Option<u64>,
    /// The description of the workbook
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// Show the views as tabs
    #[arg(long)]
    pub(crate) show_tabs: bool,
    /// Hide a view, by the name of its sheet; may be repeated
    #[arg(long = "hide-view", value_name = "SHEET")]
    pub(crate) hidden_views: Vec<String>,
    /// The user whom the server signs in to the workbook's database as
    #[arg(long, value_name = "NAME", requires = "connection_password_file")]
    pub(crate) connection_username: Option<String>,
    /// Read that user's password from this file; `-` is standard input
    #[arg(long, value_name = "FILE", requires = "connection_username")]
    pub(crate) connection_password_file: Option<PathBuf>,
    /// Have the server keep that password, so that readers are not asked for it
    #[arg(long, requires = "connection_username")]
    pub(crate) embed_password: bool,
    /// Publish although the server cannot reach the workbook's databases
    #[arg(long)]
    pub(crate) skip_connection_check: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Download {
    /// The workbooks, each by its LUID, name, path (`Finance/2026/Sales`), content URL or address
    #[arg(value_name = "WORKBOOK", required = true)]
    pub(crate) workbooks: Vec<String>,
    /// Leave out the extracts
    #[arg(long)]
    pub(crate) no_extract: bool,
    /// The file to write, or the folder; without it, a file of the workbook's name in this folder
    #[arg(short = 'o', long = "output", value_name = "FILE|DIR")]
    pub(crate) target: Option<PathBuf>,
    /// Replace existing files
    #[arg(long)]
    pub(crate) overwrite: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}
