//! What people give a command that others made for them: addresses, sites, files of Windows, messages, variables.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use serde_json::{Value, json};
use tableau_sandbox::well_known;

use crate::support::{Bench, end};

#[test]
fn addresses_of_a_browser_name_the_server_and_the_site() {
    let bench = Bench::new();
    for (pasted, server, site) in [
        (
            "https://tableau.invalid/pulse/site/acme/insights",
            "https://tableau.invalid",
            "acme",
        ),
        (
            "https://tableau.invalid/vizql/t/acme/w/A/v/B",
            "https://tableau.invalid",
            "acme",
        ),
        (
            "tableau.invalid/trusted/x/t/acme/views/A/B",
            "https://tableau.invalid",
            "acme",
        ),
        (
            "https://tableau.invalid/#/Site/acme/explore",
            "https://tableau.invalid",
            "acme",
        ),
        ("https://tableau.invalid/projects", "https://tableau.invalid", ""),
        (
            "https://tableau.invalid/metadata/graphiql",
            "https://tableau.invalid",
            "",
        ),
        (
            "https://tableau.invalid/gate/site/acme",
            "https://tableau.invalid/gate",
            "acme",
        ),
        ("http//tableau.invalid", "http://tableau.invalid", ""),
        ("https://http://tableau.invalid", "http://tableau.invalid", ""),
    ] {
        let ended = bench.run(&["auth", "doctor", "--json", "--server", pasted]);
        let report: Value = serde_json::from_str(&ended.out).unwrap();
        assert_eq!(
            (&report["server"], &report["site"]),
            (&json!(server), &json!(site)),
            "{pasted}"
        );
    }
}

#[test]
fn a_site_may_be_given_as_an_address_or_a_path() {
    let bench = Bench::new();
    for site in [
        "https://tableau.invalid/#/site/MarketingTeam/workbooks",
        "https://tableau.invalid/t/MarketingTeam/views/A/B",
        "/t/MarketingTeam",
        "#/site/MarketingTeam",
        "MarketingTeam/",
        "/MarketingTeam",
    ] {
        let list = ["workbooks", "list", "--limit", "1", "--json"];
        let mut typed = bench.with_token(&list);
        typed.args(["--site", site]);
        let mut set = bench.with_token(&list);
        set.env("TABLEAU_SITE_NAME", site);
        for mut command in [typed, set] {
            let ended = end(command.output().unwrap());
            assert_eq!(ended.code, 0, "{site}: {ended:?}");
        }
    }
    // What names no site is explained.
    let mut command = bench.with_token(&["workbooks", "list", "--site", "https://tableau.invalid"]);
    let ended = end(command.output().unwrap());
    assert_eq!(ended.code, 4, "{ended:?}");
    assert!(ended.err.contains("looks like an address"), "{ended:?}");
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(bytes).collect()
}

#[test]
fn secrets_are_read_as_windows_writes_them() {
    let line = format!("{}\r\n", well_known::PAT_SECRET);
    for bytes in [
        format!("\u{feff}{line}").into_bytes(),
        utf16(&line, u16::to_le_bytes),
        utf16(&line, u16::to_be_bytes),
    ] {
        let bench = Bench::new();
        let file = bench.folder.path().join("token.txt");
        fs::write(&file, bytes).unwrap();
        let file = file.to_str().unwrap();
        let login = [
            "auth",
            "login",
            bench.sandbox.url(),
            "--token-name",
            well_known::PAT_NAME,
        ];
        let ended = bench.run(&[&login[..], &["--token-file", file]].concat());
        assert_eq!(ended.code, 0, "{ended:?}");
    }
    let bench = Bench::new();
    let mut command = bench.with_token(&["workbooks", "list", "--limit", "1"]);
    command.env(
        "TABLEAU_PAT_SECRET",
        format!("\u{feff}{}", well_known::PAT_SECRET),
    );
    let ended = end(command.output().unwrap());
    assert_eq!(ended.code, 0, "{ended:?}");
    let file = bench.folder.path().join("odd.txt");
    fs::write(&file, b"s\0e\0c\0r\0e\0t\0").unwrap();
    let mut command = bench.with_token(&["workbooks", "list"]);
    command
        .env_remove("TABLEAU_PAT_SECRET")
        .env("TABLEAU_PAT_SECRET_FILE", &file);
    let ended = end(command.output().unwrap());
    assert!(ended.code != 0 && ended.err.contains("UTF-16"), "{ended:?}");
}

#[test]
fn a_session_of_tabcmd_is_read_with_members_of_other_types() {
    let bench = Bench::new();
    let secret = bench.folder.path().join("secret");
    fs::write(&secret, well_known::PAT_SECRET).unwrap();
    let file = bench.folder.path().join("remembered.json");
    let session = json!({"tableau_auth": [{
        "server": bench.sandbox.url(), "site_name": 5, "username": {}, "personal_access_token_name": well_known::PAT_NAME,
        "personal_access_token": null, "token_file": secret, "last_login_using": "token", "no_certcheck": "true",
        "certificate": [], "proxy": {"https": "http://p.invalid"}
    }]});
    let mut session = session.to_string().replace("\"site_name\":5", "\"site_name\":[]");
    session.insert(0, '\u{feff}');
    fs::write(&file, session).unwrap();
    let ended = bench.run(&["auth", "import", "tabcmd", "--file", file.to_str().unwrap()]);
    assert_eq!(ended.code, 0, "{ended:?}");
    for said in ["the secret is read from", "--no-certcheck", "HTTPS_PROXY"] {
        assert!(ended.err.contains(said), "{said}: {ended:?}");
    }
}

#[test]
fn codes_are_explained_wherever_a_text_has_them() {
    let bench = Bench::new();
    for (text, code) in [
        ("result: {errors: [{code: 10083}]}", "10083"),
        ("Error Code 10085", "10085"),
        ("errorCode=16", "16"),
        ("{\"code\":\"127\"}", "127"),
        ("10081", "10081"),
    ] {
        let ended = bench.run(&["auth", "explain", text]);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{text}: {ended:?}");
        assert!(ended.out.starts_with(code), "{text}: {ended:?}");
    }
    let ended = bench.run(&["auth", "explain", "16 of 127 views"]);
    assert_eq!(ended.code, 2, "{ended:?}");
}

/// Answers in plain HTTP, whatever it is asked.
fn plain_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    // It ends with the test's process.
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 512]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        }
    });
    address
}

#[test]
fn what_is_wrong_with_a_proxy_is_said_of_the_proxy() {
    let bench = Bench::new();
    let proxy = plain_server();
    for (variable, value, says) in [
        ("HTTPS_PROXY", format!("https://{proxy}"), "does not speak TLS"),
        (
            "HTTPS_PROXY",
            format!(" http://{proxy}"),
            "HTTPS_PROXY cannot be read",
        ),
        (
            "https_proxy",
            format!("http://corp\\ann:s3cret@{proxy}"),
            "https_proxy cannot be read",
        ),
        (
            "ALL_PROXY",
            "http://not a proxy".to_owned(),
            "ALL_PROXY cannot be read",
        ),
    ] {
        let mut command = bench.with_token(&["workbooks", "list", "--server", "https://tableau.invalid"]);
        let ended = end(command.env(variable, &value).output().unwrap());
        assert_eq!(ended.code, 11, "{value}: {ended:?}");
        assert!(
            ended.err.contains(says) && ended.err.contains("proxy"),
            "{value}: {ended:?}"
        );
        assert!(
            !ended.err.contains("s3cret") && !ended.err.contains("no host"),
            "{value}: {ended:?}"
        );
        // A host that goes without a proxy does not need one that can be read.
        let mut command = bench.with_token(&["workbooks", "list", "--server", "https://tableau.invalid"]);
        command.env(variable, &value).env("NO_PROXY", "tableau.invalid");
        let ended = end(command.output().unwrap());
        assert!(
            ended.err.contains("no host called tableau.invalid"),
            "{value}: {ended:?}"
        );
    }
}

#[test]
fn items_of_a_list_are_objects_in_json_one_or_several_at_a_time() {
    let bench = Bench::new();
    let create = |intervals: &[&str]| {
        let mut arguments = vec![
            "schedules",
            "create",
            "--name",
            "Twice",
            "--type",
            "Extract",
            "--priority",
            "50",
        ];
        arguments.extend([
            "--frequency",
            "Weekly",
            "--frequencyDetails.start",
            "06:00:00",
            "--dry-run",
        ]);
        for interval in intervals {
            arguments.extend(["--frequencyDetails.intervals.interval", interval]);
        }
        bench.run_with_token(&arguments)
    };
    let (monday, friday) = (r#"{"weekDay":"Monday"}"#, r#"{"weekDay":"Friday"}"#);
    let both = format!("[{monday},{friday}]");
    let one_by_one = create(&[monday, friday]);
    assert!(one_by_one.out.contains(&both), "{one_by_one:?}");
    assert_eq!(create(&[&both]).out, one_by_one.out);
    // What names an item is enough, whatever it begins with.
    for (label, body) in [
        ("[draft]", "[draft]"),
        ("[1,2]", "[1,2]"),
        ("{a", ""),
        (r#"[{"label":"a""#, ""),
    ] {
        let tag = [
            "workbooks",
            "add-tags",
            "Samples/Superstore",
            "--tag",
            label,
            "--dry-run",
            "--json",
        ];
        let tagged = bench.run_with_token(&tag);
        assert_eq!(tagged.code, if body.is_empty() { 2 } else { 0 }, "{tagged:?}");
        assert!(tagged.out.contains(body), "{tagged:?}");
    }
    let safe = [
        "call",
        "extensions.updateSiteSettings",
        "--safeList",
        "https://x.example.com/e",
        "--dry-run",
    ];
    let safe = bench.run_with_token(&safe);
    assert!(
        safe.out.contains(r#"{"url":"https://x.example.com/e"}"#),
        "{safe:?}"
    );
    let refused = create(&["Monday"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(
        refused
            .err
            .contains("an object in JSON with minutes, hours, weekDay, monthDay"),
        "{refused:?}"
    );
}
