//! A value as JSON text, of which only what is wanted is read.

use std::fmt;

use serde::Serialize;
use serde::de::{DeserializeSeed, Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::{DecodeError, EncodeError, json_write};

/// A value without its type, as JSON text. Its numbers are numbers.
#[derive(Clone, PartialEq, Eq)]
pub struct JsonText(String);

impl JsonText {
    pub(crate) fn of<T: Serialize>(value: &T) -> Result<Self, EncodeError> {
        json_write::to_text(value).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value.
    ///
    /// # Errors
    /// A number that JSON values cannot carry.
    pub fn value(&self) -> Result<Value, DecodeError> {
        serde_json::from_str(&self.0).map_err(DecodeError::new)
    }

    /// The value with these members only, if it is an object: the others are skipped, which takes a fraction of the time.
    ///
    /// # Errors
    /// As for [`value`](Self::value).
    pub fn members(&self, names: &[&str]) -> Result<Value, DecodeError> {
        if !self.0.starts_with('{') {
            return self.value();
        }
        let mut reader = serde_json::Deserializer::from_str(&self.0);
        let members = reader.deserialize_map(Members(names)).map_err(DecodeError::new)?;
        Ok(Value::Object(members))
    }
}

// An item may hold a secret.
impl fmt::Debug for JsonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JsonText({} bytes)", self.0.len())
    }
}

struct Members<'n>(&'n [&'n str]);

impl<'de> Visitor<'de> for Members<'_> {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut wanted = Map::new();
        while let Some(name) = members.next_key_seed(Name(self.0))? {
            match name {
                Some(name) => _ = wanted.insert(name.to_owned(), members.next_value()?),
                None => _ = members.next_value::<IgnoredAny>()?,
            }
        }
        Ok(wanted)
    }
}

/// One of these names, or another one.
struct Name<'n>(&'n [&'n str]);

impl<'de, 'n> DeserializeSeed<'de> for Name<'n> {
    type Value = Option<&'n str>;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<'n> Visitor<'_> for Name<'n> {
    type Value = Option<&'n str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().copied().find(|known| *known == name))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_an_object_some_members_are_read_and_the_others_skipped() {
        let item = json!({"id": "w", "size": 7, "owner": {"id": "u", "name": "a \"b\" {"}, "tags": [{"tag": "}"}], "n\u{e9}": null});
        let text = JsonText::of(&item).unwrap();
        assert_eq!(text.value().unwrap(), item);
        assert_eq!(
            text.members(&["owner", "n\u{e9}", "none"]).unwrap(),
            json!({"owner": item["owner"], "n\u{e9}": null})
        );
        assert_eq!(text.members(&[]).unwrap(), json!({}));
        let list = JsonText::of(&["a"]).unwrap();
        assert_eq!(list.members(&["a"]).unwrap(), json!(["a"]));
        assert_eq!(
            format!("{text:?}"),
            format!("JsonText({} bytes)", text.as_str().len())
        );
    }
}
