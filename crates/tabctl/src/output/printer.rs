//! Prints items in the chosen form.

use std::io::{self, IsTerminal as _, Write as _};

use serde::Serialize;
use serde_json::{Map, Value};
use tableau_client::wire::JsonText;

use super::cell;
use super::columns::{Column, NO_IDENTIFIER};
use super::out::Out;
use super::style::{Form, Style};
use super::table::{self, Heading, Holds};
use crate::failure::Failure;
use crate::terminal::text::{escaped, is_colored, plain, say};

/// A column as it is printed.
struct Field {
    title: String,
    path: String,
}

impl Field {
    fn new(title: &str, path: &str) -> Self {
        Self {
            title: title.to_owned(),
            path: path.to_owned(),
        }
    }
}

/// Prints items as they come, except in tables, which need all of them first.
pub(crate) struct Printer {
    form: Form,
    fields: Vec<Field>,
    /// Whether the columns were chosen by name.
    asked: bool,
    rows: Vec<Vec<String>>,
    out: Sink,
    count: usize,
}

enum Sink {
    /// Opened with the first data: an error before that needs no pager.
    Closed(Style),
    Open(Out),
    Csv(Box<csv::Writer<Out>>),
}

impl Printer {
    /// A printer with a command's own columns, unless others were chosen.
    pub(crate) fn new(style: Style, columns: &[Column]) -> Self {
        let own = |name: &String| columns.iter().find(|column| column.title == name);
        let fields = match &style.columns {
            Some(names) => {
                let named = names.iter().map(|name| match own(name) {
                    Some(column) => Field::new(column.title, column.path),
                    None => Field::new(name, name),
                });
                named.collect()
            }
            None => columns
                .iter()
                .map(|column| Field::new(column.title, column.path))
                .collect(),
        };
        Self {
            form: style.form,
            fields,
            asked: style.columns.is_some(),
            rows: Vec::new(),
            out: Sink::Closed(style),
            count: 0,
        }
    }

    /// Whether an empty list is printed too, as programs expect it.
    pub(crate) fn is_for_programs(&self) -> bool {
        matches!(self.form, Form::Json | Form::Csv)
    }

    /// Prints one item.
    pub(crate) fn item(&mut self, item: &Value) -> Result<(), Failure> {
        self.count += 1;
        match self.form {
            Form::Json if !self.asked => self.json(item),
            _ => self.value(item),
        }
    }

    /// Prints one item, of which no more is read than is printed; gives what was read.
    pub(crate) fn text(&mut self, item: &JsonText) -> Result<Option<Value>, Failure> {
        self.count += 1;
        let some = match self.form {
            Form::Json if !self.asked => {
                self.json_text(item.as_str())?;
                return Ok(None);
            }
            Form::Ids => Some(item.members(&["id"])?).filter(|item| item.get("id").is_some()),
            _ => self.members().map(|names| item.members(&names)).transpose()?,
        };
        let read = match some {
            Some(some) => some,
            None => item.value()?,
        };
        self.value(&read)?;
        Ok(Some(read))
    }

    /// The members of an item that are printed, if that is known before it is read.
    fn members(&self) -> Option<Vec<&str>> {
        if self.fields.is_empty() {
            return None;
        }
        let names = self.fields.iter().map(|field| {
            let (name, _) = field.path.split_once('.').unwrap_or((&field.path, ""));
            Some(name).filter(|name| !name.is_empty())
        });
        names.collect()
    }

    fn value(&mut self, item: &Value) -> Result<(), Failure> {
        if self.fields.is_empty() {
            let columns = cell::columns(item).into_iter();
            self.fields = columns.map(|path| Field::new(&path, &path)).collect();
        }
        match self.form {
            Form::Ids => {
                let Some(id) = cell::identifier(item) else {
                    return Err(Failure::Local(NO_IDENTIFIER.to_owned()));
                };
                writeln!(self.out()?, "{}", plain(&id))?;
            }
            Form::Json => {
                let chosen = self.chosen(item);
                self.json(&chosen)?;
            }
            Form::Table => {
                let row = self.row(item);
                self.rows.push(row);
            }
            Form::Tabs => {
                let line = self.row(item).join("\t");
                writeln!(self.out()?, "{line}")?;
            }
            Form::Csv => {
                let row = match io::stdout().is_terminal() {
                    true => self.row(item),
                    false => self.cells(item),
                };
                self.csv()?.write_record(row).map_err(csv_error)?;
            }
        }
        Ok(())
    }

    fn json(&mut self, item: &impl Serialize) -> Result<(), Failure> {
        self.json_text(&serde_json::to_string(item).map_err(io::Error::from)?)
    }

    fn json_text(&mut self, text: &str) -> Result<(), Failure> {
        let before: &[u8] = if self.count == 1 { b"[\n  " } else { b",\n  " };
        let out = self.out()?;
        out.write_all(before)?;
        out.write_all(escaped(text).as_bytes())?;
        Ok(())
    }

    /// The chosen members.
    fn chosen(&self, item: &Value) -> Map<String, Value> {
        let mut chosen = Map::new();
        for field in &self.fields {
            if let Some(value) = cell::value(item, &field.path) {
                chosen.insert(field.title.clone(), value.clone());
            }
        }
        chosen
    }

    fn cells(&self, item: &Value) -> Vec<String> {
        let text = |field: &Field| cell::value(item, &field.path).map(cell::text).unwrap_or_default();
        self.fields.iter().map(text).collect()
    }

    /// The cells of an item, without line breaks.
    fn row(&self, item: &Value) -> Vec<String> {
        let cells = self.cells(item);
        cells.iter().map(|text| plain(text).into_owned()).collect()
    }

    fn out(&mut self) -> Result<&mut Out, Failure> {
        if let Sink::Closed(style) = &self.out {
            self.out = Sink::Open(Out::open(&style.paging));
        }
        match &mut self.out {
            Sink::Open(out) => Ok(out),
            _ => Err(Failure::Local("the output is closed".to_owned())),
        }
    }

    fn csv(&mut self) -> Result<&mut csv::Writer<Out>, Failure> {
        if let Sink::Closed(style) = &self.out {
            let mut writer = csv::Writer::from_writer(Out::open(&style.paging));
            // A list without items may be one without columns.
            if !self.fields.is_empty() {
                let titles = self.fields.iter().map(|field| &field.title);
                writer.write_record(titles).map_err(csv_error)?;
            }
            self.out = Sink::Csv(Box::new(writer));
        }
        match &mut self.out {
            Sink::Csv(writer) => Ok(writer),
            _ => Err(Failure::Local("the output is closed".to_owned())),
        }
    }

    /// Prints the rest.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        match self.form {
            Form::Table if self.rows.is_empty() => say("Nothing found"),
            Form::Table => {
                let lines = table::lines(&self.headings(), &self.rows, width(), bold());
                for line in lines {
                    writeln!(self.out()?, "{line}")?;
                }
            }
            Form::Json => {
                let end: &[u8] = if self.count == 0 { b"[]\n" } else { b"\n]\n" };
                self.out()?.write_all(end)?;
            }
            Form::Csv => {
                self.csv()?;
            }
            Form::Tabs | Form::Ids => {}
        }
        self.close()
    }

    /// Prints one item alone: not as a list.
    pub(crate) fn only(mut self, item: &Value) -> Result<(), Failure> {
        self.count = 1;
        if self.fields.is_empty() {
            let names: Vec<_> = match item.as_object() {
                Some(members) => members.keys().cloned().collect(),
                None => cell::columns(item),
            };
            self.fields = names.iter().map(|name| Field::new(name, name)).collect();
        }
        match self.form {
            Form::Json if self.asked => {
                let chosen = self.chosen(item);
                self.document(&chosen)?;
            }
            Form::Json => self.document(item)?,
            Form::Table => {
                let row = self.row(item);
                let lines = table::record(&self.headings(), &row, width(), bold());
                for line in lines {
                    writeln!(self.out()?, "{line}")?;
                }
            }
            Form::Tabs => {
                let row = self.row(item);
                let titles: Vec<_> = self.fields.iter().map(|field| field.title.clone()).collect();
                for (title, text) in titles.iter().zip(row).filter(|(_, text)| !text.is_empty()) {
                    writeln!(self.out()?, "{title}\t{text}")?;
                }
            }
            Form::Csv | Form::Ids => self.value(item)?,
        }
        self.close()
    }

    fn document(&mut self, document: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(document).map_err(io::Error::from)?;
        writeln!(self.out()?, "{}", escaped(&text))?;
        Ok(())
    }

    fn headings(&self) -> Vec<Heading> {
        let heading = |field: &Field| Heading {
            title: plain(&field.title).into_owned(),
            holds: match cell::is_identifier(&field.path) {
                true if self.asked => Holds::AskedIds,
                true => Holds::Ids,
                false => Holds::Values,
            },
        };
        self.fields.iter().map(heading).collect()
    }

    fn close(self) -> Result<(), Failure> {
        match self.out {
            Sink::Closed(_) => {}
            Sink::Open(out) => out.finish()?,
            Sink::Csv(writer) => {
                let out = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
                out.finish()?;
            }
        }
        Ok(())
    }
}

/// The escape sequences that begin and end bold text, where the terminal shows them.
fn bold() -> [&'static str; 2] {
    if is_colored(&io::stdout()) {
        ["\x1b[1m", "\x1b[0m"]
    } else {
        ["", ""]
    }
}

/// The width of the terminal; 80 columns where it has none.
fn width() -> usize {
    let known = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    known.filter(|width| *width > 0).unwrap_or(80)
}

fn csv_error(error: csv::Error) -> Failure {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => Failure::Local(format!("the output cannot be written: {other:?}")),
    }
}
