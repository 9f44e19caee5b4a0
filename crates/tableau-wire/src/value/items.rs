//! Lists in their wrapper.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::codec::{self, DecodeError, Read, Reader};
use crate::document::Element;

/// A list as Tableau writes it: a wrapper with a child for each item.
///
/// `<tags><tag label="a"/></tags>` and `{"tags":{"tag":[{"label":"a"}]}}`; without items `<tags/>` and `{"tags":{}}`.
/// It is a `Vec` in every other respect.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Items<T>(pub Vec<T>);

impl<T> Items<T> {
    /// The items themselves.
    #[must_use]
    pub fn into_inner(self) -> Vec<T> {
        self.0
    }
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: fmt::Debug> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> Deref for Items<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T> DerefMut for Items<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.0
    }
}

impl<T> From<Vec<T>> for Items<T> {
    fn from(items: Vec<T>) -> Self {
        Self(items)
    }
}

impl<T> FromIterator<T> for Items<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<T> IntoIterator for Items<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Items<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T: Element + Serialize> Serialize for Items<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = usize::from(!self.0.is_empty());
        let mut wrapper = serializer.serialize_struct("items", fields)?;
        if !self.0.is_empty() {
            wrapper.serialize_field(T::LISTED, &self.0)?;
        }
        wrapper.end()
    }
}

impl<T: Element + Read> Read for Items<T> {
    fn read(reader: Reader<'_, '_>) -> Result<Self, DecodeError> {
        let mut items = Vec::new();
        reader.children(&[T::LISTED, T::ELEMENT], &mut |_, member| {
            // Other elements may stand between the items.
            let more: Vec<T> = member.read()?;
            if items.is_empty() {
                items = more;
            } else {
                items.extend(more);
            }
            Ok(())
        })?;
        // Most lists inside an item are short, and room for four is what the first takes.
        if items.len() < 4 {
            items.shrink_to_fit();
        }
        Ok(Self(items))
    }
}

impl<'de, T: Element + Read> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        codec::deserialize(deserializer)
    }
}

#[cfg(feature = "arbitrary")]
impl<'a, T: arbitrary::Arbitrary<'a>> arbitrary::Arbitrary<'a> for Items<T> {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        // Short lists: a type may contain itself, and the property is about shape.
        let length = u.int_in_range(0..=2)?;
        (0..length)
            .map(|_| T::arbitrary(u))
            .collect::<arbitrary::Result<_>>()
            .map(Self)
    }
}
