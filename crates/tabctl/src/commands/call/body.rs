//! The body of a call.

use std::path::Path;

use serde_json::{Map, Value};
use tableau_client::Format;
use tableau_client::wire::body::Encoded;
use tableau_client::wire::codec::multipart::{self, Part};
use tableau_client::wire::{BodyKind, ValueKind};

use crate::args::Endpoint;
use crate::failure::Failure;
use crate::input::{read, read_text};

pub(super) fn of(endpoint: &Endpoint) -> Result<Option<Encoded>, Failure> {
    match (endpoint.entry.body, &endpoint.file) {
        (BodyKind::Document { .. }, Some(file)) => {
            let bytes = read(file)?;
            let format = Format::sniff(&bytes).ok_or_else(|| {
                Failure::Usage(format!(
                    "{} is neither an XML nor a JSON document",
                    file.display()
                ))
            })?;
            Ok(Some(Encoded {
                media_type: format.media_type().into(),
                bytes,
            }))
        }
        (BodyKind::Document { child, .. }, None) => {
            let members = document(&endpoint.members)?;
            let document = match child {
                Some(child) => Value::Object(Map::from_iter([(child.to_owned(), members)])),
                None => members,
            };
            Ok(Some(Encoded {
                media_type: Format::Json.media_type().into(),
                bytes: document.to_string().into(),
            }))
        }
        (BodyKind::File { part }, Some(file)) => {
            let part = Part {
                name: part.to_owned(),
                file_name: Some("file".to_owned()),
                media_type: None,
                content: read(file)?.into(),
            };
            let encoded = multipart::encode(&[part]);
            encoded
                .map(Some)
                .map_err(|error| Failure::Local(error.to_string()))
        }
        _ => Ok(None),
    }
}

/// The document with these members; texts do, whatever the kind.
fn document(members: &[(String, ValueKind, String)]) -> Result<Value, Failure> {
    let mut document = Map::new();
    for (path, kind, typed) in members {
        let value = match kind {
            ValueKind::Secret => Value::from(secret(path, typed)?),
            _ => Value::from(typed.as_str()),
        };
        let mut names = path.split('.').peekable();
        let mut object = &mut document;
        while let Some(name) = names.next() {
            if names.peek().is_some() {
                let inner = object.entry(name).or_insert_with(|| Value::Object(Map::new()));
                let Some(inner) = inner.as_object_mut() else {
                    return Err(Failure::Usage(format!("--{path} is two things at once")));
                };
                object = inner;
            } else if let ValueKind::List(_) = kind {
                let list = object.entry(name).or_insert_with(|| Value::Array(Vec::new()));
                list.as_array_mut()
                    .into_iter()
                    .for_each(|list| list.push(value.clone()));
            } else {
                object.insert(name.to_owned(), value.clone());
            }
        }
    }
    Ok(Value::Object(document))
}

/// A secret is read from a file: an argument stays in the shell's history, and every user of the machine can see it.
fn secret(name: &str, typed: &str) -> Result<String, Failure> {
    let Some(file) = typed.strip_prefix('@') else {
        return Err(Failure::Usage(format!(
            "--{name} is a secret, which is not typed: name a file that holds it as @FILE, or @- for standard input"
        )));
    };
    read_text(Path::new(file))
}
