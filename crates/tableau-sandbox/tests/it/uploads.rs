//! Files uploaded in chunks, as raw requests.

use std::time::Duration;

use bytes::Bytes;
use tableau_sandbox::{Service, well_known};

use crate::fixture::*;

const MEGABYTE: usize = 1024 * 1024;
const MIXED: &str = "multipart/mixed; boundary=b1";

/// As TSC writes it.
fn multipart(content: &[u8]) -> Bytes {
    let head = "--b1\r\nContent-Disposition: form-data; name=\"request_payload\"; filename=\"\"\r\nContent-Type: text/xml\r\n\r\n\r\n--b1\r\n\
         Content-Disposition: form-data; name=\"tableau_file\"; filename=\"file\"\r\nContent-Type: application/octet-stream\r\n\r\n";
    [head.as_bytes(), content, b"\r\n--b1--\r\n"].concat().into()
}

async fn append(service: &Service, by: &Session, id: &str, content_type: &str, body: Bytes) -> Answer {
    let path = format!("/api/3.29/sites/{}/fileUploads/{id}", by.site);
    let headers = [
        ("X-Tableau-Auth", by.token.as_str()),
        ("Accept", "application/json"),
        ("Content-Type", content_type),
    ];
    send(service, "PUT", &path, &headers, body).await
}

async fn initiate(service: &Service, by: &Session) -> String {
    let path = format!("sites/{}/fileUploads", by.site);
    let answer = call(service, "POST", &by.token, &path, "").await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["fileUpload"]["uploadSessionId"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// `([0-9]+:[0-9a-fA-F]+)-([0-9]+:[0-9]+)`
fn is_upload_session_id(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<_> = text.split([':', '-']).collect();
    let [number, hex, first, second] = parts[..] else {
        return false;
    };
    let hex = !hex.is_empty() && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    hex && digits(number) && digits(first) && digits(second)
}

#[tokio::test]
async fn chunks_become_a_file_and_each_answer_says_how_large_it_is() {
    let service = service();
    let admin = admin(&service, "").await;
    let id = initiate(&service, &admin).await;
    assert!(is_upload_session_id(&id), "{id}");
    assert_ne!(initiate(&service, &admin).await, id);
    assert_eq!(service.controls().uploaded(&id).as_deref(), Some(&b""[..]));
    let mut file = Vec::new();
    // Across the bound between memory and disk.
    for (length, megabytes) in [
        (MEGABYTE / 2, "0"),
        (MEGABYTE / 2, "1"),
        (3 * MEGABYTE, "4"),
        (17, "4"),
    ] {
        let chunk: Vec<u8> = (0..length).map(|index| (index % 251) as u8).collect();
        let upload = append(&service, &admin, &id, MIXED, multipart(&chunk)).await.ok();
        assert_eq!(upload["fileUpload"]["fileSize"], megabytes);
        assert_eq!(upload["fileUpload"]["uploadSessionId"], id.as_str());
        file.extend(chunk);
    }
    assert_eq!(service.controls().uploaded(&id), Some(file));
}

#[tokio::test]
async fn xml_is_answered_and_the_documented_form_is_read() {
    let service = service();
    let admin = admin(&service, "").await;
    let headers = [
        ("X-Tableau-Auth", admin.token.as_str()),
        ("Content-Type", "multipart/mixed;boundary=\"b 1\""),
    ];
    let path = format!("/api/2.0/sites/{}/FILEUPLOADS", admin.site);
    let answer = send(&service, "POST", &path, &headers[..1], "").await;
    assert_eq!(answer.status, 201);
    let id = answer
        .text()
        .split('"')
        .find(|text| is_upload_session_id(text))
        .unwrap();
    let element = format!("<fileUpload uploadSessionId=\"{id}\" fileSize=\"0\"/></tsResponse>");
    assert!(answer.text().ends_with(&element), "{}", answer.text());

    let body = "--b 1\r\nContent-Disposition: name=\"request_payload\"\r\nContent-Type: text/xml\r\n\r\n\r\n--b 1\r\n\
         Content-Disposition: name=\"tableau_file\"; filename=\"a.twbx\"\r\nContent-Type: application/octet-stream\r\n\r\n\
         PK\r\n--b 1x\r\n--b 1--\r\n";
    let address = format!("{path}/{id}").replace(':', "%3A");
    let answer = send(&service, "PUT", &address, &headers, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.text().ends_with(&element), "{}", answer.text());
    assert_eq!(
        service.controls().uploaded(id).as_deref(),
        Some(&b"PK\r\n--b 1x"[..])
    );
}

#[tokio::test]
async fn what_is_not_a_chunk_is_refused_and_changes_nothing() {
    let service = service();
    let admin = admin(&service, "").await;
    let id = initiate(&service, &admin).await;
    append(&service, &admin, &id, MIXED, multipart(b"first"))
        .await
        .ok();
    let without_file = "--b1\r\nContent-Disposition: name=\"request_payload\"\r\n\r\n\r\n--b1--";
    let cut = multipart(b"second").slice(..180);
    for (content_type, body, code) in [
        ("application/xml", multipart(b"second"), "400019"),
        ("multipart/mixed", multipart(b"second"), "400019"),
        ("multipart/mixed; boundary=b2", multipart(b"second"), "400019"),
        (MIXED, Bytes::new(), "400019"),
        (MIXED, cut, "400019"),
        (MIXED, without_file.into(), "400020"),
    ] {
        let answer = append(&service, &admin, &id, content_type, body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (400, code),
            "{content_type}"
        );
    }
    assert_eq!(service.controls().uploaded(&id).as_deref(), Some(&b"first"[..]));
}

#[tokio::test]
async fn there_are_limits() {
    let service = service();
    let admin = admin(&service, "").await;
    let id = initiate(&service, &admin).await;
    let chunk = vec![0; 64 * MEGABYTE + 1];
    let answer = append(&service, &admin, &id, MIXED, multipart(&chunk)).await;
    assert_eq!(answer.code(), "400016");
    let whole = append(&service, &admin, &id, MIXED, multipart(&chunk[1..]))
        .await
        .ok();
    assert_eq!(whole["fileUpload"]["fileSize"], "64");

    service.controls().upload_limit(64 * MEGABYTE as u64 + 3);
    let answer = append(&service, &admin, &id, MIXED, multipart(b"four")).await;
    assert_eq!(answer.code(), "400016");
    append(&service, &admin, &id, MIXED, multipart(b"3by")).await.ok();
    assert_eq!(service.controls().uploaded(&id).unwrap().len(), 64 * MEGABYTE + 3);
}

#[tokio::test]
async fn an_upload_belongs_to_its_user() {
    let service = service();
    let by_token = admin(&service, "").await;
    let id = initiate(&service, &by_token).await;
    append(&service, &by_token, &id, MIXED, multipart(b"a"))
        .await
        .ok();

    let elsewhere = session(
        &try_sign_in(
            &service,
            &password_credentials("admin", well_known::MARKETING_SITE),
        )
        .await,
    );
    let dmitri = user(&service, "dmitri.volkov", "").await;
    for other in [&elsewhere, &dmitri] {
        let answer = append(&service, other, &id, MIXED, multipart(b"x")).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "403016"));
    }
    // Another session of the same user resumes it or not, as the sandbox is set.
    let again = session(&try_sign_in(&service, &password_credentials("admin", "")).await);
    append(&service, &again, &id, MIXED, multipart(b"b")).await.ok();
    service.controls().upload_session_survives_signin(false);
    let answer = append(&service, &again, &id, MIXED, multipart(b"x")).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (404, "404015"));
    append(&service, &by_token, &id, MIXED, multipart(b"c"))
        .await
        .ok();
    assert_eq!(service.controls().uploaded(&id).as_deref(), Some(&b"abc"[..]));
}

#[tokio::test]
async fn a_viewer_cannot_append_to_an_upload() {
    let service = service();
    let viewer = user(&service, "farid.haddad", "").await;
    let id = initiate(&service, &viewer).await;
    let answer = append(&service, &viewer, &id, MIXED, multipart(b"a")).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "403007"));
}

#[tokio::test]
async fn an_unknown_or_expired_upload_is_not_found() {
    let service = service();
    let admin = admin(&service, "").await;
    for id in ["1:0-1:0", "x", "%2F", "..%2F.."] {
        let answer = append(&service, &admin, id, MIXED, multipart(b"a")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (404, "404015"),
            "{id}"
        );
    }
    let forgotten = initiate(&service, &admin).await;
    service.clock().advance(Duration::from_secs(23 * 3600));
    let admin = session(&try_sign_in(&service, &password_credentials("admin", "")).await);
    let kept = initiate(&service, &admin).await;
    append(&service, &admin, &forgotten, MIXED, multipart(b"a"))
        .await
        .ok();
    service.clock().advance(Duration::from_secs(24 * 3600));
    let admin = session(&try_sign_in(&service, &password_credentials("admin", "")).await);
    initiate(&service, &admin).await;
    for id in [kept, forgotten] {
        let answer = append(&service, &admin, &id, MIXED, multipart(b"a")).await;
        assert_eq!(answer.code(), "404015");
    }
}

/// What `curl -d` says unless it is told otherwise.
#[tokio::test]
async fn json_that_is_said_to_be_something_else_is_refused() {
    let service = service();
    let admin = admin(&service, "").await;
    let path = format!("/api/3.29/sites/{}/groups", admin.site);
    let post = async |media_type: Option<&str>, body: String| {
        let mut headers = vec![
            ("X-Tableau-Auth", admin.token.as_str()),
            ("Accept", "application/json"),
        ];
        headers.extend(media_type.map(|media_type| ("Content-Type", media_type)));
        send(&service, "POST", &path, &headers, body).await
    };
    let json = |name: &str| format!(r#"{{"group": {{"name": "{name}"}}}}"#);
    let xml = |name: &str| format!("<tsRequest><group name='{name}'/></tsRequest>");
    let form = "application/x-www-form-urlencoded";
    for media_type in [form, "text/xml", "Application/XML; charset=UTF-8"] {
        let answer = post(Some(media_type), json("x")).await;
        assert_eq!(answer.code(), "400000", "{media_type}");
        assert!(
            answer.text().contains("Content is not allowed in prolog"),
            "{}",
            answer.text()
        );
    }
    // Other services have no XML.
    let headers = [("X-Tableau-Auth", admin.token.as_str()), ("Content-Type", form)];
    let query = r#"{"query": "{ workbooks { name } }"}"#;
    let answer = send(&service, "POST", "/api/metadata/graphql", &headers, query).await;
    assert!(!answer.text().contains("prolog"), "{}", answer.text());
    for (at, (media_type, body)) in [
        (None, json("a")),
        (Some("application/json"), json("b")),
        (Some("application/json; charset=utf-8"), json("c")),
        (None, xml("d")),
        (Some(form), xml("e")),
        (Some("text/xml"), xml("f")),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(post(media_type, body).await.status, 201, "{at}");
    }
}

#[tokio::test]
async fn a_form_of_a_browser_is_refused() {
    let service = service();
    let admin = admin(&service, "").await;
    let id = initiate(&service, &admin).await;
    let form = "multipart/form-data;boundary=b1";
    let answer = append(&service, &admin, &id, form, multipart(b"chunk")).await;
    answer.is(
        406,
        "406000",
        "Bad Request",
        &format!("Content type '{form}' not supported"),
    );
}
