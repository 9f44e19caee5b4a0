//! The one printer: a table for eyes, tabs for pipes, JSON and CSV for programs. Data goes to standard output, words to standard error.

use std::borrow::Cow;
use std::io::{self, BufWriter, IsTerminal as _, StdoutLock, Write};

use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};
use serde::Serialize;

use crate::failure::Failure;

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
}

impl Form {
    /// What was asked for, or what suits whoever reads standard output.
    pub(crate) fn settle(json: bool, csv: bool) -> Self {
        match (json, csv) {
            (true, _) => Self::Json,
            (_, true) => Self::Csv,
            _ if io::stdout().is_terminal() => Self::Table,
            _ => Self::Tabs,
        }
    }
}

/// A column: its title, and its text for an item.
pub(crate) struct Column<T> {
    pub(crate) title: &'static str,
    pub(crate) text: fn(&T) -> String,
}

/// Prints items as they come, except for tables, which have to see all of them first.
pub(crate) struct Printer<T: 'static> {
    sink: Sink,
    columns: &'static [Column<T>],
}

enum Sink {
    Table(Table),
    Tabs(Out),
    Json { out: Out, first: bool },
    Csv(csv::Writer<Out>),
}

type Out = BufWriter<StdoutLock<'static>>;

impl<T: Serialize> Printer<T> {
    pub(crate) fn new(form: Form, columns: &'static [Column<T>]) -> Result<Self, Failure> {
        let out = BufWriter::new(io::stdout().lock());
        let titles = columns.iter().map(|column| column.title);
        let sink = match form {
            Form::Table => {
                let mut table = Table::new();
                table
                    .load_style(presets::NOTHING)
                    .set_content_arrangement(ContentArrangement::Dynamic);
                table.set_header(titles);
                Sink::Table(table)
            }
            Form::Tabs => Sink::Tabs(out),
            Form::Json => Sink::Json { out, first: true },
            Form::Csv => {
                let mut writer = csv::Writer::from_writer(out);
                writer.write_record(titles).map_err(csv_error)?;
                Sink::Csv(writer)
            }
        };
        Ok(Self { sink, columns })
    }

    /// Prints one item.
    pub(crate) fn item(&mut self, item: &T) -> Result<(), Failure> {
        let cells = self.columns.iter().map(|column| (column.text)(item));
        match &mut self.sink {
            Sink::Table(table) => {
                table.add_row(cells.map(|cell| plain(&cell).into_owned()));
            }
            Sink::Tabs(out) => {
                let line: Vec<_> = cells.map(|cell| plain(&cell).into_owned()).collect();
                writeln!(out, "{}", line.join("\t"))?;
            }
            Sink::Json { out, first } => {
                out.write_all(if std::mem::take(first) { b"[\n  " } else { b",\n  " })?;
                serde_json::to_writer(&mut *out, item).map_err(io::Error::from)?;
            }
            Sink::Csv(writer) => writer.write_record(cells).map_err(csv_error)?,
        }
        Ok(())
    }

    /// Prints what is left.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        match self.sink {
            Sink::Table(mut table) => {
                // Identifiers are there to be copied: they stay whole.
                if let Some(id) = self
                    .columns
                    .iter()
                    .position(|column| column.title == "id")
                    .and_then(|at| table.column_mut(at))
                {
                    id.set_constraint(ColumnConstraint::ContentWidth);
                }
                let mut out = io::stdout().lock();
                for line in table.lines() {
                    writeln!(out, "{}", line.trim_end())?;
                }
                out.flush()?;
            }
            Sink::Tabs(mut out) => out.flush()?,
            Sink::Json { mut out, first } => {
                out.write_all(if first { b"[]\n" } else { b"\n]\n" })?;
                out.flush()?;
            }
            Sink::Csv(mut writer) => writer.flush()?,
        }
        Ok(())
    }
}

fn csv_error(error: csv::Error) -> Failure {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => Failure::Local(format!("the output cannot be written: {other:?}")),
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
