//! Choices that are written by their names.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::codec::{self, DecodeError, Read, Reader};
use crate::{Described, ValueKind};

/// A value that documents have as one empty element of several: an enum with `#[choice]`.
pub trait Choice: Clone + fmt::Debug + 'static {
    /// The names of the known values, in the order of the schema: `WorkbookCreated`.
    const NAMES: &'static [&'static str];

    /// The name of the value; of one that this library does not know, the whole name of its element.
    fn name(&self) -> &str;

    /// The value with a name, that of its element included.
    fn named(name: &str) -> Self;
}

/// A choice that is written by its name, where others are elements: `event="WorkbookCreated"`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Named<C>(pub C);

impl<C: Choice> fmt::Display for Named<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.name())
    }
}

impl<C> From<C> for Named<C> {
    fn from(value: C) -> Self {
        Self(value)
    }
}

impl<C: Choice> Described for Named<C> {
    const KIND: ValueKind = ValueKind::OneOf(C::NAMES);
}

impl<C: Choice> Serialize for Named<C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
}

impl<'de, C: Choice> Deserialize<'de> for Named<C> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        codec::deserialize_text(deserializer, |name| Ok(Self(C::named(name))))
    }
}

impl<C: Choice> Read for Named<C> {
    fn read(reader: Reader<'_, '_>) -> Result<Self, DecodeError> {
        reader.text().map(|name| Self(C::named(&name)))
    }
}
