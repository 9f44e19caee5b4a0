//! The one printer: a table for eyes, tabs for pipes, JSON and CSV for programs. Data goes to standard output, words to standard error.

mod cell;
mod out;
mod printer;
mod progress;
mod table;

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write as _};

use anstream::{AutoStream, ColorChoice};

use crate::args;

pub(crate) use out::{Out, Paging};
pub(crate) use printer::{Column, Printer};
pub(crate) use progress::Progress;

/// How data is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Columns that fit the terminal.
    Table,
    /// One line for each item, fields separated by tabs, without a header.
    Tabs,
    /// One array of objects.
    Json,
    /// Comma-separated values with a header.
    Csv,
    /// One identifier on each line.
    Ids,
}

/// What was asked for, or what suits whoever reads standard output.
#[derive(Debug, Clone)]
pub(crate) struct Style {
    pub(crate) form: Form,
    /// The columns that were asked for, instead of a command's own.
    pub(crate) columns: Option<Vec<String>>,
    pub(crate) paging: Paging,
}

impl Style {
    pub(crate) fn settle(args: args::Output, no_pager: bool) -> Self {
        let form = match args {
            args::Output { json: true, .. } => Form::Json,
            args::Output { csv: true, .. } => Form::Csv,
            args::Output { quiet: true, .. } => Form::Ids,
            _ if io::stdout().is_terminal() => Form::Table,
            _ => Form::Tabs,
        };
        Self {
            form,
            columns: args.columns,
            paging: Paging::settle(no_pager),
        }
    }

    /// Says how far it is while items come; a table is written only when all of them are there.
    pub(crate) fn progress(&self) -> Progress {
        Progress::new(self.form != Form::Table)
    }
}

/// Whether words may be colored there: on a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`.
fn is_colored(stream: &impl anstream::stream::RawStream) -> bool {
    AutoStream::choice(stream) != ColorChoice::Never
}

/// The beginning of an error, red where that is seen.
pub(crate) fn error_word() -> &'static str {
    if is_colored(&io::stderr()) {
        "\x1b[1;31merror:\x1b[0m"
    } else {
        "error:"
    }
}

/// Text without control characters: a name on the server must not move the cursor of whoever reads it.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if text.chars().any(char::is_control) {
        Cow::Owned(
            text.chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect(),
        )
    } else {
        Cow::Borrowed(text)
    }
}

/// Says something to whoever watches: on standard error, so that data stays data.
pub(crate) fn say(text: &str) {
    // Nothing is to be done about a closed standard error.
    let _ = writeln!(io::stderr(), "{text}");
}
