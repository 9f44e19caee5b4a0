//! Bodies of answers: a document, or the file.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tableau_benches::block::{BLOCK, END};

/// The body of an answer: a document, or as much of a file as is left.
pub(crate) enum Content {
    Document(Bytes),
    File { block: Bytes, left: u64 },
}

impl Body for Content {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let piece = match &mut *self {
            Self::Document(document) => std::mem::take(document),
            Self::File { block, left } => {
                let length = (*left).min(BLOCK as u64);
                *left -= length;
                piece(block, length, *left == 0)
            }
        };
        Poll::Ready((!piece.is_empty()).then(|| Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match self {
            Self::Document(document) => document.len() as u64,
            Self::File { left, .. } => *left,
        })
    }
}

fn piece(block: &Bytes, length: u64, is_last: bool) -> Bytes {
    let piece = block.slice(..usize::try_from(length).unwrap_or(BLOCK));
    if !is_last {
        return piece;
    }
    let mut last = piece.to_vec();
    last.truncate(last.len().saturating_sub(END.len()));
    last.extend_from_slice(END);
    last.into()
}
