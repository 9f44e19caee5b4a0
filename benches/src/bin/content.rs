//! Measures whether the time for one item of the sandbox grows with the number of items: workbooks are published, found, listed and deleted where
//! there are a hundred, a thousand and ten thousand.
//!
//! `cargo run --release -p tableau-benches --bin content [WORKBOOKS]`; the argument is how many are published and deleted, by default 1,000.
//!
//! Each figure is the median of its calls; the ratio is that of the most items to the fewest.

use std::error::Error;
use std::time::{Duration, Instant};

use tableau_client::wire::Operator;
use tableau_client::{Blocking, Client, Filter, Id, Page, Project, Site, Sort, UserPassword, Workbook};
use tableau_sandbox::Sandbox;
use tableau_sandbox::well_known::{ADMIN, PASSWORD};

type Outcome<T> = Result<T, Box<dyn Error>>;

const NUMBERS: [u32; 3] = [100, 1_000, 10_000];
const TWB: &[u8] = b"<?xml version='1.0' encoding='utf-8' ?>\n<workbook version='18.1'><datasources/><worksheets><worksheet name='Map'/>\
    <worksheet name='Detail'/></worksheets></workbook>";
const LISTS: usize = 20;
const PAGE: u64 = 100;

/// What is measured, and the median of each number of workbooks.
type Figures = Vec<(&'static str, Vec<Duration>)>;

fn main() -> Outcome<()> {
    let published = match std::env::args().nth(1) {
        Some(count) => count.parse()?,
        None => 1_000,
    };
    let mut figures = Figures::new();
    for number in NUMBERS {
        let measured = measure(number, published)?;
        if figures.is_empty() {
            figures = measured.iter().map(|(name, _)| (*name, Vec::new())).collect();
        }
        for ((_, all), (_, one)) in figures.iter_mut().zip(measured) {
            all.push(one);
        }
    }
    report(&figures, published);
    Ok(())
}

/// The medians where there are this many workbooks.
fn measure(number: u32, published: usize) -> Outcome<Vec<(&'static str, Duration)>> {
    let sandbox = Sandbox::builder().workbooks(number).start()?;
    let site = Client::builder(sandbox.url())
        .no_proxy()
        .build()?
        .blocking()?
        .sign_in(UserPassword::new(ADMIN, PASSWORD))?;
    let project = project(&site)?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("Map.twb");
    std::fs::write(&file, TWB)?;
    let mut ids: Vec<Id<Workbook>> = Vec::with_capacity(published);
    let publish = each(published, |turn| {
        let publish = site.workbooks().publish(&file, project.clone());
        ids.push(publish.name(format!("Published {turn}")).send()?.id);
        Ok(())
    })?;
    let find = each(published, |turn| {
        let name = format!("Published {turn}");
        let found = site.workbooks().list().filter(Filter::eq("name", name)).send()?;
        one(&found)
    })?;
    let get = each(published, |turn| {
        let id = ids.get(turn).ok_or("not published")?;
        site.workbooks().get(id.clone()).send()?;
        Ok(())
    })?;
    let mut left = ids.into_iter();
    let delete = each(published, |_| {
        let id = left.next().ok_or("not published")?;
        Ok(site.workbooks().delete(id).send()?)
    })?;
    let list = each(LISTS, |_| whole(&site, number))?;
    let filtered = each(LISTS, |_| whole_filtered(&site))?;
    Ok(vec![
        ("publish one", publish),
        (
            "find by name, for each workbook there is",
            find / (number + u32::try_from(published)?),
        ),
        ("get one", get),
        ("delete one", delete),
        ("list, for each workbook", list / number),
        (
            "list with a filter and an order, for each workbook",
            filtered / number,
        ),
    ])
}

fn project(site: &Site<Blocking>) -> Outcome<Id<Project>> {
    let found = site
        .projects()
        .list()
        .filter(Filter::eq("name", "default"))
        .send()?;
    Ok(found.items.into_iter().next().ok_or("no default project")?.id)
}

fn one(found: &Page<Workbook>) -> Outcome<()> {
    match found.items.len() {
        1 => Ok(()),
        count => Err(format!("{count} workbooks instead of one").into()),
    }
}

/// Lists all workbooks, page by page.
fn whole(site: &Site<Blocking>, number: u32) -> Outcome<()> {
    let count = site
        .workbooks()
        .list()
        .page_size(PAGE)
        .all()
        .try_fold(0, |count, workbook| workbook.map(|_| count + 1))?;
    if count == number {
        Ok(())
    } else {
        Err(format!("{count} workbooks instead of {number}").into())
    }
}

/// Lists the workbooks that a filter leaves, sorted; it leaves about half of them.
fn whole_filtered(site: &Site<Blocking>) -> Outcome<()> {
    let list = site.workbooks().list();
    let list = list
        .filter(Filter::default().and("createdAt", Operator::Gt, "2020-01-01T00:00:00Z"))
        .sort(Sort::desc("name"));
    let mut all = list.page_size(PAGE).all();
    all.try_for_each(|workbook| workbook.map(drop))?;
    Ok(())
}

/// The median time of this many turns.
fn each(turns: usize, mut turn: impl FnMut(usize) -> Outcome<()>) -> Outcome<Duration> {
    let mut times = Vec::with_capacity(turns);
    for number in 0..turns {
        let began = Instant::now();
        turn(number)?;
        times.push(began.elapsed());
    }
    times.sort_unstable();
    Ok(times.get(turns / 2).copied().unwrap_or_default())
}

#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
fn report(figures: &Figures, published: usize) {
    println!("{published} workbooks published, found and deleted where there are:");
    let [few, some, many] = NUMBERS;
    println!("{:52} {few:>10} {some:>10} {many:>10}   ratio", "");
    for (name, times) in figures {
        let micros: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1e6).collect();
        let ratio = match (micros.first(), micros.last()) {
            (Some(few), Some(many)) => many / few,
            _ => f64::NAN,
        };
        let shown: String = micros.iter().map(|time| format!(" {time:>7.1} µs")).collect();
        println!("{name:52}{shown} {ratio:>7.2}");
    }
}
