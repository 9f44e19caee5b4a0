//! Ctrl-C in the middle of a command with credentials of the environment.

// The pipe is as large there as a new one is on Linux.
#![cfg(target_os = "linux")]

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tableau_sandbox::{Sandbox, well_known};
use tempfile::TempDir;

use crate::support::Bench;

fn wait_until(mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < deadline, "it does not come");
        thread::yield_now();
    }
}

#[test]
fn ctrl_c_signs_out() {
    // More than is kept back before it is written.
    let bench = Bench {
        sandbox: Sandbox::builder().workbooks(500).start().unwrap(),
        folder: TempDir::new().unwrap(),
    };
    // A full pipe without a reader keeps the command from its end.
    let (reader, mut writer) = std::io::pipe().unwrap();
    writer.write_all(&[b'-'; 64 * 1024]).unwrap();
    let mut child = bench
        .command(&["workbooks", "list"])
        .env("TABLEAU_SERVER_URL", bench.sandbox.url())
        .env("TABLEAU_USERNAME", well_known::ADMIN)
        .env("TABLEAU_PASSWORD", well_known::PASSWORD)
        .stdout(writer)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let service = bench.sandbox.service();
    wait_until(|| {
        let log = service.log().entries();
        log.iter()
            .any(|entry| entry.operation.as_deref() == Some("workbooks.list"))
    });
    assert_eq!(service.controls().sessions().len(), 1);
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let mut status = None;
    wait_until(|| {
        status = child.try_wait().unwrap();
        status.is_some()
    });
    assert_eq!(status.unwrap().code(), Some(130));
    assert_eq!(service.controls().sessions(), []);
    drop(reader);
}
