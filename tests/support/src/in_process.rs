//! The sandbox without a socket.

use bytes::{Bytes, BytesMut};
use tableau_client::{RequestBody, ResponseBody, Transport, TransportError, TransportFuture};
use tableau_sandbox::{Disconnected, Service, tsm};

/// A transport whose requests are answered by a service of the sandbox, in this process.
#[derive(Clone, Debug)]
pub struct InProcess<S = Service>(pub S);

impl Transport for InProcess<Service> {
    fn send(&self, request: http::Request<RequestBody>) -> TransportFuture {
        let service = self.0.clone();
        Box::pin(async move {
            let response = service.serve(request).await;
            // Tasks that wait for several answers get a turn between them, as on a network.
            tokio::task::yield_now().await;
            // A client cannot know whether the request arrived before the connection was reset.
            let broken =
                |error: Disconnected| TransportError::interrupted(error.to_string()).caused_by(error);
            Ok(response.map_err(broken)?.map(ResponseBody::new))
        })
    }
}

impl Transport for InProcess<tsm::Service> {
    fn send(&self, request: http::Request<RequestBody>) -> TransportFuture {
        let service = self.0.clone();
        Box::pin(async move {
            let response = service.handle(in_memory(request).await?).await;
            Ok(response.map(ResponseBody::from))
        })
    }
}

/// A request with all of its body.
///
/// # Errors
/// A file in its body cannot be read.
pub async fn in_memory(request: http::Request<RequestBody>) -> Result<http::Request<Bytes>, TransportError> {
    let (head, mut body) = request.into_parts();
    let mut whole = BytesMut::new();
    while let Some(chunk) = body.chunk().await.map_err(TransportError::from)? {
        whole.extend_from_slice(&chunk);
    }
    Ok(http::Request::from_parts(head, whole.freeze()))
}
