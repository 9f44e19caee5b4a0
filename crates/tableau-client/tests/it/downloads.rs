//! Downloads: saved whole or not at all.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{FutureExt as _, TryStreamExt as _};
use http::Request;
use tableau_client::wire::{Arguments, Incoming, endpoints};
use tableau_client::{
    Async, Cancel, Client, Error, ErrorKind, FileKind, Limits, RequestBody, Site, Transport, TransportFuture,
    Untyped, Version,
};
use tempfile::TempDir;
use tokio::sync::Semaphore;

use crate::file_server::{End, FileServer, file, package, text};
use crate::support::{error, token};

/// A server that gives this content for any file.
fn giving(content: Vec<u8>, says: Option<usize>, end: End) -> FileServer {
    FileServer::new(move |_| {
        let pieces: Vec<&[u8]> = content.chunks(100_000).collect();
        Ok(file(&pieces, says, end))
    })
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[tokio::test]
async fn a_download_is_saved_and_nothing_else_is_there() -> Result<(), Error> {
    let content = package(350_000);
    let server = giving(content.clone(), Some(content.len()), End::Whole);
    let folder = TempDir::new().unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let saved = server
        .site()
        .await
        .workbooks()
        .download("w")
        .without_extract()
        .on_progress(move |progress| tell.lock().unwrap().push((progress.bytes, progress.total)))
        .to_file(folder.path().join("copy.twbx"))
        .await?;
    assert_eq!(saved.path, folder.path().join("copy.twbx"));
    assert_eq!(
        (saved.bytes, saved.kind),
        (content.len() as u64, FileKind::Package)
    );
    assert_eq!(names(folder.path()), ["copy.twbx"]);
    assert!(fs::read(&saved.path).unwrap() == content);
    let asked = server.received("GET", "/workbooks/w/content");
    assert!(
        asked[0].path.ends_with("?includeExtract=false"),
        "{}",
        asked[0].path
    );
    let told = told.lock().unwrap();
    assert!(told.is_sorted() && told.len() == 4, "{told:?}");
    assert_eq!(
        told.last(),
        Some(&(content.len() as u64, Some(content.len() as u64)))
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_download_that_is_not_whole_leaves_nothing_behind() {
    let content = package(350_000);
    let length = content.len();
    let cut = &content[..length - 30];
    for (what, server) in [
        ("broken", giving(cut.to_vec(), Some(length), End::Broken)),
        ("broken without a length", giving(cut.to_vec(), None, End::Broken)),
        ("short", giving(cut.to_vec(), Some(length), End::Whole)),
        ("long", giving(content.clone(), Some(length - 1), End::Whole)),
        ("without its end", giving(cut.to_vec(), None, End::Whole)),
        (
            "a document without its end",
            giving(
                b"<?xml version='1.0'?><workbook><worksheet".to_vec(),
                None,
                End::Whole,
            ),
        ),
    ] {
        let folder = TempDir::new().unwrap();
        let download = server.site().await.workbooks().download("w");
        let error = download
            .to_file(folder.path().join("copy.twbx"))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted, "{what}: {error}");
        assert!(error.hint().is_some(), "{what}");
        gone(folder.path()).await;
    }
}

/// Waits until the thread that writes has taken its file away.
async fn gone(folder: &Path) {
    let wait = async {
        while !names(folder).is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), wait).await.unwrap();
}

#[tokio::test]
async fn a_rendering_is_of_its_kind_or_an_error() {
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n...";
    const PDF: &[u8] = b"%PDF-1.7 ... %%EOF\n";
    for (content, call, expected) in [
        (PNG, "image", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image", None),
        (b"", "image", Some(ErrorKind::Foreign)),
        (b"a,b\n1,2", "image", Some(ErrorKind::Foreign)),
        (PDF, "pdf", None),
        (b"", "pdf", Some(ErrorKind::Foreign)),
        (&PDF[..12], "pdf", Some(ErrorKind::Interrupted)),
        (b"a,b\n1,2", "excel", Some(ErrorKind::Foreign)),
        (b"", "data", None),
        (b"<a,b\n1,2", "data", None),
    ] {
        let server = giving(content.to_vec(), None, End::Whole);
        let (site, folder) = (server.site().await, TempDir::new().unwrap());
        let (views, path) = (site.views(), folder.path().join("x"));
        let saved = match call {
            "image" => views.image("v").to_file(path).await,
            "pdf" => views.pdf("v").to_file(path).await,
            "excel" => views.excel("v").to_file(path).await,
            _ => views.data("v").to_file(path).await,
        };
        let name = format!("views.{call}");
        let mut entries = endpoints();
        let untyped = Untyped {
            entry: *entries.find(|entry| entry.operation.full_name() == name).unwrap(),
            arguments: Arguments {
                path: vec!["v".to_owned()],
                ..Arguments::default()
            },
            body: Incoming::default(),
            file: Bytes::new(),
        };
        let operation = untyped.entry.operation;
        let in_memory = site.download_untyped(untyped).await.unwrap();
        let in_memory = Site::<Async>::check_file(&operation, &in_memory);
        assert_eq!(
            saved.err().map(|error| error.kind()),
            expected,
            "{call} {content:?}"
        );
        assert_eq!(
            in_memory.err().map(|error| error.kind()),
            expected,
            "{call} {content:?}"
        );
    }
}

#[tokio::test]
async fn a_page_instead_of_the_file_is_no_file() {
    for (media_type, content) in [
        ("text/html; charset=utf-8", "PK\x03\x04 whatever"),
        (
            "application/octet-stream",
            "\n<!DOCTYPE html><html>Sign in</html>",
        ),
        ("application/octet-stream", ""),
        ("application/octet-stream", "{\"error\":\"gateway\"}"),
    ] {
        let server = FileServer::new(move |_| {
            let mut page = file(&[content.as_bytes()], None, End::Whole);
            page.headers_mut()
                .insert("content-type", media_type.parse().unwrap());
            Ok(page)
        });
        let folder = TempDir::new().unwrap();
        let download = server.site().await.workbooks().download("w");
        let refused = download.to_file(folder.path().join("x.twb")).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Foreign, "{content:?}: {refused}");
        gone(folder.path()).await;
        assert_eq!(server.received("GET", "/content").len(), 1, "{content:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_download_that_breaks_is_begun_again() -> Result<(), Error> {
    let content = package(350_000);
    let (length, whole) = (content.len(), content.clone());
    let broken = Mutex::new(2);
    let server = FileServer::new(move |_| {
        let mut broken = broken.lock().unwrap();
        if *broken == 0 {
            return Ok(file(&[&whole], Some(length), End::Whole));
        }
        *broken -= 1;
        Ok(file(&[&whole[..length / 2]], Some(length), End::Broken))
    });
    let folder = TempDir::new().unwrap();
    let download = server.site().await.workbooks().download("w");
    let saved = download.to_file(folder.path().join("copy.twbx")).await?;
    assert!(fs::read(saved.path).unwrap() == content);
    assert_eq!(server.received("GET", "/content").len(), 3);
    Ok(())
}

#[tokio::test]
async fn a_cancelled_download_leaves_nothing_behind() {
    let server = giving(package(350_000), None, End::Silent);
    let folder = TempDir::new().unwrap();
    let cancel = Cancel::new();
    let download = server.site().await.workbooks().download("w").cancel_by(&cancel);
    let mut saving = download.to_file(folder.path().join("copy.twbx"));
    let begun = async {
        while names(folder.path()).is_empty() {
            assert!((&mut saving).now_or_never().is_none());
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), begun)
        .await
        .unwrap();
    cancel.cancel();
    assert_eq!(saving.await.unwrap_err().kind(), ErrorKind::Cancelled);
    gone(folder.path()).await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_vanishes_is_an_error() {
    let folder = TempDir::new().unwrap();
    let place = folder.path().join("gone");
    fs::create_dir(&place).unwrap();
    let (content, removed) = (package(350_000), place.clone());
    let server = FileServer::new(move |_| Ok(file(&[&content], None, End::Whole)));
    let download = server.site().await.workbooks().download("w");
    let seen = removed.clone();
    let download = download.on_progress(move |_| _ = fs::remove_dir_all(&seen));
    let failed = download.to_file(removed.join("copy.twbx")).await.unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::File, "{failed}");
    assert!(!place.exists());
}

#[cfg(unix)]
#[tokio::test]
async fn a_device_is_not_replaced() {
    let server = giving(package(10), None, End::Whole);
    let download = server.site().await.workbooks().download("w").overwrite();
    let refused = download.to_file("/dev/full").await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Input);
    assert!(refused.message().contains("/dev/full is no file"), "{refused}");
}

#[tokio::test]
async fn a_download_that_is_dropped_leaves_nothing_behind() {
    let server = giving(package(350_000), None, End::Silent);
    let folder = TempDir::new().unwrap();
    let download = server.site().await.workbooks().download("w");
    let mut saving = download.to_file(folder.path().join("copy.twbx"));
    let begun = async {
        while names(folder.path()).is_empty() {
            assert!((&mut saving).now_or_never().is_none());
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), begun)
        .await
        .unwrap();
    drop(saving);
    gone(folder.path()).await;
}

#[tokio::test]
async fn nothing_is_overwritten_unless_asked() -> Result<(), Error> {
    let content = package(10);
    let server = giving(content.clone(), None, End::Whole);
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("Sales.twbx");
    fs::write(&path, "mine").unwrap();
    let workbooks = server.site().await.workbooks();

    let refused = workbooks.download("w").to_file(&path).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Input);
    assert!(
        refused.message().contains("Sales.twbx exists already"),
        "{refused}"
    );
    assert!(
        server.received("GET", "/content").is_empty(),
        "it was not asked for"
    );
    // The name is known only when the content is.
    let refused = workbooks
        .download("w")
        .to_folder(folder.path(), "Sales")
        .await
        .unwrap_err();
    assert!(refused.message().contains("exists already"), "{refused}");
    assert_eq!(fs::read(&path).unwrap(), b"mine");

    let broken = giving(content.clone(), Some(5000), End::Whole);
    let download = broken.site().await.workbooks().download("w").overwrite();
    assert!(download.to_file(&path).await.is_err());
    assert_eq!(fs::read(&path).unwrap(), b"mine");

    workbooks.download("w").overwrite().to_file(&path).await?;
    assert_eq!(fs::read(&path).unwrap(), content);
    gone_but(folder.path(), "Sales.twbx").await;
    Ok(())
}

async fn gone_but(folder: &Path, name: &str) {
    let wait = async {
        while names(folder) != [name] {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), wait).await.unwrap();
}

#[tokio::test]
async fn a_name_in_a_folder_has_the_extension_of_the_content() -> Result<(), Error> {
    let folder = TempDir::new().unwrap();
    for (content, name, saved_as) in [
        (package(10), "Q1/Q2", "Q1_Q2.twbx"),
        (b"<?xml version='1.0'?><workbook/>\n".to_vec(), "..", "file.twb"),
    ] {
        let site = giving(content, None, End::Whole).site().await;
        let saved = site
            .workbooks()
            .download("w")
            .to_folder(folder.path(), name)
            .await?;
        assert_eq!(saved.path, folder.path().join(saved_as));
    }
    let nowhere = folder.path().join("missing");
    let site = giving(package(10), None, End::Whole).site().await;
    let refused = site
        .workbooks()
        .download("w")
        .to_folder(&nowhere, "x")
        .await
        .unwrap_err();
    assert!(refused.message().contains("there is no folder"), "{refused}");
    Ok(())
}

#[tokio::test]
async fn a_file_is_a_stream() -> Result<(), Error> {
    let content = package(350_000);
    let server = giving(content.clone(), Some(content.len()), End::Whole);
    let stream = server.site().await.workbooks().download("w").await?;
    assert_eq!(stream.length(), Some(content.len() as u64));
    assert_eq!(stream.file_name(), Some("_.._Super store.twbx"));
    assert_eq!(stream.media_type(), Some("application/octet-stream"));
    let pieces: Vec<_> = stream.try_collect().await?;
    assert!(pieces.concat() == content);

    let short = giving(content[..1000].to_vec(), Some(content.len()), End::Whole);
    let stream = short.site().await.workbooks().download("w").await?;
    let error = stream.try_collect::<Vec<_>>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(error.message().contains("1000 of"), "{error}");
    Ok(())
}

#[test]
fn without_async_a_file_can_be_read() -> Result<(), Error> {
    let content = package(350_000);
    let server = giving(content.clone(), Some(content.len()), End::Whole);
    let workbooks = server.blocking_site().workbooks();
    let mut read = Vec::new();
    workbooks.download("w").send()?.read_to_end(&mut read).unwrap();
    assert!(read == content);
    let pieces: Vec<_> = workbooks.download("w").send()?.collect::<Result<_, _>>()?;
    assert!(pieces.concat() == content);
    let folder = TempDir::new().unwrap();
    let saved = workbooks.download("w").to_file(folder.path().join("copy.twbx"))?;
    assert!(fs::read(saved.path).unwrap() == content);
    Ok(())
}

#[tokio::test]
async fn a_refusal_is_an_error_and_no_file() {
    let server = FileServer::new(|_| Ok(text(403, error("403004"))));
    let folder = TempDir::new().unwrap();
    let download = server.site().await.workbooks().download("w");
    let refused = download
        .to_file(folder.path().join("copy.twbx"))
        .await
        .unwrap_err();
    assert_eq!(
        (refused.kind(), refused.code()),
        (ErrorKind::Forbidden, Some("403004"))
    );
    assert!(names(folder.path()).is_empty());
}

#[tokio::test]
async fn a_dead_session_is_renewed_before_a_download() -> Result<(), Error> {
    let dead = Mutex::new(true);
    let server = FileServer::new(move |_| match std::mem::take(&mut *dead.lock().unwrap()) {
        true => Ok(text(401, error("401002"))),
        false => Ok(file(&[&package(10)], None, End::Whole)),
    });
    let stream = server.site().await.workbooks().download("w").await?;
    assert_eq!(stream.try_collect::<Vec<_>>().await?.concat(), package(10));
    assert_eq!(server.received("POST", "/auth/signin").len(), 2);
    Ok(())
}

/// A server that renders when it is let.
struct Renders {
    server: FileServer,
    turns: Arc<Semaphore>,
}

impl Transport for Renders {
    fn send(&self, request: Request<RequestBody>) -> TransportFuture {
        let (server, turns) = (self.server.clone(), Arc::clone(&self.turns));
        Box::pin(async move {
            if request.uri().path().contains("/views/") {
                turns.acquire().await.unwrap().forget();
            }
            server.send(request).await
        })
    }
}

/// One counts until its answer begins, or until it is dropped, and not while it is read; files and lists count never.
#[tokio::test]
async fn renderings_wait_for_their_turn() {
    for at_once in [0, 1, 2, 20] {
        let turns = Arc::new(Semaphore::new(0));
        let server = giving(b"\x89PNG\r\n\x1a\n and so on".to_vec(), None, End::Whole);
        let mut limits = Limits::default();
        limits.renderings = at_once;
        let renders = Renders {
            server: server.clone(),
            turns: Arc::clone(&turns),
        };
        let client = Client::builder("https://my-server")
            .transport(renders)
            .limits(limits);
        let site = client.build().unwrap().sign_in(token()).await.unwrap();
        let views = site.views();
        let mut begun: Vec<_> = (0..at_once.max(1)).map(|_| views.image("v").send()).collect();
        for rendering in &mut begun {
            assert!(rendering.now_or_never().is_none());
        }
        let (mut next, mut last) = (views.pdf("v").send(), views.data("v").send());
        turns.add_permits(1);
        // The turn is that of the first, and its place that of the next.
        assert!((&mut next).now_or_never().is_none(), "{at_once}");
        assert!(site.workbooks().download("w").send().now_or_never().is_some());
        let first = begun.remove(0).now_or_never().unwrap().unwrap();
        assert!((&mut next).now_or_never().is_none(), "{at_once}");
        assert!((&mut last).now_or_never().is_none(), "{at_once}");
        turns.add_permits(1 + begun.len());
        // None of them was read.
        let others: Vec<_> = begun
            .into_iter()
            .map(|one| one.now_or_never().unwrap().unwrap())
            .collect();
        let next = next.now_or_never().unwrap().unwrap();
        turns.add_permits(1);
        let last = last.now_or_never().unwrap().unwrap();
        drop((first, others, next, last));
    }
}

/// Any number can be begun before the first is read.
#[tokio::test]
async fn streams_that_nobody_reads_yet_keep_no_rendering_waiting() {
    let server = giving(b"\x89PNG\r\n\x1a\n and so on".to_vec(), None, End::Whole);
    let views = server.site_with_renderings(2).await.views();
    let all = (0..25).map(|_| views.image("v").send());
    let all = futures_util::future::try_join_all(all).await.unwrap();
    assert_eq!(all.len(), 25);
}

#[tokio::test]
async fn a_stream_ends_when_it_is_cancelled() {
    let server = giving(b"\x89PNG\r\n\x1a\n and so on".to_vec(), None, End::Whole);
    let site = server.site().await;
    let cancel = Cancel::new();
    let mut stream = site.views().image("v").cancel_by(&cancel).await.unwrap();
    cancel.cancel();
    let error = stream.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert!(stream.try_next().await.unwrap().is_none());
    let error = site.views().image("v").cancel_by(&cancel).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
}

/// Tableau Cloud bounds the renderings of each site.
#[tokio::test]
async fn many_renderings_are_all_done() {
    let server = giving(b"\x89PNG\r\n\x1a\n and so on".to_vec(), None, End::Whole);
    let views = server.site_with_renderings(3).await.views();
    let folder = TempDir::new().unwrap();
    let saved = (0..50).map(|number| {
        views
            .image("v")
            .to_file(folder.path().join(format!("{number}.png")))
    });
    for saved in futures_util::future::join_all(saved).await {
        saved.unwrap();
    }
    assert_eq!(names(folder.path()).len(), 50);
}

#[tokio::test]
async fn a_custom_view_has_to_be_json() {
    let folder = TempDir::new().unwrap();
    for (content, is_saved) in [
        (&b"[{\"isSourceView\": true}]"[..], true),
        (b"<workbook/>", false),
        (b"[1, 2", false),
    ] {
        let server = giving(content.to_vec(), None, End::Whole);
        let client = server.builder().api_version(Version::NEWEST).build().unwrap();
        let views = client.sign_in(token()).await.unwrap().custom_views();
        let saved = views
            .download_file("c")
            .overwrite()
            .to_file(folder.path().join("c.json"))
            .await;
        assert_eq!(saved.is_ok(), is_saved, "{saved:?}");
    }
}
