//! Items named by LUID, name, path, content URL or address; deletions that are confirmed; changes that are only shown.

use serde_json::Value;

use crate::support::{Bench, Ended};
#[cfg(unix)]
use crate::terminal::Session;

/// A sandbox with a second workbook `Superstore`, in another project.
fn bench() -> Bench {
    let bench = Bench::new();
    let file = bench.folder.path().join("copy.twb");
    std::fs::write(
        &file,
        "<workbook version='18.1'><worksheets><worksheet name='Overview'/></worksheets></workbook>",
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let published = bench.run_with_token(&[
        "workbooks",
        "publish",
        file,
        "--name",
        "Superstore",
        "--project",
        "Finance/Payroll",
    ]);
    assert_eq!(published.code, 0, "{published:?}");
    bench
}

fn get(bench: &Bench, group: &str, reference: &str) -> Ended {
    bench.run_with_token(&[group, "get", reference, "--json"])
}

fn item(bench: &Bench, group: &str, reference: &str) -> Value {
    let ended = get(bench, group, reference);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{reference}");
    serde_json::from_str(&ended.out).unwrap()
}

#[test]
fn a_name_that_is_also_a_path_fits_both() {
    let bench = Bench::new();
    let create = |arguments: &[&str]| {
        let created =
            bench.run_with_token(&[&["projects", "create", "--quiet", "--name"], arguments].concat());
        assert_eq!(created.code, 0, "{created:?}");
        created.out.trim().to_owned()
    };
    let named = create(&["Q1/Plan"]);
    let above = create(&["Q1"]);
    let inside = create(&["Plan", "--parent-project-id", &above]);
    let refused = bench.run_with_token(&["projects", "delete", "Q1/Plan", "--yes"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(
        refused.err.contains(&named) && refused.err.contains(&inside),
        "{refused:?}"
    );
    // One of that name in another project is not the one at the top.
    create(&["Q1/Plan", "--parent-project-id", &above]);
    for (reference, id) in [(r"Q1\/Plan", named), ("/Q1/Plan", inside)] {
        let updated = bench.run_with_token(&["projects", "update", reference, "--description", "", "--json"]);
        let updated: Value = serde_json::from_str(&updated.out).unwrap();
        assert_eq!(updated["id"], id, "{reference}");
    }
}

#[test]
fn items_of_one_name_are_not_saved_over_each_other() {
    let bench = bench();
    let folder = bench.folder.path().join("saved");
    std::fs::create_dir(&folder).unwrap();
    let folder = folder.to_str().unwrap();
    let ended = bench.run_with_token(&[
        "workbooks",
        "download",
        "Samples/Superstore",
        "Finance/Payroll/Superstore",
        "--overwrite",
        "--output",
        folder,
    ]);
    assert_eq!(ended.code, 9, "{ended:?}");
    assert!(
        ended
            .err
            .contains("another item of this run is saved as Superstore"),
        "{ended:?}"
    );
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1);
}

#[test]
fn items_are_found_by_path_content_url_and_address() {
    let bench = bench();
    let original = item(&bench, "workbooks", "/Samples/Superstore");
    let copy = item(&bench, "workbooks", "Finance/Payroll/Superstore");
    assert_ne!(original["id"], copy["id"]);
    for reference in [
        original["id"].as_str().unwrap(),
        original["webpageUrl"].as_str().unwrap(),
        &format!("{}/views", original["webpageUrl"].as_str().unwrap()),
        &format!("{}/#/views/Superstore/Overview?:iid=1", bench.sandbox.url()),
    ] {
        assert_eq!(
            item(&bench, "workbooks", reference)["id"],
            original["id"],
            "{reference}"
        );
    }
    let by_content_url = copy["contentUrl"].as_str().unwrap();
    assert_eq!(item(&bench, "workbooks", by_content_url)["id"], copy["id"]);

    let view = item(&bench, "views", "Samples/Superstore/Overview");
    for reference in [
        "Superstore/Overview",
        "Superstore/sheets/Overview",
        &format!("{}/views/Superstore/Overview", bench.sandbox.url()),
    ] {
        assert_eq!(item(&bench, "views", reference)["id"], view["id"], "{reference}");
    }
    assert_eq!(item(&bench, "users", "ADMIN")["name"], "admin");
}

#[test]
fn references_that_fit_several_or_none_are_refused() {
    let bench = bench();
    let ended = get(&bench, "workbooks", "Superstore");
    assert_eq!(ended.code, 2, "{ended:?}");
    for candidate in ["Samples/Superstore", "Payroll/Superstore"] {
        assert!(ended.err.contains(candidate), "{ended:?}");
    }
    for (group, reference, code) in [
        ("workbooks", "/Superstore", 3),
        ("workbooks", "No/Such/Project", 3),
        ("workbooks", "nothing", 3),
        ("views", "Finance/Payroll/Superstore/Product", 3),
        ("workbooks", "https://elsewhere.example/#/workbooks/1", 2),
        (
            "workbooks",
            &format!("{}/#/site/MarketingTeam/workbooks/1", bench.sandbox.url()),
            2,
        ),
        (
            "workbooks",
            &format!("{}/#/datasources/1", bench.sandbox.url()),
            2,
        ),
        (
            "workbooks",
            &format!("{}/#/workbooks/999999", bench.sandbox.url()),
            3,
        ),
        ("workbooks", &format!("{}/#/home", bench.sandbox.url()), 2),
    ] {
        let ended = get(&bench, group, reference);
        assert_eq!(ended.code, code, "{reference}: {ended:?}");
    }
}

#[test]
#[cfg(unix)]
fn deletions_ask_at_a_terminal_and_want_an_option_without_one() {
    let bench = bench();
    let delete = ["workbooks", "delete", "Finance/Payroll/Superstore"];
    let sign_ins = bench.sign_ins();
    let ended = bench.run_with_token(&delete);
    assert!(ended.code == 2 && ended.err.contains("--yes"), "{ended:?}");
    assert_eq!(bench.sign_ins(), sign_ins, "it is refused before signing in");

    for (answer, code) in [("\n", 1), ("n\n", 1), ("y\n", 0)] {
        assert_eq!(get(&bench, "workbooks", "Finance/Payroll/Superstore").code, 0);
        let session = Session::start(bench.with_token(&delete), 120);
        session.answer("? [y/N]: ", answer);
        let (ended, screen) = session.end();
        assert_eq!(ended, Some(code), "{screen}");
        assert!(screen.contains("Delete the workbook Superstore ("), "{screen}");
    }
    assert_eq!(get(&bench, "workbooks", "Finance/Payroll/Superstore").code, 3);
    // Ctrl-C at the question ends the session too.
    let delete = ["workbooks", "delete", "Samples/Superstore"];
    let session = Session::start(bench.with_token(&delete), 120);
    session.answer("? [y/N]: ", "\x03");
    assert_eq!(session.end().0, Some(130));
    assert!(bench.sandbox.service().controls().sessions().is_empty());
    let ended = bench.run_with_token(&["workbooks", "delete", "Samples/Superstore", "-y"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, ""), "{ended:?}");
}

#[test]
fn a_dry_run_shows_the_call_and_changes_nothing() {
    let bench = bench();
    let original = item(&bench, "workbooks", "Samples/Superstore");
    let id = original["id"].as_str().unwrap();
    let shown = |arguments: &[&str]| -> Value {
        let ended = bench.run_with_token(&[arguments, &["--dry-run", "--json"]].concat());
        assert_eq!(
            (ended.code, ended.err.as_str()),
            (0, ""),
            "{arguments:?}: {ended:?}"
        );
        serde_json::from_str(&ended.out).unwrap()
    };
    let deletion = shown(&["workbooks", "delete", "Samples/Superstore"]);
    assert_eq!(deletion["method"], "DELETE");
    assert!(deletion["path"].as_str().unwrap().ends_with(id), "{deletion}");
    let update = shown(&["webhooks", "update", "Failed refreshes", "--name", "Renamed"]);
    assert_eq!(update["body"]["name"], "Renamed");
    assert_eq!(item(&bench, "workbooks", "Samples/Superstore"), original);

    // A call without references needs no server, and its secrets stay hidden.
    let secret = bench.folder.path().join("password");
    std::fs::write(&secret, "correct horse").unwrap();
    let password = format!("@{}", secret.display());
    let sign_ins = bench.sign_ins();
    let sign_in = shown(&["call", "auth.signIn", "--name", "admin", "--password", &password]);
    assert_eq!(sign_in["body"]["password"], "[…]", "{sign_in}");
    // So do those in lists, typed and from a file.
    let upload = ["call", "users.uploadSavedCredentials", "--id", id];
    let typed = ["--encryptedKeychainList.encryptedKeychain", password.as_str()];
    let file = bench.folder.path().join("keychains.json");
    let keychains = r#"{"encryptedKeychainList": {"encryptedKeychain": ["correct horse"]}}"#;
    std::fs::write(&file, keychains).unwrap();
    for given in [typed, ["--input", file.to_str().unwrap()]] {
        let upload = shown(&[&upload[..], &given].concat()).to_string();
        assert!(upload.contains("[…]") && !upload.contains("correct"), "{upload}");
    }
    assert_eq!(bench.sign_ins(), sign_ins);
}

/// What the address says is not said again: not as an option, and not in a document.
#[test]
fn a_member_that_the_address_has_too_is_typed_once() {
    let bench = bench();
    let file = |name: &str, document: &str| {
        let file = bench.folder.path().join(name);
        std::fs::write(&file, document).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let made = |arguments: &[&str]| -> Value {
        let ended = bench.run_with_token(&[&["call"], arguments, &["--json"]].concat());
        assert_eq!(ended.code, 0, "{arguments:?}: {ended:?}");
        serde_json::from_str(&ended.out).unwrap()
    };
    let store = file("store.json", r#"{"type": "0", "name": "partners"}"#);
    let store = made(&["identity_pools.createStore", "--input", &store])["store_instance"]["id"].to_string();
    let oidc = r#"{"auth_type": "OIDC", "oidc": {"client_id": "c", "client_secret": "s", "config_url": "https://idp"}}"#;
    let made_by = made(&[
        "identity_pools.createAuthConfiguration",
        "--input",
        &file("oidc.json", oidc),
    ]);
    let configuration = made_by["auth_configuration"]["id"].to_string();
    let pool = made(&[
        "identity_pools.createPool",
        "--name",
        "Partners",
        "--identity_store_instance",
        &store,
        "--auth_type_instance",
        &configuration,
    ]);
    let uuid = pool["pool"]["identity_pool_id"]["value"]
        .as_str()
        .unwrap()
        .to_owned();
    let update = ["identity_pools.updatePool", "--uuid", uuid.as_str()];
    let typed = made(&[&update[..], &["--is_enabled", "false"]].concat());
    assert_eq!(typed["pool"]["is_enabled"], false);
    let document = file("pool.json", r#"{"description": "From a file"}"#);
    let read = made(&[&update[..], &["--input", &document]].concat());
    assert_eq!(read["pool"]["description"], "From a file");
}

#[test]
fn a_view_is_found_by_its_workbook_and_name_without_the_project() {
    let bench = Bench::new();
    // The content URL has no spaces, so that it is found by names.
    let whole = item(&bench, "views", "Sales/Regional Sales Performance/Overview");
    let short = item(&bench, "views", "Regional Sales Performance/Overview");
    assert_eq!(whole["id"], short["id"]);
    let missing = get(&bench, "views", "Regional Sales Performance/Nowhere");
    assert_eq!(missing.code, 3, "{missing:?}");
}

#[test]
fn members_that_are_items_are_typed_by_name() {
    let bench = Bench::new();
    for arguments in [
        &["groups", "add-users", "Sales", "--user", "ben.okafor"][..],
        &[
            "groups",
            "add-users",
            "Sales",
            "--users",
            "emi.tanaka",
            "--users",
            "farid.haddad",
        ],
    ] {
        let added = bench.run_with_token(arguments);
        assert_eq!(added.code, 0, "{added:?}");
    }
    let members = bench
        .run_with_token(&["groups", "list-users", "Sales", "--csv", "--columns", "name"])
        .out;
    for name in ["ben.okafor", "emi.tanaka", "farid.haddad"] {
        assert!(members.lines().any(|line| line == name), "{members}");
    }
    let help = bench.run(&["groups", "add-users", "--help"]).out;
    assert!(
        help.contains("--user <NAME>") && help.contains("by name or LUID"),
        "{help}"
    );
    // The name of the member is taken as before.
    let shown = bench.run_with_token(&[
        "groups",
        "add-users",
        "Sales",
        "--user.id",
        "ben.okafor",
        "--dry-run",
    ]);
    assert_eq!(shown.code, 0, "{shown:?}");
}

#[test]
fn a_slip_in_a_word_is_told_before_anything_is_sent() {
    let bench = Bench::new();
    let slip = bench.run_with_token(&["users", "update", "farid.haddad", "--siteRole", "Viewr"]);
    assert_eq!(slip.code, 2, "{slip:?}");
    assert!(slip.err.contains("did you mean `Viewer`?"), "{slip:?}");
    assert_eq!(bench.sign_ins(), 0);
    let done = bench.run_with_token(&[
        "users",
        "update",
        "farid.haddad",
        "--siteRole",
        "explorer",
        "--json",
    ]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.out.contains("\"Explorer\""), "{done:?}");
    // A word that this version does not know may be one of a later server.
    let new = bench.run_with_token(&["users", "update", "farid.haddad", "--siteRole", "Agent"]);
    assert!(
        new.err.contains("warning: --siteRole Agent is sent as it is"),
        "{new:?}"
    );
    assert!(new.err.contains("400013"), "{new:?}");
}

#[test]
fn the_address_of_a_view_brings_its_filters() {
    let bench = bench();
    let server = bench.sandbox.url().to_owned();
    let whole = bench
        .run_with_token(&["views", "data", "Superstore/Overview"])
        .out;
    let address = format!("{server}/#/views/Superstore/Overview?:iid=1&Region=East");
    let shown = bench.run_with_token(&["views", "data", &address]);
    assert!(shown.code == 0 && shown.out.len() < whole.len(), "{shown:?}");
    let file = bench.folder.path().join("east.csv");
    let exported = bench.run_with_token(&["views", "export", &address, "--output", file.to_str().unwrap()]);
    assert_eq!(exported.code, 0, "{exported:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), shown.out);
    assert_eq!(bench.run_with_token(&["views", "get", &address]).code, 0);
    let id = bench.run_with_token(&["custom-views", "list", "--quiet"]).out;
    let id = id.lines().next().unwrap();
    let address = format!("{server}/#/views/RegionalSalesPerformance/Overview/{id}/Mine");
    let refused = bench.run_with_token(&["views", "get", &address]);
    assert!(
        refused.code == 2 && refused.err.contains("custom-views"),
        "{refused:?}"
    );
    let got = bench.run_with_token(&["custom-views", "get", &address, "--quiet"]);
    assert_eq!(got.out.trim(), id, "{got:?}");
}

#[test]
fn users_are_named_with_their_domains_too() {
    let bench = bench();
    for (typed, code) in [
        ("anita.silva", 0),
        (r"local\anita.silva", 0),
        (r"LOCAL\ANITA.SILVA", 0),
        (r"west\anita.silva", 3),
    ] {
        let got = bench.run_with_token(&["users", "get", typed, "--quiet"]);
        assert_eq!(got.code, code, "{typed}: {got:?}");
    }
}
