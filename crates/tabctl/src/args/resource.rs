//! `tabctl GROUP VERB`: the calls of a group of the REST API as commands, made from the table of endpoints.

use clap::{ArgMatches, Command, FromArgMatches, Subcommand};
use tableau_client::wire::{Entry, Family, Field, Param};

use super::call::{Endpoint, PathArguments, entries, filled, named};
use super::call_arg::in_kebab_case;
use super::groups::{GROUPS, Group};
use super::refers::Refers;
use super::special::Own;
use super::{call_example, examples};

/// A command of a group, as it was typed.
#[derive(Debug)]
pub(crate) enum Resource {
    Call {
        group: &'static Group,
        endpoint: Box<Endpoint>,
    },
    Own(Own),
}

/// Calls for which there is a command that is shorter, or does more.
const BETTER: &[(&str, &str)] = &[
    ("addPermissions", "`tabctl permissions allow` is shorter"),
    ("getPermissions", "`tabctl permissions show` has them as a table"),
    (
        "importUsers",
        "`tabctl users import` also compares, waits and has a line for each user",
    ),
    (
        "deleteUsers",
        "`tabctl users remove` also has a line for each user",
    ),
];

impl Group {
    /// What it is called on the command line.
    pub(crate) fn command_name(&self) -> String {
        self.name.replace('_', "-")
    }

    /// The calls that are commands here, apart from those that it has commands of its own for.
    fn entries(&self) -> impl Iterator<Item = &'static Entry> + use<> {
        let (name, own) = (self.name, self.own);
        entries().filter(move |entry| {
            let operation = &entry.operation;
            // What Tableau has retired is reached by `call`.
            let is_current = operation.until.is_none();
            let has_own = || own.iter().any(|own| own.has(&in_kebab_case(operation.name)));
            operation.family == Family::Rest && operation.group == name && is_current && !has_own()
        })
    }

    /// The command of the group. Its subcommands are made when they are looked at: most commands need those of one group only.
    pub(super) fn command(&self) -> Command {
        let command = Command::new(self.command_name()).about(self.about);
        command
            .subcommand_required(true)
            .arg_required_else_help(true)
            .defer(|command| match Group::find(command.get_name()) {
                Some(group) => group.fill(command),
                None => command,
            })
    }

    pub(super) fn find(name: &str) -> Option<&'static Self> {
        GROUPS.iter().find(|group| group.command_name() == name)
    }

    /// The name of a command of this group as clap has it.
    fn full_name(&self, name: &str) -> String {
        format!("tabctl-{}-{name}", self.command_name())
    }

    /// The call that a command is for.
    fn of_call(command: &Command) -> Option<(&'static Self, &'static Entry)> {
        let name = command.get_name();
        let full_name = command.get_display_name()?;
        let group = GROUPS.iter().find(|group| group.full_name(name) == full_name)?;
        let mut entries = group.entries();
        Some((
            group,
            entries.find(|entry| in_kebab_case(entry.operation.name) == name)?,
        ))
    }

    fn fill(&self, command: Command) -> Command {
        let commands = self.entries().map(|entry| {
            let name = in_kebab_case(entry.operation.name);
            // What other commands call it.
            let alias = match name.as_str() {
                "list" => Some("ls"),
                "create" => Some("add"),
                _ => None,
            };
            let full_name = self.full_name(&name);
            let command = alias
                .into_iter()
                .fold(named(entry, name).display_name(full_name), Command::alias);
            let better = BETTER.iter().find(|(name, _)| *name == entry.operation.name);
            let command = match (better, command.get_about()) {
                (Some((_, better)), Some(about)) => {
                    let about = format!("{about}; {better}");
                    command.about(about)
                }
                _ => command,
            };
            // Most commands need the arguments of one call only.
            command.defer(|command| match Self::of_call(&command) {
                Some((group, entry)) => {
                    let command = filled(command, entry, PathArguments::Positional);
                    examples::shown(command, &group.example(entry))
                }
                None => command,
            })
        });
        let command = command.subcommands(commands);
        let command = self.own.iter().fold(command, |command, own| own.augment(command));
        // Commands of its own set another one.
        let command = command.about(self.about);
        let command = examples::of_group(command, &self.command_name());
        match self.entries().next() {
            Some(entry) if command.get_after_help().is_none() => {
                examples::shown(command, &self.example(entry))
            }
            _ => command,
        }
    }

    /// An example of a call: the first argument names an item as the sandbox has it, where it has one.
    fn example(&self, entry: &Entry) -> String {
        let (group, verb) = (self.command_name(), in_kebab_case(entry.operation.name));
        let in_path = |at, param: &Param| match at {
            0 => Self::item(self.name).map_or_else(|| param.name.to_uppercase(), str::to_owned),
            _ => param.name.to_uppercase(),
        };
        let in_body = |path: &str, field: &Field| match Refers::of(path, field.kind) {
            Some(refers) => {
                let item = Self::item(refers.group).unwrap_or("NAME");
                format!("--{} {item}", refers.short.as_deref().unwrap_or(path))
            }
            None => format!("--{path} {}", call_example::value(field.kind, field.doc)),
        };
        let command = format!("tabctl {group} {verb}");
        match call_example::given(entry) {
            Some(given) => format!("{command} {given}"),
            None => call_example::of_call(entry, &command, in_path, in_body),
        }
    }

    /// An item of a group that the sandbox has.
    fn item(group: &str) -> Option<&'static str> {
        Some(match group {
            "workbooks" => "Samples/Superstore",
            "views" | Refers::CONTENT => "Samples/Superstore/Overview",
            "datasources" => "Sales/Customers",
            "flows" => "Sales/Orders",
            "projects" => "Finance/Payroll",
            "users" => "anita.silva",
            "groups" => "Sales",
            "custom_views" => "'EMEA only'",
            "virtual_connections" => "Sales/Warehouse",
            "webhooks" => "'Failed refreshes'",
            "sites" => "MarketingTeam",
            "schedules" => "'Weekday early mornings'",
            _ => return None,
        })
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
        Group::find(name).is_some()
    }
}

impl FromArgMatches for Resource {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let missing = || clap::Error::new(clap::error::ErrorKind::MissingSubcommand);
        let (name, matches) = matches.subcommand().ok_or_else(missing)?;
        let group = Group::find(name).ok_or_else(missing)?;
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
