//! `tabctl permissions allow`, `deny` and `clear`.

use crate::support::{Bench, Ended, end};

const ITEM: &str = "Samples/Superstore";

fn run(bench: &Bench, arguments: &[&str]) -> Ended {
    end(bench.with_token(arguments).output().unwrap())
}

/// What a user may do by the sandbox's own decision.
fn may_write(bench: &Bench) -> String {
    let shown = run(
        bench,
        &[
            "permissions",
            "show",
            ITEM,
            "--user",
            "anita.silva",
            "--columns",
            "capability,allowed",
        ],
    );
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
        let dry = run(&bench, &[&arguments[..], &["--dry-run"]].concat());
        assert_eq!((dry.code, dry.out.as_str()), (0, printed), "{verb}: {dry:?}");
        let done = run(&bench, &arguments);
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
        let ended = run(&bench, &[&["permissions"], arguments].concat());
        assert_eq!(ended.code, 2, "{arguments:?}: {ended:?}");
        assert!(ended.err.contains(says), "{arguments:?}: {ended:?}");
    }
    let ended = run(&bench, &["permissions", "clear", ITEM, "--group", "Nobody"]);
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
        let shown = run(&bench, &[&["permissions", "show"], &about[..]].concat());
        assert_eq!(shown.code, 0, "{kind}: {shown:?}");
        assert!(shown.out.contains("Read\t"), "{kind}: {shown:?}");
    }
    let about = ["orders", "Write", "--kind", "table", "--user", "anita.silva"];
    let allowed = run(&bench, &[&["permissions", "allow"], &about[..]].concat());
    assert_eq!(
        (allowed.code, allowed.out.as_str()),
        (0, "added\tWrite\tAllow\n"),
        "{allowed:?}"
    );
}

#[test]
fn rules_are_a_table_of_a_group_or_of_all() {
    let bench = Bench::new();
    let done = run(
        &bench,
        &["permissions", "allow", ITEM, "Write", "--group", "Sales"],
    );
    assert_eq!(done.code, 0, "{done:?}");
    let of_group = run(&bench, &["permissions", "show", ITEM, "--group", "Sales"]);
    assert_eq!(
        (of_group.code, of_group.out.as_str()),
        (0, "group Sales\tWrite\tAllow\n")
    );
    let all = run(&bench, &["permissions", "show", ITEM, "--csv"]);
    assert!(all.out.starts_with("grantee,capability,mode\n"), "{all:?}");
    assert!(all.out.contains("group All Users,Read,Allow"), "{all:?}");
    assert!(all.out.contains("group Sales,Write,Allow"), "{all:?}");
    let both = run(
        &bench,
        &["permissions", "show", ITEM, "--group", "Sales", "--user", "admin"],
    );
    assert_eq!(both.code, 2, "{both:?}");
}
