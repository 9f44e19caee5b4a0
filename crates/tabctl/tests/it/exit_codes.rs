//! The table of exit codes: one, wherever it is shown.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use support::each_at_once;

use crate::support::{Bench, end};

/// The rows of a table in the guide that has this header.
fn rows(page: &str, header: &str) -> Vec<(String, String)> {
    let (_, table) = page.split_once(header).unwrap();
    let lines = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    lines
        .map(|line| {
            let (code, meaning) = line.trim_matches(['|', ' ']).split_once(" | ").unwrap();
            (code.to_owned(), meaning.to_owned())
        })
        .collect()
}

#[test]
fn the_guide_has_the_codes_that_help_shows() {
    let guide = include_str!("../../../../docs/guide/cli.md");
    let documented = rows(guide, "| exit code | meaning |");
    let help = Bench::new().run(&["--help"]).out;
    let (_, help) = help.split_once("Exit codes:\n").unwrap();
    let shown = help
        .lines()
        .filter(|line| line.trim_start().starts_with(|c: char| c.is_ascii_digit()));
    assert_eq!(shown.count(), documented.len(), "{help}");
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for (code, meaning) in documented {
        assert!(
            help.contains(&format!("{code} {meaning}")),
            "{code} {meaning}: {help}"
        );
    }
}

/// Tableau's document of an error.
fn document(status: u16) -> String {
    format!(
        r#"<tsResponse xmlns="http://tableau.com/api"><error code="{status}000"><summary>S</summary><detail>D</detail></error></tsResponse>"#
    )
}

/// A server that lets everybody sign in, and answers everything else with one status and one body: few of them can be had from a sandbox.
fn answering(status: u16, body: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    // It ends with the test's process.
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let path = receive(&mut stream);
            let wrap = |content: &str| {
                format!(r#"<tsResponse xmlns="http://tableau.com/api">{content}</tsResponse>"#)
            };
            let (status, body) = match path.rsplit('/').next().unwrap() {
                "serverinfo" => (
                    200,
                    wrap("<serverInfo><restApiVersion>3.20</restApiVersion></serverInfo>"),
                ),
                "signin" => (
                    200,
                    wrap(
                        r#"<credentials token="t|t|s"><site id="s" contentUrl=""/><user id="u"/></credentials>"#,
                    ),
                ),
                "signout" => (204, String::new()),
                _ => (status, body.clone()),
            };
            let head = format!(
                "HTTP/1.1 {status} S\r\nConnection: close\r\nContent-Type: application/xml\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            // The receiver may be gone.
            let _ = stream.get_mut().write_all((head + &body).as_bytes());
        }
    });
    address
}

/// Reads a request, and gives its path.
fn receive(stream: &mut impl BufRead) -> String {
    let (mut path, mut length) = (String::new(), 0);
    for line in stream.lines() {
        let line = line.unwrap();
        if path.is_empty() {
            path = line.split(' ').nth(1).unwrap().to_owned();
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length: ") {
            length = value.parse().unwrap();
        }
        if line.is_empty() {
            break;
        }
    }
    stream.take(length).read_to_end(&mut Vec::new()).unwrap();
    path
}

#[test]
fn every_status_has_its_code() {
    let statuses = [
        (400, 1, "badRequest"),
        (401, 4, "sessionEnded"),
        (403, 5, "forbidden"),
        (404, 3, "notFound"),
        (408, 10, "server"),
        (409, 6, "conflict"),
        (429, 10, "tooManyRequests"),
        (500, 10, "server"),
        (503, 10, "server"),
    ];
    each_at_once(statuses, |(status, code, kind)| {
        let bench = Bench::new();
        let server = answering(status, document(status));
        for arguments in [
            &["api", "sites/s/groups"][..],
            &["call", "workbooks.list"],
            &["workbooks", "list"],
        ] {
            let mut command = bench.command(arguments);
            command.args(["--json", "--server", &server]);
            command
                .env("TABLEAU_PAT_NAME", "ci")
                .env("TABLEAU_PAT_SECRET", "x");
            let ended = end(command.output().unwrap());
            // A request by hand gets what the server sent with its refusal.
            let printed = match arguments {
                ["api", ..] => document(status) + "\n",
                _ => String::new(),
            };
            assert_eq!((ended.code, ended.out.as_str()), (code, &*printed), "{ended:?}");
            let error: serde_json::Value = serde_json::from_str(&ended.err).unwrap();
            assert_eq!(error["error"]["kind"], kind, "{ended:?}");
            assert_eq!(error["error"]["status"], status);
            assert_eq!(error["error"]["exitCode"], code);
        }
    });
}

/// The sender of the answer: the server, one of its newer services, or an intermediary.
#[test]
fn the_codes_hold_by_the_status() {
    let statuses = [
        (400, 1),
        (401, 4),
        (403, 5),
        (404, 3),
        (407, 1),
        (408, 10),
        (409, 6),
        (418, 1),
        (429, 10),
        (502, 10),
    ];
    each_at_once(statuses, |(status, code)| {
        let bench = Bench::new();
        for body in [
            "",
            "<html><body>Not here</body></html>",
            "plain words",
            r#"{"message":"No."}"#,
            r#"{"errorCode":"1","message":"No."}"#,
            "<tsResponse><message>No.</message></tsResponse>",
        ] {
            let server = answering(status, body.to_owned());
            let mut command = bench.command(&["workbooks", "list", "--json", "--server", &server]);
            command
                .env("TABLEAU_PAT_NAME", "ci")
                .env("TABLEAU_PAT_SECRET", "x");
            let ended = end(command.output().unwrap());
            assert_eq!(ended.code, code, "{body}: {ended:?}");
            let error: serde_json::Value = serde_json::from_str(&ended.err).unwrap();
            assert_eq!(error["error"]["status"], status, "{ended:?}");
            if body.contains("No.") {
                assert!(ended.err.contains("No."), "{ended:?}");
            }
        }
    });
}
