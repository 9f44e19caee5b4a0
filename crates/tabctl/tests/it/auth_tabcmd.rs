//! `tabctl auth import tabcmd`, with files as tabcmd 2.0.21 writes them.

use std::fs;

use serde_json::{Value, json};
use tableau_sandbox::well_known;

use crate::support::{Bench, Ended, end};

/// What tabcmd remembers of a token; only the names of what is not set are left.
fn session(bench: &Bench) -> Value {
    json!({
        "auth_token": "0ld|t0ken", "server": bench.sandbox.url(), "username": null, "user_id": "u", "site_name": "marketingteam",
        "site_id": "s", "personal_access_token_name": well_known::PAT_NAME,
        "personal_access_token": well_known::PAT_SECRET, "last_login_using": "token", "password_file": null,
        "token_file": null, "no_prompt": false, "no_certcheck": false, "certificate": null, "no_proxy": false,
        "proxy": null, "timeout": null
    })
}

fn remember(bench: &Bench, session: &Value) {
    let file = json!({"tableau_auth": [session]});
    fs::write(bench.folder.path().join("tableau_auth.json"), file.to_string()).unwrap();
}

/// Runs the import with a home directory in which tabcmd's file is.
fn import(bench: &Bench, arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
    let mut command = bench.command(&[&["auth", "import", "tabcmd"], arguments].concat());
    command
        .env("HOME", bench.folder.path())
        .env("USERPROFILE", bench.folder.path());
    end(command.envs(variables.iter().copied()).output().unwrap())
}

const MISSING: &str = "error: the secret is missing: set TABLEAU_PAT_SECRET or TABLEAU_PAT_SECRET_FILE, or give \
                       --token-file (`-` is standard input); --with-secret takes it from tabcmd's file\n";

#[test]
fn the_secret_is_copied_only_if_that_is_asked_for() {
    let bench = Bench::new();
    remember(&bench, &session(&bench));
    let file = fs::read_to_string(bench.folder.path().join("tableau_auth.json")).unwrap();
    let ended = import(&bench, &[], &[]);
    let from = "tabcmd signs in to URL, site marketingteam\n";
    assert_eq!(
        (ended.code, bench.neat(&ended.err)),
        (2, format!("{from}{MISSING}"))
    );
    assert!(!bench.profile().as_ref().exists());

    let ended = import(&bench, &["--with-secret"], &[]);
    let signed_in = "Signed in to URL, site MarketingTeam, as admin (profile default)\n\
                     The secret is in FOLDER/secrets.toml, readable by you only (TABLEAU_KEYRING=off)\n\
                     tabcmd still has the token's secret in FOLDER/tableau_auth.json: `tabcmd logout` removes the file\n";
    assert_eq!(
        (ended.code, bench.neat(&ended.err)),
        (0, format!("{from}{signed_in}"))
    );
    assert_eq!(bench.run(&["workbooks", "list", "--limit", "1"]).code, 0);
    // tabcmd has the site in small letters: it is the same session.
    assert_eq!(bench.sign_ins(), 1);
    // The file is tabcmd's.
    assert_eq!(
        fs::read_to_string(bench.folder.path().join("tableau_auth.json")).unwrap(),
        file
    );
}

#[test]
fn the_secret_may_come_from_elsewhere() {
    let bench = Bench::new();
    let mut session = session(&bench);
    session["personal_access_token"] = Value::Null;
    session["site_name"] = "".into();
    remember(&bench, &session);
    let ended = import(&bench, &["--with-secret"], &[]);
    assert!(
        ended.code == 2 && ended.err.contains("has no secret to copy"),
        "{ended:?}"
    );
    let ended = import(&bench, &[], &[("TABLEAU_PAT_SECRET", well_known::PAT_SECRET)]);
    assert!(
        ended.code == 0 && !ended.err.contains("tabcmd still has"),
        "{ended:?}"
    );

    session["username"] = "admin".into();
    session["last_login_using"] = "username".into();
    remember(&bench, &session);
    let ended = import(
        &bench,
        &["--profile", "named"],
        &[("TABLEAU_PASSWORD", well_known::PASSWORD)],
    );
    assert!(
        ended.code == 0 && ended.err.contains("as admin (profile named)"),
        "{ended:?}"
    );
}

#[test]
fn options_that_are_not_imported_are_named() {
    let bench = Bench::new();
    let mut session = session(&bench);
    session["no_certcheck"] = true.into();
    session["certificate"] = "my.pem".into();
    session["proxy"] = "user:pr0xy-passw0rd@proxy:8080".into();
    remember(&bench, &session);
    let ended = import(&bench, &["--with-secret"], &[]);
    assert_eq!(ended.code, 0, "{ended:?}");
    for part in [
        "not taken over is --no-certcheck: certificates are always checked here; use --ca-file or --pin-sha256\n",
        "not taken over is the certificate my.pem: name it with --client-cert\n",
        "not taken over is the proxy: set HTTPS_PROXY\n",
    ] {
        assert!(ended.err.contains(part), "{part} in {ended:?}");
    }
    assert!(!ended.err.contains("pr0xy"), "{ended:?}");
}

#[test]
fn a_file_that_is_not_tabcmds_is_not_quoted() {
    let bench = Bench::new();
    let ended = import(&bench, &[], &[]);
    let error = "error: tabcmd has remembered nothing here: there is no FOLDER/tableau_auth.json (name another file with \
                 --file)\n";
    assert_eq!((ended.code, bench.neat(&ended.err).as_str()), (1, error));
    for text in [
        "",
        "s4ndb0x",
        "{\"tableau_auth\": []}",
        "{\"tableau_auth\": [{\"server\": \"\"}]}",
    ] {
        fs::write(bench.folder.path().join("other"), text).unwrap();
        let file = bench.folder.path().join("other");
        let ended = import(&bench, &["--file", file.to_str().unwrap()], &[]);
        let error = "error: FOLDER/other is not a session of tabcmd's\n";
        assert_eq!((ended.code, bench.neat(&ended.err).as_str()), (1, error));
    }
}
