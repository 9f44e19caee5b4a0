//! `plan`, `apply` and `export-state`: what they print, and how they end.

use serde_json::Value;
use tableau_sandbox::Fault;

use crate::support::{Bench, Ended};

const FILE: &str = r#"
[groups.Crew]
minimumSiteRole = "Viewer"
members = ["anita.silva", "ben.okafor"]

[projects.Depot]
description = "Stock"
owner = "anita.silva"

[projects.Depot.permissions]
"group:Crew" = { allow = ["Read", "Write"], deny = ["ProjectLeader"] }

[projects.Depot.defaultPermissions.workbooks]
"group:Crew" = { allow = ["Filter", "Read"] }

[projects."Depot/Inner"]
"#;

fn write(bench: &Bench, text: &str) -> String {
    let path = bench.folder.path().join("site.toml");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn run(bench: &Bench, command: &str, text: &str, options: &[&str]) -> Ended {
    let file = write(bench, text);
    bench.run_with_token(&[&[command, &file], options].concat())
}

#[test]
fn a_plan_is_a_diff_that_apply_settles() {
    let bench = Bench::new();
    let planned = run(&bench, "plan", FILE, &[]);
    assert_eq!(
        planned.out,
        "\
+ group Crew
    + minimumSiteRole: Viewer
    + members: anita.silva, ben.okafor
+ project Depot
    + description: Stock
    + owner: anita.silva
    + permissions group:Crew: Deny ProjectLeader
    + permissions group:Crew: Allow Read, Write
    + defaultPermissions.workbooks group:Crew: Allow Filter, Read
+ project Depot/Inner
",
        "{planned:?}"
    );
    assert_eq!((planned.code, planned.err.as_str()), (0, "13 to add\n"));
    let dry = run(&bench, "apply", FILE, &["--dry-run"]);
    assert_eq!((dry.code, &dry.out), (0, &planned.out), "{dry:?}");
    let applied = run(&bench, "apply", FILE, &[]);
    assert_eq!(
        applied.out,
        "\
added\tgroup\tCrew\t\t
added\tgroup\tCrew\tmembers\t
added\tproject\tDepot\t\t
added\tproject\tDepot/Inner\t\t
changed\tproject\tDepot\tpermissions\t
changed\tproject\tDepot\tdefaultPermissions.workbooks\t
",
        "{applied:?}"
    );
    assert_eq!((applied.code, applied.err.as_str()), (0, "4 added, 2 changed\n"));
    let again = run(&bench, "plan", FILE, &[]);
    assert_eq!(
        (again.code, again.out.as_str(), again.err.as_str()),
        (0, "", "nothing to change\n")
    );
    let again = run(&bench, "apply", FILE, &["--json"]);
    assert_eq!((again.code, again.out.as_str()), (0, "[]\n"), "{again:?}");
}

/// An administrator ends it, or another program that signs in with the same token.
#[test]
fn a_session_that_ends_in_the_midst_of_applying_costs_no_step() {
    let bench = Bench::new();
    let service = bench.sandbox.service();
    for ended in ["groups.create", "projects.create", "projects.add_permissions"] {
        service
            .controls()
            .inject(Fault::new(401, "401002").on(ended).times(1));
    }
    let applied = run(&bench, "apply", FILE, &[]);
    assert_eq!(
        (applied.code, applied.err.as_str()),
        (0, "4 added, 2 changed\n"),
        "{applied:?}"
    );
    assert_eq!(run(&bench, "plan", FILE, &[]).err, "nothing to change\n");
}

#[test]
fn a_plan_for_programs_has_a_line_for_each_difference() {
    let bench = Bench::new();
    let planned = run(&bench, "plan", FILE, &["--json"]);
    let changes: Vec<Value> = serde_json::from_str(&planned.out).unwrap();
    assert_eq!(changes.len(), 13, "{planned:?}");
    let rule = changes
        .iter()
        .find(|change| change["capability"] == "ProjectLeader")
        .unwrap();
    assert_eq!(
        *rule,
        serde_json::json!({
            "action": "add", "kind": "project", "name": "Depot", "member": "permissions",
            "grantee": "group:Crew", "capability": "ProjectLeader", "to": "Deny"
        })
    );
    let columns = run(&bench, "plan", FILE, &["--columns", "name,to"]);
    assert!(columns.out.contains("Depot\tStock\n"), "{columns:?}");
    assert_eq!(run(&bench, "plan", FILE, &["--columns", "nothing"]).code, 2);
}

#[test]
fn what_differs_is_changed_and_the_rest_is_left_alone() {
    let bench = Bench::new();
    run(&bench, "apply", FILE, &[]);
    let other = "\
[projects.depot]
description = \"Everything\"
[projects.depot.permissions]
\"group:crew\" = { deny = [\"Write\"] }
";
    let planned = run(&bench, "plan", other, &[]);
    assert_eq!(
        planned.out,
        "~ project Depot\n    ~ description: Stock -> Everything\n    ~ permissions group:Crew: Allow -> Deny Write\n",
        "{planned:?}"
    );
    let applied = run(&bench, "apply", other, &[]);
    assert_eq!(applied.code, 0, "{applied:?}");
    let left = run(&bench, "plan", FILE, &[]);
    assert_eq!(
        left.out,
        "~ project Depot\n    ~ description: Everything -> Stock\n    ~ permissions group:Crew: Deny -> Allow Write\n",
        "{left:?}"
    );
}

#[test]
fn only_what_is_pruned_is_removed_and_only_when_confirmed() {
    let bench = Bench::new();
    run(&bench, "apply", FILE, &[]);
    let smaller = "[groups.Crew]\nmembers = [\"anita.silva\"]\n[projects.Depot.permissions]\n\"group:Crew\" = { allow = [\"Read\"] }\n";
    assert_eq!(run(&bench, "plan", smaller, &[]).out, "");
    for command in ["plan", "apply"] {
        let emptied = run(&bench, command, "", &["--prune", "projects,groups"]);
        assert!(
            emptied.code == 2 && emptied.err.contains("--allow-empty"),
            "{emptied:?}"
        );
    }
    let unconfirmed = run(&bench, "apply", smaller, &["--prune", "members"]);
    assert_eq!(unconfirmed.code, 2, "{unconfirmed:?}");
    assert!(unconfirmed.err.contains("add --yes"), "{unconfirmed:?}");
    let planned = run(&bench, "plan", smaller, &["--prune", "members"]);
    assert_eq!(
        planned.out, "~ group Crew\n    - members: ben.okafor\n",
        "{planned:?}"
    );
    let applied = run(
        &bench,
        "apply",
        smaller,
        &["--prune", "members,permissions", "--yes"],
    );
    assert_eq!(
        (applied.code, applied.out.as_str()),
        (
            0,
            "removed\tgroup\tCrew\tmembers\t\nchanged\tproject\tDepot\tpermissions\t\n"
        ),
        "{applied:?}"
    );
    let planned = run(
        &bench,
        "plan",
        smaller,
        &["--prune", "members,permissions,default-permissions"],
    );
    assert_eq!(planned.out, "", "{planned:?}");
}

#[test]
fn a_step_that_fails_ends_with_9_and_is_done_the_next_time() {
    let bench = Bench::new();
    let service = bench.sandbox.service();
    let controls = service.controls();
    controls.inject(Fault::new(403, "403004").on("groups.create").always());
    let ended = run(&bench, "apply", FILE, &[]);
    assert_eq!(ended.code, 9, "{ended:?}");
    let failed: Vec<_> = ended
        .out
        .lines()
        .filter(|line| line.starts_with("failed"))
        .collect();
    assert_eq!(failed.len(), 4, "{ended:?}");
    assert!(
        failed[0].starts_with("failed\tgroup\tCrew\t\tgroups.create"),
        "{ended:?}"
    );
    assert_eq!(
        failed[2],
        "failed\tproject\tDepot\tpermissions\tnot done, as the group \"Crew\" was not created"
    );
    assert!(ended.out.contains("added\tproject\tDepot/Inner"), "{ended:?}");
    controls.clear_faults();
    assert_eq!(run(&bench, "apply", FILE, &[]).code, 0);
    assert_eq!(run(&bench, "plan", FILE, &[]).out, "");
}

#[test]
fn a_wrong_file_is_told_line_by_line_and_nothing_is_done() {
    let bench = Bench::new();
    let ended = run(
        &bench,
        "apply",
        "[groups.Crew]\nmember = []\n[projects.Depot]\nowner = 3\n",
        &[],
    );
    assert_eq!(ended.code, 2, "{ended:?}");
    let said: Vec<_> = ended.err.lines().collect();
    assert!(
        said[0].contains("site.toml:2: \"member\" is not known here"),
        "{ended:?}"
    );
    assert!(
        said[1].contains("site.toml:4: owner: a text is needed"),
        "{ended:?}"
    );
    // A file that cannot be read costs no sign-in.
    assert_eq!(bench.sign_ins(), 0);
    let ended = run(&bench, "apply", "[groups.Crew]\nmembers = [\n\"ghost\"]\n", &[]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(
        ended.err.contains("site.toml:3: there is no user \"ghost\""),
        "{ended:?}"
    );
    assert!(
        !bench
            .run_with_token(&["groups", "list", "--columns", "name"])
            .out
            .contains("Crew")
    );
}

#[test]
fn a_site_as_a_file_plans_empty() {
    let bench = Bench::new();
    run(&bench, "apply", FILE, &[]);
    let exported = bench.run_with_token(&["export-state"]);
    assert_eq!((exported.code, exported.err.as_str()), (0, ""), "{exported:?}");
    assert!(
        exported.out.contains("\n[projects.\"Depot/Inner\"]\n"),
        "{exported:?}"
    );
    // Rules are those of a locked project, which has them in the file.
    assert!(
        exported
            .out
            .contains("# The permissions are those of Finance, which is locked.")
    );
    let all = [
        "--prune",
        "groups,members,projects,permissions,default-permissions",
    ];
    let planned = run(&bench, "plan", &exported.out, &all);
    assert_eq!((planned.code, planned.out.as_str()), (0, ""), "{planned:?}");
    let some = bench.run_with_token(&["export-state", "--default-permissions", "workbooks,flows"]);
    assert!(!some.out.contains("defaultPermissions.tables"), "{some:?}");
    assert!(some.out.contains("defaultPermissions.flows"), "{some:?}");
    assert_eq!(
        bench
            .run_with_token(&["export-state", "--default-permissions", "books"])
            .code,
        2
    );
}
