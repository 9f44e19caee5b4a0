//! Jobs, and the commands that start one.

use std::io::{BufRead as _, BufReader};

use serde_json::Value;
use tableau_sandbox::tsm::Fate;

use super::fixture::Fixture;

#[test]
fn a_pipe_gets_lines() {
    let fixture = Fixture::signed_in();
    let ended = fixture.run(&["stop", "--yes"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, ""), "{ended:?}");
    let lines: Vec<_> = ended.err.lines().collect();
    let steps: Vec<_> = lines
        .iter()
        .filter_map(|line| Some(line.split_once("%  ")?.1))
        .collect();
    assert_eq!(
        steps,
        [
            "DisableAllServices Running: Disabling all services.",
            "DisableAllServices Succeeded: Disabling all services.",
            "StopAllServices Running: Waiting for the services to stop.",
            "StopAllServices Succeeded: Waiting for the services to stop.",
        ]
    );
    assert_eq!(lines.last(), Some(&"job 1 (StopServerJob) succeeded"));
    assert!(
        fixture
            .run(&["status"])
            .out
            .starts_with("cluster\tStopped\tDisabled\n")
    );

    for (command, name) in [("start", "StartServerJob"), ("restart", "RestartServerJob")] {
        let yes = if command == "start" { &[][..] } else { &["--yes"] };
        let ended = fixture.run(&[&[command, "--json"], yes].concat());
        let job: Value = serde_json::from_str(&ended.out).unwrap();
        assert_eq!(
            (ended.code, &job["jobType"]),
            (0, &Value::from(name)),
            "{ended:?}"
        );
    }
    assert!(
        fixture
            .run(&["status"])
            .out
            .starts_with("cluster\tRunning\tEnabled\n")
    );
    let ended = fixture.run(&["jobs", "list"]);
    let listed: Vec<_> = ended
        .out
        .lines()
        .map(|line| &line[..line.len().min(30)])
        .collect();
    assert_eq!(listed.len(), 3);
    assert!(
        listed[0].starts_with("1\tStopServerJob\tSucceeded\t100"),
        "{ended:?}"
    );
    assert_eq!(fixture.run(&["jobs", "list", "--status", "Running"]).out, "");
}

#[test]
fn backups_and_cleaning_up() {
    let fixture = Fixture::signed_in();
    let ended = fixture.run(&["backup", "nightly", "--skip-verification"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(!ended.err.contains("VerifyBackup"), "{ended:?}");
    assert!(fixture.tsm().backups().contains("nightly.tsbak"));
    let ended = fixture.run(&[
        "cleanup",
        "--log-files",
        "--log-files-retention",
        "60",
        "--temp-files",
    ]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(fixture.run(&["cleanup", "--log-files-retention", "60"]).code, 2);
    // The newest, which has ended.
    let ended = fixture.run(&["jobs", "watch"]);
    assert!(ended.err.ends_with("job 2 (CleanupJob) succeeded\n"), "{ended:?}");
    assert_eq!(fixture.run(&["jobs", "watch", "99"]).code, 3);
    assert_eq!(fixture.run(&["jobs", "watch", "one"]).code, 2);
    assert_eq!(fixture.run(&["jobs", "cancel", "1"]).code, 6);
}

#[test]
fn the_outcome_of_a_job_is_an_exit_code() {
    let fixture = Fixture::signed_in();
    fixture.tsm().next_job(Fate::Fail("no disk".to_owned()));
    let ended = fixture.run(&["backup", "nightly"]);
    assert_eq!(ended.code, 7);
    assert!(
        ended
            .err
            .ends_with("error: job 1 (GenerateBackupJob) failed: no disk\n"),
        "{ended:?}"
    );
    let listed = fixture.run(&["jobs", "list"]).out;
    assert!(
        listed.contains("Failed") && listed.contains("no disk"),
        "{listed}"
    );

    fixture.tsm().next_job(Fate::Hang);
    let ended = fixture.run(&["backup", "nightly", "--request-timeout", "1"]);
    assert_eq!(ended.code, 8);
    assert!(ended.err.contains("tabctl tsm jobs watch 2"), "{ended:?}");
    let ended = fixture.run(&["jobs", "watch", "2", "--request-timeout", "0"]);
    assert_eq!(ended.code, 8, "{ended:?}");
    let ended = fixture.run(&["jobs", "cancel", "2"]);
    assert_eq!(
        (ended.code, ended.err.as_str()),
        (0, "job 2 (GenerateBackupJob) is being cancelled\n")
    );
    let ended = fixture.run(&["jobs", "watch", "2"]);
    assert_eq!(ended.code, 7);
    assert!(
        ended.err.contains("job 2 (GenerateBackupJob) was cancelled"),
        "{ended:?}"
    );
}

#[test]
fn a_job_is_followed_through_a_restart_of_the_controller() {
    let fixture = Fixture::signed_in();
    fixture.tsm().next_job(Fate::Hang);
    let mut child = fixture.start(&["backup", "nightly"]);
    let mut err = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut wait_for = |text: &str| {
        let mut lines = err.by_ref().map(Result::unwrap);
        assert!(lines.any(|line| line.contains(text)), "{text}");
    };
    wait_for("GenerateBackup Running");
    let controller = fixture.sandbox().tsm_controller().unwrap();
    controller.stop();
    wait_for("waiting for the controller to come back");
    controller.start();
    assert_eq!(fixture.run(&["jobs", "cancel", "1"]).code, 0);
    wait_for("job 1 (GenerateBackupJob) was cancelled");
    assert_eq!(child.wait().unwrap().code(), Some(7));
}

#[test]
fn what_stops_the_server_is_confirmed() {
    let fixture = Fixture::signed_in();
    for arguments in [&["stop"][..], &["restart"], &["logout", "--everywhere"]] {
        let ended = fixture.run(arguments);
        assert_eq!(ended.code, 2, "{arguments:?}: {ended:?}");
        assert!(ended.err.contains("add --yes"), "{arguments:?}: {ended:?}");
    }
    assert_eq!(fixture.run(&["jobs", "list"]).out, "");
    assert_eq!(fixture.tsm().session_count(), 1);
}
