//! A transport that answers from a function, and remembers what it was asked.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use tableau_client::{
    Client, PersonalAccessToken, RequestBody, ResponseBody, Site, Transport, TransportError, TransportFuture,
};

pub(crate) const TOKEN_SECRET: &str = "c2VjcmV0LXNlY3JldC1zZQ==:Sesame0penSesame0penSesame0pen12";
pub(crate) const SESSION_TOKEN: &str =
    "pi9TCS-4Ti-_xD0dN-H8ww|4qnj3Hwbp4qnj3Hwbp4qnj3Hwbp4qnj3|11111111-2222-4333-8444-555555555555";

/// What a request looked like: method, path with query, token, body.
pub(crate) type Seen = (String, String, Option<String>, String);
type Answer = Result<(u16, String), TransportError>;

#[derive(Clone)]
pub(crate) struct Fake {
    answer: Arc<dyn Fn(&Seen) -> Answer + Send + Sync>,
    pub(crate) seen: Arc<Mutex<Vec<Seen>>>,
}

impl Fake {
    pub(crate) fn new(answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self {
            answer: Arc::new(answer),
            seen: Arc::default(),
        }
    }

    /// A server of version 3.20 on which sign-in and sign-out work; everything else comes from `answer`.
    pub(crate) fn signed_in(answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self::new(move |seen| match usual(seen) {
            Some(usual) => Ok(usual),
            None => answer(seen),
        })
    }

    pub(crate) fn client(&self) -> Client {
        Client::builder("https://my-server")
            .transport(self.clone())
            .build()
            .unwrap()
    }

    pub(crate) async fn site(&self) -> Site {
        self.client().sign_in(token()).await.unwrap()
    }

    pub(crate) fn paths(&self) -> Vec<String> {
        self.seen
            .lock()
            .unwrap()
            .iter()
            .map(|seen| seen.1.clone())
            .collect()
    }
}

pub(crate) fn token() -> PersonalAccessToken {
    PersonalAccessToken::new("ci", TOKEN_SECRET)
}

pub(crate) fn usual((_, path, _, _): &Seen) -> Option<(u16, String)> {
    if path.ends_with("/serverinfo") {
        Some((200, server_info("3.20")))
    } else if path.ends_with("/auth/signin") {
        let credentials = format!(
            r#"<credentials token="{SESSION_TOKEN}"><site id="11111111-2222-4333-8444-555555555555" contentUrl=""/><user id="u"/></credentials>"#
        );
        Some((200, document(&credentials)))
    } else if path.ends_with("/auth/signout") {
        Some((204, String::new()))
    } else {
        None
    }
}

/// What switching to the site `Sales` gives.
pub(crate) fn switched() -> String {
    let site = "22222222-2222-4333-8444-555555555555";
    document(&format!(
        r#"<credentials token="switched|token|{site}"><site id="{site}" contentUrl="Sales"/><user id="u"/></credentials>"#
    ))
}

pub(crate) fn document(content: &str) -> String {
    format!(
        "<?xml version='1.0' encoding='UTF-8'?><tsResponse xmlns=\"http://tableau.com/api\">{content}</tsResponse>"
    )
}

pub(crate) fn server_info(version: &str) -> String {
    document(&format!(
        "<serverInfo><productVersion build=\"1\">2026.2.0</productVersion><restApiVersion>{version}</restApiVersion></serverInfo>"
    ))
}

pub(crate) fn error(code: &str) -> String {
    document(&format!(
        "<error code=\"{code}\"><summary>Summary</summary><detail>Detail</detail></error>"
    ))
}

impl Transport for Fake {
    fn send(&self, request: http::Request<RequestBody>) -> TransportFuture {
        let token = request
            .headers()
            .get("x-tableau-auth")
            .map(|value| value.to_str().unwrap().to_owned());
        let path = request.uri().path_and_query().unwrap().to_string();
        let (fake, (head, mut body)) = (self.clone(), request.into_parts());
        Box::pin(async move {
            let mut whole = Vec::new();
            while let Some(chunk) = body.chunk().await.map_err(TransportError::from)? {
                whole.extend_from_slice(&chunk);
            }
            let body = String::from_utf8(whole).unwrap();
            let seen = (head.method.to_string(), path, token, body);
            fake.seen.lock().unwrap().push(seen.clone());
            let (status, body) = (fake.answer)(&seen)?;
            // Tasks that wait for several answers get a turn between them.
            tokio::task::yield_now().await;
            let mut response = http::Response::builder().status(status);
            if (300..400).contains(&status) {
                response = response.header("location", body.clone());
            }
            Ok(response.body(ResponseBody::from(Bytes::from(body))).unwrap())
        })
    }
}
