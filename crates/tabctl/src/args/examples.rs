//! An example for the help of every command that is no call.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{Args as _, Command, CommandFactory as _, FromArgMatches as _, Subcommand};

use super::groups::Group;
use super::{Args, Global};

/// The commands that are no calls, each with what may be typed.
const EXAMPLES: &[(&[&str], &str)] = &[
    (&["demo"], "tabctl demo"),
    (&["plan"], "tabctl plan site.toml --prune members,permissions"),
    (
        &["apply"],
        "tabctl apply site.toml --prune members,permissions --yes",
    ),
    (
        &["export-state"],
        "tabctl export-state --default-permissions workbooks,datasources > site.toml",
    ),
    (
        &["tabcmd"],
        "tabctl tabcmd --explain publish sales.twbx -r Finance",
    ),
    (&["users", "remove"], "tabctl users remove users.csv --yes"),
    (&["sandbox"], "tabctl sandbox --listen 127.0.0.1:8000 --control"),
    (
        &["auth", "login"],
        "tabctl auth login 'https://my-server/#/site/MarketingTeam' --token-name ci --token-file token.txt",
    ),
    (&["auth", "switch"], "tabctl auth switch production"),
    (&["auth", "list"], "tabctl auth list --json"),
    (&["auth", "logout"], "tabctl auth logout --all"),
    (&["auth", "status"], "tabctl auth status --json"),
    (&["auth", "token"], "tabctl auth token --profile production"),
    (&["auth", "doctor"], "tabctl auth doctor https://my-server"),
    (&["auth", "explain"], "tabctl auth explain 401002"),
    (&["auth", "import", "tabcmd"], "tabctl auth import tabcmd"),
    (
        &["workbooks", "publish"],
        "tabctl workbooks publish Superstore.twbx --project Finance/Payroll --overwrite",
    ),
    (
        &["workbooks", "download"],
        "tabctl workbooks download Samples/Superstore --output superstore.twbx",
    ),
    (
        &["workbooks", "refresh"],
        "tabctl workbooks refresh Samples/Superstore --wait",
    ),
    (
        &["datasources", "publish"],
        "tabctl datasources publish orders.hyper --project Sales --overwrite",
    ),
    (
        &["datasources", "download"],
        "tabctl datasources download --project Sales --output folder",
    ),
    (
        &["datasources", "refresh"],
        "tabctl datasources refresh Sales/Customers --wait",
    ),
    (
        &["flows", "publish"],
        "tabctl flows publish orders.tflx --project Sales",
    ),
    (
        &["flows", "download"],
        "tabctl flows download Sales/Orders --output orders.tflx",
    ),
    (
        &["flows", "run"],
        "tabctl flows run Sales/Orders --parameter Region=EMEA --wait",
    ),
    (
        &["custom-views", "publish"],
        "tabctl custom-views publish emea.json --workbook Sales/Regional --name Mine",
    ),
    (
        &["custom-views", "download"],
        "tabctl custom-views download 'EMEA only' --output emea.json",
    ),
    (
        &["virtual-connections", "publish"],
        "tabctl virtual-connections publish warehouse.json --project Sales",
    ),
    (
        &["virtual-connections", "download"],
        "tabctl virtual-connections download Sales/Warehouse --output warehouse.json",
    ),
    (
        &["views", "export"],
        "tabctl views export Samples/Superstore/Overview --filter Region=East --output east.pdf",
    ),
    (
        &["favorites", "add"],
        "tabctl favorites add workbook Samples/Superstore --label Store",
    ),
    (&["favorites", "list"], "tabctl favorites list"),
    (
        &["favorites", "remove"],
        "tabctl favorites remove workbook Samples/Superstore",
    ),
    (&["users", "import"], "tabctl users import people.csv --dry-run"),
    (
        &["groups", "sync"],
        "tabctl groups sync Sales people.csv --dry-run",
    ),
    (
        &["permissions", "show"],
        "tabctl permissions show Samples/Superstore --user anita.silva",
    ),
    (
        &["permissions", "allow"],
        "tabctl permissions allow Samples/Superstore Read Filter --group Sales",
    ),
    (
        &["permissions", "deny"],
        "tabctl permissions deny Samples/Superstore ExportData --group Sales",
    ),
    (
        &["permissions", "clear"],
        "tabctl permissions clear Samples/Superstore --group Sales",
    ),
    (&["tasks", "run"], "tabctl tasks run Samples/Superstore --wait"),
    (
        &["jobs", "watch"],
        "tabctl jobs watch 8c1b5bd4-0c8c-4a5e-9a0e-3a0a0a1a2b3c --within 600",
    ),
    (
        &["metadata", "query"],
        "tabctl metadata query workbooks.graphql --paginate --columns name,projectName",
    ),
    (&["metadata", "status"], "tabctl metadata status --json"),
    (&["tree"], "tabctl tree Finance --views"),
    (&["lineage"], "tabctl lineage 'Order Backlog' --upstream"),
    (&["search"], "tabctl search quarterly sales --type workbook,view"),
    (
        &["tsm", "login"],
        "tabctl tsm login --server my-server --username admin",
    ),
    (&["tsm", "logout"], "tabctl tsm logout"),
    (&["tsm", "status"], "tabctl tsm status --json"),
    (&["tsm", "nodes"], "tabctl tsm nodes"),
    (&["tsm", "jobs", "list"], "tabctl tsm jobs list"),
    (&["tsm", "jobs", "watch"], "tabctl tsm jobs watch 3"),
    (&["tsm", "jobs", "cancel"], "tabctl tsm jobs cancel 3"),
    (&["tsm", "start"], "tabctl tsm start"),
    (&["tsm", "stop"], "tabctl tsm stop --yes"),
    (
        &["tsm", "restart"],
        "tabctl tsm restart --yes --request-timeout 1800",
    ),
    (&["tsm", "backup"], "tabctl tsm backup nightly"),
    (&["tsm", "cleanup"], "tabctl tsm cleanup --log-files --temp-files"),
    (
        &["tsm", "configuration", "get"],
        "tabctl tsm configuration get wgserver.session.idle_limit",
    ),
    (&["tsm", "export"], "tabctl tsm export settings.json"),
    (&["tsm", "import"], "tabctl tsm import settings.json"),
    (&["tsm", "licenses"], "tabctl tsm licenses"),
    (
        &["api"],
        "tabctl api sites/{site}/workbooks --paginate --jq '.workbooks.workbook[].name'",
    ),
    (
        &["call"],
        "tabctl call workbooks.list --filter name:eq:Superstore",
    ),
    (&["batch"], "tabctl batch commands.txt --stop"),
    (&["completions"], "tabctl completions bash"),
    (&["docs"], "tabctl docs docs/reference"),
    (&["man"], "tabctl man --output ~/.local/share/man/man1"),
];

/// The whole command, with its examples.
pub(crate) fn command() -> Command {
    let mut command = Args::command();
    for (path, example) in EXAMPLES {
        command = with_example(command, path, example);
    }
    command
}

/// The command line with one of its commands, which has that name: making all of them takes longer than a call.
fn with_only(name: &str) -> Option<Command> {
    let bare = || Command::new("tabctl");
    let command = match Group::find(name) {
        Some(group) => group.command(),
        None => {
            let all = <super::Command as Subcommand>::augment_subcommands(bare());
            of_group(all.find_subcommand(name)?.clone(), name)
        }
    };
    let base = bare().version(env!("CARGO_PKG_VERSION")).propagate_version(true);
    Some(Global::augment_args(base).subcommand(command))
}

/// The command of a group with its examples.
pub(super) fn of_group(mut command: Command, group: &str) -> Command {
    for (path, example) in EXAMPLES {
        match path.split_first() {
            Some((first, rest)) if *first == group => command = of_part(command, rest, example),
            _ => {}
        }
    }
    command
}

impl Args {
    /// What was typed.
    pub(crate) fn typed(words: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let words: Vec<_> = words.into_iter().collect();
        // An option before the name of a command, such as `--help`, is about all of them.
        let name = words.get(1).and_then(|word| word.to_str());
        let name = name.filter(|name| !name.starts_with('-'));
        let mut command = name.and_then(with_only).unwrap_or_else(command);
        let matches = command.try_get_matches_from_mut(&words);
        let is_help = |error: &clap::Error| !error.use_stderr();
        // A command with one argument refuses the time as a second one, with fewer words.
        if let Some(seconds) = time_apart(&words)
            && !matches.as_ref().is_err_and(is_help)
        {
            let message =
                format!("`--wait {seconds}`: write --wait={seconds}; a word of its own is taken for an item");
            return Err(clap::Error::raw(ErrorKind::WrongNumberOfValues, message).format(&mut command));
        }
        Self::from_arg_matches_mut(&mut matches?).map_err(|error| error.format(&mut command))
    }
}

/// The time after `--wait`, which is part of that word and not the next one. tabcmd's language has no such option.
fn time_apart(words: &[OsString]) -> Option<&str> {
    let ours = words.iter().take_while(|word| *word != "--" && *word != "tabcmd");
    let ours: Vec<_> = ours.filter_map(|word| word.to_str()).collect();
    ours.windows(2).find_map(|pair| match pair {
        ["--wait", time] if time.parse::<u64>().is_ok() => Some(*time),
        _ => None,
    })
}

/// The command with the example in the help of one of its subcommands.
fn with_example(command: Command, path: &[&'static str], example: &'static str) -> Command {
    let Some((name, rest)) = path.split_first() else {
        return shown(command, example);
    };
    // Those of groups are not there yet.
    if command.find_subcommand(name).is_none() {
        return command;
    }
    command.mut_subcommand(name, |inner| of_part(inner, rest, example))
}

/// The same for a command that is part of another: a group shows the first of its examples.
fn of_part(command: Command, path: &[&'static str], example: &'static str) -> Command {
    let command = with_example(command, path, example);
    match has_example(&command) {
        true => command,
        false => shown(command, example),
    }
}

fn has_example(command: &Command) -> bool {
    let after = command.get_after_help().map(|after| after.ansi().to_string());
    after.is_some_and(|after| after.starts_with("Example:"))
}

/// The command with the example in its help, before what is there already.
pub(super) fn shown(command: Command, example: &str) -> Command {
    let after = match command.get_after_help() {
        Some(more) => format!("Example:\n  {example}\n\n{}", more.ansi()),
        None => format!("Example:\n  {example}"),
    };
    command.after_help(after)
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    /// Every command below this one, by the words that lead to it.
    fn walk(command: &Command, path: &str, found: &mut Vec<(String, Command)>) {
        for inner in command
            .get_subcommands()
            .filter(|inner| inner.get_name() != "help")
        {
            let path = format!("{path} {}", inner.get_name());
            walk(inner, &path, found);
            found.push((path, inner.clone()));
        }
    }

    #[test]
    fn a_time_apart_from_wait_is_refused_with_what_to_write() {
        let typed = |line: &str| Args::typed(line.split(' ').map(OsString::from));
        for line in [
            "tabctl workbooks refresh Sales --wait 5",
            "tabctl flows run Sales --wait 5",
        ] {
            let error = typed(line).unwrap_err().to_string();
            assert!(error.contains("--wait=5"), "{line}: {error}");
        }
        typed("tabctl workbooks refresh Sales --wait=5").unwrap();
        typed("tabctl workbooks refresh --wait -- 5").unwrap();
        typed("tabctl workbooks refresh 5 --wait").unwrap();
    }

    #[test]
    fn every_command_has_an_example_that_can_be_typed() {
        let mut whole = command();
        whole.build();
        let mut all = Vec::new();
        walk(&whole, "tabctl", &mut all);
        assert!(all.len() > 300, "{}", all.len());
        let (mut without, mut wrong) = (Vec::new(), Vec::new());
        for (path, command) in all {
            let help = command
                .get_after_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            let example = help
                .split_once("Example:\n  ")
                .map(|(_, rest)| rest.lines().next().unwrap_or_default());
            let Some(example) = example else {
                without.push(path);
                continue;
            };
            let example = example.split(" > ").next().unwrap_or_default();
            let words = shlex::split(example).unwrap_or_else(|| panic!("{example}"));
            let typed = Args::typed(words.into_iter().map(OsString::from));
            if let Err(error) = typed {
                wrong.push(format!("{path}: {example}: {error}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(without.is_empty(), "without an example: {without:#?}");
    }

    /// The files of a folder and of those in it.
    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => sources(&path, found),
                false => found.push(path),
            }
        }
    }

    #[test]
    fn the_commands_that_texts_advise_are_there() {
        let mut whole = command();
        whole.build();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = Vec::new();
        for folder in ["src", "../tableau-client/src", "../../docs/guide"] {
            sources(&root.join(folder), &mut files);
        }
        let (mut advised, mut wrong) = (0, Vec::new());
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            for words in text.split("`tabctl ").skip(1) {
                let words = words.split('`').next().unwrap().split_whitespace();
                let mut command = &whole;
                for word in words {
                    let is_word = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
                    if !is_word || word.starts_with('-') || command.get_subcommands().next().is_none() {
                        break;
                    }
                    match command.find_subcommand(word) {
                        Some(inner) => command = inner,
                        None => {
                            wrong.push(format!(
                                "{}: {} has no {word}",
                                file.display(),
                                command.get_name()
                            ));
                            break;
                        }
                    }
                    advised += 1;
                }
            }
        }
        assert!(advised > 100, "{advised}");
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
