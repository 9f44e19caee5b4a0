//! Which credentials, which site and which secret are used: a case for each pair of sources.

use std::process::Command;

use serde_json::Value;
use tableau_client::ConnectedApp;
use tableau_sandbox::well_known;

use crate::support::{Bench, end};

/// The table of `--help`, which the guide has too.
const TABLE: &str = include_str!("../../src/args/precedence.txt");

/// A source of credentials: how a command comes to have it, and what `auth status --json` says if it is used.
struct Source {
    /// What the table begins its line with.
    name: &'static str,
    set: fn(&mut Command),
    used: [&'static str; 3],
}

/// In the order of the table. Each signs in as another user, or with something else.
const SOURCES: [Source; 7] = [
    Source {
        name: "--profile",
        set: |command| {
            command.args(["--profile", "typed"]);
        },
        used: ["--profile", "personal-access-token", "sandbox"],
    },
    Source {
        name: "TABLEAU_PAT_NAME",
        set: |command| {
            command.env("TABLEAU_PAT_NAME", well_known::PAT_NAME);
            command.env("TABLEAU_PAT_SECRET", well_known::PAT_SECRET);
        },
        used: ["TABLEAU_PAT_NAME", "personal-access-token", "sandbox"],
    },
    Source {
        name: "TABLEAU_USERNAME",
        set: |command| {
            command.env("TABLEAU_USERNAME", well_known::ADMIN);
            command.env("TABLEAU_PASSWORD", well_known::PASSWORD);
        },
        used: ["TABLEAU_USERNAME", "password", "admin"],
    },
    Source {
        name: "TABLEAU_CONNECTED_APP_CLIENT_ID",
        set: |command| {
            let id = well_known::CONNECTED_APP_CLIENT_ID;
            command.env("TABLEAU_CONNECTED_APP_CLIENT_ID", id);
            command.env(
                "TABLEAU_CONNECTED_APP_SECRET_ID",
                well_known::CONNECTED_APP_SECRET_ID,
            );
            command.env(
                "TABLEAU_CONNECTED_APP_SECRET_VALUE",
                well_known::CONNECTED_APP_SECRET_VALUE,
            );
            command.env("TABLEAU_JWT_SUB", well_known::ADMIN);
        },
        used: [
            "TABLEAU_CONNECTED_APP_CLIENT_ID",
            "connected-app",
            well_known::CONNECTED_APP_CLIENT_ID,
        ],
    },
    Source {
        name: "TABLEAU_JWT",
        set: |command| {
            command.env("TABLEAU_JWT", jwt());
        },
        used: ["TABLEAU_JWT", "jwt", ""],
    },
    Source {
        name: "TABLEAU_PROFILE",
        set: |command| {
            command.env("TABLEAU_PROFILE", "set");
        },
        used: ["TABLEAU_PROFILE", "password", "admin"],
    },
    Source {
        name: "the current profile",
        set: |_| {},
        used: ["current profile", "password", "anita.silva"],
    },
];

/// A JWT that is good for one sign-in.
fn jwt() -> String {
    let app = ConnectedApp::new(
        well_known::CONNECTED_APP_CLIENT_ID,
        well_known::CONNECTED_APP_SECRET_ID,
        well_known::CONNECTED_APP_SECRET_VALUE,
        well_known::ADMIN,
    );
    let jwt = app.mint(std::time::SystemTime::now()).unwrap();
    jwt.expose().to_owned()
}

fn login(bench: &Bench, profile: &str, user: &str) {
    let url = bench.sandbox.url();
    let mut command = bench.command(&["auth", "login", url, "--profile", profile, "--username", user]);
    let ended = end(command
        .env("TABLEAU_PASSWORD", well_known::PASSWORD)
        .output()
        .unwrap());
    assert_eq!(ended.code, 0, "{ended:?}");
}

#[test]
fn sources_of_credentials_follow_the_precedence_table() {
    let numbered = TABLE
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split_once("  "));
    let lines: Vec<_> = numbered
        .filter(|(number, _)| number.parse::<u32>().is_ok())
        .collect();
    assert_eq!(lines.len(), SOURCES.len());
    for (source, (_, line)) in SOURCES.iter().zip(lines) {
        assert!(line.starts_with(source.name), "{line}");
    }

    let bench = Bench::new();
    let url = bench.sandbox.url();
    let arguments = [
        "auth",
        "login",
        url,
        "--profile",
        "typed",
        "--token-name",
        "sandbox",
    ];
    let mut command = bench.command(&arguments);
    let ended = end(command
        .env("TABLEAU_PAT_SECRET", well_known::PAT_SECRET)
        .output()
        .unwrap());
    assert_eq!(ended.code, 0, "{ended:?}");
    login(&bench, "set", well_known::ADMIN);
    // The last is the current one.
    login(&bench, "remembered", "anita.silva");

    for (at, first) in SOURCES.iter().enumerate() {
        // Itself, for alone.
        for second in &SOURCES[at..] {
            let mut command = bench.command(&["auth", "status", "--json"]);
            command.env("TABLEAU_SERVER_URL", url);
            (first.set)(&mut command);
            if first.name != second.name {
                (second.set)(&mut command);
            }
            let ended = end(command.output().unwrap());
            let case = format!("{} and {}: {ended:?}", first.name, second.name);
            assert_eq!(ended.code, 0, "{case}");
            let status: Value = serde_json::from_str(&ended.out).unwrap();
            let used = ["/source", "/credential/kind", "/credential/name"];
            let used = used.map(|pointer| status.pointer(pointer).and_then(Value::as_str).unwrap_or(""));
            assert_eq!(used, first.used, "{case}");
        }
    }
}

/// Names a site to a command that may have some already.
type Name = fn(&Bench, &mut Command, &str);

#[test]
fn ways_to_name_a_site_follow_the_precedence_table() {
    let address = |bench: &Bench, site: &str| match site {
        "" => format!("{}/#/home", bench.sandbox.url()),
        _ => format!("{}/#/site/{site}/home", bench.sandbox.url()),
    };
    let ways: [(&str, Name); 4] = [
        ("--site", |_, command, site| {
            command.args(["--site", site]);
        }),
        ("--server", |bench, command, site| {
            command
                .arg("--server")
                .arg(format!("{}/#/site/{site}", bench.sandbox.url()));
        }),
        ("TABLEAU_SITE_NAME", |_, command, site| {
            command.env("TABLEAU_SITE_NAME", site);
        }),
        ("TABLEAU_SERVER_URL", |bench, command, site| {
            let address = format!("{}/#/site/{site}", bench.sandbox.url());
            command.env("TABLEAU_SERVER_URL", address);
        }),
    ];
    let bench = Bench::new();
    assert_eq!(bench.login("").code, 0);
    let site_of = |command: &mut Command| {
        let ended = end(command.output().unwrap());
        assert_eq!(ended.code, 0, "{ended:?}");
        let log = bench.sandbox.service().log().entries();
        let list = log
            .iter()
            .rev()
            .find(|entry| entry.operation.as_deref() == Some("workbooks.list"));
        list.unwrap().site.clone().unwrap()
    };
    let list = ["workbooks", "list", "--limit", "1"];
    assert_eq!(site_of(&mut bench.command(&list)), "");
    for (at, (first, name)) in ways.iter().enumerate() {
        // Against the profile alone, and against each of those behind it.
        let mut alone = bench.command(&list);
        name(&bench, &mut alone, well_known::MARKETING_SITE);
        assert_eq!(site_of(&mut alone), well_known::MARKETING_SITE, "{first}");
        for (second, other) in &ways[at + 1..] {
            let mut both = bench.command(&list);
            other(&bench, &mut both, well_known::CLOUD_SITE);
            name(&bench, &mut both, well_known::MARKETING_SITE);
            assert_eq!(
                site_of(&mut both),
                well_known::MARKETING_SITE,
                "{first} and {second}"
            );
        }
    }
    // A profile that is named brings its place along.
    let mut named = bench.command(&[&list[..], &["--profile", "default"]].concat());
    named.env("TABLEAU_SITE_NAME", well_known::MARKETING_SITE);
    named.env("TABLEAU_SERVER_URL", "https://elsewhere.example");
    assert_eq!(site_of(&mut named), "");
    let typed = address(&bench, well_known::MARKETING_SITE);
    let mut typed = bench.command(&[&list[..], &["--profile", "default", "--server", &typed]].concat());
    assert_eq!(site_of(&mut typed), well_known::MARKETING_SITE);
}

/// Gives a command the right secret, or a wrong one.
type Give<'a> = &'a dyn Fn(&mut Command, bool);

#[test]
fn sources_of_secrets_follow_the_precedence_table() {
    let bench = Bench::new();
    let write = |name: &str, text: &str| {
        let file = bench.folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let right = write("right", &format!("{}\n", well_known::PAT_SECRET));
    let wrong = write("wrong", "of-no-use\n");
    let kinds: [Give<'_>; 3] = [
        &|command, is_right| {
            command.args(["--token-file", if is_right { &right } else { &wrong }]);
        },
        &|command, is_right| {
            let secret = if is_right {
                well_known::PAT_SECRET
            } else {
                "of-no-use"
            };
            command.env("TABLEAU_PAT_SECRET", secret);
        },
        &|command, is_right| {
            command.env("TABLEAU_PAT_SECRET_FILE", if is_right { &right } else { &wrong });
        },
    ];
    for (at, first) in kinds.iter().enumerate() {
        for second in &kinds[at + 1..] {
            for is_right in [true, false] {
                let login = ["auth", "login", bench.sandbox.url(), "--token-name", "sandbox"];
                let mut command = bench.command(&login);
                second(&mut command, !is_right);
                first(&mut command, is_right);
                let ended = end(command.output().unwrap());
                assert_eq!(ended.code, if is_right { 0 } else { 4 }, "{ended:?}");
            }
        }
    }
}

#[test]
fn every_name_of_a_variable_is_read() {
    let bench = Bench::new();
    let status = |server: &str, site: &str, name: &str, secret: &str, content_url: &str| {
        let mut command = bench.command(&["auth", "status", "--json"]);
        command.env(server, bench.sandbox.url()).env(site, content_url);
        command
            .env(name, well_known::PAT_NAME)
            .env(secret, well_known::PAT_SECRET);
        let ended = end(command.output().unwrap());
        assert_eq!(ended.code, 0, "{server} {site} {name} {secret}: {ended:?}");
        let status: Value = serde_json::from_str(&ended.out).unwrap();
        status["site"].as_str().unwrap().to_owned()
    };
    let ours = [
        "TABLEAU_SERVER_URL",
        "TABLEAU_SITE_NAME",
        "TABLEAU_PAT_NAME",
        "TABLEAU_PAT_SECRET",
    ];
    for (at, others) in [
        (0, &["TABLEAU_SERVER", "TABLEAU_BASE_URL", "TABLEAU_HOST"][..]),
        (1, &["TABLEAU_SITE", "TABLEAU_CONTENT_URL", "TABLEAU_SITE_ID"]),
        (2, &["TABLEAU_TOKEN_NAME", "TABLEAU_PERSONAL_ACCESS_TOKEN_NAME"]),
        (
            3,
            &[
                "TABLEAU_PAT_VALUE",
                "TABLEAU_TOKEN_VALUE",
                "TABLEAU_PERSONAL_ACCESS_TOKEN_SECRET",
            ],
        ),
    ] {
        for other in others {
            let mut names = ours;
            names[at] = other;
            let [server, site, name, secret] = names;
            let site = status(server, site, name, secret, well_known::MARKETING_SITE);
            assert_eq!(site, well_known::MARKETING_SITE, "{names:?}");
        }
    }
    // An identifier is no content URL.
    let luid = "f6f74fde-9c91-414c-9196-8d70e91a49c1";
    assert_eq!(status(ours[0], "TABLEAU_SITE_ID", ours[2], ours[3], luid), "");
}

#[test]
fn half_of_a_pair_is_a_usage_error() {
    let bench = Bench::new();
    for (set, missing) in [
        ("TABLEAU_PAT_NAME", "TABLEAU_PAT_SECRET"),
        ("TABLEAU_PAT_SECRET", "TABLEAU_PAT_NAME"),
        ("TABLEAU_USERNAME", "TABLEAU_PASSWORD"),
        ("TABLEAU_PASSWORD", "TABLEAU_USERNAME"),
        (
            "TABLEAU_CONNECTED_APP_CLIENT_ID",
            "TABLEAU_CONNECTED_APP_SECRET_VALUE",
        ),
    ] {
        let mut command = bench.command(&["workbooks", "list"]);
        let ended = end(command.env(set, "x").output().unwrap());
        let error = format!("error: {set} is set, and {missing} is not: both are needed, or neither\n");
        assert_eq!((ended.code, ended.err), (2, error));
    }
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_utf8_is_a_usage_error() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let bench = Bench::new();
    let no_text = OsStr::from_bytes(b"\xff");
    for name in [
        "TABLEAU_PROFILE",
        "TABLEAU_SITE",
        "TABLEAU_CONFIG_DIR",
        "TABLEAU_PAT_SECRET",
    ] {
        let mut command = bench.command(&["auth", "list"]);
        let ended = end(command.env(name, no_text).output().unwrap());
        let error = format!("error: {name} is not valid UTF-8: change it or unset it\n");
        assert_eq!((ended.code, ended.err), (2, error));
    }
    // Those of other programs are none of its business.
    let mut command = bench.command(&["auth", "list"]);
    assert_eq!(end(command.env("OTHER", no_text).output().unwrap()).code, 0);
}

#[test]
fn the_table_is_in_the_help_and_in_the_guide() {
    let bench = Bench::new();
    let help = bench.run(&["auth", "login", "--help"]).out;
    assert!(help.ends_with(TABLE), "{help}");
    let guide = include_str!("../../../../docs/guide/cli.md");
    assert!(guide.contains(TABLE));
}

#[test]
fn status_uses_the_same_server_and_site_as_other_commands() {
    let bench = Bench::new();
    assert_eq!(bench.login("").code, 0);
    let run = |arguments: &[&str], variable: &str, value: &str| {
        end(bench.command(arguments).env(variable, value).output().unwrap())
    };
    let elsewhere = ("TABLEAU_SERVER_URL", "http://127.0.0.1:1");
    let failed = run(&["workbooks", "list"], elsewhere.0, elsewhere.1);
    let status = run(&["auth", "status"], elsewhere.0, elsewhere.1);
    assert!(
        failed.err.contains("not signed in to http://127.0.0.1:1"),
        "{failed:?}"
    );
    assert_eq!((status.code, &status.err), (4, &failed.err), "{status:?}");

    let site = |variable: &str, value: &str| {
        let status = run(&["auth", "status", "--json"], variable, value);
        assert_eq!(status.code, 0, "{status:?}");
        let status: Value = serde_json::from_str(&status.out).unwrap();
        (status["site"].clone(), status["session"]["isOpen"].clone())
    };
    assert_eq!(
        site("TABLEAU_SITE_NAME", "MarketingTeam"),
        ("MarketingTeam".into(), false.into())
    );
    assert_eq!(site("TABLEAU_SITE_NAME", ""), ("".into(), true.into()));
}

#[test]
fn option_help_states_the_precedence_of_its_variable() {
    let help = Bench::new().run(&["workbooks", "list", "--help"]).out;
    let words: Vec<_> = help.split_whitespace().collect();
    let expected = "without it TABLEAU_PROFILE names one, unless the environment has credentials";
    assert!(words.join(" ").contains(expected), "{help}");
}
