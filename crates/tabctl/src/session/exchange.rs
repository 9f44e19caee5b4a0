//! Shows each HTTP exchange in one line.

use std::sync::Arc;
use std::time::Instant;

use tableau_client::{RequestBody, Transport, TransportFuture};

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
    fn send(&self, request: http::Request<RequestBody>) -> TransportFuture {
        let line = Arc::clone(&self.line);
        let uri = request.uri();
        let target = uri
            .path_and_query()
            .map_or_else(|| uri.path(), http::uri::PathAndQuery::as_str);
        let sent = match request.body().length() {
            0 => String::new(),
            length => format!(", {} sent", bytes(length)),
        };
        let head = format!("{:<4} {target}", request.method().as_str());
        let started = Instant::now();
        let answer = self.inner.send(request);
        Box::pin(async move {
            let milliseconds = move || started.elapsed().as_secs_f64() * 1000.0;
            match answer.await {
                Ok(answer) => {
                    let status = answer.status().as_u16();
                    // Said when the body is over, as it says how long it was.
                    let say = move |received| {
                        let (received, milliseconds) = (bytes(received), milliseconds());
                        line(&format!(
                            "{head} → {status} ({received}{sent}, {milliseconds:.1} ms)"
                        ));
                    };
                    Ok(answer.map(|body| body.counted(say)))
                }
                Err(error) => {
                    line(&format!("{head} → {error} ({:.1} ms)", milliseconds()));
                    Err(error)
                }
            }
        })
    }
}

fn bytes(length: u64) -> String {
    if length < 1000 {
        format!("{length} B")
    } else {
        format!("{:.1} kB", length as f64 / 1000.0)
    }
}
