//! `tabctl GROUP VERB`: the calls of a group of the REST API as commands, made from the table of endpoints.

use clap::{ArgMatches, Command, FromArgMatches, Subcommand};
use tableau_client::wire::{Entry, Family};

use super::call::{Endpoint, PathArguments, command, entries, in_kebab_case};
use super::groups::{GROUPS, Group};
use super::special::Own;

/// A command of a group, as it was typed.
#[derive(Debug)]
pub(crate) enum Resource {
    Call {
        group: &'static Group,
        endpoint: Box<Endpoint>,
    },
    Own(Own),
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
            let has_own = own.iter().any(|own| own.has(&in_kebab_case(operation.name)));
            // What Tableau has retired is reached by `call`.
            let is_current = operation.until.is_none();
            operation.family == Family::Rest && operation.group == name && is_current && !has_own
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
        let command = self.own.iter().fold(command, |command, own| own.augment(command));
        command.about(self.about)
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
        if let Some(own) = group.own.iter().find(|own| own.has(name)) {
            return Ok(Self::Own(own.typed(matches, inner)?));
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
