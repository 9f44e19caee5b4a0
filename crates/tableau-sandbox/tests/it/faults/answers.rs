//! Other answers than the right one.

use std::time::Duration;

use tableau_sandbox::{Effect, Fault, StatusBody};

use super::Scene;

#[test]
fn status_with_and_without_retry_after() {
    let scene = Scene::new();
    let controls = scene.sandbox.service().controls().clone();
    controls.inject(
        Fault::new(429, "429000")
            .on("workbooks.list")
            .retry_after(Duration::from_secs(3)),
    );
    controls.inject(Fault::new(503, "503000").on("workbooks.list"));
    let answer = scene.list("").unwrap();
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("3")));
    assert_eq!(answer.json()["error"]["code"], "429000");
    assert!(answer.header("date").is_some());
    let answer = scene.list("").unwrap();
    assert_eq!((answer.status, answer.header("retry-after")), (503, None));
    assert_eq!(scene.list("").unwrap().status, 200);
    assert_eq!(
        scene.logged(),
        [("f1".into(), "status", 429), ("f2".into(), "status", 503)]
    );
    let log = scene.sandbox.service().log().entries();
    assert!(
        log[1..]
            .iter()
            .all(|entry| entry.operation.as_deref() == Some("workbooks.list"))
    );
}

#[test]
fn status_without_a_document_or_with_that_of_a_gateway() {
    let scene = Scene::new();
    let controls = scene.sandbox.service().controls().clone();
    controls.inject(Fault::new(408, "408000").body(StatusBody::Empty));
    controls.inject(Fault::gateway(502));
    let text = StatusBody::Text {
        content_type: "application/json".into(),
        text: "{\"message\":\"no\"}".into(),
    };
    controls.inject(Fault::new(400, "400000").body(text));
    let answer = scene.list("").unwrap();
    assert_eq!(
        (answer.status, answer.body.len(), answer.header("content-type")),
        (408, 0, None)
    );
    let answer = scene.list("").unwrap();
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (502, Some("text/html"))
    );
    assert!(
        answer.text().contains("<title>502 Bad Gateway</title>"),
        "{}",
        answer.text()
    );
    let answer = scene.list("").unwrap();
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (400, "{\"message\":\"no\"}")
    );
}

#[test]
fn redirect_elsewhere() {
    let scene = Scene::new();
    let controls = scene.sandbox.service().controls().clone();
    let redirect = |to: &str| Effect::Redirect {
        code: 307,
        to: to.into(),
    };
    controls.inject(Fault::of(redirect("https://other.example.com")));
    controls.inject(Fault::of(redirect("https://other.example.com/login")));
    let answer = scene.list("?pageSize=1").unwrap();
    let there = format!(
        "https://other.example.com/api/3.29/sites/{}/workbooks?pageSize=1",
        scene.site
    );
    assert_eq!(
        (answer.status, answer.header("location")),
        (307, Some(there.as_str()))
    );
    let answer = scene.list("").unwrap();
    assert_eq!(answer.header("location"), Some("https://other.example.com/login"));
}

#[test]
fn session_that_dies_at_the_third_call() {
    let scene = Scene::new();
    scene
        .sandbox
        .service()
        .controls()
        .inject(Fault::of(Effect::EndSession).on("workbooks.list").nth(3));
    for status in [200, 200, 401, 401] {
        let answer = scene.list("").unwrap();
        assert_eq!(answer.status, status);
        if status == 401 {
            assert_eq!(answer.json()["error"]["code"], "401002");
        }
    }
    assert_eq!(scene.logged(), [("f1".into(), "end_session", 401)]);
}

#[test]
fn upload_that_vanishes() {
    let scene = Scene::new();
    let answer = scene
        .peer()
        .ask(&scene.line("POST", "fileUploads"), &scene.token, "")
        .unwrap();
    let upload = answer.json()["fileUpload"]["uploadSessionId"]
        .as_str()
        .unwrap()
        .to_owned();
    let controls = scene.sandbox.service().controls().clone();
    assert!(controls.uploaded(&upload).is_some());
    controls.inject(Fault::of(Effect::LoseUpload).on("file_uploads.appendToFileUpload"));
    let chunk = "--b\r\nContent-Disposition: name=\"request_payload\"\r\nContent-Type: text/xml\r\n\r\n\r\n\
                 --b\r\nContent-Disposition: name=\"tableau_file\"; filename=\"file\"\r\n\r\nabc\r\n--b--\r\n";
    let line = scene.line("PUT", &format!("fileUploads/{upload}"));
    let length = chunk.len();
    let request = format!(
        "{line} HTTP/1.1\r\nHost: x\r\nX-Tableau-Auth: {}\r\nAccept: application/json\r\nContent-Type: multipart/mixed; boundary=b\r\nContent-Length: {length}\r\n\r\n{chunk}",
        scene.token
    );
    let mut peer = scene.peer();
    std::io::Write::write_all(peer.0.get_mut(), request.as_bytes()).unwrap();
    let (answer, _) = peer.receive().unwrap();
    assert_eq!(
        (answer.status, answer.json()["error"]["code"].as_str()),
        (404, Some("404015"))
    );
    assert_eq!(controls.uploaded(&upload), None);
}

#[test]
fn answer_that_is_cut_or_is_not_what_it_says() {
    let scene = Scene::new();
    let right = scene.list("").unwrap();
    let controls = scene.sandbox.service().controls().clone();
    controls.inject(Fault::of(Effect::Truncate { bytes: 40 }));
    controls.inject(Fault::of(Effect::InvalidUtf8));
    controls.inject(Fault::of(Effect::ContentType("text/html".into())));
    controls.inject(Fault::of(Effect::DateOffBySeconds(86_400)));
    let cut = scene.list("").unwrap();
    assert_eq!((cut.status, cut.length()), (200, 40));
    assert_eq!(cut.body, right.body[..40]);
    let answer = scene.list("").unwrap();
    assert_eq!(answer.body.len(), right.body.len());
    assert!(String::from_utf8(answer.body).is_err());
    let html = scene.list("").unwrap();
    assert_eq!(
        (html.header("content-type"), &html.body),
        (Some("text/html"), &right.body)
    );
    let day = |answer: &super::Whole| answer.header("date").unwrap()[5..16].to_owned();
    let tomorrow = scene.list("").unwrap();
    let now = scene.sandbox.service().clock().now() + jiff::SignedDuration::from_hours(24);
    assert_eq!(day(&tomorrow), now.strftime("%d %b %Y").to_string());
    assert_ne!(day(&tomorrow), day(&scene.list("").unwrap()));
}
