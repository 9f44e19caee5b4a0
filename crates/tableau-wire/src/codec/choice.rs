//! Choices: an element whose value is the name of its one empty child.

use std::fmt;

use serde::Serialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};

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

/// For the derive: reads a choice, also from its bare name, the form that is typed.
///
/// # Errors
/// Those of the deserializer, and an empty choice.
#[doc(hidden)]
pub fn read_choice<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    struct ChoiceVisitor;
    impl<'de> Visitor<'de> for ChoiceVisitor {
        type Value = String;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("one element, or its name")
        }

        fn visit_str<E: Error>(self, name: &str) -> Result<String, E> {
            Ok(name.to_owned())
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
            let mut chosen = None;
            while let Some(name) = map.next_key::<String>()? {
                map.next_value::<IgnoredAny>()?;
                chosen.get_or_insert(name);
            }
            Ok(chosen.unwrap_or_default())
        }
    }
    deserializer.deserialize_map(ChoiceVisitor)
}
