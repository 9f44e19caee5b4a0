//! What is sent again, and what is not: a row of the table in `docs/reliability.md` each.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use futures_util::future::join_all;
use support::scripted::{Act, Scripted, Seen, answer, document, page, usual};
use tableau_client::wire::rest::webhooks::{NewWebhook, Webhook, WebhookDestination, WebhookEvent};
use tableau_client::{Client, ErrorKind, Jwt, Reached, Secret, UserPassword};

use super::{builder, server, site, token};

/// The answer of a list of workbooks.
fn workbooks() -> Act {
    answer("200 OK", "", &page(1, 1000, 3))
}

/// A server whose answers to a list are these, and then the list.
fn failing(first: Vec<Vec<Act>>) -> Scripted {
    server(move |seen| match first.get(seen.before) {
        Some(acts) => acts.clone(),
        None => vec![Act::Read, workbooks()],
    })
}

fn status(status: &str, headers: &str) -> Vec<Act> {
    vec![Act::Read, answer(status, headers, "")]
}

fn webhook() -> NewWebhook {
    let destination = WebhookDestination::post("https://example.com");
    NewWebhook::new("Failed", WebhookEvent::WorkbookRefreshFailed, destination)
}

const PASSING: [&str; 5] = [
    "408 Request Timeout",
    "429 Too Many Requests",
    "502 Bad Gateway",
    "503 Service Unavailable",
    "504 Gateway Timeout",
];

#[tokio::test]
async fn a_passing_status_is_asked_again_if_idempotent() {
    join_all(PASSING.iter().map(async |line| {
        let server = failing(vec![status(line, ""), status(line, "")]);
        let page = site(&server).await.workbooks().list().await.unwrap();
        assert_eq!(
            (page.items.len(), server.seen("/workbooks").len()),
            (3, 3),
            "{line}"
        );
    }))
    .await;
}

#[tokio::test]
async fn a_passing_status_is_reported_after_three_attempts() {
    join_all(PASSING.iter().map(async |line| {
        let server = server(move |_| status(line, ""));
        let site = site(&server).await;
        let error = site.workbooks().list().await.unwrap_err();
        assert_eq!(
            (error.attempts(), server.seen("/workbooks").len()),
            (3, 3),
            "{line}"
        );
        let expected = if line.starts_with("429") {
            ErrorKind::TooManyRequests
        } else {
            ErrorKind::Server
        };
        assert_eq!(error.kind(), expected, "{line}");
        // What is not idempotent is sent once.
        let error = site.webhooks().create(webhook()).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (expected, 1), "{line}");
        assert_eq!(server.seen("/webhooks").len(), 1, "{line}");
    }))
    .await;
}

#[tokio::test]
async fn another_status_is_not_asked_again() {
    for line in [
        "400 Bad Request",
        "403 Forbidden",
        "404 Not Found",
        "409 Conflict",
        "500 Internal Server Error",
    ] {
        let server = server(move |_| status(line, ""));
        site(&server).await.workbooks().list().await.unwrap_err();
        assert_eq!(server.seen("/workbooks").len(), 1, "{line}");
    }
}

/// What breaks a connection before an answer is whole.
fn broken() -> Vec<Vec<Act>> {
    vec![
        vec![Act::Close],
        vec![Act::Read, Act::Close],
        vec![
            Act::Read,
            Act::Send(b"HTTP/1.1 200 OK\r\nContent-Le".to_vec()),
            Act::Close,
        ],
        vec![
            Act::Read,
            Act::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<tsResponse>".to_vec()),
            Act::Close,
        ],
        vec![
            Act::Read,
            Act::Send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n<tsResponse>".to_vec()),
            Act::Close,
        ],
    ]
}

#[tokio::test]
async fn a_broken_connection_is_asked_again_if_idempotent() {
    join_all(broken().into_iter().map(async |acts| {
        let server = failing(vec![acts.clone(), acts.clone()]);
        let page = site(&server).await.workbooks().list().await.unwrap();
        assert_eq!(
            (page.items.len(), server.seen("/workbooks").len()),
            (3, 3),
            "{acts:?}"
        );
    }))
    .await;
}

#[tokio::test]
async fn a_broken_connection_is_reported_if_not_idempotent() {
    for acts in broken() {
        let (here, said) = (acts.clone(), format!("{acts:?}"));
        let server = server(move |_| here.clone());
        let error = site(&server)
            .await
            .webhooks()
            .create(webhook())
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.reached()),
            (ErrorKind::Interrupted, Reached::Unknown),
            "{said}"
        );
        assert_eq!(server.seen("/webhooks").len(), 1, "{said}");
    }
}

#[tokio::test]
async fn what_was_not_sent_is_sent_again() {
    // A port that no system gives to a test beside this one.
    let client = Client::builder("http://127.0.0.1:1").no_proxy().build().unwrap();
    let error = client.server_info().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.reached(), error.attempts()),
        (ErrorKind::Connection, Reached::No, 3)
    );
}

#[tokio::test]
async fn retry_after_is_obeyed_and_a_long_one_is_reported() {
    let date = "Date: Wed, 21 Oct 2026 07:28:00 GMT\r\nRetry-After: Wed, 21 Oct 2026 07:28:01 GMT\r\n";
    for header in [
        "Retry-After: 1\r\n",
        date,
        "Retry-After: -5\r\n",
        "Retry-After: soon\r\n",
    ] {
        let server = failing(vec![status("503 Service Unavailable", header)]);
        site(&server).await.workbooks().list().await.unwrap();
        assert_eq!(server.seen("/workbooks").len(), 2, "{header}");
    }
    for (header, expected) in [
        ("Retry-After: 31\r\n", Duration::from_secs(31)),
        ("Retry-After: 100000000000000000000\r\n", Duration::MAX),
    ] {
        let server = server(move |_| status("429 Too Many Requests", header));
        let error = site(&server).await.workbooks().list().await.unwrap_err();
        assert_eq!(
            (error.retry_after(), error.attempts()),
            (Some(expected), 1),
            "{header}"
        );
        assert_eq!(server.seen("/workbooks").len(), 1, "{header}");
    }
}

/// A server that closes each connection after its answer, without saying so.
fn closing(script: impl Fn(&Seen) -> Vec<Act> + Send + Sync + 'static) -> Scripted {
    Scripted::start(move |seen| {
        let mut acts = usual(seen).unwrap_or_else(|| script(seen));
        acts.push(Act::Close);
        acts
    })
}

#[tokio::test]
async fn a_server_that_closes_idle_connections_is_no_matter() {
    let server = closing(|seen| {
        let number = seen
            .target
            .split("pageNumber=")
            .nth(1)
            .and_then(|text| text.split('&').next()?.parse().ok());
        let body = match seen.method.as_str() {
            "GET" => page(number.unwrap_or(1), 10, 130),
            _ => document("<webhook id='w' name='Failed'/>"),
        };
        vec![Act::Read, answer("200 OK", "", &body)]
    });
    for _ in 0..25 {
        let site = site(&server).await;
        let all: Vec<_> = site
            .workbooks()
            .list()
            .page_size(10)
            .all()
            .try_collect()
            .await
            .unwrap();
        assert_eq!(all.len(), 130);
        site.sign_out().await.unwrap();
    }
}

/// A server that loses its first answers to a sign-in, this many.
fn losing_sign_ins(lost: usize) -> Scripted {
    Scripted::start(
        move |seen| match seen.target.ends_with("/signin") && seen.before < lost {
            true => vec![Act::Read, Act::Close],
            false => usual(seen).unwrap_or_else(|| vec![Act::Read, workbooks()]),
        },
    )
}

#[tokio::test]
async fn a_lost_answer_to_a_sign_in_is_asked_again() {
    let server = losing_sign_ins(2);
    site(&server).await.workbooks().list().await.unwrap();
    assert_eq!(server.seen("/signin").len(), 3);
    let server = losing_sign_ins(1);
    let client = builder(&server).build().unwrap();
    client.sign_in(UserPassword::new("u", "p")).await.unwrap();
    assert_eq!(server.seen("/signin").len(), 2);
    // A JWT counts once.
    let server = losing_sign_ins(1);
    let jwt = Jwt::new(Secret::from("a.b.c"));
    let error = builder(&server).build().unwrap().sign_in(jwt).await.unwrap_err();
    assert_eq!(
        (error.kind(), server.seen("/signin").len()),
        (ErrorKind::Interrupted, 1)
    );
}

#[tokio::test]
async fn a_refused_sign_in_is_never_asked_again() {
    let refusal = document("<error code='401001'><summary>Signin Error</summary><detail>no</detail></error>");
    for body in [refusal, String::new(), "<html></html>".to_owned()] {
        let server = Scripted::start(move |seen| match seen.target.ends_with("/signin") {
            true => vec![Act::Read, answer("401 Unauthorized", "", &body)],
            false => usual(seen).unwrap(),
        });
        let client = builder(&server).build().unwrap();
        client.sign_in(UserPassword::new("u", "p")).await.unwrap_err();
        client.sign_in(token()).await.unwrap_err();
        assert_eq!(server.seen("/signin").len(), 2);
    }
}

#[tokio::test]
async fn a_deletion_whose_answer_was_lost_is_not_a_missing_thing() {
    let gone = document("<error code='404000'><summary>Not Found</summary><detail>gone</detail></error>");
    let server = server(move |seen| match seen.before {
        0 => vec![Act::Read, Act::Close],
        _ => vec![Act::Read, answer("404 Not Found", "", &gone)],
    });
    let site = site(&server).await;
    let id: tableau_client::Id<Webhook> = "w".into();
    site.webhooks().delete(&id).await.unwrap();
    assert_eq!(server.seen("/webhooks/w").len(), 2);
    assert_eq!(
        site.webhooks().delete(&id).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
}

/// A gateway that is restarted closes connections, and then answers for a server that it does not find.
#[tokio::test]
async fn a_page_of_a_gateway_is_no_deletion() {
    for page in ["<html><body>404 Not Found</body></html>", ""] {
        let server = server(move |seen| match seen.before {
            0 => vec![Act::Read, Act::Close],
            _ => vec![Act::Read, answer("404 Not Found", "", page)],
        });
        let site = site(&server).await;
        let error = site.webhooks().delete("w").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Foreign, "{error:?}");
    }
}
