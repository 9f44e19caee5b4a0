//! Raw requests, written without the wire crate so that its mistakes show.

use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::Value;
use tableau_sandbox::{Sandbox, Service, well_known};

pub(crate) const XML_HEAD: &str = "<?xml version='1.0' encoding='UTF-8'?><tsResponse xmlns=\"http://tableau.com/api\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"http://tableau.com/api https://help.tableau.com/samples/en-us/rest_api/ts-api_3_29.xsd\">";

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) content_type: String,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        assert!(
            self.content_type.starts_with("application/json"),
            "{}: {}",
            self.content_type,
            self.text()
        );
        serde_json::from_slice(&self.body).unwrap()
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        self.json()
    }

    /// Status, code, summary and detail of a refusal in JSON.
    #[track_caller]
    pub(crate) fn refusal(&self) -> (u16, String, String, String) {
        let json = self.json();
        if let (Some(code), Some(message)) = (json["errorCode"].as_str(), json["message"].as_str()) {
            return (
                self.status.as_u16(),
                code.to_owned(),
                String::new(),
                message.to_owned(),
            );
        }
        if let (Some(code), Some(message)) = (json["code"].as_i64(), json["message"].as_str()) {
            return (
                self.status.as_u16(),
                code.to_string(),
                String::new(),
                message.to_owned(),
            );
        }
        let part = |name: &str| json["error"][name].as_str().expect(name).to_owned();
        (
            self.status.as_u16(),
            part("code"),
            part("summary"),
            part("detail"),
        )
    }

    #[track_caller]
    pub(crate) fn is(&self, status: u16, code: &str, summary: &str, detail: &str) {
        assert_eq!(
            self.refusal(),
            (status, code.to_owned(), summary.to_owned(), detail.to_owned())
        );
    }

    #[track_caller]
    pub(crate) fn code(&self) -> String {
        self.refusal().1
    }
}

pub(crate) struct Session {
    pub(crate) token: String,
    pub(crate) site: String,
    pub(crate) user: String,
}

pub(crate) fn service() -> Service {
    Sandbox::builder().build().unwrap()
}

pub(crate) async fn send(
    service: &Service,
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
    let content_type = response
        .headers()
        .get("content-type")
        .map_or("", |value| value.to_str().unwrap())
        .to_owned();
    Answer {
        status: response.status(),
        content_type,
        body: response.into_body(),
    }
}

/// Gets in JSON with a token; the path is below the newest version.
pub(crate) async fn get(service: &Service, token: &str, path: &str) -> Answer {
    let path = format!("/api/3.29/{path}");
    send(
        service,
        "GET",
        &path,
        &[("X-Tableau-Auth", token), ("Accept", "application/json")],
        "",
    )
    .await
}

pub(crate) async fn try_sign_in(service: &Service, credentials: &str) -> Answer {
    let headers = [("Accept", "application/json"), ("X-Tableau-Auth", "")];
    send(
        service,
        "POST",
        "/api/3.29/auth/signin",
        &headers,
        format!("{{\"credentials\":{credentials}}}"),
    )
    .await
}

/// Sends anything with a token; asks for JSON.
pub(crate) async fn call(
    service: &Service,
    method: &str,
    token: &str,
    path: &str,
    body: impl Into<Bytes>,
) -> Answer {
    let headers = [("X-Tableau-Auth", token), ("Accept", "application/json")];
    send(service, method, &format!("/api/3.29/{path}"), &headers, body).await
}

/// Sends a JSON document, or none, to a service below `/api/-/`.
pub(crate) async fn ask_service(
    service: &Service,
    token: &str,
    method: &str,
    path: &str,
    document: &Value,
) -> Answer {
    let headers = [("X-Tableau-Auth", token), ("Content-Type", "application/json")];
    let body = if document.is_null() {
        String::new()
    } else {
        document.to_string()
    };
    send(service, method, &format!("/api/-/{path}"), &headers, body).await
}

/// Whether a session is live.
pub(crate) async fn alive(service: &Service, token: &str) -> bool {
    let answer = get(service, token, "sessions/current").await;
    assert!(
        answer.status == 200 || answer.code() == "401002",
        "{}",
        answer.text()
    );
    answer.status == 200
}

/// Status, code, summary and detail of a refusal.
pub(crate) type Refusal<'s> = (u16, &'s str, &'s str, &'s str);

/// Sends a request that asks for JSON and again for XML: both answers have to be this refusal.
pub(crate) async fn refused_in_both(
    service: &Service,
    (method, path): (&str, &str),
    token: Option<&str>,
    body: &str,
    (status, code, summary, detail): Refusal<'_>,
) {
    for accept in ["application/json", "application/xml"] {
        let mut headers = vec![("Accept", accept)];
        headers.extend(token.map(|token| ("X-Tableau-Auth", token)));
        let answer = send(service, method, path, &headers, body.to_owned()).await;
        let text = answer.text();
        assert_eq!(answer.status, status, "{method} {path} {body}: {text}");
        if accept == "application/json" {
            answer.is(status, code, summary, detail);
        } else {
            let error = format!(
                "{XML_HEAD}<error code=\"{code}\"><summary>{summary}</summary><detail>{detail}</detail></error></tsResponse>"
            );
            assert_eq!(text, error, "{method} {path} {body}");
        }
    }
}

/// Signs in with credentials in both formats, asking for both: every one of the four answers has to be this refusal.
pub(crate) async fn refused(service: &Service, credentials: &str, refusal: Refusal<'_>) {
    let call = ("POST", "/api/3.29/auth/signin");
    let xml = xml_document("credentials", &serde_json::from_str(credentials).unwrap());
    for body in [format!("{{\"credentials\":{credentials}}}"), xml] {
        refused_in_both(service, call, None, &body, refusal).await;
    }
}

/// An element in a request: scalars become attributes, objects become children.
pub(crate) fn xml_document(name: &str, element: &Value) -> String {
    format!("<tsRequest>{}</tsRequest>", xml_element(name, element))
}

fn xml_element(name: &str, element: &Value) -> String {
    let (mut attributes, mut children) = (String::new(), String::new());
    for (name, value) in element.as_object().unwrap() {
        match value {
            Value::Object(_) => children.push_str(&xml_element(name, value)),
            Value::String(text) => {
                let text = text
                    .replace('&', "&amp;")
                    .replace('<', "&lt;")
                    .replace('"', "&quot;");
                attributes.push_str(&format!(" {name}=\"{text}\""));
            }
            Value::Null => {}
            other => attributes.push_str(&format!(" {name}=\"{other}\"")),
        }
    }
    format!("<{name}{attributes}>{children}</{name}>")
}

pub(crate) fn token_credentials(name: &str, secret: &str, site: &str) -> String {
    serde_json::json!({"personalAccessTokenName": name, "personalAccessTokenSecret": secret, "site": {"contentUrl": site}})
        .to_string()
}

pub(crate) fn password_credentials(name: &str, site: &str) -> String {
    serde_json::json!({"name": name, "password": well_known::PASSWORD, "site": {"contentUrl": site}})
        .to_string()
}

#[track_caller]
pub(crate) fn session(answer: &Answer) -> Session {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let json = answer.json();
    let part = |pointer: &str| {
        json.pointer(pointer)
            .and_then(Value::as_str)
            .expect(pointer)
            .to_owned()
    };
    Session {
        token: part("/credentials/token"),
        site: part("/credentials/site/id"),
        user: part("/credentials/user/id"),
    }
}

/// The administrator with the well-known token.
pub(crate) async fn admin(service: &Service, site: &str) -> Session {
    let credentials = token_credentials(well_known::PAT_NAME, well_known::PAT_SECRET, site);
    session(&try_sign_in(service, &credentials).await)
}

/// A user with the token that was seeded for them.
pub(crate) async fn user(service: &Service, name: &str, site: &str) -> Session {
    let tokens = service.ready().personal_access_tokens;
    let token = tokens.into_iter().find(|token| token.user == name).unwrap();
    session(
        &try_sign_in(
            service,
            &token_credentials(&token.name, token.secret.expose(), site),
        )
        .await,
    )
}
