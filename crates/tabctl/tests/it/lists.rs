//! Every command that lists, found by walking the help: a new one is tested without being named here.

use std::cell::OnceCell;

use serde_json::Value;
use tableau_sandbox::well_known;

use crate::support::{Bench, executable};
use crate::terminal::Session;
use crate::tsm::Fixture;

/// The arguments that a list needs to have something to show.
const ARGUMENTS: &[(&str, &[&str])] = &[("call", &["--list"])];

/// Lists of which the sandbox has no item, and settings of which none is set.
const EMPTY: &[&str] = &["flow-runs list", "jobs list", "sites get-mcp-settings"];

/// A server and a controller, both signed in to, with a job at the controller.
struct Lists {
    fixture: Fixture,
    commands: OnceCell<Vec<Vec<String>>>,
}

impl Lists {
    fn new() -> Self {
        let fixture = Fixture::signed_in();
        assert_eq!(fixture.bench().login("").code, 0);
        assert_eq!(fixture.run(&["cleanup"]).code, 0);
        let commands = OnceCell::new();
        Self { fixture, commands }
    }

    /// The commands with a choice of columns, as they are typed.
    fn commands(&self) -> &[Vec<String>] {
        self.commands.get_or_init(|| {
            let mut found = Vec::new();
            self.walk(&mut Vec::new(), &mut found);
            found
        })
    }

    fn walk(&self, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
        let arguments: Vec<_> = path.iter().map(String::as_str).chain(["--help"]).collect();
        let help = self.fixture.bench().run(&arguments).out;
        if help.contains("--columns") {
            let words: Vec<_> = path.iter().map(String::as_str).collect();
            let needed = ARGUMENTS.iter().find(|(name, _)| *name == words.join(" "));
            // A command that demands an argument is about one thing, unless it is in the table; so is one that creates, publishes, downloads, exports or
            // encrypts.
            let usage = help.lines().find(|line| line.starts_with("Usage: ")).unwrap();
            if let Some((_, needed)) = needed {
                found.push(
                    words
                        .iter()
                        .chain(*needed)
                        .map(|word| (*word).to_owned())
                        .collect(),
                );
            } else if !usage.contains('<')
                && !words.last().is_some_and(|word| {
                    ["create", "publish", "download", "export", "batch"]
                        .iter()
                        .any(|verb| word.starts_with(verb))
                        || word.ends_with("crypt-extracts")
                })
            {
                found.push(words.iter().map(|word| (*word).to_owned()).collect());
            }
        }
        let names: Vec<_> = section(&help, "Commands:")
            .filter(|name| name != "help")
            .collect();
        for name in names {
            path.push(name);
            self.walk(path, found);
            path.pop();
        }
    }

    /// The calls that give pages and need nothing to be typed.
    fn paged_calls(&self) -> Vec<Vec<String>> {
        let listed = self.fixture.bench().run(&["call", "--list", "--json"]).out;
        let calls: Vec<Value> = serde_json::from_str(&listed).unwrap();
        let is_in = |argument: &Value, place: &str| argument["in"] == place;
        let simple = calls.iter().filter(|call| {
            let arguments = call["arguments"].as_array().unwrap();
            let is_paged = arguments.iter().any(|argument| argument["name"] == "pageNumber");
            // What Tableau has retired is refused by the newest version.
            call["until"].is_null() && is_paged && !arguments.iter().any(|argument| is_in(argument, "path"))
        });
        let typed = simple.map(|call| vec!["call".to_owned(), call["name"].as_str().unwrap().to_owned()]);
        typed.collect()
    }

    /// What a command shows at a terminal, through this pager.
    fn shown(&self, typed: &[String], pager: &str) -> (Option<i32>, String) {
        let typed: Vec<_> = typed.iter().map(String::as_str).collect();
        let mut command = self.fixture.bench().command(&typed);
        command
            .env("TERM", "xterm")
            .env("PATH", "/usr/bin:/bin")
            .env("TABCTL_PAGER", pager);
        Session::start(command, 120).end()
    }
}

/// The first words of the lines below a heading of a help text.
fn section<'h>(help: &'h str, heading: &str) -> impl Iterator<Item = String> + use<'h> {
    let (_, below) = help.split_once(heading).unwrap_or_default();
    let lines = below.lines().skip(1).take_while(|line| !line.is_empty());
    let entries = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    entries.map(|line| line.split_whitespace().next().unwrap().to_owned())
}

#[test]
fn every_list_goes_through_a_pager() {
    let lists = Lists::new();
    let pager = executable(&lists.fixture.bench().folder, "pager", "echo paged; cat");
    let known = ["auth list", "workbooks list", "tsm status", "tsm jobs list"];
    let found: Vec<_> = lists.commands().iter().map(|words| words.join(" ")).collect();
    for known in known {
        assert!(found.contains(&known.to_owned()), "{found:?}");
    }
    let calls = lists.paged_calls();
    assert!(calls.len() > 3, "{calls:?}");
    for typed in lists.commands() {
        let (code, screen) = lists.shown(typed, &pager);
        assert_eq!(code, Some(0), "{typed:?}: {screen}");
        let is_paged = screen.starts_with("paged\n") && screen.lines().count() > 1;
        let is_empty =
            ["Nothing found\n", ""].contains(&screen.as_str()) && EMPTY.contains(&typed.join(" ").as_str());
        assert!(is_paged || is_empty, "{typed:?}: {screen}");
    }
    for typed in &calls {
        let (code, screen) = lists.shown(typed, &pager);
        assert_eq!(code, Some(0), "{typed:?}: {screen}");
        let is_paged = screen.starts_with("paged\n") || screen == "Nothing found\n";
        assert!(is_paged, "{typed:?}: {screen}");
    }
}

/// With an account typed for this one command: the session is over before the pager is.
#[test]
fn a_list_of_tsm_signs_out_before_it_is_read() {
    let fixture = Fixture::new();
    let arguments = [
        "--no-pager",
        "nodes",
        "--server",
        fixture.url(),
        "--trust-on-first-use",
    ];
    assert_eq!(fixture.with_password(well_known::PASSWORD, &arguments).code, 0);
    let mut command = fixture.command(&arguments[1..]);
    command
        .args(["--username", well_known::TSM_ACCOUNT])
        .env("TERM", "xterm")
        .env("PATH", "/usr/bin:/bin")
        .env("TABCTL_PAGER", "cat; printf 'read? '; read answer </dev/tty");
    let session = Session::start(command, 120);
    session.answer("Password (not shown): ", format!("{}\n", well_known::PASSWORD));
    session.answer("read? ", "\n");
    assert_eq!(fixture.tsm().session_count(), 0, "while the pager is still there");
    let (code, screen) = session.end();
    assert_eq!(code, Some(0), "{screen}");
    assert!(screen.contains("node1"), "{screen}");
}

#[test]
fn wrapped_items_have_columns() {
    let bench = Bench::new();
    let listed = bench.run_with_token(&["tasks", "list-extract-refreshes"]);
    let ids = bench.run_with_token(&["tasks", "list-extract-refreshes", "--jq", ".[].extractRefresh.id"]);
    assert!(!ids.out.is_empty(), "{ids:?}");
    for id in ids.out.lines() {
        assert!(listed.out.contains(id), "{listed:?}");
    }
    // `gh` and others say `ls`.
    assert_eq!(
        bench.run_with_token(&["groups", "ls"]).out,
        bench.run_with_token(&["groups", "list"]).out
    );
}
