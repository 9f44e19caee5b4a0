//! Many processes on one personal access token, which has one session: how often they sign in, by the server's own log.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Instant;

use stores::{Child, PATIENCE, RedisServer};
use support::Random;
use tableau_sandbox::{Sandbox, well_known};

const WORKERS: usize = 32;
const CALLS: u64 = 30;
/// How many are killed: a third. The first while it signs in, some in the middle of their work, some when they want the next session.
const KILLED: usize = 11;
const KILLED_AT_WORK: usize = KILLED - 1 - ENDS.len() * KILLED_AT_RENEWAL;
const KILLED_AT_RENEWAL: usize = 3;
/// After how many calls of all together a session is ended. A process whose own sessions die three times within a minute gives up, by design.
const ENDS: [u64; 2] = [150, 400];

/// The fate of a worker.
enum Worker {
    Running(Child),
    Killed,
    Finished,
}

struct Crowd<'a> {
    sandbox: &'a Sandbox,
    store: &'a str,
    workers: Vec<Worker>,
    said: (Sender<Said>, Receiver<Said>),
    random: Random,
    ended: BTreeSet<String>,
    /// How often each of them has signed in, as far as it reported.
    reported: [usize; WORKERS],
}

/// A line and its worker; `None` is the end of its output.
type Said = (usize, Option<String>);

impl<'a> Crowd<'a> {
    fn new(sandbox: &'a Sandbox, store: &'a str) -> Self {
        Self {
            sandbox,
            store,
            workers: Vec::new(),
            said: mpsc::channel(),
            random: Random::printed("STORES_SEED"),
            ended: BTreeSet::new(),
            reported: [0; WORKERS],
        }
    }

    fn start(&mut self) {
        let number = self.workers.len();
        let sender = self.said.0.clone();
        let mut command = Command::new(env!("CARGO_BIN_EXE_worker"));
        command
            .env("SERVER", self.sandbox.url())
            .env("STORE", self.store)
            .env("PAT_NAMES", well_known::PAT_NAME)
            .env("PAT_SECRETS", well_known::PAT_SECRET)
            .env("CALLS", CALLS.to_string());
        let child = Child::start_heard(&mut command, move |line| {
            // After a failure the receiver is gone.
            let _ = sender.send((number, line));
        });
        self.workers.push(Worker::Running(child));
    }

    fn kill(&mut self, number: usize) {
        let worker = &mut self.workers[number];
        if let Worker::Running(child) = std::mem::replace(worker, Worker::Killed) {
            child.kill();
        }
    }

    /// The first is killed as soon as the server has a session for it, which no process will ever know of.
    fn kill_the_first_at_its_sign_in(&mut self) {
        self.start();
        let start = Instant::now();
        while self.sandbox.service().controls().sessions().is_empty() {
            assert!(start.elapsed() < PATIENCE, "no process signs in");
            thread::yield_now();
        }
        self.kill(0);
    }

    /// Starts the others, and goes on until they have finished.
    fn run(&mut self) {
        while self.workers.len() < WORKERS {
            self.start();
        }
        // Each of the next few lives for this many lines, one for none at all.
        let mut lives: Vec<_> = (0..KILLED_AT_WORK).map(|_| self.random.below(CALLS)).collect();
        lives[0] = 0;
        let mut lines = [0; WORKERS];
        let mut calls = 0;
        let mut victims = 0;
        while self
            .workers
            .iter()
            .any(|worker| matches!(worker, Worker::Running(_)))
        {
            let (number, line) = self.said.1.recv_timeout(PATIENCE).unwrap();
            let sign_ins = line
                .as_deref()
                .and_then(|line| line.rsplit(' ').next()?.parse().ok());
            self.reported[number] = sign_ins.unwrap_or(self.reported[number]);
            let Worker::Running(child) = &mut self.workers[number] else {
                continue;
            };
            let Some(line) = line else {
                if let Worker::Running(child) = std::mem::replace(&mut self.workers[number], Worker::Finished)
                {
                    assert!(child.end().success(), "worker {number} failed");
                }
                continue;
            };
            assert!(!line.contains("WARN"), "worker {number}: {line}");
            child.go_on();
            lines[number] += 1;
            if line.starts_with("call") {
                calls += 1;
                if ENDS.contains(&calls) {
                    self.end_session();
                    victims = KILLED_AT_RENEWAL;
                }
            }
            // The first number is that of the worker that was killed before.
            match lives.get(number.wrapping_sub(1)) {
                Some(life) if lines[number] > *life => self.kill_in_a_while(number),
                None if victims > 0 && line.starts_with("call") => {
                    victims -= 1;
                    self.kill_in_a_while(number);
                }
                _ => {}
            }
        }
    }

    fn end_session(&mut self) {
        let sessions = self.sandbox.service().controls().sessions();
        assert_eq!(sessions.len(), 1, "a token has one session");
        for session in sessions {
            assert!(self.sandbox.service().controls().end_session(session.id));
            self.ended.insert(session.id.to_string());
        }
    }

    /// Kills a worker at an arbitrary moment.
    fn kill_in_a_while(&mut self, number: usize) {
        for _ in 0..self.random.below(500_000) {
            std::hint::spin_loop();
        }
        self.kill(number);
    }
}

/// Every session but the last has ended for a known reason, and none by a needless sign-in:
///
/// - this test has ended it,
/// - its last holder has signed it out,
/// - it was never used: the worker that began it was killed before the others knew of it, so another sign-in ended it.
fn check_log(crowd: &Crowd<'_>) {
    let Crowd { sandbox, ended, .. } = crowd;
    let log = sandbox.service().log().entries();
    assert_eq!(sandbox.service().log().dropped(), 0);
    let named = |operation: &str, status| -> Vec<String> {
        let entries = log
            .iter()
            .filter(|entry| entry.operation.as_deref() == Some(operation) && entry.status == status);
        entries.map(|entry| entry.session.unwrap().to_string()).collect()
    };
    let begun = named("auth.signIn", 200);
    let signed_out: BTreeSet<_> = named("auth.signOut", 204).into_iter().collect();
    let used: BTreeSet<_> = log
        .iter()
        .filter(|entry| entry.operation.as_deref() != Some("auth.signIn"))
        .filter_map(|entry| entry.session.map(|session| session.to_string()))
        .collect();
    let left: BTreeSet<_> = sandbox
        .service()
        .controls()
        .sessions()
        .iter()
        .map(|session| session.id.to_string())
        .collect();
    assert!(left.len() <= 1);
    let unused: BTreeSet<_> = begun
        .iter()
        .filter(|session| ![&used, &left, ended].iter().any(|known| known.contains(*session)))
        .cloned()
        .collect();
    let reported: usize = crowd.reported.iter().sum();
    println!(
        "{} sign-ins, {reported} reported: {} sessions ended by the test, {} signed out, {} never used, {} left",
        begun.len(),
        ended.len(),
        signed_out.len(),
        unused.len(),
        left.len()
    );
    assert!(
        unused.len() <= begun.len() - reported,
        "one that was not killed signed in for nothing"
    );
    let died: BTreeSet<_> = ended.iter().chain(&signed_out).chain(&unused).cloned().collect();
    assert_eq!(
        begun.len(),
        died.len() + left.len(),
        "as many sign-ins as sessions that died, and the one that is left"
    );
    let accounted: BTreeSet<_> = died.union(&left).cloned().collect();
    assert_eq!(begun.iter().cloned().collect::<BTreeSet<_>>(), accounted);
    let refused = log
        .iter()
        .filter(|entry| entry.operation.as_deref() == Some("auth.signIn") && entry.status != 200);
    assert_eq!(refused.count(), 0);
}

fn share_one_session(store: &str) {
    let sandbox = Sandbox::start().unwrap();
    let mut crowd = Crowd::new(&sandbox, store);
    crowd.kill_the_first_at_its_sign_in();
    crowd.run();
    assert_eq!(crowd.ended.len(), ENDS.len());
    let killed = crowd
        .workers
        .iter()
        .filter(|worker| matches!(worker, Worker::Killed));
    assert_eq!(killed.count(), KILLED);
    check_log(&crowd);
}

#[test]
fn processes_share_a_session_through_files() {
    let directory = tempfile::tempdir().unwrap();
    let sessions = directory.path().join("sessions");
    share_one_session(&format!("file:{}", sessions.display()));
}

#[test]
fn processes_share_a_session_through_redis() {
    if let Some(server) = RedisServer::start() {
        share_one_session(&server.url());
    }
}
