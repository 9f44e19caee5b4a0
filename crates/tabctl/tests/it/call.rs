//! `tabctl call`: every endpoint of the table.

use serde_json::Value;

use crate::support::{Bench, Ended};

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
        arguments.push(format!("--{}", text(argument, "name")));
        arguments.push(match text(argument, "kind") {
            "number" => "1".to_owned(),
            "boolean" => "true".to_owned(),
            "filter" => "name:eq:some".to_owned(),
            "sort" => "name:asc".to_owned(),
            "fields" => "_default_".to_owned(),
            "secret" => format!("@{file}"),
            "id" | "text" => "some".to_owned(),
            kind => panic!("{endpoint}: nothing is known to stand in a {kind}"),
        });
    }
    if text(endpoint, "name") == "file_uploads.appendToFileUpload" {
        arguments.extend(["--file".to_owned(), file.to_owned()]);
    }
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
        assert!(tableaus.len() == 6, "{name}: {err}");
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
fn calls_of_tsm_say_where_they_are() {
    let names: Vec<_> = endpoints()
        .iter()
        .map(|endpoint| text(endpoint, "name").to_owned())
        .collect();
    let tsm: Vec<_> = names.iter().filter(|name| name.starts_with("tsm.")).collect();
    assert!(tsm.len() > 20, "{names:?}");
    let bench = Bench::new();
    for name in tsm {
        let ended = bench.run(&["call", name, "--anything", "at all"]);
        assert!(ended.code == 2 && ended.err.contains("`tabctl tsm`"), "{ended:?}");
    }
}

#[test]
fn every_endpoint_has_help() {
    let bench = Bench::new();
    for endpoint in endpoints() {
        let name = text(&endpoint, "name");
        let help = bench.run(&["call", name, "--help"]);
        if name.starts_with("tsm.") {
            continue;
        }
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (help, summary) = (words(&help.out), words(text(&endpoint, "summary")));
        assert!(help.contains(summary.trim_end_matches('.')), "{name}: {help}");
        assert!(help.contains(text(&endpoint, "path")), "{name}: {help}");
        for argument in endpoint["arguments"].as_array().unwrap() {
            let doc = words(text(argument, "doc"));
            assert!(
                help.contains(&format!("--{} <", text(argument, "name"))),
                "{name}: {help}"
            );
            assert!(help.contains(doc.trim_end_matches('.')), "{name}: {doc}: {help}");
        }
    }
}
