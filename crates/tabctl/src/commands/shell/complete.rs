//! What shells offer for the word that is being typed: commands, options, names of profiles, columns, and items that lists have shown.

use clap::{Arg, Command};
use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};

use crate::args::{self, GROUPS};
use crate::session::profile::Profiles;
use crate::session::seen;

/// The variable by which the script of a shell asks for candidates.
pub(super) const VARIABLE: &str = "TABCTL_COMPLETE";

/// Answers a shell that asks for candidates, and ends the process then.
pub(crate) fn answer() {
    CompleteEnv::with_factory(command).var(VARIABLE).complete();
}

/// The whole command, with what its arguments may be.
fn command() -> Command {
    let mut command = args::command();
    command.build();
    with_candidates(command, &[])
}

fn with_candidates(command: Command, path: &[String]) -> Command {
    let names: Vec<_> = command
        .get_subcommands()
        .map(|inner| inner.get_name().to_owned())
        .collect();
    let command = names.into_iter().fold(command, |command, name| {
        let path = [path, std::slice::from_ref(&name)].concat();
        command.mut_subcommand(name, |inner| with_candidates(inner, &path))
    });
    let known: Vec<_> = command
        .get_arguments()
        .filter_map(|arg| Some((arg.get_id().clone(), candidates(arg, path)?)))
        .collect();
    known.into_iter().fold(command, |command, (id, candidates)| {
        command.mut_arg(id, |arg| arg.add(candidates))
    })
}

/// What an argument of a command may be, where that is known.
fn candidates(arg: &Arg, path: &[String]) -> Option<ArgValueCandidates> {
    let path: Vec<_> = path.iter().map(String::as_str).collect();
    let is_first = arg.is_positional() && arg.get_index() == Some(1);
    match (arg.get_id().as_str(), path.as_slice()) {
        ("profile", _) | ("name", ["auth", "switch"]) => Some(ArgValueCandidates::new(profiles)),
        ("columns", [group, "list"]) => {
            let group = GROUPS.iter().find(|known| known.command_name() == *group)?;
            Some(ArgValueCandidates::new(|| {
                let titles = group.columns.iter().map(|(title, _)| title);
                titles.map(CompletionCandidate::new).collect()
            }))
        }
        (_, [group, _]) if is_first => {
            let group = GROUPS.iter().find(|known| known.command_name() == *group)?.name;
            Some(ArgValueCandidates::new(move || items(group)))
        }
        _ => None,
    }
}

fn profiles() -> Vec<CompletionCandidate> {
    let profiles = Profiles::load().unwrap_or_default();
    profiles.by_name.keys().map(CompletionCandidate::new).collect()
}

/// The items of a group that lists of the current profile have shown; no request is made.
fn items(group: &str) -> Vec<CompletionCandidate> {
    let current = Profiles::load().ok().and_then(|profiles| profiles.current);
    let names = current
        .map(|profile| seen::names(&profile, group))
        .unwrap_or_default();
    names.into_iter().map(CompletionCandidate::new).collect()
}
