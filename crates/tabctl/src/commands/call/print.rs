//! Prints the reply of a call.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

use serde_json::Value;
use tableau_client::wire::{Field, JsonText, Reply, ReplyKind, Shape};

use crate::failure::Failure;
use crate::output::file::{self, Readers};
use crate::output::jq::Filter;
use crate::output::{Column, Members, Out, Printer, Style};
use crate::terminal::text::{plain, say};

pub(super) fn reply(
    reply: Reply,
    style: Style,
    columns: &[Column],
    filter: Option<&Filter>,
) -> Result<(), Failure> {
    let document = match reply {
        Reply::Nothing => return Ok(()),
        Reply::Page { items, .. } => {
            Value::Array(items.iter().map(JsonText::value).collect::<Result<_, _>>()?)
        }
        Reply::One(value) => unwrapped(value),
        _ => return Err(Failure::Local("this reply cannot be printed".to_owned())),
    };
    if let Some(filter) = filter {
        return filtered(&document, filter, &style);
    }
    match document {
        Value::Array(items) => {
            style.check(columns, &Members::In(&items))?;
            let mut printer = Printer::new(style, columns);
            for item in &items {
                printer.item(item)?;
            }
            printer.finish()
        }
        one => Printer::new(style, columns).only(&one),
    }
}

/// Prints a document through a filter.
pub(super) fn filtered(document: &Value, filter: &Filter, style: &Style) -> Result<(), Failure> {
    let made = filter.run(document.to_string().as_bytes())?;
    let mut out = Out::open(&style.paging);
    let written = out.text(&made);
    let finished = out.finish();
    written?;
    Ok(finished?)
}

/// Writes a file to standard output, which is no terminal then.
pub(super) fn content(bytes: &[u8]) -> Result<(), Failure> {
    if io::stdout().is_terminal() {
        let message = "this call gives a file, which a terminal cannot show: send it to a file with `>`";
        return Err(Failure::Local(message.to_owned()));
    }
    Ok(io::stdout().lock().write_all(bytes)?)
}

/// The shape of an answer that has the item, or the job that makes it: as one member of an object.
pub(super) const ITEM_OR_JOB: &str = "Published";

/// The member with the item, in the shape of an answer that has warnings beside it.
pub(super) fn with_warnings(shape: Shape) -> Option<Field> {
    match shape.fields() {
        [item, Field { name: "warnings", .. }] => Some(*item),
        _ => None,
    }
}

/// The item of a document in which lists stand beside it: a flow and its output steps.
pub(super) fn beside_lists(shape: Shape) -> Option<Field> {
    let item = shape.fields().iter().find(|field| field.name == "flow");
    item.filter(|_| shape.name == "FlowDetails").copied()
}

/// Such a document as a table shows an item: with the lists as further members.
pub(super) fn with_lists(reply: Reply, item: Field) -> Reply {
    let mut members = match reply {
        Reply::One(Value::Object(members)) => members,
        other => return other,
    };
    match members.remove(item.name) {
        Some(Value::Object(mut of_item)) => {
            of_item.extend(members);
            Reply::One(Value::Object(of_item))
        }
        _ => Reply::One(Value::Object(members)),
    }
}

/// What an answer is about as other calls give it: the item or the job alone, and an item with the warnings beside it as one more member. They go to
/// standard error, too.
pub(super) fn item(reply: Reply, kind: ReplyKind) -> Reply {
    let ReplyKind::Document { shape, .. } = kind else {
        return reply;
    };
    let mut members = match reply {
        Reply::One(Value::Object(members)) => members,
        other => return other,
    };
    if shape.name == ITEM_OR_JOB && members.len() == 1 {
        let member = members.into_iter().next();
        return Reply::One(member.map(|(_, value)| value).unwrap_or_default());
    }
    let Some(of_item) = with_warnings(shape) else {
        return Reply::One(Value::Object(members));
    };
    let warnings = members.remove("warnings").map(unwrapped).unwrap_or_default();
    for warning in warnings.as_array().into_iter().flatten() {
        let text = |name: &str| warning.get(name).and_then(Value::as_str).unwrap_or_default();
        say(&plain(&format!(
            "warning: {} {}",
            text("errorCode"),
            text("message")
        )));
    }
    let mut item = members.remove(of_item.name).unwrap_or_default();
    if let (Value::Object(item), false) = (&mut item, warnings.is_null()) {
        item.insert("warnings".to_owned(), warnings);
    }
    Reply::One(item)
}

/// Saves a file, in the place of one that is there.
pub(super) fn to_file(bytes: &[u8], file: &Path) -> Result<(), Failure> {
    file::save(file, bytes, Readers::Usual, true)?;
    say(&format!("{} bytes written to {}", bytes.len(), file.display()));
    Ok(())
}

/// A list without the object that Tableau puts around it.
fn unwrapped(value: Value) -> Value {
    match value {
        Value::Object(members) if members.len() == 1 && members.values().all(Value::is_array) => members
            .into_iter()
            .map(|(_, list)| list)
            .next()
            .unwrap_or_default(),
        other => other,
    }
}
