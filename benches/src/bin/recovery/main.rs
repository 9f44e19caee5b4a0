//! Counts how many faults the library and the command recover from by themselves, and the memory that hostile answers take.
//!
//! `cargo build --release -p tabctl && cargo run --release -p tableau-benches --bin recovery`, on Linux. It fails if less than nine in ten recover, if
//! something is done twice or half a file has a name, or if an answer takes more than 96 MiB above what a list takes.
//!
//! Each turn has a sandbox of its own, with one fault, and a process: the program itself for the library, `tabctl` for the command. Once with the
//! bounds of time that are usual, and once with five seconds for everything.

mod cases;
mod hostile;
mod process;
mod scene;
mod task;

use std::error::Error;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use cases::{CASES, Case, Recovery};
use scene::{Ending, Scene};
use task::Way;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Turns at once: most of their time is spent waiting.
const AT_ONCE: usize = 4;
/// Of those where it is possible, this many of a hundred have to recover.
const LEAST: usize = 90;
/// How much more memory than a list a hostile answer may take, in KiB.
const ABOVE: u64 = 96 * 1024;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => compare(),
        ["do", task, url, folder, seconds] => task::by_library(task, url, folder.as_ref(), seconds.parse()?),
        _ => Err("usage: recovery".into()),
    }
}

/// The command beside this program.
fn tabctl() -> Outcome<PathBuf> {
    let path = std::env::current_exe()?.with_file_name("tabctl");
    match path.exists() {
        true => Ok(path),
        false => Err("build the command first: cargo build --release -p tabctl".into()),
    }
}

const WAYS: [Way; 2] = [Way::Library, Way::Command];
/// The bounds of time: 0 stands for those that are usual.
const SECONDS: [u64; 2] = [0, 5];

fn compare() -> Outcome<()> {
    tabctl()?;
    let turns: Vec<_> = CASES
        .iter()
        .flat_map(|case| WAYS.map(|way| SECONDS.map(|seconds| (case, way, seconds))))
        .flatten()
        .collect();
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(&(case, way, seconds)) = turns.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let ending = Scene::play(case, way, seconds);
                    let mut results = results.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    results.push((case, way, seconds, ending));
                }
            });
        }
    });
    let results = results
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let recovered = report(&results)?;
    let memory = hostile::report()?;
    match recovered && memory {
        true => Ok(()),
        false => Err("the goals are not met".into()),
    }
}

type Played<'a> = (&'a Case, Way, u64, Outcome<Ending>);

/// Prints the table; gives whether the goals are met.
fn report(results: &[Played<'_>]) -> Outcome<bool> {
    let mut met = true;
    println!(
        "| task | fault | library | command | library, 5 s | command, 5 s |\n| --- | --- | --- | --- | --- | --- |"
    );
    for case in CASES {
        let mut row = format!("| {} | {} |", case.task.name(), case.name);
        for seconds in SECONDS {
            for way in WAYS {
                let found = results
                    .iter()
                    .find(|(of, by, within, _)| std::ptr::eq(*of, case) && *by == way && *within == seconds);
                let ending = &found.ok_or("a turn is missing")?.3;
                row.push_str(&format!(" {} |", said(case, ending)));
                met &= ending.as_ref().is_ok_and(Ending::is_safe);
            }
        }
        println!("{row}");
    }
    println!();
    for way in WAYS {
        for seconds in SECONDS {
            let of = |(case, by, within, _): &&Played<'_>| {
                *by == way && *within == seconds && case.recovery == Recovery::Possible
            };
            let all: Vec<_> = results.iter().filter(of).collect();
            let recovered = all
                .iter()
                .filter(|(.., ending)| matches!(ending, Ok(Ending::Recovered)))
                .count();
            let bounds = if seconds == 0 { "usual bounds" } else { "5 s" };
            println!("{way:?}, {bounds}: {recovered} of {} recover", all.len());
            met &= recovered * 100 >= all.len() * LEAST;
        }
    }
    Ok(met)
}

fn said(case: &Case, ending: &Outcome<Ending>) -> String {
    match ending {
        Ok(Ending::Recovered) => "yes".to_owned(),
        Ok(Ending::Failed(code)) if case.recovery == Recovery::Impossible => format!("error {code}"),
        Ok(Ending::Failed(code)) => format!("**error {code}**"),
        Ok(Ending::Unsafe(what)) => format!("**unsafe: {what}**"),
        Err(error) => format!("**{error}**"),
    }
}
