//! Calls without a type, and requests by hand.

use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http::{Request, Response};
use tableau_client::wire::Incoming;
use tableau_client::wire::{Arguments, Entry, Reply, endpoints};
use tableau_client::{
    Client, Error, ErrorKind, RequestBody, ResponseBody, Transport, TransportError, TransportFuture, Untyped,
};

use crate::support::{Fake, SESSION_TOKEN, error, token, usual};

fn entry(name: &str) -> Entry {
    let mut entries = endpoints();
    *entries.find(|entry| entry.operation.full_name() == name).unwrap()
}

fn get(path: &str) -> Request<Bytes> {
    Request::get(path).body(Bytes::new()).unwrap()
}

fn anything() -> Fake {
    Fake::signed_in(|_| Ok((200, "anything".to_owned())))
}

#[tokio::test]
async fn a_request_by_hand_goes_below_the_version_or_where_it_says() {
    let fake = anything();
    let site = fake.site().await;
    for (path, expected) in [
        (
            "/sites/s/workbooks?pageSize=1",
            "/api/3.20/sites/s/workbooks?pageSize=1",
        ),
        ("/api/metadata/graphql", "/api/metadata/graphql"),
        ("/apis", "/api/3.20/apis"),
    ] {
        let answer = site.request(get(path)).await.unwrap();
        assert_eq!(answer.body().as_ref(), b"anything");
        let seen = fake.seen.lock().unwrap().pop().unwrap();
        assert_eq!(seen.1, expected);
        assert_eq!(seen.2.as_deref(), Some(SESSION_TOKEN));
    }
}

#[tokio::test]
async fn the_token_goes_nowhere_else() {
    let fake = anything();
    let site = fake.site().await;
    let before = fake.paths().len();
    let with = |name: &str, value: &str| {
        let request = Request::get("/sites").header(name, value);
        request.body(Bytes::new()).unwrap()
    };
    for request in [
        get("https://elsewhere.example.com/api/3.20/sites"),
        get("/../admin"),
        get("/sites/%2e%2E/admin"),
        get("/sites/..%5cadmin"),
        with("Host", "elsewhere.example.com"),
        with("x-tableau-auth", "another"),
        with("Content-Length", "3"),
    ] {
        let error = site.request(request).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input, "{error}");
    }
    assert_eq!(fake.paths().len(), before);
}

#[tokio::test]
async fn a_refusal_of_head_blames_no_proxy() {
    let fake = Fake::signed_in(|_| Ok((405, String::new())));
    let mut head = get("/sites/s/workbooks");
    *head.method_mut() = http::Method::HEAD;
    let error = fake.site().await.request(head).await.unwrap_err();
    assert!(error.hint().unwrap().contains("by GET"), "{error:?}");
    assert_eq!(error.status(), Some(405));
}

#[tokio::test]
async fn what_the_server_refuses_is_its_error() {
    let fake = Fake::signed_in(|_| Ok((404, error("404006"))));
    let failed = fake
        .site()
        .await
        .request(get("/sites/s/workbooks/w"))
        .await
        .unwrap_err();
    assert_eq!(
        (failed.kind(), failed.code()),
        (ErrorKind::NotFound, Some("404006"))
    );
}

/// A server on which the first session is dead.
fn renewing() -> Fake {
    let dead = AtomicBool::new(true);
    Fake::signed_in(move |_| match dead.swap(false, Ordering::Relaxed) {
        true => Ok((401, error("401002"))),
        false => Ok((200, "{}".to_owned())),
    })
}

#[tokio::test]
async fn a_dead_session_is_renewed_and_only_idempotent_requests_are_retried() {
    let site = renewing().site().await;
    assert!(site.request(get("/sites")).await.is_ok());
    let site = renewing().site().await;
    let post = Request::post("/sites").body(Bytes::new()).unwrap();
    let failed = site.request(post.clone()).await.unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::SessionRenewed);
    assert!(site.request(post).await.is_ok());
}

/// A chunk that is appended twice makes another file, although the method is PUT.
#[tokio::test(start_paused = true)]
async fn what_the_table_knows_is_retried_as_it_says() {
    let fake = Fake::signed_in(|_| Err(TransportError::interrupted("a reset")));
    let site = fake.site().await;
    for (path, attempts) in [
        ("/sites/s/fileUploads/7%3Aa", 1),
        ("/api/3.20/sites/s/fileUploads/7:a/", 1),
        ("/sites/s/webhooks/w", 3),
        ("/sites/s/what/is/new", 3),
    ] {
        let request = Request::put(path).body(Bytes::new()).unwrap();
        let error = site.request(request).await.unwrap_err();
        assert_eq!(error.attempts(), attempts, "{path}");
    }
}

/// What a server prepares for minutes is waited for as long as by its own call, and not three times.
#[tokio::test(start_paused = true)]
async fn what_the_table_calls_slow_is_waited_for() {
    for (path, waited, attempts) in [("/sites/s/views/v/pdf", 15 * 60, 1), ("/sites/s/views/v", 90, 3)] {
        let hanging = Client::builder("https://my-server").transport(Hanging);
        let site = hanging.build().unwrap().sign_in(token()).await.unwrap();
        let error = site.request(get(path)).await.unwrap_err();
        let timeout = error.timeout().unwrap();
        assert_eq!(
            (timeout.waited.as_secs(), error.attempts()),
            (waited, attempts),
            "{path}"
        );
    }
}

/// A server that lets anyone sign in and answers nothing else.
struct Hanging;

impl Transport for Hanging {
    fn send(&self, request: Request<RequestBody>) -> TransportFuture {
        let path = request.uri().path().to_owned();
        Box::pin(async move {
            match usual(&(String::new(), path, None, String::new())) {
                Some((_, body)) => Ok(Response::new(ResponseBody::from(Bytes::from(body)))),
                None => std::future::pending().await,
            }
        })
    }
}

#[tokio::test]
async fn a_call_of_the_table_needs_no_type() -> Result<(), Error> {
    let page = r#"{"pagination":{"pageNumber":"1","pageSize":"1","totalAvailable":"3"},"workbooks":{"workbook":[{"id":"w"}]}}"#;
    let fake = Fake::signed_in(move |_| Ok((200, page.to_owned())));
    let site = fake.site().await;
    let mut list = Untyped {
        entry: entry("workbooks.list"),
        arguments: Arguments::default(),
        body: Incoming::default(),
        file: Bytes::new(),
    };
    list.arguments
        .query
        .0
        .push(("pageSize".to_owned(), "1".to_owned()));
    let Reply::Page {
        items,
        total_available,
        ..
    } = site.call_untyped(list.clone()).await?
    else {
        panic!("no page")
    };
    assert_eq!((items.len(), total_available), (1, 3));
    assert!(
        fake.paths()
            .iter()
            .any(|path| path.ends_with("/workbooks?pageSize=1"))
    );

    list.arguments
        .query
        .0
        .push(("pageSize".to_owned(), "many".to_owned()));
    let failed = site.call_untyped(list.clone()).await.unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Input);
    list.arguments.query.0.pop();
    let with = |name: &str, value: &str| {
        let mut wrong = list.clone();
        wrong.arguments.query.0.push((name.to_owned(), value.to_owned()));
        wrong
    };
    let mut surplus = list.clone();
    surplus.arguments.path.push("w".to_owned());
    for (wrong, says) in [
        (
            with("filtr", "name:eq:Superstore"),
            "no parameter filtr; there are pageNumber, pageSize, filter, ",
        ),
        (surplus, "its path takes 0 arguments, and 1 were given"),
    ] {
        let failed = site.call_untyped(wrong).await.unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::Input);
        assert!(failed.to_string().contains(says), "{failed}");
    }
    site.call_untyped(with("filter", "name:eq:w")).await.unwrap();
    let failed = fake.client().call_untyped(list).await.unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::SessionEnded);

    let create = Untyped {
        entry: entry("connected_apps.create"),
        arguments: Arguments::default(),
        body: Incoming::document(r#"{"workbook":{"name":"n"}}"#),
        file: Bytes::new(),
    };
    let failed = site.call_untyped(create).await.unwrap_err();
    assert!(
        failed
            .to_string()
            .contains("connected_apps.create at https://my-server: the request cannot be sent"),
        "{failed}"
    );
    Ok(())
}

#[tokio::test]
async fn without_a_session_only_open_calls_are_made() {
    let fake = anything();
    let open = fake.client().request(get("/serverinfo")).await;
    assert!(open.is_ok());
    assert!(fake.seen.lock().unwrap().iter().all(|seen| seen.2.is_none()));
}

#[tokio::test]
async fn a_file_of_the_table_is_no_page_for_browsers() {
    for (body, kind) in [
        ("PK\u{3}\u{4}", None),
        ("\u{feff}<!DOCTYPE html><p>Welcome", Some(ErrorKind::Foreign)),
    ] {
        let fake = Fake::signed_in(move |_| Ok((200, body.to_owned())));
        let mut download = Untyped {
            entry: entry("workbooks.download"),
            arguments: Arguments::default(),
            body: Incoming::default(),
            file: Bytes::new(),
        };
        download.arguments.path.push("w".to_owned());
        let file = fake.site().await.download_untyped(download).await;
        match kind {
            None => assert_eq!(file.unwrap(), body),
            Some(kind) => assert_eq!(file.unwrap_err().kind(), kind),
        }
    }
}

#[tokio::test]
async fn a_refused_document_that_lacks_members_is_told_which() {
    let fake = Fake::signed_in(|_| Ok((400, error("400000"))));
    let site = fake.site().await;
    let call = |document: &'static str| Untyped {
        entry: entry("subscriptions.create"),
        arguments: Arguments::default(),
        body: Incoming::document(Bytes::from_static(document.as_bytes())),
        file: Bytes::new(),
    };
    for (document, hint) in [
        (
            r#"{"subscription": {"subject": "x", "content": {"type": "View"}}}"#,
            "Give `content.id`, `user.id`:",
        ),
        (
            "<tsRequest><subscription subject='x'><content type='View' id='v'/></subscription></tsRequest>",
            "Give `user.id`:",
        ),
    ] {
        let refused = site.call_untyped(call(document)).await.unwrap_err();
        assert!(refused.hint().unwrap().starts_with(hint), "{refused:?}");
    }
    let whole =
        r#"{"subscription": {"subject": "x", "content": {"type": "View", "id": "v"}, "user": {"id": "u"}}}"#;
    let refused = site.call_untyped(call(whole)).await.unwrap_err();
    assert!(!refused.hint().unwrap().starts_with("Give"), "{refused:?}");
}
