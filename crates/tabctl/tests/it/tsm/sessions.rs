//! Signing in and out.

use tableau_sandbox::{TsmCertificate, well_known};

use super::fixture::Fixture;

#[test]
fn from_login_to_logout() {
    let fixture = Fixture::new();
    let ended = fixture.run(&["status"]);
    assert_eq!(ended.code, 4);
    assert!(ended.err.contains("run `tabctl tsm login`"), "{ended:?}");

    let ended = fixture.login(&["--trust-on-first-use"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, ""), "{ended:?}");
    let fingerprint = fixture.sandbox().tsm_fingerprint().unwrap();
    assert!(ended.err.contains("trusted from now on") && ended.err.contains(&fingerprint));
    assert!(
        ended
            .err
            .starts_with(&format!("Signed in to {} as tsmadmin\n", fixture.url()))
    );
    let kept = fixture.kept().unwrap();
    assert!(!kept.contains(well_known::PASSWORD), "the password is not kept");

    let ended = fixture.run(&["status"]);
    let out = "cluster\tRunning\tEnabled\nnode1\tRunning\tEnabled\nnode2\tRunning\tEnabled\nnode3\tRunning\tEnabled\n";
    assert_eq!((ended.code, ended.out.as_str(), ended.err.as_str()), (0, out, ""));

    let ended = fixture.run(&["logout"]);
    let said = format!("Signed out of {}\n", fixture.url());
    assert_eq!((ended.code, ended.err.as_str()), (0, said.as_str()));
    assert_eq!((fixture.kept(), fixture.tsm().session_count()), (None, 0));
    let ended = fixture.run(&["logout"]);
    assert_eq!(
        (ended.code, ended.err.as_str()),
        (0, "Not signed in to TSM: nothing to do\n")
    );
}

#[cfg(unix)]
#[test]
fn the_session_file_is_private() {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    let fixture = Fixture::signed_in();
    let file = fixture.file("tsm.toml");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let ended = fixture.run(&["nodes"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("chmod 600"), "{ended:?}");
}

#[cfg(unix)]
#[test]
fn files_of_others_are_not_trusted() {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    let fixture = Fixture::new();
    assert_eq!(fixture.login(&["--trust-on-first-use"]).code, 0);
    let file = fixture.file("tsm-hosts.json");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let nodes = |mode| {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        fixture.run(&["nodes"])
    };
    let ended = nodes(0o666);
    assert_eq!(ended.code, 1);
    let reason = "tsm-hosts.json can be changed by others (mode 666): chmod 600 ";
    assert!(ended.err.contains(reason), "{ended:?}");
    assert_eq!(nodes(0o644).code, 0);
}

#[test]
fn a_session_that_has_ended_says_so() {
    let fixture = Fixture::signed_in();
    fixture.tsm().end_sessions();
    let ended = fixture.run(&["nodes"]);
    assert_eq!(ended.code, 4);
    assert!(
        ended.err.contains("has ended: run `tabctl tsm login`"),
        "{ended:?}"
    );
    // There is nothing to sign out of any more.
    assert_eq!(fixture.run(&["logout"]).code, 0);
    assert_eq!(fixture.kept(), None);
}

#[test]
fn a_refused_login_says_why() {
    let fixture = Fixture::new();
    let ended = fixture.login(&[]);
    assert_eq!(ended.code, 11);
    assert!(ended.err.contains("--trust-on-first-use"), "{ended:?}");
    let arguments = ["login", "--server", fixture.url(), "--trust-on-first-use"];
    let ended = fixture.with_password("wrong", &arguments);
    assert_eq!(ended.code, 4);
    assert!(ended.err.contains("not a user of Tableau Server"), "{ended:?}");
    // The certificate is trusted all the same, and that is said when it comes about.
    let fingerprint = fixture.sandbox().tsm_fingerprint().unwrap();
    assert!(
        ended.err.contains("trusted from now on") && ended.err.contains(&fingerprint),
        "{ended:?}"
    );
    let ended = fixture.with_password("wrong", &arguments);
    assert!(
        ended.code == 4 && !ended.err.contains("trusted from now on"),
        "{ended:?}"
    );
    assert_eq!(fixture.kept(), None);

    let plain = fixture.url().replace("https:", "http:");
    let ended = fixture.with_password(well_known::PASSWORD, &["login", "--server", &plain]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("https only"), "{ended:?}");
    for (arguments, missing) in [
        (&["login"][..], "--server"),
        (&["login", "--server", "x"], "--username"),
        (&["login", "--server", "x", "--username", "y"], "--password-stdin"),
    ] {
        let ended = fixture.run(arguments);
        assert_eq!(ended.code, 2);
        assert!(ended.err.contains(missing), "{ended:?}");
    }
    for (password, missing) in [
        (&b""[..], "there is no password"),
        (b"\xff", "the password cannot be read"),
    ] {
        let ended = fixture.with_password(password, &["login", "--server", fixture.url()]);
        assert!(ended.code == 2 && ended.err.contains(missing), "{ended:?}");
    }
}

#[test]
fn credentials_on_the_command_line_are_for_one_command() {
    let fixture = Fixture::new();
    let fingerprint = fixture.sandbox().tsm_fingerprint().unwrap();
    let arguments = ["nodes", "--server", fixture.url(), "--pin-sha256", &fingerprint];
    let ended = fixture.with_password(well_known::PASSWORD, &arguments);
    assert_eq!((ended.code, ended.out.lines().count()), (0, 3), "{ended:?}");
    assert_eq!((fixture.kept(), fixture.tsm().session_count()), (None, 0));
}

#[test]
fn login_trusts_what_it_was_told_to_trust_before() {
    let told = |fixture: &Fixture, kind: &str| match kind {
        "first use" => vec!["--trust-on-first-use".to_owned()],
        _ => vec![
            "--pin-sha256".to_owned(),
            fixture.sandbox().tsm_fingerprint().unwrap(),
        ],
    };
    for kind in ["first use", "pin"] {
        let fixture = Fixture::new();
        let trust = told(&fixture, kind);
        let trust: Vec<_> = trust.iter().map(String::as_str).collect();
        assert_eq!(fixture.login(&trust).code, 0);
        assert_eq!(fixture.run(&["logout"]).code, 0);
        let ended = fixture.login(&[]);
        assert_eq!(ended.code, 0, "{kind}: {ended:?}");
        // Also for a command with an account of its own, and never another certificate.
        let arguments = ["nodes", "--server", fixture.url()];
        assert_eq!(fixture.with_password(well_known::PASSWORD, &arguments).code, 0);
        let other = TsmCertificate::valid_for_days(10);
        fixture.sandbox().replace_tsm_certificate(other).unwrap();
        let ended = fixture.login(&[]);
        assert_eq!(ended.code, 11, "{kind}: {ended:?}");
    }
    // A refused login has trusted the certificate, and has said so.
    let fixture = Fixture::new();
    let arguments = ["login", "--server", fixture.url(), "--trust-on-first-use"];
    assert_eq!(fixture.with_password("wrong", &arguments).code, 4);
    assert_eq!(fixture.login(&[]).code, 0);
}

#[test]
fn a_certificate_that_one_command_trusts_is_shown() {
    let fixture = Fixture::new();
    let fingerprint = fixture.sandbox().tsm_fingerprint().unwrap();
    let arguments = ["nodes", "--server", fixture.url(), "--trust-on-first-use"];
    let ended = fixture.with_password(well_known::PASSWORD, &arguments);
    assert!(ended.code == 0 && ended.err.contains(&fingerprint), "{ended:?}");

    // Also if the session is one that is remembered.
    let fixture = Fixture::new();
    let fingerprint = fixture.sandbox().tsm_fingerprint().unwrap();
    assert_eq!(fixture.login(&["--pin-sha256", &fingerprint]).code, 0);
    for is_shown in [true, false] {
        let ended = fixture.run(&["nodes", "--trust-on-first-use"]);
        assert_eq!(
            (ended.code, ended.err.contains(&fingerprint)),
            (0, is_shown),
            "{ended:?}"
        );
    }
}

#[test]
fn a_certificate_that_changes() {
    let fixture = Fixture::signed_in();
    let old = fixture.sandbox().tsm_fingerprint().unwrap();
    fixture
        .sandbox()
        .replace_tsm_certificate(TsmCertificate::valid_for_days(10))
        .unwrap();
    let new = fixture.sandbox().tsm_fingerprint().unwrap();
    for arguments in [["nodes"], ["logout"]] {
        let ended = fixture.run(&arguments);
        assert_eq!(ended.code, 11, "{ended:?}");
        for part in [&old, &new, "subject", "expires"] {
            assert!(ended.err.contains(part), "{part}: {ended:?}");
        }
    }
    assert!(fixture.kept().is_some(), "it was not signed out");
    // The user who has verified it says so.
    let ended = fixture.run(&["logout", "--pin-sha256", &new]);
    assert_eq!((ended.code, fixture.tsm().session_count()), (0, 0), "{ended:?}");
}

#[test]
fn logout_all_ends_every_session() {
    let fixture = Fixture::signed_in();
    let other = Fixture::signed_in();
    assert_eq!(fixture.login(&[]).code, 0);
    assert_eq!(fixture.tsm().session_count(), 2);
    assert_eq!(fixture.run(&["logout", "--everywhere", "--yes"]).code, 0);
    assert_eq!((fixture.tsm().session_count(), fixture.kept()), (0, None));
    // Those of another controller have nothing to do with it.
    assert_eq!(other.tsm().session_count(), 1);
}

#[test]
fn a_session_is_for_one_controller() {
    let fixture = Fixture::signed_in();
    let ended = fixture.run(&["nodes", "--server", "other-server"]);
    assert_eq!(ended.code, 4);
    assert!(
        ended.err.contains("not signed in to https://other-server:8850"),
        "{ended:?}"
    );
}
