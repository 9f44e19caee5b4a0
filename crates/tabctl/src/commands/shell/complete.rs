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
    // It is not set any more when candidates are made.
    let quoting = Quoting::of(&std::env::var(VARIABLE).unwrap_or_default());
    CompleteEnv::with_factory(move || command(quoting))
        .var(VARIABLE)
        .complete();
}

/// What a shell does with a candidate.
#[derive(Debug, Clone, Copy)]
enum Quoting {
    /// It quotes what needs it: zsh, fish, Elvish.
    Quoted,
    /// It puts it on the command line as it is, and takes backslashes for quotes.
    Backslashes,
    /// It puts it on the command line as it is, and compares what is typed with the beginning, where a quote would stand.
    Plain,
}

impl Quoting {
    fn of(shell: &str) -> Self {
        match shell {
            "bash" => Self::Backslashes,
            "powershell" => Self::Plain,
            _ => Self::Quoted,
        }
    }

    /// A name as one word of the shell; `None` if it cannot be written as one.
    fn word(self, name: &str) -> Option<String> {
        if name.contains(char::is_control) {
            return None;
        }
        let is_special = |letter: char| !letter.is_alphanumeric() && !"_-./,+@%:=".contains(letter);
        match self {
            Self::Quoted => Some(name.to_owned()),
            Self::Plain => (!name.contains(is_special)).then(|| name.to_owned()),
            Self::Backslashes => {
                let mut word = String::new();
                for letter in name.chars() {
                    if is_special(letter) {
                        word.push('\\');
                    }
                    word.push(letter);
                }
                Some(word)
            }
        }
    }

    /// Names that others have chosen, as candidates.
    fn candidates(self, names: impl IntoIterator<Item = String>) -> Vec<CompletionCandidate> {
        let words = names.into_iter().filter_map(|name| self.word(&name));
        words.map(CompletionCandidate::new).collect()
    }
}

/// The whole command, with what its arguments may be.
fn command(quoting: Quoting) -> Command {
    let mut command = args::command();
    command.build();
    with_candidates(command, &[], quoting)
}

fn with_candidates(command: Command, path: &[String], quoting: Quoting) -> Command {
    let names: Vec<_> = command
        .get_subcommands()
        .map(|inner| inner.get_name().to_owned())
        .collect();
    let command = names.into_iter().fold(command, |command, name| {
        let path = [path, std::slice::from_ref(&name)].concat();
        command.mut_subcommand(name, |inner| with_candidates(inner, &path, quoting))
    });
    let known: Vec<_> = command
        .get_arguments()
        .filter_map(|arg| Some((arg.get_id().clone(), candidates(arg, path, quoting)?)))
        .collect();
    known.into_iter().fold(command, |command, (id, candidates)| {
        command.mut_arg(id, |arg| arg.add(candidates))
    })
}

/// What an argument of a command may be, where that is known.
fn candidates(arg: &Arg, path: &[String], quoting: Quoting) -> Option<ArgValueCandidates> {
    let path: Vec<_> = path.iter().map(String::as_str).collect();
    let is_first = arg.is_positional() && arg.get_index() == Some(1);
    match (arg.get_id().as_str(), path.as_slice()) {
        ("profile", _) | ("name", ["auth", "switch"]) => {
            Some(ArgValueCandidates::new(move || quoting.candidates(profiles())))
        }
        ("columns", [group, "list"]) => {
            let group = GROUPS.iter().find(|known| known.command_name() == *group)?;
            Some(ArgValueCandidates::new(|| {
                let titles = group.columns().map(|(title, _)| title);
                titles.map(CompletionCandidate::new).collect()
            }))
        }
        (_, [group, _]) if is_first => {
            let group = GROUPS.iter().find(|known| known.command_name() == *group)?.name;
            Some(ArgValueCandidates::new(move || quoting.candidates(items(group))))
        }
        _ => None,
    }
}

fn profiles() -> Vec<String> {
    let profiles = Profiles::load().unwrap_or_default();
    profiles.by_name.into_keys().collect()
}

/// The items of a group that lists of the current profile have shown; no request is made.
fn items(group: &str) -> Vec<String> {
    let current = Profiles::load().ok().and_then(|profiles| profiles.current);
    current
        .map(|profile| seen::names(&profile, group))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Quoting;

    #[test]
    fn a_name_is_one_word_of_its_shell() {
        let quoted = |name: &str, shell: &str| Quoting::of(shell).word(name);
        let name = "it's $(touch x); `id`*";
        let bash = r"it\'s\ \$\(touch\ x\)\;\ \`id\`\*";
        assert_eq!(quoted(name, "bash").as_deref(), Some(bash));
        assert_eq!(quoted(name, "powershell"), None);
        assert_eq!(quoted(name, "zsh").as_deref(), Some(name));
        for shell in ["bash", "powershell", "fish"] {
            assert_eq!(quoted("Q1/Umsätze", shell).as_deref(), Some("Q1/Umsätze"));
            assert_eq!(quoted("a\nb", shell), None);
        }
    }
}
