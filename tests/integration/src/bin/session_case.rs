//! One case of the comparison with Tableau's Python library: `session_case CASE`.
//!
//! It prints the outcome (`= …`), and requests for events in between (`? …`): see `tests/peers/sessions/compare.py`, which runs it, and
//! `with_tsc.py` beside it, which does the same in Python.

#![expect(
    clippy::panic,
    clippy::expect_used,
    reason = "a case that cannot be played fails by panicking"
)]

use std::collections::BTreeMap;
use std::env;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::StreamExt as _;
use tableau_client::wire::rest::workbooks::Refresh;
use tableau_client::{
    Client, ClientBuilder, Error, FileStore, Id, JobOutcome, PersonalAccessToken, Result, Site, Source,
    Workbook,
};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::task::JoinSet;

const TASKS: usize = 64;
const WORKBOOKS: usize = 2500;
const MEGABYTE: usize = 1024 * 1024;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let case = env::args().nth(1).unwrap_or_default();
    let outcome = match case.as_str() {
        "pages" => pages().await,
        "upload" => upload().await,
        "job" => job().await,
        "idle" => idle().await,
        "tasks" => tasks().await,
        "refresh" => refresh().await,
        "wrong_secret" => wrong_secret().await,
        "signed_out" => signed_out().await,
        "switched" => switched().await,
        "dead_sign_out" => dead_sign_out().await,
        "turns" => turns().await,
        "killed" => killed().await,
        _ => panic!("there is no case {case:?}"),
    };
    println!("= {}", outcome?);
    Ok(())
}

/// Asks the parent program for an event, and waits until it has happened.
fn ask(what: &str) {
    println!("? {what}");
    io::stdin().read_line(&mut String::new()).expect("an answer");
}

fn given(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name}"))
}

fn client() -> ClientBuilder {
    Client::builder(given("SANDBOX_URL"))
}

fn token() -> PersonalAccessToken {
    PersonalAccessToken::new(given("SANDBOX_PAT_NAME"), given("SANDBOX_PAT_SECRET"))
}

async fn signed_in() -> Result<Site> {
    client().build()?.sign_in(token()).await
}

/// Signs in for the cases with several programs, which share the session by a store of files.
async fn signed_in_together() -> Result<Site> {
    let store = FileStore::at(given("SESSION_STORE"))?;
    client().session_store(store).build()?.sign_in(token()).await
}

fn name(error: &Error) -> String {
    format!("`{:?}`", error.kind())
}

/// The outcome of one call.
fn end<T>(result: Result<T>) -> String {
    result.map_or_else(|error| name(&error), |_| "done".to_owned())
}

/// The outcomes of concurrent calls.
async fn at_once<T, F>(call: impl Fn() -> F) -> String
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let mut tasks: JoinSet<_> = (0..TASKS).map(|_| call()).collect();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    while let Some(result) = tasks.join_next().await {
        *kinds.entry(end(result.expect("no panic"))).or_default() += 1;
    }
    let kinds = kinds.into_iter().map(|(kind, times)| format!("{times} × {kind}"));
    kinds.collect::<Vec<_>>().join(", ")
}

async fn pages() -> Result<String> {
    let mut pages = signed_in().await?.workbooks().list().page_size(100).all();
    let mut listed = 0;
    while let Some(workbook) = pages.next().await {
        if let Err(error) = workbook {
            return Ok(format!(
                "{} after {listed} of {WORKBOOKS} workbooks",
                name(&error)
            ));
        }
        listed += 1;
        if listed == 150 {
            ask("end the session");
        }
    }
    Ok(format!("{listed} of {WORKBOOKS} workbooks"))
}

/// Three megabytes, of which the second is read after the session has ended.
struct File {
    read: usize,
}

impl AsyncRead for File {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.read == MEGABYTE {
            ask("end the session");
        }
        // To the end of a megabyte at most, so that no read passes it.
        let size = buffer.remaining().min(MEGABYTE - self.read % MEGABYTE);
        if self.read < 3 * MEGABYTE {
            buffer.put_slice(&vec![0; size]);
            self.read += size;
        }
        Poll::Ready(Ok(()))
    }
}

async fn upload() -> Result<String> {
    let site = signed_in().await?;
    let uploaded = site
        .upload(Source::reader(File { read: 0 }))
        .chunk_megabytes(1)
        .await;
    Ok(uploaded.map_or_else(|error| name(&error), |_| "3 of 3 chunks".to_owned()))
}

async fn job() -> Result<String> {
    let site = signed_in().await?;
    let refresh = Refresh::new(some_workbook(&site).await?, Default::default());
    let job = site.call(refresh).await?;
    ask("end the session while the job is waited for, then let it finish");
    Ok(match site.jobs().wait(job.id, Duration::from_secs(60)).await {
        Ok(JobOutcome::Succeeded(_)) => "the job has succeeded".to_owned(),
        Ok(outcome) => format!("`{outcome:?}`"),
        Err(error) => format!("{}; how the job ended is not known", name(&error)),
    })
}

async fn idle() -> Result<String> {
    let site = signed_in().await?;
    ask("let five hours go by");
    Ok(end(site.workbooks().list().await))
}

async fn tasks() -> Result<String> {
    let site = signed_in().await?;
    ask("end the session");
    Ok(at_once(|| site.workbooks().list().send()).await)
}

async fn some_workbook(site: &Site) -> Result<Id<Workbook>> {
    let page = site.workbooks().list().page_size(1).await?;
    Ok(page.items.into_iter().next().expect("a workbook").id)
}

async fn refresh() -> Result<String> {
    let site = signed_in().await?;
    let refresh = Refresh::new(some_workbook(&site).await?, Default::default());
    ask("end the session");
    Ok(end(site.call(refresh).await))
}

async fn wrong_secret() -> Result<String> {
    let client = client().build()?;
    let wrong = PersonalAccessToken::new(given("SANDBOX_PAT_NAME"), "d3Jvbmc=:d3Jvbmc=");
    Ok(at_once(|| client.sign_in(wrong.clone())).await)
}

async fn signed_out() -> Result<String> {
    let site = signed_in().await?;
    site.sign_out().await?;
    Ok(at_once(|| site.workbooks().list().send()).await)
}

async fn switched() -> Result<String> {
    let site = signed_in().await?;
    site.switch("MarketingTeam").await?;
    Ok(end(site.workbooks().list().await))
}

async fn dead_sign_out() -> Result<String> {
    let site = signed_in().await?;
    ask("end the session");
    Ok(end(site.sign_out().await))
}

async fn turns() -> Result<String> {
    let site = signed_in_together().await?;
    for done in 0..5 {
        ask("wait for the others");
        if let Err(error) = site.workbooks().list().await {
            return Ok(format!("{} after {done} of 5 calls", name(&error)));
        }
    }
    Ok("5 of 5 calls".to_owned())
}

async fn killed() -> Result<String> {
    let site = signed_in_together().await?;
    let listed = site.workbooks().list().await;
    ask("be killed");
    Ok(end(listed))
}
