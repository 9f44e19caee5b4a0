//! Files on their way to servers that do not take them.

use std::time::Duration;

use support::scripted::{Act, Scripted, answer, document};
use tableau_client::{Bound, Error, ErrorKind, Id, Project, Source};

use super::{hasty_site, server, site};

/// More than the system's buffers hold.
const LENGTH: usize = 40 << 20;

fn refusing(close: bool) -> Scripted {
    server(move |seen| {
        let begun = document("<fileUpload uploadSessionId='7:a'/>");
        if seen.target.ends_with("/fileUploads") {
            return vec![Act::Read, answer("201 Created", "", &begun)];
        }
        let refusal = document(
            "<error code='413000'><summary>Payload Too Large</summary><detail>Too large.</detail></error>",
        );
        let refusal = answer("413 Payload Too Large", "Connection: close\r\n", &refusal);
        // Servers read on for a while so that the answer is not lost with the connection.
        vec![refusal, if close { Act::Close } else { Act::Read }]
    })
}

/// The beginning of a package, and then nothing that anything here reads.
fn file() -> Source {
    let mut content = b"PK\x03\x04".to_vec();
    content.resize(LENGTH, 7);
    Source::bytes(content)
}

async fn publishing(server: &Scripted, in_chunks: bool) -> Error {
    let project: Id<Project> = "p".into();
    let site = site(server).await;
    let publish = site.workbooks().publish(file(), &project);
    let publish = publish.name("Sales");
    match in_chunks {
        true => publish.in_chunks(40).await.unwrap_err(),
        false => publish.await.unwrap_err(),
    }
}

#[tokio::test]
async fn a_refusal_is_read_while_the_file_is_sent() {
    for in_chunks in [true, false] {
        let server = refusing(false);
        let error = publishing(&server, in_chunks).await;
        assert_eq!(
            (error.status(), error.code()),
            (Some(413), Some("413000")),
            "{error:?}"
        );
        let sent = server.seen(if in_chunks { "/fileUploads/" } else { "/workbooks" });
        assert_eq!(sent.len(), 1, "it is not sent again");
    }
}

/// Without a lingering close, the answer may be lost: then that is the error.
#[tokio::test]
async fn a_server_that_refuses_a_file_and_is_gone_is_an_error() {
    for in_chunks in [true, false] {
        let error = publishing(&refusing(true), in_chunks).await;
        let is_read = error.status() == Some(413);
        let is_lost = matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::OutcomeUnknown);
        assert!(is_read || is_lost, "{error:?}");
    }
}

#[tokio::test]
async fn a_file_that_is_not_read_is_a_stall() {
    let server = server(|seen| match seen.method.as_str() {
        "POST" => vec![Act::Hang],
        _ => vec![
            Act::Read,
            answer("200 OK", "", &support::scripted::page(1, 1000, 0)),
        ],
    });
    let site = hasty_site(&server, Duration::from_millis(200)).await;
    let project: Id<Project> = "p".into();
    let publish = site.workbooks().publish(file(), &project);
    let error = publish.name("Sales").await.unwrap_err();
    // Nothing is there, but the server may be at it still.
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error:?}");
    let cause = std::error::Error::source(&error)
        .unwrap()
        .downcast_ref::<Error>()
        .unwrap();
    assert_eq!(
        (cause.kind(), cause.timeout().unwrap().bound),
        (ErrorKind::TimedOut, Bound::Stall)
    );
    assert_eq!(
        server
            .seen("/workbooks?")
            .iter()
            .filter(|seen| seen.method == "POST")
            .count(),
        1
    );
}
