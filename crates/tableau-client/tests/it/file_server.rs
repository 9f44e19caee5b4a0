//! A server that takes and gives files piece by piece, as told.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use tableau_client::{
    Blocking, Client, ClientBuilder, Limits, RequestBody, ResponseBody, Site, Transport, TransportError,
    TransportFuture,
};

use crate::support::{token, usual};

type Answer = Result<Response<ResponseBody>, TransportError>;

/// A request as it arrived.
#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) media_type: String,
    /// How many bytes it said that it has.
    pub(crate) length: u64,
    pub(crate) body: Vec<u8>,
    /// The largest piece that it came in.
    pub(crate) largest: usize,
}

impl Received {
    pub(crate) fn holds(&self, part: &[u8]) -> bool {
        self.body.windows(part.len()).any(|window| window == part)
    }

    /// The content of the part with this name.
    pub(crate) fn part(&self, name: &str) -> Vec<u8> {
        let (_, boundary) = self.media_type.split_once("boundary=").unwrap();
        let boundary = format!("\r\n--{}", boundary.trim_matches('"'));
        let (_, part) = split(&self.body, format!("name=\"{name}\"").as_bytes());
        let (_, content) = split(part, b"\r\n\r\n");
        split(content, boundary.as_bytes()).0.to_vec()
    }
}

/// What stands before these bytes, and behind them.
fn split<'a>(bytes: &'a [u8], at: &[u8]) -> (&'a [u8], &'a [u8]) {
    let start = bytes.windows(at.len()).position(|window| window == at);
    let (before, rest) = bytes.split_at(start.unwrap());
    (before, rest.split_at(at.len()).1)
}

#[derive(Clone)]
pub(crate) struct FileServer {
    answer: Arc<dyn Fn(&Received) -> Answer + Send + Sync>,
    received: Arc<Mutex<Vec<Received>>>,
}

impl FileServer {
    /// A server on which signing in and out works; everything else comes from `answer`.
    pub(crate) fn new(answer: impl Fn(&Received) -> Answer + Send + Sync + 'static) -> Self {
        Self {
            answer: Arc::new(answer),
            received: Arc::default(),
        }
    }

    pub(crate) async fn site(&self) -> Site {
        self.client().sign_in(token()).await.unwrap()
    }

    pub(crate) fn blocking_site(&self) -> Site<Blocking> {
        self.client().blocking().unwrap().sign_in(token()).unwrap()
    }

    /// A site of a client that asks for so many renderings at once.
    pub(crate) async fn site_with_renderings(&self, at_once: usize) -> Site {
        let mut limits = Limits::default();
        limits.renderings = at_once;
        let client = self.builder().limits(limits).build().unwrap();
        client.sign_in(token()).await.unwrap()
    }

    fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        Client::builder("https://my-server").transport(self.clone())
    }

    /// The requests of this method whose path has this part.
    pub(crate) fn received(&self, method: &str, part: &str) -> Vec<Received> {
        let received = self.received.lock().unwrap();
        let matching = received
            .iter()
            .filter(|one| one.method == method && one.path.contains(part));
        matching.cloned().collect()
    }
}

impl Transport for FileServer {
    fn send(&self, request: Request<RequestBody>) -> TransportFuture {
        let this = self.clone();
        Box::pin(async move {
            let (head, mut body) = request.into_parts();
            let media_type = head
                .headers
                .get("content-type")
                .map(|value| value.to_str().unwrap().to_owned());
            let mut received = Received {
                method: head.method.to_string(),
                path: head.uri.path_and_query().unwrap().to_string(),
                media_type: media_type.unwrap_or_default(),
                length: body.length(),
                body: Vec::new(),
                largest: 0,
            };
            while let Some(piece) = body.chunk().await? {
                received.largest = received.largest.max(piece.len());
                received.body.extend_from_slice(&piece);
            }
            this.received.lock().unwrap().push(received.clone());
            let seen = (
                received.method.clone(),
                received.path.clone(),
                None,
                String::new(),
            );
            match usual(&seen) {
                Some((status, body)) => Ok(text(status, body)),
                None => (this.answer)(&received),
            }
        })
    }
}

/// A document.
pub(crate) fn text(status: u16, body: String) -> Response<ResponseBody> {
    let body = ResponseBody::from(Bytes::from(body));
    Response::builder().status(status).body(body).unwrap()
}

/// What a body does after its last piece.
#[derive(Clone, Copy)]
pub(crate) enum End {
    Whole,
    Broken,
    Silent,
}

/// A file in these pieces, with the length that the server says.
pub(crate) fn file(pieces: &[&[u8]], says: Option<usize>, end: End) -> Response<ResponseBody> {
    let mut response = Response::builder()
        .header("content-type", "application/octet-stream")
        .header("content-disposition", r#"filename="../../Super store.twbx""#);
    if let Some(length) = says {
        response = response.header("content-length", length);
    }
    let pieces = pieces.iter().map(|piece| Bytes::copy_from_slice(piece)).collect();
    response.body(ResponseBody::new(Pieces { pieces, end })).unwrap()
}

struct Pieces {
    pieces: VecDeque<Bytes>,
    end: End,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        match (self.pieces.pop_front(), self.end) {
            (Some(piece), _) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            (None, End::Whole) => Poll::Ready(None),
            (None, End::Broken) => Poll::Ready(Some(Err(TransportError::interrupted("the line was cut")))),
            (None, End::Silent) => Poll::Pending,
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::new()
    }
}

/// A package with nothing in it but bytes of this number: it begins and ends as a zip does.
pub(crate) fn package(bytes: usize) -> Vec<u8> {
    let mut package = b"PK\x03\x04".to_vec();
    package.extend((0..bytes).map(|number| u8::try_from(number % 251).unwrap()));
    package.extend(b"PK\x05\x06");
    package.extend([0; 18]);
    package
}
