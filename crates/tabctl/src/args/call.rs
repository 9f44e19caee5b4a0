//! `tabctl call`: one command for each endpoint, made from the table of endpoints.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Args as ClapArgs, Command, FromArgMatches, Subcommand, value_parser};
use tableau_client::wire::{
    BodyKind, Entry, Family, Field, Method, Operation, Param, Place, ReplyKind, ValueKind,
};

use super::call_arg::{arg, member};
use super::call_help::{facts, in_imperative, placeholder};
use super::connection::Connection;
use super::output::Output;
use super::refers::Refers;
use super::tsm;
use super::wait::WaitForJob;
use super::{call_example, examples};

/// The argument that names the file to send.
const FILE: &str = "file";
const INPUT: &str = "input";
const DRY_RUN: &str = "dry-run";
const YES: &str = "yes";
/// The file that a reply which is one is written to.
const TARGET: &str = "target";
const COMMON: &str = "Common options";

#[derive(Debug, ClapArgs)]
#[command(
    arg_required_else_help = true,
    args_conflicts_with_subcommands = true,
    subcommand_value_name = "GROUP.NAME",
    subcommand_help_heading = "Endpoints",
    disable_help_subcommand = true
)]
pub(crate) struct Call {
    /// List the endpoints: name, path, first version and purpose
    #[arg(long, required = true)]
    pub(crate) list: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(subcommand)]
    pub(crate) endpoint: Option<Endpoint>,
}

/// A call as it was typed.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) entry: &'static Entry,
    /// The arguments in path and query, by name.
    pub(crate) values: Vec<(&'static str, String)>,
    /// Members of the body by their paths (`site.contentUrl`).
    pub(crate) members: Vec<(String, ValueKind, String)>,
    /// The file to send, or the document to send instead of one made from members.
    pub(crate) file: Option<PathBuf>,
    /// The greatest number of items of a list.
    pub(crate) limit: Option<usize>,
    /// What there is of a list that is not complete.
    pub(crate) allow_incomplete: bool,
    pub(crate) jq: Option<String>,
    /// Whether the variables of the path are references to items, and a deletion is confirmed.
    pub(crate) by_reference: bool,
    /// Whether a deletion needs no confirmation.
    pub(crate) yes: bool,
    /// Whether the call is shown and not made.
    pub(crate) dry_run: bool,
    /// The file to write a reply to that is one.
    pub(crate) target: Option<PathBuf>,
    /// How long to wait for the job that it starts.
    pub(crate) wait: Option<Duration>,
    pub(crate) output: Output,
    pub(crate) connection: Reach,
}

/// The API, and how to reach it.
#[derive(Debug)]
pub(crate) enum Reach {
    Rest(Connection),
    Tsm(tsm::Connection),
}

pub(super) fn entries() -> impl Iterator<Item = &'static Entry> {
    Family::ALL.iter().flat_map(|family| family.endpoints())
}

/// Whether a call starts a job on the server.
fn starts_job(entry: &Entry) -> bool {
    let gives_job = matches!(entry.reply, ReplyKind::Document { shape, .. } if shape.name == "Job");
    gives_job && entry.operation.family == Family::Rest && entry.operation.method != Method::GET
}

/// Whether a call deletes what no other call brings back: not a tag, a rule or a favorite.
pub(crate) fn is_deletion(operation: &Operation) -> bool {
    let deleted = operation.name.strip_prefix("delete");
    deleted.is_some_and(|what| {
        !["Tag", "Permission", "Favorite"]
            .iter()
            .any(|light| what.ends_with(light))
    })
}

/// The members of a body by their paths, but for those that the address has too. What is part of something that may be left out may be left out with it.
pub(crate) fn members(entry: &Entry) -> Vec<(String, Field)> {
    let mut members = all_members(entry);
    members.retain(|(path, _)| in_address(entry, path).is_none());
    members
}

/// The variable of the address that a member of the body says once more: `workbookLuid` for `workbook_luid`.
fn in_address(entry: &Entry, member: &str) -> Option<&'static str> {
    let mut params = entry.operation.all_params();
    let param = params.find(|param| {
        param.place == Place::Path && param.name.eq_ignore_ascii_case(&member.replace('_', ""))
    });
    param.map(|param| param.name)
}

fn all_members(entry: &Entry) -> Vec<(String, Field)> {
    let (BodyKind::Document { shape, .. } | BodyKind::File { shape, .. }) = entry.body else {
        return Vec::new();
    };
    let member = |trail: Vec<Field>| {
        let mut field = *trail.last()?;
        field.required = trail.iter().all(|field| field.required);
        let names: Vec<_> = trail.iter().map(|field| field.name).collect();
        Some((names.join("."), field))
    };
    shape.leaves().into_iter().filter_map(member).collect()
}

/// Whether a member is about an item that the request names by its identifier: `owner.fullName` beside `owner.id`. Help is long enough without it.
fn is_known_by_id(path: &str, members: &[(String, Field)]) -> bool {
    path.match_indices('.').any(|(dot, _)| {
        let id = path.get(..=dot).map(|item| format!("{item}id"));
        id.is_some_and(|id| id != path && members.iter().any(|(other, _)| *other == id))
    })
}

/// What was typed for a parameter: filters and sorts that are given one by one belong together.
fn together(kind: ValueKind, typed: Vec<String>) -> Vec<String> {
    match kind {
        ValueKind::Filter | ValueKind::Sort if !typed.is_empty() => vec![typed.join(",")],
        _ => typed,
    }
}

/// How arguments in the path are typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathArguments {
    /// `--id ID`
    Named,
    /// `ID`, which may be a reference.
    Positional,
}

/// The command of an endpoint, without its arguments.
pub(super) fn named(entry: &'static Entry, name: String) -> Command {
    let about = in_imperative(&entry.operation.summary.to_string());
    // `--version` is an argument of some.
    Command::new(name).disable_version_flag(true).about(about)
}

/// The same with its arguments.
pub(super) fn filled(command: Command, entry: &'static Entry, path: PathArguments) -> Command {
    let operation = &entry.operation;
    let about = command.get_about().cloned();
    let mut command = command.after_help(facts(operation));
    for param in operation.all_params() {
        let in_path = param.place == Place::Path;
        let mut arg = arg(param.name.to_owned(), param.doc, param.kind).required(param.required);
        if param.place == Place::QuerySet {
            arg = arg.action(ArgAction::Append).value_name("NAME=VALUE");
        }
        command = command.arg(match path {
            PathArguments::Positional if in_path => arg.long(None).value_name(param.name.to_uppercase()),
            _ => arg,
        });
    }
    let members = members(entry);
    let by_reference = path == PathArguments::Positional;
    for (path, field) in &members {
        let refers = by_reference.then(|| Refers::of(path, field.kind)).flatten();
        let hidden = !field.required && is_known_by_id(path, &members);
        command = command.arg(member(path, *field, refers.as_ref()).hide(hidden));
    }
    match entry.body {
        BodyKind::File { child, .. } => {
            let file = Arg::new(FILE)
                .long(FILE)
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("What to send; `-` is standard input");
            // The document about a file may refer to one that was uploaded before.
            command = command.arg(file.required(child.is_none()));
        }
        BodyKind::Document { .. } => {
            let input = Arg::new(INPUT)
                .long(INPUT)
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                // A body without a description, as TSM has some, cannot be made from arguments; one of the REST API that has no members is empty.
                .required(members.is_empty() && operation.family == Family::Tsm)
                .conflicts_with_all(members.iter().map(|(path, _)| path.clone()))
                .help("Send the document in this file, in XML or JSON; `-` is standard input");
            command = command.arg(input);
        }
        _ => {}
    }
    let page = operation
        .is_paged()
        .then_some("pageNumber")
        .or(operation.page_token());
    if let Some(page) = page {
        let limit = Arg::new("limit")
            .long("limit")
            .value_name("N")
            .value_parser(value_parser!(usize))
            .conflicts_with(page)
            .help(format!(
                "At most this many; without --{page}, every page is fetched"
            ));
        command = command.arg(limit);
    }
    if operation.is_paged() {
        let allow_incomplete = Arg::new("allow-incomplete")
            .long("allow-incomplete")
            .action(ArgAction::SetTrue)
            .conflicts_with("pageNumber")
            .help(
                "Give what there is of a list whose pages are not what the server announced, with a warning",
            );
        command = command.arg(allow_incomplete);
    }
    if operation.method != Method::GET {
        let dry_run = Arg::new(DRY_RUN)
            .long(DRY_RUN)
            .action(ArgAction::SetTrue)
            .help("Show what would be sent, and change nothing");
        command = command.arg(dry_run);
    }
    if path == PathArguments::Positional && is_deletion(operation) {
        let yes = Arg::new(YES)
            .long(YES)
            .short('y')
            .action(ArgAction::SetTrue)
            .help("Delete without asking");
        command = command.arg(yes);
    }
    if starts_job(entry) {
        command = WaitForJob::augment_args(command);
    }
    if entry.reply == ReplyKind::Content {
        let target = Arg::new(TARGET)
            .long("output")
            .short('o')
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .help("The file to write; one that there is is replaced when all has arrived");
        command = command.arg(target);
    }
    let jq = Arg::new("jq")
        .long("jq")
        .value_name("FILTER")
        .conflicts_with_all(["csv", "quiet", "columns"])
        .help("Print the JSON filtered by this jq expression");
    let command = command.next_help_heading(COMMON).arg(jq);
    let command = Output::augment_args(command);
    let command = match operation.family {
        Family::Tsm => tsm::Connection::augment_args(command),
        _ => Connection::augment_args(command),
    };
    // These set their own `about`.
    command.about(about.unwrap_or_default())
}

impl Subcommand for Endpoint {
    fn augment_subcommands(parent: Command) -> Command {
        // Hundreds of commands, which only `call` needs, and the arguments of one of them.
        parent.defer(|parent| {
            parent.subcommands(entries().map(|entry| {
                let command = named(entry, entry.operation.full_name());
                command.defer(|command| match Self::entry(command.get_name()) {
                    Some(entry) => Self::with_arguments(command, entry),
                    None => command,
                })
            }))
        })
    }

    fn augment_subcommands_for_update(parent: Command) -> Command {
        Self::augment_subcommands(parent)
    }

    fn has_subcommand(name: &str) -> bool {
        Self::entry(name).is_some()
    }
}

impl FromArgMatches for Endpoint {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let missing = || clap::Error::new(clap::error::ErrorKind::MissingSubcommand);
        let (name, matches) = matches.subcommand().ok_or_else(missing)?;
        let entry = Self::entry(name).ok_or_else(missing)?;
        Self::typed(entry, PathArguments::Named, matches)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Endpoint {
    /// The endpoint with this full name.
    fn entry(name: &str) -> Option<&'static Entry> {
        entries().find(|entry| entry.operation.full_name() == name)
    }

    /// The command of an endpoint with its arguments and an example.
    fn with_arguments(command: Command, entry: &'static Entry) -> Command {
        let in_path = |_, param: &Param| format!("--{} {}", param.name, placeholder(param.kind));
        let in_body =
            |path: &str, field: &Field| format!("--{path} {}", call_example::value(field.kind, field.doc));
        let command_line = format!("tabctl call {}", command.get_name());
        let example = call_example::of_call(entry, &command_line, in_path, in_body);
        examples::shown(filled(command, entry, PathArguments::Named), &example)
    }

    /// The call of an endpoint as it was typed.
    pub(super) fn typed(
        entry: &'static Entry,
        path: PathArguments,
        matches: &ArgMatches,
    ) -> Result<Self, clap::Error> {
        let is_set = |name| matches.try_get_one::<bool>(name).ok().flatten() == Some(&true);
        let typed = |name: &str| matches.get_many::<String>(name).into_iter().flatten().cloned();
        let file = |name| matches.try_get_one::<PathBuf>(name).ok().flatten().cloned();
        let values = entry.operation.all_params();
        let members = all_members(entry).into_iter();
        Ok(Self {
            entry,
            values: values
                .flat_map(|param| {
                    let values = together(param.kind, typed(param.name).collect());
                    values.into_iter().map(|value| (param.name, value))
                })
                .collect(),
            members: members
                .flat_map(|(path, field)| {
                    let values: Vec<_> = typed(in_address(entry, &path).unwrap_or(&path)).collect();
                    values
                        .into_iter()
                        .map(move |value| (path.clone(), field.kind, value))
                })
                .collect(),
            file: file(FILE).or_else(|| file(INPUT)),
            limit: matches.try_get_one::<usize>("limit").ok().flatten().copied(),
            allow_incomplete: matches.try_get_one("allow-incomplete").ok().flatten() == Some(&true),
            jq: matches.get_one::<String>("jq").cloned(),
            by_reference: path == PathArguments::Positional,
            yes: is_set(YES),
            dry_run: is_set(DRY_RUN),
            target: file(TARGET),
            wait: match starts_job(entry) {
                true => WaitForJob::from_arg_matches(matches)?.time(),
                false => None,
            },
            output: Output::from_arg_matches(matches)?,
            connection: match entry.operation.family {
                Family::Tsm => Reach::Tsm(tsm::Connection::from_arg_matches(matches)?),
                _ => Reach::Rest(Connection::from_arg_matches(matches)?),
            },
        })
    }
}
