//! Uploads: what is sent, and what stops them.

use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll};

use tableau_client::{ErrorKind, Reached, Source, TransportError};
use tempfile::TempDir;
use tokio::io::{AsyncRead, ReadBuf};

use crate::support::{Fake, document, error};

const UPLOAD: &str = "7720:170fe6b1c1c7422dadff20f944d58a52-1:0";
const MEGABYTE: usize = 1024 * 1024;

/// A server that takes every chunk.
fn taking() -> Fake {
    let has = Mutex::new(0);
    Fake::signed_in(move |(method, path, _, body)| {
        assert!(path.contains("/fileUploads"), "{method} {path}");
        let mut has = has.lock().unwrap();
        *has = match method.as_str() {
            "POST" => 0,
            _ => *has + bytes(body),
        };
        Ok((201, file_upload(*has)))
    })
}

/// How many bytes of a file a request has.
fn bytes(body: &str) -> usize {
    body.matches('~').count()
}

fn file_upload(bytes: usize) -> String {
    let megabytes = bytes / MEGABYTE;
    document(&format!(
        "<fileUpload uploadSessionId=\"{UPLOAD}\" fileSize=\"{megabytes}\"/>"
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

/// A server to which something happens at one of the requests that append.
fn failing(at: usize, fate: Fate) -> Fake {
    let state = Mutex::new((0, 0));
    Fake::signed_in(move |(method, _, _, body)| {
        let (appends, has) = &mut *state.lock().unwrap();
        if method == "POST" {
            *has = 0;
            return Ok((201, file_upload(0)));
        }
        *appends += 1;
        let (is_stored, answers) = match fate {
            _ if *appends != at => (true, true),
            Fate::NotStored => (false, false),
            Fate::Stored => (true, false),
            Fate::Gone => return Ok((404, error("404015"))),
            Fate::Twice => {
                *has += bytes(body);
                (true, true)
            }
            Fate::Refused(status) => return Ok((status, error("500000"))),
        };
        if is_stored {
            *has += bytes(body);
        }
        match answers {
            true => Ok((200, file_upload(*has))),
            false => Err(TransportError::interrupted("the connection was reset")),
        }
    })
}

#[derive(Clone, Copy)]
enum Fate {
    /// The connection breaks before the chunk is stored.
    NotStored,
    /// The connection breaks after it.
    Stored,
    /// The upload is unknown.
    Gone,
    /// It is stored twice.
    Twice,
    Refused(u16),
}

/// The sizes of the chunks of each upload.
fn appended(fake: &Fake) -> Vec<Vec<usize>> {
    let mut uploads = Vec::new();
    for (method, path, _, body) in fake.seen.lock().unwrap().iter() {
        match method.as_str() {
            "POST" if path.ends_with("/fileUploads") => uploads.push(Vec::new()),
            "PUT" => uploads.last_mut().unwrap().push(bytes(body)),
            _ => {}
        }
    }
    uploads
}

fn on_disk(length: usize) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, vec![b'~'; length]).unwrap();
    (folder, path)
}

#[tokio::test(start_paused = true)]
async fn a_chunk_that_was_not_stored_is_sent_again() {
    let fake = failing(2, Fate::NotStored);
    let (_folder, path) = on_disk(3 * MEGABYTE);
    fake.site().await.upload(path).chunk_megabytes(1).await.unwrap();
    assert_eq!(appended(&fake), [[MEGABYTE; 4]]);
    // A reader cannot be read again, and need not be.
    let fake = failing(2, Fate::NotStored);
    let source = Source::reader(Slowly {
        left: 3 * MEGABYTE,
        fails: false,
    });
    fake.site().await.upload(source).chunk_megabytes(1).await.unwrap();
    assert_eq!(appended(&fake), [[MEGABYTE; 4]]);
}

#[tokio::test(start_paused = true)]
async fn a_chunk_that_is_stored_twice_begins_the_upload_anew() {
    for fate in [Fate::Stored, Fate::Twice] {
        let fake = failing(2, fate);
        let (_folder, path) = on_disk(3 * MEGABYTE);
        fake.site().await.upload(path).chunk_megabytes(1).await.unwrap();
        let uploads = appended(&fake);
        assert_eq!(uploads.len(), 2);
        assert_eq!(uploads[1], [MEGABYTE; 3]);
    }
    let fake = failing(2, Fate::Stored);
    let source = Source::reader(Slowly {
        left: 3 * MEGABYTE,
        fails: false,
    });
    let failed = fake
        .site()
        .await
        .upload(source)
        .chunk_megabytes(1)
        .await
        .unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::UploadInconsistent, "{failed}");
    assert!(
        failed
            .message()
            .contains("has 3 MB of the upload, and 2097152 bytes were sent"),
        "{failed}"
    );
}

/// Less than a megabyte at the end: the size that the server answers does not tell once from twice.
#[tokio::test(start_paused = true)]
async fn a_small_last_chunk_whose_answer_is_lost_begins_the_upload_anew() {
    for fate in [Fate::Stored, Fate::NotStored] {
        let fake = failing(2, fate);
        let (_folder, path) = on_disk(MEGABYTE + 5);
        fake.site().await.upload(path).chunk_megabytes(1).await.unwrap();
        assert_eq!(appended(&fake), [[MEGABYTE, 5], [MEGABYTE, 5]]);
    }
}

#[tokio::test]
async fn an_upload_that_is_gone_begins_anew_once() {
    let fake = failing(3, Fate::Gone);
    let (_folder, path) = on_disk(3 * MEGABYTE);
    fake.site().await.upload(&path).chunk_megabytes(1).await.unwrap();
    assert_eq!(appended(&fake).concat().len(), 6);
    let fake = Fake::signed_in(|(method, ..)| match method.as_str() {
        "POST" => Ok((201, file_upload(0))),
        _ => Ok((404, error("404015"))),
    });
    let failed = fake
        .site()
        .await
        .upload(&path)
        .chunk_megabytes(1)
        .await
        .unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::NotFound);
    assert_eq!(appended(&fake).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_size_that_is_never_what_was_sent_ends_the_upload() {
    let fake = Fake::signed_in(|_| Ok((201, file_upload(7 * MEGABYTE))));
    let (_folder, path) = on_disk(3 * MEGABYTE);
    let failed = fake
        .site()
        .await
        .upload(&path)
        .chunk_megabytes(1)
        .await
        .unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::UploadInconsistent);
    assert_eq!(appended(&fake), [[MEGABYTE]; 3]);
}

#[tokio::test(start_paused = true)]
async fn a_chunk_is_sent_three_times_at_most() {
    for (fate, sent) in [
        (Fate::Refused(500), 1),
        (Fate::Refused(503), 3),
        (Fate::NotStored, 3),
    ] {
        let fake = Fake::signed_in(move |seen| {
            if seen.0 == "PUT" {
                return match fate {
                    Fate::Refused(status) => Ok((status, error("500000"))),
                    _ => Err(TransportError::interrupted("the connection was reset")),
                };
            }
            Ok((201, file_upload(0)))
        });
        let (_folder, path) = on_disk(MEGABYTE);
        fake.site()
            .await
            .upload(path)
            .chunk_megabytes(1)
            .await
            .unwrap_err();
        assert_eq!(appended(&fake).concat().len(), sent);
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
