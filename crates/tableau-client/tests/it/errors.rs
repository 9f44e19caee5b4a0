//! What comes back instead of a reply, and what the library makes of it.

use crate::support::{Fake, SESSION_TOKEN, TOKEN_SECRET, document, error, token};
use tableau_client::{
    Client, Error, ErrorKind, Filter, PersonalAccessToken, Reached, Session, TransportError,
};

async fn listing(status: u16, body: &str) -> Error {
    let body = body.to_owned();
    let fake = Fake::signed_in(move |_| Ok((status, body.clone())));
    fake.site().await.workbooks().list().await.unwrap_err()
}

#[tokio::test]
async fn every_status_and_code_has_its_kind() {
    let cases = [
        (400, "400000", ErrorKind::BadRequest),
        (401, "401000", ErrorKind::SessionEnded),
        (401, "401002", ErrorKind::SessionEnded),
        (401, "401003", ErrorKind::SignInRefused),
        (403, "403004", ErrorKind::Forbidden),
        (404, "404000", ErrorKind::NotFound),
        (404, "404001", ErrorKind::UnsupportedVersion),
        (404, "404003", ErrorKind::NotFound),
        (404, "404008", ErrorKind::UnsupportedVersion),
        (405, "405000", ErrorKind::MethodNotAllowed),
        (409, "409006", ErrorKind::Conflict),
        (429, "429000", ErrorKind::TooManyRequests),
        (500, "500000", ErrorKind::Server),
        (418, "418000", ErrorKind::BadRequest),
    ];
    for (status, code, kind) in cases {
        let failed = listing(status, &error(code)).await;
        assert_eq!(
            (failed.kind(), failed.code(), failed.status()),
            (kind, Some(code), Some(status))
        );
        assert_eq!(failed.reached(), Reached::Yes);
        assert_eq!(failed.operation().as_deref(), Some("workbooks.list"));
        let api = failed.api().unwrap();
        assert_eq!((api.summary.as_str(), api.detail.as_str()), ("Summary", "Detail"));
        assert_eq!(
            failed.to_string(),
            format!("workbooks.list at https://my-server: {code}: Summary: Detail")
        );
    }
}

#[tokio::test]
async fn an_answer_from_something_else_is_named() {
    let page = "<!DOCTYPE html>\n<html><head><title>Sign on</title></head><body>…</body></html>";
    for (status, kind) in [
        (200, ErrorKind::Foreign),
        (403, ErrorKind::Foreign),
        (407, ErrorKind::Foreign),
        (503, ErrorKind::Server),
    ] {
        let failed = listing(status, page).await;
        assert_eq!(failed.kind(), kind);
        assert!(failed.to_string().contains("web page"), "{failed}");
        assert!(failed.hint().is_some());
    }
    assert_eq!(listing(200, "").await.kind(), ErrorKind::Foreign);
    assert_eq!(
        listing(502, "upstream connect error").await.kind(),
        ErrorKind::Server
    );
    assert_eq!(listing(404, "not found").await.kind(), ErrorKind::Foreign);
}

#[tokio::test]
async fn who_wants_fewer_requests_is_asked_later_whoever_it_is() {
    for (status, body) in [
        (429, "<html><body>Slow down</body></html>"),
        (429, ""),
        (429, r#"{"message":"API rate limit exceeded"}"#),
    ] {
        let failed = listing(status, body).await;
        assert_eq!(failed.kind(), ErrorKind::TooManyRequests, "{body}: {failed:?}");
        assert_eq!((failed.status(), failed.code()), (Some(status), None));
    }
    for body in ["<html><body>Request timeout</body></html>", "", "upstream"] {
        let failed = listing(408, body).await;
        assert_eq!(failed.kind(), ErrorKind::Server, "{body}: {failed:?}");
        assert!(failed.hint().unwrap().contains("too long"), "{failed:?}");
    }
}

/// Forms of Tableau's newer services, and of its REST API at other places than usual.
#[tokio::test]
async fn errors_in_other_forms_are_the_servers() {
    for (status, body, kind, code, shown) in [
        (
            400,
            r#"{"errorCode":"400803","message":"Unknown Field: Margin."}"#,
            ErrorKind::BadRequest,
            Some("400803"),
            "400803: Unknown Field: Margin.",
        ),
        (
            404,
            r#"{"code":"404950","message":"metric not found","details":[]}"#,
            ErrorKind::NotFound,
            Some("404950"),
            "404950: metric not found",
        ),
        (
            403,
            r#"{"message":"Forbidden"}"#,
            ErrorKind::Forbidden,
            None,
            "Forbidden",
        ),
        (
            409,
            r#"{"timestamp":1,"status":409,"error":"Conflict","path":"/x"}"#,
            ErrorKind::Conflict,
            None,
            "Conflict",
        ),
        (
            500,
            "<tsResponse><message>out of disk</message></tsResponse>",
            ErrorKind::Server,
            None,
            "out of disk",
        ),
        (
            400,
            "<tsResponse><errors><error code='400003'><detail>no</detail></error></errors></tsResponse>",
            ErrorKind::BadRequest,
            Some("400003"),
            "400003: no",
        ),
        (
            200,
            "<tsResponse><error code='403004'><summary>Forbidden</summary></error></tsResponse>",
            ErrorKind::Forbidden,
            Some("403004"),
            "403004: Forbidden",
        ),
        (
            200,
            r#"{"error":{"code":"429000","summary":"Too Many Requests"}}"#,
            ErrorKind::TooManyRequests,
            Some("429000"),
            "429000: Too Many Requests",
        ),
        (
            200,
            r#"{"error":{"code":"odd","summary":"No"}}"#,
            ErrorKind::BadRequest,
            Some("odd"),
            "odd: No",
        ),
    ] {
        let failed = listing(status, body).await;
        assert_eq!((failed.kind(), failed.code()), (kind, code), "{body}: {failed:?}");
        assert!(failed.to_string().ends_with(shown), "{failed}");
        assert_eq!(failed.status(), Some(status));
    }
}

#[tokio::test]
async fn a_server_without_server_info_is_old_or_another() {
    for code in ["404001", "404003", "404008"] {
        let fake = Fake::new(move |request| {
            assert!(request.1.ends_with("/serverinfo"), "nothing else is asked");
            Ok((404, error(code)))
        });
        let failed = fake.client().sign_in(token()).await.unwrap_err();
        assert_eq!(failed.code(), Some(code));
        assert!(failed.causes()[0].contains("10.1"), "{failed:?}");
        assert!(!failed.hint().unwrap().contains("serverinfo"), "{failed:?}");
    }
}

#[tokio::test]
async fn an_answer_that_is_cut_short_says_where() {
    let failed = listing(
        200,
        "<tsResponse><pagination pageNumber=\"1\" pageSize=\"100\" totalAvailable=\"1\"/><workbooks><work",
    )
    .await;
    assert_eq!(failed.kind(), ErrorKind::Decode);
    assert!(failed.to_string().contains("near byte"), "{failed}");
    assert_eq!(listing(200, "{\"pagination\":").await.kind(), ErrorKind::Decode);
    assert_eq!(
        listing(200, "<tsResponse><views/></tsResponse>").await.kind(),
        ErrorKind::Decode
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let failed = listing(302, "https://elsewhere.example.com/api?token=secret").await;
    assert_eq!(failed.kind(), ErrorKind::Redirected);
    assert!(
        failed.to_string().contains("https://elsewhere.example.com/api"),
        "{failed}"
    );
    assert!(!failed.to_string().contains("secret"));
}

#[tokio::test]
async fn a_request_without_an_answer_says_whether_it_left() {
    let fake = Fake::signed_in(|_| Err(TransportError::not_sent("no connection: refused")));
    let failed = fake.site().await.workbooks().list().await.unwrap_err();
    assert_eq!(
        (failed.kind(), failed.reached()),
        (ErrorKind::Connection, Reached::No)
    );
    let fake = Fake::signed_in(|_| Err(TransportError::interrupted("the connection broke")));
    let failed = fake.site().await.workbooks().list().await.unwrap_err();
    assert_eq!(
        (failed.kind(), failed.reached()),
        (ErrorKind::Interrupted, Reached::Unknown)
    );
}

#[tokio::test]
async fn a_closed_port_is_a_connection_error() {
    // A port that no system gives to a test beside this one.
    let client = Client::new("http://127.0.0.1:1").unwrap();
    let failed = client.sign_in(token()).await.unwrap_err();
    assert_eq!(
        (failed.kind(), failed.reached()),
        (ErrorKind::Connection, Reached::No),
        "{failed}"
    );
    assert_eq!(failed.operation().as_deref(), Some("server.getServerInfo"));
    assert!(failed.hint().is_some());
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_before_sending() {
    let fake = Fake::signed_in(|_| panic!("nothing is sent"));
    let site = fake.site().await;
    let sent = fake.paths().len();
    for id in ["", ".", ".."] {
        let failed = site.workbooks().get(id).await.unwrap_err();
        assert_eq!((failed.kind(), failed.reached()), (ErrorKind::Input, Reached::No));
    }
    let failed = site
        .workbooks()
        .list()
        .filter(Filter::eq("name", "a,b"))
        .await
        .unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Input);
    assert!(failed.to_string().contains("a,b"), "{failed}");
    let failed = site.workbooks().list().all().collect_error().await;
    assert!(failed.is_none());
    assert_eq!(fake.paths().len(), sent);
}

trait CollectError {
    async fn collect_error(self) -> Option<Error>;
}

impl CollectError for tableau_client::Pages<tableau_client::Workbook> {
    /// Drops the stream unused: nothing is sent until it is polled.
    async fn collect_error(self) -> Option<Error> {
        drop(self);
        None
    }
}

#[tokio::test]
async fn a_token_with_a_line_break_is_refused_without_being_shown() {
    let fake = Fake::signed_in(|_| panic!("nothing is sent"));
    let site = fake
        .client()
        .resume(Session::new("two\nlines", "site", "", "user"));
    let failed = site.workbooks().list().await.unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Input);
    assert!(!format!("{failed} {failed:?}").contains("two"));
}

#[tokio::test]
async fn nothing_that_can_be_printed_shows_a_secret() {
    let fake = Fake::signed_in(|_| Ok((401, error("401002"))));
    let client = fake.client();
    let token = PersonalAccessToken::new("ci", format!("{TOKEN_SECRET}\n"));
    let credentials = tableau_client::Credentials::from(token.clone());
    let site = client.sign_in(token.clone()).await.unwrap();
    let call = site.workbooks().list();
    let failed = call.clone().await.unwrap_err();
    let pages = site.workbooks().list().all();
    let printed = format!(
        "{token:?} {credentials:?} {credentials} {client:?} {site:?} {:?} {call:?} {pages:?} {failed} {failed:?} {:?} {:?}",
        site.session(),
        site.workbooks(),
        client.address(),
    );
    for secret in [TOKEN_SECRET, SESSION_TOKEN, "Sesame", "4qnj3Hwbp"] {
        assert!(!printed.contains(secret), "{printed}");
    }
    // It is sent, though, and without the line break.
    let sent = fake.seen.lock().unwrap();
    assert!(
        sent[1]
            .3
            .contains(&format!("personalAccessTokenSecret=\"{TOKEN_SECRET}\"")),
        "{}",
        sent[1].3
    );
}

/// A server's words cannot begin another line of a log, or change how one is shown.
#[tokio::test]
async fn an_error_is_one_line() {
    let said = "<error code='400000'><summary>Bad&#13;&#10;WARN forged</summary><detail>a&#x7f;b&#x9b;2J &#x202e;c</detail></error>";
    let fake = Fake::signed_in(move |_| Ok((400, document(said))));
    let error = fake.site().await.workbooks().list().await.unwrap_err();
    let shown = error.to_string();
    assert!(
        shown.contains("Bad  WARN forged") && shown.contains(r"a\u{7f}b\u{9b}2J \u{202e}c"),
        "{shown:?}"
    );
}
