//! What fuzz targets share: a server that gives one answer, a runtime whose clock does not wait, and reading what was written.

use std::future::Future;

use bytes::Bytes;
use http::{Request, Response};
use tableau_client::{Client, RequestBody, ResponseBody, Transport, TransportFuture};
use tableau_wire::codec::Root;
use tableau_wire::{Document, Format, Page, Version};

/// The answer to a sign-in.
const SIGNED_IN: &str = "<tsResponse xmlns='http://tableau.com/api'><credentials token='a|b|c'>\
    <site id='5f1c2f0e' contentUrl=''/><user id='77aa3c21'/></credentials></tsResponse>";

/// A server that lets anybody sign in, and answers everything else alike.
#[derive(Debug)]
pub struct Same(pub Response<Bytes>);

impl Transport for Same {
    fn send(&self, request: Request<RequestBody>) -> TransportFuture {
        let answer = if request.uri().path().ends_with("/signin") {
            Response::new(Bytes::from_static(SIGNED_IN.as_bytes()))
        } else {
            self.0.clone()
        };
        Box::pin(async move { Ok(answer.map(ResponseBody::from)) })
    }
}

/// A client of a server that answers everything alike.
pub fn client(answer: Response<Bytes>) -> Client {
    let builder = Client::builder("http://127.0.0.1").transport(Same(answer));
    builder.api_version(Version::NEWEST).build().expect("a client")
}

/// Runs a task with a paused clock: what waits is woken at once.
pub fn run<T>(task: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(task)
}

/// The first line of the input, and the rest.
pub fn line(data: &[u8]) -> (&[u8], &[u8]) {
    match data.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&data[..end], &data[end + 1..]),
        None => (data, &[]),
    }
}

/// What was read is the same when it was written and read again, in both formats.
pub fn same_again<T: Document + PartialEq + std::fmt::Debug>(document: &[u8], format: Format) {
    if let Ok(value) = T::decode(document, format) {
        for (written, again) in written(&value) {
            assert_eq!(again, value, "{}", String::from_utf8_lossy(&written));
        }
    }
}

/// The same of the items of a page; what was not announced with them is when they are written.
pub fn same_items<R>(document: &[u8], format: Format)
where
    Page<R>: Document,
    R: PartialEq + std::fmt::Debug,
{
    if let Ok(page) = Page::<R>::decode(document, format) {
        for (written, again) in written(&page) {
            assert_eq!(again.items, page.items, "{}", String::from_utf8_lossy(&written));
        }
    }
}

/// What is written, and read of it again.
fn written<T: Document>(value: &T) -> Vec<(Vec<u8>, T)> {
    let formats = [Format::Xml, Format::Json];
    // Characters that XML does not have can come by JSON only.
    let written = formats.map(|format| {
        Some((
            value.encode(Root::Response(Version::NEWEST), format).ok()?,
            format,
        ))
    });
    let read = |(written, format): (Vec<u8>, Format)| {
        let again = T::decode(&written, format).expect("what was written can be read");
        (written, again)
    };
    written.into_iter().flatten().map(read).collect()
}
