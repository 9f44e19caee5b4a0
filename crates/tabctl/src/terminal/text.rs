//! Text on a terminal: without control characters, with colour, and messages on standard error.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write as _};

use anstream::{AutoStream, ColorChoice};

/// Whether text may be colored there: on a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`.
pub(crate) fn is_colored(stream: &impl anstream::stream::RawStream) -> bool {
    AutoStream::choice(stream) != ColorChoice::Never
}

/// The prefix of an error, red on terminals with colour.
pub(crate) fn error_word() -> &'static str {
    if is_colored(&io::stderr()) {
        "\x1b[1;31merror:\x1b[0m"
    } else {
        "error:"
    }
}

/// Whether a character moves the cursor, or the text around it: control characters, and those that change the direction of text.
fn moves(c: char) -> bool {
    let turns = matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || c.is_control()
}

/// JSON in which characters that move text are written as escapes; those below a blank are already.
pub(crate) fn escaped(json: &str) -> Cow<'_, str> {
    let raw = |c: char| moves(c) && c >= '\u{7f}';
    if !json.contains(raw) {
        return Cow::Borrowed(json);
    }
    let mut text = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        match raw(c) {
            true => _ = write!(text, "\\u{:04x}", u32::from(c)),
            false => text.push(c),
        }
    }
    Cow::Owned(text)
}

/// Text without control characters: a name from the server must not control the terminal.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if text.chars().any(moves) {
        Cow::Owned(text.chars().map(|c| if moves(c) { ' ' } else { c }).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// Writes a line to standard error, so that standard output holds data only.
pub(crate) fn say(text: &str) {
    // A closed standard error is ignored.
    let _ = super::progress::aside(|| writeln!(io::stderr(), "{text}"));
}

/// Text without control characters except line breaks, since names of files and profiles may contain any.
pub(crate) fn plain_lines(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(plain).collect();
    lines.join("\n")
}

/// Text without control characters other than line breaks and tabs.
pub(crate) fn without_controls(text: &str) -> String {
    let kept = |c: char| {
        if moves(c) && c != '\n' && c != '\t' {
            ' '
        } else {
            c
        }
    };
    text.replace("\r\n", "\n").chars().map(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_for_terminals_moves_no_cursor() {
        let text = without_controls("a\tb\r\nc\x1b[2J\u{9b}d\r");
        assert_eq!(text, "a\tb\nc [2J d ");
        assert_eq!(plain("a\u{202e}b\u{2066}c\u{9b}d"), "a b c d");
        assert_eq!(plain("Zoë"), "Zoë");
    }

    #[test]
    fn json_for_terminals_has_escapes_for_what_moves_text() {
        let value = serde_json::json!({"n\u{9b}": "a\u{202e}b\x1b[2J\u{7f}é\u{2067}"});
        let text = value.to_string();
        let safe = escaped(&text);
        assert_eq!(safe, r#"{"n\u009b":"a\u202eb\u001b[2J\u007fé\u2067"}"#);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&safe).unwrap(), value);
    }
}
