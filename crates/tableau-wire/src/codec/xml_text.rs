//! The characters of XML.

use super::DecodeError;

/// Whether XML can carry a character, escaped or as it is (source: XML 1.0, "Characters").
pub(super) fn is_carried(character: char) -> bool {
    matches!(
        character,
        '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}'
    )
}

/// The first character of a text that XML cannot carry, neither escaped nor as it is: most control characters, U+FFFE and U+FFFF.
#[must_use]
pub fn not_in_xml(text: &str) -> Option<char> {
    text.chars().find(|character| !is_carried(*character))
}

/// Refuses a text of a request that XML cannot carry, in whichever format it came: it could not be given back.
pub(super) fn check_text(text: &str, is_request: bool) -> Result<(), DecodeError> {
    match is_request.then(|| not_in_xml(text)).flatten() {
        None => Ok(()),
        Some(character) => Err(DecodeError::new(format_args!(
            "a text has the character U+{:04X}, which XML cannot carry",
            character as u32
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_and_noncharacters_are_not_carried() {
        for text in [
            "",
            "a b",
            "\t\r\n",
            "\u{7f}\u{85}",
            "é\u{fffd}\u{10000}\u{10ffff}",
        ] {
            assert_eq!(not_in_xml(text), None, "{text:?}");
        }
        for character in [
            '\0', '\u{1}', '\u{8}', '\u{b}', '\u{1b}', '\u{1f}', '\u{fffe}', '\u{ffff}',
        ] {
            assert_eq!(not_in_xml(&format!("é{character}\0")), Some(character));
        }
    }
}
