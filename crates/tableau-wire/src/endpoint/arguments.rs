//! The arguments in a path, a query and headers.

use std::fmt;

use percent_encoding::percent_decode_str;

use super::Param;
use crate::codec::EncodeError;
use crate::codec::multipart::random_boundary;
use crate::query::{Fields, Filter, Sort};
use crate::value::{Id, Version};

/// The part of a call that is not its document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Arguments {
    /// The values of the path's variables, in order.
    pub path: Vec<String>,
    /// The parameters of the query.
    pub query: Query,
    /// The headers that are arguments.
    pub headers: Query,
}

/// The parameters of a query, decoded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query(pub Vec<(String, String)>);

impl Query {
    /// Reads the text after the `?`.
    ///
    /// A `+` is a space, as in the forms of the Web: TSC writes spaces so.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let decode = |part: &str| {
            percent_decode_str(&part.replace('+', " "))
                .decode_utf8_lossy()
                .into_owned()
        };
        let pair = |part: &str| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(name), decode(value))
        };
        Self(
            text.split('&')
                .filter(|part| !part.is_empty())
                .map(pair)
                .collect(),
        )
    }

    /// The value of a parameter; the last one if there are several.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Optional parameters that a verb has for one resource.
pub trait QueryOptions: Sized + Clone + Default + Send + Sync + 'static {
    /// Their description.
    const PARAMS: &'static [Param];

    /// Adds them to a query.
    ///
    /// # Errors
    /// A value that cannot be sent.
    fn write(&self, query: &mut Query) -> Result<(), ArgumentError>;

    /// Finds them in a query.
    ///
    /// # Errors
    /// A value that is not of its type.
    fn read(query: &Query) -> Result<Self, ArgumentError>;
}

impl QueryOptions for () {
    const PARAMS: &'static [Param] = &[];

    fn write(&self, _: &mut Query) -> Result<(), ArgumentError> {
        Ok(())
    }

    fn read(_: &Query) -> Result<Self, ArgumentError> {
        Ok(())
    }
}

/// A value in a path or a query.
pub trait Argument: Sized {
    /// Whether it is empty and left out of a query: servers refuse a parameter without a value.
    fn is_blank(&self) -> bool {
        false
    }

    /// The value as text, not yet percent-encoded.
    ///
    /// # Errors
    /// Why the value cannot be sent.
    fn encode(&self) -> Result<String, String>;

    /// The value from text.
    ///
    /// # Errors
    /// Why the text is no such value.
    fn decode(text: &str) -> Result<Self, String>;
}

macro_rules! argument_by_display {
    ($($ty:ty),*) => {$(
        impl Argument for $ty {
            fn encode(&self) -> Result<String, String> {
                Ok(self.to_string())
            }

            fn decode(text: &str) -> Result<Self, String> {
                text.parse().map_err(|error| format!("{error}"))
            }
        }
    )*};
}

argument_by_display!(i64, u32, u64, String, Version);

macro_rules! argument_checked {
    ($($ty:ident . $items:ident),*) => {$(
        impl Argument for $ty {
            fn is_blank(&self) -> bool {
                self.$items.is_empty()
            }

            // A separator inside a name would split it.
            fn encode(&self) -> Result<String, String> {
                let text = self.to_string();
                match text.parse::<Self>() {
                    Ok(read) if read == *self => Ok(text),
                    Ok(_) => Err(format!("`{text}` would be read as something else")),
                    Err(error) => Err(error.to_string()),
                }
            }

            fn decode(text: &str) -> Result<Self, String> {
                text.parse().map_err(|error| format!("{error}"))
            }
        }
    )*};
}

argument_checked!(Sort.keys, Fields.names);

impl Argument for bool {
    fn encode(&self) -> Result<String, String> {
        Ok(self.to_string())
    }

    // TSC writes Python's `True`.
    fn decode(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("expected true or false".to_owned()),
        }
    }
}

impl Argument for Filter {
    fn is_blank(&self) -> bool {
        self.conditions.is_empty()
    }

    fn encode(&self) -> Result<String, String> {
        self.check().map_err(|error| error.to_string())?;
        Ok(self.to_string())
    }

    fn decode(text: &str) -> Result<Self, String> {
        text.parse().map_err(|error| format!("{error}"))
    }
}

impl<T> Argument for Id<T> {
    // Identifiers come from servers, too: one with a separator in it would lead a request, and its token, to another address.
    fn encode(&self) -> Result<String, String> {
        match self.is_harmless() {
            true => Ok(self.as_str().to_owned()),
            false => Err(format!("{:?} is no identifier", self.as_str())),
        }
    }

    fn decode(text: &str) -> Result<Self, String> {
        Ok(Self::new(text))
    }
}

/// An argument that cannot be sent, or is not of its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArgumentError {
    /// The argument's name.
    pub name: String,
    /// What is wrong with it.
    pub reason: String,
}

impl ArgumentError {
    /// An error about one argument.
    pub fn new(name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            reason: reason.into(),
        }
    }
}

impl fmt::Display for ArgumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.reason)
    }
}

impl std::error::Error for ArgumentError {}

impl From<ArgumentError> for EncodeError {
    fn from(error: ArgumentError) -> Self {
        Self::new(error)
    }
}

/// For the derives: adds an optional parameter.
///
/// # Errors
/// A value that cannot be sent.
#[doc(hidden)]
pub fn write_query<T: Argument>(
    query: &mut Query,
    name: &str,
    value: Option<&T>,
) -> Result<(), ArgumentError> {
    if let Some(value) = value.filter(|value| !value.is_blank()) {
        let text = value
            .encode()
            .map_err(|reason| ArgumentError::new(name, reason))?;
        query.0.push((name.to_owned(), text));
    }
    Ok(())
}

/// For the derives: finds an optional parameter.
///
/// # Errors
/// A value that is not of its type.
#[doc(hidden)]
pub fn read_query<T: Argument>(query: &Query, name: &str) -> Result<Option<T>, ArgumentError> {
    let decode = |text| T::decode(text).map_err(|reason| ArgumentError::new(name, reason));
    query.get(name).map(decode).transpose()
}

/// For the derives: finds a required parameter.
///
/// # Errors
/// It is missing, or its value is not of its type.
#[doc(hidden)]
pub fn read_required<T: Argument>(query: &Query, name: &str) -> Result<T, ArgumentError> {
    read_query(query, name)?.ok_or_else(|| ArgumentError::new(name, "is missing"))
}

/// For the derives: adds a header; a random text if it has no value.
pub fn write_header(headers: &mut Query, name: &str, value: Option<&str>) {
    let value = value.map_or_else(random_boundary, str::to_owned);
    headers.0.push((name.to_owned(), value));
}

/// For the derives: finds a header, whose name has no case.
///
/// # Errors
/// Never: every text is one.
pub fn read_header(headers: &Query, name: &str) -> Result<Option<String>, ArgumentError> {
    let found = headers.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    Ok(found.map(|(_, value)| value.clone()))
}

/// For the derives: adds a set of parameters, each with the prefix before its name.
///
/// # Errors
/// A parameter without a name.
#[doc(hidden)]
pub fn write_set(query: &mut Query, prefix: &str, set: &[(String, String)]) -> Result<(), ArgumentError> {
    for (name, value) in set {
        if name.is_empty() {
            return Err(ArgumentError::new(prefix, "a name is empty"));
        }
        query.0.push((format!("{prefix}{name}"), value.clone()));
    }
    Ok(())
}

/// For the derives: finds the parameters with a prefix, in their order.
#[doc(hidden)]
#[must_use]
pub fn read_set(query: &Query, prefix: &str) -> Vec<(String, String)> {
    let with_prefix = |(name, value): &(String, String)| {
        let name = name.strip_prefix(prefix).filter(|name| !name.is_empty())?;
        Some((name.to_owned(), value.clone()))
    };
    query.0.iter().filter_map(with_prefix).collect()
}

/// For the derives: the text of a path variable.
///
/// # Errors
/// A value that would change the path.
#[doc(hidden)]
pub fn write_path<T: Argument>(name: &str, value: &T) -> Result<String, ArgumentError> {
    let text = value
        .encode()
        .map_err(|reason| ArgumentError::new(name, reason))?;
    match text.as_str() {
        "" => Err(ArgumentError::new(name, "is empty")),
        "." | ".." => Err(ArgumentError::new(
            name,
            format!("`{text}` cannot stand in a path"),
        )),
        // Gateways decode paths and read them again.
        _ if text.contains(|c: char| c == '\\' || c.is_control()) => Err(ArgumentError::new(
            name,
            format!("{text:?} has characters that cannot stand in a path"),
        )),
        _ => Ok(text),
    }
}

/// For the derives: the value of a path variable.
///
/// # Errors
/// A value that is not of its type.
#[doc(hidden)]
pub fn read_path<T: Argument>(path: &[String], index: usize, name: &str) -> Result<T, ArgumentError> {
    let text = path
        .get(index)
        .ok_or_else(|| ArgumentError::new(name, "is missing"))?;
    T::decode(text).map_err(|reason| ArgumentError::new(name, reason))
}
