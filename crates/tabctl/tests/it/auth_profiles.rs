//! Profiles and their sessions.

use tableau_sandbox::well_known;

use crate::support::{Bench, end};

#[test]
fn profiles_are_listed_switched_and_forgotten_each_by_its_name() {
    let bench = Bench::new();
    assert_eq!(bench.login("").code, 0);
    assert_eq!(bench.login("MarketingTeam").code, 0);
    let list = bench.run(&["auth", "list"]);
    let expected = "MarketingTeam\tURL\tMarketingTeam\tadmin\tpersonal-access-token\ttrue\n\
                    default\tURL\t\tadmin\tpersonal-access-token\tfalse\n";
    assert_eq!(
        (list.code, bench.neat(&list.out).as_str(), list.err.as_str()),
        (0, expected, "")
    );

    let names = bench.run(&["auth", "list", "--quiet"]);
    assert_eq!((names.code, names.out.as_str()), (0, "MarketingTeam\ndefault\n"));

    let count = |arguments: &[&str]| {
        let list = bench.run(&[&["workbooks", "list"], arguments].concat());
        assert_eq!(list.code, 0, "{list:?}");
        list.out.lines().count()
    };
    let (default, marketing) = (count(&["--profile", "default"]), count(&[]));
    assert_ne!(default, marketing);

    let switched = bench.run(&["auth", "switch", "default"]);
    assert_eq!(
        (switched.code, bench.neat(&switched.err).as_str()),
        (0, "Profile default: URL, the Default site\n")
    );
    assert_eq!(count(&[]), default);
    let unknown = bench.run(&["auth", "switch", "nowhere"]);
    assert_eq!(
        (unknown.code, unknown.err.as_str()),
        (
            4,
            "error: no profile is called \"nowhere\" (there are MarketingTeam, default): \
             run `tabctl auth login --profile nowhere`\n"
        )
    );

    let json = bench.run(&["auth", "list", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(
        json.pointer("/1").unwrap(),
        &serde_json::json!({
            "id": "default", "isCurrent": true, "server": bench.sandbox.url(), "site": "", "user": "admin",
            "credential": "personal-access-token", "credentialName": "sandbox", "secret": "file"
        })
    );

    let one = bench.run(&["auth", "logout", "--profile", "MarketingTeam"]);
    assert_eq!(
        bench.neat(&one.err),
        "Signed out of URL, site MarketingTeam (profile MarketingTeam)\n"
    );
    assert_eq!(count(&[]), default);
    let all = bench.run(&["auth", "logout", "--all"]);
    assert_eq!(
        bench.neat(&all.err),
        "Signed out of URL, the Default site (profile default)\n"
    );
    assert_eq!(bench.run(&["auth", "list", "--json"]).out, "[]\n");
    assert_eq!(bench.sandbox.service().controls().sessions(), []);
}

#[test]
fn names_of_profiles_can_be_typed() {
    let bench = Bench::new();
    for name in ["", "two words", "-v", "line\nbreak"] {
        let arguments = ["auth", "login", bench.sandbox.url(), "--token-name", "sandbox"];
        let mut command = bench.command(&[&arguments[..], &[&format!("--profile={name}")]].concat());
        let ended = end(command
            .env("TABLEAU_PAT_SECRET", well_known::PAT_SECRET)
            .output()
            .unwrap());
        assert_eq!(ended.code, 2, "{ended:?}");
        assert!(ended.err.contains("cannot be the name of a profile"), "{ended:?}");
    }
    assert!(!bench.profile().as_ref().exists());
}

#[test]
fn control_characters_in_names_are_escaped() {
    let bench = Bench::new();
    let file = format!("{}/\u{1b}[31m", bench.folder.path().display());
    for option in [["--profile", "\u{1b}[31mevil"], ["--ca-file", &file]] {
        for command in [["workbooks", "list"], ["auth", "doctor"]] {
            let ended = bench.run_with_token(&[command, option].concat());
            assert_ne!(ended.code, 0, "{ended:?}");
            assert!(
                !format!("{}{}", ended.out, ended.err).contains('\u{1b}'),
                "{ended:?}"
            );
        }
    }
    let status = bench.run(&["auth", "status", "--profile", "\u{1b}[31mevil"]);
    let expected = "error: no profile is called \"\\u{1b}[31mevil\" (there are none yet)\n";
    assert_eq!((status.code, status.err.as_str()), (4, expected));
}

#[test]
fn status_is_one_json_object() {
    let bench = Bench::new();
    assert_eq!(bench.login("umbrellacorp816664").code, 0);
    let status = bench.run(&["auth", "status", "--json"]);
    assert_eq!((status.code, status.err.as_str()), (0, ""), "{status:?}");
    let mut status: serde_json::Value = serde_json::from_str(&status.out).unwrap();
    // Tableau Cloud says when a token ends.
    for pointer in [
        "/user/id",
        "/session/since",
        "/credential/expiresAt",
        "/credential/lastUsedAt",
    ] {
        let value = status.pointer_mut(pointer).unwrap();
        assert!(value.is_string(), "{pointer}: {value}");
        *value = serde_json::Value::Null;
    }
    assert_eq!(
        status,
        serde_json::json!({
            "source": "current profile",
            "profile": "default",
            "server": bench.sandbox.url(),
            "site": "umbrellacorp816664",
            "user": {"id": null, "name": "admin", "siteRole": "ServerAdministrator"},
            "credential": {
                "kind": "personal-access-token",
                "name": "sandbox",
                "secret": "file",
                "expiresAt": null,
                "lastUsedAt": null
            },
            "session": {"isOpen": true, "since": null, "endsAfterIdleMinutes": 240},
            "warnings": []
        })
    );
}

#[test]
fn the_token_of_the_session_is_printed_when_asked_for() {
    let bench = Bench::new();
    assert_eq!(bench.login("").code, 0);
    let token = bench.run(&["auth", "token"]);
    assert_eq!((token.code, token.err.as_str()), (0, ""), "{token:?}");
    let token = token.out.trim_end();
    let client = tableau_client::Client::new(bench.sandbox.url())
        .unwrap()
        .blocking()
        .unwrap();
    let site = client.resume_token(token).unwrap();
    assert_eq!(
        site.users().get(site.session().user_id()).send().unwrap().name,
        "admin"
    );
    // One that is over is not printed.
    for session in bench.sandbox.service().controls().sessions() {
        assert!(bench.sandbox.service().controls().end_session(session.id));
    }
    let next = bench.run(&["auth", "token"]);
    assert!(next.code == 0 && next.out.trim_end() != token, "{next:?}");
}

#[test]
fn a_command_with_a_session_sends_one_request_over_tls() {
    let bench = Bench::with_tls();
    let ca = bench.sandbox.ca_file().unwrap().to_str().unwrap();
    let login = [
        "auth",
        "login",
        bench.sandbox.tls_url().unwrap(),
        "--ca-file",
        ca,
        "--token-name",
        "sandbox",
    ];
    let mut command = bench.command(&login);
    let ended = end(command
        .env("TABLEAU_PAT_SECRET", well_known::PAT_SECRET)
        .output()
        .unwrap());
    assert_eq!(ended.code, 0, "{ended:?}");
    let operations = |from: usize| -> Vec<String> {
        let log = bench.sandbox.service().log().entries();
        log[from..]
            .iter()
            .filter_map(|entry| entry.operation.clone())
            .collect()
    };
    let before = operations(0).len();
    assert_eq!(bench.run(&["workbooks", "list"]).code, 0);
    assert_eq!(operations(before), ["workbooks.list"]);
}

#[test]
fn all_and_one_profile_exclude_each_other() {
    let bench = Bench::new();
    let ended = bench.run(&["auth", "logout", "--all", "--profile", "default"]);
    assert!(
        ended.code == 2 && ended.err.contains("cannot be used with"),
        "{ended:?}"
    );
}

#[test]
fn signing_in_again_ends_the_session_before() {
    let bench = Bench::new();
    let login = || {
        let mut command = bench.command(&[
            "auth",
            "login",
            bench.sandbox.url(),
            "--username",
            well_known::ADMIN,
        ]);
        end(command
            .env("TABLEAU_PASSWORD", well_known::PASSWORD)
            .output()
            .unwrap())
    };
    assert_eq!(login().code, 0);
    let before = bench.sandbox.service().controls().sessions();
    assert_eq!(login().code, 0);
    let after = bench.sandbox.service().controls().sessions();
    assert_eq!((before.len(), after.len()), (1, 1));
    assert_ne!(before, after);
}

#[test]
fn concurrent_commands_sign_in_once() {
    let bench = Bench::new();
    assert_eq!(bench.login("").code, 0);
    for session in bench.sandbox.service().controls().sessions() {
        assert!(bench.sandbox.service().controls().end_session(session.id));
    }
    let list = || {
        bench
            .command(&["workbooks", "list", "--limit", "1"])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut running: Vec<_> = std::iter::repeat_with(list).take(6).collect();
    assert!(running.iter_mut().all(|child| child.wait().unwrap().success()));
    assert_eq!(bench.sign_ins(), 2);
}

#[test]
fn an_ended_session_is_renewed_and_saved() {
    let bench = Bench::new();
    assert_eq!(bench.login("").code, 0);
    // Another program uses the token: its session ends.
    assert_eq!(
        bench.run_with_token(&["workbooks", "list", "--limit", "1"]).code,
        0
    );

    let status = bench.run(&["auth", "status"]);
    assert!(
        status.code == 0 && status.out.contains("none open; the next command signs in"),
        "{status:?}"
    );
    let before = bench.sign_ins();
    let list = bench.run(&["-v", "workbooks", "list", "--limit", "1"]);
    assert!(
        list.code == 0 && list.err.contains("auth/signin → 200"),
        "{list:?}"
    );
    let list = bench.run(&["-v", "workbooks", "list", "--limit", "1"]);
    assert!(list.code == 0 && !list.err.contains("signin"), "{list:?}");
    assert_eq!(bench.sign_ins(), before + 1);
}

#[test]
fn status_warns_of_a_token_that_ends_soon() {
    let bench = Bench::new();
    let login = || bench.login(well_known::CLOUD_SITE);
    // It is a year old then, and was never unused for fifteen days.
    for _ in 0..24 {
        assert_eq!(login().code, 0);
        bench
            .sandbox
            .service()
            .clock()
            .advance(std::time::Duration::from_secs(14 * 24 * 3600));
    }
    // Else it were a whole number of days, more or less the second that this takes.
    bench
        .sandbox
        .service()
        .clock()
        .advance(std::time::Duration::from_secs(3600));
    assert_eq!(login().code, 0);
    let status = bench.run(&["auth", "status"]);
    assert_eq!(
        (status.code, status.err.as_str()),
        (
            0,
            "warning: the personal access token ends in 28 days: make another in time\n"
        ),
        "{status:?}"
    );
}

#[test]
fn status_warns_of_variables_and_of_unencrypted_files() {
    let bench = Bench::new();
    assert_eq!(bench.login("").code, 0);
    let status = bench.run_with_token(&["auth", "status"]);
    assert_eq!(
        (status.code, status.err.as_str()),
        (
            0,
            "warning: TABLEAU_PAT_NAME wins over the current profile default\n"
        )
    );
    let mut switch = bench.command(&["auth", "switch", "default"]);
    let switched = end(switch.env("TABLEAU_PROFILE", "default").output().unwrap());
    let said = "Profile default: URL, the Default site\n\
                warning: TABLEAU_PROFILE is set, and wins over the current profile\n";
    assert_eq!((switched.code, bench.neat(&switched.err).as_str()), (0, said));
    let logout = bench.run_with_token(&["auth", "logout"]);
    let said = "Signed out of URL, the Default site (profile default)\n\
                warning: TABLEAU_PAT_NAME is set, and commands still sign in with it\n";
    assert_eq!((logout.code, bench.neat(&logout.err).as_str()), (0, said));

    let profile = "current = \"plain\"\n[profile.plain]\nserver = \"http://my-server\"\n\
                   [profile.plain.credential]\nkind = \"jwt\"\nfile = \"/run/jwt\"\n";
    config(&bench, profile);
    let status = bench.run(&["auth", "status"]);
    assert_eq!(
        (status.code, status.out.as_str(), status.err.as_str()),
        (
            0,
            "profile  plain (current profile)\nserver   http://my-server\nsite     Default\nwith     JWT\n\
             session  none open; the next command signs in\n",
            "warning: http://my-server is not encrypted: everything can be read on the way\n"
        )
    );
}

/// Writes the profiles as a user would by hand.
fn config(bench: &Bench, text: &str) {
    std::fs::write(bench.profile(), text).unwrap();
}

#[test]
fn profiles_created_concurrently_are_all_saved() {
    let bench = Bench::new();
    let login = |name: &usize| {
        let profile = format!("--profile={name}");
        let arguments = [
            "auth",
            "login",
            bench.sandbox.url(),
            "--username",
            "admin",
            &profile,
        ];
        let mut command = bench.command(&arguments);
        command.env("TABLEAU_PASSWORD", well_known::PASSWORD);
        command.stderr(std::process::Stdio::null()).spawn().unwrap()
    };
    let names: Vec<usize> = (0..6).collect();
    let mut running: Vec<_> = names.iter().map(login).collect();
    assert!(running.iter_mut().all(|child| child.wait().unwrap().success()));
    assert_eq!(bench.run(&["auth", "list"]).out.lines().count(), names.len());
}

#[test]
fn without_a_current_profile_the_others_are_named() {
    let bench = Bench::new();
    assert_eq!(bench.login("").code, 0);
    assert_eq!(bench.login("MarketingTeam").code, 0);
    assert_eq!(bench.run(&["auth", "logout"]).code, 0);
    let expected = "error: not signed in, as no profile is the current one: run `tabctl auth switch default`, \
                    or give --profile (there is default)\n";
    for command in [["workbooks", "list"], ["auth", "status"]] {
        let ended = bench.run(&command);
        assert_eq!((ended.code, ended.err.as_str()), (4, expected));
    }
    assert_eq!(bench.run(&["auth", "switch", "default"]).code, 0);
    assert_eq!(bench.run(&["workbooks", "list"]).code, 0);
}

#[test]
fn two_profiles_with_one_token_are_named() {
    let bench = Bench::new();
    let login = |profile: &str| {
        let arguments = [
            "auth",
            "login",
            bench.sandbox.url(),
            "--token-name",
            "sandbox",
            "--profile",
            profile,
        ];
        let mut command = bench.command(&arguments);
        end(command
            .env("TABLEAU_PAT_SECRET", well_known::PAT_SECRET)
            .output()
            .unwrap())
    };
    assert!(!login("one").err.contains("warning"));
    let second = login("two");
    assert!(
        second.code == 0
            && second
                .err
                .contains("warning: one has the same personal access token"),
        "{second:?}"
    );
    assert!(!login("two").err.contains("two has"));
}
