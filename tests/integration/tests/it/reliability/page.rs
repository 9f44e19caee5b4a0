//! The page that says what is promised names tests that there are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The tests of the workspace, by every module that they are in.
#[derive(Default)]
struct Tests(BTreeMap<String, BTreeSet<String>>);

impl Tests {
    fn of_this_workspace() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut all = Self::default();
        for folder in ["crates", "tests"] {
            all.add_folder(&root.join(folder));
        }
        all
    }

    fn add_folder(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.add_folder(&path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                self.add_file(&path);
            }
        }
    }

    fn add_file(&mut self, path: &Path) {
        let text = fs::read_to_string(path).unwrap();
        let names = tests_in(&text);
        let modules = path.with_extension("");
        for module in modules.iter().map(|module| module.to_str().unwrap().to_owned()) {
            self.0.entry(module).or_default().extend(names.iter().cloned());
        }
    }

    /// Whether there is a test of a name such as `retries::a_lost_answer`; `retries::*` stands for some in that module.
    fn have(&self, name: &str) -> bool {
        let mut parts = name
            .split("::")
            .filter(|part| *part != "tests")
            .collect::<Vec<_>>();
        let function = parts.pop().unwrap();
        !parts.is_empty()
            && parts.iter().all(|module| {
                self.0.get(*module).is_some_and(|tests| match function {
                    "*" => !tests.is_empty(),
                    function => tests.contains(function),
                })
            })
    }
}

/// The functions that are tests, by the attribute before them.
fn tests_in(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if line.contains("#[test]") || line.contains("#[tokio::test") {
            is_test = true;
        } else if let Some((_, rest)) = line.split_once("fn ").filter(|_| is_test) {
            names.extend(rest.split('(').next().map(str::to_owned));
            is_test = false;
        }
    }
    names
}

const PAGE: &str = include_str!("../../../../../docs/reliability.md");

/// The rows of the tables whose last column has tests, each with the names there.
fn rows() -> Vec<(&'static str, Vec<&'static str>)> {
    let has_tests = |table: &&str| {
        let mut lines = table.lines();
        lines
            .next()
            .is_some_and(|head| head.starts_with('|') && head.ends_with("| test |"))
    };
    let tables = PAGE.split("\n\n").filter(has_tests);
    let rows = tables.flat_map(|table| table.lines().skip(2));
    rows.map(|row| {
        let column = row.trim_end_matches(" |").rsplit('|').next().unwrap();
        (row, column.split('`').skip(1).step_by(2).collect())
    })
    .collect()
}

#[test]
fn every_test_that_is_named_exists() {
    let (tests, rows) = (Tests::of_this_workspace(), rows());
    assert!(rows.len() > 100, "{}", rows.len());
    for (row, names) in rows {
        assert!(!names.is_empty(), "a promise without a test: {row}");
        for name in names {
            assert!(tests.have(name), "there is no test {name}: {row}");
        }
    }
    for name in [
        "retries::a_test_that_there_is_not",
        "a_module_that_there_is_not::*",
        "page::tests_in",
        "size",
    ] {
        assert!(!tests.have(name), "{name}");
    }
}
