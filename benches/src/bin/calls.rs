//! How long a small call takes that meets no fault: from the client over a socket of the loopback interface to a sandbox and back.
//!
//! `cargo run --release -p tableau-benches --bin calls [CALLS]` prints the fastest of nine rounds. To compare two versions, run it in both, one after the other.

use std::time::{Duration, Instant};

use tableau_client::{Client, PersonalAccessToken};
use tableau_sandbox::{Sandbox, well_known};

const ROUNDS: usize = 9;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let calls: u32 = match std::env::args().nth(1) {
        Some(text) => text.parse()?,
        None => 1000,
    };
    let sandbox = Sandbox::builder().workbooks(1).start()?;
    let token = PersonalAccessToken::new(well_known::PAT_NAME, well_known::PAT_SECRET);
    let site = Client::builder(sandbox.url())
        .no_proxy()
        .build()?
        .blocking()?
        .sign_in(token)?;
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for _ in 0..calls {
            site.workbooks().list().send()?;
        }
        best = best.min(start.elapsed() / calls.max(1));
    }
    println!("a call takes {best:?}, the fastest of {ROUNDS} rounds of {calls} calls");
    Ok(site.sign_out()?)
}
