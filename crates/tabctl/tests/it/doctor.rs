//! `tabctl auth doctor` where nothing is wrong, for programs, and how it leaves things.

use serde_json::Value;
use tableau_sandbox::{Sandbox, well_known};
use tempfile::TempDir;

use crate::support::{Bench, end};

fn layers(text: &str) -> Vec<(String, String)> {
    let report: Value = serde_json::from_str(text).unwrap();
    let layers = report["layers"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    layers
        .map(|one| (text(&one["layer"]), text(&one["outcome"])))
        .collect()
}

#[test]
fn every_layer_is_reported_when_all_work() {
    let bench = Bench::new();
    let doctor = bench.run_with_token(&["auth", "doctor"]);
    assert_eq!((doctor.code, doctor.err.as_str()), (0, ""), "{doctor:?}");
    let expected = "\
✓ address      URL (TABLEAU_SERVER_URL)
- dns          127.0.0.1 is an address
✓ tcp          HOST takes connections
- tls          none, as the address begins with http://
✓ redirect     none
- proxy        none
✓ serverinfo   Tableau Server 2026.2.0 (20262.26.0617.1132)
✓ api version  3.29
✓ site         Default
✓ credential   personal access token \"sandbox\", as admin; signing in with it has ended the session it had, if any
- scopes       none are needed: everything that the user may do
✓ clock        this machine's and the server's agree
";
    let host = bench.sandbox.url().strip_prefix("http://").unwrap();
    assert_eq!(bench.neat(&doctor.out).replace(host, "HOST"), expected);
    // It has signed out again.
    assert_eq!(bench.sign_ins(), 1);
    assert!(bench.sandbox.service().controls().sessions().is_empty());
}

#[test]
fn every_layer_is_reported_as_json() {
    let bench = Bench::new();
    let doctor = bench.run_with_token(&["auth", "doctor", "--json"]);
    assert_eq!(doctor.code, 0, "{doctor:?}");
    let report: Value = serde_json::from_str(&doctor.out).unwrap();
    assert_eq!(report["ok"], true);
    assert_eq!(
        (&report["server"], &report["site"]),
        (&bench.sandbox.url().into(), &"".into())
    );
    let found = layers(&doctor.out);
    let names: Vec<_> = found.iter().map(|(layer, _)| layer.as_str()).collect();
    let expected = [
        "address",
        "dns",
        "tcp",
        "tls",
        "redirect",
        "proxy",
        "serverinfo",
        "apiVersion",
        "site",
        "credential",
        "scopes",
        "clock",
    ];
    assert_eq!(names, expected);

    let mut command = bench.command(&["auth", "doctor", "--json", "--site", "Default"]);
    command
        .env("TABLEAU_SERVER_URL", bench.sandbox.url())
        .env("TABLEAU_PAT_NAME", well_known::PAT_NAME)
        .env("TABLEAU_PAT_SECRET", well_known::PAT_SECRET);
    let doctor = end(command.output().unwrap());
    assert_eq!(doctor.code, 4, "{doctor:?}");
    assert_eq!(
        layers(&doctor.out).last().unwrap(),
        &("site".to_owned(), "failed".to_owned())
    );
    let report: Value = serde_json::from_str(&doctor.out).unwrap();
    let last = report["layers"].as_array().unwrap().last().unwrap();
    assert_eq!(
        last["causes"][0],
        "the Default site has an empty name, not \"Default\""
    );
    assert_eq!(last["fix"], "name it by its content URL: --site \"\"");
    assert_eq!(report["ok"], false);
    // The session by which it found out that it is the site.
    assert!(bench.sandbox.service().controls().sessions().is_empty());
}

#[test]
fn the_open_session_of_a_profile_is_used_and_left_open() {
    let bench = Bench::new();
    assert_eq!(bench.login("MarketingTeam").code, 0);
    let before = (bench.sign_ins(), bench.sandbox.service().controls().sessions());
    let doctor = bench.run(&["auth", "doctor"]);
    assert_eq!(doctor.code, 0, "{doctor:?}");
    assert!(
        doctor.out.contains("✓ site         \"MarketingTeam\"\n"),
        "{}",
        doctor.out
    );
    assert!(
        doctor
            .out
            .contains("the session of profile default is open, as admin\n"),
        "{}",
        doctor.out
    );
    let ids =
        |sessions: &[tableau_sandbox::OpenSession]| sessions.iter().map(|one| one.id).collect::<Vec<_>>();
    assert_eq!(
        (
            bench.sign_ins(),
            ids(&bench.sandbox.service().controls().sessions())
        ),
        (before.0, ids(&before.1))
    );

    // One that an administrator has ended is renewed as any command would.
    bench.sandbox.service().controls().expire_sessions();
    let doctor = bench.run(&["auth", "doctor"]);
    assert_eq!(doctor.code, 0, "{doctor:?}");
    assert!(
        doctor
            .out
            .contains("! credential   personal access token \"sandbox\", as admin"),
        "{}",
        doctor.out
    );
}

#[test]
fn a_dead_session_of_a_connected_app_is_not_said_to_be_open() {
    let bench = Bench::new();
    let secret = bench.folder.path().join("app-secret");
    std::fs::write(&secret, well_known::CONNECTED_APP_SECRET_VALUE).unwrap();
    let by_app = bench.by_app(well_known::ADMIN);
    let login = bench.run(&[&by_app[..], &["--secret-file", secret.to_str().unwrap()]].concat());
    assert_eq!(login.code, 0, "{login:?}");
    let is_open = |out: &str| out.contains("the session of profile default is open");
    let doctor = bench.run(&["auth", "doctor"]);
    assert!(doctor.code == 0 && is_open(&doctor.out), "{doctor:?}");
    bench.sandbox.service().controls().expire_sessions();
    let doctor = bench.run(&["auth", "doctor"]);
    assert!(doctor.code == 0 && !is_open(&doctor.out), "{doctor:?}");
}

#[test]
fn a_chain_and_a_redirect_that_are_right_are_shown() {
    let tls = "127.0.0.1:0".parse().unwrap();
    let redirect = tableau_sandbox::Redirect::to_https(http::StatusCode::FOUND);
    let sandbox = Sandbox::builder().listen_tls(tls).redirect(redirect);
    let bench = Bench {
        sandbox: sandbox.start().unwrap(),
        folder: TempDir::new().unwrap(),
    };
    let ca = bench.sandbox.ca_file().unwrap().to_str().unwrap().to_owned();
    let doctor = bench.run_with_token(&["auth", "doctor", "--ca-file", &ca, "--verbose"]);
    assert_eq!(doctor.code, 0, "{doctor:?}");
    assert!(
        doctor
            .out
            .contains("✓ tls          CN=tabctl sandbox, issued by CN=tabctl sandbox CA, good until 2")
    );
    let to = bench.sandbox.tls_url().unwrap();
    let expected =
        format!("✓ redirect     to {to}/api/2.4/serverinfo (HTTP 302), which is the same server\n");
    assert!(doctor.out.contains(&expected), "{}", doctor.out);
    assert!(
        doctor.err.contains("GET  /api/2.4/serverinfo → 302"),
        "{}",
        doctor.err
    );
}

#[test]
fn an_address_that_is_typed_wins() {
    let (bench, other) = (Bench::new(), Bench::new());
    let doctor = bench.run_with_token(&["auth", "doctor", other.sandbox.url()]);
    assert_eq!(doctor.code, 0, "{doctor:?}");
    assert!(
        doctor
            .out
            .starts_with(&format!("✓ address      {} (typed)\n", other.sandbox.url()))
    );
    assert_eq!((bench.sign_ins(), other.sign_ins()), (0, 1));
    let mut command = bench.command(&["auth", "doctor"]);
    let doctor = end(command.env("TABLEAU_HOST", other.sandbox.url()).output().unwrap());
    assert!(doctor.out.starts_with(&format!(
        "✓ address      {} (TABLEAU_HOST)\n",
        other.sandbox.url()
    )));
}

#[test]
fn a_host_in_no_proxy_is_reported() {
    let bench = Bench::new();
    let mut command = bench.command(&["auth", "doctor", bench.sandbox.url()]);
    command
        .env("HTTP_PROXY", "http://127.0.0.1:1")
        .env("NO_PROXY", "127.0.0.1");
    let doctor = end(command.output().unwrap());
    assert!(
        doctor
            .out
            .contains("- proxy        none for this host, by NO_PROXY\n"),
        "{}",
        doctor.out
    );
    // No session: that is the outcome.
    assert_eq!(doctor.code, 4, "{doctor:?}");
}

#[test]
fn no_secret_is_in_what_is_logged() {
    let bench = Bench::new();
    for site in ["", "Default"] {
        let mut command = bench.command(&["auth", "doctor", "--verbose", "--site", site]);
        command
            .env("TABLEAU_LOG", "trace")
            .env("TABLEAU_SERVER_URL", bench.sandbox.url())
            .env("TABLEAU_PAT_NAME", well_known::PAT_NAME)
            .env("TABLEAU_PAT_SECRET", well_known::PAT_SECRET);
        // It looks for the secret itself.
        let doctor = end(command.output().unwrap());
        assert!(
            doctor.err.contains("TRACE") || doctor.err.contains("DEBUG"),
            "{}",
            doctor.err
        );
        assert!(
            !doctor.err.contains('|'),
            "a token has a `|` in it: {}",
            doctor.err
        );
    }
}

#[test]
fn an_unusable_profile_gets_the_message_of_other_commands() {
    let bench = Bench::new();
    let check = |case: &str, options: &[&str], variables: &[(&str, &str)], code: i32| {
        let run = |arguments: &[&str]| {
            let mut command = bench.command(arguments);
            let command = command.args(options).envs(variables.iter().copied());
            end(command.output().unwrap())
        };
        let (failed, doctor) = (run(&["workbooks", "list"]), run(&["auth", "doctor"]));
        assert_eq!(
            (failed.code, doctor.code),
            (code, code),
            "{case}: {failed:?} {doctor:?}"
        );
        let why = failed.err.strip_prefix("error: ").unwrap();
        assert!(
            doctor.out.contains(&format!("  cause: {why}")),
            "{case}: {failed:?} {doctor:?}"
        );
    };
    check("not signed in", &[], &[], 4);
    check("no such profile", &["--profile", "nope"], &[], 4);
    check("no such profile", &[], &[("TABLEAU_PROFILE", "nope")], 4);
    std::fs::write(bench.profile(), "[profile.one").unwrap();
    check("not a file of ours", &[], &[], 1);
    check("not a file of ours", &["--profile", "one"], &[], 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(bench.profile(), std::fs::Permissions::from_mode(0o666)).unwrap();
        check("a file that others may change", &[], &[], 1);
    }
}

#[test]
fn missing_settings_get_a_hint() {
    let bench = Bench::new();
    let url = bench.sandbox.url();
    let missing = "/nonexistent/secret";
    let cases: [(&str, &[(&str, &str)]); 5] = [
        ("address", &[]),
        ("address", &[("TABLEAU_SERVER_URL", "ftp://nowhere")]),
        (
            "tls",
            &[("TABLEAU_SERVER_URL", url), ("TABLEAU_CA_BUNDLE", missing)],
        ),
        (
            "credential",
            &[("TABLEAU_SERVER_URL", url), ("TABLEAU_PAT_NAME", "ci")],
        ),
        (
            "credential",
            &[
                ("TABLEAU_SERVER_URL", url),
                ("TABLEAU_PAT_NAME", "ci"),
                ("TABLEAU_PAT_SECRET_FILE", missing),
            ],
        ),
    ];
    for (layer, variables) in cases {
        let mut command = bench.command(&["auth", "doctor"]);
        let doctor = end(command.envs(variables.iter().copied()).output().unwrap());
        assert_ne!(doctor.code, 0, "{doctor:?}");
        let failed = doctor.out.split_once(&format!("✗ {layer}"));
        assert!(
            failed.is_some_and(|(_, rest)| rest.contains("\n  fix:   ")),
            "{doctor:?}"
        );
    }
}
