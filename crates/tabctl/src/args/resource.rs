//! `tabctl GROUP VERB`: the calls of a group of the REST API as commands, made from the table of endpoints.

use clap::{ArgMatches, Command, FromArgMatches, Subcommand};
use tableau_client::wire::{Entry, Family};

use super::call::{Endpoint, PathArguments, command, entries, in_kebab_case};
use super::export::Renderings;
use super::files::Files;

/// A group as a command.
#[derive(Debug)]
pub(crate) struct Group {
    /// The group of the API; its command has hyphens for underscores.
    pub(crate) name: &'static str,
    /// What its help says.
    about: &'static str,
    /// The commands that it has beside its calls.
    own: Own,
    /// The columns of its tables: titles, and paths of members. Without any, they are chosen from the items.
    pub(crate) columns: &'static [(&'static str, &'static str)],
}

/// Commands that are more than a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Own {
    Nothing,
    /// Items are published from files and downloaded to them.
    Files,
    /// Items are rendered to files.
    Renderings,
}

impl Own {
    fn has(self, name: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::Files => Files::has_subcommand(name),
            Self::Renderings => Renderings::has_subcommand(name),
        }
    }

    fn augment(self, command: Command) -> Command {
        match self {
            Self::Nothing => command,
            Self::Files => Files::augment_subcommands(command),
            Self::Renderings => Renderings::augment_subcommands(command),
        }
    }
}

/// Which groups are commands. To add one is to add a row.
pub(crate) const GROUPS: &[Group] = &[
    Group {
        name: "workbooks",
        about: "Work with workbooks",
        own: Own::Files,
        columns: &[
            ("name", "name"),
            ("project", "project.name"),
            ("owner", "owner.name"),
            ("updatedAt", "updatedAt"),
            ("id", "id"),
        ],
    },
    Group {
        name: "views",
        about: "Work with views",
        own: Own::Renderings,
        columns: &[
            ("name", "name"),
            ("workbook", "workbook.id"),
            ("updatedAt", "updatedAt"),
            ("id", "id"),
        ],
    },
    Group {
        name: "datasources",
        about: "Work with published data sources",
        own: Own::Nothing,
        columns: &[
            ("name", "name"),
            ("type", "type"),
            ("project", "project.name"),
            ("updatedAt", "updatedAt"),
            ("id", "id"),
        ],
    },
    Group {
        name: "projects",
        about: "Work with projects",
        own: Own::Nothing,
        columns: &[
            ("name", "name"),
            ("parent", "parentProjectId"),
            ("updatedAt", "updatedAt"),
            ("id", "id"),
        ],
    },
    Group {
        name: "users",
        about: "Work with users of the site",
        own: Own::Nothing,
        columns: &[
            ("name", "name"),
            ("fullName", "fullName"),
            ("siteRole", "siteRole"),
            ("lastLogin", "lastLogin"),
            ("id", "id"),
        ],
    },
    Group {
        name: "jobs",
        about: "Work with jobs: what the server does in the background",
        own: Own::Nothing,
        columns: &[
            ("type", "jobType"),
            ("status", "status"),
            ("createdAt", "createdAt"),
            ("endedAt", "endedAt"),
            ("id", "id"),
        ],
    },
    Group {
        name: "webhooks",
        about: "Work with webhooks: addresses that the server calls when something happens",
        own: Own::Nothing,
        columns: &[
            ("name", "name"),
            ("event", "event"),
            ("isEnabled", "isEnabled"),
            ("id", "id"),
        ],
    },
];

/// A command of a group, as it was typed.
#[derive(Debug)]
pub(crate) enum Resource {
    Call {
        group: &'static Group,
        endpoint: Box<Endpoint>,
    },
    Files(Files),
    Renderings(Renderings),
}

impl Group {
    fn command_name(&self) -> String {
        self.name.replace('_', "-")
    }

    /// The calls that are commands here, apart from those that it has commands of its own for.
    fn entries(&self) -> impl Iterator<Item = &'static Entry> + use<> {
        let (name, own) = (self.name, self.own);
        entries().filter(move |entry| {
            let operation = &entry.operation;
            let has_own = own.has(&in_kebab_case(operation.name));
            operation.family == Family::Rest && operation.group == name && !has_own
        })
    }

    fn command(&self) -> Command {
        let commands = self.entries().map(|entry| {
            let name = in_kebab_case(entry.operation.name);
            command(entry, name, PathArguments::Positional)
        });
        let command = Command::new(self.command_name())
            .subcommand_required(true)
            .arg_required_else_help(true)
            .subcommands(commands);
        // That sets an `about` of its own.
        self.own.augment(command).about(self.about)
    }
}

impl Subcommand for Resource {
    fn augment_subcommands(parent: Command) -> Command {
        parent.subcommands(GROUPS.iter().map(Group::command))
    }

    fn augment_subcommands_for_update(parent: Command) -> Command {
        Self::augment_subcommands(parent)
    }

    fn has_subcommand(name: &str) -> bool {
        GROUPS.iter().any(|group| group.command_name() == name)
    }
}

impl FromArgMatches for Resource {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let missing = || clap::Error::new(clap::error::ErrorKind::MissingSubcommand);
        let (name, matches) = matches.subcommand().ok_or_else(missing)?;
        let group = GROUPS.iter().find(|group| group.command_name() == name);
        let group = group.ok_or_else(missing)?;
        let (name, inner) = matches.subcommand().ok_or_else(missing)?;
        match group.own {
            Own::Files if group.own.has(name) => return Files::from_arg_matches(matches).map(Self::Files),
            Own::Renderings if group.own.has(name) => {
                return Renderings::from_arg_matches(matches).map(Self::Renderings);
            }
            _ => {}
        }
        let entry = group
            .entries()
            .find(|entry| in_kebab_case(entry.operation.name) == name);
        let endpoint = Endpoint::typed(entry.ok_or_else(missing)?, PathArguments::Positional, inner)?;
        Ok(Self::Call {
            group,
            endpoint: Box::new(endpoint),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
