//! What a server says is not believed because it says it.

use support::scripted::{Act, Scripted, answer, document, page, usual};
use tableau_client::{ErrorKind, Id, Source, Workbook};

use super::{builder, server, site, token};

/// A server that gives these credentials.
fn giving(credentials: String) -> Scripted {
    Scripted::start(move |seen| match seen.target.ends_with("/signin") {
        true => vec![Act::Read, answer("200 OK", "", &document(&credentials))],
        false => usual(seen).unwrap_or_else(|| vec![Act::Read, answer("200 OK", "", &page(1, 1000, 1))]),
    })
}

#[tokio::test]
async fn an_identifier_that_leads_elsewhere_is_no_sign_in() {
    for id in [
        "",
        ".",
        "..",
        "../../../evil",
        "a/b",
        "a\\b",
        "a%2fb",
        "a&#9;b",
        "a&#10;b",
        "a&#127;b",
        "a&#155;b",
    ] {
        let server = giving(format!(
            "<credentials token='t'><site id='{id}' contentUrl=''/><user id='u'/></credentials>"
        ));
        let error = builder(&server)
            .build()
            .unwrap()
            .sign_in(token())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{id:?}: {error}");
        assert_eq!(server.seen("").len(), 2, "{id:?}");
    }
    let server = giving(
        "<credentials token='t'><site id='s' contentUrl=''/><user id='../u'/></credentials>".to_owned(),
    );
    builder(&server)
        .build()
        .unwrap()
        .sign_in(token())
        .await
        .unwrap_err();
}

#[tokio::test]
async fn a_token_that_cannot_be_one_is_no_sign_in() {
    for text in [
        "",
        " ",
        "a b",
        "a&#13;&#10;X-Evil: b",
        "a&#0;",
        "t\u{fffd}",
        "zoë",
    ] {
        let server = giving(format!(
            "<credentials token='{text}'><site id='s' contentUrl=''/><user id='u'/></credentials>"
        ));
        let error = builder(&server)
            .build()
            .unwrap()
            .sign_in(token())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{text:?}: {error}");
        assert_eq!(server.seen("").len(), 2, "{text:?}");
    }
}

#[tokio::test]
async fn an_identifier_that_leads_elsewhere_is_in_no_path() {
    let server = server(|_| {
        let upload = "<fileUpload uploadSessionId='../../sites/evil'/>";
        vec![Act::Read, answer("201 Created", "", &document(upload))]
    });
    let site = site(&server).await;
    let error = site.upload(Source::reader(&b"content"[..])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input, "{error:?}");
    assert_eq!(server.seen("evil").len(), 0);
    for id in ["..", "a/b", "a\\b", "a\n", "%2e%2e"] {
        let id: Id<Workbook> = id.into();
        let error = site.workbooks().get(&id).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input, "{id:?}");
    }
    assert_eq!(server.seen("/workbooks").len(), 0);
}

#[tokio::test]
async fn an_error_with_a_status_of_success_is_an_error() {
    let xml = document("<error code='403004'><summary>Forbidden</summary><detail>no</detail></error>");
    let json = r#"{"error":{"code":"403004","summary":"Forbidden","detail":"no"}}"#.to_owned();
    for body in [xml, json] {
        let server = server(move |_| vec![Act::Read, answer("200 OK", "", &body)]);
        let site = site(&server).await;
        let error = site.workbooks().list().await.unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Forbidden, Some("403004"))
        );
        let error = site.workbooks().get("w").await.unwrap_err();
        assert_eq!(error.code(), Some("403004"));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        for error in [
            site.workbooks().download("w").to_file(&file).await.unwrap_err(),
            site.views().pdf("v").to_file(&file).await.unwrap_err(),
        ] {
            assert_eq!(error.code(), Some("403004"));
        }
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
        let by_hand = http::Request::get("/sites/s/workbooks").body(Default::default());
        let error = site.request(by_hand.unwrap()).await.unwrap_err();
        assert_eq!(error.code(), Some("403004"));
        assert!(error.answer().is_some());
    }
}

#[tokio::test]
async fn a_list_without_its_element_or_its_totals_is_an_error() {
    for body in [
        document(""),
        document("<pagination pageNumber='1' pageSize='1000' totalAvailable='2'/>"),
        document("<views><view id='v'/></views>"),
        "<html xmlns='http://www.w3.org/1999/xhtml'><body>Sign in</body></html>".to_owned(),
        String::new(),
    ] {
        let server = server(move |_| vec![Act::Read, answer("200 OK", "", &body)]);
        let mut all = site(&server).await.workbooks().list().all();
        let first = futures_util::StreamExt::next(&mut all).await;
        first.unwrap().unwrap_err();
    }
}

/// Documents of other services keep their code and their text.
#[tokio::test]
async fn errors_of_every_service_keep_code_and_text() {
    for (body, code, text) in [
        (
            r#"{"code":5,"message":"metric not found","details":[]}"#,
            Some("5"),
            "metric not found",
        ),
        (
            r#"{"errorCode":"400803","message":"Unknown Field: Margin."}"#,
            Some("400803"),
            "Unknown Field: Margin.",
        ),
        (
            r#"{"errors":[{"code":"X7","detail":"deep"}]}"#,
            Some("X7"),
            "deep",
        ),
        (
            r#"[{"code":"A1","message":"in a list"}]"#,
            Some("A1"),
            "in a list",
        ),
        (
            r#"{"error":"invalid_grant","error_description":"expired"}"#,
            None,
            "expired",
        ),
        (
            r#"{"httpErrorCode":404,"errorCode":"E9","message":{"text":"nested"}}"#,
            Some("E9"),
            "nested",
        ),
    ] {
        let server = server(move |_| {
            vec![
                Act::Read,
                answer("400 Bad Request", "Content-Type: application/json\r\n", body),
            ]
        });
        let error = site(&server).await.workbooks().list().await.unwrap_err();
        assert_eq!(error.code(), code, "{body}");
        assert!(error.to_string().contains(text), "{body}: {error}");
    }
}

#[tokio::test]
async fn a_status_without_a_document_is_what_it_is() {
    for (status, kind) in [
        ("429 Too Many Requests", ErrorKind::TooManyRequests),
        ("408 Request Timeout", ErrorKind::Server),
        ("503 Service Unavailable", ErrorKind::Server),
    ] {
        let server = server(move |_| vec![Act::Read, answer(status, "Retry-After: 60\r\n", "")]);
        let error = site(&server).await.workbooks().list().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{status}");
        assert_eq!(error.retry_after(), Some(std::time::Duration::from_secs(60)));
    }
}

/// Each of these answers to a list is a typed error: nothing hangs, nothing is believed, nothing panics.
#[tokio::test]
async fn documents_that_attack_are_errors() {
    let doctype = |entities: &str| {
        format!(
            "<?xml version='1.0'?><!DOCTYPE tsResponse [{entities}]>{}",
            page(1, 1000, 1)
        )
    };
    let valid = page(1, 1000, 1);
    let utf16: Vec<u8> = valid.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let attributes: String = (0..300_000).map(|number| format!(" a{number}='1'")).collect();
    let bodies: Vec<(&str, Vec<u8>)> = vec![
        ("external entity", doctype("<!ENTITY x SYSTEM 'file:///etc/passwd'>").into()),
        ("entities of entities", doctype("<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>").into()),
        ("invalid UTF-8", valid.replace("Workbook 0", "W\u{1}").replace('\u{1}', "?").into_bytes().iter().map(|&byte| if byte == b'?' { 0xff } else { byte }).collect()),
        ("UTF-16", utf16),
        ("cut", valid.as_bytes()[..valid.len() / 2].to_vec()),
        ("deep XML", ["<a>".repeat(500_000), "</a>".repeat(500_000)].concat().into()),
        ("deep JSON", ["[".repeat(500_000), "]".repeat(500_000)].concat().into()),
        ("deep in a list", document(&["<workbooks>".to_owned(), "<a>".repeat(500_000), "</a>".repeat(500_000), "</workbooks>".to_owned()].concat()).into()),
        ("attributes", document(&format!("<workbooks><workbook id='w' {attributes}/></workbooks>")).into()),
        ("an attribute twice", document("<pagination pageNumber='1' pageSize='10' totalAvailable='1'/><workbooks><workbook id='a' id='b'/></workbooks>").into()),
        ("foreign JSON", br#"{"ok":true}"#.to_vec()),
    ];
    for (what, body) in bodies {
        let server = server(move |_| {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
            vec![Act::Read, Act::Send(head.into_bytes()), Act::Send(body.clone())]
        });
        let error = site(&server).await.workbooks().list().await.expect_err(what);
        assert!(
            matches!(error.kind(), ErrorKind::Decode | ErrorKind::Foreign),
            "{what}: {error:?}"
        );
    }
}

#[tokio::test]
async fn what_is_not_http_is_an_error() {
    for bytes in [
        "hello\r\n\r\n",
        "HTTP/1.1 999\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n<a/>  ",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ] {
        let server = server(move |_| vec![Act::Read, Act::Send(bytes.as_bytes().to_vec()), Act::Close]);
        let error = site(&server).await.workbooks().list().await.unwrap_err();
        assert!(
            matches!(
                error.kind(),
                ErrorKind::Interrupted | ErrorKind::Foreign | ErrorKind::Server
            ),
            "{bytes:?}: {error:?}"
        );
    }
}

fn together(one: Act, other: Act) -> Act {
    match (one, other) {
        (Act::Send(one), Act::Send(other)) => Act::Send([one, other].concat()),
        _ => panic!("two answers"),
    }
}

/// The rest of a connection after an answer is no answer to the next request.
#[tokio::test]
async fn a_second_answer_that_was_not_asked_for_is_not_used() {
    let server = server(|seen| {
        let (one, forged) = (page(1, 1000, 1), page(1, 1000, 7));
        match seen.target.contains("/workbooks/") {
            true => vec![
                Act::Read,
                answer("200 OK", "", &document("<workbook id='w' name='true'/>")),
            ],
            // In one piece: what comes after the next request was sent cannot be told from its answer.
            false => vec![
                Act::Read,
                together(answer("200 OK", "", &one), answer("200 OK", "", &forged)),
            ],
        }
    });
    let site = site(&server).await;
    assert_eq!(site.workbooks().list().await.unwrap().items.len(), 1);
    assert_eq!(site.workbooks().get("w").await.unwrap().name, "true");
    assert_eq!(site.workbooks().list().await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn an_address_in_an_answer_is_never_asked() {
    let other = Scripted::start(|_| vec![Act::Read, answer("200 OK", "", "")]);
    let url = other.url();
    let server = server(move |_| {
        let workbook = format!(
            "<workbook id='w' name='W' webpageUrl='{url}/web' contentUrl='{url}/content'><owner id='u' name='{url}/owner'/></workbook>"
        );
        let page = "<pagination pageNumber='1' pageSize='1000' totalAvailable='1'/>";
        let headers = format!(
            "Link: <{url}/next>; rel=\"next\"\r\nRefresh: 0; url={url}/refresh\r\nContent-Location: {url}/here\r\n"
        );
        vec![
            Act::Read,
            answer(
                "200 OK",
                &headers,
                &document(&format!("{page}<workbooks>{workbook}</workbooks>")),
            ),
        ]
    });
    let site = site(&server).await;
    let all = site.workbooks().list().await.unwrap().items;
    assert!(
        all.first()
            .unwrap()
            .webpage_url
            .as_deref()
            .unwrap()
            .ends_with("/web")
    );
    site.sign_out().await.unwrap();
    assert!(other.seen("").is_empty());
}
