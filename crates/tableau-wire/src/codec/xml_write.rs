//! Writing serde types as XML.
//!
//! The document grows in one buffer. Scalars become attributes of the element that is open; a scalar that comes after a child is put back into the
//! start tag, which costs a move of what follows, so types list their scalars first.

use std::fmt::{self, Write as _};

use serde::ser::{Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

use super::xml_element::ElementWriter;
use super::{EncodeError, Root, TEXT, VALUE};

const NAMESPACE: &str = "http://tableau.com/api";

pub(super) fn to_vec<T: Serialize>(value: &T, root: Root) -> Result<Vec<u8>, EncodeError> {
    let mut out = String::with_capacity(256);
    let name = match root {
        Root::Request => {
            out.push_str("<tsRequest");
            "tsRequest"
        }
        Root::Response(version) => {
            // The schema of the requested version, as servers have named it since 3.14.
            let schema = version.to_string().replace('.', "_");
            out.push_str("<?xml version='1.0' encoding='UTF-8'?><tsResponse");
            let _ = write!(
                out,
                " xmlns=\"{NAMESPACE}\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
                 xsi:schemaLocation=\"{NAMESPACE} https://help.tableau.com/samples/en-us/rest_api/ts-api_{schema}.xsd\""
            );
            "tsResponse"
        }
    };
    let mut element = ElementWriter::opened(&mut out, name);
    value.serialize(ContentWriter {
        element: &mut element,
    })?;
    element.close();
    Ok(out.into_bytes())
}

/// The fields of a struct inside its element.
struct FieldsWriter<'e, 'w> {
    element: &'e mut ElementWriter<'w>,
}

impl SerializeStruct for FieldsWriter<'_, '_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        value.serialize(FieldWriter {
            parent: self.element,
            name,
        })
    }

    fn end(self) -> Result<(), EncodeError> {
        Ok(())
    }
}

/// A struct that is an element of its own, closed at its end.
struct ChildWriter<'w> {
    element: ElementWriter<'w>,
}

impl SerializeStruct for ChildWriter<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        value.serialize(FieldWriter {
            parent: &mut self.element,
            name,
        })
    }

    fn end(self) -> Result<(), EncodeError> {
        self.element.close();
        Ok(())
    }
}

/// The value of one field: becomes an attribute or a child of `parent`.
struct FieldWriter<'e, 'w> {
    parent: &'e mut ElementWriter<'w>,
    name: &'static str,
}

/// Repeated children of one name.
struct ListWriter<'e, 'w> {
    parent: &'e mut ElementWriter<'w>,
    name: &'static str,
}

impl SerializeSeq for ListWriter<'_, '_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        value.serialize(FieldWriter {
            parent: self.parent,
            name: self.name,
        })
    }

    fn end(self) -> Result<(), EncodeError> {
        Ok(())
    }
}

fn unsupported(what: &str) -> EncodeError {
    EncodeError::new(format_args!("{what} has no form in Tableau's XML"))
}

/// The methods that all serializers here share: kinds of values that Tableau's XML has no form for.
macro_rules! no_form {
    () => {
        type SerializeTuple = Impossible<(), EncodeError>;
        type SerializeTupleStruct = Impossible<(), EncodeError>;
        type SerializeTupleVariant = Impossible<(), EncodeError>;
        type SerializeStructVariant = Impossible<(), EncodeError>;

        fn serialize_bytes(self, _: &[u8]) -> Result<(), EncodeError> {
            Err(unsupported("a byte string"))
        }
        fn serialize_newtype_variant<T: Serialize + ?Sized>(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: &T,
        ) -> Result<(), EncodeError> {
            Err(unsupported("an enum with content"))
        }
        fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, EncodeError> {
            Err(unsupported("a tuple"))
        }
        fn serialize_tuple_struct(
            self,
            _: &'static str,
            _: usize,
        ) -> Result<Self::SerializeTupleStruct, EncodeError> {
            Err(unsupported("a tuple struct"))
        }
        fn serialize_tuple_variant(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: usize,
        ) -> Result<Self::SerializeTupleVariant, EncodeError> {
            Err(unsupported("an enum with content"))
        }
        fn serialize_struct_variant(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: usize,
        ) -> Result<Self::SerializeStructVariant, EncodeError> {
            Err(unsupported("an enum with content"))
        }
    };
}

macro_rules! scalars {
    ($($method:ident $ty:ty),* $(,)?) => {$(
        fn $method(self, value: $ty) -> Result<(), EncodeError> {
            self.serialize_str(&value.to_string())
        }
    )*};
}

impl<'e, 'w> Serializer for FieldWriter<'e, 'w> {
    type Ok = ();
    type Error = EncodeError;
    type SerializeSeq = ListWriter<'e, 'w>;
    type SerializeStruct = ChildWriter<'e>;
    type SerializeMap = ChoiceWriter<'e>;
    no_form!();

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, EncodeError> {
        Ok(ChoiceWriter {
            element: self.parent.child(self.name),
        })
    }

    scalars! {
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64,
        serialize_f32 f32, serialize_f64 f64, serialize_char char,
    }

    fn serialize_bool(self, value: bool) -> Result<(), EncodeError> {
        self.serialize_str(if value { "true" } else { "false" })
    }

    fn serialize_str(self, value: &str) -> Result<(), EncodeError> {
        self.parent.attribute(self.name, value)
    }

    fn serialize_none(self) -> Result<(), EncodeError> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), EncodeError> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), EncodeError> {
        self.parent.child(self.name).close();
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), EncodeError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        kind: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        match kind {
            TEXT => {
                let mut element = self.parent.child(self.name);
                value.serialize(ContentWriter {
                    element: &mut element,
                })?;
                element.close();
                Ok(())
            }
            VALUE => value.serialize(ContentWriter { element: self.parent }),
            _ => value.serialize(self),
        }
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, EncodeError> {
        Ok(ListWriter {
            parent: self.parent,
            name: self.name,
        })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, EncodeError> {
        Ok(ChildWriter {
            element: self.parent.child(self.name),
        })
    }
}

/// Writes into an element that is open: the fields of a struct, or a scalar as text.
struct ContentWriter<'e, 'w> {
    element: &'e mut ElementWriter<'w>,
}

/// An element whose one child is known by its name alone, closed at its end.
struct ChoiceWriter<'w> {
    element: ElementWriter<'w>,
}

impl SerializeMap for ChoiceWriter<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), EncodeError> {
        let name = Shown(key).to_string();
        let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
        if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) || !name.chars().all(fits) {
            return Err(EncodeError::new(format_args!(
                "{name:?} is not the name of an element"
            )));
        }
        self.element.empty_child(&name);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), EncodeError> {
        Ok(())
    }

    fn end(self) -> Result<(), EncodeError> {
        self.element.close();
        Ok(())
    }
}

/// A key as text.
struct Shown<'k, T: ?Sized>(&'k T);

impl<T: Serialize + ?Sized> fmt::Display for Shown<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.serialize(f)
    }
}

impl<'e, 'w> Serializer for ContentWriter<'e, 'w> {
    type Ok = ();
    type Error = EncodeError;
    type SerializeSeq = Impossible<(), EncodeError>;
    type SerializeStruct = FieldsWriter<'e, 'w>;
    type SerializeMap = Impossible<(), EncodeError>;
    no_form!();

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, EncodeError> {
        Err(unsupported("a map"))
    }

    scalars! {
        serialize_bool bool, serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64,
        serialize_f32 f32, serialize_f64 f64, serialize_char char,
    }

    fn serialize_str(self, value: &str) -> Result<(), EncodeError> {
        self.element.text(value)
    }

    fn serialize_none(self) -> Result<(), EncodeError> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), EncodeError> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), EncodeError> {
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), EncodeError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, EncodeError> {
        Err(unsupported("a list without a wrapper"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, EncodeError> {
        Ok(FieldsWriter {
            element: self.element,
        })
    }
}
