//! `tabctl call`: every endpoint of the table.

use serde_json::Value;

use crate::support::{Bench, Ended};
use crate::tsm::Fixture;

fn endpoints() -> Vec<Value> {
    let list = Bench::new().run(&["call", "--list", "--json"]);
    assert_eq!((list.code, list.err.as_str()), (0, ""));
    serde_json::from_str(&list.out).unwrap()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap()
}

/// Everything that the list says an endpoint takes.
fn arguments(bench: &Bench, endpoint: &Value) -> Vec<String> {
    let file = bench.folder.path().join("some");
    std::fs::write(&file, "some\n").unwrap();
    let file = file.to_str().unwrap();
    let mut arguments = vec![
        "call".to_owned(),
        text(endpoint, "name").to_owned(),
        "--json".to_owned(),
    ];
    for argument in endpoint["arguments"].as_array().unwrap() {
        // A list of things with members comes in a document.
        if text(argument, "kind") == "list" {
            continue;
        }
        arguments.push(format!("--{}", text(argument, "name")));
        arguments.push(match text(argument, "kind") {
            // A set of parameters, by the beginning of their names.
            _ if text(argument, "name").ends_with('_') => "Region=East".to_owned(),
            "number" => "1".to_owned(),
            "boolean" => "true".to_owned(),
            "filter" => "name:eq:some".to_owned(),
            "sort" => "name:asc".to_owned(),
            "fields" => "_default_".to_owned(),
            "secret" => format!("@{file}"),
            "timestamp" => "2026-11-28T00:00:00Z".to_owned(),
            "version" => "3.4".to_owned(),
            "json" => "{}".to_owned(),
            "id" | "text" => "some".to_owned(),
            kind => panic!("{endpoint}: nothing is known to stand in a {kind}"),
        });
    }
    let document = match text(endpoint, "name") {
        "file_uploads.appendToFileUpload" | "users.deleteUsers" | "users.importUsers" => {
            arguments.extend(["--file".to_owned(), file.to_owned()]);
            return arguments;
        }
        "tsm.session.login" => r#"{"authentication": {"name": "some", "password": "some"}}"#,
        "tsm.licensing.register" | "tsm.settings.import" => "{}",
        _ => return arguments,
    };
    let input = bench.folder.path().join("document.json");
    std::fs::write(&input, document).unwrap();
    arguments.extend(["--input".to_owned(), input.to_str().unwrap().to_owned()]);
    arguments
}

#[test]
fn every_endpoint_of_the_table_is_reached() {
    let mut worked = Vec::new();
    let rest = endpoints()
        .into_iter()
        .filter(|endpoint| !text(endpoint, "name").starts_with("tsm."));
    for endpoint in rest {
        // One of them revokes the token that signs in.
        let bench = Bench::new();
        let name = text(&endpoint, "name");
        let mut arguments = arguments(&bench, &endpoint);
        arguments.push("--verbose".to_owned());
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let Ended { code, out, err } = bench.run_with_token(&arguments);
        if let Some(until) = endpoint["until"].as_str() {
            let retired = format!("was retired by Tableau: API version {until} was the last that had it");
            assert!(err.contains(&retired), "{name}: {err}");
            continue;
        }
        let path = text(&endpoint, "path").replace("sites/{site}", "");
        let path = path
            .split('/')
            .find(|part| !part.is_empty() && !part.starts_with('{'))
            .unwrap();
        let sent = err
            .lines()
            .find(|line| line.starts_with(text(&endpoint, "method")) && line.contains(path));
        assert!(sent.is_some(), "{name} was not sent: {err}");
        if code == 0 {
            worked.push(name.to_owned());
            assert!(
                out.is_empty() || serde_json::from_str::<Value>(&out).is_ok(),
                "{name}: {out}"
            );
            continue;
        }
        let error = err.lines().find(|line| line.starts_with("{\"error\"")).unwrap();
        let error: Value = serde_json::from_str(error).unwrap();
        let tableaus = error["error"]["code"].as_str().unwrap_or_default();
        // Services of Tableau Cloud have codes of their own, and a server without them has none.
        let is_service = text(&endpoint, "path").starts_with("/api/-/");
        assert!(is_service || tableaus.len() == 6, "{name}: {err}");
        assert!(
            !err.contains("Unknown resource"),
            "{name} is a call that the server does not know: {err}"
        );
    }
    for name in [
        "workbooks.list",
        "server.getServerInfo",
        "file_uploads.initiateFileUpload",
        "connected_apps.create",
    ] {
        assert!(
            worked.iter().any(|worked| worked == name),
            "{name} failed; these worked: {worked:?}"
        );
    }
}

#[test]
fn every_call_of_tsm_is_made() {
    let tsm: Vec<_> = endpoints()
        .into_iter()
        .filter(|endpoint| text(endpoint, "name").starts_with("tsm."))
        .collect();
    assert!(tsm.len() > 20, "{tsm:?}");
    for endpoint in tsm {
        // Some of them end the session.
        let fixture = Fixture::signed_in();
        let name = text(&endpoint, "name");
        let mut arguments = arguments(fixture.bench(), &endpoint);
        arguments.push("--verbose".to_owned());
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let ended = fixture.bench().run(&arguments);
        let path = text(&endpoint, "path");
        let fixed = path.split('{').next().unwrap();
        let is_sent = |line: &str| line.starts_with(text(&endpoint, "method")) && line.contains(fixed);
        assert!(ended.err.lines().any(is_sent), "{name}: {ended:?}");
        assert_ne!(ended.code, 2, "{name}: {ended:?}");
    }
}

#[test]
fn calls_of_tsm_use_its_session_or_an_account() {
    let fixture = Fixture::new();
    let call = ["call", "tsm.nodes.listNodes", "--json"];
    let ended = fixture.bench().run(&call);
    assert!(
        ended.code == 4 && ended.err.contains("tabctl tsm login"),
        "{ended:?}"
    );
    assert_eq!(fixture.login(&["--trust-on-first-use"]).code, 0);
    let ended = fixture.bench().run(&call);
    let document: Value = serde_json::from_str(&ended.out).unwrap();
    let nodes = &document["clusterNodes"]["nodes"];
    assert_eq!(
        (ended.code, nodes.as_array().map(Vec::len)),
        (0, Some(3)),
        "{ended:?}"
    );
    let ended = fixture
        .bench()
        .run(&["call", "tsm.nodes.getNode", "--nodeId", "node1", "--json"]);
    assert!(
        ended.code == 0 && ended.out.contains("processorCount"),
        "{ended:?}"
    );
    let ended = fixture.bench().run(&["call", "tsm.nodes.getNode"]);
    assert!(ended.code == 2 && ended.err.contains("--nodeId"), "{ended:?}");
}

#[test]
fn every_endpoint_has_help() {
    let bench = Bench::new();
    for endpoint in endpoints() {
        let name = text(&endpoint, "name");
        let help = bench.run(&["call", name, "--help"]);
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (help, summary) = (words(&help.out), words(text(&endpoint, "summary")));
        // It begins with the verb as a command has it: `Lists` is `List`.
        let (_, summary) = summary.split_once(' ').unwrap();
        assert!(help.contains(summary.trim_end_matches('.')), "{name}: {help}");
        assert!(help.contains(&format!("tabctl call {name}")), "{name}: {help}");
        assert!(help.contains(text(&endpoint, "path")), "{name}: {help}");
        let arguments = endpoint["arguments"].as_array().unwrap();
        let is_there = |wanted: &str| arguments.iter().any(|argument| text(argument, "name") == wanted);
        for argument in arguments {
            let doc = words(text(argument, "doc"));
            let doc = doc.split("; empty if the server").next().unwrap();
            let argument = text(argument, "name");
            // What an identifier says already only makes the help long.
            let is_said = argument.match_indices('.').any(|(dot, _)| {
                let id = format!("{}id", &argument[..=dot]);
                id != argument && is_there(&id)
            });
            let shown = help
                .split_once(&format!("--{argument} <"))
                .map(|(_, after)| after);
            let is_required = shown.is_some_and(|after| {
                after
                    .split(" --")
                    .next()
                    .is_some_and(|after| after.contains("[required]"))
            });
            assert_eq!(
                shown.is_some(),
                !is_said || is_required,
                "{name} {argument}: {help}"
            );
            if shown.is_none() {
                continue;
            }
            assert!(help.contains(doc.trim_end_matches('.')), "{name}: {doc}: {help}");
        }
    }
}
