//! Text inside elements, for the few places where Tableau's XML does not use an attribute.

use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::codec::{DecodeError, Read, Reader, TEXT, VALUE};

macro_rules! text_newtype {
    ($(#[$doc:meta])* $name:ident, $kind:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
        pub struct $name<T>(pub T);

        impl<T> Deref for $name<T> {
            type Target = T;

            fn deref(&self) -> &T {
                &self.0
            }
        }

        impl<T> From<T> for $name<T> {
            fn from(value: T) -> Self {
                Self(value)
            }
        }

        impl From<&str> for $name<String> {
            fn from(value: &str) -> Self {
                Self(value.to_owned())
            }
        }

        impl<T: Serialize> Serialize for $name<T> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_newtype_struct($kind, &self.0)
            }
        }

        impl<T: Read> Read for $name<T> {
            fn read(reader: Reader<'_, '_>) -> Result<Self, DecodeError> {
                T::read(reader).map(Self)
            }

            fn absent() -> Option<Self> {
                T::absent().map(Self)
            }
        }

        impl<'de, T: Deserialize<'de>> Deserialize<'de> for $name<T> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                T::deserialize(deserializer).map(Self)
            }
        }
    };
}

text_newtype! {
    /// A scalar that is the text of a child element: `<detail>…</detail>`.
    Text, TEXT
}

text_newtype! {
    /// A scalar that is the text of the element itself, beside its attributes: `<productVersion build="…">…</productVersion>`.
    ///
    /// The field must be called `value`, which is the member's name in JSON.
    Value, VALUE
}

/// Writes a boolean whose type in Tableau's schema is a string (`showTabs`): in JSON it is `"true"`, not `true`.
#[expect(clippy::ref_option, reason = "the signature is serde's")]
pub(crate) fn bool_as_text<S: Serializer>(value: &Option<bool>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(true) => serializer.serialize_str("true"),
        Some(false) => serializer.serialize_str("false"),
        None => serializer.serialize_none(),
    }
}
