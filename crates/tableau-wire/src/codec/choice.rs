//! Choices: an element whose value is the name of its one empty child.

use std::borrow::Cow;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::{DecodeError, Reader};

/// For the derive: writes a choice as a map with one empty member.
///
/// # Errors
/// Those of the serializer.
#[doc(hidden)]
pub fn write_choice<S: Serializer>(element: &str, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Empty {}
    let mut map = serializer.serialize_map(Some(1))?;
    if !element.is_empty() {
        map.serialize_entry(element, &Empty {})?;
    }
    map.end()
}

/// For the derive: reads the name of a choice, also where it stands alone, the form that is typed.
///
/// # Errors
/// Malformed input, and what is neither an element nor its name.
#[doc(hidden)]
pub fn read_choice<'de>(reader: Reader<'_, 'de>) -> Result<Cow<'de, str>, DecodeError> {
    let mut chosen = None;
    let name = reader.named(&mut |name, member| {
        chosen.get_or_insert_with(|| name.to_owned());
        member.ignore()
    })?;
    Ok(name.or(chosen.map(Cow::Owned)).unwrap_or_default())
}
