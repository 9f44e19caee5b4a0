//! Documents of TSM: plain JSON, kept without loss.

use std::fmt;
use std::ops::Deref;

use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::codec::{DecodeError, EncodeError, Format, Root};
use crate::document::Document;

/// The typed part of a TSM document.
pub trait Payload: Serialize + DeserializeOwned + Send + 'static {
    /// The only member of the document, which holds this; `None` if this is the whole document.
    const MEMBER: Option<&'static str>;
}

/// A document: its typed part, and everything that the server sent.
///
/// ```
/// use tableau_wire::tsm::{ClusterNodes, Json};
///
/// let nodes = Json::new(ClusterNodes { nodes: vec!["node1".to_owned()] });
/// assert_eq!(nodes.nodes.len(), 1);
/// assert_eq!(nodes.raw().to_string(), r#"{"clusterNodes":{"nodes":["node1"]}}"#);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Json<T> {
    value: T,
    /// `Null` if the value cannot be written, which [`encode`](Document::encode) then says.
    raw: Value,
}

impl<T: Payload> Json<T> {
    /// A document with this typed part.
    pub fn new(value: T) -> Self {
        let raw = serde_json::to_value(&value).map(wrap::<T>).unwrap_or_default();
        Self { value, raw }
    }

    /// Reads a document that is parsed already.
    ///
    /// # Errors
    /// A document of another shape.
    pub fn from_raw(raw: Value) -> Result<Self, DecodeError> {
        let value = match T::MEMBER {
            Some(member) => raw
                .get(member)
                .ok_or_else(|| DecodeError::new(format_args!("expected a document with `{member}`")))?,
            None => &raw,
        };
        let value = T::deserialize(value).or_else(|error| match value {
            // An empty body counts as an empty object or list.
            Value::Null if T::MEMBER.is_some() => T::deserialize(Value::Object(Map::new()))
                .or_else(|_| T::deserialize(Value::Array(Vec::new())))
                .map_err(|_| error),
            _ => Err(error),
        });
        let value = value.map_err(DecodeError::new)?;
        Ok(Self { value, raw })
    }
}

impl<T> Json<T> {
    /// The whole document, untyped members included.
    #[must_use]
    pub fn raw(&self) -> &Value {
        &self.raw
    }

    /// The typed part.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

// The raw document may hold secrets that a type hides.
impl<T: fmt::Debug> fmt::Debug for Json<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Json").field(&self.value).finish()
    }
}

impl<T: Serialize> Serialize for Json<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.raw {
            Value::Null => self.value.serialize(serializer),
            raw => raw.serialize(serializer),
        }
    }
}

impl<T: Payload> Document for Json<T> {
    fn encode(&self, _: Root, format: Format) -> Result<Vec<u8>, EncodeError> {
        write(self, format)
    }

    fn decode(bytes: &[u8], format: Format) -> Result<Self, DecodeError> {
        Self::from_raw(read(bytes, format)?)
    }
}

fn wrap<T: Payload>(value: Value) -> Value {
    match T::MEMBER {
        Some(member) => Value::Object(Map::from_iter([(member.to_owned(), value)])),
        None => value,
    }
}

/// Writes plain JSON: numbers are numbers here, also those that the REST API has as strings.
pub(super) fn write(value: &impl Serialize, format: Format) -> Result<Vec<u8>, EncodeError> {
    match format {
        Format::Json => serde_json::to_vec(value).map_err(EncodeError::new),
        Format::Xml => Err(EncodeError::new("TSM has no XML")),
    }
}

/// Reads plain JSON; `serde_json` bounds the depth.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8], format: Format) -> Result<T, DecodeError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match format {
        Format::Json => serde_json::from_slice(bytes).map_err(DecodeError::new),
        Format::Xml => Err(DecodeError::new("TSM has no XML")),
    }
}
