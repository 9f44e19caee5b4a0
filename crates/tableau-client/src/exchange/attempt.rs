//! One attempt: a request is sent once, and its answer is read, within the bounds of the client.

use std::time::Instant;

use bytes::Bytes;
use tableau_wire::Operation;

use crate::core::{Bounds, Tries, until};
use crate::error::Error;
use crate::transport::{Fresh, Pace, RequestBody, ResponseBody, Transport, TransportError, has_timers};

/// How much of an answer an attempt reads; of one that refuses the call, always its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// All of the document.
    Document,
    /// The head; the file is read by the caller.
    Head,
}

/// Sends a request once; gives the answer with as much of it as was to be read.
pub(crate) async fn attempt(
    transport: &dyn Transport,
    bounds: &Bounds,
    operation: &Operation,
    request: http::Request<RequestBody>,
    reading: Reading,
    tries: &Tries<'_>,
) -> Result<http::Response<ResponseBody>, Error> {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let started = Instant::now();
    let pace = Pace::begin(&bounds.timeouts);
    let mut request = request.map(|body| body.paced(pace.clone()));
    if tries.fresh {
        request.extensions_mut().insert(Fresh);
    }
    let answer = async {
        let answer = transport.send(request);
        let answer = match has_timers() {
            true => pace
                .keep(answer, bounds.timeouts.head_of(operation.slow))
                .await
                .map_err(TransportError::timed_out)?,
            false => answer.await,
        };
        let longest = bounds.document(operation, uri.query());
        read(answer?, bounds, longest, reading).await
    };
    let result = until(tries.deadline(), answer).await;
    let status = result.as_ref().map(|answer| answer.status().as_u16()).ok();
    tracing::debug!(operation = %operation.full_name(), %method, path = uri.path(), status, elapsed = ?started.elapsed(), "exchange");
    result
}

/// Reads as much of an answer as is to be read.
async fn read(
    answer: http::Response<ResponseBody>,
    bounds: &Bounds,
    longest: usize,
    reading: Reading,
) -> Result<http::Response<ResponseBody>, Error> {
    let (head, body) = answer.into_parts();
    let body = match has_timers() {
        true => body.watched(&bounds.timeouts),
        false => body,
    };
    let body = match (head.status.is_success(), reading) {
        (true, Reading::Head) => Ok(body),
        (true, Reading::Document) => body.collect(longest).await.map(ResponseBody::from),
        (false, _) => body.beginning(bounds.limits.error).await.map(ResponseBody::from),
    };
    match body {
        Ok(body) => Ok(http::Response::from_parts(head, body)),
        Err(error) => Err(Error::from(error).of_status(head.status)),
    }
}

/// An answer with its document, which was read already.
pub(crate) fn document(answer: http::Response<ResponseBody>) -> http::Response<Bytes> {
    answer.map(ResponseBody::into_read)
}
