//! Versions, sites and sessions: what is asked of the server, and how often.

use crate::support::{Fake, SESSION_TOKEN, document, server_info, token, usual};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;
use tableau_client::{
    Blocking, Client, Error, ErrorKind, Reached, RequestBody, Transport, TransportError, TransportFuture,
    Version,
};

const EMPTY: &str = r#"<pagination pageNumber="1" pageSize="1000" totalAvailable="0"/><workbooks/>"#;

fn versioned(version: &'static str) -> Fake {
    Fake::new(move |seen| match usual(seen) {
        Some(_) if seen.1.ends_with("/serverinfo") => Ok((200, server_info(version))),
        Some(usual) => Ok(usual),
        None => Ok((200, document(EMPTY))),
    })
}

#[tokio::test]
async fn the_newest_version_that_both_know_is_used() {
    for (server, used) in [
        ("3.20", "3.20"),
        ("3.99", "3.29"),
        ("4.0", "3.29"),
        ("2.5", "2.5"),
    ] {
        let fake = versioned(server);
        fake.site().await.workbooks().list().await.unwrap();
        let site = "11111111-2222-4333-8444-555555555555";
        let expected = [
            "/api/2.4/serverinfo".to_owned(),
            format!("/api/{used}/auth/signin"),
            format!("/api/{used}/sites/{site}/workbooks"),
        ];
        assert_eq!(fake.paths(), expected);
    }
}

#[tokio::test]
async fn an_explicit_version_wins_and_nothing_is_asked() {
    let fake = versioned("3.20");
    let client = Client::builder("my-server")
        .transport(fake.clone())
        .api_version(Version::new(3, 5))
        .build()
        .unwrap();
    client.sign_in(token()).await.unwrap();
    assert_eq!(fake.paths(), ["/api/3.5/auth/signin"]);
}

#[tokio::test]
async fn the_version_is_asked_once_for_all() {
    let fake = versioned("3.20");
    let client = fake.client();
    let signed_in = join_all((0..8).map(|_| client.sign_in(token()))).await;
    assert!(signed_in.iter().all(Result::is_ok));
    let asked = fake
        .paths()
        .iter()
        .filter(|path| path.ends_with("serverinfo"))
        .count();
    assert_eq!(asked, 1);
}

#[tokio::test(start_paused = true)]
async fn a_failed_version_request_is_retried() {
    let fake = Fake::new(|seen| {
        if seen.1.ends_with("serverinfo") {
            Ok((503, "starting".to_owned()))
        } else {
            Ok(usual(seen).unwrap())
        }
    });
    let client = fake.client();
    for _ in 0..2 {
        assert_eq!(
            client.sign_in(token()).await.unwrap_err().kind(),
            ErrorKind::Server
        );
    }
    // Three times for each sign-in.
    assert_eq!(fake.paths().len(), 6);
}

#[tokio::test]
async fn a_call_the_version_has_not_is_not_sent() {
    let fake = versioned("2.0");
    let site = fake.site().await;
    let failed = site.views().list().await.unwrap_err();
    assert_eq!(
        (failed.kind(), failed.reached()),
        (ErrorKind::UnsupportedVersion, Reached::No)
    );
    assert!(
        failed.to_string().contains("2.2") && failed.to_string().contains("2.0"),
        "{failed}"
    );
    assert!(failed.hint().is_some());
}

#[tokio::test]
async fn the_site_is_the_credentials_own_or_the_addresss() {
    let cases = [
        ("https://my-server", None, ""),
        ("https://my-server/#/site/Sales/home", None, "Sales"),
        ("https://my-server/#/site/Sales/home", Some("Finance"), "Finance"),
        ("https://my-server/#/site/Sales/home", Some(""), ""),
        ("https://my-server/#/projects", None, ""),
    ];
    for (address, named, expected) in cases {
        let fake = versioned("3.20");
        let client = Client::builder(address).transport(fake.clone()).build().unwrap();
        let token = match named {
            Some(site) => token().site(site),
            None => token().into(),
        };
        client.sign_in(token).await.unwrap();
        let body = fake.seen.lock().unwrap()[1].3.clone();
        assert!(
            body.contains(&format!("<site contentUrl=\"{expected}\"/>")),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_prefix_is_kept_and_the_token_goes_where_it_belongs() {
    let fake = versioned("3.20");
    let client = Client::builder("https://gateway/tableau")
        .transport(fake.clone())
        .build()
        .unwrap();
    let site = client.sign_in(token()).await.unwrap();
    site.sign_out().await.unwrap();
    site.sign_out().await.unwrap();
    let seen: Vec<_> = fake
        .seen
        .lock()
        .unwrap()
        .iter()
        .map(|seen| (seen.1.clone(), seen.2.clone()))
        .collect();
    let expected = [
        ("/tableau/api/2.4/serverinfo".to_owned(), None),
        ("/tableau/api/3.20/auth/signin".to_owned(), None),
        (
            "/tableau/api/3.20/auth/signout".to_owned(),
            Some(SESSION_TOKEN.to_owned()),
        ),
    ];
    assert_eq!(seen, expected);
}

#[tokio::test(start_paused = true)]
async fn a_sign_out_that_did_not_arrive_can_be_tried_again() {
    let fake = Fake::new(|seen| match seen.1.ends_with("signout") {
        true => Err(tableau_client::TransportError::not_sent("no connection")),
        false => Ok(usual(seen).unwrap()),
    });
    let site = fake.site().await;
    assert_eq!(site.sign_out().await.unwrap_err().kind(), ErrorKind::Connection);
    assert_eq!(site.sign_out().await.unwrap_err().kind(), ErrorKind::Connection);
    // Signing in takes two requests, and what was not sent is sent three times.
    assert_eq!(fake.paths().len(), 8);
}

#[test]
fn blocking_calls_work_anywhere() {
    work_anywhere(Client::blocking);
}

#[test]
fn blocking_calls_in_place_work_anywhere() {
    work_anywhere(Client::blocking_in_place);
}

fn work_anywhere(blocking: fn(Client) -> Result<Client<Blocking>, Error>) {
    let fake = versioned("3.20");
    let client = blocking(fake.client()).unwrap();
    let site = client.sign_in(token()).unwrap();
    assert_eq!(site.workbooks().list().send().unwrap().total_available, 0);

    // Also where a runtime is running, whose threads may not block in tokio's eyes.
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async move {
        assert_eq!(site.workbooks().list().all().count(), 0);
        assert_eq!(client.api_version().unwrap(), Version::new(3, 20));
        // On threads of their own, and several at once.
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| assert_eq!(site.workbooks().list().all().count(), 0));
            }
        });
        site.sign_out().unwrap();
        drop(client);
    });
}

#[test]
#[should_panic(expected = "the transport is broken")]
fn a_panic_in_a_blocking_call_reaches_the_caller() {
    let fake = Fake::new(|_| panic!("the transport is broken"));
    let _ = fake.client().blocking().unwrap().server_info();
}

#[test]
fn a_panic_in_a_call_in_place_reaches_the_caller_and_the_client_goes_on() {
    let is_broken = AtomicBool::new(true);
    let fake = Fake::new(move |seen| match is_broken.swap(false, Ordering::SeqCst) {
        true => panic!("the transport is broken"),
        false => Ok(usual(seen).unwrap()),
    });
    let client = fake.client().blocking_in_place().unwrap();
    let call = || client.server_info();
    let panic = catch_unwind(AssertUnwindSafe(call)).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"the transport is broken"));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(
        runtime.block_on(async { client.api_version() }).unwrap(),
        client.api_version().unwrap()
    );
}

/// A server that leads from http to https, where it then cannot be reached any more.
#[derive(Clone)]
struct Upgrades {
    fake: Fake,
    is_away: Arc<AtomicBool>,
    /// The tokens that came by http.
    told: Arc<AtomicBool>,
}

impl Transport for Upgrades {
    fn send(&self, request: http::Request<RequestBody>) -> TransportFuture {
        if request.uri().scheme_str() == Some("http") {
            let has_token = request.headers().contains_key("x-tableau-auth");
            self.told.fetch_or(has_token, Ordering::Relaxed);
            let location = request.uri().to_string().replace("http://", "https://");
            let answer = http::Response::builder().status(308).header("location", location);
            return Box::pin(async move { Ok(answer.body(bytes::Bytes::new().into()).unwrap()) });
        }
        if self.is_away.load(Ordering::Relaxed) {
            return Box::pin(async { Err(TransportError::not_sent("away")) });
        }
        self.fake.send(request)
    }
}

#[tokio::test]
async fn a_token_that_went_by_https_never_goes_by_http() {
    let server = Upgrades {
        fake: Fake::signed_in(|_| Ok((200, document(EMPTY)))),
        is_away: Arc::default(),
        told: Arc::default(),
    };
    let client = Client::builder("http://my-server").transport(server.clone());
    let client = client.build().unwrap();
    let site = client.sign_in(token()).await.unwrap();
    site.workbooks().list().await.unwrap();
    server.is_away.store(true, Ordering::Relaxed);
    for _ in 0..2 {
        let error = site.workbooks().list().await.unwrap_err();
        assert_eq!(error.reached(), Reached::No, "{error}");
    }
    server.is_away.store(false, Ordering::Relaxed);
    site.workbooks().list().await.unwrap();
    assert!(!server.told.load(Ordering::Relaxed));
}
