//! `users import`, `groups sync` and `permissions show`: plans, results, exit codes.

use serde_json::Value;
use tableau_sandbox::JobPlan;

use crate::support::{Bench, Ended};

fn write(bench: &Bench, name: &str, text: &str) -> String {
    let path = bench.folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn lines(ended: &Ended) -> Vec<&str> {
    ended.out.lines().collect()
}

/// How many users of a site have a role.
fn with_role(bench: &Bench, role: &str) -> usize {
    let filter = format!("siteRole:eq:{role}");
    let ended = bench.run_with_token(&["users", "list", "--filter", &filter, "--quiet"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    ended.out.lines().count()
}

#[test]
fn an_import_says_what_became_of_each_line_and_ends_with_9_if_some_failed() {
    let bench = Bench::new();
    bench.plan_jobs(JobPlan::succeeds());
    let file = write(
        &bench,
        "users.csv",
        "name,siteRole,fullName\ngrace,Viewer,Grace Hopper\nlinus,Viewer,\nben.okafor,Explorer,Ben O.\n",
    );
    let planned = bench.run_with_token(&["users", "import", &file, "--dry-run"]);
    assert_eq!(
        (planned.code, planned.err.as_str()),
        (0, "2 add, 1 change\n"),
        "{planned:?}"
    );
    bench.plan_jobs(JobPlan::succeeds());
    // One licence is left for two viewers.
    let capacity = (with_role(&bench, "Viewer") + 1).to_string();
    let limited = bench.run_with_token(&["sites", "update", "Default", "--tier-viewer-capacity", &capacity]);
    assert_eq!(limited.code, 0, "{limited:?}");
    let ended = bench.run_with_token(&["users", "import", &file]);
    assert_eq!(ended.code, 9, "{ended:?}");
    assert_eq!(
        lines(&ended),
        [
            "grace\tadded\tViewer",
            "linus\tfailed\tthe server did not add the user",
            "ben.okafor\tchanged\tfullName Ben Okafor -> Ben O."
        ],
        "{ended:?}"
    );
    assert!(ended.err.contains("error: 1 of 3 failed"), "{ended:?}");
    // With a licence for each, the same file does the rest, and then nothing.
    let more = (with_role(&bench, "Viewer") + 1).to_string();
    bench.run_with_token(&["sites", "update", "Default", "--tier-viewer-capacity", &more]);
    let rest = bench.run_with_token(&["users", "import", &file]);
    assert_eq!(
        (rest.code, lines(&rest)[1]),
        (0, "linus\tadded\tViewer"),
        "{rest:?}"
    );
    let again = bench.run_with_token(&["users", "import", &file, "--json"]);
    let items: Vec<Value> = serde_json::from_str(&again.out).unwrap();
    assert!(
        items.iter().all(|item| item["action"] == "unchanged"),
        "{again:?}"
    );
}

#[test]
fn what_a_line_leaves_empty_stays() {
    let bench = Bench::new();
    bench.plan_jobs(JobPlan::succeeds());
    let file = write(
        &bench,
        "users.csv",
        "name,fullName\nadmin,\nben.okafor,Ben O.\nnew,\n",
    );
    let ended = bench.run_with_token(&["users", "import", &file]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(
        lines(&ended),
        [
            "admin\tunchanged\t",
            "ben.okafor\tchanged\tfullName Ben Okafor -> Ben O.",
            "new\tadded\tUnlicensed"
        ]
    );
    // Documented: an `@` that separates no domain is written so.
    let file = write(&bench, "users.csv", "ada\\0x40home@example.com,,,Viewer\n");
    for action in ["added", "unchanged"] {
        let ended = bench.run_with_token(&["users", "import", &file, "--json"]);
        let items: Vec<Value> = serde_json::from_str(&ended.out).unwrap();
        assert_eq!(
            (ended.code, items[0]["action"].as_str()),
            (0, Some(action)),
            "{ended:?}"
        );
    }
    let before = with_role(&bench, "Viewer");
    let file = write(&bench, "users.csv", "name,siteRole\nquiet,Viewer\n");
    let quiet = bench.run_with_token(&["users", "import", &file, "--quiet"]);
    assert_eq!(quiet.code, 2, "{quiet:?}");
    assert_eq!(with_role(&bench, "Viewer"), before, "nothing was done");
}

#[test]
fn a_file_that_cannot_be_read_does_nothing() {
    let bench = Bench::new();
    let file = write(&bench, "users.csv", "ada,,,Wizard\n");
    let ended = bench.run_with_token(&["users", "import", &file]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(
        ended.err.contains("line 1 has an unknown word for the role"),
        "{ended:?}"
    );
    assert_eq!(bench.sign_ins(), 0);
}

#[test]
fn a_sync_says_what_became_of_each_member_and_ends_with_9_if_some_failed() {
    let bench = Bench::new();
    let file = write(&bench, "sales.csv", "name\nanita.silva\nben.okafor\nghost\n");
    let ended = bench.run_with_token(&["groups", "sync", "Sales", &file]);
    assert_eq!(ended.code, 9, "{ended:?}");
    assert_eq!(
        lines(&ended),
        [
            "anita.silva\tunchanged\t",
            "ben.okafor\tadded\t",
            "ghost\tfailed\tthere is no such user on the site",
            "chloe.dubois\tremoved\t",
            "jonas.weber\tremoved\t"
        ],
        "{ended:?}"
    );
    let unknown = bench.run_with_token(&["groups", "sync", "Nobody", &file]);
    assert_eq!(unknown.code, 3, "{unknown:?}");
}

#[test]
fn a_file_that_names_no_member_empties_no_group() {
    let bench = Bench::new();
    let members = || {
        bench
            .run_with_token(&["groups", "list-users", "Sales", "--quiet"])
            .out
    };
    let before = members();
    assert!(!before.is_empty());
    for (text, code) in [
        ("", 2),
        ("\n\n", 2),
        ("name\n", 2),
        ("ghost\nphantom\n", 9),
        ("email\nanita.silva\n", 2),
    ] {
        let file = write(&bench, "members.csv", text);
        let ended = bench.run_with_token(&["groups", "sync", "Sales", &file]);
        assert_eq!(ended.code, code, "{text:?}: {ended:?}");
        assert_eq!(members(), before, "{text:?}");
    }
    let file = write(&bench, "members.csv", "anita.silva\n");
    let refused = bench.run_with_token(&["groups", "sync", "All users", &file]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("group of all users"), "{refused:?}");
    let all = ["groups", "list", "--filter", "name:eq:All Users", "--quiet"];
    let all = bench.run_with_token(&all).out;
    let refused = bench.run_with_token(&["groups", "sync", all.trim(), &file, "--dry-run"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    let file = write(&bench, "members.csv", "");
    for harmless in ["--keep", "--remove"] {
        let ended = bench.run_with_token(&["groups", "sync", "Sales", &file, harmless]);
        assert_eq!(ended.code, 0, "{ended:?}");
        assert_eq!(members(), before, "{harmless}");
    }
    let ended = bench.run_with_token(&["groups", "sync", "Sales", &file, "--allow-empty"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(members(), "");
}

#[test]
fn permissions_show_says_what_decides_each_capability() {
    let bench = Bench::new();
    let show = |arguments: &[&str]| {
        let arguments = [&["permissions", "show"], arguments].concat();
        bench.run_with_token(&arguments)
    };
    let ended = show(&["Samples/Superstore", "--user", "farid.haddad", "--json"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let decisions: Vec<Value> = serde_json::from_str(&ended.out).unwrap();
    let of = |name: &str| {
        decisions
            .iter()
            .find(|decision| decision["capability"] == name)
            .unwrap()
    };
    assert_eq!(of("Read")["allowed"], true);
    assert_eq!(of("Read")["because"], "a rule for the group All Users allows it");
    assert_eq!(of("Write")["because"], "the role Viewer does not have it");
    let owner = show(&["Finance", "--kind", "project", "--user", "hugo.martin"]);
    assert!(
        owner.out.starts_with("Read\ttrue\tthe user owns the item\n"),
        "{owner:?}"
    );
    let administrator = show(&["Superstore", "--user", "admin", "--columns", "because"]);
    assert!(
        administrator
            .out
            .lines()
            .all(|line| line == "the user is an administrator"),
        "{administrator:?}"
    );
    for (arguments, code) in [
        (["Samples/Superstore", "--user", "ghost"], 3),
        (["Samples/Nothing", "--user", "admin"], 3),
        (["Superstore", "--columns", "why"], 2),
    ] {
        let ended = show(&arguments);
        assert_eq!(ended.code, code, "{arguments:?}: {ended:?}");
    }
}

#[test]
fn creating_a_group_prints_the_group() {
    let bench = Bench::new();
    let ended = bench.run_with_token(&["groups", "create", "--name", "Crew", "--json"]);
    let group: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(group["name"], "Crew", "{ended:?}");
    let id = group["id"].as_str().unwrap();
    let renamed = bench.run_with_token(&["groups", "update", id, "--name", "Team", "--columns", "name"]);
    assert_eq!(
        (renamed.code, renamed.out.as_str()),
        (0, "name\tTeam\n"),
        "{renamed:?}"
    );
    let quiet = bench.run_with_token(&["groups", "create", "--name", "Other", "--quiet"]);
    assert_eq!((quiet.code, quiet.out.lines().count()), (0, 1), "{quiet:?}");
}
