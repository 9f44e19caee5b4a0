//! What the runner does, from its arguments to the report.

use std::process::Command;
use std::time::Instant;

use crate::Outcome;
use crate::options::{Options, USAGE};
use crate::report;
use crate::result::{Bound, Figure, Judged, Line, Row};
use crate::rows::Rows;
use crate::servers::References;
use crate::setup::Setup;
use crate::spread::{Spread, Unit};
use crate::{counts, growth, sandbox};

pub(crate) fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["all", options @ ..] => all(&Options::read(options)?),
        ["counts", options @ ..] => counts::run(options),
        _ => Err(USAGE.into()),
    }
}

fn all(options: &Options) -> Outcome<()> {
    let setup = Setup::new(true, options.sizes.file)?;
    let begun = Instant::now();
    setup.make_file(options.sizes.file)?;
    let references = References::start(&setup, options)?;
    sign_in(&setup, &references.few.http)?;
    let contests = Rows {
        setup: &setup,
        options,
        references: &references,
    };
    let mut rows = Vec::new();
    let mut done = |row: Row| {
        print!("{}", report::text::of(&row));
        rows.push(row);
    };
    for contest in contests.all() {
        done(contest.run(&setup)?);
    }
    if options.wants("sandbox-rates") {
        done(sandbox::rates(&setup, options, &references)?);
    }
    if options.wants("sandbox-growth") {
        done(growth::requests(&setup, options)?);
    }
    if options.wants("sandbox-sign-ins") {
        done(growth::sign_ins(&setup, options)?);
    }
    if options.wants("sandbox-start") {
        done(growth::first_start(&setup, options)?);
    }
    if options.wants("size") {
        done(size(&setup)?);
    }
    let took = begun.elapsed();
    println!("\nmeasured in {} s", took.as_secs());
    if options.writes {
        report::write(&setup, options, &rows, took)?;
    }
    Ok(())
}

/// Lets the command have a session, as its users do.
fn sign_in(setup: &Setup, url: &str) -> Outcome<()> {
    let file = setup.path("token");
    std::fs::write(&file, "qlE1g9MMh9vbrjjg==:rZTHhPpP2tUW1kfn4tjg8\n")?;
    let output = Command::new(setup.program("tabctl"))
        .env_clear()
        .envs(setup.environment())
        .args(["auth", "login", url, "--token-name", "benches", "--token-file"])
        .arg(&file)
        .output()?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into()),
    }
}

fn size(setup: &Setup) -> Outcome<Row> {
    let size = std::fs::metadata(setup.program("tabctl"))?.len() as f64 / 1e6;
    let (spread, unit) = (Spread::of([size]), Unit::Megabytes);
    Ok(Row {
        key: "size",
        title: "size of the command".to_owned(),
        lines: vec![Line {
            name: "command".to_owned(),
            figures: vec![Figure {
                of: "size",
                spread,
                unit,
            }],
        }],
        goals: vec![Judged {
            what: "size".to_owned(),
            measured: spread,
            bound: Bound::AtMost(16.0),
            unit,
        }],
        rounds: 1,
    })
}
