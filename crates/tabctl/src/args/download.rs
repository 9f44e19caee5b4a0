//! `tabctl workbooks download` and its like.

use std::path::PathBuf;

use clap::builder::{PathBufValueParser, TypedValueParser};
use clap::{Arg, ArgAction, ArgMatches, Args as ClapArgs, Command, FromArgMatches, value_parser};

use super::connection::Connection;
use super::kind::Kind;
use super::output::Output;

const ITEMS: &str = "items";
const PROJECT: &str = "project";
const REVISION: &str = "revision";
const NO_EXTRACT: &str = "no-extract";

/// A command that downloads.
#[derive(Debug)]
pub(crate) struct Download {
    pub(crate) kind: Kind,
    /// The items as they were typed.
    pub(crate) items: Vec<String>,
    /// The project whose items are downloaded.
    pub(crate) project: Option<String>,
    /// The number of the revision, instead of the current one.
    pub(crate) revision: Option<u64>,
    pub(crate) no_extract: bool,
    pub(crate) to: DownloadTo,
}

/// Where files go: a file or a folder, and never standard output, where several files would be one.
pub(super) fn target() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| match path.as_os_str() == "-" {
        false => Ok(path),
        true => Err("files are not written to standard output: `tabctl call` gives one with `>`; a file of this name is `./-`"),
    })
}

#[derive(Debug, ClapArgs)]
pub(crate) struct DownloadTo {
    /// The file to write, or the folder; without it, a file of the item's name in this folder
    #[arg(short = 'o', long = "output", value_name = "FILE|DIR", value_parser = target())]
    pub(crate) target: Option<PathBuf>,
    /// Give FILE the extension of what arrives: a workbook may be a .twb or a .twbx
    #[arg(long, requires = "target")]
    pub(crate) fit_extension: bool,
    /// Replace existing files
    #[arg(long)]
    pub(crate) overwrite: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

impl Download {
    pub(super) fn command(kind: Kind) -> Command {
        let noun = kind.noun();
        let items = Arg::new(ITEMS)
            .value_name(noun.replace(' ', "_").to_uppercase())
            .action(ArgAction::Append)
            .help(format!(
                "The {}, each by its LUID, name, path (`Finance/2026/Sales`), content URL or address",
                kind.nouns()
            ));
        let mut command = Command::new("download");
        command = match kind {
            // A custom view is in a workbook, not in a project.
            Kind::CustomView => command.arg(items.required(true)),
            _ => command.arg(items.required_unless_present(PROJECT)).arg(
                Arg::new(PROJECT)
                    .long(PROJECT)
                    .value_name("PROJECT")
                    .conflicts_with(ITEMS)
                    .help(format!(
                        "Download every {noun} in this project: its LUID, name or path"
                    )),
            ),
        };
        if matches!(kind, Kind::Workbook | Kind::Datasource | Kind::VirtualConnection) {
            command = command.arg(
                Arg::new(REVISION)
                    .long(REVISION)
                    .value_name("N")
                    .value_parser(value_parser!(u64).range(1..))
                    .help("Download this revision instead of the current one"),
            );
        }
        if matches!(kind, Kind::Workbook | Kind::Datasource) {
            let no_extract = Arg::new(NO_EXTRACT).long(NO_EXTRACT).action(ArgAction::SetTrue);
            command = command.arg(no_extract.help("Leave out the extracts"));
        }
        let about = format!("Download {} to files", kind.nouns());
        DownloadTo::augment_args(command).about(about)
    }

    pub(super) fn typed(kind: Kind, matches: &ArgMatches) -> Result<Self, clap::Error> {
        let one = |name| matches.try_get_one::<String>(name).ok().flatten().cloned();
        let items = matches.get_many::<String>(ITEMS).into_iter().flatten();
        Ok(Self {
            kind,
            items: items.cloned().collect(),
            project: one(PROJECT),
            revision: matches.try_get_one::<u64>(REVISION).ok().flatten().copied(),
            no_extract: matches.try_get_one::<bool>(NO_EXTRACT).ok().flatten() == Some(&true),
            to: DownloadTo::from_arg_matches(matches)?,
        })
    }
}
