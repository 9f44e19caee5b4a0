//! `tabctl metadata`, `tree` and `lineage`.

use std::fs;

use serde_json::{Value, json};
use tableau_sandbox::MetadataLimits;

use crate::support::{Bench, Ended, end};

const PAGED: &str = "query($first: Int, $after: String) { workbooksConnection(first: $first, after: $after) { \
    nodes { luid name views { name } } pageInfo { hasNextPage endCursor } } }";

struct Metadata {
    bench: Bench,
}

impl Metadata {
    fn new() -> Self {
        Self { bench: Bench::new() }
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.bench.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        end(self.bench.with_token(arguments).output().unwrap())
    }

    #[track_caller]
    fn done(&self, arguments: &[&str]) -> String {
        let Ended { code, out, err } = self.run(arguments);
        assert_eq!((code, err.as_str()), (0, ""), "{arguments:?}: {out}");
        out
    }

    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.done(arguments)).unwrap()
    }

    #[track_caller]
    fn fails(&self, arguments: &[&str], code: i32, says: &str) {
        let ended = self.run(arguments);
        assert!(
            ended.code == code && ended.err.contains(says),
            "{arguments:?}: {ended:?}"
        );
    }
}

#[test]
fn a_query_takes_variables_from_everywhere_and_prints_its_data() {
    let metadata = Metadata::new();
    let query = "query($name: String, $first: Int) { workbooksConnection(filter: {name: $name}, first: $first) { nodes { name } } }";
    let query = metadata.file("query.graphql", query);
    let expected = json!({"workbooksConnection": {"nodes": [{"name": "Superstore"}]}});
    let typed = ["--variable", "name=Superstore", "--variable", "first=3"];
    let ask = ["metadata", "query", query.as_str()];
    assert_eq!(metadata.json(&[&ask[..], &typed].concat()), expected);
    let file = metadata.file("variables.json", r#"{"name": "Nothing", "first": 3}"#);
    let from_file = ["--variables", file.as_str(), "--variable", "$name=Superstore"];
    assert_eq!(metadata.json(&[&ask[..], &from_file].concat()), expected);
    let lines = metadata.done(&[&ask[..], &typed, &["--columns", "name"]].concat());
    assert_eq!(lines, "Superstore\n");

    metadata.fails(
        &[&ask[..], &["--variable", "name"]].concat(),
        2,
        "`name` is not NAME=VALUE",
    );
    let list = metadata.file("list.json", "[]");
    metadata.fails(
        &[&ask[..], &["--variables", &list]].concat(),
        2,
        "holds no JSON object",
    );
    metadata.fails(&[&ask[..], &["--variable", "first=many"]].concat(), 1, "Int");
    let two = metadata.file("two.graphql", "{ workbooks { name } sheets { name } }");
    metadata.fails(&["metadata", "query", &two, "--csv"], 2, "print it as JSON");
    metadata.fails(&["metadata", "query", "nowhere.graphql"], 2, "cannot be read");
    metadata.fails(&["metadata", "query", "{ nothing { name } }"], 1, "nothing");
}

#[test]
fn pages_are_followed_and_what_is_cut_off_is_told() {
    let metadata = Metadata::new();
    let query = metadata.file("paged.graphql", PAGED);
    let ask = ["metadata", "query", query.as_str(), "--paginate"];
    let all = metadata.json(&["workbooks", "list", "--json"]);
    let listed = all.as_array().unwrap().len();
    let found = metadata.json(&[&ask[..], &["--json", "--variable", "first=3"]].concat());
    assert_eq!(found.as_array().unwrap().len(), listed);
    let ids = metadata.done(&[&ask[..], &["--quiet"]].concat());
    assert_eq!(ids.lines().count(), listed);
    let named = metadata.done(
        &[
            &ask[..],
            &["--connection-path", "workbooksConnection", "--columns", "name"],
        ]
        .concat(),
    );
    assert_eq!(named.lines().count(), listed);

    let limits = MetadataLimits {
        nodes: 2,
        ..MetadataLimits::default()
    };
    metadata
        .bench
        .sandbox
        .service()
        .controls()
        .metadata_limits(limits);
    let ended = metadata.run(&[&ask[..], &["--columns", "name"]].concat());
    assert_eq!(ended.code, 9, "{ended:?}");
    assert_eq!(ended.out.lines().count(), listed, "{ended:?}");
    assert!(ended.err.contains("warning: NODE_LIMIT_EXCEEDED"), "{ended:?}");

    let unpaged = metadata.file("unpaged.graphql", "{ workbooks { name } }");
    metadata.fails(
        &["metadata", "query", &unpaged, "--paginate"],
        2,
        "--connection-path",
    );
}

#[test]
fn the_status_is_shown_to_administrators() {
    let metadata = Metadata::new();
    let status = metadata.json(&["metadata", "status", "--json"]);
    assert_eq!(
        status,
        json!({"backfill": {"status": "COMPLETE"}, "eventing": {"status": "COMPLETE"}})
    );
}

#[test]
fn the_tree_has_every_project_with_its_content() {
    let metadata = Metadata::new();
    let drawn = metadata.done(&["tree", "Finance", "--views"]);
    for line in [
        "Finance\n",
        "├── Payroll\n",
        "│   ├── Payroll  (datasource)\n",
        "│   └── Payroll Summary  (workbook)\n",
        "│       ├── Summary  (view)\n",
    ] {
        assert!(drawn.contains(line), "{line:?} in\n{drawn}");
    }
    let rows = metadata.json(&["tree", "--json"]);
    fn count(nodes: &Value, kind: &str) -> usize {
        let nodes = nodes.as_array().into_iter().flatten();
        nodes
            .map(|node| usize::from(node["type"] == kind) + count(&node["inside"], kind))
            .sum()
    }
    for (group, kind) in [
        ("projects", "project"),
        ("workbooks", "workbook"),
        ("datasources", "datasource"),
        ("flows", "flow"),
    ] {
        let listed = metadata.json(&[group, "list", "--json"]);
        assert_eq!(count(&rows, kind), listed.as_array().unwrap().len(), "{kind}");
    }
    let paths = metadata.done(&["tree", "--projects", "--columns", "path,type"]);
    assert!(paths.contains("/Finance/Payroll\tproject\n"), "{paths}");
    metadata.fails(&["tree", "Nowhere"], 3, "Nowhere");
}

#[test]
fn lineage_names_what_is_upstream_and_downstream() {
    let metadata = Metadata::new();
    let lines = metadata.done(&["lineage", "Order Backlog", "--columns", "direction,type,name,in"]);
    for line in [
        "upstream\tPublishedDatasource\tSales Orders\tSales\n",
        "upstream\tDatabaseTable\torders\tSales\n",
        "upstream\tDatabaseServer\tSales\tsqlserver\n",
    ] {
        assert!(lines.contains(line), "{line:?} in\n{lines}");
    }
    let downstream = metadata.done(&[
        "lineage",
        "Sales/Sales Orders",
        "--downstream",
        "--columns",
        "type,name,in",
    ]);
    assert!(
        downstream.contains("Workbook\tOrder Backlog\tSales\n"),
        "{downstream}"
    );
    assert!(!downstream.contains("DatabaseTable"), "{downstream}");
    let both = metadata.json(&["lineage", "orders", "--kind", "table", "--json"]);
    let kinds: Vec<_> = both
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["direction"].as_str().unwrap())
        .collect();
    assert!(
        kinds.contains(&"upstream") && kinds.contains(&"downstream"),
        "{both}"
    );
    metadata.fails(&["lineage", "Ledger"], 2, "add --kind ");
    metadata.fails(&["lineage", "Nothing At All"], 3, "or you may not see it");
    metadata.fails(&["lineage", "Nothing", "--kind", "flow"], 3, "Nothing");
}

#[test]
fn a_query_by_pages_asks_whether_there_are_more() {
    let metadata = Metadata::new();
    for asked in ["", "pageInfo { endCursor }"] {
        let query = format!(
            "query($first: Int, $after: String) {{ workbooksConnection(first: $first, after: $after) {{ nodes {{ name }} {asked} }} }}"
        );
        let file = metadata.file("short.graphql", &query);
        let ended = metadata.run(&["metadata", "query", &file, "--paginate", "--variable", "first=5"]);
        assert_eq!(ended.code, 2, "{ended:?}");
        assert!(ended.err.contains("hasNextPage endCursor"), "{ended:?}");
    }
}
