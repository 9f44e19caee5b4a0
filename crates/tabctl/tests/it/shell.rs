//! `tabctl completions` and `tabctl man`.

use std::process::Command;

use crate::support::{Bench, end};

#[test]
fn every_shell_gets_completions_of_commands_and_endpoints() {
    let bench = Bench::new();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let ended = bench.run(&["completions", shell]);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{shell}");
        for word in ["workbooks", "connected_apps.createSecret", "columns"] {
            assert!(ended.out.contains(word), "{shell}: {word}");
        }
    }
    assert_eq!(bench.run(&["completions", "cmd"]).code, 2);
}

/// What bash offers for the last of some words.
fn bash_offers(bench: &Bench, words: &[&str]) -> Vec<String> {
    let script = bench.folder.path().join("completions.bash");
    std::fs::write(&script, bench.run(&["completions", "bash"]).out).unwrap();
    let ask = r#"
        . "$0"
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _tabctl tabctl "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}""#;
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-c", ask]).arg(&script).args(words);
    let ended = end(bash.output().unwrap());
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    ended.out.lines().map(str::to_owned).collect()
}

#[test]
fn bash_accepts_the_script_and_completes() {
    let bench = Bench::new();
    let script = bench.folder.path().join("script");
    std::fs::write(&script, bench.run(&["completions", "bash"]).out).unwrap();
    let ended = end(Command::new("bash").arg("-n").arg(&script).output().unwrap());
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));

    assert_eq!(bash_offers(&bench, &["tabctl", "workb"]), ["workbooks"]);
    let listed = bench.run(&["call", "--list", "--columns", "name"]).out;
    let listed: Vec<_> = listed
        .lines()
        .filter(|name| name.starts_with("workbooks."))
        .collect();
    assert!(listed.contains(&"workbooks.list"), "{listed:?}");
    assert_eq!(bash_offers(&bench, &["tabctl", "call", "workbooks."]), listed);
    assert_eq!(
        bash_offers(&bench, &["tabctl", "call", "workbooks.list", "--pageS"]),
        ["--pageSize"]
    );
    assert_eq!(
        bash_offers(
            &bench,
            &["tabctl", "call", "connected_apps.create", "--enabled", "t"]
        ),
        ["true"]
    );
    assert_eq!(
        bash_offers(&bench, &["tabctl", "completions", "po"]),
        ["powershell"]
    );
}

#[test]
fn every_command_has_a_manual_page() {
    let bench = Bench::new();
    let page = bench.run(&["man"]);
    assert!(page.code == 0 && page.out.contains(".TH tabctl"), "{page:?}");
    let folder = bench.folder.path().join("man");
    let ended = bench.run(&["man", "--output", folder.to_str().unwrap()]);
    assert_eq!((ended.code, ended.out.as_str()), (0, ""), "{ended:?}");
    for (name, words) in [
        ("tabctl", "Exit codes"),
        ("tabctl-workbooks-list", "columns"),
        ("tabctl-call-connected_apps.createSecret", "clientId"),
    ] {
        let page = std::fs::read_to_string(folder.join(format!("{name}.1"))).unwrap();
        assert!(page.starts_with(".ie") && page.contains(words), "{name}: {page}");
    }
    let missing = bench.run(&["man", "--output", "/dev/null/man"]);
    assert!(
        missing.code == 1 && missing.err.contains("cannot be written"),
        "{missing:?}"
    );
}
