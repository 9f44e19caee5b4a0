//! A document of one's own: what of it a call does not have, which would be left out without a word, and how it is shown.

use serde_json::{Map, Value};
use tableau_client::Format;
use tableau_client::wire::codec::decode;
use tableau_client::wire::{BodyKind, Entry, Json, ReplyKind, Shape, ValueKind};

use crate::args::is_secret;
use crate::failure::Failure;
use crate::terminal::text::say;

/// Fails if a document has members that neither the request nor the answer of the call has: an answer that was changed may be sent back. Says
/// which members are the answer's alone, since they are not sent.
pub(super) fn check(entry: &Entry, document: &[u8]) -> Result<(), Failure> {
    let BodyKind::Document { child, shape } = entry.body else {
        return Ok(());
    };
    // What cannot be read is told when it is read for the call.
    let Some(document) = read(document) else {
        return Ok(());
    };
    let answered = match entry.reply {
        ReplyKind::Document { child: of, shape } if of == child => shape,
        _ => Shape::NONE,
    };
    let (root, path) = match child {
        Some(child) => (document.get(child).unwrap_or(&Value::Null), format!("{child}.")),
        None => (&document, String::new()),
    };
    let lacked_by = |shapes: &[Shape]| {
        let mut lacked = Vec::new();
        find(root, shapes, &path, &mut lacked);
        // Namespaces are attributes of the root.
        lacked.retain(|name| child.is_some() || !is_namespace(name));
        lacked
    };
    let unknown = lacked_by(&[shape, answered]);
    if unknown.is_empty() {
        let mut left_out = lacked_by(&[shape]);
        let beside = document.as_object().into_iter().flat_map(Map::keys);
        let beside = beside.filter(|name| child.is_some_and(|child| child != *name) && !is_namespace(name));
        left_out.extend(beside.map(|name| format!("`{name}`")));
        if !left_out.is_empty() {
            let (name, left_out) = (entry.operation.full_name(), left_out.join(", "));
            say(&format!("note: {name} does not take {left_out}: not sent"));
        }
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "{} has no {}\ntry: check the names, whose case counts; `tabctl api {} PATH --input FILE` sends a document as it is",
        entry.operation.full_name(),
        unknown.join(", "),
        entry.operation.method.as_str(),
    )))
}

/// A document as `--dry-run` shows it: what is sent of it, without its secrets.
pub(super) fn shown(entry: &Entry, document: &[u8]) -> Value {
    let (BodyKind::Document { child, shape }, Some(mut document)) = (entry.body, read(document)) else {
        return Value::Null;
    };
    if let (Some(child), Some(members)) = (child, document.as_object_mut()) {
        // What stands beside it is not sent.
        members.retain(|name, _| name == child);
        members.values_mut().for_each(|item| hide(item, shape));
    } else {
        hide(&mut document, shape);
    }
    document
}

/// Whether an attribute of the root is about namespaces.
fn is_namespace(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("xmlns") || name.contains("schemalocation")
}

fn read(document: &[u8]) -> Option<Value> {
    let format = Format::sniff(document)?;
    decode::<Json>(document, format)
        .ok()
        .map(|Json(document)| document)
}

fn hide(value: &mut Value, shape: Shape) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, shape)),
        Value::Object(members) => {
            let field = |name: &str| shape.fields().iter().find(|field| field.is_called(name));
            // What the request does not have is not sent; a type without a description may have any.
            members.retain(|name, _| shape.fields().is_empty() || field(name).is_some());
            for (name, member) in members {
                let Some(field) = field(name) else {
                    continue;
                };
                match field.kind {
                    kind if is_secret(kind) => *member = Value::from("[…]"),
                    kind => hide(member, shape_of(kind).unwrap_or(Shape::NONE)),
                }
            }
        }
        _ => {}
    }
}

/// The members of a value that none of these shapes has, by their paths.
fn find(value: &Value, shapes: &[Shape], path: &str, unknown: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for item in items {
                find(item, shapes, path, unknown);
            }
        }
        // A type without a description may have any.
        Value::Object(members) if shapes.iter().any(|shape| !shape.fields().is_empty()) => {
            for (name, member) in members {
                let fields = shapes.iter().flat_map(Shape::fields);
                let kinds: Vec<ValueKind> = fields
                    .filter(|field| field.is_called(name))
                    .map(|field| field.kind)
                    .collect();
                if kinds.is_empty() {
                    let name = format!("`{path}{name}`");
                    // Items of a list lack the same.
                    if !unknown.contains(&name) {
                        unknown.push(name);
                    }
                    continue;
                }
                let inner: Vec<Shape> = kinds.into_iter().filter_map(shape_of).collect();
                find(member, &inner, &format!("{path}{name}."), unknown);
            }
        }
        _ => {}
    }
}

fn shape_of(kind: ValueKind) -> Option<Shape> {
    match kind {
        ValueKind::Object(shape) => Some(*shape),
        ValueKind::List(item) => shape_of(*item),
        _ => None,
    }
}
