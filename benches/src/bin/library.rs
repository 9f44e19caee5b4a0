//! The tasks of `limit`, done with `tableau-client` as its guide says.
//!
//! `library TASK URL …`. Credentials are those of the environment, as for the command: a token if there is one, else a password.

use std::error::Error;

use futures_util::{StreamExt as _, TryStreamExt as _};
use tableau_benches::clock::Clock;
use tableau_benches::tally::Tally;
use tableau_client::{Client, Credentials, Id, PersonalAccessToken, Project, Site, UserPassword, Workbook};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run(&arguments))
}

async fn run(arguments: &[&str]) -> Outcome<()> {
    match arguments {
        ["sign-in", url] => cycle(&Client::new(*url)?).await,
        ["cycles", url, count] => cycles(url, count.parse()?).await,
        ["list", url, size, keep @ ("keep" | "drop")] => list(url, size.parse()?, *keep == "keep").await,
        ["publish", url, file] => publish(url, file).await,
        ["download", url, target] => download(url, target).await,
        ["sessions", url, count, at_once] => sessions(url, count.parse()?, at_once.parse()?).await,
        _ => Err("usage: library TASK URL …".into()),
    }
}

fn credentials() -> Outcome<Credentials> {
    let read = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
    Ok(match read("TABLEAU_PAT_NAME") {
        Ok(name) => PersonalAccessToken::new(name, read("TABLEAU_PAT_SECRET")?).into(),
        Err(_) => UserPassword::new(read("TABLEAU_USERNAME")?, read("TABLEAU_PASSWORD")?).into(),
    })
}

async fn cycle(client: &Client) -> Outcome<()> {
    let site = client.sign_in(credentials()?).await?;
    Ok(site.sign_out().await?)
}

/// Cycles with one client; the first is not measured.
async fn cycles(url: &str, count: u32) -> Outcome<()> {
    let client = Client::new(url)?;
    cycle(&client).await?;
    let clock = Clock::start()?;
    for _ in 0..count {
        cycle(&client).await?;
    }
    println!("{}", clock.stop()?);
    Ok(())
}

fn count(tally: &mut Tally, workbook: &Workbook) {
    tally.items += 1;
    tally.sizes += workbook.size.unwrap_or_default();
    tally.tags += workbook.tags.as_ref().map_or(0, |tags| tags.iter().count()) as u64;
    let created = workbook
        .created_at
        .as_ref()
        .and_then(tableau_wire::Timestamp::instant);
    if let Some(instant) = created {
        tally.created += instant.as_second();
    }
    tally.names +=
        (workbook.name.len() + workbook.project.as_ref().map_or(0, |project| project.name.len())) as u64;
}

async fn list(url: &str, size: u64, keep: bool) -> Outcome<()> {
    let site = Client::new(url)?.sign_in(credentials()?).await?;
    let mut items = site.workbooks().list().page_size(size).all();
    let (mut tally, mut kept) = (Tally::default(), Vec::new());
    while let Some(workbook) = items.try_next().await? {
        count(&mut tally, &workbook);
        if keep {
            kept.push(workbook);
        }
    }
    println!("{tally}");
    Ok(site.sign_out().await?)
}

async fn publish(url: &str, file: &str) -> Outcome<()> {
    let site = Client::new(url)?.sign_in(credentials()?).await?;
    let project: Id<Project> = "a3c1f0de-92b7-4c55-8d1e-60f7b2e49a10".into();
    let length = std::fs::metadata(file)?.len();
    let publish = site.workbooks().publish(file, project).name("Large").overwrite();
    publish.await?;
    println!("sent={length}");
    Ok(site.sign_out().await?)
}

async fn download(url: &str, target: &str) -> Outcome<()> {
    let site = Client::new(url)?.sign_in(credentials()?).await?;
    let workbook: Id<Workbook> = "large".into();
    let download = site.workbooks().download(workbook).overwrite();
    download.to_file(target).await?;
    println!("saved={}", std::fs::metadata(target)?.len());
    Ok(site.sign_out().await?)
}

/// Sessions of their own, some at once, each with a client of its own: they sign in, list a page of a thousand, and sign out.
async fn sessions(url: &str, number: usize, at_once: usize) -> Outcome<()> {
    let one = |_| async {
        let site: Site = Client::new(url)?.sign_in(credentials()?).await?;
        let page = site.workbooks().list().page_size(1000).await?;
        let mut tally = Tally::default();
        page.items.iter().for_each(|workbook| count(&mut tally, workbook));
        site.sign_out().await?;
        Outcome::Ok(tally)
    };
    let clock = Clock::start()?;
    let tallies = futures_util::stream::iter(0..number)
        .map(one)
        .buffer_unordered(at_once);
    let sum = tallies.try_fold(Tally::default(), async |mut sum, tally| {
        sum.add(&tally);
        Ok(sum)
    });
    println!("{}\n{}", sum.await?, clock.stop()?);
    Ok(())
}
