//! Signing in and out.

use std::fs;

use tableau_sandbox::well_known;

use crate::support::{Bench, end};

#[test]
fn signing_in_listing_and_signing_out() {
    let bench = Bench::new();
    let login = bench.login("MarketingTeam");
    assert_eq!((login.code, login.out.as_str()), (0, ""), "{login:?}");
    assert_eq!(
        bench.neat(&login.err),
        "Signed in to URL, site MarketingTeam, as admin (profile default)\n\
         The secret is in FOLDER/secrets.toml, readable by you only (TABLEAU_KEYRING=off)\n"
    );

    let status = bench.run(&["auth", "status"]);
    let (text, session) = status.out.rsplit_once("session").unwrap();
    assert_eq!(
        (status.code, bench.neat(text).as_str(), status.err.as_str()),
        (
            0,
            "profile  default (current profile)\n\
             server   URL\n\
             site     MarketingTeam\n\
             user     admin (ServerAdministrator)\n\
             with     personal access token sandbox, secret in a file\n",
            ""
        ),
        "{status:?}"
    );
    assert!(session.trim().starts_with("open since 20"), "{session}");

    // The session is used again, by any number of commands: nothing signs in a second time.
    for _ in 0..3 {
        let list = bench.run(&["-v", "workbooks", "list", "--json"]);
        assert_eq!(list.code, 0, "{list:?}");
        assert!(
            list.err.contains("/workbooks?") && !list.err.contains("signin"),
            "{list:?}"
        );
    }
    assert_eq!(bench.sign_ins(), 1);

    let logout = bench.run(&["-v", "auth", "logout"]);
    assert_eq!(logout.code, 0, "{logout:?}");
    assert!(
        logout.err.contains("signout → 204")
            && bench
                .neat(&logout.err)
                .ends_with("\nSigned out of URL, site MarketingTeam (profile default)\n"),
        "{logout:?}"
    );
    assert_eq!(bench.sandbox.service().controls().sessions(), []);
    for file in ["profiles.toml", "secrets.toml"] {
        let text = fs::read_to_string(bench.folder.path().join(file)).unwrap();
        assert_eq!(
            text.trim(),
            if file == "profiles.toml" { "[profile]" } else { "" }
        );
    }
    for command in [
        &["auth", "status"][..],
        &["workbooks", "list"],
        &["auth", "token"],
    ] {
        let ended = bench.run(command);
        assert_eq!((ended.code, ended.out.as_str()), (4, ""), "{ended:?}");
        assert_eq!(
            ended.err,
            "error: not signed in: run `tabctl auth login`, or set TABLEAU_SERVER_URL, TABLEAU_SITE_NAME, \
             TABLEAU_PAT_NAME and TABLEAU_PAT_SECRET\n"
        );
    }
    let again = bench.run(&["auth", "logout"]);
    assert_eq!(
        (again.code, again.err.as_str()),
        (0, "Not signed in: nothing to do\n")
    );
}

#[test]
fn a_refused_sign_in_says_why() {
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
    let app = ["my-server", "--client-id", "c", "--secret-id", "s"];
    let cases: [(&[&str], &str); 8] = [
        (
            &[],
            "the server's address is missing: give ADDRESS, or set TABLEAU_SERVER_URL",
        ),
        (
            &["my-server"],
            "who signs in is missing: give --token-name, --username, --client-id, --kind jwt or --exec, or set \
             TABLEAU_PAT_NAME, TABLEAU_USERNAME, TABLEAU_CONNECTED_APP_CLIENT_ID or TABLEAU_JWT",
        ),
        (
            &["my-server", "--kind", "token"],
            "--token-name is missing: give it, or set TABLEAU_PAT_NAME",
        ),
        (
            &["my-server", "--token-name", "ci"],
            "the secret is missing: set TABLEAU_PAT_SECRET or TABLEAU_PAT_SECRET_FILE, or give --token-file \
             (`-` is standard input)",
        ),
        (
            &["my-server", "--username", "ann"],
            "the secret is missing: set TABLEAU_PASSWORD or TABLEAU_PASSWORD_FILE, or give --token-file \
             (`-` is standard input)",
        ),
        (
            &app[..3],
            "--secret-id is missing: give it, or set TABLEAU_CONNECTED_APP_SECRET_ID",
        ),
        (&app, "--username is missing: give it, or set TABLEAU_JWT_SUB"),
        (
            &["my-server", "--kind", "jwt"],
            "the secret is missing: set TABLEAU_JWT or TABLEAU_JWT_FILE, or give --token-file (`-` is standard input)",
        ),
    ];
    for (arguments, missing) in cases {
        let ended = bench.run(&[&["auth", "login"], arguments].concat());
        assert_eq!(
            (ended.code, ended.out.as_str(), ended.err),
            (2, "", format!("error: {missing}\n"))
        );
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

#[test]
fn a_damaged_file_is_reported_without_its_content() {
    let bench = Bench::new();
    assert_eq!(bench.login("").code, 0);
    for session in bench.sandbox.service().controls().sessions() {
        bench.sandbox.service().controls().end_session(session.id);
    }
    for (file, code) in [("secrets.toml", 4), ("profiles.toml", 1)] {
        let file = bench.folder.path().join(file);
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, text.replacen(" = ", " == ", 1)).unwrap();
        let ended = bench.run(&["workbooks", "list"]);
        assert_eq!(ended.code, code, "{ended:?}");
        assert!(
            ended.err.contains("is not a file of tabctl's (line "),
            "{ended:?}"
        );
        fs::write(&file, text).unwrap();
    }
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
fn arguments_win_over_variables() {
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
    let bench = Bench::with_tls_and(tableau_sandbox::Builder::require_client_certificate);
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
        refused.code == 11 && refused.err.contains("--client-cert"),
        "{refused:?}"
    );
    // The authority's file has a certificate and no key.
    let keyless = login(&["--client-cert", &ca]);
    assert!(
        keyless.code == 2 && keyless.err.contains("no private key"),
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
    let bench = Bench::with_tls();
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
    assert_eq!(refused.code, 11, "{refused:?}");
    assert!(
        refused.err.contains("unknown authority") && refused.err.contains("--ca-file"),
        "{refused:?}"
    );
    let pinned = login(&["--pin-sha256", &"ab".repeat(32)]);
    assert!(pinned.code == 11 && pinned.err.contains("AB:AB:AB"), "{pinned:?}");

    assert_eq!(login(&["--ca-file", &ca]).code, 0);
    // It is remembered.
    assert_eq!(bench.run(&["workbooks", "list"]).out.lines().count(), 40);
    assert_eq!(bench.run(&["auth", "logout"]).code, 0);
}
