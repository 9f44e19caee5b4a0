//! Prints what a call gives.

use serde_json::Value;
use tableau_client::wire::Reply;

use crate::failure::Failure;
use crate::output::jq::Filter;
use crate::output::{Column, Out, Printer, Style};

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
    let mut printer = Printer::new(style, columns);
    match document {
        Value::Array(items) => {
            for item in &items {
                printer.item(item)?;
            }
            printer.finish()
        }
        one => printer.only(&one),
    }
}

/// Prints what a filter makes of a document.
pub(super) fn filtered(document: &Value, filter: &Filter, style: &Style) -> Result<(), Failure> {
    let made = filter.run(document.to_string().as_bytes())?;
    let mut out = Out::open(&style.paging);
    let written = out.text(&made);
    let finished = out.finish();
    written?;
    Ok(finished?)
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
