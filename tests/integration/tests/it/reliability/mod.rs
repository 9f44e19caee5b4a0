//! The client against servers that misbehave, over real sockets: `docs/reliability.md` names these tests.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod answers;
mod page;
mod retries;
mod size;
mod time;
mod truncated;
mod uploads;

use std::time::Duration;

use support::scripted::{Act, Scripted, Seen, usual};
use tableau_client::{Client, ClientBuilder, PersonalAccessToken, Site, Timeouts};

/// A server where sessions begin and end, and everything else is up to a script.
fn server(script: impl Fn(&Seen) -> Vec<Act> + Send + Sync + 'static) -> Scripted {
    Scripted::start(move |seen| usual(seen).unwrap_or_else(|| script(seen)))
}

fn builder(server: &Scripted) -> ClientBuilder {
    Client::builder(server.url().as_str()).no_proxy()
}

fn token() -> PersonalAccessToken {
    PersonalAccessToken::new("ci", "secret")
}

async fn site(server: &Scripted) -> Site {
    builder(server).build().unwrap().sign_in(token()).await.unwrap()
}

/// A site whose calls wait no longer than this for anything.
async fn hasty_site(server: &Scripted, limit: Duration) -> Site {
    let client = builder(server).timeouts(Timeouts::all(limit)).build().unwrap();
    client.sign_in(token()).await.unwrap()
}
