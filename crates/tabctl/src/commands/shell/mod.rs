//! `tabctl completions` and `tabctl man`: both generated from the arguments' definitions.

mod complete;

use std::fs;
use std::io::{self, Write as _};

use clap_complete::env::Shells;

pub(crate) use complete::answer;

use crate::args::{self, Completions, Man};
use crate::failure::Failure;
use crate::terminal::text::say;

/// Prints the script by which a shell asks this program for candidates.
pub(crate) fn completions(typed: &Completions) -> Result<(), Failure> {
    let mut script = Vec::new();
    let shells = Shells::builtins();
    if let Some(shell) = shells.completer(&typed.shell.to_string()) {
        shell.write_registration(complete::VARIABLE, "tabctl", "tabctl", "tabctl", &mut script)?;
    }
    Ok(io::stdout().lock().write_all(&script)?)
}

pub(crate) fn man(typed: &Man) -> Result<(), Failure> {
    let command = args::command();
    let Some(folder) = &typed.output else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        return Ok(io::stdout().lock().write_all(&page)?);
    };
    let failed =
        |error: io::Error| Failure::Local(format!("{} cannot be written: {error}", folder.display()));
    fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(command, folder).map_err(failed)?;
    say(&format!("The pages are in {}", folder.display()));
    Ok(())
}
