//! What commands print, to the letter: each file below `transcripts/` is a session in a shell, with a sandbox of its own.
//!
//! A line that begins with `$ ` is a command. Behind it stand the lines of standard output, then those of standard error (`2> `), then the
//! exit code unless it is 0 (`= `). A line that begins with `#` is a heading. `UPDATE_TRANSCRIPTS=1` writes down what is printed now.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use tableau_sandbox::well_known;

use crate::support::{Bench, Ended, end};

#[test]
fn commands_print_what_is_written_down() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/transcripts");
    let mut names: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    assert!(!names.is_empty());
    for path in names {
        let expected = fs::read_to_string(&path).unwrap();
        let printed = play(&expected);
        if std::env::var_os("UPDATE_TRANSCRIPTS").is_some() {
            fs::write(&path, &printed).unwrap();
            continue;
        }
        let mut lines = printed.lines().zip(expected.lines());
        let other = lines.find(|(printed, expected)| printed != expected);
        assert_eq!(other, None, "{}", path.display());
        assert_eq!(printed.len(), expected.len(), "{}", path.display());
    }
}

/// Runs the commands of a transcript, and writes down what they print.
fn play(transcript: &str) -> String {
    let bench = Bench::new();
    let mut played = String::new();
    for line in transcript.lines() {
        if line.starts_with('#') {
            let blank = if played.is_empty() { "" } else { "\n" };
            writeln!(played, "{blank}{line}").unwrap();
        }
        let Some(command) = line.strip_prefix("$ ") else {
            continue;
        };
        let Ended { code, out, err } = run(&bench, command);
        writeln!(played, "$ {command}").unwrap();
        for line in out.lines() {
            writeln!(played, "{}", settled(&bench, line)).unwrap();
        }
        for line in err.lines() {
            let mark = if line.is_empty() { "2>" } else { "2> " };
            writeln!(played, "{mark}{}", settled(&bench, line)).unwrap();
        }
        if code != 0 {
            writeln!(played, "= {code}").unwrap();
        }
    }
    played
}

/// A command in a shell that finds this `tabctl`, signed in by its environment.
pub(crate) fn run(bench: &Bench, command: &str) -> Ended {
    let binaries = Path::new(env!("CARGO_BIN_EXE_tabctl")).parent().unwrap();
    let mut shell = std::process::Command::new("sh");
    shell
        .args(["-c", command])
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", binaries.display()))
        .env("HOME", bench.folder.path())
        .env("TABLEAU_CONFIG_DIR", bench.folder.path())
        .env("TABLEAU_SERVER_URL", bench.sandbox.url())
        .env("TABLEAU_PAT_NAME", well_known::PAT_NAME)
        .env("TABLEAU_PAT_SECRET", well_known::PAT_SECRET)
        .current_dir(bench.folder.path())
        .stdin(std::process::Stdio::null());
    end(shell.output().unwrap())
}

/// A line without what differs from run to run.
fn settled(bench: &Bench, line: &str) -> String {
    line.replace(bench.sandbox.url(), "http://127.0.0.1:8000")
}
