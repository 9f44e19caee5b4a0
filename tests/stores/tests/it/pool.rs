//! More processes than tokens, each with a session of its own.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use stores::{Child, RedisServer};
use tableau_sandbox::Sandbox;

const WORKERS: usize = 12;
const TOKENS: usize = 3;
/// When two holders are killed, one token is left until their leases expire.
const KILLED: usize = 2;

fn work_apart(store: &str) {
    let sandbox = Sandbox::start().unwrap();
    let server = sandbox.url().to_owned();
    let tokens = sandbox.ready().personal_access_tokens;
    let on_default_site = ["admin", "anita.silva", "liam.obrien"];
    let tokens = tokens
        .iter()
        .filter(|token| on_default_site.contains(&token.user.as_str()));
    let (names, secrets): (Vec<_>, Vec<_>) = tokens
        .map(|token| (token.name.clone(), token.secret.expose().to_owned()))
        .unzip();
    assert_eq!(names.len(), TOKENS);
    let to_kill = AtomicUsize::new(KILLED);
    let work = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_worker"));
        command
            .env("SERVER", &server)
            .env("STORE", store)
            .env("PAT_NAMES", names.join(","))
            .env("PAT_SECRETS", secrets.join(","))
            .env("CALLS", "12");
        let mut child = Child::start(&mut command);
        while let Some(line) = child.line() {
            assert!(!line.contains("WARN"), "{line}");
            if !line.starts_with("call") {
                continue;
            }
            let left = to_kill.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
            if left.is_ok() {
                return child.kill();
            }
            child.go_on();
        }
        assert!(child.end().success());
    };
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(work);
        }
    });
    let log = sandbox.service().log().entries();
    let refused: Vec<_> = log.iter().filter(|entry| entry.status == 401).collect();
    assert!(
        refused.is_empty(),
        "a process ended the session of another: {refused:?}"
    );
    let begun = log
        .iter()
        .filter(|entry| entry.operation.as_deref() == Some("auth.signIn"));
    let begun: BTreeSet<_> = begun.map(|entry| entry.session.unwrap()).collect();
    assert_eq!(begun.len(), WORKERS, "each has a session of its own");
}

#[test]
fn processes_lease_tokens_through_files() {
    let directory = tempfile::tempdir().unwrap();
    let sessions = directory.path().join("sessions");
    work_apart(&format!("file:{}", sessions.display()));
}

#[test]
fn processes_lease_tokens_through_redis() {
    if let Some(server) = RedisServer::start() {
        work_apart(&server.url());
    }
}
