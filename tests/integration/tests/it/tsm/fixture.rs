//! A sandbox with a controller, and clients whose exchanges are recorded.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use support::ANY_PORT;
use tableau_client::tsm::{Tsm, TsmBuilder, TsmSession};
use tableau_client::{Error, RequestBody, Transport, TransportFuture};
use tableau_sandbox::{Clock, Sandbox, tsm, well_known};

pub(crate) const ACCOUNT: &str = well_known::TSM_ACCOUNT;
pub(crate) const PASSWORD: &str = well_known::PASSWORD;

pub(crate) struct Fixture {
    pub(crate) sandbox: Sandbox,
    pub(crate) exchanges: Exchanges,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        Self {
            sandbox: Sandbox::builder()
                .workbooks(1)
                .listen_tsm(ANY_PORT)
                .start()
                .unwrap(),
            exchanges: Exchanges::default(),
        }
    }

    pub(crate) fn url(&self) -> &str {
        self.sandbox.tsm_url().unwrap()
    }

    pub(crate) fn tsm(&self) -> &tsm::Service {
        self.sandbox.tsm()
    }

    pub(crate) fn controller(&self) -> &tsm::Controller {
        self.sandbox.tsm_controller().unwrap()
    }

    pub(crate) fn fingerprint(&self) -> String {
        self.sandbox.tsm_fingerprint().unwrap()
    }

    /// The builder of a client that trusts nothing yet.
    pub(crate) fn distrusting(&self) -> TsmBuilder {
        Tsm::builder(self.url()).no_proxy()
    }

    /// The builder of a client that trusts the controller.
    pub(crate) fn builder(&self) -> TsmBuilder {
        let exchanges = self.exchanges.clone();
        self.distrusting()
            .pin_sha256(&self.fingerprint())
            .wrap_transport(|inner| Watched {
                inner,
                exchanges,
                clock: None,
            })
    }

    /// A client each of whose exchanges takes this long by the sandbox's clock.
    pub(crate) fn with_steps(&self, step: Duration) -> Tsm {
        let exchanges = self.exchanges.clone();
        let clock = Some((self.tsm().clock().clone(), step));
        let builder = self.distrusting().pin_sha256(&self.fingerprint());
        let builder = builder.wrap_transport(move |inner| Watched {
            inner,
            exchanges,
            clock,
        });
        builder.build().unwrap()
    }

    pub(crate) fn client(&self) -> Tsm {
        self.builder().build().unwrap()
    }

    pub(crate) async fn signed_in(&self) -> TsmSession {
        sign_in(&self.client()).await.unwrap()
    }

    /// How many sessions the controller has.
    pub(crate) fn sessions(&self) -> usize {
        self.tsm().session_count()
    }
}

pub(crate) async fn sign_in(client: &Tsm) -> Result<TsmSession, Error> {
    client.sign_in(ACCOUNT, PASSWORD).await
}

/// `POST /api/1.0/login 204`, one after the other.
#[derive(Clone, Default)]
pub(crate) struct Exchanges(Arc<Mutex<Vec<String>>>);

impl Exchanges {
    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn count(&self, part: &str) -> usize {
        self.all().iter().filter(|line| line.contains(part)).count()
    }

    pub(crate) fn logins(&self) -> usize {
        self.count("/login ")
    }
}

pub(crate) struct Watched<T> {
    pub(crate) inner: T,
    pub(crate) exchanges: Exchanges,
    pub(crate) clock: Option<(Clock, Duration)>,
}

impl<T: Transport> Transport for Watched<T> {
    fn send(&self, request: http::Request<RequestBody>) -> TransportFuture {
        let head = format!("{} {}", request.method(), request.uri().path());
        let (exchanges, clock) = (self.exchanges.clone(), self.clock.clone());
        let answer = self.inner.send(request);
        Box::pin(async move {
            let answer = answer.await;
            let status = answer.as_ref().map_or(0, |answer| answer.status().as_u16());
            exchanges.0.lock().unwrap().push(format!("{head} {status}"));
            if let Some((clock, step)) = clock {
                clock.advance(step);
            }
            answer
        })
    }
}

/// The whole text of an error.
pub(crate) fn said(error: &Error) -> String {
    format!(
        "{error} | {} | {}",
        error.causes().join("; "),
        error.hint().unwrap_or_default()
    )
}

/// Waits for an event, at most half a minute.
pub(crate) async fn soon<F: Future<Output = bool>>(mut check: impl FnMut() -> F) {
    let all = async {
        while !check().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), all).await.unwrap();
}
