//! The network: one request, one answer.

mod body;
mod error;
mod file;
mod http;
mod network;
mod proxy;

use std::future::Future;
use std::pin::Pin;

pub use self::http::HttpTransport;
pub use body::{RequestBody, ResponseBody};
pub use error::TransportError;
pub use file::Progress;
pub(crate) use file::{File, OnProgress};
pub(crate) use network::{Network, network_options};
pub use proxy::Proxy;
pub(crate) use proxy::ProxyChoice;

/// What [`Transport::send`] gives.
pub type TransportFuture =
    Pin<Box<dyn Future<Output = Result<::http::Response<ResponseBody>, TransportError>> + Send>>;

/// Sends one request with an absolute address and gives the answer, whatever its status, as soon as its head is there.
///
/// [`HttpTransport`] is the real one. Others serve tests, recordings and logs; wrap it to see every exchange.
pub trait Transport: Send + Sync + 'static {
    /// Sends the request; does not follow redirects and does not repeat it.
    fn send(&self, request: ::http::Request<RequestBody>) -> TransportFuture;
}
