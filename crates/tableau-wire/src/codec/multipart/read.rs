//! Reading a multipart body as it arrives.

use std::fmt;

use bytes::{Buf, Bytes, BytesMut};
use memchr::memmem::Finder;

use super::{DecodeError, PartHead};
use crate::codec::header::parameter;

/// The greatest number of parts that is read; Tableau's bodies have two.
const MAX_PARTS: usize = 16;
/// The greatest length of a part's head.
const MAX_HEAD: usize = 8 * 1024;
/// RFC 2046, 5.1.1.
const MAX_BOUNDARY: usize = 70;
/// The greatest number of blanks after a boundary (RFC 2046 allows some and gives no limit).
const MAX_PADDING: usize = 256;

/// An event of a [`Reader`], in the order of the body.
#[derive(Clone, PartialEq, Eq)]
pub enum Event {
    /// A part begins.
    Begin(PartHead),
    /// More of the part's content.
    Data(Bytes),
    /// The part ends.
    End,
}

impl fmt::Debug for Event {
    // A part may contain secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begin(head) => f.debug_tuple("Begin").field(head).finish(),
            Self::Data(data) => write!(f, "Data({} bytes)", data.len()),
            Self::End => f.write_str("End"),
        }
    }
}

/// Reads a multipart body as it arrives, without I/O: bytes go in, events come out.
///
/// ```
/// use tableau_wire::codec::multipart::{Event, Reader};
///
/// let mut reader = Reader::new(Some("multipart/mixed; boundary=b"))?;
/// reader.push(b"--b\r\nContent-Disposition: name=\"tableau_file\"\r\n\r\nbyt");
/// assert!(matches!(reader.next()?, Some(Event::Begin(head)) if head.name == "tableau_file"));
/// assert_eq!(reader.next()?, None, "more has to arrive first");
/// reader.push(b"es\r\n--b--");
/// reader.finish();
/// assert_eq!(reader.next()?, Some(Event::Data("bytes".into())));
/// assert_eq!(reader.next()?, Some(Event::End));
/// assert_eq!(reader.next()?, None);
/// # Ok::<(), tableau_wire::DecodeError>(())
/// ```
pub struct Reader {
    boundary: Finder<'static>,
    buffer: BytesMut,
    /// The number of bytes before the buffer.
    consumed: u64,
    /// The end of the body has arrived.
    finished: bool,
    line_break: Option<LineBreak>,
    parts: usize,
    state: State,
}

#[derive(Clone, Copy)]
enum State {
    /// Before the first delimiter.
    Preamble,
    /// In the head of a part.
    Head,
    /// In the content of a part. The first bytes of the buffer, as many as it says, are the line break of the head: no content, but a delimiter may need it.
    Content(usize),
    /// Between the content of a part and the head of the next; whether it was the last.
    Between(bool),
    /// After the last delimiter.
    Epilogue,
}

impl Reader {
    /// A reader of the body that this `Content-Type` announces.
    ///
    /// # Errors
    /// It is not multipart, or names no boundary.
    pub fn new(content_type: Option<&str>) -> Result<Self, DecodeError> {
        let boundary = boundary_of(content_type)?;
        Ok(Self {
            boundary: Finder::new(&boundary).into_owned(),
            buffer: BytesMut::new(),
            consumed: 0,
            finished: false,
            line_break: None,
            parts: 0,
            state: State::Preamble,
        })
    }

    /// Adds the bytes that have arrived; those after the last delimiter are dropped.
    pub fn push(&mut self, bytes: &[u8]) {
        if !matches!(self.state, State::Epilogue) {
            self.buffer.extend_from_slice(bytes);
        }
    }

    /// Marks the end of the body.
    pub fn finish(&mut self) {
        self.finished = true;
    }

    /// The next event; `None` if more bytes have to arrive first, and after the last part.
    ///
    /// # Errors
    /// A body without the boundary or without an end, a part without a name.
    // Not an iterator: after `None` there may be more.
    #[expect(clippy::should_implement_trait, reason = "`None` is not the end")]
    pub fn next(&mut self) -> Result<Option<Event>, DecodeError> {
        loop {
            match self.state {
                State::Preamble => match self.find(0)? {
                    Found::Delimiter(delimiter) => self.pass(&delimiter),
                    Found::Before(end) => {
                        self.advance(end);
                        return Ok(None);
                    }
                },
                State::Between(true) | State::Epilogue => {
                    self.state = State::Epilogue;
                    self.buffer.clear();
                    return Ok(None);
                }
                State::Between(false) => self.state = State::Head,
                State::Head => return Ok(self.head()?.map(Event::Begin)),
                State::Content(lead) => return self.content(lead),
            }
        }
    }

    fn pass(&mut self, delimiter: &Delimiter) {
        self.advance(delimiter.end);
        self.line_break = Some(delimiter.line_break);
        self.state = State::Between(delimiter.last);
    }

    fn advance(&mut self, count: usize) {
        let count = count.min(self.buffer.len());
        self.buffer.advance(count);
        self.consumed += count as u64;
    }

    /// More of a part's content, or its end.
    fn content(&mut self, lead: usize) -> Result<Option<Event>, DecodeError> {
        let (end, delimiter) = match self.find(lead)? {
            Found::Delimiter(delimiter) => (delimiter.start.max(lead), Some(delimiter)),
            Found::Before(end) => (end, None),
        };
        if end > lead {
            self.advance(lead);
            let data = self.buffer.split_to(end - lead).freeze();
            self.consumed += data.len() as u64;
            self.state = State::Content(0);
            return Ok(Some(Event::Data(data)));
        }
        let Some(delimiter) = delimiter else {
            return Ok(None);
        };
        self.pass(&delimiter);
        Ok(Some(Event::End))
    }

    /// The first delimiter from a position in the buffer on, or the position up to which there is none.
    fn find(&self, from: usize) -> Result<Found, DecodeError> {
        let length = self.boundary.needle().len();
        let rest = self.buffer.get(from..).unwrap_or_default();
        for at in self.boundary.find_iter(rest) {
            let at = from + at;
            match self.delimiter(at) {
                Seen::Delimiter(delimiter) => return Ok(Found::Delimiter(delimiter)),
                Seen::Nothing => {}
                Seen::TooLittle => return Ok(Found::Before(at.saturating_sub(2).max(from))),
            }
        }
        if self.finished {
            return Err(match self.state {
                State::Preamble => DecodeError::new("the boundary does not occur in the body"),
                _ => DecodeError::new("a part has no end").at(self.consumed),
            });
        }
        // A delimiter that has not arrived whole may begin as early as this.
        Ok(Found::Before(
            self.buffer.len().saturating_sub(length + 2).max(from),
        ))
    }

    /// Whether the boundary at this place is a line of its own, and so a delimiter.
    fn delimiter(&self, at: usize) -> Seen {
        let (before, after) = self.buffer.split_at(at);
        let after = after.get(self.boundary.needle().len()..).unwrap_or_default();
        let undecided = |rest: &[u8]| rest.is_empty() && !self.finished;
        let (last, after) = match after.strip_prefix(b"--") {
            Some(after) => (true, after),
            None if matches!(after, [] | [b'-']) && !self.finished => return Seen::TooLittle,
            None => (false, after),
        };
        let after = without_blanks(after);
        let (behind, after) = if let Some(after) = after.strip_prefix(b"\r\n") {
            (LineBreak::CrLf, after)
        } else if let Some(after) = after.strip_prefix(b"\n") {
            (LineBreak::Lf, after)
        } else if undecided(after.strip_prefix(b"\r").unwrap_or(after)) {
            return Seen::TooLittle;
        } else if last && after.is_empty() {
            (self.line_break.unwrap_or(LineBreak::CrLf), after)
        } else {
            return Seen::Nothing;
        };
        let line_break = self.line_break.unwrap_or(behind);
        let start = match (line_break, before) {
            (_, []) if self.consumed == 0 => 0,
            (LineBreak::CrLf, [.., b'\r', b'\n']) => at - 2,
            (LineBreak::Lf, [.., b'\n']) => at - 1,
            _ => return Seen::Nothing,
        };
        if behind != line_break {
            return Seen::Nothing;
        }
        Seen::Delimiter(Delimiter {
            start,
            end: self.buffer.len() - after.len(),
            line_break,
            last,
        })
    }

    /// The head of a part, if it has arrived whole.
    fn head(&mut self) -> Result<Option<PartHead>, DecodeError> {
        if self.parts == MAX_PARTS {
            return Err(DecodeError::new(format_args!("more than {MAX_PARTS} parts")).at(self.consumed));
        }
        let Some((head, end, lead)) = self.read_head()? else {
            return Ok(None);
        };
        self.parts += 1;
        // Its content is searched from the end of the head on: its line break may be that of the delimiter of an empty part.
        self.advance(end - lead);
        self.state = State::Content(lead);
        Ok(Some(head))
    }

    /// The head at the beginning of the buffer, where it ends, and the length of the line break there.
    fn read_head(&self) -> Result<Option<(PartHead, usize, usize)>, DecodeError> {
        let (mut disposition, mut media_type) = (String::new(), None);
        let mut at = 0;
        loop {
            let rest = self
                .buffer
                .get(at..MAX_HEAD.min(self.buffer.len()))
                .unwrap_or_default();
            let Some(length) = memchr::memchr(b'\n', rest) else {
                if self.finished || self.buffer.len() >= MAX_HEAD {
                    return Err(DecodeError::new("the head of a part has no end").at(self.consumed));
                }
                return Ok(None);
            };
            let line = rest.get(..length).unwrap_or_default();
            at += length + 1;
            let text = line.strip_suffix(b"\r").unwrap_or(line);
            if text.is_empty() {
                let name = parameter(&disposition, "name")
                    .ok_or_else(|| DecodeError::new("a part has no name").at(self.consumed))?;
                let head = PartHead {
                    name,
                    file_name: parameter(&disposition, "filename"),
                    media_type,
                };
                return Ok(Some((head, at, line.len() - text.len() + 1)));
            }
            let text = String::from_utf8_lossy(text);
            let Some((name, value)) = text.split_once(':') else {
                let error = DecodeError::new("a line of a part's head has no colon");
                return Err(error.at(self.consumed + at as u64));
            };
            if name.trim().eq_ignore_ascii_case("content-disposition") {
                value.clone_into(&mut disposition);
            } else if name.trim().eq_ignore_ascii_case("content-type") {
                media_type = Some(value.trim().to_owned());
            }
        }
    }
}

impl fmt::Debug for Reader {
    // The buffer may contain secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({} bytes read)", self.consumed)
    }
}

/// The result of a search in the buffer.
enum Found {
    Delimiter(Delimiter),
    /// Up to this place there is none.
    Before(usize),
}

/// The kind of a boundary found in the buffer.
enum Seen {
    Delimiter(Delimiter),
    /// It only resembles a delimiter.
    Nothing,
    /// More bytes are needed to decide.
    TooLittle,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LineBreak {
    CrLf,
    Lf,
}

/// A line with the boundary.
struct Delimiter {
    /// Where the part before it ends.
    start: usize,
    /// Where the next line begins.
    end: usize,
    line_break: LineBreak,
    last: bool,
}

/// The boundary as in the body, with its dashes.
fn boundary_of(content_type: Option<&str>) -> Result<String, DecodeError> {
    let content_type = content_type.unwrap_or_default();
    let multipart = content_type
        .trim_start()
        .get(..10)
        .is_some_and(|start| start.eq_ignore_ascii_case("multipart/"));
    let boundary = parameter(content_type, "boundary")
        .filter(|boundary| multipart && (1..=MAX_BOUNDARY).contains(&boundary.len()))
        .ok_or_else(|| DecodeError::new("the Content-Type has to be multipart/mixed with a boundary"))?;
    Ok(format!("--{boundary}"))
}

/// The text after the padding that RFC 2046 allows after a boundary: blanks and tabs, but no line breaks.
fn without_blanks(text: &[u8]) -> &[u8] {
    let blanks = text
        .iter()
        .take(MAX_PADDING)
        .take_while(|byte| matches!(byte, b' ' | b'\t'));
    text.get(blanks.count()..).unwrap_or_default()
}
