//! Signing in and out.

use std::fs;

use tableau_sandbox::well_known;

use crate::support::{Bench, end};

#[test]
fn signing_in_lists_and_signing_out() {
    let bench = Bench::new();
    let login = bench.login("MarketingTeam");
    assert_eq!((login.code, login.out.as_str()), (0, ""), "{login:?}");
    assert!(
        login.err.contains("Signed in") && login.err.contains("MarketingTeam") && login.err.contains("admin"),
        "{login:?}"
    );

    let status = bench.run(&["auth", "status"]);
    assert_eq!(status.code, 0, "{status:?}");
    assert!(
        status.out.contains(bench.sandbox.url()) && status.out.contains("site    MarketingTeam"),
        "{status:?}"
    );
    assert!(
        status.out.contains("admin (ServerAdministrator)") && status.out.contains("session open"),
        "{status:?}"
    );

    // The session is used again: nothing signs in a second time.
    let list = bench.run(&["-v", "workbooks", "list", "--json"]);
    assert_eq!(list.code, 0, "{list:?}");
    assert!(
        list.err.contains("/workbooks?") && !list.err.contains("signin"),
        "{list:?}"
    );

    let logout = bench.run(&["-v", "auth", "logout"]);
    assert_eq!(logout.code, 0, "{logout:?}");
    assert!(logout.err.contains("signout → 204"), "{logout:?}");
    assert!(
        !fs::read_to_string(bench.profile())
            .unwrap_or_default()
            .contains("secret")
    );
    for command in [&["auth", "status"][..], &["workbooks", "list"]] {
        let ended = bench.run(command);
        assert_eq!(ended.code, 4, "{ended:?}");
        assert!(
            ended.err.contains("not signed in") && ended.err.contains("tabctl auth login"),
            "{ended:?}"
        );
    }
    assert_eq!(bench.run(&["auth", "logout"]).code, 0);
}

#[test]
fn a_session_that_is_over_is_made_anew_and_remembered() {
    let bench = Bench::new();
    assert_eq!(bench.login("").code, 0);
    // Somebody else uses the token: its session ends.
    assert_eq!(
        bench.run_with_token(&["workbooks", "list", "--limit", "1"]).code,
        0
    );

    let status = bench.run(&["auth", "status"]);
    assert!(
        status.code == 0 && status.out.contains("session over"),
        "{status:?}"
    );
    let list = bench.run(&["-v", "workbooks", "list", "--limit", "1"]);
    assert!(
        list.code == 0 && list.err.contains("auth/signin → 200"),
        "{list:?}"
    );
    let list = bench.run(&["-v", "workbooks", "list", "--limit", "1"]);
    assert!(list.code == 0 && !list.err.contains("signin"), "{list:?}");
}

#[test]
fn what_is_not_accepted_says_why() {
    let bench = Bench::new();
    let mut command = bench.command(&[
        "auth",
        "login",
        bench.sandbox.url(),
        "--site",
        "Default",
        "--token-name",
        "sandbox",
    ]);
    let ended = end(command
        .env("TABLEAU_PAT_SECRET", "n0t-the-s3cret")
        .output()
        .unwrap());
    assert_eq!(ended.code, 4, "{ended:?}");
    assert!(ended.err.contains("401001: Signin Error"), "{ended:?}");
    assert!(
        ended.err.contains("the Default site has an empty name"),
        "{ended:?}"
    );
    assert!(ended.err.contains("does not look like one"), "{ended:?}");
    assert!(ended.err.contains("try: "), "{ended:?}");
    assert!(!ended.err.contains("n0t-the-s3cret"), "{ended:?}");
    assert!(!bench.profile().as_ref().exists());
}

#[test]
fn without_a_terminal_nothing_is_asked() {
    let bench = Bench::new();
    let cases: [(&[&str], &str); 3] = [
        (&["auth", "login"], "TABLEAU_SERVER_URL"),
        (&["auth", "login", "my-server"], "TABLEAU_PAT_NAME"),
        (
            &["auth", "login", "my-server", "--token-name", "ci"],
            "TABLEAU_PAT_SECRET",
        ),
    ];
    for (arguments, missing) in cases {
        let ended = bench.run(arguments);
        assert_eq!(ended.code, 2, "{ended:?}");
        assert!(ended.err.contains(missing), "{ended:?}");
    }
    let ended = bench.run(&["auth", "login", "https://my-server:8850", "--token-name", "ci"]);
    assert!(ended.code == 2 && ended.err.contains("TSM"), "{ended:?}");
}

#[test]
fn a_secret_from_standard_input() {
    let bench = Bench::new();
    let input = bench.folder.path().join("input");
    fs::write(&input, format!("{}\n", well_known::PAT_SECRET)).unwrap();
    let mut command = bench.command(&[
        "auth",
        "login",
        bench.sandbox.url(),
        "--token-name",
        well_known::PAT_NAME,
        "--token-file",
        "-",
    ]);
    let ended = end(command.stdin(fs::File::open(input).unwrap()).output().unwrap());
    assert_eq!(ended.code, 0, "{ended:?}");
}

#[cfg(unix)]
#[test]
fn the_profile_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new();
    assert_eq!(bench.login("").code, 0);
    let mode = fs::metadata(bench.profile()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    fs::set_permissions(bench.profile(), fs::Permissions::from_mode(0o644)).unwrap();
    let ended = bench.run(&["auth", "status"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.err.contains("chmod 600"), "{ended:?}");
}

#[test]
fn a_damaged_profile_is_reported_without_its_content() {
    let bench = Bench::new();
    assert_eq!(bench.login("").code, 0);
    let text = fs::read_to_string(bench.profile())
        .unwrap()
        .replace("secret = ", "secret == ");
    fs::write(bench.profile(), text).unwrap();
    let ended = bench.run(&["auth", "status"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.err.contains("is not a profile file (line "), "{ended:?}");
}

#[test]
fn a_token_is_not_carried_to_another_server() {
    let bench = Bench::new();
    assert_eq!(bench.login("").code, 0);
    let ended = bench.run(&["workbooks", "list", "--server", "http://127.0.0.1:9"]);
    assert_eq!(ended.code, 4, "{ended:?}");
    assert!(
        ended.err.contains("not signed in to http://127.0.0.1:9"),
        "{ended:?}"
    );
}

#[test]
fn what_is_typed_wins_over_what_is_set() {
    let bench = Bench::new();
    let address = format!("{}/#/site/MarketingTeam/home", bench.sandbox.url());
    let mut command = bench.command(&["auth", "login", &address, "--token-name", well_known::PAT_NAME]);
    command
        .env("TABLEAU_SITE_NAME", "")
        .env("TABLEAU_PAT_SECRET", well_known::PAT_SECRET);
    let login = end(command.output().unwrap());
    assert!(
        login.code == 0 && login.err.contains("site MarketingTeam"),
        "{login:?}"
    );

    // The site in an address that is typed, against the one of the profile.
    let default = bench.run(&[
        "-v",
        "workbooks",
        "list",
        "--server",
        &format!("{}/#/projects", bench.sandbox.url()),
    ]);
    assert_eq!(
        (default.code, default.out.lines().count()),
        (0, 40),
        "{default:?}"
    );
    let by_name = bench.run(&["workbooks", "list", "--site", ""]);
    assert_eq!(by_name.out, default.out);
}

#[test]
fn a_client_certificate_is_shown_and_remembered() {
    let folder = tempfile::TempDir::new().unwrap();
    let local = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let sandbox = tableau_sandbox::Sandbox::builder()
        .listen(local)
        .listen_tls(local)
        .ca_dir(folder.path())
        .require_client_certificate()
        .start()
        .unwrap();
    let bench = Bench { sandbox, folder };
    let url = bench.sandbox.tls_url().unwrap().to_owned();
    let file = |path: Option<&std::path::Path>| path.unwrap().to_str().unwrap().to_owned();
    let ca = file(bench.sandbox.ca_file());
    let certificate = file(bench.sandbox.client_certificate());
    let login = |arguments: &[&str]| {
        let all = [
            "auth",
            "login",
            &url,
            "--token-name",
            well_known::PAT_NAME,
            "--ca-file",
            &ca,
        ];
        let mut command = bench.command(&[&all, arguments].concat());
        command.env("TABLEAU_PAT_SECRET", well_known::PAT_SECRET);
        end(command.output().unwrap())
    };
    let refused = login(&[]);
    assert!(
        refused.code == 1 && refused.err.contains("--client-cert"),
        "{refused:?}"
    );
    // The authority's file has a certificate and no key.
    let keyless = login(&["--client-cert", &ca]);
    assert!(
        keyless.code == 1 && keyless.err.contains("no private key"),
        "{keyless:?}"
    );

    let signed_in = login(&["--client-cert", &certificate]);
    assert_eq!(signed_in.code, 0, "{signed_in:?}");
    // It is remembered, also when whom to trust is said again.
    for arguments in [
        &["workbooks", "list"][..],
        &["workbooks", "list", "--ca-file", &ca],
    ] {
        assert_eq!(bench.run(arguments).out.lines().count(), 40);
    }
    assert_eq!(bench.run(&["auth", "logout"]).code, 0);
}

#[test]
fn a_private_authority_is_named_once() {
    let folder = tempfile::TempDir::new().unwrap();
    let local = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let sandbox = tableau_sandbox::Sandbox::builder()
        .listen(local)
        .listen_tls(local)
        .ca_dir(folder.path())
        .start()
        .unwrap();
    let bench = Bench { sandbox, folder };
    let url = bench.sandbox.tls_url().unwrap().to_owned();
    let ca = bench.sandbox.ca_file().unwrap().to_str().unwrap().to_owned();
    let login = |arguments: &[&str]| {
        let all = [
            &["auth", "login", &url, "--token-name", well_known::PAT_NAME],
            arguments,
        ]
        .concat();
        let mut command = bench.command(&all);
        end(command
            .env("TABLEAU_PAT_SECRET", well_known::PAT_SECRET)
            .output()
            .unwrap())
    };
    let refused = login(&[]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(
        refused.err.contains("unknown authority") && refused.err.contains("--ca-file"),
        "{refused:?}"
    );
    let pinned = login(&["--pin-sha256", &"ab".repeat(32)]);
    assert!(pinned.code == 1 && pinned.err.contains("AB:AB:AB"), "{pinned:?}");

    assert_eq!(login(&["--ca-file", &ca]).code, 0);
    // It is remembered.
    assert_eq!(bench.run(&["workbooks", "list"]).out.lines().count(), 40);
    assert_eq!(bench.run(&["auth", "logout"]).code, 0);
}
