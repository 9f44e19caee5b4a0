//! The sandbox without a socket.

use bytes::Bytes;
use tableau_client::{Transport, TransportFuture};
use tableau_sandbox::{Service, tsm};

/// A transport whose requests are answered by a service of the sandbox, in this process.
#[derive(Clone, Debug)]
pub struct InProcess<S = Service>(pub S);

impl Transport for InProcess<Service> {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture {
        let service = self.0.clone();
        Box::pin(async move {
            let response = service.handle(request).await;
            // Tasks that wait for several answers get a turn between them, as on a network.
            tokio::task::yield_now().await;
            Ok(response)
        })
    }
}

impl Transport for InProcess<tsm::Service> {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture {
        let service = self.0.clone();
        Box::pin(async move { Ok(service.handle(request).await) })
    }
}
