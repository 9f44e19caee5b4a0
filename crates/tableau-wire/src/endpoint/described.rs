//! What stands in an argument or a body, for whatever has no types: commands, references, other languages.

use crate::query::{Fields, Filter, Sort};
use crate::value::{Id, Items, Secret, Text, Timestamp, Version};

/// A member of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// What stands in it.
    pub kind: ValueKind,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValueKind {
    /// Any text.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// An identifier.
    Id,
    /// A time.
    Timestamp,
    /// A version of the API.
    Version,
    /// Conditions: `field:operator:value`.
    Filter,
    /// An order: `field:asc`.
    Sort,
    /// Names of fields.
    Fields,
    /// What nobody else may see.
    Secret,
    /// Something with members.
    Object(&'static [Field]),
    /// Several of a kind.
    List(&'static ValueKind),
}

/// A type that can say what it is; implemented by `#[derive(Described)]` for what bodies consist of.
pub trait Described {
    /// What it is.
    const KIND: ValueKind;
    /// Its members, if it has any.
    const FIELDS: &'static [Field] = match Self::KIND {
        ValueKind::Object(fields) => fields,
        _ => &[],
    };
}

macro_rules! described {
    ($($kind:ident: $($ty:ty),*;)*) => {$($(
        impl Described for $ty {
            const KIND: ValueKind = ValueKind::$kind;
        }
    )*)*};
}

described! {
    Text: String;
    Number: u32, u64, i64;
    Boolean: bool;
    Timestamp: Timestamp;
    Version: Version;
    Filter: Filter;
    Sort: Sort;
    Fields: Fields;
    Secret: Secret;
}

impl<T> Described for Id<T> {
    const KIND: ValueKind = ValueKind::Id;
}

impl<T: Described> Described for Option<T> {
    const KIND: ValueKind = T::KIND;
}

impl<T: Described> Described for Text<T> {
    const KIND: ValueKind = T::KIND;
}

impl<T: Described> Described for Vec<T> {
    const KIND: ValueKind = ValueKind::List(&T::KIND);
}

impl<T: Described> Described for Items<T> {
    const KIND: ValueKind = ValueKind::List(&T::KIND);
}
