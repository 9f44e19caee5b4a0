//! Transports: one request, one answer.

mod body;
mod connections;
mod error;
mod file;
mod http;
mod limits;
mod meter;
mod network;
mod pace;
mod proxy;
mod response_body;
mod timeouts;

use std::future::Future;
use std::pin::Pin;

pub(crate) use self::http::Fresh;
pub use self::http::HttpTransport;
pub use body::RequestBody;
pub use error::TransportError;
pub use file::Progress;
pub(crate) use file::{File, OnProgress, RunningHash};
pub use limits::Limits;
pub(crate) use network::{Network, network_options};
pub(crate) use pace::Pace;
pub use proxy::Proxy;
pub(crate) use proxy::ProxyChoice;
pub use response_body::ResponseBody;
pub use timeouts::Timeouts;
pub(crate) use timeouts::{after, has_timers};

/// The future of [`Transport::send`].
pub type TransportFuture =
    Pin<Box<dyn Future<Output = Result<::http::Response<ResponseBody>, TransportError>> + Send>>;

/// Sends one request with an absolute address and gives the answer, of any status, as soon as its head has arrived.
///
/// [`HttpTransport`] is the default. Implement another for tests or recordings; wrap it to see every exchange.
pub trait Transport: Send + Sync + 'static {
    /// Sends the request; does not follow redirects and does not repeat it.
    fn send(&self, request: ::http::Request<RequestBody>) -> TransportFuture;
}
