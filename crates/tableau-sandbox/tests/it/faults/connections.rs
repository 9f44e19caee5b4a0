//! Connections that break.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde_json::json;
use tableau_sandbox::{Effect, Fault, Sandbox};

use super::{Scene, is_reset};
use crate::control::tls;

/// Creates a webhook; gives the status of the answer.
fn create(scene: &Scene, name: &str) -> io::Result<u16> {
    let document = json!({ "webhook": {
        "name": name,
        "webhook-source": { "webhook-source-event-workbook-refresh-failed": {} },
        "webhook-destination": { "webhook-destination-http": { "method": "POST", "url": "https://example.com" } },
    }});
    let line = scene.line("POST", "webhooks");
    let answer = scene.peer().ask(&line, &scene.token, &document.to_string())?;
    Ok(answer.status)
}

/// The names of the webhooks.
fn names(scene: &Scene) -> String {
    let answer = scene
        .peer()
        .ask(&scene.line("GET", "webhooks"), &scene.token, "")
        .unwrap();
    answer.text()
}

#[test]
fn reset_before_the_request_is_done() {
    let scene = Scene::new();
    let fault = Fault::of(Effect::ResetBefore { bytes: 0 })
        .on_method("post")
        .named("before");
    scene.sandbox.service().controls().inject(fault);
    is_reset(create(&scene, "first"));
    assert!(!names(&scene).contains("first"));
    assert_eq!(scene.logged(), [("before".into(), "reset_before", 0)]);
}

#[test]
fn reset_in_the_midst_of_the_request() {
    let scene = Scene::new();
    scene
        .sandbox
        .service()
        .controls()
        .inject(Fault::of(Effect::ResetBefore { bytes: 100_000 }));
    let mut peer = scene.peer();
    let body = vec![b'x'; 8_000_000];
    let sent = peer.send("POST /api/3.29/auth/signin", "", "*/*", &body);
    is_reset(sent.and_then(|()| peer.receive()));
    assert_eq!(scene.logged(), [("f1".into(), "reset_before", 0)]);
}

#[test]
fn reset_after_the_request_was_done() {
    let scene = Scene::new();
    scene
        .sandbox
        .service()
        .controls()
        .inject(Fault::of(Effect::CommitThenReset).on("webhooks.create"));
    is_reset(create(&scene, "first"));
    assert!(names(&scene).contains("first"));
    assert_eq!(scene.logged(), [("f1".into(), "commit_then_reset", 201)]);
}

#[test]
fn answer_that_breaks_off() {
    let scene = Scene::new();
    let right = scene.list("").unwrap();
    let controls = scene.sandbox.service().controls().clone();
    for (effect, kind) in [
        (Effect::ResetAfter { bytes: 50 }, ErrorKind::ConnectionReset),
        (Effect::CloseAfter { bytes: 50 }, ErrorKind::UnexpectedEof),
        (Effect::ResetAfter { bytes: 0 }, ErrorKind::ConnectionReset),
    ] {
        let bytes = match effect {
            Effect::ResetAfter { bytes } | Effect::CloseAfter { bytes } => usize::try_from(bytes).unwrap(),
            _ => unreachable!(),
        };
        controls.inject(Fault::of(effect));
        let mut peer = scene.peer();
        peer.send(
            &scene.line("GET", "workbooks"),
            &scene.token,
            "application/json",
            b"",
        )
        .unwrap();
        let (answer, error) = peer.receive().unwrap();
        assert_eq!((answer.status, answer.length()), (200, right.body.len()));
        assert_eq!(answer.body, right.body[..bytes]);
        assert_eq!(error.unwrap().kind(), kind);
    }
}

#[test]
fn answer_that_stalls() {
    let scene = Scene::new();
    let right = scene.list("").unwrap();
    scene
        .sandbox
        .service()
        .controls()
        .inject(Fault::of(Effect::StallAfter { bytes: 70 }));
    let mut peer = scene.peer();
    peer.0
        .get_mut()
        .set_read_timeout(Some(Duration::from_millis(300)))
        .unwrap();
    peer.send(
        &scene.line("GET", "workbooks"),
        &scene.token,
        "application/json",
        b"",
    )
    .unwrap();
    let (answer, error) = peer.receive().unwrap();
    assert_eq!(answer.length(), right.body.len());
    assert_eq!(answer.body, right.body[..70]);
    assert!(matches!(
        error.unwrap().kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut
    ));
}

#[test]
fn request_that_stalls() {
    let scene = Scene::new();
    scene
        .sandbox
        .service()
        .controls()
        .inject(Fault::of(Effect::StallRequest { bytes: 0 }));
    let mut peer = scene.peer();
    peer.0
        .get_mut()
        .set_write_timeout(Some(Duration::from_millis(300)))
        .unwrap();
    let body = vec![b'x'; 60_000_000];
    let sent = peer.send("POST /api/3.29/auth/signin", "", "*/*", &body);
    let error = sent.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        "{error:?}"
    );
    assert_eq!(scene.logged(), [("f1".into(), "stall_request", 0)]);
}

#[test]
fn connection_that_is_closed_after_an_answer() {
    let scene = Scene::new();
    scene
        .sandbox
        .service()
        .controls()
        .inject(Fault::of(Effect::CloseAfterAnswer));
    let mut peer = scene.peer();
    let line = scene.line("GET", "workbooks");
    let answer = peer.ask(&line, &scene.token, "").unwrap();
    assert_eq!((answer.status, answer.header("connection")), (200, None));
    let error = peer.receive().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    // Without a fault it is kept.
    let mut peer = scene.peer();
    for _ in 0..3 {
        assert_eq!(peer.ask(&line, &scene.token, "").unwrap().status, 200);
    }
}

#[test]
fn connection_that_is_reset_when_it_is_reused() {
    let scene = Scene::new();
    scene
        .sandbox
        .service()
        .controls()
        .inject(Fault::of(Effect::ResetOnReuse));
    let mut peer = scene.peer();
    let line = scene.line("GET", "workbooks");
    let answer = peer.ask(&line, &scene.token, "").unwrap();
    assert_eq!((answer.status, answer.header("connection")), (200, None));
    let before = scene.sandbox.service().log().entries().len();
    is_reset(peer.ask(&line, &scene.token, ""));
    // The second request never arrived.
    assert_eq!(scene.sandbox.service().log().entries().len(), before);
}

#[test]
fn connections_over_tls_break_too() {
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let sandbox = Sandbox::builder().listen_tls(any_port).start().unwrap();
    let controls = sandbox.service().controls().clone();
    let ask = |effect: Option<Effect>| {
        if let Some(effect) = effect {
            controls.inject(Fault::of(effect));
        }
        let mut stream = tls(&sandbox);
        let request = b"GET /api/3.29/serverinfo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        stream.write_all(request).unwrap();
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer);
        (answer.len(), read.map_err(|error| error.kind()))
    };
    let (whole, read) = ask(None);
    assert!(whole > 200 && read.is_ok(), "{read:?}");
    assert_eq!(
        ask(Some(Effect::ResetBefore { bytes: 0 })),
        (0, Err(ErrorKind::ConnectionReset))
    );
    assert_eq!(
        ask(Some(Effect::CommitThenReset)),
        (0, Err(ErrorKind::ConnectionReset))
    );
    for (effect, kind) in [
        (Effect::ResetAfter { bytes: 9 }, ErrorKind::ConnectionReset),
        // Without the end that TLS has of its own.
        (Effect::CloseAfter { bytes: 9 }, ErrorKind::UnexpectedEof),
    ] {
        let (length, read) = ask(Some(effect));
        assert!(0 < length && length < whole, "{length}");
        assert_eq!(read.unwrap_err(), kind);
    }
}
