//! `tabctl workbooks refresh`, `tabctl datasources refresh` and `tabctl flows run`.

use clap::{Arg, ArgAction, ArgMatches, Args as ClapArgs, Command, FromArgMatches};

use super::connection::Connection;
use super::kind::Kind;
use super::output::Output;
use super::wait::WaitForJob;

const ITEMS: &str = "items";

/// A command that refreshes the extracts of content.
#[derive(Debug)]
pub(crate) struct Refresh {
    pub(crate) kind: Kind,
    /// The items as they were typed.
    pub(crate) items: Vec<String>,
    pub(crate) queue: Queue,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Queue {
    /// Add only what is new, instead of making all data anew
    #[arg(long)]
    pub(crate) incremental: bool,
    /// Where one is queued or running already, take its job instead of failing
    #[arg(long)]
    pub(crate) or_queued: bool,
    #[command(flatten)]
    pub(crate) wait: WaitForJob,
    /// Show what would be queued, and queue nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Run {
    /// The flow: its LUID, name, path or address
    #[arg(value_name = "FLOW")]
    pub(crate) flow: String,
    /// Set a parameter of the flow, by its name, for this run; may be repeated
    #[arg(long = "parameter", value_name = "NAME=VALUE")]
    pub(crate) parameters: Vec<String>,
    /// Run this output step, by its name; may be repeated; without it, all of them
    #[arg(long = "step", value_name = "NAME")]
    pub(crate) steps: Vec<String>,
    #[command(flatten)]
    pub(crate) queue: Queue,
}

impl Refresh {
    pub(super) fn command(kind: Kind) -> Command {
        let items = Arg::new(ITEMS)
            .value_name(kind.noun().replace(' ', "_").to_uppercase())
            .action(ArgAction::Append)
            .required(true)
            .help(format!(
                "The {}, each by its LUID, name, path, content URL or address",
                kind.nouns()
            ));
        let about = format!("Refresh the extracts of {}, in jobs", kind.nouns());
        Queue::augment_args(Command::new("refresh").arg(items)).about(about)
    }

    pub(super) fn typed(kind: Kind, matches: &ArgMatches) -> Result<Self, clap::Error> {
        let items = matches.get_many::<String>(ITEMS).into_iter().flatten();
        Ok(Self {
            kind,
            items: items.cloned().collect(),
            queue: Queue::from_arg_matches(matches)?,
        })
    }
}

impl Run {
    pub(super) fn command() -> Command {
        Self::augment_args(Command::new("run")).about("Run a flow, in a job")
    }
}
