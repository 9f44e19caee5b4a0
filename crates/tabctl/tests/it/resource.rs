//! Commands of groups, which are made from the table of endpoints.

use serde_json::Value;

use crate::support::{Bench, Ended};

/// Runs a command that has to work, and gives the JSON that it prints.
fn json(bench: &Bench, arguments: &[&str]) -> Value {
    let Ended { code, out, err } = bench.run_with_token(&[arguments, &["--json"]].concat());
    assert_eq!((code, err.as_str()), (0, ""), "{arguments:?}: {out}");
    serde_json::from_str(&out).unwrap()
}

#[test]
fn a_webhook_from_its_creation_to_its_end() {
    let bench = Bench::new();
    let url = "--webhook-destination.webhook-destination-http.url";
    let made = json(
        &bench,
        &[
            "webhooks",
            "create",
            "--name",
            "Late",
            "--webhook-source",
            "WorkbookRefreshFailed",
            "--webhook-destination.webhook-destination-http.method",
            "POST",
            url,
            "https://example.com/late",
        ],
    );
    let id = made["id"].as_str().unwrap();
    assert_eq!(json(&bench, &["webhooks", "get", id])["name"], "Late");
    let names = bench
        .run_with_token(&["webhooks", "list", "--columns", "name,event"])
        .out;
    assert!(
        names.lines().any(|line| line == "Late\tWorkbookRefreshFailed"),
        "{names}"
    );
    json(&bench, &["webhooks", "update", id, "--name", "Later"]);
    assert_eq!(json(&bench, &["webhooks", "get", id])["name"], "Later");
    let tested = bench.run_with_token(&["webhooks", "test", id]);
    assert_eq!(tested.code, 0, "{tested:?}");
    let deleted = bench.run_with_token(&["webhooks", "delete", id, "--yes"]);
    assert_eq!((deleted.code, deleted.out.as_str()), (0, ""), "{deleted:?}");
    assert_eq!(bench.run_with_token(&["webhooks", "get", id]).code, 3);
    assert_eq!(bench.run_with_token(&["webhooks", "get"]).code, 2);
}

#[test]
fn every_group_lists_and_gets() {
    let bench = Bench::new();
    for group in [
        "workbooks",
        "views",
        "datasources",
        "projects",
        "users",
        "webhooks",
    ] {
        let ended = bench.run_with_token(&[group, "list", "--limit", "1", "--quiet"]);
        assert_eq!(
            (ended.code, ended.out.lines().count()),
            (0, 1),
            "{group}: {ended:?}"
        );
        let id = ended.out.trim();
        // Of a project, lists are all there is.
        let ended = bench.run_with_token(&[group, "get", id, "--columns", "id"]);
        match group {
            "projects" => assert_eq!(ended.code, 2, "{ended:?}"),
            _ => assert_eq!((ended.code, ended.out), (0, format!("id\t{id}\n")), "{group}"),
        }
    }
}
