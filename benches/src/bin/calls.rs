//! How long a small call takes that meets no fault: from the client over a socket of the loopback interface to a sandbox and back.
//!
//! `cargo run --release -p tableau-benches --bin calls [CALLS]` compares it with the same request sent by `reqwest` alone, which reads the answer as text:
//! what remains is what bounds, retries, the session and the types cost. The two take turns; the fastest of each counts.

use std::error::Error;
use std::future::Future;
use std::time::{Duration, Instant};

use tableau_client::{Client, PersonalAccessToken};
use tableau_sandbox::{Sandbox, well_known};

const ROUNDS: usize = 21;

fn main() -> Result<(), Box<dyn Error>> {
    let calls: u32 = match std::env::args().nth(1) {
        Some(text) => text.parse()?,
        None => 300,
    };
    let sandbox = Sandbox::builder().workbooks(1).start()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(compare(&sandbox, calls))
}

async fn compare(sandbox: &Sandbox, calls: u32) -> Result<(), Box<dyn Error>> {
    let token = PersonalAccessToken::new(well_known::PAT_NAME, well_known::PAT_SECRET);
    let client = Client::builder(sandbox.url()).no_proxy().build()?;
    let site = client.sign_in(token).await?;
    let session = site.session();
    let address = format!(
        "{}/api/{}/sites/{}/workbooks",
        sandbox.url(),
        site.api_version().await?,
        session.site_id()
    );
    // Built without a provider of cryptography, as it is in this workspace.
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| "a second provider")?;
    let alone = reqwest::Client::builder().no_proxy().build()?;
    let ours = async || site.workbooks().list().await.map(|page| page.items.len());
    let theirs = async || {
        let request = alone
            .get(&address)
            .header("X-Tableau-Auth", session.token().expose());
        request
            .send()
            .await?
            .error_for_status()?
            .bytes()
            .await
            .map(|body| body.len())
    };
    let mut best = [Duration::MAX; 2];
    for _ in 0..ROUNDS {
        let [ours_best, theirs_best] = best;
        best = [
            ours_best.min(time(calls, &ours).await?),
            theirs_best.min(time(calls, &theirs).await?),
        ];
    }
    let [ours, theirs] = best;
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    println!(
        "a call takes {ours:?}, and {theirs:?} with reqwest alone: {ratio:.2} times as long (fastest of {ROUNDS} rounds of {calls} calls)"
    );
    Ok(site.sign_out().await?)
}

/// How long a call takes, on average.
async fn time<T, E, F: Future<Output = Result<T, E>>>(
    calls: u32,
    call: impl Fn() -> F,
) -> Result<Duration, E> {
    let start = Instant::now();
    for _ in 0..calls {
        call().await?;
    }
    Ok(start.elapsed() / calls.max(1))
}
