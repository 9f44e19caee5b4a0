//! The front for tabcmd's language: `tabctl tabcmd …`, and the same when the program is called `tabcmd`.
//!
//! [`table`] has every command and option of tabcmd as data, [`mod@parse`] reads a command line by it, [`translate`] says it in commands of tabctl, and
//! [`run`] runs those as if they had been typed. [`explain`] prints them instead, and [`install`] makes the link.

mod classic;
mod explain;
mod globals;
mod install;
mod options;
mod parse;
mod run;
mod table;
#[cfg(test)]
mod tests;
mod translate;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use self::parse::{Asked, parse};
use self::run::Outcome;
use crate::failure::Failure;
use crate::terminal::text::say;

/// The words of tabcmd's language, if the program was called `tabcmd`, or its first argument is that.
pub(crate) fn words(mut all: impl Iterator<Item = OsString>) -> Option<Vec<OsString>> {
    let program = all.next()?;
    let name = Path::new(&program).file_stem()?;
    if name == "tabcmd" {
        return Some(all.collect());
    }
    let first = all.next()?;
    (first == "tabcmd").then(|| all.collect())
}

/// Runs a command line of tabcmd. The exit code is that of tabcmd: 0 if all of it worked, or else 1.
pub(crate) fn main(words: Vec<OsString>) -> ExitCode {
    match run_words(words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report(false);
            ExitCode::FAILURE
        }
    }
}

fn run_words(words: Vec<OsString>) -> Result<(), Failure> {
    let words = words
        .into_iter()
        .map(|word| {
            word.into_string()
                .map_err(|word| Failure::Usage(format!("{word:?} is not valid UTF-8")))
        })
        .collect::<Result<Vec<_>, _>>()?;
    if let Some(done) = own_option(&words) {
        return done;
    }
    let typed = match parse(&words).map_err(Failure::Usage)? {
        Asked::Help(text) => return print(&text),
        Asked::Version => {
            return print(&format!("tabctl {} as tabcmd 2.0.21", env!("CARGO_PKG_VERSION")));
        }
        Asked::Command(typed) => typed,
    };
    for warning in &typed.warnings {
        say(&format!("warning: {warning}"));
    }
    match run::run(&typed)? {
        Outcome::Done => Ok(()),
        Outcome::WasThere(message) => {
            say(&message);
            Ok(())
        }
    }
}

fn print(text: &str) -> Result<(), Failure> {
    Ok(writeln!(io::stdout(), "{text}")?)
}

/// The options of the front itself, which come before the command.
fn own_option(words: &[String]) -> Option<Result<(), Failure>> {
    let (first, rest) = words.split_first()?;
    match (first.as_str(), rest) {
        ("--explain", rest) => Some(explain::line(rest)),
        ("--explain-script", [file]) => Some(explain::script(Path::new(file))),
        ("--install", [folder]) => Some(install::install(Path::new(folder))),
        ("--explain-script" | "--install", _) => {
            let what = if first == "--install" {
                "a folder"
            } else {
                "a file"
            };
            Some(Err(Failure::Usage(format!("{first} takes {what}"))))
        }
        _ => None,
    }
}
