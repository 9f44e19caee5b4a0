//! Texts of files, which answers show: those that XML cannot carry are refused before anything is stored.

use std::fmt;

use serde::Serialize;
use serde_json::Value;
use tableau_wire::codec::not_in_xml;

/// A character that XML cannot carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotInXml(char);

impl fmt::Display for NotInXml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.0 as u32;
        write!(f, "a text has the character U+{code:04X}, which XML cannot carry")
    }
}

/// Checks a text.
pub(crate) fn check(text: &str) -> Result<(), NotInXml> {
    not_in_xml(text).map_or(Ok(()), |character| Err(NotInXml(character)))
}

/// Checks every text in a value, names of members included.
pub(crate) fn check_texts(value: &impl Serialize) -> Result<(), NotInXml> {
    // What cannot be written as JSON has no texts to show.
    serde_json::to_value(value).map_or(Ok(()), |value| check_json(&value))
}

fn check_json(value: &Value) -> Result<(), NotInXml> {
    match value {
        Value::String(text) => check(text),
        Value::Array(items) => items.iter().try_for_each(check_json),
        Value::Object(members) => members
            .iter()
            .try_for_each(|(name, member)| check(name).and_then(|()| check_json(member))),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}
