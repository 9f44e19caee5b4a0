//! Tableau Server and Tableau Cloud on the command line.
//!
//! Parse ([`args`]) → settle ([`settings`], [`profile`], [`mod@env`]) → run ([`commands`]) → print ([`output`], [`failure`]).

mod args;
mod commands;
mod config;
mod env;
mod exchange;
mod failure;
mod helper;
mod input;
mod jq;
mod keyring;
mod log;
mod output;
mod profile;
mod prompt;
mod secrets;
mod settings;
mod source;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    if let Some(ended) = jq::process(std::env::args_os()) {
        return ended;
    }
    let as_json = failure::is_wanted_as_json(std::env::args_os());
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => return failure::report_usage(&error, as_json),
    };
    match env::check()
        .and_then(|()| log::start())
        .and_then(|()| commands::run(args))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(as_json),
    }
}
