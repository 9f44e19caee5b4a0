//! Descriptions of arguments and bodies, for users without Rust types: commands, references, other languages.

use std::fmt;

use crate::document::Element;
use crate::query::{Fields, Filter, Sort};
use crate::value::{Id, Items, Secret, Shared, Text, Timestamp, Value, Version};

/// The shape of a type: its name and its members.
///
/// The members are computed on demand, since types may contain each other: a workbook has views, and a view its workbook.
#[derive(Clone, Copy)]
pub struct Shape {
    /// The name of the type: `Workbook`.
    pub name: &'static str,
    fields: fn() -> &'static [Field],
}

impl Shape {
    /// A shape without described members.
    pub const NONE: Self = Self::new("", || &[]);

    /// A shape by its name and members.
    #[must_use]
    pub const fn new(name: &'static str, fields: fn() -> &'static [Field]) -> Self {
        Self { name, fields }
    }

    /// The members.
    #[must_use]
    pub fn fields(&self) -> &'static [Field] {
        (self.fields)()
    }

    /// The members that have none themselves, each after those that it is part of: `content`, `id`.
    #[must_use]
    pub fn leaves(&self) -> Vec<Vec<Field>> {
        let mut found = Vec::new();
        self.find_leaves(&mut Vec::new(), &mut Vec::new(), &mut found);
        found
    }

    /// The required members that a document in JSON lacks, by their paths: `content.id`. What is part of something that may be left out may be left out
    /// with it.
    #[must_use]
    pub fn missing(&self, document: &serde_json::Value) -> Vec<String> {
        let is_there = |trail: &Vec<Field>| {
            let found = trail.iter().try_fold(document, |value, field| {
                let mut names = [field.name].into_iter().chain(field.aliases.iter().copied());
                names.find_map(|name| value.get(name))
            });
            found.is_some_and(|value| !value.is_null())
        };
        let leaves = self.leaves().into_iter();
        let required = leaves.filter(|trail| trail.iter().all(|field| field.required));
        let missing = required.filter(|trail| !is_there(trail));
        missing
            .map(|trail| {
                let names: Vec<_> = trail.iter().map(|field| field.name).collect();
                names.join(".")
            })
            .collect()
    }

    fn find_leaves(&self, trail: &mut Vec<Field>, above: &mut Vec<Self>, found: &mut Vec<Vec<Field>>) {
        // A workbook has views, and a view its workbook.
        if above.contains(self) {
            return;
        }
        above.push(*self);
        for field in self.fields() {
            trail.push(*field);
            match field.kind {
                ValueKind::Object(inner) => inner.find_leaves(trail, above, found),
                _ => found.push(trail.clone()),
            }
            trail.pop();
        }
        above.pop();
    }
}

impl PartialEq for Shape {
    // Functions cannot be compared, and a name identifies one type.
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Shape {}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shape({})", self.name)
    }
}

/// A member of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// The kind of its value.
    pub kind: ValueKind,
    /// Whether it is required.
    pub required: bool,
    /// The first version that has it, if not that of the call.
    pub since: Option<Version>,
    /// Other names by which it is read.
    pub aliases: &'static [&'static str],
}

impl Field {
    /// For the derives.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        doc: &'static str,
        kind: ValueKind,
        required: bool,
        since: Option<Version>,
    ) -> Self {
        Self {
            name,
            doc,
            kind,
            required,
            since,
            aliases: &[],
        }
    }

    /// The same with other names by which it is read. For the derives.
    #[doc(hidden)]
    #[must_use]
    pub const fn or(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// Whether this is a name of it.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }
}

/// The kind of a value.
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
    /// A secret: never printed, never typed.
    Secret,
    /// One of these words; servers may know others.
    OneOf(&'static [&'static str]),
    /// An object with members.
    Object(&'static Shape),
    /// A list of values of one kind.
    List(&'static ValueKind),
    /// Any JSON.
    Json,
}

/// A type with a description; implemented by `#[derive(Described)]` for the parts of documents.
pub trait Described {
    /// Its kind.
    const KIND: ValueKind;
    /// Its members, if it has any.
    const SHAPE: Shape = match Self::KIND {
        ValueKind::Object(shape) => *shape,
        _ => Shape::NONE,
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
    Number: u32, u64, i64, f64;
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

impl Shape {
    /// The wrapper of a list: its one member is the list.
    pub(crate) const fn wrapper<T: Element>() -> Self {
        Self::new(T::WRAPPER, || {
            const {
                &[Field::new(
                    T::LISTED,
                    "The items.",
                    ValueKind::List(&ValueKind::Object(&T::SHAPE)),
                    false,
                    None,
                )]
            }
        })
    }
}

impl<T: Element> Described for Items<T> {
    const KIND: ValueKind = ValueKind::Object(&Shape::wrapper::<T>());
}

impl<T: Described> Described for Box<T> {
    const KIND: ValueKind = T::KIND;
}

impl<T: Described> Described for Shared<T> {
    const KIND: ValueKind = T::KIND;
}

impl<T: Described> Described for Value<T> {
    const KIND: ValueKind = T::KIND;
}
