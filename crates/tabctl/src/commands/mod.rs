//! The commands, one file each: a function that takes what it needs and gives its outcome.

mod api;
mod auth;
mod batch;
mod call;
mod demo;
mod docs;
mod doctor;
mod download;
mod explain;
mod export;
mod favorites;
mod job;
mod lineage;
mod metadata;
mod people;
mod permissions;
mod publish;
mod queue;
mod reference;
mod resource;
mod sandbox;
mod search;
mod several;
mod shell;
mod state;
mod style;
mod tasks;
mod transfer;
mod tree;
mod tsm;

pub(crate) use shell::answer as answer_shell;

use crate::args::{Args, Command};
use crate::failure::Failure;

/// Runs the command that was typed.
pub(crate) fn run(args: Args) -> Result<(), Failure> {
    let Args { command, global } = args;
    match command {
        Command::Api(args) => api::run(&args, &global),
        Command::Batch(args) => batch::run(&args, &global),
        Command::Call(args) => call::run(args, &global),
        Command::Completions(args) => shell::completions(&args),
        Command::Man(args) => shell::man(&args),
        Command::Docs(args) => docs::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Sandbox(args) => sandbox::run(args),
        Command::Auth(args) => auth::run(args, &global),
        Command::Resource(args) => resource::run(args, &global),
        Command::Search(args) => search::run(&args, &global),
        Command::Plan(args) => state::plan(&args, &global),
        Command::Apply(args) => state::apply(&args, &global),
        Command::ExportState(args) => state::export(&args, &global),
        // Read before these arguments are, by `main`.
        Command::Tabcmd { .. } => Err(Failure::Usage(
            "write `tabctl tabcmd` before all options".to_owned(),
        )),
        Command::Tree(args) => tree::run(&args, &global),
        Command::Lineage(args) => lineage::run(&args, &global),
        Command::Tsm(args) => tsm::run(args, &global),
    }
}
