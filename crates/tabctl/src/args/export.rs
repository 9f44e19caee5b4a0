//! `tabctl views export`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Command, ValueEnum};

use super::connection::Connection;
use super::download::target;
use super::output::Output;

#[derive(Debug, ClapArgs)]
pub(crate) struct Export {
    /// The views, each by its LUID, path (`Samples/Superstore/Overview`), content URL or address
    #[arg(value_name = "VIEW", required_unless_present = "list")]
    pub(crate) views: Vec<String>,
    /// Read the views from a CSV file: the column `view` names them, and each other column is a field to filter by; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) list: Option<PathBuf>,
    /// The format [default: that of the file's extension, or else pdf]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<ExportFormat>,
    /// Show only these values of a field, separated by commas; may be repeated
    #[arg(long = "filter", value_name = "FIELD=VALUE")]
    pub(crate) filters: Vec<String>,
    /// The file to write, or the folder; without it, files of the template's names in this folder
    #[arg(short = 'o', long = "output", value_name = "FILE|DIR", value_parser = target())]
    pub(crate) target: Option<PathBuf>,
    /// The names of files in a folder: {view}, {workbook}, {id} and the {FIELD} of each filter are replaced
    #[arg(long, value_name = "TEMPLATE", default_value = "{workbook} - {view}")]
    pub(crate) name: String,
    /// The page of a PDF: a4, letter, legal, tabloid, unspecified, …
    #[arg(long, value_name = "TYPE")]
    pub(crate) page: Option<String>,
    /// Turn the pages of a PDF
    #[arg(long, value_enum)]
    pub(crate) orientation: Option<PageOrientation>,
    /// The width of an image or of the view on a PDF, in pixels
    #[arg(long, value_name = "PIXELS")]
    pub(crate) width: Option<u64>,
    /// The height of an image or of the view on a PDF, in pixels
    #[arg(long, value_name = "PIXELS")]
    pub(crate) height: Option<u64>,
    /// Render an image with as many pixels as the server can give
    #[arg(long)]
    pub(crate) high_resolution: bool,
    /// The greatest age of a rendering that may be used again, in minutes
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) max_age: Option<u64>,
    /// How many are rendered in parallel; Tableau Cloud renders 20 at most
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=20))]
    pub(crate) at_once: u8,
    /// Replace existing files
    #[arg(long, conflicts_with = "resume")]
    pub(crate) overwrite: bool,
    /// Go on with an export that was interrupted: leave out what has its file already, unless that is empty
    #[arg(long)]
    pub(crate) resume: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

impl Export {
    pub(super) fn command() -> Command {
        Self::augment_args(Command::new("export")).about("Export views to files: images, PDFs, data")
    }
}

/// What a view is exported as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// An image
    Png,
    /// A document
    Pdf,
    /// The data
    Csv,
    /// The data as a crosstab for Excel
    Xlsx,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PageOrientation {
    Portrait,
    Landscape,
}
