//! Sign-ins, lists, changes and files through a proxy that breaks connections as a seed says: each call ends in its result or in an error that tells
//! what happened, what is not idempotent is done once, and what was acknowledged is there.
//!
//! `TABCTL_TEST_CHAOS=300` makes 300 runs instead of a few, and `TABCTL_TEST_CHAOS_SEED=17` begins with that seed.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod judge;
mod proxy;
mod run;
mod thing;

use std::panic::catch_unwind;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use proxy::{Plan, Proxy};
use run::{Run, Seen};
use support::ANY_PORT;
use tableau_sandbox::Sandbox;

const RUNS: &str = "TABCTL_TEST_CHAOS";
const SEED: &str = "TABCTL_TEST_CHAOS_SEED";
/// Runs at once: most of their time is spent waiting.
const AT_ONCE: usize = 8;

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap())
}

#[test]
fn every_call_ends_and_nothing_is_done_twice_while_connections_break() {
    let first = number(SEED, 1);
    let end = first + number(RUNS, 16);
    let (next, all, wrong) = (AtomicU64::new(first), Mutex::default(), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end {
                        return;
                    }
                    match catch_unwind(|| one(seed)) {
                        Ok(seen) => add(&mut all.lock().unwrap(), &seen),
                        Err(_) => wrong.lock().unwrap().push(format!("{SEED}={seed} {RUNS}=1")),
                    }
                }
            });
        }
    });
    println!("{:#?}", all.into_inner().unwrap());
    assert_eq!(
        wrong.into_inner().unwrap(),
        [""; 0],
        "what was wrong stands above"
    );
}

/// Requests over HTTP/2 share one connection, and nothing says that it is dead: a gateway has forgotten it, or a network is gone.
#[tokio::test]
async fn a_connection_that_dies_in_silence_is_not_used_again() {
    let sandbox = Sandbox::builder()
        .workbooks(12)
        .listen_tls(ANY_PORT)
        .start()
        .unwrap();
    let server = sandbox.tls_url().unwrap().split("://").last().unwrap().parse();
    let connections = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&connections);
    // More than the handshake and the sign-in, less than all lists.
    let plans = move || match count.fetch_add(1, Ordering::Relaxed) {
        0 => Plan::stall(20_000),
        _ => Plan::nothing(),
    };
    let proxy = Proxy::start(server.unwrap(), plans).await;
    let site = run::sign_in(&run::client(&sandbox, &proxy)).await.unwrap();
    for _ in 0..20 {
        assert_eq!(site.workbooks().list().await.unwrap().items.len(), 12);
    }
    // The one that died, a new one for the call that met it, and one for the others.
    assert_eq!(connections.load(Ordering::Relaxed), 3);
}

/// A run and its judgement.
fn one(seed: u64) -> Seen {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut run = Run::start(seed).await;
        let signed_out = run.go().await;
        run.calm().await;
        judge::sessions(&run, signed_out);
        judge::log(&run);
        judge::state(&run).await;
        run.resume().await;
        judge::log(&run);
        judge::state(&run).await;
        assert_eq!(
            run.sandbox.service().controls().sessions(),
            [],
            "sessions are left open"
        );
        run.seen
    })
}

/// Adds the numbers of a run.
fn add(all: &mut Seen, seen: &Seen) {
    for (call, count) in &seen.calls {
        *all.calls.entry(call).or_default() += count;
    }
    for (how, count) in &seen.failed {
        *all.failed.entry(how.clone()).or_default() += count;
    }
}
