//! Shows each HTTP exchange in one line.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use tableau_client::{Transport, TransportFuture};

use crate::terminal::text::say;

/// A transport that shows each exchange. Bodies and headers are never shown: they hold the secrets.
pub(crate) struct Shown<T> {
    inner: T,
    line: Arc<dyn Fn(&str) + Send + Sync>,
}

impl<T: Transport> Shown<T> {
    /// Gives each line to `line`.
    pub(crate) fn new(inner: T, line: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self {
            inner,
            line: Arc::new(line),
        }
    }

    /// Writes each line to standard error.
    pub(crate) fn on_stderr(inner: T) -> Self {
        Self::new(inner, say)
    }
}

impl<T: Transport> Transport for Shown<T> {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture {
        let line = Arc::clone(&self.line);
        let uri = request.uri();
        let target = uri
            .path_and_query()
            .map_or_else(|| uri.path(), http::uri::PathAndQuery::as_str);
        let sent = match request.body().len() {
            0 => String::new(),
            length => format!(", {} sent", bytes(length)),
        };
        let head = format!("{:<4} {target}", request.method().as_str());
        let started = Instant::now();
        let answer = self.inner.send(request);
        Box::pin(async move {
            let answer = answer.await;
            let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
            match &answer {
                Ok(answer) => {
                    let received = bytes(answer.body().len());
                    line(&format!(
                        "{head} → {} ({received}{sent}, {milliseconds:.1} ms)",
                        answer.status().as_u16()
                    ));
                }
                Err(error) => line(&format!("{head} → {error} ({milliseconds:.1} ms)")),
            }
            answer
        })
    }
}

fn bytes(length: usize) -> String {
    if length < 1000 {
        format!("{length} B")
    } else {
        format!("{:.1} kB", length as f64 / 1000.0)
    }
}
