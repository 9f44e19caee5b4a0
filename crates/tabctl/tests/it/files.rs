//! `tabctl workbooks publish` and `download`.

use std::fs;
use std::path::Path;

use crate::support::{Bench, Ended};

/// A workbook with sheets of these names.
fn workbook(sheets: &[&str]) -> String {
    let sheets: String = sheets
        .iter()
        .map(|name| format!("<worksheet name='{name}'/>"))
        .collect();
    format!(
        "<?xml version='1.0' encoding='utf-8' ?>\n<workbook version='18.1'><worksheets>{sheets}</worksheets></workbook>\n"
    )
}

/// A sandbox, and files to publish.
struct Files {
    bench: Bench,
}

impl Files {
    fn new() -> Self {
        let bench = Bench::new();
        for name in ["Sales", "Costs"] {
            fs::write(
                bench.folder.path().join(format!("{name}.twb")),
                workbook(&["Map", name]),
            )
            .unwrap();
        }
        fs::write(bench.folder.path().join("no.twb"), "this is no workbook").unwrap();
        Self { bench }
    }

    fn folder(&self) -> &Path {
        self.bench.folder.path()
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        let mut command = self.bench.with_token(arguments);
        command.current_dir(self.folder());
        crate::support::end(command.output().unwrap())
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder().join(name)).unwrap()
    }
}

#[test]
fn what_was_published_is_downloaded() {
    let files = Files::new();
    let ended = files.run(&["workbooks", "publish", "Sales.twb", "--project", "Samples"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{ended:?}");
    assert!(ended.out.starts_with("Sales\tSamples\t"), "{ended:?}");
    let id = ended.out.trim_end().rsplit('\t').next().unwrap();
    let views = files.run(&["workbooks", "list-views", id, "--columns", "name"]);
    assert_eq!(views.out, "Map\nSales\n", "{views:?}");

    fs::create_dir(files.folder().join("copies")).unwrap();
    for reference in ["Samples/Sales", id] {
        let arguments = ["workbooks", "download", reference, "--overwrite", "-o", "copies"];
        let ended = files.run(&arguments);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{ended:?}");
        assert_eq!(files.read("copies/Sales.twb"), files.read("Sales.twb"));
    }
    // The call by its name writes it to standard output.
    let ended = files.run(&["call", "workbooks.download", "--id", id]);
    assert_eq!((ended.code, ended.out), (0, files.read("Sales.twb")));
    let ended = files.run(&["workbooks", "download", id, "--output", "renamed.twb", "--json"]);
    assert!(
        ended.code == 0 && ended.out.contains("\"file\":\"renamed.twb\""),
        "{ended:?}"
    );
    assert_eq!(files.read("renamed.twb"), files.read("Sales.twb"));
}

/// Tableau Desktop opens files by their extensions.
#[test]
fn a_file_whose_content_is_not_what_its_extension_says_is_told() {
    let files = Files::new();
    let published = files.run(&["workbooks", "publish", "Sales.twb", "--project", "Samples"]);
    assert_eq!(published.code, 0, "{published:?}");
    let download =
        |more: &[&str]| files.run(&[&["workbooks", "download", "Samples/Sales"][..], more].concat());
    for (file, is_told) in [
        ("a.twbx", true),
        ("a.TDSX", true),
        ("a.TWB", false),
        ("a.xml", false),
        ("a", false),
    ] {
        let ended = download(&["--output", file]);
        assert_eq!(ended.code, 0, "{ended:?}");
        assert_eq!(
            ended.err.contains("--fit-extension"),
            is_told,
            "{file}: {ended:?}"
        );
        assert_eq!(files.read(file), files.read("Sales.twb"));
    }
    let fitted = download(&["--output", "b.twbx", "--fit-extension", "--columns", "file"]);
    assert_eq!(
        (fitted.out.trim_end(), fitted.err.as_str()),
        ("./b.twb", ""),
        "{fitted:?}"
    );
}

#[test]
fn nothing_is_replaced_unless_asked() {
    let files = Files::new();
    let publish = ["workbooks", "publish", "Sales.twb", "--project", "Samples"];
    assert_eq!(files.run(&publish).code, 0);
    assert_ne!(files.run(&publish).code, 0);
    let ended = files.run(&[&publish[..], &["--overwrite"]].concat());
    assert_eq!(ended.code, 0, "{ended:?}");

    let download = ["workbooks", "download", "Samples/Sales"];
    let ended = files.run(&download);
    assert!(ended.code == 2 && ended.err.contains("Sales.twb"), "{ended:?}");
    assert_eq!(files.run(&[&download[..], &["--overwrite"]].concat()).code, 0);
}

#[test]
fn one_that_fails_keeps_no_other_from_being_done() {
    let files = Files::new();
    let arguments = [
        "workbooks",
        "publish",
        "Sales.twb",
        "no.twb",
        "Costs.twb",
        "--project",
        "Samples",
    ];
    let ended = files.run(&arguments);
    assert_eq!(ended.code, 9, "{ended:?}");
    assert!(ended.err.starts_with("no.twb:\nerror: "), "{ended:?}");
    assert!(ended.err.ends_with("error: 1 of 3 failed\n"), "{ended:?}");
    let names: Vec<_> = ended
        .out
        .lines()
        .filter_map(|line| line.split('\t').next())
        .collect();
    assert_eq!(names, ["Sales", "Costs"]);

    let ended = files.run(&[
        "workbooks",
        "download",
        "Samples/Costs",
        "no such workbook",
        "--overwrite",
    ]);
    assert_eq!(ended.code, 9, "{ended:?}");
    let ended = files.run(&["workbooks", "download", "no such workbook"]);
    assert!(
        ended.code == 3 && ended.err.contains("there is no workbook called"),
        "{ended:?}"
    );
}

#[test]
fn files_of_another_kind_in_a_folder_are_told() {
    let files = Files::new();
    std::fs::create_dir_all(files.folder().join("both/deep")).unwrap();
    std::fs::copy(
        files.folder().join("Sales.twb"),
        files.folder().join("both/Sales.twb"),
    )
    .unwrap();
    for name in ["both/a.tdsx", "both/deep/b.hyper"] {
        std::fs::write(files.folder().join(name), "rows").unwrap();
    }
    let ended = files.run(&[
        "workbooks",
        "publish",
        "both",
        "--project",
        "Samples",
        "--dry-run",
    ]);
    let note = "note: both has 2 data sources too, for `tabctl datasources publish`\n";
    assert_eq!((ended.code, ended.err.as_str()), (0, note), "{ended:?}");
    assert_eq!(ended.out.lines().count(), 1, "{ended:?}");
}

#[test]
fn projects_are_named_by_name_path_or_luid() {
    let files = Files::new();
    for project in ["Finance/Payroll", "Payroll"] {
        let ended = files.run(&[
            "workbooks",
            "publish",
            "Sales.twb",
            "--project",
            project,
            "--overwrite",
            "--columns",
            "project",
        ]);
        assert_eq!((ended.code, ended.out.as_str()), (0, "Payroll\n"), "{ended:?}");
    }
    let id = files
        .run(&["projects", "list", "--filter", "name:eq:Payroll", "--quiet"])
        .out;
    let ended = files.run(&["workbooks", "publish", "Costs.twb", "--project", id.trim()]);
    assert_eq!(ended.code, 0, "{ended:?}");
    for project in ["nowhere", "Sales/Payroll", "/"] {
        let ended = files.run(&["workbooks", "publish", "Costs.twb", "--project", project]);
        assert!(
            ended.code == 3 && ended.err.contains("there is no project"),
            "{ended:?}"
        );
    }
}

#[test]
fn what_is_said_about_a_workbook_arrives() {
    let files = Files::new();
    fs::write(files.folder().join("password"), "s3cret\n").unwrap();
    let ended = files.run(&[
        "workbooks",
        "publish",
        "Sales.twb",
        "--project",
        "Samples",
        "--name",
        "Revenue",
        "--description",
        "By month",
        "--show-tabs",
        "--hide-view",
        "Map",
        "--connection-username",
        "reader",
        "--connection-password-file",
        "password",
        "--embed-password",
        "--skip-connection-check",
        "--json",
    ]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(!ended.out.contains("s3cret") && !ended.err.contains("s3cret"));
    let published: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(published[0]["name"], "Revenue");
    assert_eq!(published[0]["description"], "By month");
    let id = published[0]["id"].as_str().unwrap();
    let views = files.run(&["workbooks", "list-views", id, "--columns", "name"]);
    assert_eq!(views.out, "Sales\n", "{views:?}");

    let ended = files.run(&[
        "workbooks",
        "publish",
        "Sales.twb",
        "--project",
        "Samples",
        "--as-job",
        "--overwrite",
        "--quiet",
    ]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let job = files.run(&["jobs", "get", ended.out.trim()]);
    assert!(job.code == 0 && job.out.contains("PublishWorkbook"), "{job:?}");
}

#[test]
fn mistakes_are_found_before_signing_in() {
    let files = Files::new();
    let publish = ["workbooks", "publish", "--project", "Samples"];
    for mistake in [
        &["none.twb"][..],
        &["Sales.twb", "Costs.twb", "--name", "one"],
        &["Sales.twb", "--connection-username", "reader"],
        &["Sales.twb", "--embed-password"],
    ] {
        let ended = files.run(&[&publish[..], mistake].concat());
        assert_eq!(ended.code, 2, "{mistake:?}: {ended:?}");
    }
    assert_eq!(files.run(&["workbooks", "publish", "Sales.twb"]).code, 2);
    let ended = files.run(&["workbooks", "download", "a", "b", "-o", "one.twb"]);
    assert!(
        ended.code == 2 && ended.err.contains("is not a folder"),
        "{ended:?}"
    );
    assert_eq!(files.bench.sign_ins(), 0);
}

#[test]
fn names_on_the_server_lead_nowhere_else() {
    let files = Files::new();
    let name = "../evil";
    let ended = files.run(&[
        "workbooks",
        "publish",
        "Sales.twb",
        "--project",
        "Samples",
        "--name",
        name,
        "--quiet",
    ]);
    assert_eq!(ended.code, 0, "{ended:?}");
    fs::create_dir(files.folder().join("copies")).unwrap();
    let ended = files.run(&["workbooks", "download", ended.out.trim(), "-o", "copies"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(
        fs::read_dir(files.folder().join("copies")).unwrap().count(),
        1,
        "{ended:?}"
    );
}

#[cfg(unix)]
#[test]
fn a_terminal_sees_how_far_files_are() {
    use crate::terminal::Session;
    let files = Files::new();
    let arguments = [
        "--no-pager",
        "workbooks",
        "publish",
        "Sales.twb",
        "Costs.twb",
        "--project",
        "Samples",
    ];
    let mut command = files.bench.with_token(&arguments);
    command.current_dir(files.folder()).env("TERM", "xterm");
    let (code, screen) = Session::start(command, 120).end();
    assert_eq!(code, Some(0), "{screen}");
    for shown in ["Sales.twb", "Costs.twb", " B of ", "left"] {
        assert!(screen.contains(shown), "{shown}: {screen}");
    }
    // It is gone before the table.
    let (_, table) = screen.rsplit_once("\x1b[2K").unwrap();
    assert!(
        table.contains("webpageUrl") && !table.contains(" B of "),
        "{screen}"
    );
}
