//! The body of a call.

use std::path::Path;

use bytes::Bytes;
use serde_json::{Map, Value};
use tableau_client::Format;
use tableau_client::wire::body::ReceivedFile;
use tableau_client::wire::rest::Tag;
use tableau_client::wire::{BodyKind, Entry, FilePart, Incoming, Shape, ValueKind};

use super::own;
use crate::args::{by_text, in_kebab_case, is_secret};
use crate::failure::Failure;
use crate::input::{read, read_text};

/// A member by its path, as it was typed.
pub(super) type Member = (String, ValueKind, String);

/// The document, and the bytes of the file beside it.
pub(super) fn of(
    entry: &Entry,
    members: &[Member],
    file: Option<&Path>,
) -> Result<(Incoming, Bytes), Failure> {
    match (entry.body, file) {
        (BodyKind::Document { .. }, Some(file)) => {
            let bytes = read(file)?;
            if Format::sniff(&bytes).is_none() {
                return Err(Failure::Usage(format!(
                    "{} is neither an XML nor a JSON document",
                    file.display()
                )));
            }
            own::check(entry, &bytes)?;
            Ok((Incoming::document(with_address(bytes, members)?), Bytes::new()))
        }
        (BodyKind::Document { child, .. }, None) => {
            Ok((Incoming::document(document(child, members)?), Bytes::new()))
        }
        (BodyKind::File { part, child, .. }, file) => {
            let document = match child {
                Some(_) => document(child, members)?,
                None => Bytes::new(),
            };
            let received = file.map(|file| ReceivedFile {
                part: part.to_owned(),
                file: FilePart::new(file.file_name().unwrap_or_default().to_string_lossy()),
            });
            let incoming = Incoming {
                document,
                file: received,
            };
            let bytes = file.map(read).transpose()?;
            Ok((incoming, bytes.unwrap_or_default().into()))
        }
        _ => Ok((Incoming::default(), Bytes::new())),
    }
}

/// A document from a file with the members that the address has too: services read them in JSON, at its top.
fn with_address(bytes: Vec<u8>, members: &[Member]) -> Result<Vec<u8>, Failure> {
    let document = serde_json::from_slice(&bytes).ok();
    let (Some(Value::Object(mut document)), false) = (document, members.is_empty()) else {
        return Ok(bytes);
    };
    if let Value::Object(members) = object(members)? {
        for (name, value) in members {
            document.entry(name).or_insert(value);
        }
    }
    Ok(Value::Object(document).to_string().into_bytes())
}

/// A document in JSON with these members, or with one child that has them.
fn document(child: Option<&str>, members: &[Member]) -> Result<Bytes, Failure> {
    let members = object(members)?;
    let document = match child {
        Some(child) => Value::Object(Map::from_iter([(child.to_owned(), members)])),
        None => members,
    };
    Ok(document.to_string().into())
}

/// An object with these members; texts are accepted for every kind.
pub(super) fn object(members: &[Member]) -> Result<Value, Failure> {
    let mut document = Map::new();
    for (path, kind, typed) in members {
        let value = match kind {
            kind if is_secret(*kind) => Value::from(secret(path, typed)?),
            ValueKind::OneOf(words) => Value::from(word(words, typed)),
            ValueKind::List(ValueKind::Object(shape)) => items(path, **shape, typed)?,
            // A value that is not JSON is a text.
            ValueKind::Json | ValueKind::List(ValueKind::Json) => {
                serde_json::from_str(typed).unwrap_or_else(|_| Value::from(typed.as_str()))
            }
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
                if let Some(list) = list.as_array_mut() {
                    match &value {
                        Value::Array(several) => list.extend_from_slice(several),
                        one => list.push(one.clone()),
                    }
                }
            } else {
                object.insert(name.to_owned(), value.clone());
            }
        }
    }
    Ok(Value::Object(document))
}

/// An item of a list, or several: objects in JSON, or the value of what names one (the label of a tag).
fn items(path: &str, shape: Shape, typed: &str) -> Result<Value, Failure> {
    if typed.starts_with('{') {
        return serde_json::from_str(typed)
            .map_err(|error| Failure::Usage(format!("--{path} is no JSON object: {error}")));
    }
    // Labels may begin with a bracket, but not so.
    if typed.starts_with("[{") {
        return serde_json::from_str(typed)
            .map_err(|error| Failure::Usage(format!("--{path} is no list of JSON objects: {error}")));
    }
    let Some(name) = by_text(shape) else {
        let names: Vec<_> = shape.fields().iter().map(|field| field.name).collect();
        return Err(Failure::Usage(format!(
            "--{path} takes an object in JSON with {}; --input takes a whole document from a file",
            names.join(", ")
        )));
    };
    // The tags of one item; those of many are taken as they are.
    let typed = match (shape.name, path) {
        ("Tag", "tag") => Tag::to_add(typed).label,
        _ => typed.to_owned(),
    };
    Ok(Value::Object(Map::from_iter([(
        name.to_owned(),
        Value::from(typed),
    )])))
}

/// The word that was meant: elements of a choice begin alike (`webhook-source-event-…`), and `WorkbookDeleted` is enough to name one.
fn word<'t>(words: &[&'t str], typed: &'t str) -> &'t str {
    let end = format!("-{}", in_kebab_case(typed).trim_start_matches('-'));
    let is_meant = |word: &&&str| word.ends_with(&end) && !words.contains(&typed);
    words.iter().find(is_meant).copied().unwrap_or(typed)
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
