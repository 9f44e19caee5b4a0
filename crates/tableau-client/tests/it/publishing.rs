//! Publishing: what is sent, how often, and how much of it is in memory.

use std::fs::{self, OpenOptions};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use http::Response;
use tableau_client::wire::rest::publishing::{ConnectionCredentials, NewConnection};
use tableau_client::{Error, ErrorKind, ResponseBody, Source};
use tempfile::TempDir;

use crate::file_server::{FileServer, Received, package, text};
use crate::support::{document, error};

const MEGABYTE: usize = 1024 * 1024;
const UPLOAD: &str = "7720:170fe6b1c1c7422dadff20f944d58a52-1:0";
/// The most that is in memory of a file at a time is a few of these.
const PIECE: usize = 128 * 1024;

/// What a server answers that takes everything, and has so many bytes of an upload.
fn taken(request: &Received, has: &AtomicUsize) -> Response<ResponseBody> {
    let answer = match request.path.as_str() {
        path if path.contains("/fileUploads") => {
            let appended = match request.method.as_str() {
                "PUT" => request.part("tableau_file").len(),
                _ => 0,
            };
            let bytes = appended + has.fetch_add(appended, Ordering::Relaxed);
            let megabytes = bytes / MEGABYTE;
            format!(r#"<fileUpload uploadSessionId="{UPLOAD}" fileSize="{megabytes}"/>"#)
        }
        path if path.contains("asJob=true") => {
            r#"<job id="j" mode="Asynchronous" type="PublishWorkbook"/>"#.to_owned()
        }
        _ => r#"<workbook id="w" name="Sales"/>"#.to_owned(),
    };
    text(201, document(&answer))
}

fn taking() -> FileServer {
    let has = AtomicUsize::new(0);
    FileServer::new(move |request| Ok(taken(request, &has)))
}

fn on_disk(content: &[u8]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("Sales.twbx");
    fs::write(&path, content).unwrap();
    (folder, path)
}

#[tokio::test]
async fn a_small_file_takes_one_request() -> Result<(), Error> {
    let content = package(3 * MEGABYTE);
    let (_folder, path) = on_disk(&content);
    let server = taking();
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let connection = NewConnection {
        server_address: Some("db.example.com".to_owned()),
        ..NewConnection::default()
    };
    let workbook = server
        .site()
        .await
        .workbooks()
        .publish(&path, "p")
        .description("of the year")
        .show_tabs(false)
        .hide_view("Draft")
        .connection(connection)
        .overwrite()
        .skip_connection_check()
        .on_progress(move |progress| tell.lock().unwrap().push((progress.bytes, progress.total)))
        .await?;
    assert_eq!(workbook.id.as_str(), "w");
    let sent = server.received("POST", "/workbooks");
    let [sent] = sent.as_slice() else {
        panic!("{} requests", sent.len())
    };
    for parameter in ["workbookType=twbx", "overwrite=true", "skipConnectionCheck=true"] {
        assert!(sent.path.contains(parameter), "{}", sent.path);
    }
    assert!(
        sent.media_type.starts_with("multipart/mixed; boundary="),
        "{}",
        sent.media_type
    );
    assert!(sent.part("tableau_workbook") == content);
    let about = String::from_utf8(sent.part("request_payload")).unwrap();
    for said in [
        r#"name="Sales""#,
        r#"description="of the year""#,
        r#"showTabs="false""#,
        r#"<project id="p"/>"#,
        r#"serverAddress="db.example.com""#,
        r#"<view name="Draft" hidden="true"/>"#,
    ] {
        assert!(about.contains(said), "{said} in {about}");
    }
    assert_eq!(
        sent.length,
        sent.body.len() as u64,
        "the length is known before it is sent"
    );
    assert!(sent.largest <= PIECE, "{} bytes in one piece", sent.largest);
    let told = told.lock().unwrap();
    assert!(told.is_sorted(), "{told:?}");
    let all = content.len() as u64;
    assert_eq!(
        (told.first(), told.last()),
        (Some(&(0, Some(all))), Some(&(all, Some(all))))
    );
    Ok(())
}

#[tokio::test]
async fn a_large_file_is_uploaded_in_chunks() -> Result<(), Error> {
    let content = package(2 * MEGABYTE + 5);
    let (_folder, path) = on_disk(&content);
    for source in [
        Source::from(&path),
        Source::bytes(content.clone()),
        Source::reader(std::io::Cursor::new(content.clone())),
    ] {
        let server = taking();
        let publish = server.site().await.workbooks().publish(source, "p");
        publish.name("Sales").in_chunks(1).await?;
        let chunks = server.received("PUT", "/fileUploads/");
        assert_eq!(chunks.len(), 3);
        let whole: Vec<_> = chunks.iter().map(|chunk| chunk.part("tableau_file")).collect();
        assert!(whole.concat() == content);
        assert!(
            chunks
                .iter()
                .all(|chunk| chunk.largest <= PIECE && chunk.part("request_payload").is_empty())
        );
        let published = server.received("POST", "/workbooks");
        assert_eq!(published.len(), 1);
        let encoded = UPLOAD.replace(':', "%3A");
        assert!(
            published[0].path.contains(&format!("uploadSessionId={encoded}"))
                || published[0].path.contains(&format!("uploadSessionId={UPLOAD}")),
            "{}",
            published[0].path
        );
        assert!(
            !published[0].holds(b"tableau_workbook"),
            "the file was sent before"
        );
    }
    Ok(())
}

/// A file with holes in it takes no room on the disk, and is as long as any other.
#[tokio::test]
async fn above_64_megabytes_a_file_is_uploaded() -> Result<(), Error> {
    let (_folder, path) = on_disk(b"PK\x03\x04");
    let file = OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(64 * MEGABYTE as u64).unwrap();
    let server = taking();
    server.site().await.workbooks().publish(&path, "p").await?;
    let chunks = server.received("PUT", "/fileUploads/");
    assert_eq!(chunks.len(), 2, "fifty megabytes, and the rest");
    assert!(chunks.iter().all(|chunk| chunk.largest <= PIECE));
    Ok(())
}

/// A server that takes everything, but refuses one request of a kind for a session that is dead.
fn refusing_once(method: &'static str, part: &'static str, which: usize) -> FileServer {
    let (seen, has) = (AtomicUsize::new(0), AtomicUsize::new(0));
    FileServer::new(move |request| {
        let matches = request.method == method && request.path.contains(part);
        if matches && seen.fetch_add(1, Ordering::Relaxed) == which {
            return Ok(text(401, error("401002")));
        }
        Ok(taken(request, &has))
    })
}

#[tokio::test]
async fn a_session_that_ends_halfway_is_renewed_and_the_file_read_again() -> Result<(), Error> {
    let content = package(2 * MEGABYTE + 5);
    let (_folder, path) = on_disk(&content);

    let server = refusing_once("PUT", "/fileUploads/", 1);
    server
        .site()
        .await
        .workbooks()
        .publish(&path, "p")
        .in_chunks(1)
        .await?;
    assert_eq!(server.received("POST", "/auth/signin").len(), 2);
    let chunks = server.received("PUT", "/fileUploads/");
    let parts: Vec<_> = chunks.iter().map(|chunk| chunk.part("tableau_file")).collect();
    assert_eq!(parts.len(), 4, "one was sent again");
    assert!(parts[1] == parts[2]);
    assert!([&parts[0][..], &parts[2], &parts[3]].concat() == content);

    let server = refusing_once("POST", "/workbooks", 0);
    server.site().await.workbooks().publish(&path, "p").await?;
    let sent = server.received("POST", "/workbooks");
    assert_eq!(sent.len(), 2);
    assert!(
        sent.iter()
            .all(|request| request.part("tableau_workbook") == content)
    );
    Ok(())
}

#[tokio::test]
async fn a_file_that_changes_meanwhile_is_not_published() {
    let content = package(2 * MEGABYTE + 5);
    let (_folder, path) = on_disk(&content);
    let (shortened, has) = (path.clone(), AtomicUsize::new(0));
    let server = FileServer::new(move |request| {
        if request.method == "PUT" {
            let file = OpenOptions::new().write(true).open(&shortened).unwrap();
            file.set_len(MEGABYTE as u64 + 100).unwrap();
        }
        Ok(taken(request, &has))
    });
    let publish = server.site().await.workbooks().publish(&path, "p").in_chunks(1);
    let error = publish.await.unwrap_err();
    assert!(
        error.to_string().contains("the file changed while it was sent"),
        "{error}"
    );
    assert_eq!(error.kind(), ErrorKind::File);
    assert!(server.received("POST", "/workbooks").is_empty());
}

#[tokio::test]
async fn what_cannot_be_published_is_refused_before_anything_is_sent() {
    let server = taking();
    let workbooks = server.site().await.workbooks();
    let (folder, path) = on_disk(b"name,value\n");
    let missing = folder.path().join("missing.twbx");
    for (publish, says) in [
        (workbooks.publish(&path, "p"), "is no workbook"),
        (workbooks.publish(&missing, "p"), "missing.twbx cannot be opened"),
        (
            workbooks.publish(folder.path(), "p").name("x"),
            "cannot be opened",
        ),
        (workbooks.publish(Source::bytes(package(1)), "p"), "has no name"),
        (
            workbooks
                .publish(Source::bytes(package(1)), "p")
                .name("x")
                .in_chunks(65),
            "65 megabytes",
        ),
    ] {
        let refused = publish.await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Input, "{refused}");
        assert!(refused.message().contains(says), "{says}: {refused}");
    }
    assert!(server.received("POST", "/fileUploads").is_empty());
    assert!(server.received("POST", "/workbooks").is_empty());
}

#[tokio::test]
async fn publishing_in_the_background_gives_the_job() -> Result<(), Error> {
    let server = taking();
    let site = server.site().await;
    let publish = site
        .workbooks()
        .publish(Source::bytes(package(10)), "p")
        .name("Sales");
    let job = publish.as_job().await?;
    assert_eq!(job.id.as_str(), "j");
    Ok(())
}

#[test]
fn without_async_a_workbook_is_published_too() -> Result<(), Error> {
    let content = package(300_000);
    let (_folder, path) = on_disk(&content);
    let server = taking();
    let workbook = server.blocking_site().workbooks().publish(&path, "p").send()?;
    assert_eq!(workbook.id.as_str(), "w");
    assert!(server.received("POST", "/workbooks")[0].part("tableau_workbook") == content);
    Ok(())
}

#[tokio::test]
async fn passwords_of_connections_are_sent_and_not_shown() -> Result<(), Error> {
    let server = taking();
    let credentials = ConnectionCredentials {
        name: Some("db".to_owned()),
        password: Some("open-sesame".into()),
        embed: Some(true),
        ..ConnectionCredentials::default()
    };
    let publish = server
        .site()
        .await
        .workbooks()
        .publish(Source::bytes(package(10)), "p");
    let publish = publish.name("Sales").credentials(credentials);
    assert!(!format!("{publish:?}").contains("open-sesame"));
    publish.await?;
    assert!(server.received("POST", "/workbooks")[0].holds(b"open-sesame"));
    Ok(())
}
