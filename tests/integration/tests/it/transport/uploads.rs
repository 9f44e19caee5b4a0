//! Files uploaded from disk and from memory, in every mode and format.

use std::io::Write as _;

use tableau_client::{ErrorKind, Format, Source};
use tableau_sandbox::Sandbox;

use crate::transport::peer::Peer;
use crate::transport::{direct, run, token};

const MEGABYTE: usize = 1024 * 1024;

/// Content whose megabytes all differ.
fn content(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index % 251) as u8).collect()
}

#[test]
fn what_is_uploaded_is_what_arrives() {
    let sandbox = Sandbox::start().unwrap();
    let (service, content) = (sandbox.service(), content(5 * MEGABYTE / 2));
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&content).unwrap();
    for format in [Format::Xml, Format::Json] {
        let client = direct(sandbox.url()).format(format).build().unwrap();
        let uploads = run(async {
            let site = client.sign_in(token()).await.unwrap();
            let from_path = site.upload(file.path()).chunk_megabytes(1).await.unwrap();
            // Its length is a multiple of the chunks'.
            let reader = Source::reader(std::io::Cursor::new(content[..2 * MEGABYTE].to_vec()));
            let from_reader = site.upload(reader).chunk_megabytes(1).await.unwrap();
            site.sign_out().await.unwrap();
            [from_path, from_reader]
        });
        let [whole, two] = uploads.map(|upload| service.controls().uploaded(upload.as_str()).unwrap());
        assert!(whole == content && two == content[..2 * MEGABYTE], "{format:?}");
    }
    let blocking = direct(sandbox.url()).build().unwrap().blocking().unwrap();
    let site = blocking.sign_in(token()).unwrap();
    let upload = site.upload(file.path()).send().unwrap();
    assert!(service.controls().uploaded(upload.as_str()).unwrap() == content);
    site.sign_out().unwrap();
}

#[test]
fn the_greatest_chunk_is_admitted() {
    let sandbox = Sandbox::start().unwrap();
    let content = content(64 * MEGABYTE + 1);
    let upload = run(async {
        let site = direct(sandbox.url())
            .build()
            .unwrap()
            .sign_in(token())
            .await
            .unwrap();
        let reader = Source::reader(std::io::Cursor::new(content.clone()));
        site.upload(reader).chunk_megabytes(64).await.unwrap()
    });
    assert!(sandbox.service().controls().uploaded(upload.as_str()).unwrap() == content);
}

#[test]
fn what_the_server_refuses_is_the_error() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.service().controls().upload_limit(MEGABYTE as u64);
    let error = run(async {
        let site = direct(sandbox.url())
            .build()
            .unwrap()
            .sign_in(token())
            .await
            .unwrap();
        let reader = Source::reader(std::io::Cursor::new(content(MEGABYTE + 1)));
        site.upload(reader).chunk_megabytes(1).await.unwrap_err()
    });
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::BadRequest, Some("400016"))
    );
    assert_eq!(
        error.operation().as_deref(),
        Some("file_uploads.appendToFileUpload")
    );
}

/// A gateway answers 411 to a request whose body has no length.
#[test]
fn an_empty_body_has_its_length() {
    let sandbox = Sandbox::start().unwrap();
    let gateway = Peer::relay(sandbox.url());
    let content = content(3);
    run(async {
        let client = direct(&gateway.http()).build().unwrap();
        let site = client.sign_in(token()).await.unwrap();
        let reader = Source::reader(std::io::Cursor::new(content));
        site.upload(reader).chunk_megabytes(1).await.unwrap();
        let none = tableau_client::Id::from("00000000-0000-4000-8000-000000000000");
        site.call(tableau_client::wire::rest::jobs::Cancel::new(none))
            .await
            .unwrap_err();
        site.sign_out().await.unwrap();
    });
    let received = gateway.received();
    for begins in ["POST /api/", "PUT /api/"] {
        let heads = received.match_indices(begins).map(|(at, _)| {
            let head = &received[at..];
            head.split("\r\n\r\n").next().unwrap().to_lowercase()
        });
        let heads: Vec<_> = heads.collect();
        assert!(!heads.is_empty());
        for head in heads {
            let has_length = head.contains("content-length: ") || head.contains("transfer-encoding: ");
            assert!(has_length, "{head}");
        }
    }
}
