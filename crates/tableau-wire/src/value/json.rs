//! JSON without a type of its own: values whose kind the caller or the data decides.

use std::ops::Deref;

use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::codec::{DecodeError, Read, Reader};
use crate::endpoint::{Described, ValueKind};

/// Any JSON, written as it is: the rows of a query, values to filter by. Only services that speak nothing but JSON have it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Json(pub Value);

impl Json {
    /// A number, a text, a list, … as JSON; `None` for what JSON cannot carry, such as a number that is infinite.
    #[must_use]
    pub fn of(value: impl Serialize) -> Option<Self> {
        serde_json::to_value(value).ok().map(Self)
    }
}

impl Deref for Json {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

impl<T: Into<Value>> From<T> for Json {
    fn from(value: T) -> Self {
        Self(value.into())
    }
}

impl Described for Json {
    const KIND: ValueKind = ValueKind::Json;
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        AsItIs(&self.0).serialize(serializer)
    }
}

/// The unsigned numbers of the REST API are texts in JSON; those of a value are numbers.
struct AsItIs<'v>(&'v Value);

impl Serialize for AsItIs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(number), _) => serializer.serialize_i64(number),
                (None, Some(number)) => serializer.serialize_f64(number),
                (None, None) => number.serialize(serializer),
            },
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&AsItIs(item))?;
                }
                list.end()
            }
            Value::Object(members) => {
                let mut object = serializer.serialize_map(Some(members.len()))?;
                for (name, member) in members {
                    object.serialize_entry(name, &AsItIs(member))?;
                }
                object.end()
            }
            scalar => scalar.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self)
    }
}

impl Read for Json {
    fn read(reader: Reader<'_, '_>) -> Result<Self, DecodeError> {
        Value::read(reader).map(Self)
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Json {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        Ok(Self(match u.int_in_range(0..=4)? {
            0 => Value::Bool(u.arbitrary()?),
            1 => Value::from(u.arbitrary::<i64>()?),
            2 => Value::from(u.arbitrary::<String>()?),
            3 => Value::Array(vec![Value::from(u.arbitrary::<i32>()?)]),
            _ => Value::Object(
                [(u.arbitrary()?, Value::from(u.arbitrary::<String>()?))]
                    .into_iter()
                    .collect(),
            ),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{self, Format, Root};
    use serde_json::json;

    #[derive(codec::Read, Serialize, PartialEq, Debug, Default)]
    #[serde(default)]
    struct Holder {
        data: Vec<Json>,
    }

    #[test]
    fn values_are_written_and_read_as_they_are() {
        let data = json!([{"a": 1, "b": 1.5, "c": null, "d": [true, "x"], "e": {}}, 18, "18", -3, false]);
        let holder = Holder {
            data: data.as_array().unwrap().iter().cloned().map(Json).collect(),
        };
        let text = codec::encode(&holder, Root::Request, Format::Json).unwrap();
        assert_eq!(
            serde_json::from_slice::<Value>(&text).unwrap(),
            json!({ "data": data })
        );
        assert_eq!(codec::decode::<Holder>(&text, Format::Json).unwrap(), holder);
    }
}
