//! No answer fills the memory.

use std::io::Write as _;

use support::scripted::{Act, Scripted, answer, page};
use tableau_client::{Error, ErrorKind, Limits};

use super::{builder, server, site, token};

const MIB: usize = 1 << 20;

/// An answer of 256 MiB, in chunks.
fn huge(status: &str, headers: &str) -> Vec<Act> {
    let head = format!("HTTP/1.1 {status}\r\nTransfer-Encoding: chunked\r\n{headers}\r\n");
    let mut chunk = format!("{MIB:x}\r\n").into_bytes();
    chunk.resize(chunk.len() + MIB, b' ');
    chunk.extend_from_slice(b"\r\n");
    let mut acts = vec![Act::Read, Act::Send(head.into_bytes())];
    acts.extend(std::iter::repeat_n(Act::Send(chunk), 256));
    acts.push(Act::Send(b"0\r\n\r\n".to_vec()));
    acts
}

async fn list_fails(acts: Vec<Act>) -> (Scripted, Error) {
    let server = server(move |_| acts.clone());
    let error = site(&server).await.workbooks().list().await.unwrap_err();
    (server, error)
}

#[tokio::test]
async fn a_document_of_256_megabytes_is_refused_and_not_asked_for_again() {
    let (server, error) = list_fails(huge("200 OK", "")).await;
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::TooLarge, 1),
        "{error:?}"
    );
    assert_eq!(server.seen("/workbooks").len(), 1);
    // What is in the buffers of both ends comes on top.
    assert!(server.sent() < 64 * MIB as u64, "{}", server.sent());
}

#[tokio::test]
async fn a_length_beyond_the_limit_is_not_read() {
    let head = Act::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n".to_vec());
    let (_, error) = list_fails(vec![Act::Read, head, Act::Hang]).await;
    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error:?}");
}

#[tokio::test]
async fn a_page_that_unpacks_to_100_megabytes_is_refused() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..100 {
        packed.write_all(&vec![b' '; MIB]).unwrap();
    }
    let packed = packed.finish().unwrap();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        packed.len()
    );
    let (_, error) = list_fails(vec![Act::Read, Act::Send(head.into_bytes()), Act::Send(packed)]).await;
    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error:?}");
}

#[tokio::test]
async fn one_layer_of_packing_is_undone_and_no_more() {
    let mut packed = page(1, 1000, 3).into_bytes();
    for layers in 1..=3 {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&packed).unwrap();
        packed = encoder.finish().unwrap();
        let (encoding, body) = (vec!["gzip"; layers].join(", "), packed.clone());
        let server = server(move |_| {
            let length = body.len();
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {length}\r\n\r\n"
            );
            vec![Act::Read, Act::Send(head.into_bytes()), Act::Send(body.clone())]
        });
        let list = site(&server).await.workbooks().list().await;
        match layers {
            1 => assert_eq!(list.unwrap().items.len(), 3),
            _ => assert_eq!(list.unwrap_err().kind(), ErrorKind::Foreign, "{layers}"),
        }
    }
}

#[tokio::test]
async fn of_a_page_that_refuses_a_call_the_beginning_is_read() {
    for (status, kind) in [
        ("500 Internal Server Error", ErrorKind::Server),
        ("404 Not Found", ErrorKind::Foreign),
    ] {
        let (server, error) = list_fails(huge(status, "")).await;
        assert_eq!(error.kind(), kind, "{error:?}");
        assert!(server.sent() < 32 * MIB as u64, "{}", server.sent());
    }
}

#[tokio::test]
async fn both_limits_can_be_set() {
    let server = server(|_| vec![Act::Read, answer("200 OK", "", &page(1, 1000, 100))]);
    for (document, fits) in [(3000, false), (3 << 20, true)] {
        let mut limits = Limits::default();
        limits.document = document;
        let client = builder(&server).limits(limits).build().unwrap();
        let list = client.sign_in(token()).await.unwrap().workbooks().list().await;
        assert_eq!(list.is_ok(), fits, "{list:?}");
    }
    let long = support::scripted::document(&format!(
        "<error code='400000'><summary>{}</summary></error>",
        "x".repeat(5000)
    ));
    let server = super::server(move |_| vec![Act::Read, answer("400 Bad Request", "", &long)]);
    for (error, code) in [(100, None), (1 << 20, Some("400000"))] {
        let mut limits = Limits::default();
        limits.error = error;
        let client = builder(&server).limits(limits).build().unwrap();
        let error = client
            .sign_in(token())
            .await
            .unwrap()
            .workbooks()
            .list()
            .await
            .unwrap_err();
        assert_eq!(error.code(), code, "{error:?}");
    }
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let lines = |line: &str, count| {
        let head = format!("HTTP/1.1 200 OK\r\n{}", line.repeat(count));
        vec![Act::Read, Act::Send(head.into_bytes()), Act::Hang]
    };
    let many = lines("X: y\r\n", 1_000_000);
    let long = lines(&"x".repeat(1000), 64 * 1024);
    for acts in [many, long] {
        let (_, error) = list_fails(acts).await;
        assert_eq!(error.kind(), ErrorKind::Interrupted, "{error:?}");
    }
}
