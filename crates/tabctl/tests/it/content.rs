//! The commands for data sources, flows, custom views, virtual connections, favorites and search.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use tableau_sandbox::JobPlan;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::{Bench, Ended, end};

const TDS: &str = "<?xml version='1.0' encoding='utf-8'?>\n<datasource version='18.1'>\
    <connection class='sqlserver' server='dwh.example.com' port='1433' dbname='Sales' username='reader'/></datasource>\n";
const FLOW: &str = r#"{"nodes": {"1": {"name": "Orders", "baseType": "input"}, "2": {"name": "Clean", "baseType": "output"},
    "3": {"name": "Rejected", "baseType": "output"}}, "connections": {},
    "parameters": {"parameters": {"p": {"name": "Year", "dataType": "integer", "currentValue": "2025"}}}}"#;
const DEFINITION: &str = r#"{"policyCollection": {}, "revision": {"connections": []}}"#;

/// A sandbox, and a folder that commands run in.
struct Content {
    bench: Bench,
}

impl Content {
    fn new() -> Self {
        let this = Self { bench: Bench::new() };
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("flow", SimpleFileOptions::default()).unwrap();
        zip.write_all(FLOW.as_bytes()).unwrap();
        this.write("Orders.tds", TDS.as_bytes());
        this.write("Rows.hyper", b"Hyper and rows");
        this.write("Cleaning.tflx", &zip.finish().unwrap().into_inner());
        this.write("Warehouse 2.json", DEFINITION.as_bytes());
        this
    }

    fn folder(&self) -> &Path {
        self.bench.folder.path()
    }

    fn write(&self, name: &str, content: &[u8]) {
        let path = self.folder().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder().join(name)).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        let mut command = self.bench.with_token(arguments);
        end(command.current_dir(self.folder()).output().unwrap())
    }

    /// What a command prints that has to work.
    fn done(&self, arguments: &[&str]) -> String {
        let Ended { code, out, err } = self.run(arguments);
        assert_eq!((code, err.as_str()), (0, ""), "{arguments:?}: {out}");
        out
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.done(&[arguments, &["--json"]].concat())).unwrap()
    }

    /// Fails with this exit code, and says this.
    fn fails(&self, arguments: &[&str], code: i32, says: &str) {
        let ended = self.run(arguments);
        assert!(
            ended.code == code && ended.err.contains(says),
            "{arguments:?}: {ended:?}"
        );
    }
}

#[test]
fn what_is_published_of_each_kind_is_downloaded_and_deleted() {
    let content = Content::new();
    for (group, file, copy) in [
        ("datasources", "Orders.tds", "copies/Orders.tds"),
        ("datasources", "Rows.hyper", "copies/Rows.hyper"),
        ("flows", "Cleaning.tflx", "copies/Cleaning.tflx"),
        (
            "virtual-connections",
            "Warehouse 2.json",
            "copies/Warehouse 2.json",
        ),
    ] {
        fs::create_dir_all(content.folder().join("copies")).unwrap();
        let published = content.done(&[
            group,
            "publish",
            file,
            "--project",
            "default",
            "--columns",
            "name,project,id",
        ]);
        let fields: Vec<_> = published.trim_end().split('\t').collect();
        let (name, id) = (fields[0], fields[2]);
        assert!(file.starts_with(name) && fields[1] == "default", "{published}");
        let reference = format!("default/{name}");
        for typed in [id, &reference] {
            content.done(&[group, "download", typed, "--overwrite", "-o", "copies"]);
            assert_eq!(content.read(copy), content.read(file), "{typed}");
        }
        let again = content.run(&[group, "publish", file, "--project", "default"]);
        assert!(again.code != 0 && again.out.is_empty(), "{again:?}");
        content.done(&[group, "publish", file, "--project", "default", "--overwrite"]);
        assert_eq!(
            content
                .done(&[group, "list", "--filter", &format!("name:eq:{name}"), "--quiet"])
                .trim(),
            id
        );
        content.fails(&[group, "delete", &reference], 2, "--yes");
        content.done(&[group, "delete", &reference, "--yes"]);
        content.fails(&[group, "get", id], 3, "404");
        content.fails(&[group, "download", &reference], 3, "there is no ");
    }
}

#[test]
fn a_custom_view_is_published_for_a_workbook() {
    let content = Content::new();
    content.done(&["custom-views", "download", "EMEA only", "-o", "emea.json"]);
    let workbook = "Sales/Regional Sales Performance";
    let arguments = [
        "custom-views",
        "publish",
        "emea.json",
        "--workbook",
        workbook,
        "--shared",
    ];
    let made = content.json(&[&arguments[..], &["--name", "Mine"]].concat());
    assert_eq!(
        (&made[0]["name"], &made[0]["shared"]),
        (&"Mine".into(), &true.into())
    );
    let id = made[0]["id"].as_str().unwrap();
    content.done(&["custom-views", "update", id, "--name", "Ours"]);
    assert_eq!(
        content.done(&["custom-views", "get", id, "--columns", "name"]),
        "name\tOurs\n"
    );
    content.fails(
        &["custom-views", "publish", "Orders.tds", "--workbook", workbook],
        2,
        "is no custom view",
    );
    content.done(&["custom-views", "delete", id, "--yes"]);
    content.fails(&["custom-views", "get", id], 3, "404");
}

#[test]
fn a_folder_stands_for_its_files_and_a_project_for_its_items() {
    let content = Content::new();
    content.write("estate/b.tds", TDS.as_bytes());
    content.write("estate/deep/a.tds", TDS.as_bytes());
    content.write("estate/broken.tds", b"<datasource");
    content.write("estate/notes.txt", b"none");
    let publish = [
        "datasources",
        "publish",
        "estate",
        "--project",
        "Finance/Budget",
        "--columns",
        "name",
    ];
    let shown = content.done(&[&publish[..6], &["name,file", "--dry-run"]].concat());
    assert_eq!(
        shown,
        "b\testate/b.tds\nbroken\testate/broken.tds\na\testate/deep/a.tds\n"
    );
    assert_eq!(
        content.done(&[
            "datasources",
            "list",
            "--filter",
            "projectName:eq:Budget,name:in:[a,b]"
        ]),
        ""
    );
    let ended = content.run(&publish);
    assert_eq!((ended.code, ended.out.as_str()), (9, "b\na\n"), "{ended:?}");
    assert!(ended.err.contains("estate/broken.tds:"), "{ended:?}");

    fs::create_dir(content.folder().join("out")).unwrap();
    let download = [
        "datasources",
        "download",
        "--project",
        "Finance/Budget",
        "-o",
        "out",
        "--columns",
        "file",
    ];
    let mut files: Vec<_> = content.done(&download).lines().map(str::to_owned).collect();
    files.sort();
    assert_eq!(files, ["out/Budget.tds", "out/a.tds", "out/b.tds"]);
    content.fails(
        &["flows", "download", "--project", "Finance/Budget", "-o", "out"],
        3,
        "there are no flows",
    );
    content.fails(
        &[
            "datasources",
            "download",
            "--project",
            "Finance/Budget",
            "-o",
            "one.tds",
        ],
        2,
        "several files need",
    );
    content.fails(
        &["flows", "publish", "estate", "--project", "Finance/Budget"],
        2,
        "there is no flow in the folder",
    );
}

#[test]
fn an_earlier_revision_is_downloaded() {
    let content = Content::new();
    let publish = [
        "datasources",
        "publish",
        "Orders.tds",
        "--project",
        "default",
        "--overwrite",
    ];
    content.done(&publish);
    let first = content.read("Orders.tds");
    content.write("Orders.tds", TDS.replace("1433", "1434").as_bytes());
    content.done(&publish);
    let reference = "default/Orders";
    assert_eq!(
        content.done(&[
            "datasources",
            "list-revisions",
            reference,
            "--columns",
            "revisionNumber"
        ]),
        "1\n2\n"
    );
    content.done(&[
        "datasources",
        "download",
        reference,
        "--revision",
        "1",
        "-o",
        "first.tds",
    ]);
    assert_eq!(content.read("first.tds"), first);
    content.done(&["datasources", "delete-revision", reference, "1", "--yes"]);
    content.fails(
        &["datasources", "download", reference, "--revision", "0"],
        2,
        "--revision",
    );
}

#[test]
fn a_refresh_is_waited_for_and_its_failure_is_the_commands() {
    let content = Content::new();
    content.bench.plan_jobs(JobPlan::succeeds());
    let refresh = [
        "workbooks",
        "refresh",
        "Samples/Superstore",
        "Sales/Sales Targets",
        "--wait",
    ];
    assert_eq!(
        content.done(&[&refresh[..], &["--columns", "finishCode"]].concat()),
        "0\n0\n"
    );
    content
        .bench
        .plan_jobs(JobPlan::fails("The database is offline."));
    let one = [
        "datasources",
        "refresh",
        "Superstore Datasource",
        "--wait",
        "--columns",
        "finishCode",
    ];
    let ended = content.run(&one);
    assert_eq!((ended.code, ended.out.as_str()), (7, "1\n"), "{ended:?}");
    assert!(
        ended.err.contains("failed: The database is offline."),
        "{ended:?}"
    );
    content.fails(&refresh, 7, "Sales/Sales Targets:");
    content.fails(
        &[
            "workbooks",
            "refresh",
            "Samples/None",
            "Samples/Superstore",
            "--dry-run",
        ],
        9,
        "1 of 2 failed",
    );
}

#[test]
fn a_refresh_that_is_queued_already_is_found() {
    let content = Content::new();
    let refresh = ["workbooks", "refresh", "Samples/Superstore", "--quiet"];
    let queued = content.done(&refresh);
    content.fails(&refresh, 6, "409093");
    content.fails(&refresh, 6, "--or-queued gives its job");
    assert_eq!(content.done(&[&refresh[..], &["--or-queued"]].concat()), queued);
    content
        .bench
        .sandbox
        .service()
        .clock()
        .advance(Duration::from_secs(600));
    let incremental = content.done(&[&refresh[..], &["--incremental"]].concat());
    assert_ne!(incremental, queued);
}

#[test]
fn a_flow_runs_with_parameters_and_steps_by_their_names() {
    let content = Content::new();
    content.bench.plan_jobs(JobPlan::succeeds());
    content.done(&["flows", "publish", "Cleaning.tflx", "--project", "default"]);
    let run = ["flows", "run", "default/Cleaning"];
    let with = |more: &[&'static str]| [&run[..], more].concat();
    content.fails(
        &with(&["--parameter", "Month=1"]),
        2,
        "no parameter \"Month\"; it has: Year",
    );
    content.fails(&with(&["--parameter", "Year"]), 2, "is not NAME=VALUE");
    content.fails(
        &with(&["--step", "Orders"]),
        2,
        "no output step \"Orders\"; it has: Clean, Rejected",
    );
    let shown = content.json(&with(&["--step", "Clean", "--dry-run"]));
    assert_eq!(shown[0]["call"], "flows.run");
    assert_eq!(content.done(&["flow-runs", "list"]), "");
    let arguments = with(&[
        "--parameter",
        "Year=2026",
        "--step",
        "Clean",
        "--wait",
        "--columns",
        "type,finishCode",
    ]);
    assert_eq!(content.done(&arguments), "RunFlow\t0\n");
    let runs = content.json(&["flow-runs", "list"]);
    let id = runs[0]["id"].as_str().unwrap();
    let run = content.json(&["flow-runs", "get", id]);
    assert!(run.to_string().contains("2026"), "{run}");
    content.fails(&["flow-runs", "cancel", id], 5, "complete");
}

#[test]
fn favorites_are_added_listed_and_removed() {
    let content = Content::new();
    let before = content.done(&["favorites", "list", "--columns", "type,label"]);
    let add = |kind, item| ["favorites", "add", kind, item, "--columns", "type,label"];
    let workbook = "Sales/Regional Sales Performance";
    assert_eq!(content.done(&add("flow", "Sales/Orders")), "flow\tOrders\n");
    let labelled = [&add("workbook", workbook)[..], &["--label", "Region"]].concat();
    assert_eq!(
        content.done(&[&labelled[..], &["--dry-run"]].concat()),
        "workbook\tRegion\n"
    );
    assert_eq!(content.done(&labelled), "workbook\tRegion\n");
    let listed = content.done(&["favorites", "list", "--columns", "type,label"]);
    assert_eq!(listed, format!("{before}flow\tOrders\nworkbook\tRegion\n"));
    content.fails(
        &[
            "favorites",
            "add",
            "view",
            "Superstore/Overview",
            "x",
            "--label",
            "y",
        ],
        2,
        "--label is about one item",
    );
    content.fails(
        &["favorites", "add", "workbook", "nowhere"],
        3,
        "there is no workbook called",
    );
    content.fails(&["favorites", "add", "metric", "x"], 2, "possible values");
    content.done(&["favorites", "remove", "flow", "Sales/Orders"]);
    content.done(&["favorites", "remove", "workbook", workbook]);
    assert_eq!(
        content.done(&["favorites", "list", "--columns", "type,label"]),
        before
    );
    let other = ["favorites", "list", "--user", "liam.obrien", "--quiet"];
    assert_ne!(
        content.done(&other),
        content.done(&["favorites", "list", "--quiet"])
    );
}

#[test]
fn a_search_finds_content_by_words_and_kinds() {
    let content = Content::new();
    let search = |more: &[&'static str]| {
        content.done(&[&["search", "superstore", "--columns", "type,title"][..], more].concat())
    };
    assert_eq!(search(&["--type", "workbook"]), "workbook\tSuperstore\n");
    assert_eq!(search(&["--limit", "1"]).lines().count(), 1);
    let id = content.done(&["search", "superstore", "--type", "workbook", "--quiet"]);
    assert_eq!(
        content.done(&["workbooks", "get", id.trim(), "--columns", "name"]),
        "name\tSuperstore\n"
    );
    assert_eq!(content.done(&["search", "no such words"]), "");
    content.fails(&["search", "x", "--filter", "modifiedTime"], 2, "--filter");
    assert_eq!(
        content.done(&[
            "search",
            "--type",
            "flow",
            "--filter",
            "modifiedTime:gt:2099-01-01T00:00:00Z"
        ]),
        ""
    );
}

#[test]
fn quality_warnings_have_commands_and_tags_of_many_a_call() {
    let content = Content::new();
    let id = content.done(&["datasources", "list", "--filter", "name:eq:Customers", "--quiet"]);
    let id = id.trim();
    let add = [
        "data-quality-warnings",
        "add",
        "datasource",
        id,
        "--type",
        "STALE",
        "--columns",
        "type",
    ];
    assert_eq!(content.done(&add), "type\tSTALE\n");
    let listed = content.json(&["data-quality-warnings", "list-for-content", "datasource", id]);
    let warning = listed[0]["id"].as_str().unwrap();
    content.done(&["data-quality-warnings", "delete", warning, "--yes"]);
    content.fails(&["data-quality-warnings", "get", warning], 3, "404");
    let item = format!(r#"{{"id": "{id}", "contentType": "Datasource"}}"#);
    content.done(&[
        "call",
        "tags.batchAddTags",
        "--tags.tag",
        "q3",
        "--contents.content",
        &item,
    ]);
    let tagged = content.json(&["datasources", "get", id]);
    assert!(tagged["tags"].to_string().contains("q3"), "{tagged}");
}
