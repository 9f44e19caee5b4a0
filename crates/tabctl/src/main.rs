//! Tableau Server and Tableau Cloud on the command line.
//!
//! Parse ([`args`]) → settle ([`session`], [`mod@env`]) → run ([`commands`]) → print ([`output`], [`failure`]). [`tabcmd`] is another language for the same commands.

mod args;
mod commands;
mod encoding;
mod env;
mod exit;
mod failure;
mod input;
mod log;
mod output;
mod session;
mod tabcmd;
mod terminal;

use std::env::ArgsOs;
use std::io::{self, Write as _};
use std::process::ExitCode;

fn main() -> ExitCode {
    leave_no_core();
    if let Some(ended) = output::jq::process(std::env::args_os()) {
        return ended;
    }
    commands::answer_shell();
    if let Some(words) = tabcmd::words(std::env::args_os()) {
        return tabcmd::main(words);
    }
    if let Some(ended) = version(std::env::args_os()) {
        return ended;
    }
    let as_json = failure::is_wanted_as_json(std::env::args_os());
    let args = match args::Args::typed(std::env::args_os()) {
        Ok(args) => args,
        Err(error) => return failure::report_usage(&error, as_json),
    };
    match env::check()
        .map_err(failure::Failure::Usage)
        .and_then(|()| log::start())
        .and_then(|()| commands::run(args))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(as_json),
    }
}

/// Keeps what is in memory, secrets too, out of core files: those of this process, and of the programs that it starts.
fn leave_no_core() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let maximum = getrlimit(Resource::Core).maximum;
        // Lowering a limit needs no right; where it fails all the same, the command works without it.
        let _ = setrlimit(
            Resource::Core,
            Rlimit {
                current: Some(0),
                maximum,
            },
        );
    }
}

/// Answers `tabctl --version`, for which the command line need not be described.
fn version(words: ArgsOs) -> Option<ExitCode> {
    let mut words = words.skip(1);
    let is_wanted = words
        .next()
        .is_some_and(|word| word == "--version" || word == "-V");
    if !is_wanted || words.next().is_some() {
        return None;
    }
    let written = writeln!(io::stdout(), "tabctl {}", env!("CARGO_PKG_VERSION"));
    Some(match written.map_err(failure::Failure::from) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(false),
    })
}
