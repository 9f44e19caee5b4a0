//! What a terminal shows: tables of its width, colors, a pager, progress.

use std::process::Command;

use tableau_sandbox::{Sandbox, well_known};
use tempfile::TempDir;
use unicode_width::UnicodeWidthStr as _;

use crate::support::{Bench, executable};
use crate::terminal::Session;

const HEADER: &str = "\x1b[1mname";

/// `tabctl`, signed in by its environment, at a terminal.
fn at_terminal(bench: &Bench, arguments: &[&str]) -> Command {
    let mut command = bench.command(arguments);
    command
        .env("TABLEAU_SERVER_URL", bench.sandbox.url())
        .env("TABLEAU_PAT_NAME", well_known::PAT_NAME)
        .env("TABLEAU_PAT_SECRET", well_known::PAT_SECRET)
        .env("TERM", "xterm")
        .env("PATH", "/usr/bin:/bin");
    command
}

/// What a command that ends by itself has shown.
fn shown(command: Command, columns: u16) -> String {
    let (code, screen) = Session::start(command, columns).end();
    assert_eq!(code, Some(0), "{screen}");
    screen
}

/// The screen without what makes words bold.
fn bare(screen: &str) -> String {
    screen.replace("\x1b[1m", "").replace("\x1b[0m", "")
}

#[test]
fn a_table_fits_terminals_of_every_width() {
    let bench = Bench::new();
    let ids = bench.run_with_token(&["workbooks", "list", "--quiet"]).out;
    for columns in [40, 80, 120, 200] {
        let arguments = ["--no-pager", "workbooks", "list"];
        let screen = shown(at_terminal(&bench, &arguments), columns);
        assert!(screen.contains("\x1b[1m"), "{screen}");
        let screen = bare(&screen);
        let too_long = screen.lines().find(|line| line.width() > usize::from(columns));
        assert_eq!(too_long, None, "{columns}: {screen}");
        for id in ids.lines() {
            // It gives way to all else, but its first letters still tell items apart.
            let shown = if columns >= 120 { id } else { &id[..8] };
            assert!(screen.contains(shown), "{columns}: there is no {shown}: {screen}");
        }
    }
}

#[test]
fn a_narrow_terminal_shows_one_field_a_line_and_a_wide_one_all_columns() {
    let bench = Bench::new();
    let arguments = [
        "--no-pager",
        "workbooks",
        "list",
        "--filter",
        "name:eq:Superstore",
    ];
    let narrow = bare(&shown(at_terminal(&bench, &arguments), 40));
    let expected = "\
name       Superstore
project    Samples
owner      admin
updatedAt  2025-07-10T23:39:30Z
id
  fc9fa41f-a23e-4f5b-8bda-6011f215c34f
";
    assert_eq!(narrow, expected);
    let wide = bare(&shown(at_terminal(&bench, &arguments), 200));
    let expected = "\
name        project  owner  updatedAt         id
Superstore  Samples  admin  2025-07-10 23:39  fc9fa41f-a23e-4f5b-8bda-6011f215c34f
";
    assert_eq!(wide, expected);
    // The identifier gives way, unless it was asked for.
    let usual = bare(&shown(at_terminal(&bench, &arguments), 55));
    let expected = "\
name        project  owner  updatedAt         id
Superstore  Samples  admin  2025-07-10 23:39  fc9fa41f…
";
    assert_eq!(usual, expected);
    let asked = [&arguments[..], &["--columns", "owner,id,name"]].concat();
    let asked = bare(&shown(at_terminal(&bench, &asked), 60));
    let expected = "\
owner  id                                    name
admin  fc9fa41f-a23e-4f5b-8bda-6011f215c34f  Superstore
";
    assert_eq!(asked, expected);
}

#[test]
fn colors_are_off_when_disabled() {
    let bench = Bench::new();
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let mut command = at_terminal(&bench, &["workbooks", "list", "--limit", "1"]);
        command.env(name, value).env("PAGER", "cat");
        let screen = shown(command, 200);
        assert!(
            screen.starts_with("name ") && !screen.contains('\x1b'),
            "{screen:?}"
        );
    }
    let failing = || at_terminal(&bench, &["workbooks", "list", "--filter", "name"]);
    let (_, red) = Session::start(failing(), 80).end();
    assert!(red.starts_with("\x1b[1;31merror:\x1b[0m "), "{red:?}");
    let mut command = failing();
    command.env("NO_COLOR", "1");
    let (code, plain) = Session::start(command, 80).end();
    assert!(plain.starts_with("error: "), "{plain:?}");
    assert_eq!(code, Some(2));
}

#[test]
fn what_does_not_fit_the_screen_is_shown_by_less() {
    let bench = Bench::new();
    let session = Session::start(at_terminal(&bench, &["workbooks", "list"]), 120);
    session.answer(":\x1b[K", "q");
    let (code, screen) = session.end();
    // Quitting the pager is no error.
    assert_eq!(code, Some(0), "{screen}");
    assert!(screen.contains(HEADER), "colors pass through: {screen}");
    let shown = screen.lines().filter(|line| line.contains(" 20")).count();
    assert!((20..30).contains(&shown), "one page was shown: {screen}");

    // What fits is there, and less is gone.
    let screen = shown_whole(&bench, &["workbooks", "list", "--limit", "2"]);
    assert!(
        screen.contains(HEADER) && screen.contains("Superstore"),
        "{screen}"
    );
}

fn shown_whole(bench: &Bench, arguments: &[&str]) -> String {
    shown(at_terminal(bench, arguments), 120)
}

/// Not with `less`, which forgets what is typed while it sees to the interrupt.
#[test]
fn ctrl_c_belongs_to_the_pager() {
    let bench = Bench::new();
    let script =
        "trap : INT; cat; echo shown; until read answer; do :; done </dev/tty; echo answered $answer";
    let pager = executable(&bench.folder, "pager", script);
    let mut command = at_terminal(&bench, &["api", "sites/{site}/workbooks"]);
    command.env("TABCTL_PAGER", pager);
    let session = Session::start(command, 80);
    session.answer("shown\r\n", "\x03yes\n");
    let (code, screen) = session.end();
    assert_eq!(code, Some(0), "{screen}");
    assert!(screen.ends_with("answered yes\n"), "{screen}");
    assert!(
        screen.contains("\"pagination\": {"),
        "documents are indented here: {screen}"
    );
}

/// A pager of one's own, which says what it was given.
fn own_pager(folder: &TempDir, name: &str) -> String {
    executable(folder, name, &format!("echo \"{name} LESS=$LESS\"; cat"))
}

#[test]
fn the_named_pager_is_used() {
    let bench = Bench::new();
    let (ours, usual) = (
        own_pager(&bench.folder, "ours"),
        own_pager(&bench.folder, "usual"),
    );
    let list = |arguments: &[&str], settings: &[(&str, &str)]| {
        let mut command = at_terminal(&bench, arguments);
        command.envs(settings.iter().copied());
        shown(command, 120)
    };
    let both = [("TABCTL_PAGER", ours.as_str()), ("PAGER", usual.as_str())];
    let arguments = ["workbooks", "list", "--limit", "1"];
    assert!(list(&arguments, &both).starts_with("ours LESS=FRX\n"));
    assert!(list(&arguments, &[both[1]]).starts_with("usual LESS=FRX\n"));
    assert!(list(&arguments, &[both[1], ("LESS", "R")]).starts_with("usual LESS=R\n"));
    // A shell is there for what needs one.
    let piped = format!("{usual} | sed s/usual/piped/");
    assert!(list(&arguments, &[("PAGER", &piped)]).starts_with("piped "));
    for none in [
        list(&["--no-pager", "workbooks", "list", "--limit", "1"], &both),
        list(&arguments, &[("TABCTL_PAGER", ""), both[1]]),
        list(&arguments, &[("PAGER", "cat")]),
        list(&arguments, &[("PAGER", "/no/such/pager")]),
    ] {
        assert!(none.starts_with(HEADER), "{none}");
    }
}

#[test]
fn an_error_needs_no_pager() {
    let bench = Bench::new();
    let mut command = at_terminal(&bench, &["workbooks", "list", "--filter", "nonsense:eq:1"]);
    command.env("PAGER", own_pager(&bench.folder, "usual"));
    let (code, screen) = Session::start(command, 200).end();
    assert_eq!(code, Some(1));
    assert!(!screen.contains("usual LESS"), "{screen}");
}

#[test]
fn a_long_list_shows_progress() {
    let bench = Bench {
        sandbox: Sandbox::builder().workbooks(2100).start().unwrap(),
        folder: TempDir::new().unwrap(),
    };
    for arguments in [
        &["--no-pager", "workbooks", "list"][..],
        &["--no-pager", "call", "workbooks.list"],
        &["--no-pager", "api", "sites/{site}/workbooks", "--paginate"],
    ] {
        let screen = shown(at_terminal(&bench, arguments), 120);
        assert!(screen.contains("1000 so far …"), "{arguments:?}: {screen}");
        // It is gone before the first line of data.
        let (_, after) = screen.rsplit_once("so far …").unwrap();
        let (_, after) = after.split_once("\x1b[2K").unwrap();
        assert!(
            after.contains("20") && !after.contains('\r'),
            "{arguments:?}: {after}"
        );
    }
    let piped = bench.run_with_token(&["workbooks", "list"]);
    assert_eq!((piped.code, piped.err.as_str()), (0, ""));
}

#[test]
fn the_environment_of_a_pager_has_no_secret() {
    let bench = Bench::new();
    let mut command = at_terminal(&bench, &["workbooks", "list"]);
    command.env("TABCTL_PAGER", "cat > /dev/null; env");
    let screen = shown(command, 200);
    assert!(screen.contains("TABLEAU_PAT_NAME="), "{screen}");
    assert!(
        !screen.contains("TABLEAU_PAT_SECRET") && !screen.contains(well_known::PAT_SECRET),
        "{screen}"
    );
}

/// A list whose pages are asked for by a token of the page before comes whole, too.
#[test]
fn definitions_of_pulse_are_a_list() {
    let bench = Bench::new();
    assert_eq!(bench.login(well_known::CLOUD_SITE).code, 0);
    let list = [
        "call",
        "pulse.listDefinitions",
        "--page_size",
        "1",
        "--jq",
        "length",
    ];
    let all = bench.run(&list);
    assert_eq!((all.code, all.out.as_str()), (0, "4\n"), "{all:?}");
    let two = bench.run(&[&list[..], &["--limit", "2"]].concat());
    assert_eq!(two.out, "2\n", "{two:?}");
    let whole = bench.run(&["call", "pulse.listDefinitions", "--limit", "1", "--json"]);
    assert!(whole.code == 0 && whole.out.starts_with('['), "{whole:?}");
}
