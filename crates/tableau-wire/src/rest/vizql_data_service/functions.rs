//! The functions of calculations.

use crate::codec::{self, DecodeError, EncodeError, Format, JsonText, Root};
use crate::document::{Document, Element};
use crate::endpoint::{Reply, ReplyKind, Shape};
use crate::page::{Announced, identities};
use crate::{element, part};

/// The functions that calculations of a data source may use. The answer is a list with nothing around it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SupportedFunctions(pub Vec<SupportedFunction>);

/// A function of calculations.
#[element("function")]
pub struct SupportedFunction {
    /// What it is called: `DATEADD`.
    pub name: String,
    /// What it can be given, and what it gives for that.
    pub overloads: Vec<FunctionOverload>,
}

/// One way to use a function: types are `BOOL`, `REAL`, `INT`, `STR`, `DATETIME`, `DATE`, `ANY` and others.
#[part(snake_case)]
pub struct FunctionOverload {
    /// The types of its arguments.
    pub arg_types: Vec<String>,
    /// The type of what it gives.
    pub return_type: String,
}

impl Document for SupportedFunctions {
    const SHAPE: Shape = <SupportedFunction as Element>::SHAPE;
    const REPLY: ReplyKind = ReplyKind::Page {
        element: <SupportedFunction as Element>::LISTED,
        shape: Self::SHAPE,
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
        match format {
            Format::Json => codec::encode(&self.0, root, format),
            Format::Xml => Err(EncodeError::new("this service has no XML")),
        }
    }

    fn decode(bytes: &[u8], format: Format) -> Result<Self, DecodeError> {
        match format {
            Format::Json => codec::decode(bytes, format).map(Self),
            Format::Xml => Err(DecodeError::new("this service has no XML")),
        }
    }
}
