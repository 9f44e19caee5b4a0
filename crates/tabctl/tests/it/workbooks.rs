//! `tabctl workbooks list`.

use tableau_sandbox::{Fault, JobPlan};

use crate::support::{Bench, end};

#[test]
fn json_is_one_array_with_tableaus_names() {
    let bench = Bench::new();
    let ended = bench.run_with_token(&["workbooks", "list", "--json"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    let workbooks: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    let workbooks = workbooks.as_array().unwrap();
    assert_eq!(workbooks.len(), 40);
    for workbook in workbooks {
        for pointer in [
            "/id",
            "/name",
            "/contentUrl",
            "/createdAt",
            "/project/name",
            "/owner/id",
        ] {
            assert!(
                workbook
                    .pointer(pointer)
                    .is_some_and(serde_json::Value::is_string),
                "{pointer}: {workbook}"
            );
        }
        assert!(
            workbook.pointer("/size").is_some_and(serde_json::Value::is_u64),
            "{workbook}"
        );
        assert!(workbook.pointer("/tags").is_some(), "{workbook}");
    }
    let none = bench.run_with_token(&[
        "workbooks",
        "list",
        "--json",
        "--filter",
        "name:eq:no such workbook",
    ]);
    assert_eq!((none.code, none.out.as_str()), (0, "[]\n"));
}

#[test]
fn csv_has_a_header() {
    let bench = Bench::new();
    let ended = bench.run_with_token(&["workbooks", "list", "--csv", "--sort", "name:asc"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let mut reader = csv::Reader::from_reader(ended.out.as_bytes());
    assert_eq!(
        reader.headers().unwrap(),
        vec!["name", "project", "owner", "updatedAt", "id"]
    );
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 40);
    assert!(
        rows.is_sorted_by_key(|row| row[0].to_lowercase()),
        "{}",
        ended.out
    );
}

#[test]
fn a_pipe_gets_tabs() {
    let bench = Bench::new();
    let ended = bench.run_with_token(&["workbooks", "list", "--limit", "3"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let lines: Vec<_> = ended.out.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(
        lines.iter().all(|line| line.split('\t').count() == 5),
        "{}",
        ended.out
    );
}

#[test]
fn a_session_of_its_own_is_signed_out() {
    let bench = Bench::new();
    for arguments in [
        &["-v", "workbooks", "list"][..],
        &["-v", "workbooks", "list", "--filter", "nonsense:eq:1"],
    ] {
        let ended = bench.run_with_token(arguments);
        assert!(
            ended.err.contains("signin → 200") && ended.err.contains("signout → 204"),
            "{ended:?}"
        );
    }
    assert!(!bench.profile().as_ref().exists());
}

#[test]
fn what_was_done_is_said_whatever_becomes_of_the_session() {
    let bench = Bench::new();
    let service = bench.sandbox.service();
    service
        .controls()
        .inject(Fault::new(503, "").on("auth.signOut").always());
    let created = bench.run_with_token(&["projects", "create", "--name", "X", "--quiet"]);
    assert_eq!(created.code, 0, "{created:?}");
    assert_eq!(created.out.lines().count(), 1, "{created:?}");
    assert!(
        created.err.contains("warning: the session was not signed out"),
        "{created:?}"
    );
}

/// After some hours, or when an administrator has ended it.
#[test]
fn a_creation_that_meets_a_dead_session_is_done_once() {
    let bench = Bench::new();
    assert_eq!(bench.login("").code, 0);
    bench.sandbox.service().controls().expire_sessions();
    let created = bench.run(&["projects", "create", "--name", "X", "--quiet"]);
    assert_eq!((created.code, created.out.lines().count()), (0, 1), "{created:?}");
    let found = bench.run(&["projects", "list", "--filter", "name:eq:X", "--quiet"]);
    assert_eq!(found.out.lines().count(), 1, "{found:?}");
}

#[test]
fn a_job_that_cannot_be_watched_is_named() {
    let bench = Bench::new();
    let service = bench.sandbox.service();
    service
        .controls()
        .inject(Fault::new(403, "403004").on("jobs.get").always());
    let refreshed = bench.run_with_token(&["workbooks", "refresh", "Samples/Superstore", "--wait"]);
    assert_eq!(refreshed.code, 5, "{refreshed:?}");
    assert!(
        refreshed.err.contains("goes on: see it with `tabctl jobs get "),
        "{refreshed:?}"
    );
}

#[test]
fn a_task_whose_content_is_queued_already_gives_its_job() {
    let bench = Bench::new();
    bench.plan_jobs(JobPlan::hangs());
    let run = ["tasks", "run", "Samples/Superstore", "--quiet"];
    let queued = bench.run_with_token(&run);
    assert_eq!(queued.code, 0, "{queued:?}");
    let refused = bench.run_with_token(&run);
    assert_eq!(refused.code, 6, "{refused:?}");
    assert!(refused.err.contains("--or-queued gives its job"), "{refused:?}");
    let found = bench.run_with_token(&[&run[..], &["--or-queued"]].concat());
    assert_eq!((found.code, found.out), (0, queued.out));
}

/// It has ended between the refusal and the look-up.
#[test]
fn a_job_that_has_ended_is_no_reason_for_another_call_than_the_tasks() {
    let bench = Bench::new();
    let service = bench.sandbox.service();
    service
        .controls()
        .inject(Fault::new(409, "409093").on("tasks.runExtractRefresh").times(1));
    let begun = bench.run_with_token(&["tasks", "run", "Samples/Superstore", "--or-queued"]);
    assert_eq!(begun.code, 0, "{begun:?}");
    let log = service.log().entries();
    let of = |call: &str| {
        let made = log
            .iter()
            .filter(|entry| entry.operation.as_deref() == Some(call));
        made.count()
    };
    assert_eq!((of("workbooks.refresh"), of("tasks.runExtractRefresh")), (0, 2));
}

#[test]
fn a_job_is_looked_at_once_within_no_time() {
    let bench = Bench::new();
    bench.plan_jobs(JobPlan::hangs());
    let job = bench
        .run_with_token(&["workbooks", "refresh", "Samples/Superstore", "--quiet"])
        .out;
    let ended = bench.run_with_token(&["jobs", "watch", job.trim(), "--within", "0"]);
    assert_eq!(ended.code, 8, "{ended:?}");
    let missing = "00000000-0000-4000-8000-000000000000";
    let ended = bench.run_with_token(&["jobs", "watch", missing]);
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(!ended.err.contains("goes on"), "{ended:?}");
}

#[test]
fn exit_codes_say_what_went_wrong() {
    let bench = Bench::new();
    let code = |arguments: &[&str]| bench.run_with_token(arguments).code;
    assert_eq!(code(&["workbooks", "list", "--filter", "nonsense:eq:1"]), 1);
    assert_eq!(code(&["workbooks", "list", "--filter", "name"]), 2);
    assert_eq!(code(&["workbooks", "list", "--sort", "name:up"]), 2);
    assert_eq!(code(&["workbooks", "list", "--json", "--csv"]), 2);
    assert_eq!(code(&["workbooks", "list", "--site", "nowhere"]), 4);
    assert_eq!(code(&["workbooks", "list", "--server", "http://127.0.0.1:1"]), 11);
    assert_eq!(code(&["workbooks", "list", "--server", "ftp://server"]), 2);
    assert_eq!(code(&["workbooks"]), 2);
}

#[test]
fn half_a_token_is_not_enough() {
    let bench = Bench::new();
    let mut command = bench.command(&["workbooks", "list"]);
    let ended = end(command.env("TABLEAU_PAT_NAME", "ci").output().unwrap());
    assert!(
        ended.code == 2 && ended.err.contains("TABLEAU_PAT_SECRET is not"),
        "{ended:?}"
    );
    let mut command = bench.command(&["workbooks", "list"]);
    let ended = end(command
        .env("TABLEAU_PAT_NAME", "ci")
        .env("TABLEAU_PAT_VALUE", "x")
        .output()
        .unwrap());
    assert!(
        ended.code == 2 && ended.err.contains("TABLEAU_SERVER_URL"),
        "{ended:?}"
    );
}

#[test]
fn a_closed_pipe_is_no_error() {
    use std::io::Read as _;
    use std::process::Stdio;
    let bench = Bench::new();
    assert_eq!(bench.login("").code, 0);
    let mut child = bench
        .command(&["workbooks", "list", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let bench = Bench::new();
    assert_eq!(bench.login("").code, 0);
    for arguments in [
        &["workbooks", "list"][..],
        &["workbooks", "list", "--json"],
        &["api", "serverinfo"],
        &["man"],
    ] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let ended = end(bench.command(arguments).stdout(full).output().unwrap());
        assert!(
            ended.code == 1 && ended.err.contains("the output cannot be written"),
            "{ended:?}"
        );
    }
}

/// Help that is not printed is no success.
#[cfg(target_os = "linux")]
#[test]
fn help_for_a_full_disk_is_an_error() {
    let bench = Bench::new();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = bench.command(&["workbooks", "--help"]);
    let status = command
        .stdout(full)
        .stderr(std::process::Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(1));
}
