//! Raw requests to TSM, written without the wire crate so that its mistakes show.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request};
use serde_json::{Value, json};
use tableau_sandbox::{Clock, tsm, well_known};

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.headers["content-type"], "application/json;charset=UTF-8");
        serde_json::from_slice(&self.body).unwrap()
    }

    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{:?}", self.body);
        self.json()
    }

    /// Asserts that this is the refusal of requests without a valid cookie.
    #[track_caller]
    pub(crate) fn wants_login(&self, path: &str) {
        assert_eq!(self.status, 401, "{path}");
        let mut json = self.json();
        let timestamp = json.as_object_mut().unwrap().remove("timestamp").unwrap();
        assert!(timestamp.is_u64(), "{timestamp}");
        let message = "Please log in at /login in order to proceed.";
        let expected = json!({"status": 401, "error": "Unauthorized", "message": message, "path": path});
        assert_eq!(json, expected);
    }
}

pub(crate) async fn send(
    service: &tsm::Service,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = service.handle(request.body(body.into()).unwrap()).await;
    let (head, body) = response.into_parts();
    Answer {
        status: head.status.as_u16(),
        headers: head.headers,
        body,
    }
}

pub(crate) async fn try_login(service: &tsm::Service, name: &str, password: &str) -> Answer {
    let body = json!({"authentication": {"name": name, "password": password}}).to_string();
    let headers = [("Content-Type", "application/json")];
    send(service, "POST", "/api/0.5/login", &headers, body).await
}

/// A session with the controller.
pub(crate) struct Fixture {
    pub(crate) service: tsm::Service,
    pub(crate) cookie: String,
}

impl Fixture {
    pub(crate) async fn new() -> Self {
        Self::at(&tsm::Service::new(Clock::default())).await
    }

    pub(crate) async fn at(service: &tsm::Service) -> Self {
        let answer = try_login(service, well_known::TSM_ACCOUNT, well_known::PASSWORD).await;
        assert_eq!((answer.status, &answer.body[..]), (204, &b""[..]));
        let cookie = answer.headers["set-cookie"].to_str().unwrap();
        Self {
            service: service.clone(),
            cookie: cookie.split(';').next().unwrap().to_owned(),
        }
    }

    /// Calls with the cookie; the path is below the version.
    pub(crate) async fn call(&self, method: &str, path: &str, body: &str) -> Answer {
        let path = format!("/api/0.5/{path}");
        let headers = [("Cookie", self.cookie.as_str())];
        send(&self.service, method, &path, &headers, body.to_owned()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, "").await
    }

    /// Starts a job.
    pub(crate) async fn start(&self, path: &str) -> Value {
        self.call("POST", path, "").await.ok()["asyncJob"].take()
    }

    pub(crate) async fn job(&self, id: u64) -> Value {
        self.get(&format!("asyncJobs/{id}")).await.ok()["asyncJob"].take()
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.service.clock().advance(Duration::from_secs(seconds));
    }
}
