//! Requests to the sandbox: any method, path, headers and body. It never fails by itself (500), and a session is needed for what needs one.

#![no_main]

use std::sync::OnceLock;

use bytes::Bytes;
use http::{Method, Request};
use libfuzzer_sys::fuzz_target;
use tableau_sandbox::{Sandbox, Service, well_known};

struct Scene {
    service: Service,
    token: String,
    site: String,
}

fn scene() -> &'static Scene {
    static SCENE: OnceLock<Scene> = OnceLock::new();
    SCENE.get_or_init(|| {
        let service = Sandbox::builder().workbooks(5).build().expect("a sandbox");
        let credentials = serde_json::json!({"credentials": {
            "name": well_known::ADMIN, "password": well_known::PASSWORD, "site": {"contentUrl": ""},
        }});
        let request = Request::post("/api/3.29/auth/signin").header("accept", "application/json");
        let request = request
            .body(Bytes::from(credentials.to_string()))
            .expect("a request");
        let answer = fuzz::run(service.handle(request)).into_body();
        let answer: serde_json::Value = serde_json::from_slice(&answer).expect("a session");
        let part = |name: &str| {
            answer
                .pointer(name)
                .and_then(|part| part.as_str())
                .expect("a part")
                .to_owned()
        };
        Scene {
            token: part("/credentials/token"),
            site: part("/credentials/site/id"),
            service,
        }
    })
}

fuzz_target!(|data: &[u8]| {
    let scene = scene();
    // A line with method, path and content type, then the body; SITE stands for the site.
    let (line, body) = fuzz::line(data);
    let line = String::from_utf8_lossy(line);
    let mut words = line.splitn(3, ' ');
    let method = words
        .next()
        .and_then(|word| word.parse::<Method>().ok())
        .unwrap_or(Method::GET);
    let path = words.next().unwrap_or_default().replace("SITE", &scene.site);
    let request = Request::builder().method(method).uri(format!("/api/3.29/{path}"));
    let request = request
        .header("x-tableau-auth", &scene.token)
        .header("content-type", words.next().unwrap_or("application/xml"))
        .header(
            "accept",
            if body.len() % 2 == 0 {
                "application/json"
            } else {
                "*/*"
            },
        );
    let Ok(request) = request.body(Bytes::copy_from_slice(body)) else {
        return;
    };
    // Signing out would end the one session.
    if path.contains("signout")
        || path.contains("ession")
        || path.contains("switchSite")
        || path.contains("evoke")
    {
        return;
    }
    let answer = fuzz::run(scene.service.handle(request));
    assert!(
        answer.status().as_u16() != 500,
        "{}",
        String::from_utf8_lossy(answer.body())
    );
    scene.service.log().clear();
});
