//! Control of a sandbox by tests in other processes, and refusal of other programs.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use http::StatusCode;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::{Value, json};
use tableau_sandbox::{Redirect, Sandbox, StartError, well_known};

use crate::fixture::{password_credentials, token_credentials};

/// Status, header lines and body.
struct Answer(u16, String, String);

impl Answer {
    fn json(&self) -> Value {
        assert!(self.1.contains("content-type: application/json"), "{}", self.1);
        serde_json::from_str(&self.2).unwrap()
    }

    fn lines(&self) -> Vec<Value> {
        assert!(
            self.1.contains("content-type: application/x-ndjson"),
            "{}",
            self.1
        );
        self.2
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

fn start() -> Sandbox {
    Sandbox::builder().with_control().start().unwrap()
}

fn exchange(mut stream: impl Read + Write, line: &str, headers: &str, body: &str) -> Answer {
    let length = body.len();
    let request =
        format!("{line} HTTP/1.1\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer(status, head.to_owned(), body.to_owned())
}

fn plain(sandbox: &Sandbox) -> TcpStream {
    TcpStream::connect(sandbox.url().strip_prefix("http://").unwrap()).unwrap()
}

/// A connection over TLS.
pub(crate) fn tls(sandbox: &Sandbox) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(sandbox.ca_file().unwrap()).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connection = ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
    let address = sandbox.tls_url().unwrap().strip_prefix("https://").unwrap();
    StreamOwned::new(connection, TcpStream::connect(address).unwrap())
}

fn ask(sandbox: &Sandbox, line: &str, body: &str) -> Answer {
    exchange(plain(sandbox), line, "Host: 127.0.0.1\r\n", body)
}

/// Signs in; gives the token, or the status of the refusal.
fn sign_in(sandbox: &Sandbox, credentials: &str) -> Result<String, u16> {
    let answer = exchange(
        plain(sandbox),
        "POST /api/3.29/auth/signin",
        "Host: x\r\nAccept: application/json\r\n",
        &format!("{{\"credentials\":{credentials}}}"),
    );
    if answer.0 != 200 {
        return Err(answer.0);
    }
    let token = answer.json()["credentials"]["token"].as_str().unwrap().to_owned();
    Ok(token)
}

fn admin(sandbox: &Sandbox, site: &str) -> String {
    let credentials = token_credentials(well_known::PAT_NAME, well_known::PAT_SECRET, site);
    sign_in(sandbox, &credentials).unwrap()
}

/// The code of the refusal, if the session has ended.
fn refusal(sandbox: &Sandbox, token: &str) -> Option<String> {
    let headers = format!("Host: x\r\nX-Tableau-Auth: {token}\r\nAccept: application/json\r\n");
    let answer = exchange(plain(sandbox), "GET /api/3.29/sessions/current", &headers, "");
    Some(answer.json().pointer("/error/code")?.as_str().unwrap().to_owned())
}

#[test]
fn the_clock_moves_and_sessions_grow_old() {
    for (site, minutes) in [("", 240), ("umbrellacorp816664", 120)] {
        let sandbox = start();
        let token = admin(&sandbox, site);
        let before = sandbox.service().clock().now();
        let advance = |seconds: u64| {
            let moved = ask(
                &sandbox,
                "POST /_sandbox/clock",
                &json!({ "advance_seconds": seconds }).to_string(),
            );
            assert_eq!(moved.0, 200, "{}", moved.2);
            moved.json()
        };
        let moved = advance(minutes * 60 - 60);
        assert_eq!(moved["ahead_seconds"], minutes * 60 - 60);
        let now: jiff::Timestamp = moved["now"].as_str().unwrap().parse().unwrap();
        assert!(now.duration_since(before).as_secs() >= i64::try_from(minutes * 60 - 60).unwrap());
        assert_eq!(refusal(&sandbox, &token), None);
        advance(minutes * 60);
        assert_eq!(refusal(&sandbox, &token).as_deref(), Some("401002"));
        let clock = ask(&sandbox, "GET /_sandbox/clock", "").json();
        assert_eq!(clock["ahead_seconds"], minutes * 120 - 60);
    }
}

#[test]
fn sessions_are_listed_and_ended() {
    let sandbox = start();
    let first = admin(&sandbox, "");
    let second = admin(&sandbox, "");
    assert_eq!(refusal(&sandbox, &first).as_deref(), Some("401002"));
    let password = sign_in(&sandbox, &password_credentials("admin", "MarketingTeam")).unwrap();
    let listed = ask(&sandbox, "GET /_sandbox/sessions", "");
    assert!(
        !listed.2.contains(second.split('|').nth(1).unwrap()),
        "{}",
        listed.2
    );
    let sessions = listed.json();
    let gist: Vec<_> = sessions
        .as_array()
        .unwrap()
        .iter()
        .map(|session| {
            (
                &session["credential"],
                &session["generation"],
                &session["site"],
                &session["user"],
            )
        })
        .collect();
    let text = |text: &str| Value::from(text);
    assert_eq!(
        gist,
        [
            (
                &text("personal_access_token"),
                &2.into(),
                &text(""),
                &text("admin")
            ),
            (
                &text("password"),
                &1.into(),
                &text("MarketingTeam"),
                &text("admin")
            ),
        ]
    );
    let line = format!(
        "DELETE /_sandbox/sessions/{}",
        sessions[0]["id"].as_str().unwrap()
    );
    assert_eq!(ask(&sandbox, &line, "").json(), json!({"ended": 1}));
    assert_eq!(refusal(&sandbox, &second).as_deref(), Some("401002"));
    assert_eq!(refusal(&sandbox, &password), None);
    for unknown in [line.as_str(), "DELETE /_sandbox/sessions/x"] {
        let answer = ask(&sandbox, unknown, "");
        assert_eq!(answer.0, 404);
        assert!(answer.json()["error"].is_string());
    }
    admin(&sandbox, "");
    assert_eq!(
        ask(&sandbox, "DELETE /_sandbox/sessions", "").json(),
        json!({"ended": 2})
    );
    assert_eq!(refusal(&sandbox, &password).as_deref(), Some("401002"));
    assert_eq!(ask(&sandbox, "GET /_sandbox/sessions", "").json(), json!([]));
}

#[test]
fn the_log_has_every_request_once_over_both_sockets() {
    let sandbox = Sandbox::builder()
        .with_control()
        .listen_tls(SocketAddr::from(([127, 0, 0, 1], 0)))
        .start()
        .unwrap();
    let token = admin(&sandbox, "");
    let headers = format!("Host: localhost\r\nX-Tableau-Auth: {token}\r\n");
    let over_tls = exchange(tls(&sandbox), "GET /api/3.29/sessions/current", &headers, "");
    assert_eq!(over_tls.0, 200);
    sandbox.set_redirect(Redirect::to_https(StatusCode::TEMPORARY_REDIRECT));
    ask(&sandbox, "GET /api/2.4/serverinfo", "");
    sandbox.set_redirect(None);
    ask(&sandbox, "GET /nowhere", "");
    let long = format!("Host: x\r\nContent-Length: {}\r\n", 1024 * 1024 * 1024);
    let mut stream = plain(&sandbox);
    write!(
        stream,
        "POST /api/3.29/auth/signin HTTP/1.1\r\nConnection: close\r\n{long}\r\n"
    )
    .unwrap();
    stream.read_to_string(&mut String::new()).unwrap();
    assert_eq!(
        exchange(tls(&sandbox), "GET /_sandbox/clock", "Host: localhost\r\n", "").0,
        200
    );

    let log = ask(&sandbox, "GET /_sandbox/log", "");
    assert!(log.1.contains("sandbox-log-dropped: 0"), "{}", log.1);
    for part in token.split('|').take(2) {
        assert!(!log.2.contains(part), "{}", log.2);
    }
    let lines = log.lines();
    let gist: Vec<_> = lines
        .iter()
        .map(|entry| {
            let path = entry["path"].as_str().unwrap();
            (
                entry["n"].as_u64().unwrap(),
                path,
                entry["status"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        gist,
        [
            (1, "/api/3.29/auth/signin", 200),
            (2, "/api/3.29/sessions/current", 200),
            (3, "/api/2.4/serverinfo", 307),
            (4, "/nowhere", 404),
            (5, "/api/3.29/auth/signin", 413),
        ]
    );
    let mut keys: Vec<_> = lines[1].as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "at",
            "fault",
            "generation",
            "method",
            "n",
            "operation",
            "path",
            "query",
            "session",
            "site",
            "status",
            "user"
        ]
    );
    assert_eq!(
        (&lines[1]["user"], &lines[1]["generation"]),
        (&"admin".into(), &1.into())
    );
    assert_eq!(ask(&sandbox, "GET /_sandbox/log?since=3", "").lines(), lines[3..]);
    assert_eq!(ask(&sandbox, "GET /_sandbox/log?since=x", "").0, 400);
    assert_eq!(
        ask(&sandbox, "DELETE /_sandbox/log", "").json(),
        json!({"cleared": 5})
    );
    assert!(ask(&sandbox, "GET /_sandbox/log", "").lines().is_empty());
    assert_eq!(refusal(&sandbox, &token), None);
    assert_eq!(ask(&sandbox, "GET /_sandbox/log", "").lines()[0]["n"], 6);
}

#[test]
fn jobs_end_as_planned() {
    let sandbox = start();
    let token = admin(&sandbox, "");
    let call = |line: &str, body: &str| {
        let headers = format!(
            "Host: x\r\nX-Tableau-Auth: {token}\r\nAccept: application/json\r\nContent-Type: application/json\r\n"
        );
        exchange(plain(&sandbox), line, &headers, body).json()
    };
    let session = call("GET /api/3.29/sessions/current", "");
    let site = session["session"]["site"]["id"].as_str().unwrap();
    let workbooks = format!("/api/3.29/sites/{site}/workbooks");
    let found = call(&format!("GET {workbooks}?filter=name:eq:Superstore"), "");
    let workbook = found["workbooks"]["workbook"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for (plan, code) in [
        (
            r#"{"ending":{"fails":"The database is offline."},"waits_seconds":0,"runs_seconds":0}"#,
            1,
        ),
        (
            r#"{"ending":"is_cancelled","waits_seconds":0,"runs_seconds":0}"#,
            2,
        ),
        (r#"{"ending":"succeeds","waits_seconds":0,"runs_seconds":0}"#, 0),
    ] {
        let planned = ask(&sandbox, "POST /_sandbox/jobs", plan);
        assert_eq!((planned.0, planned.2.trim()), (200, plan));
        let job = call(&format!("POST {workbooks}/{workbook}/refresh"), "{}");
        let id = job["job"]["id"].as_str().unwrap();
        let job = &call(&format!("GET /api/3.29/sites/{site}/jobs/{id}"), "")["job"];
        assert_eq!(job["finishCode"], code, "{plan}: {job}");
        let is_told = job.to_string().contains("The database is offline.");
        assert_eq!(is_told, plan.contains("offline"), "{job}");
    }
    for wrong in [
        "",
        "{}",
        r#"{"ending":"explodes"}"#,
        r#"{"ending":"succeeds","runs":1}"#,
        r#"{"ending":{"fails":"a\u0001b"}}"#,
    ] {
        let refused = ask(&sandbox, "POST /_sandbox/jobs", wrong);
        assert_eq!(refused.0, 400, "{wrong}");
        assert!(refused.json()["error"].as_str().unwrap().contains("is_cancelled"));
    }
}

#[test]
fn a_wrong_request_gets_the_right_form() {
    let sandbox = start();
    for line in [
        "GET /_sandbox",
        "GET /_sandbox/",
        "POST /_sandbox/nothing",
        "GET /_sandbox/clock/x",
        "GET /_sandbox//clock",
    ] {
        let answer = ask(&sandbox, line, "");
        assert_eq!(answer.0, 404, "{line}");
        assert!(
            answer.json()["there_is"]
                .as_array()
                .unwrap()
                .contains(&"POST /_sandbox/clock".into())
        );
    }
    for (line, allow) in [
        ("PUT /_sandbox/clock", "GET, POST"),
        ("POST /_sandbox/log", "GET, DELETE"),
        ("GET /_sandbox/sessions/x", "DELETE"),
        ("GET /_sandbox/jobs", "POST"),
    ] {
        let answer = ask(&sandbox, line, "");
        assert_eq!(answer.0, 405, "{line}");
        assert!(answer.1.contains(&format!("allow: {allow}")), "{}", answer.1);
        assert!(answer.json()["error"].as_str().unwrap().contains(allow));
    }
    let long = format!("{{\"advance_seconds\": 1{}}}", " ".repeat(2_000_000));
    for (body, status) in [
        ("", 400),
        ("{}", 400),
        ("{\"advance_seconds\": -1}", 400),
        ("{\"advance_seconds\": 1, \"to\": 2}", 400),
        ("[", 400),
        (long.as_str(), 413),
    ] {
        let answer = ask(&sandbox, "POST /_sandbox/clock", body);
        assert_eq!(answer.0, status, "{body}");
        assert!(answer.json()["error"].is_string());
    }
    let clock = || ask(&sandbox, "GET /_sandbox/clock", "").json()["ahead_seconds"].clone();
    assert_eq!(clock(), 0);
    let most = format!("{{\"advance_seconds\": {}}}", u64::MAX);
    assert_eq!(ask(&sandbox, "POST /_sandbox/clock", &most).0, 200);
    assert_eq!(clock(), u64::MAX / 1_000_000_000);
}

#[test]
fn requests_from_browser_pages_are_refused() {
    let sandbox = start();
    for headers in [
        "",
        "Host: evil.example.com\r\n",
        "Host: 127.0.0.1.evil.example.com\r\n",
        "Host: 127.0.0.1@evil.example.com\r\n",
        "Host: 192.0.2.1\r\n",
        "Host: [2001:db8::1]\r\n",
        "Host: 127.0.0.1\r\nOrigin: http://evil.example.com\r\n",
        "Host: 127.0.0.1\r\nOrigin: null\r\n",
    ] {
        for line in [
            "GET /_sandbox/log",
            "POST /_sandbox/clock",
            "GET /_sandbox/nothing",
        ] {
            let answer = exchange(plain(&sandbox), line, headers, "{\"advance_seconds\": 1}");
            assert_eq!(answer.0, 403, "{line} {headers}");
        }
    }
    for host in [
        "127.0.0.1",
        "localhost:1",
        "LOCALHOST",
        "127.9.9.9:80",
        "[::1]:8000",
    ] {
        let answer = exchange(
            plain(&sandbox),
            "GET /_sandbox/clock",
            &format!("Host: {host}\r\n"),
            "",
        );
        assert_eq!(answer.json()["ahead_seconds"], 0, "{host}");
    }
}

#[test]
fn control_is_off_by_default() {
    let sandbox = Sandbox::start().unwrap();
    let answer = ask(&sandbox, "GET /_sandbox/clock", "");
    assert_eq!(
        (answer.0, answer.2.as_str()),
        (404, "Nothing is here. The REST API is below /api.\n")
    );
    assert_eq!(sandbox.service().log().entries().len(), 1);
    let with = start();
    assert_eq!(ask(&with, "GET /_sandboxes", "").0, 404);
    // Other requests are logged.
    assert_eq!(with.service().log().entries().len(), 1);

    let everywhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let refused = Sandbox::builder()
        .with_control()
        .listen(everywhere)
        .start()
        .unwrap_err();
    assert_eq!(refused, StartError::ControlNotOnLoopback { address: everywhere });
    assert!(refused.to_string().contains("127.0.0.1"), "{refused}");
    let refused = Sandbox::builder().with_control().listen_tls(everywhere).start();
    assert!(matches!(refused, Err(StartError::ControlNotOnLoopback { .. })));
}
