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

/// A document of one's own in a file, by its path.
fn document(bench: &Bench, text: &str) -> String {
    let file = bench.folder.path().join("document");
    std::fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn a_document_of_ones_own_is_sent_whole_or_not_at_all() {
    let bench = Bench::new();
    let id = bench.run_with_token(&["webhooks", "list", "--quiet"]).out;
    for (text, unknown) in [
        (r#"{"webhook":{"nme":"X"}}"#, "`webhook.nme`"),
        (
            r#"<tsRequest><webhook name="X"><ownr id="1"/></webhook></tsRequest>"#,
            "`webhook.ownr`",
        ),
        (
            r#"{"webhook":{"name":"X","owner":{"nickname":"x"}}}"#,
            "`webhook.owner.nickname`",
        ),
    ] {
        let file = document(&bench, text);
        let ended = bench.run_with_token(&["webhooks", "update", id.trim(), "--input", &file]);
        assert_eq!(ended.code, 2, "{ended:?}");
        assert!(
            ended.err.contains(unknown) && ended.err.contains("tabctl api PUT"),
            "{ended:?}"
        );
    }
    // A member by another of its names is one.
    let text = r#"{"connectionLUIDs":{"connectionLUID":["fc9fa41f-a23e-4f5b-8bda-6011f215c34f"]},"connection":{"userName":"x"}}"#;
    let file = document(&bench, text);
    let ended = bench.run_with_token(&[
        "call",
        "workbooks.updateConnections",
        "--id",
        "x",
        "--input",
        &file,
        "--dry-run",
    ]);
    assert_eq!(ended.code, 0, "{ended:?}");
    // What an answer has may stay; it is not sent.
    let text = r#"{"webhook":{"name":"X","createdAt":"2026-01-01T00:00:00Z","owner":{"id":"1"}}}"#;
    let file = document(&bench, text);
    let ended = bench.run_with_token(&[
        "webhooks",
        "update",
        id.trim(),
        "--input",
        &file,
        "--dry-run",
        "--json",
    ]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(
        ended.out.contains(r#""name": "X""#) && !ended.out.contains("createdAt"),
        "{ended:?}"
    );
    let note = "note: webhooks.update does not take `webhook.createdAt`, `webhook.owner`: not sent";
    assert!(ended.err.contains(note), "{ended:?}");
}

#[test]
fn what_a_document_has_of_secrets_is_not_shown() {
    let bench = Bench::new();
    let file = document(&bench, r#"{"user":{"password":"not-shown","fullName":"Ada"}}"#);
    let ended = bench.run_with_token(&["users", "update", "admin", "--input", &file, "--dry-run"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(
        ended.out.contains("Ada") && !ended.out.contains("not-shown"),
        "{ended:?}"
    );
}

#[test]
fn tasks_are_listed_with_what_they_are_for_and_deleted_once_confirmed() {
    let bench = Bench::new();
    let quiet = bench
        .run_with_token(&["tasks", "list-extract-refreshes", "--quiet"])
        .out;
    let table = bench.run_with_token(&["tasks", "list-extract-refreshes"]).out;
    let id = quiet.lines().next().unwrap();
    assert!(
        table.contains("Weekday early mornings") && table.contains(id),
        "{table}"
    );
    let ended = bench.run_with_token(&["tasks", "delete-extract-refresh", id]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.err.contains("--yes"), "{ended:?}");
    let ended = bench.run_with_token(&["tasks", "delete-extract-refresh", id, "--yes"]);
    assert_eq!(ended.code, 0, "{ended:?}");
}

#[test]
fn a_schedule_that_was_created_is_printed_as_others_are() {
    let bench = Bench::new();
    let create = [
        "schedules",
        "create",
        "--name",
        "Nightly",
        "--type",
        "Extract",
        "--priority",
        "50",
        "--frequency",
        "Daily",
        "--frequencyDetails.start",
        "02:00:00",
        "--quiet",
    ];
    let id = bench.run_with_token(&create).out;
    let got = bench.run_with_token(&["schedules", "get", id.trim(), "--jq", ".name, .priority"]);
    assert_eq!(got.out, "Nightly\n50\n", "{got:?}");
}

#[test]
fn a_kind_to_search_for_is_one_that_there_is() {
    let bench = Bench::new();
    let ended = bench.run_with_token(&["search", "superstore", "--type", "workbooks"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.err.contains("did you mean `workbook`"), "{ended:?}");
    let ended = bench.run_with_token(&["search", "superstore", "--type", "lens", "--quiet"]);
    assert!(ended.err.contains("warning: --type lens"), "{ended:?}");
}

#[test]
fn files_go_to_files() {
    let bench = Bench::new();
    for command in [["workbooks", "download"], ["views", "export"]] {
        let ended = bench.run_with_token(&[command[0], command[1], "Superstore", "--output", "-"]);
        assert_eq!(ended.code, 2, "{ended:?}");
        assert!(ended.err.contains("./-"), "{ended:?}");
    }
}

#[test]
fn a_file_takes_no_place_of_something_else() {
    let bench = Bench::new();
    let folder = bench.folder.path().to_str().unwrap();
    let nowhere = format!("{folder}/none/preview.png");
    for place in ["/dev/null", folder, &nowhere] {
        // Before there is a session: nothing answers there.
        let ended = bench.run(&[
            "workbooks",
            "preview-image",
            "Superstore",
            "--server",
            "http://127.0.0.1:9",
            "--output",
            place,
        ]);
        assert_eq!(ended.code, 2, "{ended:?}");
        assert!(ended.err.contains(place), "{ended:?}");
    }
    let file = format!("{folder}/preview.png");
    for _ in 0..2 {
        let ended = bench.run_with_token(&["workbooks", "preview-image", "Superstore", "--output", &file]);
        assert_eq!(ended.code, 0, "{ended:?}");
    }
    assert!(std::fs::read(&file).unwrap().starts_with(b"\x89PNG"));
}

#[test]
fn what_a_call_requires_is_said_in_help_and_when_it_lacks() {
    let bench = Bench::new();
    let help = bench.run(&["subscriptions", "create", "--help"]).out;
    assert!(help.contains("--content.type"), "{help}");
    assert_eq!(help.matches("[required]").count(), 4, "{help}");
    for (words, missing) in [
        (&["projects", "create"][..], "`name`"),
        (&["users", "create", "--name", "new"], "`siteRole`"),
        (
            &["subscriptions", "create", "--subject", "x", "--user", "admin"],
            "`content.id`, `content.type`",
        ),
    ] {
        let ended = bench.run_with_token(words);
        assert_eq!(ended.code, 1, "{ended:?}");
        assert!(ended.err.contains(&format!("Give {missing}:")), "{ended:?}");
    }
}

#[test]
fn a_failure_of_one_of_several_names_it_and_an_heir_is_named_too() {
    let bench = Bench::new();
    let ended = bench.run_with_token(&["workbooks", "refresh", "Nowhere", "Superstore", "--json"]);
    assert_eq!(ended.code, 9, "{ended:?}");
    let failed: serde_json::Value = serde_json::from_str(ended.err.lines().next().unwrap()).unwrap();
    assert_eq!(failed["error"]["item"], "Nowhere", "{ended:?}");
    let ended = bench.run_with_token(&[
        "users",
        "delete",
        "anita.silva",
        "--mapAssetsTo",
        "ben.okafor",
        "--yes",
    ]);
    assert_eq!(ended.code, 0, "{ended:?}");
}

#[test]
fn content_is_named_with_its_type() {
    let bench = Bench::new();
    let subscribe = |more: &[&str]| {
        let words = [
            "subscriptions",
            "create",
            "--subject",
            "Overview",
            "--user",
            "anita.silva",
        ];
        let words = [
            &words,
            &[
                "--schedule",
                "Monday mornings",
                "--content.id",
                "Samples/Superstore/Overview",
            ][..],
            more,
        ];
        bench.run_with_token(&words.concat())
    };
    let ended = subscribe(&["--content.type", "View", "--json"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.out.contains("\"Overview\""), "{ended:?}");
    let ended = subscribe(&[]);
    assert!(
        ended.code == 2 && ended.err.contains("--content.type"),
        "{ended:?}"
    );
}

#[test]
fn a_negative_number_is_a_value() {
    let bench = Bench::new();
    let ended = bench.run_with_token(&[
        "data-alerts",
        "update",
        "x",
        "--alertThreshold",
        "-10",
        "--dry-run",
    ]);
    assert!(!ended.err.contains("unexpected argument"), "{ended:?}");
}

#[test]
fn schedules_are_suspended_by_their_names() {
    let bench = Bench::new();
    let all = bench
        .run_with_token(&["schedules", "list", "--columns", "name,state"])
        .out;
    let name = all
        .lines()
        .find_map(|line| line.strip_suffix("\tActive"))
        .unwrap();
    let suspend = [
        "schedules",
        "batch-update-state",
        "--state",
        "suspended",
        "--schedules",
        name,
    ];
    assert_eq!(bench.run_with_token(&suspend).code, 0);
    let state = bench.run_with_token(&["schedules", "get", name, "--jq", ".state"]);
    assert_eq!(state.out, "Suspended\n", "{state:?}");
    let unknown = bench.run_with_token(&[&suspend[..5], &["No such schedule"]].concat());
    assert_eq!(unknown.code, 3, "{unknown:?}");
}

/// The answer has the flow, and its output steps beside it.
#[test]
fn a_flow_is_shown_as_other_items_are() {
    let bench = Bench::new();
    let get = |more: &[&str]| bench.run_with_token(&[&["flows", "get", "Sales/Orders"][..], more].concat());
    let id = get(&["--quiet"]);
    assert_eq!((id.code, id.out.trim().len()), (0, 36), "{id:?}");
    assert_eq!(get(&["--columns", "name"]).out, "name\tOrders\n");
    assert_eq!(get(&["--columns", "flow.name"]).out, "flow.name\tOrders\n");
    assert!(
        get(&[])
            .out
            .contains("flowOutputSteps\tOrders, Rejected Orders\n")
    );
    let both = get(&["--columns", "flowOutputSteps,name"]);
    assert_eq!(
        both.out, "flowOutputSteps\tOrders, Rejected Orders\nname\tOrders\n",
        "{both:?}"
    );
    assert_eq!(get(&["--columns", "nope"]).code, 2);
    let json: serde_json::Value = serde_json::from_str(&get(&["--json"]).out).unwrap();
    assert_eq!(json["flow"]["id"], id.out.trim());
}
