//! Text on a terminal: without control characters, with colour, and messages on standard error.

use std::borrow::Cow;
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

/// Text without control characters: a name from the server must not control the terminal.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if text.chars().any(char::is_control) {
        Cow::Owned(
            text.chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect(),
        )
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
        if c.is_control() && c != '\n' && c != '\t' {
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
    }
}
