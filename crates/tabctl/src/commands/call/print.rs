//! Prints the reply of a call.

use std::io::{self, IsTerminal as _, Write as _};

use serde_json::Value;
use tableau_client::wire::{Reply, ReplyKind};

use crate::failure::Failure;
use crate::output::jq::Filter;
use crate::output::{Column, Members, Out, Printer, Style};

pub(super) fn reply(
    reply: Reply,
    style: Style,
    columns: &[Column],
    filter: Option<&Filter>,
) -> Result<(), Failure> {
    let document = match reply {
        Reply::Nothing => return Ok(()),
        Reply::Page { items, .. } => Value::Array(items),
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

/// The item or the job alone, as other calls that create give it.
pub(super) fn item_or_job(reply: Reply, kind: ReplyKind) -> Reply {
    let is_one = matches!(kind, ReplyKind::Document { shape, .. } if shape.name == ITEM_OR_JOB);
    match reply {
        Reply::One(Value::Object(members)) if is_one && members.len() == 1 => {
            let member = members.into_iter().next();
            Reply::One(member.map(|(_, value)| value).unwrap_or_default())
        }
        other => other,
    }
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
