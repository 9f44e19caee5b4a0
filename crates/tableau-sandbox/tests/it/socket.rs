//! The server on its port, and its ready document.

use std::io::{Read, Write};
use std::net::TcpStream;

use tableau_sandbox::{Ready, Sandbox, StartError, well_known};

/// Sends bytes and reads until the server closes.
fn exchange(sandbox: &Sandbox, request: &str) -> String {
    let mut stream = TcpStream::connect(sandbox.url().strip_prefix("http://").unwrap()).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn it_answers_on_its_port_until_it_stops() {
    let sandbox = Sandbox::start().unwrap();
    let answer = exchange(
        &sandbox,
        "GET /api/2.4/serverInfo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(
        answer.contains("content-type: application/xml;charset=UTF-8"),
        "{answer}"
    );
    assert!(
        answer.contains("<restApiVersion>3.29</restApiVersion>"),
        "{answer}"
    );
    let page = exchange(&sandbox, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    for text in [
        sandbox.url(),
        well_known::PAT_NAME,
        well_known::PAT_SECRET,
        "MarketingTeam",
        "text/plain",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let nothing = exchange(
        &sandbox,
        "GET /favicon.ico HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    assert!(nothing.starts_with("HTTP/1.1 404 Not Found\r\n"), "{nothing}");
    let address = sandbox.url().strip_prefix("http://").unwrap().to_owned();
    // An open connection does not delay the stop.
    let idle = TcpStream::connect(&address).unwrap();
    sandbox.stop();
    drop(idle);
    assert!(TcpStream::connect(&address).is_err());
}

#[test]
fn a_body_that_is_too_large_is_refused() {
    let sandbox = Sandbox::start().unwrap();
    let request = format!(
        "POST /api/3.29/auth/signin HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        66 * 1024 * 1024
    );
    let answer = exchange(&sandbox, &request);
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("413000"), "{answer}");
}

#[tokio::test]
async fn it_starts_inside_a_runtime_too() {
    let sandbox = Sandbox::start().unwrap();
    let service = sandbox.service();
    let session = crate::fixture::admin(&service, "").await;
    let path = format!("sites/{}/workbooks", session.site);
    let list = crate::fixture::get(&service, &session.token, &path).await.ok();
    let url = list["workbooks"]["workbook"][0]["webpageUrl"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(url, format!("{}/#/workbooks/1", sandbox.url()));
}

#[test]
fn an_address_that_is_taken_is_refused() {
    let first = Sandbox::start().unwrap();
    let address = first.url().strip_prefix("http://").unwrap().parse().unwrap();
    let refused = Sandbox::builder().listen(address).start().unwrap_err();
    assert!(matches!(refused, StartError::Listen { .. }), "{refused}");
}

#[test]
fn ready_has_the_agreed_shape() {
    let sandbox = Sandbox::start().unwrap();
    let ready = sandbox.ready();
    let json = serde_json::to_value(&ready).unwrap();
    let mut keys: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "caFile",
            "connectedApps",
            "personalAccessTokens",
            "productVersion",
            "rest",
            "restApiVersion",
            "restTls",
            "sites",
            "tsm",
            "tsmAccount",
            "users"
        ]
    );
    for null in ["restTls", "tsm", "caFile", "tsmAccount"] {
        assert!(json[null].is_null(), "{null}");
    }
    assert_eq!(json["rest"], sandbox.url());
    assert_eq!(
        (&json["productVersion"], &json["restApiVersion"]),
        (&"2026.2.0".into(), &"3.29".into())
    );
    assert_eq!(
        json["connectedApps"][1],
        serde_json::json!({
            "clientId": well_known::CONNECTED_APP_CLIENT_ID,
            "secretId": well_known::CONNECTED_APP_SECRET_ID,
            "secretValue": well_known::CONNECTED_APP_SECRET_VALUE,
            "site": "MarketingTeam",
        })
    );
    assert_eq!(json["sites"][1]["contentUrl"], "MarketingTeam");
    let admin = &json["users"][0];
    assert_eq!(
        (&admin["name"], &admin["password"], &admin["siteRole"]),
        (
            &"admin".into(),
            &"tabctl-sandbox".into(),
            &"ServerAdministrator".into()
        )
    );
    assert_eq!(
        admin["sites"],
        serde_json::json!(["", "MarketingTeam", "umbrellacorp816664"])
    );
    assert_eq!(
        json["personalAccessTokens"][0],
        serde_json::json!({"name": "sandbox", "secret": well_known::PAT_SECRET, "user": "admin"})
    );
    let back: Ready = serde_json::from_value(json).unwrap();
    assert_eq!(back, ready);
}

#[test]
fn ready_is_written_whole_and_alone() {
    let sandbox = Sandbox::start().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ready.json");
    std::fs::write(&path, "old").unwrap();
    sandbox.ready().write_to(&path).unwrap();
    let read: Ready = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(read, sandbox.ready());
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    assert!(
        sandbox
            .ready()
            .write_to(&directory.path().join("nowhere").join("x"))
            .is_err()
    );
    assert!(sandbox.ready().write_to(std::path::Path::new("/")).is_err());
}

#[test]
fn nothing_secret_is_shown() {
    let sandbox = Sandbox::start().unwrap();
    let builder = Sandbox::builder();
    let shown = format!(
        "{sandbox:?} {:?} {:?} {:?} {builder:?}",
        sandbox.service(),
        sandbox.ready(),
        sandbox.service().clock()
    );
    assert!(!shown.contains(well_known::PASSWORD), "{shown}");
    assert!(!shown.contains("s4ndb0x"), "{shown}");
}

/// How many files this process may have open, where that can be told.
fn open_files() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find(|line| line.starts_with("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().nth(3));
    soft.and_then(|soft| soft.parse().ok()).unwrap_or(0)
}

/// Clients that have sent a part of a request only, as those do that send a byte a second.
#[test]
fn slow_connections_do_not_keep_others_from_being_served() {
    // Each takes two open files of this process, which a system may not grant.
    let slow = if open_files() > 2_500 { 1_000 } else { 200 };
    let sandbox = Sandbox::start().unwrap();
    let address = sandbox.url().strip_prefix("http://").unwrap();
    let head = "GET /api/2.4/serverInfo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let (begin, rest) = head.split_at(12);
    let mut slow: Vec<_> = (0..slow)
        .map(|_| {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(begin.as_bytes()).unwrap();
            stream
        })
        .collect();
    for _ in 0..10 {
        assert!(exchange(&sandbox, head).starts_with("HTTP/1.1 200 OK\r\n"));
    }
    // They are answered once they have sent the rest.
    for stream in &mut slow {
        stream.write_all(rest.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    }
}
