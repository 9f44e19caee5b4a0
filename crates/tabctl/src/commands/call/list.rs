//! `tabctl call --list`.

use serde_json::{Value, json};
use tableau_client::wire::{Availability, Entry, Family, Place, Scope, ValueKind};

use crate::args::members;
use crate::failure::Failure;
use crate::output::{Column, Printer, Style};

const COLUMNS: &[Column] = &[
    Column {
        title: "name",
        path: "name",
    },
    Column {
        title: "method",
        path: "method",
    },
    Column {
        title: "path",
        path: "path",
    },
    Column {
        title: "since",
        path: "since",
    },
    Column {
        title: "summary",
        path: "summary",
    },
];

pub(super) fn print(style: Style) -> Result<(), Failure> {
    let mut printer = Printer::new(style, COLUMNS);
    for family in Family::ALL {
        for entry in family.endpoints().iter().flat_map(|group| *group) {
            printer.item(&describe(entry))?;
        }
    }
    printer.finish()
}

/// What the table says about an endpoint.
fn describe(entry: &Entry) -> Value {
    let operation = entry.operation;
    let params = operation.params.iter().chain(operation.options).map(|param| {
        let place = match param.place {
            Place::Path => "path",
            Place::Query => "query",
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
        "summary": operation.summary.to_string(),
        "session": operation.scope != Scope::Open,
        "availability": match operation.availability {
            Availability::Everywhere => "everywhere",
            Availability::ServerOnly => "server",
            Availability::CloudOnly => "cloud",
        },
        "jwtScope": operation.jwt_scope,
        "arguments": params.chain(members).collect::<Vec<_>>(),
    })
}

fn argument(name: &str, place: &str, kind: ValueKind, doc: &str) -> Value {
    let kind = match kind {
        ValueKind::Object(_) => "object".to_owned(),
        ValueKind::List(_) => "list".to_owned(),
        word => format!("{word:?}").to_lowercase(),
    };
    json!({"name": name, "in": place, "kind": kind, "doc": doc})
}
