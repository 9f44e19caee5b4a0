//! The client over real sockets: TLS, redirects and proxies, with the sandbox at the other end.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod peer;
mod proxies;
mod redirects;
mod tls;
mod two_origins;
mod uploads;

use std::future::Future;

use support::ANY_PORT;
use tableau_client::{Client, ClientBuilder, Error, PersonalAccessToken, Site};
use tableau_sandbox::{Builder, Sandbox, well_known};

/// The part of the secret that is the same however it is escaped.
const SECRET: &str = "s4ndb0xs4ndb0xs4ndb0xs4ndb0xs4nd";

fn token() -> PersonalAccessToken {
    PersonalAccessToken::new(well_known::PAT_NAME, well_known::PAT_SECRET)
}

/// The builder of a sandbox that listens over TLS as well.
fn with_tls() -> Builder {
    Sandbox::builder().workbooks(3).listen_tls(ANY_PORT)
}

/// The builder of a client that trusts the sandbox's authority.
fn trusting(sandbox: &Sandbox, address: &str) -> ClientBuilder {
    direct(address).ca_file(sandbox.ca_file().unwrap())
}

/// The builder of a client that ignores the environment.
fn direct(address: &str) -> ClientBuilder {
    Client::builder(address).no_proxy()
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(future)
}

/// Signs in, lists and signs out; returns the token.
async fn use_it(client: &Client) -> Result<String, Error> {
    let site: Site = client.sign_in(token()).await?;
    assert_eq!(site.workbooks().list().await?.total_available, 3);
    let token = site.session().token().expose().to_owned();
    site.sign_out().await?;
    Ok(token)
}

/// The whole text of an error: the message, then the hint.
fn said(error: &Error) -> String {
    format!("{error} | {}", error.hint().unwrap_or_default())
}
