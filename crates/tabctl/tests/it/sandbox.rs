//! `tabctl sandbox` and `tabctl demo`.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use serde_json::Value;
use tableau_client::{Client, ErrorKind, UnifiedAccessToken};
use tableau_sandbox::well_known;
use tempfile::TempDir;

use crate::support::{Bench, end};

#[test]
fn the_demo_shows_each_exchange_and_no_secret() {
    let bench = Bench::new();
    let ended = bench.run(&["demo"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{ended:?}");
    let expected = [
        "GET  /api/2.4/serverinfo → 200",
        "POST /api/3.29/auth/signin → 200",
        "/workbooks?pageNumber=1&pageSize=1000 → 200",
        "… and 28 more, 40 in all",
        " → 401",
        "POST /api/3.29/auth/signin → 200",
        " → 200",
        "POST /api/3.29/auth/signout → 204",
        "\n    tabctl auth login https://your-server.example.com\n",
    ];
    let mut rest = ended.out.as_str();
    for line in expected {
        rest = rest
            .split_once(line)
            .unwrap_or_else(|| panic!("{line} in {}", ended.out))
            .1;
    }
}

/// A sandbox in a process of its own, ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(folder: &Path, arguments: &[&str]) -> (Running, Value) {
    let file = folder.join("ready.json");
    let _ = std::fs::remove_file(&file);
    let mut command = Command::new(env!("CARGO_BIN_EXE_tabctl"));
    command
        .args(["sandbox", "--listen", "127.0.0.1:0", "--ready-file"])
        .arg(&file)
        .args(arguments);
    let log = std::fs::File::create(folder.join("log")).unwrap();
    let mut running = Running(command.stderr(log).spawn().unwrap());
    let deadline = Instant::now() + Duration::from_secs(60);
    while !file.exists() {
        assert!(Instant::now() < deadline, "the sandbox does not get ready");
        assert!(running.0.try_wait().unwrap().is_none(), "the sandbox has ended");
        std::thread::yield_now();
    }
    // It is written by rename: once it is there, it is whole.
    let ready = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    (running, ready)
}

fn tabctl(ready: &Value, arguments: &[&str]) -> crate::support::Ended {
    let token = &ready["personalAccessTokens"][0];
    let mut command = Command::new(env!("CARGO_BIN_EXE_tabctl"));
    command
        .args(arguments)
        .env("TABLEAU_SERVER_URL", ready["rest"].as_str().unwrap())
        .env("TABLEAU_PAT_NAME", token["name"].as_str().unwrap())
        .env("TABLEAU_PAT_SECRET", token["secret"].as_str().unwrap());
    end(command.output().unwrap())
}

#[cfg(unix)]
fn signal(running: &mut Running, name: &str) -> Option<i32> {
    let done = Command::new("kill")
        .args([name, &running.0.id().to_string()])
        .status()
        .unwrap();
    assert!(done.success());
    running.0.wait().unwrap().code()
}

#[cfg(unix)]
#[test]
fn readiness_is_printed_and_a_signal_ends_it() {
    for name in ["-TERM", "-INT"] {
        let folder = TempDir::new().unwrap();
        let (mut running, ready) = start(folder.path(), &[]);
        let keys: Vec<_> = ready.as_object().unwrap().keys().map(String::as_str).collect();
        let expected = [
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
            "users",
        ];
        let mut sorted = keys.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, expected);
        assert_eq!(
            (ready["productVersion"].as_str(), ready["restApiVersion"].as_str()),
            (Some("2026.2.0"), Some("3.29"))
        );
        assert_eq!(ready["sites"][0]["contentUrl"], "");
        assert_eq!(tabctl(&ready, &["workbooks", "list"]).out.lines().count(), 40);
        assert_eq!(signal(&mut running, name), Some(0), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_folder_keeps_everything() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let arguments = ["--workbooks", "3", "--data", data.to_str().unwrap()];
    let (mut running, ready) = start(folder.path(), &arguments);
    let first = tabctl(&ready, &["workbooks", "list"]);
    assert_eq!(first.out.lines().count(), 3);
    assert_eq!(signal(&mut running, "-TERM"), Some(0));
    let log = || std::fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(!log().contains("ignored"), "{}", log());
    let (mut running, ready) = start(folder.path(), &["--data", data.to_str().unwrap()]);
    assert_eq!(tabctl(&ready, &["workbooks", "list"]).out, first.out);
    assert_eq!(signal(&mut running, "-TERM"), Some(0));
    assert!(!log().contains("ignored"), "{}", log());
    // Workbooks that are there already are not made again.
    let (mut running, ready) = start(folder.path(), &arguments);
    assert_eq!(tabctl(&ready, &["workbooks", "list"]).out, first.out);
    assert_eq!(signal(&mut running, "-TERM"), Some(0));
    assert!(log().contains("warning: --workbooks is ignored"), "{}", log());
}

/// A key pair for tests; it opens nothing.
const KEYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/integration/tests/keys");

#[test]
fn unified_access_tokens_of_an_issuer_are_accepted() {
    let folder = TempDir::new().unwrap();
    let key = format!("{KEYS}/test-only.pub.pem");
    let issuer = [
        "--uat-issuer",
        "https://issuer.example",
        "--uat-tenant",
        "tenant-1",
        "--uat-key",
        &key,
    ];
    let (_running, ready) = start(folder.path(), &issuer);
    let private = std::fs::read_to_string(format!("{KEYS}/test-only.pem")).unwrap();
    let client = Client::builder(ready["rest"].as_str().unwrap())
        .no_proxy()
        .build()
        .unwrap()
        .blocking()
        .unwrap();
    let sign_in = |tenant: &str| {
        let token = UnifiedAccessToken::new(
            "https://issuer.example",
            tenant,
            private.as_str(),
            "tara.novak@example.com",
        );
        client.sign_in(token.site(well_known::CLOUD_SITE))
    };
    sign_in("tenant-1").unwrap().sign_out().unwrap();
    assert_eq!(sign_in("tenant-2").unwrap_err().kind(), ErrorKind::SignInRefused);
}

#[test]
fn an_issuer_needs_all_of_its_parts() {
    let bench = Bench::new();
    let sandbox =
        |arguments: &[&str]| bench.run(&[&["sandbox", "--listen", "127.0.0.1:0"], arguments].concat());
    let issuer = ["--uat-issuer", "i", "--uat-tenant", "t", "--uat-key"];
    for part in [&issuer[..2], &issuer[2..4], &["--uat-key", "f"], &issuer[..4]] {
        let ended = sandbox(part);
        assert_eq!(ended.code, 2, "{ended:?}");
        assert!(ended.err.contains("--uat-"), "{ended:?}");
    }
    let nowhere = sandbox(&[&issuer[..], &["no/such/file.pem"]].concat());
    assert!(
        nowhere.code == 2 && nowhere.err.contains("no/such/file.pem cannot be read"),
        "{nowhere:?}"
    );
    let file = bench.folder.path().join("key.pem");
    std::fs::write(&file, "no key").unwrap();
    let no_key = sandbox(&[&issuer[..], &[file.to_str().unwrap()]].concat());
    assert!(
        no_key.code == 1 && no_key.err.contains("not a public RSA key"),
        "{no_key:?}"
    );
}

#[test]
fn an_address_that_is_taken_says_so() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let bench = Bench::new();
    let ended = bench.run(&["sandbox", "--listen", &address]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.err.contains(&address), "{ended:?}");
}

#[test]
fn over_tls_with_redirects_from_http() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let arguments = ["--listen-tls", "127.0.0.1:0", "--redirect", "307", "--data"];
    let arguments = [&arguments[..], &[data.to_str().unwrap()]].concat();
    let (_running, ready) = start(folder.path(), &arguments);
    let (address, ca) = (
        ready["restTls"].as_str().unwrap(),
        ready["caFile"].as_str().unwrap(),
    );
    assert!(address.starts_with("https://127.0.0.1:") && Path::new(ca).starts_with(&data));
    let list = |trusted: &str| {
        let token = &ready["personalAccessTokens"][0];
        let mut command = Command::new(env!("CARGO_BIN_EXE_tabctl"));
        command
            .args(["workbooks", "list", "--json"])
            // What the operating system trusts, on those systems that read it.
            .env("SSL_CERT_FILE", trusted)
            .env("TABLEAU_SERVER_URL", ready["rest"].as_str().unwrap())
            .env("TABLEAU_PAT_NAME", token["name"].as_str().unwrap())
            .env("TABLEAU_PAT_SECRET", token["secret"].as_str().unwrap());
        end(command.output().unwrap())
    };
    let refused = list("/dev/null");
    assert!(
        refused.code != 0 && refused.err.contains("unknown authority"),
        "{}",
        refused.err
    );
    if cfg!(target_os = "linux") {
        let listed = list(ca);
        assert_eq!(listed.code, 0, "{}", listed.err);
    }
}

#[test]
fn tsm_if_it_is_asked_for() {
    let folder = TempDir::new().unwrap();
    let (_running, ready) = start(folder.path(), &["--listen-tsm", "127.0.0.1:0"]);
    let address = ready["tsm"].as_str().unwrap().strip_prefix("https://").unwrap();
    assert!(std::net::TcpStream::connect(address).is_ok(), "{address}");
    assert_eq!(
        ready["tsmAccount"],
        serde_json::json!({"name": "tsmadmin", "password": "tabctl-sandbox"})
    );
}

#[test]
fn options_of_tls_need_tls() {
    let folder = TempDir::new().unwrap();
    for arguments in [["--redirect", "302"], ["--certificate", "expired"]] {
        let ended = Command::new(env!("CARGO_BIN_EXE_tabctl"))
            .args(["sandbox", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path())
            .args(arguments)
            .output()
            .unwrap();
        assert_eq!(ended.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&ended.stderr).contains("--listen-tls"));
    }
}

/// What the control answers.
fn control(ready: &Value, line: &str, body: &str) -> String {
    let mut stream =
        TcpStream::connect(ready["rest"].as_str().unwrap().strip_prefix("http://").unwrap()).unwrap();
    let length = body.len();
    write!(
        stream,
        "{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

#[test]
fn control_moves_the_clock_and_shows_sessions_and_log() {
    let folder = TempDir::new().unwrap();
    let (_running, ready) = start(folder.path(), &["--control"]);
    assert_eq!(tabctl(&ready, &["workbooks", "list"]).code, 0);
    let log = control(&ready, "GET /_sandbox/log", "");
    let entries: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let list = entries
        .iter()
        .find(|entry| entry["operation"] == "workbooks.list")
        .unwrap();
    assert_eq!(
        (
            &list["method"],
            &list["status"],
            &list["user"],
            &list["generation"]
        ),
        (&"GET".into(), &200.into(), &"admin".into(), &1.into())
    );
    assert!(!log.contains("s4ndb0x"), "{log}");
    // A personal access token that was not used for fifteen days is refused.
    let moved = control(&ready, "POST /_sandbox/clock", "{\"advance_seconds\": 1296000}");
    assert!(moved.contains("\"ahead_seconds\":1296000"), "{moved}");
    assert_ne!(tabctl(&ready, &["workbooks", "list"]).code, 0);
    assert_eq!(
        control(&ready, "DELETE /_sandbox/sessions", ""),
        "{\"ended\":0}\n"
    );
}

#[test]
fn faults_come_from_a_file_and_from_the_control() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("faults.json");
    let plan = r#"{"seed": 3, "faults": [{"on": {"operation": "server.getServerInfo"}, "fault": {"status": {"code": 418}}}]}"#;
    std::fs::write(&file, plan).unwrap();
    let faults = ["--control", "--faults", file.to_str().unwrap()];
    let (_running, ready) = start(folder.path(), &faults);
    let info = "GET /api/3.29/serverinfo";
    assert!(control(&ready, info, "").contains("code=\"418000\""));
    assert!(control(&ready, info, "").contains("<restApiVersion>"));
    let one = r#"{"fault": "end_session"}"#;
    assert_eq!(
        control(&ready, "POST /_sandbox/faults", one),
        "{\"ids\":[\"f2\"]}\n"
    );
    assert!(control(&ready, "GET /_sandbox/faults", "").contains("\"seed\":3"));

    let bench = Bench::new();
    std::fs::write(&file, "{\"faults\": [{\"fault\": \"explode\"}]}").unwrap();
    let ended = bench.run(&["sandbox", "--listen", "127.0.0.1:0", faults[1], faults[2]]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(
        ended.err.contains("faults.json: ") && ended.err.contains("`explode`"),
        "{ended:?}"
    );
}

#[test]
fn control_is_for_the_loopback_interface_only() {
    let bench = Bench::new();
    let ended = bench.run(&["sandbox", "--listen", "0.0.0.0:0", "--control"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(
        ended.err.contains("0.0.0.0:0") && ended.err.contains("127.0.0.1"),
        "{ended:?}"
    );
}
