//! Prints a controller's documents: unchanged, or as rows.

use serde::Serialize;
use serde_json::Value;

use crate::args::Output;
use crate::failure::Failure;
use crate::output::{Column, Form, Members, Paging, Printer, Style};

/// Prints a list: as the controller sends it in JSON, else with the row that `row` makes of each item.
pub(super) fn list(
    style: Style,
    columns: &[Column],
    items: &[Value],
    row: fn(&mut Value),
) -> Result<(), Failure> {
    let as_sent = style.form == Form::Json;
    let mut items = items.to_vec();
    if !as_sent {
        items.iter_mut().for_each(row);
    }
    style.check(columns, &Members::In(&items))?;
    let mut printer = Printer::new(style, columns);
    for item in &items {
        printer.item(item)?;
    }
    printer.finish()
}

/// Prints one document in JSON.
pub(super) fn document(document: &impl Serialize) -> Result<(), Failure> {
    let style = Style {
        form: Form::Json,
        columns: None,
        paging: Paging::settle(true),
    };
    let document = serde_json::to_value(document).map_err(std::io::Error::from)?;
    Printer::new(style, &[]).only(&document)
}

/// Whether to print the whole document, instead of rows.
pub(super) fn is_whole(output: &Output) -> bool {
    output.json && output.columns.is_none()
}

/// The text of a member; empty if there is none.
pub(super) fn text(item: &Value, name: &str) -> String {
    match item.get(name) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// Adds a member to a row.
pub(super) fn add(row: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(members) = row.as_object_mut() {
        members.insert(name.to_owned(), value.into());
    }
}

/// The items of a list in a document; none if the list is absent.
pub(super) fn items<'v>(document: &'v Value, pointer: &str) -> &'v [Value] {
    let list = document.pointer(pointer).and_then(Value::as_array);
    list.map(Vec::as_slice).unwrap_or_default()
}
