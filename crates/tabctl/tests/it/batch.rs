//! `tabctl batch`.

use std::fs;

use crate::support::{Bench, Ended, end};
use tableau_sandbox::well_known;

/// Runs the lines, with credentials of the environment.
fn batch(bench: &Bench, lines: &str, options: &[&str]) -> Ended {
    let file = bench.folder.path().join("batch.txt");
    fs::write(&file, lines).unwrap();
    let file = file.to_str().unwrap();
    let mut command = bench.command(&[&["batch", file], options].concat());
    command
        .env("TABLEAU_SERVER_URL", bench.sandbox.url())
        .env("TABLEAU_PAT_NAME", "sandbox")
        .env("TABLEAU_PAT_SECRET", well_known::PAT_SECRET);
    end(command.output().unwrap())
}

#[test]
fn commands_share_one_session_that_ends_with_them() {
    let bench = Bench::new();
    let ended = batch(
        &bench,
        "# what there is\n\
         workbooks list --limit 1 --quiet\n\
         \n\
         tabctl projects create --name 'From a batch'\n\
         projects list --filter 'name:eq:From a batch' --columns name\n",
        &[],
    );
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(bench.sign_ins(), 1);
    assert_eq!(bench.sandbox.service().controls().sessions().len(), 0);
    assert!(ended.out.ends_with("From a batch\n"), "{ended:?}");
    let lines: Vec<_> = ended.err.lines().collect();
    assert_eq!(
        lines,
        [
            "line 2: done: workbooks list --limit 1 --quiet",
            "line 4: done: tabctl projects create --name 'From a batch'",
            "line 5: done: projects list --filter 'name:eq:From a batch' --columns name",
        ]
    );
}

#[test]
fn what_fails_is_told_and_the_others_go_on_unless_it_is_to_stop() {
    let bench = Bench::new();
    let lines = "workbooks get nothing\nworkbooks list --limit 1 -q\nusers get nobody\n";
    let ended = batch(&bench, lines, &[]);
    assert_eq!(ended.code, 9, "{ended:?}");
    assert!(
        ended
            .err
            .contains("line 1: failed with exit code 3: workbooks get nothing")
    );
    assert!(ended.err.contains("line 2: done"));
    assert!(ended.err.contains("2 of 3 failed"), "{ended:?}");
    let ended = batch(
        &bench,
        "workbooks list --limit 1 -q\nusers get nobody\nsites list -q\n",
        &["--stop"],
    );
    assert_eq!(ended.code, 9, "{ended:?}");
    assert!(ended.err.contains("1 of 3 failed, 1 not begun"), "{ended:?}");
    let ended = batch(&bench, "users get nobody\n", &[]);
    assert_eq!(ended.code, 3, "{ended:?}");
}

#[test]
fn a_mistake_in_any_line_is_found_before_the_first_command_runs() {
    let bench = Bench::new();
    for (line, says) in [
        ("projects delete --nothing", "line 2: "),
        ("projects list 'open", "line 2: a quotation mark is not closed"),
        ("batch other.txt", "line 2: neither a batch nor a sandbox"),
        ("projects --help", "line 2: help and version are not commands"),
    ] {
        let ended = batch(&bench, &format!("projects create --name Early\n{line}\n"), &[]);
        assert_eq!(ended.code, 2, "{line}: {ended:?}");
        assert!(ended.err.contains(says), "{line}: {ended:?}");
    }
    assert_eq!(bench.sign_ins(), 0);
}
