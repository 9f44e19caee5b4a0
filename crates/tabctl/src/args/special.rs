//! The commands of groups that are more than a call.

use clap::{ArgMatches, Command, FromArgMatches, Subcommand};

use super::download::Download;
use super::export::Export;
use super::favorites::Favorites;
use super::kind::Kind;
use super::metadata::Metadata;
use super::people::{Membership, People, Rights};
use super::publish::Publish;
use super::queue::{Refresh, Run};
use super::tasks::{RunTask, Watch};

/// A command that is more than a call, and stands in for the call of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Special {
    Publish(Kind),
    Download(Kind),
    Export,
    Refresh(Kind),
    Run,
    RunTask,
    Watch,
    Favorites,
    People,
    Membership,
    Rights,
    Metadata,
}

/// One of these commands as it was typed.
#[derive(Debug)]
pub(crate) enum Own {
    Publish(Box<Publish>),
    Download(Box<Download>),
    Export(Box<Export>),
    Refresh(Box<Refresh>),
    Run(Box<Run>),
    RunTask(Box<RunTask>),
    Watch(Box<Watch>),
    Favorites(Favorites),
    People(People),
    Membership(Membership),
    Rights(Rights),
    Metadata(Metadata),
}

impl Special {
    pub(super) fn has(self, name: &str) -> bool {
        match self {
            Self::Publish(_) => name == "publish",
            Self::Download(kind) => name == "download" || (name == "download-revision" && kind != Kind::Flow),
            Self::Export => name == "export",
            Self::Refresh(_) => name == "refresh",
            Self::Run | Self::RunTask => name == "run",
            Self::Watch => name == "watch",
            Self::People => People::has_subcommand(name),
            Self::Membership => Membership::has_subcommand(name),
            Self::Rights => Rights::has_subcommand(name),
            // `status` makes both of the calls for it.
            Self::Metadata => {
                Metadata::has_subcommand(name)
                    || ["get-backfill-status", "get-eventing-status"].contains(&name)
            }
            // The calls have other names than these commands.
            Self::Favorites => {
                let calls = ["list-favorites", "add-favorite", "delete-favorite"];
                calls.contains(&name) || Favorites::has_subcommand(name)
            }
        }
    }

    pub(super) fn augment(self, command: Command) -> Command {
        match self {
            Self::Publish(kind) => command.subcommand(Publish::command(kind)),
            Self::Download(kind) => command.subcommand(Download::command(kind)),
            Self::Export => command.subcommand(Export::command()),
            Self::Refresh(kind) => command.subcommand(Refresh::command(kind)),
            Self::Run => command.subcommand(Run::command()),
            Self::RunTask => command.subcommand(RunTask::command()),
            Self::Watch => command.subcommand(Watch::command()),
            Self::Favorites => Favorites::augment_subcommands(command),
            Self::People => People::augment_subcommands(command),
            Self::Membership => Membership::augment_subcommands(command),
            Self::Rights => Rights::augment_subcommands(command),
            Self::Metadata => Metadata::augment_subcommands(command),
        }
    }

    /// The command as it was typed, from the matches of its group and of itself.
    pub(super) fn typed(self, group: &ArgMatches, matches: &ArgMatches) -> Result<Own, clap::Error> {
        Ok(match self {
            Self::Publish(kind) => Own::Publish(Box::new(Publish::typed(kind, matches)?)),
            Self::Download(kind) => Own::Download(Box::new(Download::typed(kind, matches)?)),
            Self::Export => Own::Export(Box::new(Export::from_arg_matches(matches)?)),
            Self::Refresh(kind) => Own::Refresh(Box::new(Refresh::typed(kind, matches)?)),
            Self::Run => Own::Run(Box::new(Run::from_arg_matches(matches)?)),
            Self::RunTask => Own::RunTask(Box::new(RunTask::from_arg_matches(matches)?)),
            Self::Watch => Own::Watch(Box::new(Watch::from_arg_matches(matches)?)),
            Self::Favorites => Own::Favorites(Favorites::from_arg_matches(group)?),
            Self::People => Own::People(People::from_arg_matches(group)?),
            Self::Membership => Own::Membership(Membership::from_arg_matches(group)?),
            Self::Rights => Own::Rights(Rights::from_arg_matches(group)?),
            Self::Metadata => Own::Metadata(Metadata::from_arg_matches(group)?),
        })
    }
}
