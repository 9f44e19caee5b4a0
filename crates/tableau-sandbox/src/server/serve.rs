//! From the sockets to the service and back.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::TcpListener as Socket;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use http::{Request, Response};
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};

use super::connection::{Breakable, Wire};
use super::control::Control;
use super::redirect::{Side, Switch};
use crate::log::Seen;
use crate::service::Service;
use crate::tls::TlsListener;
use crate::tsm;

/// How long a stopping sandbox waits for unfinished answers.
pub(super) const GRACE: Duration = Duration::from_secs(2);

/// The sockets, and the services behind them.
pub(super) struct Listeners {
    pub(super) plain: Socket,
    pub(super) tls: Option<(Socket, Arc<ServerConfig>)>,
    pub(super) tsm: Option<tsm::Listening>,
    pub(super) service: Service,
    pub(super) switch: Arc<Switch>,
    pub(super) control: Option<Control>,
}

impl Listeners {
    /// Serves until it is told to stop, then finishes open answers, within bounds.
    pub(super) async fn serve(self, told: oneshot::Receiver<()>) {
        let Ok(plain) = TcpListener::from_std(self.plain) else {
            return;
        };
        let tls = match self.tls {
            Some((socket, config)) => TcpListener::from_std(socket).ok().map(|socket| (socket, config)),
            None => None,
        };
        let port = |listener: &TcpListener| listener.local_addr().ok().map(|address| address.port());
        let plain_side = Side {
            tls: false,
            other: tls.as_ref().and_then(|(listener, _)| port(listener)),
        };
        let tls_side = Side {
            tls: true,
            other: port(&plain),
        };
        let (stopping, stopped) = watch::channel(false);
        let site = |side| {
            Site(Arc::new(Shown {
                service: self.service.clone(),
                switch: Arc::clone(&self.switch),
                control: self.control.clone(),
                side,
            }))
        };
        let plain = serve(Breakable(plain), site(plain_side), stopped.clone());
        let tls = async {
            if let Some((listener, config)) = tls {
                let listener = TlsListener::new(Breakable(listener), config);
                serve(listener, site(tls_side), stopped.clone()).await;
            }
        };
        let tsm = async {
            if let Some((listener, router)) = self.tsm.and_then(tsm::Listening::open) {
                // It serves until it stops, and has no errors of its own.
                let serving = axum::serve(listener, router);
                let _ = serving.with_graceful_shutdown(stop(stopped.clone())).await;
            }
        };
        // An open connection must not keep the server from stopping.
        let bound = async {
            // A dropped sender stops the server as well.
            let _ = told.await;
            stopping.send_replace(true);
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            _ = async { tokio::join!(plain, tls, tsm) } => {}
            () = bound => {}
        }
    }
}

/// Serves the API, whose requests know their connection.
async fn serve<L>(listener: L, site: Site, stopped: watch::Receiver<bool>)
where
    L: Listener<Addr = std::net::SocketAddr>,
    Wire: for<'l> Connected<IncomingStream<'l, L>>,
{
    // It serves until it stops, and has no errors of its own.
    let _ = axum::serve(listener, site)
        .with_graceful_shutdown(stop(stopped))
        .await;
}

async fn stop(mut stopped: watch::Receiver<bool>) {
    // It fails when the sender is gone, which means stop as well.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// What a socket shows.
struct Shown {
    service: Service,
    switch: Arc<Switch>,
    control: Option<Control>,
    side: Side,
}

/// Makes a service for each connection: there is nothing to route, so that no router has a part in each request.
#[derive(Clone)]
struct Site(Arc<Shown>);

impl<L> tower_service::Service<IncomingStream<'_, L>> for Site
where
    L: Listener,
    Wire: for<'l> Connected<IncomingStream<'l, L>>,
{
    type Response = OnConnection;
    type Error = Infallible;
    type Future = Ready<Result<OnConnection, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, stream: IncomingStream<'_, L>) -> Ready<Result<OnConnection, Infallible>> {
        ready(Ok(OnConnection {
            shown: Arc::clone(&self.0),
            wire: Wire::connect_info(stream),
        }))
    }
}

type Answering = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

/// Answers the requests of a connection.
#[derive(Clone)]
struct OnConnection {
    shown: Arc<Shown>,
    wire: Wire,
}

impl tower_service::Service<Request<Body>> for OnConnection {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Answering {
        let (shown, wire) = (Arc::clone(&self.shown), self.wire.clone());
        Box::pin(async move {
            let control = shown.control.as_ref();
            Ok(match control.filter(|_| Control::is_asked(request.uri())) {
                Some(control) => control.answer(request).await,
                None => answer(&shown, wire, request).await,
            })
        })
    }
}

async fn answer(shown: &Shown, wire: Wire, mut request: Request<Body>) -> Response<Body> {
    let Shown {
        service,
        switch,
        side,
        ..
    } = shown;
    if let Some(elsewhere) = switch.answer(&mut request, *side) {
        service.record(
            request.method(),
            request.uri(),
            Some(elsewhere.status()),
            Seen::default(),
        );
        return elsewhere.map(Body::from);
    }
    match service.serve(request).await {
        Ok(response) => wire.carry(response),
        Err(_) => {
            // The connection breaks with the first byte of this answer.
            wire.reset();
            Response::new(Body::empty())
        }
    }
}
