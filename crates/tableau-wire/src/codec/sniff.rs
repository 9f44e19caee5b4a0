//! Finds out by the beginning of a document whether it comes from Tableau.

use quick_xml::events::Event;

use super::Format;

/// How much of a body is examined: a prolog and a start tag are shorter, a web page is often longer.
const BEGINNING: usize = 4096;

/// The format of an answer; `None` if it comes from an intermediary: a page for a browser, or XML that is not Tableau's.
///
/// Truncated JSON and XML are left to the decoder, whose errors say more.
pub(crate) fn answer_format(body: &[u8]) -> Option<Format> {
    let format = Format::sniff(body)?;
    (format == Format::Json || !is_foreign(&beginning(body))).then_some(format)
}

/// The first characters of a body, as far as it is text.
pub(crate) fn beginning(body: &[u8]) -> String {
    let bytes = body.get(..BEGINNING).unwrap_or(body);
    let text = String::from_utf8_lossy(bytes);
    text.trim_start_matches(|character: char| character == '\u{feff}' || character.is_whitespace())
        .to_owned()
}

fn is_foreign(text: &str) -> bool {
    let mut reader = quick_xml::Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => {
                return start.local_name().as_ref() != "tsResponse";
            }
            Ok(Event::DocType(kind)) => {
                let html = kind
                    .xml10_content()
                    .trim_start()
                    .get(..4)
                    .is_some_and(|name| name.eq_ignore_ascii_case("html"));
                return html;
            }
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}
