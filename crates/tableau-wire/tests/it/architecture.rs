//! What holds the workspace together: arrows between crates that point one way, and a table of endpoints that is complete.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in what its tests share"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;
use tableau_wire::{BodyKind, Entry, Family, Method, Place, Scope, Segment, Summary, Version, recognize};

/// What each package needs to run: its normal dependencies, as cargo resolved them.
struct Graph {
    names: BTreeMap<String, String>,
    normal: BTreeMap<String, Vec<String>>,
}

impl Graph {
    fn of_this_workspace() -> Self {
        let metadata = |offline: &[&str]| {
            let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
            let mut command = Command::new(cargo);
            command.args(["metadata", "--format-version", "1", "--manifest-path"]);
            let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
            command.arg(manifest).args(offline).output().unwrap()
        };
        let mut output = metadata(&["--offline"]);
        if !output.status.success() {
            output = metadata(&[]);
        }
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Self::read(&serde_json::from_slice(&output.stdout).unwrap())
    }

    fn read(metadata: &Json) -> Self {
        let text = |value: &Json| value.as_str().unwrap().to_owned();
        let packages = metadata["packages"].as_array().unwrap().iter();
        let names = packages
            .map(|package| (text(&package["id"]), text(&package["name"])))
            .collect();
        // `resolve` lists the features that are on; the kind `null` is neither for tests nor for build scripts.
        let is_normal = |dependency: &&Json| {
            dependency["dep_kinds"]
                .as_array()
                .unwrap()
                .iter()
                .any(|kind| kind["kind"].is_null())
        };
        let normal = metadata["resolve"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| {
                let dependencies = node["deps"].as_array().unwrap().iter().filter(is_normal);
                (
                    text(&node["id"]),
                    dependencies.map(|dependency| text(&dependency["pkg"])).collect(),
                )
            });
        Self {
            names,
            normal: normal.collect(),
        }
    }

    /// The names of everything that a package needs, directly or not.
    fn needs(&self, name: &str) -> BTreeSet<&str> {
        let mut waiting: Vec<_> = self
            .names
            .iter()
            .filter(|(_, other)| *other == name)
            .map(|(id, _)| id)
            .collect();
        assert_eq!(waiting.len(), 1, "packages called {name}");
        let mut seen = BTreeSet::new();
        while let Some(id) = waiting.pop() {
            for dependency in &self.normal[id] {
                if seen.insert(dependency) {
                    waiting.push(dependency);
                }
            }
        }
        seen.into_iter()
            .map(|id| self.names[id].as_str())
            .filter(|other| *other != name)
            .collect()
    }
}

/// The arrows that must not be there, in `graph`.
fn wrong_arrows(graph: &Graph) -> Vec<String> {
    const FORBIDDEN: &[(&str, &[&str])] = &[
        (
            "tableau-wire",
            &[
                "tokio",
                "reqwest",
                "axum",
                "hyper",
                "rusqlite",
                "tableau-client",
                "tableau-sandbox",
                "tabctl",
            ],
        ),
        (
            "tableau-wire-derive",
            &[
                "tableau-wire",
                "tableau-client",
                "tableau-sandbox",
                "tabctl",
                "tokio",
                "reqwest",
                "axum",
            ],
        ),
        (
            "tableau-client",
            &["tableau-sandbox", "tabctl", "axum", "rusqlite"],
        ),
        ("tableau-sandbox", &["tableau-client", "tabctl", "reqwest"]),
    ];
    let mut wrong = Vec::new();
    for (package, forbidden) in FORBIDDEN {
        let needs = graph.needs(package);
        wrong.extend(
            forbidden
                .iter()
                .filter(|name| needs.contains(*name))
                .map(|name| format!("{package} → {name}")),
        );
    }
    wrong
}

#[test]
fn arrows_between_crates_point_one_way() {
    let graph = Graph::of_this_workspace();
    assert_eq!(wrong_arrows(&graph), Vec::<String>::new());
    // The walk itself: it follows normal dependencies, also indirect ones, and only those.
    let wire = graph.needs("tableau-wire");
    assert!(
        wire.contains("tableau-wire-derive") && wire.contains("syn") && wire.contains("memchr"),
        "{wire:?}"
    );
    assert!(!wire.contains("proptest"), "{wire:?}");
}

#[test]
fn a_wrong_arrow_is_noticed() {
    let mut graph = Graph::of_this_workspace();
    let id = |name: &str| {
        graph
            .names
            .iter()
            .find(|(_, other)| *other == name)
            .unwrap()
            .0
            .clone()
    };
    let (client, sandbox, wire) = (id("tableau-client"), id("tableau-sandbox"), id("tableau-wire"));
    graph
        .names
        .insert("tokio-of-this-test".to_owned(), "tokio".to_owned());
    graph.normal.insert("tokio-of-this-test".to_owned(), Vec::new());
    graph
        .normal
        .get_mut(&wire)
        .unwrap()
        .push("tokio-of-this-test".to_owned());
    graph.normal.get_mut(&client).unwrap().push(sandbox);
    let wrong = wrong_arrows(&graph);
    for arrow in ["tableau-wire → tokio", "tableau-client → tableau-sandbox"] {
        assert!(
            wrong.iter().any(|other| other == arrow),
            "{arrow} is missing in {wrong:?}"
        );
    }
}

fn entries() -> impl Iterator<Item = &'static Entry> {
    Family::ALL.iter().flat_map(|family| family.endpoints())
}

#[test]
fn every_entry_of_the_table_is_sound() {
    let mut names = BTreeSet::new();
    let mut addresses = BTreeSet::new();
    for entry in entries() {
        let operation = entry.operation;
        let name = operation.full_name();
        assert!(names.insert(name.clone()), "{name} is there twice");
        let address = (
            operation.family,
            operation.method,
            operation.template().to_lowercase(),
        );
        assert!(addresses.insert(address), "{name} has the address of another");
        assert!(
            !(operation.group.is_empty() || operation.name.is_empty() || operation.segments().count() == 0),
            "{name}"
        );
        assert!(operation.since <= Version::NEWEST, "{name}");
        assert!((200..300).contains(&operation.status), "{name}");
        assert!(
            !(operation.method == Method::GET && entry.body != BodyKind::Absent),
            "{name} is a GET with a document"
        );

        let summary = operation.summary.to_string();
        assert!(
            summary.len() > 10 && summary.ends_with('.') && summary.starts_with(char::is_uppercase),
            "{name}: {summary}"
        );
        let params = || operation.all_params();
        for param in params() {
            assert!(
                !param.name.is_empty() && param.doc.ends_with('.'),
                "{name}, {}: {}",
                param.name,
                param.doc
            );
        }
        let distinct: BTreeSet<_> = params().map(|param| param.name).collect();
        assert_eq!(
            distinct.len(),
            params().count(),
            "{name} has two arguments of one name"
        );

        let variables = operation.segments().filter_map(|segment| match segment {
            Segment::Variable(name) => Some(*name),
            Segment::Literal(word) => {
                assert!(
                    !word.is_empty() && !word.contains(['/', '{', '}']),
                    "{name}: {word}"
                );
                None
            }
        });
        let in_path = params()
            .filter(|param| param.place == Place::Path)
            .map(|param| param.name);
        assert_eq!(
            variables.collect::<Vec<_>>(),
            in_path.collect::<Vec<_>>(),
            "{name}"
        );
    }
    assert!(names.len() >= 15, "{names:?}");
}

#[test]
fn every_entry_is_in_the_table_of_its_family() {
    for family in Family::ALL {
        let mut entries = family.endpoints();
        assert!(
            entries.all(|entry| entry.operation.family == *family),
            "{family:?}"
        );
    }
    assert!(Family::Rest.endpoints().eq(tableau_wire::endpoints()));
}

/// The Rust files in which a family is described, without their comments.
fn sources(family: Family) -> Vec<(PathBuf, String)> {
    let directory = match family {
        Family::Rest => "src/rest",
        Family::Tsm => "src/tsm",
    };
    let mut waiting = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(directory)];
    let mut sources = Vec::new();
    while let Some(directory) = waiting.pop() {
        for entry in directory.read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
                let code = code.collect::<Vec<_>>().join("\n");
                sources.push((path, code));
            }
        }
    }
    sources
}

/// A single call that is described but stands in no table is served by no one and documented nowhere. (The calls of a resource come from its derive.)
#[test]
fn no_single_call_is_forgotten_in_the_table() {
    let mut described = 0;
    for family in Family::ALL {
        let mut of_groups: BTreeMap<String, usize> = BTreeMap::new();
        for (path, source) in sources(*family) {
            // A group may have a folder beside its file.
            let named = path
                .parent()
                .filter(|folder| folder.with_extension("rs").exists());
            let group = named.unwrap_or(&path).file_stem().unwrap();
            let group = group.to_string_lossy().into_owned();
            *of_groups.entry(group).or_default() += source.matches("#[endpoint(").count();
        }
        for (group, of_group) in of_groups {
            let listed = family
                .endpoints()
                .filter(|entry| entry.operation.group == group)
                .filter(|entry| matches!(entry.operation.summary, Summary::Text(_)))
                .count();
            assert_eq!(of_group, listed, "single calls of {group}");
            described += of_group;
        }
    }
    assert!(described >= 20, "{described}: the scan finds too little");
}

#[test]
fn a_literal_wins_over_a_variable() {
    // Whatever the order of the table: the call with the literal is found by its own path.
    for family in Family::ALL {
        for entry in family.endpoints() {
            let mut segments: Vec<String> = Vec::new();
            if entry.operation.scope == Scope::Site {
                segments.extend(["sites".to_owned(), "site-id".to_owned()]);
            }
            segments.extend(entry.operation.segments().map(|segment| match segment {
                Segment::Literal(word) => (*word).to_owned(),
                Segment::Variable(_) => "variable".to_owned(),
            }));
            let method = http::Method::from(entry.operation.method);
            let forwards: Vec<_> = family.endpoints().collect();
            let backwards = forwards.iter().rev().copied();
            for table in [forwards.clone(), backwards.collect()] {
                let table = table.into_iter().map(|entry| (entry.operation, entry));
                let found = recognize(table, entry.operation.root, &method, &segments).unwrap();
                assert_eq!(found.entry, entry, "{segments:?}");
            }
        }
    }
}
