//! The values of an answer in either format, read without the sandbox's codec.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::fixture::Answer;

/// Every value in a document, in alphabetical order: attributes and texts, or scalars.
pub(crate) fn leaves(answer: &Answer) -> Vec<String> {
    let mut found = Vec::new();
    if answer.content_type.starts_with("application/json") {
        of_json(&answer.json(), &mut found);
    } else if answer.content_type.starts_with("application/xml") {
        of_xml(answer.text(), &mut found);
    } else {
        // A file is the same, byte by byte.
        found.push(format!("{:?}", answer.body));
    }
    found.sort();
    found
}

/// The names of the members of an answer in JSON, with those of their parents.
pub(crate) fn names(answer: &Answer) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if !answer.body.is_empty() {
        name_members(&answer.json(), "", &mut found);
    }
    found
}

fn name_members(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let path = format!("{path}/{name}");
                name_members(member, &path, found);
                found.insert(path);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| name_members(item, path, found)),
        _ => {}
    }
}

fn of_json(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.values().for_each(|member| of_json(member, found)),
        Value::Array(items) => items.iter().for_each(|item| of_json(item, found)),
        Value::Null => {}
        Value::String(text) => found.push(text.clone()),
        other => found.push(other.to_string()),
    }
}

/// Reads the XML of the sandbox only: no comments, no CDATA, attributes in double quotes.
fn of_xml(text: &str, found: &mut Vec<String>) {
    let content = text.split_once("<tsResponse ").map_or("", |(_, rest)| rest);
    for tag in content.split('<').skip(1) {
        let (inside, after) = tag.split_once('>').expect("a tag ends");
        // Alternately between quotes and after them.
        let values = inside.split('"').skip(1).step_by(2);
        found.extend(
            values
                .chain(Some(after).filter(|text| !text.trim().is_empty()))
                .map(unescape),
        );
    }
}

fn unescape(text: &str) -> String {
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (entity, character)| {
        text.replace(entity, character)
    })
}
