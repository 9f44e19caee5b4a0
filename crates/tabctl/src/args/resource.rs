//! `tabctl GROUP VERB`: the calls of a group of the REST API as commands, made from the table of endpoints.

use clap::{ArgMatches, Command, FromArgMatches, Subcommand};
use tableau_client::wire::{BodyKind, Entry, Family};

use super::call::{Endpoint, PathArguments, command, entries, in_kebab_case};

/// A group as a command.
#[derive(Debug)]
pub(crate) struct Group {
    /// The group of the API; its command has hyphens for underscores.
    pub(crate) name: &'static str,
    /// What its help says.
    about: &'static str,
    /// The columns of its tables: titles, and paths of members. Without any, they are chosen from the items.
    pub(crate) columns: &'static [(&'static str, &'static str)],
}

/// Which groups are commands. To add one is to add a row.
pub(crate) const GROUPS: &[Group] = &[
    Group {
        name: "workbooks",
        about: "Work with workbooks",
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
        columns: &[
            ("type", "jobType"),
            ("status", "status"),
            ("createdAt", "createdAt"),
            ("endedAt", "endedAt"),
            ("id", "id"),
        ],
    },
];

/// A call of a group, as it was typed.
#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) group: &'static Group,
    pub(crate) endpoint: Box<Endpoint>,
}

impl Group {
    fn command_name(&self) -> String {
        self.name.replace('_', "-")
    }

    /// The calls that are commands here: files have commands of their own.
    fn entries(&self) -> impl Iterator<Item = &'static Entry> + use<> {
        let name = self.name;
        entries().filter(move |entry| {
            let operation = &entry.operation;
            let has_file = matches!(entry.body, BodyKind::File { .. });
            operation.family == Family::Rest && operation.group == name && !has_file
        })
    }

    fn command(&self) -> Command {
        let commands = self.entries().map(|entry| {
            let name = in_kebab_case(entry.operation.name);
            command(entry, name, PathArguments::Positional)
        });
        Command::new(self.command_name())
            .about(self.about)
            .subcommand_required(true)
            .arg_required_else_help(true)
            .subcommands(commands)
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
        let (name, matches) = matches.subcommand().ok_or_else(missing)?;
        let entry = group
            .entries()
            .find(|entry| in_kebab_case(entry.operation.name) == name);
        let endpoint = Endpoint::typed(entry.ok_or_else(missing)?, matches)?;
        Ok(Self {
            group,
            endpoint: Box::new(endpoint),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
