//! One suite for every implementation of the server: cases that pass on a real Tableau Server have to pass in the sandbox.
//!
//! No case knows what is on the site: it asks, and checks that the answers agree with one another and with Tableau's reference. So the same
//! functions run in process, over TCP, and against a real server (see `tests/it/main.rs`).
//!
//! [`calls`] goes through the client library; [`raw`] sends and reads bytes without it, so that a mistake that client and server share is found.

#![expect(
    clippy::panic,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case fails by panicking"
)]

pub mod calls;
pub mod raw;
mod rows;

/// Passes the list of all cases to a macro, after its other arguments.
#[macro_export]
macro_rules! for_each_case {
    ($macro:ident, $($given:tt)*) => {
        $macro! {
            $($given)*
            calls: server_info sign_in_and_out one_session_for_a_token refused_sign_in versions collections filters sorting fields;
            raw: errors paths formats pagination;
        }
    };
}

use std::sync::Arc;

use tableau_client::{
    Client, ClientBuilder, Credentials, Error, Format, PersonalAccessToken, RequestBody, Site, Transport,
    TransportFuture,
};

/// A server to be tested, and a token for it.
#[derive(Clone)]
pub struct Target {
    transport: Shared,
    address: String,
    site: String,
    token_name: String,
    token_secret: String,
    format: Format,
}

impl Target {
    /// A server behind a transport, and a personal access token for one of its sites.
    pub fn new(
        transport: impl Transport,
        address: impl Into<String>,
        site: impl Into<String>,
        token: (impl Into<String>, impl Into<String>),
        format: Format,
    ) -> Self {
        Self {
            transport: Shared(Arc::new(transport)),
            address: address.into(),
            site: site.into(),
            token_name: token.0.into(),
            token_secret: token.1.into(),
            format,
        }
    }

    fn client(&self) -> Client {
        Self::built(self.builder())
    }

    /// A client that shows what the server does to a session, instead of renewing it.
    fn client_without_renewal(&self) -> Client {
        Self::built(self.builder().without_renewal())
    }

    fn builder(&self) -> ClientBuilder {
        Client::builder(self.address.as_str())
            .format(self.format)
            .transport(self.transport.clone())
    }

    fn built(builder: ClientBuilder) -> Client {
        builder.build().expect("the address of the target is good")
    }

    fn token(&self) -> Credentials {
        PersonalAccessToken::new(&self.token_name, self.token_secret.as_str()).site(&self.site)
    }

    async fn sign_in(&self) -> Result<Site, Error> {
        self.client().sign_in(self.token()).await
    }
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Target")
            .field("address", &self.address)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

/// One transport for several clients.
#[derive(Clone)]
struct Shared(Arc<dyn Transport>);

impl Transport for Shared {
    fn send(&self, request: http::Request<RequestBody>) -> TransportFuture {
        self.0.send(request)
    }
}

/// The programs of the README.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;
