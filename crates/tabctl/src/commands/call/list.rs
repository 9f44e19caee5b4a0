//! `tabctl call --list`.

use serde_json::{Value, json};
use tableau_client::wire::query::FilterField;
use tableau_client::wire::{Availability, Entry, Family, Place, ReplyKind, Scope, Shape, ValueKind};

use crate::args::members;
use crate::failure::Failure;
use crate::output::{Column, Members, Printer, Style};

const COLUMNS: &[Column] = &[
    Column::of("name"),
    Column::of("method"),
    Column::of("path"),
    Column::of("since"),
    Column::of("summary"),
];

pub(super) fn print(style: Style) -> Result<(), Failure> {
    let all: Vec<_> = Family::ALL
        .iter()
        .flat_map(|family| family.endpoints())
        .map(describe)
        .collect();
    style.check(COLUMNS, &Members::In(&all))?;
    let mut printer = Printer::new(style, COLUMNS);
    for endpoint in &all {
        printer.item(endpoint)?;
    }
    printer.finish()
}

/// The facts of an endpoint.
fn describe(entry: &Entry) -> Value {
    let operation = entry.operation;
    let params = operation.all_params().map(|param| {
        let place = match param.place {
            Place::Path => "path",
            Place::Query | Place::QuerySet => "query",
            Place::Header => "header",
        };
        argument(param.name, place, param.kind, param.doc)
    });
    let members = members(entry);
    let members = members
        .iter()
        .map(|(path, field)| argument(path, "body", field.kind, field.doc));
    json!({
        "name": operation.full_name(),
        "method": operation.method.as_str(),
        "path": operation.template(),
        "since": operation.since.to_string(),
        "until": operation.until.map(|until| until.to_string()),
        "summary": operation.summary.to_string(),
        "session": operation.scope != Scope::Open,
        "availability": match operation.availability {
            Availability::Everywhere => "everywhere",
            Availability::ServerOnly => "server",
            Availability::CloudOnly => "cloud",
        },
        "jwtScope": operation.jwt_scope,
        "arguments": params.chain(members).collect::<Vec<_>>(),
        "reply": reply(entry.reply),
        "filters": operation.filters.iter().map(filter).collect::<Vec<_>>(),
    })
}

fn filter(field: &FilterField) -> Value {
    let operators = field.operators.iter().map(|operator| operator.as_str());
    json!({"name": field.name, "operators": operators.collect::<Vec<_>>()})
}

/// The reply of a call: its kind, and the members of the document or of each item.
fn reply(kind: ReplyKind) -> Value {
    let members = |shape: Shape| {
        let fields = shape.fields().iter().map(|field| {
            let item = match field.kind {
                ValueKind::List(item) => *item,
                kind => kind,
            };
            let (name, kind, doc) = (field.name, word(field.kind), field.doc);
            match item {
                ValueKind::Object(shape) => {
                    json!({"name": name, "kind": kind, "doc": doc, "type": shape.name})
                }
                _ => json!({"name": name, "kind": kind, "doc": doc}),
            }
        });
        fields.collect::<Vec<_>>()
    };
    match kind {
        ReplyKind::Document { child, shape } => {
            json!({"kind": "document", "child": child, "type": shape.name, "members": members(shape)})
        }
        ReplyKind::Page { element, shape } => {
            json!({"kind": "list", "child": element, "type": shape.name, "members": members(shape)})
        }
        ReplyKind::Content => json!({"kind": "file"}),
        _ => json!({"kind": "nothing"}),
    }
}

fn argument(name: &str, place: &str, kind: ValueKind, doc: &str) -> Value {
    json!({"name": name, "in": place, "kind": word(kind), "doc": doc})
}

/// The word for a kind of value.
fn word(kind: ValueKind) -> String {
    match kind {
        ValueKind::Object(_) => "object".to_owned(),
        ValueKind::List(_) => "list".to_owned(),
        ValueKind::OneOf(_) => "text".to_owned(),
        word => format!("{word:?}").to_lowercase(),
    }
}
