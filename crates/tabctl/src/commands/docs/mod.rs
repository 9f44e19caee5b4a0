//! `tabctl docs`: writes the reference, a page for each group of calls, from the table of endpoints.

mod page;

use std::collections::BTreeMap;
use std::fs;
use std::io;

use tableau_client::wire::{Entry, endpoints};

use crate::args::{self, Docs};
use crate::failure::Failure;
use crate::terminal::text::say;

/// What stands above every page.
const ORIGIN: &str =
    "<!-- Written by `tabctl docs docs/reference` from the table of endpoints; a test compares it. -->\n\n";

pub(crate) fn run(typed: &Docs) -> Result<(), Failure> {
    let folder = &typed.output;
    let failed =
        |error: io::Error| Failure::Local(format!("{} cannot be written: {error}", folder.display()));
    fs::create_dir_all(folder).map_err(failed)?;
    let mut command = args::command();
    // The commands of groups are made when they are looked at.
    command.build();
    let groups = groups();
    for (group, entries) in &groups {
        let page = format!("{ORIGIN}{}", page::of(group, entries, &command));
        fs::write(folder.join(format!("{group}.md")), page).map_err(failed)?;
    }
    fs::write(folder.join("README.md"), format!("{ORIGIN}{}", front(&groups))).map_err(failed)?;
    say(&format!("The pages are in {}", folder.display()));
    Ok(())
}

/// The calls, group by group.
fn groups() -> BTreeMap<&'static str, Vec<&'static Entry>> {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for entry in endpoints() {
        groups.entry(entry.operation.group).or_default().push(entry);
    }
    groups
}

/// The page that names the others, with what holds for every call.
fn front(groups: &BTreeMap<&'static str, Vec<&'static Entry>>) -> String {
    let mut text = "# The calls of the REST API\n\n\
        Each page is a group: the address of each call, its versions and products, its arguments, its answer, the errors that are its own, and how it reads in Rust and in the shell. `tabctl call --list` lists \
        them all, and `tabctl GROUP NAME --help` explains one.\n\n\
        | group | calls |\n| --- | --- |\n"
        .to_owned();
    for (group, entries) in groups {
        let names: Vec<_> = entries.iter().map(|entry| entry.operation.name).collect();
        text.push_str(&format!("| [{group}]({group}.md) | {} |\n", names.join(", ")));
    }
    text.push_str(
        "\n## Errors of every call\n\n\
        | status, code | reason |\n| --- | --- |\n\
        | 400 400000 | the document is malformed or incomplete |\n\
        | 401 401000 | the call needs a session, and there is no token |\n\
        | 401 401002 | the session has ended, or the JWT lacks the scope of the call |\n\
        | 403 403004 | the user may not do this; the pages have the codes that calls have beside it |\n\
        | 404 404008 | the version in the address does not have the call yet |\n\
        | 404 404003 | there is no such address, or the item has no code of its own |\n\
        | 405 405000 | the address is there, but not with this method |\n\
        | 429 429000 | too many requests: the answer may say when to come again |\n\n\
        `tabctl auth explain CODE` tells what a code means and what to try; errors of the library have code, summary and detail \
        (`Error::code`).\n",
    );
    text
}
