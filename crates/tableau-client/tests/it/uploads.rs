//! Uploads: what is sent, and what stops them.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tableau_client::{ErrorKind, Reached, Source, TransportError};
use tokio::io::{AsyncRead, ReadBuf};

use crate::support::{Fake, document, error};

const UPLOAD: &str = "7720:170fe6b1c1c7422dadff20f944d58a52-1:0";
const MEGABYTE: usize = 1024 * 1024;

/// A server that takes every chunk.
fn taking() -> Fake {
    Fake::signed_in(|(method, path, _, _)| {
        assert!(path.contains("/fileUploads"), "{method} {path}");
        Ok((201, file_upload()))
    })
}

fn file_upload() -> String {
    document(&format!(
        "<fileUpload uploadSessionId=\"{UPLOAD}\" fileSize=\"0\"/>"
    ))
}

/// Gives what it has in small pieces, and then an end or an error.
struct Slowly {
    left: usize,
    fails: bool,
}

impl AsyncRead for Slowly {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.left == 0 && self.fails {
            return Poll::Ready(Err(io::Error::other("the disk is gone")));
        }
        let length = self.left.min(70_000).min(buffer.remaining());
        buffer.put_slice(&vec![b'~'; length]);
        self.left -= length;
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn chunks_are_whole_megabytes_whatever_the_reader_gives() {
    let fake = taking();
    let source = Source::reader(Slowly {
        left: 2 * MEGABYTE + 5,
        fails: false,
    });
    let upload = fake.site().await.upload(source).chunk_megabytes(1).await.unwrap();
    assert_eq!(upload.as_str(), UPLOAD);
    let seen = fake.seen.lock().unwrap();
    let (initiate, appends) = seen.get(2..).unwrap().split_first().unwrap();
    assert_eq!((initiate.0.as_str(), initiate.3.as_str()), ("POST", ""));
    let lengths: Vec<_> = appends
        .iter()
        .map(|append| append.3.matches('~').count())
        .collect();
    assert_eq!(lengths, [MEGABYTE, MEGABYTE, 5]);
    assert!(
        appends
            .iter()
            .all(|append| append.0 == "PUT" && append.1.ends_with("-1%3A0"))
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_said_before_anything_is_sent() {
    let fake = taking();
    let site = fake.site().await;
    let before = fake.paths().len();
    let missing = site.upload("no/such/file.twbx").await.unwrap_err();
    assert!(missing.to_string().contains("no/such/file.twbx"), "{missing}");
    let empty = site.upload(Source::reader(&b""[..])).await.unwrap_err();
    assert!(empty.to_string().contains("empty"), "{empty}");
    let broken = site
        .upload(Source::reader(Slowly { left: 0, fails: true }))
        .await
        .unwrap_err();
    assert!(broken.to_string().contains("the disk is gone"), "{broken}");
    for megabytes in [0, 65, usize::MAX] {
        let upload = site.upload(Source::reader(&b"x"[..])).chunk_megabytes(megabytes);
        let error = upload.await.unwrap_err();
        assert_eq!(error.hint(), Some("Take 1 to 64 megabytes."));
    }
    for error in [missing, empty, broken] {
        assert_eq!((error.kind(), error.reached()), (ErrorKind::Input, Reached::No));
    }
    assert_eq!(fake.paths().len(), before);
}

#[tokio::test]
async fn a_chunk_is_never_retried() {
    let interrupted = || Err(TransportError::interrupted("the connection was reset"));
    for (status, kind) in [
        (0, ErrorKind::Interrupted),
        (500, ErrorKind::Server),
        (404, ErrorKind::NotFound),
    ] {
        let fake = Fake::signed_in(move |(method, ..)| match (method.as_str(), status) {
            ("POST", _) => Ok((201, file_upload())),
            (_, 0) => interrupted(),
            (_, status) => Ok((status, error("404015"))),
        });
        let source = Source::reader(Slowly {
            left: 2 * MEGABYTE,
            fails: false,
        });
        let failed = fake
            .site()
            .await
            .upload(source)
            .chunk_megabytes(1)
            .await
            .unwrap_err();
        assert_eq!(failed.kind(), kind);
        let appends = fake
            .paths()
            .iter()
            .filter(|path| path.contains("/fileUploads/"))
            .count();
        assert_eq!(appends, 1, "{status}");
    }
}

#[tokio::test]
async fn an_answer_without_an_identifier_is_not_uploaded_to() {
    let fake = Fake::signed_in(|_| Ok((201, document("<fileUpload fileSize=\"0\"/>"))));
    let failed = fake
        .site()
        .await
        .upload(Source::reader(&b"x"[..]))
        .await
        .unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Decode);
    assert_eq!(fake.paths().len(), 3);
}
