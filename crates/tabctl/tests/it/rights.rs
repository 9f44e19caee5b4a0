//! `tabctl permissions allow`, `deny` and `clear`.

use crate::support::Bench;

const ITEM: &str = "Samples/Superstore";

/// What a user may do by the sandbox's own decision.
fn may_write(bench: &Bench) -> String {
    let shown = bench.run_with_token(&[
        "permissions",
        "show",
        ITEM,
        "--user",
        "anita.silva",
        "--columns",
        "capability,allowed",
    ]);
    let line = shown.out.lines().find(|line| line.starts_with("Write\t"));
    line.unwrap().to_owned()
}

#[test]
fn a_rule_replaces_the_one_that_contradicts_it() {
    let bench = Bench::new();
    assert_eq!(may_write(&bench), "Write\tfalse");
    for (verb, printed, may) in [
        ("allow", "added\tWrite\tAllow\n", "Write\ttrue"),
        ("allow", "", "Write\ttrue"),
        (
            "deny",
            "removed\tWrite\tAllow\nadded\tWrite\tDeny\n",
            "Write\tfalse",
        ),
        ("clear", "removed\tWrite\tDeny\n", "Write\tfalse"),
    ] {
        let arguments = ["permissions", verb, ITEM, "write", "--user", "anita.silva"];
        let dry = bench.run_with_token(&[&arguments[..], &["--dry-run"]].concat());
        assert_eq!((dry.code, dry.out.as_str()), (0, printed), "{verb}: {dry:?}");
        let done = bench.run_with_token(&arguments);
        assert_eq!((done.code, done.out.as_str()), (0, printed), "{verb}: {done:?}");
        assert_eq!(may_write(&bench), may, "{verb}");
    }
}

#[test]
fn what_is_not_said_is_asked_for() {
    let bench = Bench::new();
    for (arguments, says) in [
        (&["allow", ITEM, "--group", "Sales"][..], "no capability is named"),
        (&["allow", ITEM, "Read"][..], "--group"),
        (&["allow", ITEM, "Reed", "--group", "Sales"][..], "there are: "),
        (
            &["deny", ITEM, "Read", "--group", "Sales", "--user", "admin"][..],
            "cannot be used with",
        ),
    ] {
        let ended = bench.run_with_token(&[&["permissions"], arguments].concat());
        assert_eq!(ended.code, 2, "{arguments:?}: {ended:?}");
        assert!(ended.err.contains(says), "{arguments:?}: {ended:?}");
    }
    let ended = bench.run_with_token(&["permissions", "clear", ITEM, "--group", "Nobody"]);
    assert_eq!(ended.code, 3, "{ended:?}");
}

#[test]
fn items_of_every_kind_have_rights() {
    let bench = Bench::new();
    for (kind, item) in [
        ("workbook", "Samples/Superstore"),
        ("view", "Superstore/Overview"),
        ("datasource", "General Ledger"),
        ("flow", "Orders"),
        ("project", "Finance"),
        ("virtual-connection", "Ledger"),
        ("database", "Ledger"),
        ("table", "entries"),
    ] {
        let about = [item, "--kind", kind, "--user", "anita.silva"];
        let shown = bench.run_with_token(&[&["permissions", "show"], &about[..]].concat());
        assert_eq!(shown.code, 0, "{kind}: {shown:?}");
        assert!(shown.out.contains("Read\t"), "{kind}: {shown:?}");
    }
    let about = ["orders", "Write", "--kind", "table", "--user", "anita.silva"];
    let allowed = bench.run_with_token(&[&["permissions", "allow"], &about[..]].concat());
    assert_eq!(
        (allowed.code, allowed.out.as_str()),
        (0, "added\tWrite\tAllow\n"),
        "{allowed:?}"
    );
}

#[test]
fn reasons_name_groups_and_projects_that_are_asked_for_once() {
    let bench = Bench::new();
    for rule in [
        ["permissions", "allow", ITEM, "Write", "--group", "Sales"],
        ["permissions", "clear", ITEM, "Read", "--group", "All Users"],
    ] {
        let done = bench.run_with_token(&rule);
        assert_eq!(done.code, 0, "{done:?}");
    }
    // By its LUID, since a path is found by projects too.
    let found = bench.run_with_token(&["workbooks", "get", ITEM, "--jq", ".id"]);
    bench.sandbox.service().log().clear();
    let item = found.out.trim();
    let shown = bench.run_with_token(&["permissions", "show", item, "--user", "anita.silva"]);
    assert_eq!(shown.code, 0, "{shown:?}");
    let by_group = "Write\ttrue\ta rule for the group Sales allows it";
    assert!(shown.out.contains(by_group), "{shown:?}");
    for list in ["users.listGroups", "projects.list"] {
        assert_eq!(bench.answered(list), 1, "{list}");
    }
}

#[test]
fn rules_are_a_table_of_a_group_or_of_all() {
    let bench = Bench::new();
    let done = bench.run_with_token(&["permissions", "allow", ITEM, "Write", "--group", "Sales"]);
    assert_eq!(done.code, 0, "{done:?}");
    let of_group = bench.run_with_token(&["permissions", "show", ITEM, "--group", "Sales"]);
    assert_eq!(
        (of_group.code, of_group.out.as_str()),
        (0, "group Sales\tWrite\tAllow\n")
    );
    let all = bench.run_with_token(&["permissions", "show", ITEM, "--csv"]);
    assert!(all.out.starts_with("grantee,capability,mode\n"), "{all:?}");
    assert!(all.out.contains("group All Users,Read,Allow"), "{all:?}");
    assert!(all.out.contains("group Sales,Write,Allow"), "{all:?}");
    let both = bench.run_with_token(&["permissions", "show", ITEM, "--group", "Sales", "--user", "admin"]);
    assert_eq!(both.code, 2, "{both:?}");
}

#[test]
fn a_right_that_comes_from_outside_is_not_given() {
    let bench = Bench::new();
    let allow = [
        "permissions",
        "allow",
        "Finance",
        "InheritedProjectLeader",
        "--group",
        "Sales",
    ];
    let ended = bench.run_with_token(&allow);
    assert!(
        ended.code == 2 && ended.err.contains("ProjectLeader there"),
        "{ended:?}"
    );
}
