//! `tabctl batch`: many commands in one process and one session.

use std::ffi::OsString;
use std::time::{Duration, Instant};

use crate::args::{Args, Batch, Command, Connection, Global};
use crate::failure::{Failure, in_one_line};
use crate::input;
use crate::session::settings;
use crate::terminal::text::{plain, say};

/// A command of the file.
struct Line {
    /// From 1.
    number: usize,
    text: String,
    args: Args,
}

pub(super) fn run(args: &Batch, global: &Global) -> Result<(), Failure> {
    // All lines are read before the first command runs: a mistake in the last one costs nothing.
    let lines = read(&input::read_text(&args.file)?, global)?;
    let uses_site = lines.iter().any(|line| uses_site(&line.args.command));
    if !uses_site {
        return each(lines, args.stop);
    }
    // Commands that run at the same time share a session, and it ends with the last of them: this one.
    settings::connect(&Connection::default(), global)?.run(|_| each(lines, args.stop))
}

/// Whether a command is made on a site, with a session.
fn uses_site(command: &Command) -> bool {
    matches!(
        command,
        Command::Resource(_)
            | Command::Search(_)
            | Command::Api(_)
            | Command::Call(_)
            | Command::Plan(_)
            | Command::Apply(_)
            | Command::ExportState(_)
    )
}

/// The commands of a text.
fn read(text: &str, global: &Global) -> Result<Vec<Line>, Failure> {
    let mut lines = Vec::new();
    for (number, text) in (1..).zip(text.lines()) {
        let wrong = |why: &str| Failure::Usage(format!("line {number}: {why}"));
        let words = shlex::split(text).ok_or_else(|| wrong("a quotation mark is not closed"))?;
        let words = match words.split_first() {
            None => continue,
            Some((first, rest)) if first == "tabctl" => rest.to_vec(),
            Some(_) => words,
        };
        let words = std::iter::once("tabctl".to_owned()).chain(words);
        let mut args = Args::typed(words.map(OsString::from)).map_err(|error| match error.use_stderr() {
            true => wrong(&in_one_line(&error)),
            false => wrong("help and version are not commands of a batch"),
        })?;
        if matches!(args.command, Command::Batch(_) | Command::Sandbox(_)) {
            return Err(wrong("neither a batch nor a sandbox can be part of a batch"));
        }
        if matches!(args.command, Command::Tabcmd { .. }) {
            return Err(wrong(
                "commands of tabcmd are not part of a batch: `tabctl tabcmd --explain` says them in those of tabctl",
            ));
        }
        args.global.fall_back_to(global);
        lines.push(Line {
            number,
            text: text.trim().to_owned(),
            args,
        });
    }
    Ok(lines)
}

fn each(lines: Vec<Line>, stop: bool) -> Result<(), Failure> {
    let all = lines.len();
    let (mut done, mut failed, mut first) = (0_usize, 0_usize, None);
    for Line { number, text, args } in lines {
        let begun = Instant::now();
        let result = super::run(args);
        let text = plain(&text).into_owned();
        match result {
            Ok(()) => {
                done += 1;
                say(&format!("line {number}: done{}: {text}", took(begun.elapsed())));
            }
            // The reader of the output, or the user, wants no more.
            Err(failure @ (Failure::BrokenPipe | Failure::Interrupted(_))) => return Err(failure),
            Err(failure) => {
                failed += 1;
                failure.report(false);
                let code = failure.code();
                say(&format!("line {number}: failed with exit code {code}: {text}"));
                first.get_or_insert(failure);
                if stop {
                    break;
                }
            }
        }
    }
    match first {
        None => Ok(()),
        Some(failure) if done == 0 => Err(Failure::Said(Box::new(failure))),
        Some(_) => {
            let left = all - done - failed;
            let left = match left {
                0 => String::new(),
                _ => format!(", {left} not begun"),
            };
            Err(Failure::Partly(format!("{failed} of {all} failed{left}")))
        }
    }
}

/// How long it took, where a person would notice.
fn took(time: Duration) -> String {
    match time.as_secs() {
        0 => String::new(),
        seconds => format!(" in {seconds} s"),
    }
}
