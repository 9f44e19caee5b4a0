//! Nothing is waited for without end, and nothing that moves is cut.

use std::time::Duration;

use support::scripted::{Act, Scripted, answer, page};
use tableau_client::wire::rest::workbooks;
use tableau_client::{Bound, Client, Error, ErrorKind, Source, Timeouts};

use super::{builder, hasty_site, server, token};

const MOMENT: Duration = Duration::from_millis(10);
const LIMIT: Duration = Duration::from_millis(600);

/// How a list fails whose answer is this.
async fn list_fails(acts: Vec<Act>, timeouts: impl FnOnce(&mut Timeouts)) -> Error {
    let server = server(move |_| acts.clone());
    let mut all = Timeouts::all(Duration::from_secs(60));
    timeouts(&mut all);
    let client = builder(&server).timeouts(all).build().unwrap();
    let site = client.sign_in(token()).await.unwrap();
    site.workbooks().list().await.unwrap_err()
}

fn is(error: &Error, bound: Bound, limit: Duration) {
    let timeout = error.timeout().unwrap_or_else(|| panic!("{error:?}"));
    assert_eq!(
        (timeout.bound, error.kind()),
        (bound, ErrorKind::TimedOut),
        "{error:?}"
    );
    assert!(timeout.waited >= limit, "{error:?}");
    let text = error.to_string();
    assert!(
        text.contains(&timeout.to_string()) && text.contains("ms"),
        "{text}"
    );
}

#[tokio::test]
async fn an_answer_that_never_begins() {
    let head = |timeouts: &mut Timeouts| timeouts.head = LIMIT / 3;
    is(&list_fails(vec![Act::Hang], head).await, Bound::Head, LIMIT / 3);
}

#[tokio::test]
async fn endless_100_continue() {
    let more = Act::Repeat(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec(), MOMENT);
    let head = |timeouts: &mut Timeouts| timeouts.head = LIMIT / 3;
    is(&list_fails(vec![more], head).await, Bound::Head, LIMIT / 3);
}

#[tokio::test]
async fn a_head_that_drips() {
    let begin = Act::Send(b"HTTP/1.1 200 OK\r\nX-Long: ".to_vec());
    let drip = Act::Repeat(b"x".to_vec(), MOMENT);
    let head = |timeouts: &mut Timeouts| timeouts.head = LIMIT / 3;
    is(&list_fails(vec![begin, drip], head).await, Bound::Head, LIMIT / 3);
}

fn endless(piece: usize) -> Vec<Act> {
    let begin = Act::Send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec());
    let chunk = format!("{piece:x}\r\n{}\r\n", " ".repeat(piece));
    vec![begin, Act::Repeat(chunk.into_bytes(), MOMENT)]
}

#[tokio::test]
async fn a_document_that_drips() {
    let stall = |timeouts: &mut Timeouts| timeouts.stall = LIMIT / 3;
    is(&list_fails(endless(1), stall).await, Bound::Stall, LIMIT / 3);
}

#[tokio::test]
async fn a_document_that_never_ends() {
    let total = |timeouts: &mut Timeouts| timeouts.total = LIMIT;
    is(&list_fails(endless(100), total).await, Bound::Total, LIMIT);
}

#[tokio::test]
async fn a_download_that_stalls_or_never_begins() {
    for (acts, bound) in [(endless(1), Bound::Stall), (vec![Act::Hang], Bound::Head)] {
        let server = server(move |_| acts.clone());
        let site = hasty_site(&server, LIMIT / 2).await;
        let folder = tempfile::tempdir().unwrap();
        let download = site.download(workbooks::Download::new("w"));
        let error = download.to_file(folder.path().join("w.twbx")).await.unwrap_err();
        let timeout = error.timeout().unwrap_or_else(|| panic!("{error:?}"));
        assert_eq!((timeout.bound, error.kind()), (bound, ErrorKind::TimedOut));
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }
}

#[tokio::test]
async fn a_download_that_moves_takes_any_time() {
    const LENGTH: usize = 300 * 1024;
    let server = server(|_| {
        let mut file = b"PK\x05\x06".to_vec();
        file.resize(22, 0);
        let mut acts = vec![Act::Send(
            format!("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {LENGTH}\r\n\r\n").into_bytes(),
        )];
        let mut left = LENGTH;
        while left > 22 {
            let piece = (left - 22).min(4096);
            acts.push(Act::Send(vec![b'x'; piece - 1]));
            acts.push(Act::Drip(vec![b'x'], 4 * MOMENT));
            left -= piece;
        }
        acts.push(Act::Send(file));
        acts
    });
    // It takes several times as long as any bound.
    let site = hasty_site(&server, LIMIT).await;
    let mut stream = site.download(workbooks::Download::new("w")).await.unwrap();
    let mut length = 0;
    while let Some(piece) = futures_util::StreamExt::next(&mut stream).await {
        length += piece.unwrap().len();
    }
    assert_eq!(length, LENGTH);
}

#[tokio::test]
async fn an_upload_that_is_not_read() {
    let server = server(|seen| match seen.method.as_str() {
        "POST" => vec![answer(
            "201 Created",
            "",
            &support::scripted::document("<fileUpload uploadSessionId='7:a'/>"),
        )],
        _ => vec![Act::Hang],
    });
    let site = hasty_site(&server, LIMIT / 3).await;
    let upload = site.upload(Source::reader(std::io::Cursor::new(vec![7; 40 << 20])));
    let error = upload.chunk_megabytes(40).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut, "{error:?}");
    assert_eq!(error.timeout().unwrap().bound, Bound::Stall, "{error:?}");
}

#[tokio::test]
async fn a_server_that_takes_no_connection() {
    // A listener whose queue is full answers no further SYN; the queue of this one has room for one.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(support::ANY_PORT).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(Ok(stream)) = tokio::time::timeout(LIMIT / 3, tokio::net::TcpStream::connect(address)).await
    {
        waiting.push(stream);
    }
    let mut timeouts = Timeouts::all(Duration::from_secs(60));
    timeouts.connect = LIMIT / 3;
    let client = Client::builder(format!("http://{address}").as_str())
        .no_proxy()
        .timeouts(timeouts)
        .build()
        .unwrap();
    let error = client.server_info().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    assert_eq!(error.timeout().unwrap().bound, Bound::Connect, "{error:?}");
}

#[tokio::test]
async fn a_list_that_is_slow_but_moves() {
    let server = server(|_| {
        let document = page(1, 1000, 40);
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", document.len());
        vec![
            Act::Send(head.into_bytes()),
            Act::Drip(document.into_bytes(), Duration::from_millis(1)),
        ]
    });
    let mut timeouts = Timeouts::all(LIMIT);
    timeouts.total = Duration::from_secs(90);
    timeouts.floor = 50;
    let client = builder(&server).timeouts(timeouts).build().unwrap();
    let site = client.sign_in(token()).await.unwrap();
    assert_eq!(site.workbooks().list().await.unwrap().items.len(), 40);
}

#[tokio::test]
async fn a_sign_out_is_not_waited_for_for_long() {
    let server = Scripted::start(|seen| match seen.target.ends_with("signout") {
        true => vec![Act::Hang],
        false => support::scripted::usual(seen).unwrap(),
    });
    let site = super::site(&server).await;
    let error = site.sign_out().await.unwrap_err();
    let timeout = error.timeout().unwrap();
    assert_eq!(timeout.bound, Bound::Total);
    assert!(timeout.waited < Timeouts::default().head, "{error:?}");
}
