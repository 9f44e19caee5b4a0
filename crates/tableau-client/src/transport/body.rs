//! The bodies of requests: documents in memory, and files that are read while they are sent.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tableau_wire::body::Outgoing;

use super::file::{File, Reading};
use super::pace::Pace;

/// The body of a request: empty, a document in memory, or a document with a file that is read while it is sent.
///
/// It is an [`http_body::Body`] of known length. No more than a few pieces of a file are in memory at a time.
pub struct RequestBody {
    head: Bytes,
    file: Option<File>,
    tail: Bytes,
    state: State,
    /// Who is told how far it was read.
    pace: Option<Pace>,
}

/// How far a body was read.
enum State {
    Head,
    File(Reading),
    Tail,
    End,
}

impl RequestBody {
    /// An empty body.
    #[must_use]
    pub fn empty() -> Self {
        Self::from(Bytes::new())
    }

    /// The body of a call, with its file if it sends one.
    pub(crate) fn of(outgoing: Outgoing, file: Option<File>) -> Self {
        let (head, file, tail) = match outgoing {
            Outgoing::Empty => (Bytes::new(), None, Bytes::new()),
            Outgoing::Document(document) => (document.bytes.into(), None, Bytes::new()),
            Outgoing::Framed { head, tail, .. } => {
                let file = file.unwrap_or_else(|| File::in_memory(Bytes::new()));
                (head, Some(file), tail)
            }
        };
        Self {
            head,
            file,
            tail,
            state: State::Head,
            pace: None,
        }
    }

    /// The whole body, if it is in memory: all bodies are, except those with a file.
    #[must_use]
    pub fn bytes(&self) -> Option<&Bytes> {
        match self.file {
            None => Some(&self.head),
            Some(_) => None,
        }
    }

    /// The length of the body in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        let file = self.file.as_ref().map_or(0, File::length);
        file + (self.head.len() + self.tail.len()) as u64
    }

    /// The same body from its beginning, to send it again; a file is opened again.
    #[must_use]
    pub fn reopen(&self) -> Self {
        Self {
            head: self.head.clone(),
            file: self.file.clone(),
            tail: self.tail.clone(),
            state: State::Head,
            pace: None,
        }
    }

    /// The next piece of the body; `None` after its end.
    ///
    /// # Errors
    /// A file that cannot be read, or that is longer or shorter than it was.
    pub async fn chunk(&mut self) -> io::Result<Option<Bytes>> {
        poll_fn(|context| self.poll_chunk(context)).await.transpose()
    }

    /// The same body, which tells how far it was read.
    pub(crate) fn paced(mut self, pace: Pace) -> Self {
        self.pace = Some(pace);
        self
    }

    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        if let Some(pace) = &self.pace {
            pace.asked();
        }
        let piece = ready!(self.poll_piece(context));
        if let Some(pace) = &self.pace {
            pace.gave(
                piece
                    .as_ref()
                    .and_then(|piece| piece.as_ref().ok())
                    .map_or(0, Bytes::len),
            );
            if Body::is_end_stream(self) {
                pace.ended();
            }
        }
        Poll::Ready(piece)
    }

    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        loop {
            let piece = match &mut self.state {
                State::Head => {
                    self.state = match &self.file {
                        Some(file) => State::File(file.read()),
                        None => State::Tail,
                    };
                    self.head.clone()
                }
                State::File(reading) => match ready!(reading.poll_next(context)) {
                    Some(Ok(piece)) => piece,
                    Some(Err(error)) => {
                        self.state = State::End;
                        return Poll::Ready(Some(Err(error)));
                    }
                    None => {
                        self.state = State::Tail;
                        continue;
                    }
                },
                State::Tail => {
                    self.state = State::End;
                    self.tail.clone()
                }
                State::End => return Poll::Ready(None),
            };
            if !piece.is_empty() {
                return Poll::Ready(Some(Ok(piece)));
            }
        }
    }
}

impl From<Bytes> for RequestBody {
    fn from(bytes: Bytes) -> Self {
        Self {
            head: bytes,
            file: None,
            tail: Bytes::new(),
            state: State::Head,
            pace: None,
        }
    }
}

impl Default for RequestBody {
    fn default() -> Self {
        Self::empty()
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let piece = ready!(self.get_mut().poll_chunk(context));
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        match self.state {
            State::Head => self.length() == 0,
            State::File(_) => false,
            State::Tail => self.tail.is_empty(),
            State::End => true,
        }
    }

    fn size_hint(&self) -> SizeHint {
        let left = match &self.state {
            State::Head => self.length(),
            State::File(reading) => reading.left() + self.tail.len() as u64,
            State::Tail => self.tail.len() as u64,
            State::End => 0,
        };
        SizeHint::with_exact(left)
    }
}

impl fmt::Debug for RequestBody {
    // Documents and files may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestBody({} bytes)", self.length())
    }
}
