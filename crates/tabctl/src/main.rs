//! Tableau Server and Tableau Cloud on the command line.
//!
//! Parse ([`args`]) → settle ([`settings`], [`profile`], [`mod@env`]) → run ([`commands`]) → print ([`output`], [`failure`]).

mod args;
mod commands;
mod env;
mod exchange;
mod failure;
mod output;
mod profile;
mod settings;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let args = args::Args::parse();
    match commands::run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
