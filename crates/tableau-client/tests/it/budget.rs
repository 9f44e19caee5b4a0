//! How many requests a client makes to a server that fails for all of them.

use tableau_client::wire::rest::webhooks::{NewWebhook, WebhookDestination, WebhookEvent};
use tableau_client::{Error, ErrorKind, TransportError};

use crate::support::{Fake, Seen};

/// How many requests ten thousand calls make that all fail this way, and the kind of the last error.
async fn requests(answer: fn(&Seen) -> Result<(u16, String), TransportError>) -> (usize, Error) {
    let fake = Fake::signed_in(answer);
    let site = fake.site().await;
    let before = fake.paths().len();
    let mut last = None;
    for _ in 0..10_000 {
        last = site.workbooks().list().await.err();
    }
    (fake.paths().len() - before, last.unwrap())
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_calls_that_fail_make_a_fifth_more_requests_at_most() {
    let (unavailable, error) = requests(|_| Ok((503, String::new()))).await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Server, 1));
    let (refused, error) = requests(|_| Err(TransportError::not_sent("no connection"))).await;
    assert_eq!(error.kind(), ErrorKind::Connection);
    let (broken, error) = requests(|_| Err(TransportError::interrupted("a reset"))).await;
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    println!(
        "requests of 10,000 calls that fail: {unavailable} (503), {refused} (no connection), {broken} (reset)"
    );
    for sent in [unavailable, refused, broken] {
        assert!((10_100..=12_000).contains(&sent), "{sent}");
    }
}

/// What may have arrived is not sent again, whatever the budget.
#[tokio::test(start_paused = true)]
async fn ten_thousand_calls_that_are_not_idempotent_make_as_many_requests() {
    let fake = Fake::signed_in(|_| Err(TransportError::interrupted("a reset")));
    let site = fake.site().await;
    for _ in 0..10_000 {
        let destination = WebhookDestination::post("https://example.com");
        let webhook = NewWebhook::new("Failed", WebhookEvent::WorkbookRefreshFailed, destination);
        let error = site.webhooks().create(webhook).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Interrupted, 1));
    }
    let sent = fake.paths();
    assert_eq!(
        sent.iter().filter(|path| path.ends_with("/webhooks")).count(),
        10_000
    );
}
