//! Documents: the content of a `tsRequest` or `tsResponse`, or of a JSON object.

use serde::de::Error;
use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::codec::{self, DecodeError, EncodeError, Format, JsonText, Read, Reader, Root};
use crate::endpoint::{Reply, ReplyKind, Shape};
use crate::page::{Announced, identities};
use crate::value::{Items, Json};

/// A type with a name of its own as a child: `workbook`, `credentials`.
pub trait Element {
    /// The element's name in XML and the member's name in JSON.
    const ELEMENT: &'static str;
    /// The name of a list of it: `workbooks`; empty if it has none.
    const WRAPPER: &'static str = "";
    /// The name of an item in that list.
    const LISTED: &'static str = Self::ELEMENT;
    /// Its members.
    const SHAPE: Shape = Shape::NONE;

    /// Its identifier: empty where the server did not give it, `None` for what has none.
    fn identity(&self) -> Option<&str> {
        None
    }
}

/// The document of a request or a reply.
///
/// Every [`Element`] is a document with that one child; `()` is the absence of a document; [`Page`](crate::Page) is a list with its totals.
pub trait Document: Sized + Send + 'static {
    /// Whether there is no document at all.
    const EMPTY: bool = false;
    /// Whether it may be missing.
    const OPTIONAL: bool = Self::EMPTY;

    /// Its only child, if that is always the same.
    const CHILD: Option<&'static str> = None;
    /// Its members, or those of its child.
    const SHAPE: Shape = Shape::NONE;
    /// Its kind as a reply, without its type.
    const REPLY: ReplyKind = if Self::EMPTY {
        ReplyKind::Nothing
    } else {
        ReplyKind::Document {
            child: Self::CHILD,
            shape: Self::SHAPE,
        }
    };

    /// Writes the document.
    ///
    /// # Errors
    /// A value that the format cannot carry.
    fn encode(&self, root: Root, format: Format) -> Result<Vec<u8>, EncodeError>;

    /// Reads the document in the given format.
    ///
    /// # Errors
    /// Malformed input, or input of another shape.
    fn decode(bytes: &[u8], format: Format) -> Result<Self, DecodeError>;

    /// Reads the document of a request, strictly: odd values that are tolerated in an answer are errors here.
    ///
    /// # Errors
    /// As for [`decode`](Self::decode).
    fn decode_request(bytes: &[u8], format: Format) -> Result<Self, DecodeError> {
        Self::decode(bytes, format)
    }

    /// Its content, without its type.
    ///
    /// # Errors
    /// A value that JSON cannot carry.
    fn erase(self) -> Result<Reply, DecodeError> {
        let json = self
            .encode(Root::Request, Format::Json)
            .map_err(DecodeError::new)?;
        serde_json::from_slice(&json)
            .map(Reply::One)
            .map_err(DecodeError::new)
    }
}

impl Document for () {
    const EMPTY: bool = true;

    fn erase(self) -> Result<Reply, DecodeError> {
        Ok(Reply::Nothing)
    }

    fn encode(&self, _: Root, _: Format) -> Result<Vec<u8>, EncodeError> {
        Ok(Vec::new())
    }

    // An unexpected body is ignored: a 204 may come with a blank body from a proxy.
    fn decode(_: &[u8], _: Format) -> Result<Self, DecodeError> {
        Ok(())
    }
}

/// Any JSON: the answer of a service that speaks nothing else, where its form is not documented.
impl Document for Json {
    fn erase(self) -> Result<Reply, DecodeError> {
        Ok(Reply::One(self.0))
    }

    fn encode(&self, _: Root, format: Format) -> Result<Vec<u8>, EncodeError> {
        match format {
            Format::Json => serde_json::to_vec(&self.0).map_err(EncodeError::new),
            Format::Xml => Err(EncodeError::new("this service has no XML")),
        }
    }

    fn decode(bytes: &[u8], format: Format) -> Result<Self, DecodeError> {
        match format {
            Format::Json => serde_json::from_slice(bytes).map(Self).map_err(DecodeError::new),
            Format::Xml => Err(DecodeError::new("this service has no XML")),
        }
    }
}

/// A document that servers may leave out: an answer without a body is `None`.
impl<D: Document> Document for Option<D> {
    const CHILD: Option<&'static str> = D::CHILD;
    const SHAPE: Shape = D::SHAPE;
    const REPLY: ReplyKind = D::REPLY;
    const OPTIONAL: bool = true;

    fn erase(self) -> Result<Reply, DecodeError> {
        self.map_or(Ok(Reply::Nothing), D::erase)
    }

    fn encode(&self, root: Root, format: Format) -> Result<Vec<u8>, EncodeError> {
        self.as_ref()
            .map_or(Ok(Vec::new()), |document| document.encode(root, format))
    }

    fn decode(bytes: &[u8], format: Format) -> Result<Self, DecodeError> {
        if bytes.is_empty() {
            return Ok(None);
        }
        D::decode(bytes, format).map(Some)
    }

    fn decode_request(bytes: &[u8], format: Format) -> Result<Self, DecodeError> {
        if bytes.is_empty() {
            return Ok(None);
        }
        D::decode_request(bytes, format).map(Some)
    }
}

impl<T: Element + Serialize + Read + Send + 'static> Document for T {
    const CHILD: Option<&'static str> = Some(T::ELEMENT);
    const SHAPE: Shape = T::SHAPE;

    fn erase(self) -> Result<Reply, DecodeError> {
        codec::to_value(&self).map(Reply::One).map_err(DecodeError::new)
    }

    fn encode(&self, root: Root, format: Format) -> Result<Vec<u8>, EncodeError> {
        codec::encode(&Only(self), root, format)
    }

    fn decode(bytes: &[u8], format: Format) -> Result<Self, DecodeError> {
        codec::decode::<Answered<T>>(bytes, format).map(|Answered(value)| value)
    }

    fn decode_request(bytes: &[u8], format: Format) -> Result<Self, DecodeError> {
        codec::decode_request::<Only<T>>(bytes, format).map(|Only(value)| value)
    }
}

/// A list without pages: its items in their wrapper.
impl<T: Element + Serialize + Read + Send + 'static> Document for Items<T> {
    const CHILD: Option<&'static str> = Some(T::WRAPPER);
    const SHAPE: Shape = Shape::wrapper::<T>();
    const REPLY: ReplyKind = ReplyKind::Page {
        element: T::LISTED,
        shape: T::SHAPE,
    };

    fn erase(self) -> Result<Reply, DecodeError> {
        let items: Result<Vec<_>, _> = self.0.iter().map(JsonText::of).collect();
        let items = items.map_err(DecodeError::new)?;
        Ok(Reply::Page {
            total_available: items.len() as u64,
            identities: identities(&self.0),
            announced: Announced::default(),
            items,
        })
    }

    fn encode(&self, root: Root, format: Format) -> Result<Vec<u8>, EncodeError> {
        codec::encode(&InWrapper(self), root, format)
    }

    fn decode(bytes: &[u8], format: Format) -> Result<Self, DecodeError> {
        codec::decode::<InWrapper<Self>>(bytes, format).map(|InWrapper(items)| items)
    }

    fn decode_request(bytes: &[u8], format: Format) -> Result<Self, DecodeError> {
        codec::decode_request::<InWrapper<Self>>(bytes, format).map(|InWrapper(items)| items)
    }
}

/// A list with its wrapper, named after the type of its items.
struct InWrapper<T>(T);

impl<T: Element + Serialize> Serialize for InWrapper<&Items<T>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut document = serializer.serialize_struct("document", 1)?;
        document.serialize_field(T::WRAPPER, self.0)?;
        document.end()
    }
}

impl<T: Element + Read> Read for InWrapper<Items<T>> {
    fn read(reader: Reader<'_, '_>) -> Result<Self, DecodeError> {
        child::<Items<T>, Vec<Items<T>>>(reader, T::WRAPPER, "").map(InWrapper)
    }
}

/// A document with one child, named after its type.
struct Only<T>(T);

impl<T: Element + Serialize> Serialize for Only<&T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut document = serializer.serialize_struct("document", 1)?;
        document.serialize_field(T::ELEMENT, self.0)?;
        document.end()
    }
}

impl<T: Element + Read> Read for Only<T> {
    fn read(reader: Reader<'_, '_>) -> Result<Self, DecodeError> {
        child::<T, Items<T>>(reader, T::ELEMENT, "").map(Only)
    }
}

/// An item as servers answer with it: some have it as the only one of a list (an updated connection).
struct Answered<T>(T);

impl<T: Element + Read> Read for Answered<T> {
    fn read(reader: Reader<'_, '_>) -> Result<Self, DecodeError> {
        child::<T, Items<T>>(reader, T::ELEMENT, T::WRAPPER).map(Answered)
    }
}

/// Reads a document with a child of this name, or with a list of that name that has one.
fn child<T: Read, L: Read + IntoIterator<Item = T>>(
    reader: Reader<'_, '_>,
    name: &'static str,
    list: &'static str,
) -> Result<T, DecodeError> {
    let (mut found, mut listed) = (None, None);
    reader.children(&[name, list], &mut |known, member| {
        match known {
            0 if found.is_none() => found = Some(member.read()?),
            1 if listed.is_none() => listed = member.read::<L>()?.into_iter().next(),
            _ => member.ignore()?,
        }
        Ok(())
    })?;
    found.or(listed).ok_or_else(|| Error::missing_field(name))
}
