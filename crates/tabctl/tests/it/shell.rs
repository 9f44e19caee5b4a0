//! `tabctl completions` and `tabctl man`.

use std::process::Command;

use crate::support::{Bench, end};

/// `tabctl` for a shell: in the path, as scripts call it.
fn in_path(bench: &Bench, shell: &str) -> Command {
    let mut command = Command::new(shell);
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_tabctl"));
    let path = std::env::var("PATH").unwrap();
    command
        .env("PATH", format!("{}:{path}", binary.parent().unwrap().display()))
        .env("TABLEAU_CONFIG_DIR", bench.folder.path())
        .env("HOME", bench.folder.path());
    command
}

/// The script of a shell in a file.
fn script(bench: &Bench, shell: &str) -> std::path::PathBuf {
    let ended = bench.run(&["completions", shell]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{shell}");
    let file = bench.folder.path().join(format!("completions.{shell}"));
    std::fs::write(&file, ended.out).unwrap();
    file
}

/// What a shell is given for the last of some words, by what its script says to the program.
fn given(bench: &Bench, shell: &str, words: &[&str]) -> String {
    let index = (words.len() - 1).to_string();
    let mut command = bench.command(&[&["--"], words].concat());
    command
        .env("TABCTL_COMPLETE", shell)
        .env("_CLAP_COMPLETE_INDEX", index)
        .env("_CLAP_IFS", "\n");
    end(command.output().unwrap()).out
}

#[test]
fn every_shell_gets_completions_of_commands_and_endpoints() {
    let bench = Bench::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = std::fs::read_to_string(script(&bench, shell)).unwrap();
        assert!(script.contains("TABCTL_COMPLETE"), "{shell}: {script}");
        let given = |words: &[&str]| given(&bench, shell, words);
        assert!(given(&["tabctl", "workb"]).contains("workbooks"), "{shell}");
        let endpoints = given(&["tabctl", "call", "connected_apps.createS"]);
        assert!(
            endpoints.contains("connected_apps.createSecret"),
            "{shell}: {endpoints}"
        );
        assert!(
            given(&["tabctl", "workbooks", "list", "--col"]).contains("--columns"),
            "{shell}"
        );
    }
    assert_eq!(bench.run(&["completions", "cmd"]).code, 2);
}

/// Profiles, columns, and the items that a list has shown, without a request.
#[test]
fn names_are_offered() {
    let bench = Bench::new();
    let given = |words: &[&str]| given(&bench, "fish", words);
    assert!(!given(&["tabctl", "workbooks", "get", "Super"]).contains("Superstore"));
    assert_eq!(bench.login("").code, 0);
    assert_eq!(bench.run(&["workbooks", "list"]).code, 0);
    let requests = bench.sandbox.service().log().entries().len();
    assert!(given(&["tabctl", "workbooks", "get", "Super"]).contains("Superstore"));
    assert!(given(&["tabctl", "workbooks", "list", "--profile", ""]).contains("default"));
    assert!(given(&["tabctl", "auth", "switch", ""]).contains("default"));
    let columns = given(&["tabctl", "workbooks", "list", "--columns", "name,pro"]);
    assert!(columns.contains("name,project"), "{columns}");
    assert_eq!(bench.sandbox.service().log().entries().len(), requests);
    assert_eq!(bench.run(&["auth", "logout"]).code, 0);
    assert!(!given(&["tabctl", "workbooks", "get", "Super"]).contains("Superstore"));
}

/// What bash offers for the last of some words.
fn bash_offers(bench: &Bench, words: &[&str]) -> Vec<String> {
    let ask = r#"
        . "$0"
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_TYPE=9
        _clap_complete_tabctl tabctl "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}""#;
    let mut bash = in_path(bench, "bash");
    bash.args(["--norc", "-c", ask])
        .arg(script(bench, "bash"))
        .args(words);
    let ended = end(bash.output().unwrap());
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    ended.out.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// The other shells, where they are installed; `.ci/run` installs them and says so.
#[test]
fn zsh_and_fish_accept_their_scripts() {
    let bench = Bench::new();
    let is_required = std::env::var_os("TABCTL_TEST_SHELLS").is_some();
    let is_there = |shell: &str| {
        let found = Command::new(shell).arg("--version").output().is_ok();
        assert!(found || !is_required, "{shell} is not installed");
        found
    };
    if is_there("zsh") {
        let ended = end(in_path(&bench, "zsh")
            .arg("-n")
            .arg(script(&bench, "zsh"))
            .output()
            .unwrap());
        assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    }
    if is_there("fish") {
        let ask = format!(
            "source {}; complete --do-complete 'tabctl workb'",
            script(&bench, "fish").display()
        );
        let ended = end(in_path(&bench, "fish")
            .args(["--no-config", "--command", &ask])
            .output()
            .unwrap());
        assert!(ended.code == 0 && ended.out.starts_with("workbooks"), "{ended:?}");
    }
}

#[test]
fn bash_accepts_the_script_and_completes() {
    let bench = Bench::new();
    let ended = end(Command::new("bash")
        .arg("-n")
        .arg(script(&bench, "bash"))
        .output()
        .unwrap());
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));

    assert_eq!(bash_offers(&bench, &["tabctl", "workb"]), ["workbooks"]);
    assert_eq!(bench.login("").code, 0);
    assert_eq!(bench.run(&["workbooks", "list"]).code, 0);
    assert_eq!(
        bash_offers(&bench, &["tabctl", "workbooks", "get", r"Regional\ Sa"]),
        [r"Regional\ Sales\ Performance"]
    );
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
