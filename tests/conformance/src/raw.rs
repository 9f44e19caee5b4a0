//! Cases that send and read bytes themselves, without our codec.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use serde_json::Value;
use tableau_client::{Error, Format, Transport as _};

use crate::Target;
use crate::rows::{ROWS, Token};

type Outcome = Result<(), Error>;

/// Each mistake has Tableau's status, code, summary and detail, in XML and in JSON.
pub async fn errors(target: &Target) -> Outcome {
    let site = target.sign_in().await?;
    let session = site.session();
    let (token, site_id) = (session.token().expose(), session.site_id().as_str());
    for row in ROWS {
        let path = row.path.replace("{site}", site_id);
        let token = match row.token {
            Token::None => None,
            Token::Good => Some(token),
            Token::Bad => Some(
                "AAAAAAAAAAAAAAAAAAAAAA|AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA|00000000-0000-4000-8000-000000000000",
            ),
        };
        let body = row.body.replace("{contentUrl}", site.session().content_url());
        let (status, body) = send(target, row.method, &path, token, &body).await;
        assert_eq!(status, row.status, "{}: {body}", row.what);
        let (code, summary, detail) = read_error(target.format, &body);
        assert_eq!(
            (code.as_str(), summary.as_str()),
            (row.code, row.summary),
            "{}",
            row.what
        );
        assert!(
            detail.starts_with(row.detail) && !detail.is_empty(),
            "{}: {detail}",
            row.what
        );
    }
    site.sign_out().await
}

/// Keywords of paths are matched without regard to case, and a trailing slash does no harm.
pub async fn paths(target: &Target) -> Outcome {
    for path in ["2.4/serverInfo", "3.20/SERVERINFO", "3.0/serverinfo/"] {
        let (status, body) = send(target, "GET", path, None, "").await;
        assert_eq!(status, 200, "{path}: {body}");
    }
    let site = target.sign_in().await?;
    let path = format!("3.20/Sites/{}/WorkBooks", site.session().site_id());
    let (status, _) = send(target, "GET", &path, Some(site.session().token().expose()), "").await;
    assert_eq!(status, 200);
    site.sign_out().await
}

/// An answer begins as clients expect, whatever the format of the request.
pub async fn formats(target: &Target) -> Outcome {
    let body = format!(
        r#"{{"credentials":{{"personalAccessTokenName":{},"personalAccessTokenSecret":{},"site":{{"contentUrl":{}}},"user":null}}}}"#,
        Value::from(target.token_name.as_str()),
        Value::from(target.token_secret.as_str()),
        Value::from(target.site.as_str()),
    );
    let (status, answer) = send(target, "POST", "3.20/auth/signin", Some(""), &body).await;
    assert_eq!(status, 200, "{answer}");
    match target.format {
        Format::Xml => {
            assert!(answer.starts_with("<?xml "), "{answer}");
            assert!(answer.contains(r#"xmlns="http://tableau.com/api""#), "{answer}");
        }
        Format::Json => {
            let answer: Value = serde_json::from_str(&answer).expect("JSON");
            for pointer in [
                "/credentials/token",
                "/credentials/site/id",
                "/credentials/site/contentUrl",
                "/credentials/user/id",
            ] {
                assert!(
                    answer.pointer(pointer).is_some_and(Value::is_string),
                    "{pointer}: {answer}"
                );
            }
        }
    }
    Ok(())
}

/// Totals of a list are strings in JSON, as recorded.
pub async fn pagination(target: &Target) -> Outcome {
    let site = target.sign_in().await?;
    let path = format!("3.20/sites/{}/projects?pageSize=2", site.session().site_id());
    let (status, answer) = send(target, "GET", &path, Some(site.session().token().expose()), "").await;
    assert_eq!(status, 200);
    match target.format {
        Format::Xml => assert!(
            answer.contains(r#"<pagination pageNumber="1" pageSize="2" totalAvailable=""#),
            "{answer}"
        ),
        Format::Json => {
            let answer: Value = serde_json::from_str(&answer).expect("JSON");
            assert_eq!(
                answer.pointer("/pagination/pageSize"),
                Some(&Value::from("2")),
                "{answer}"
            );
            assert!(
                answer.pointer("/projects/project").is_some_and(Value::is_array),
                "{answer}"
            );
        }
    }
    site.sign_out().await
}

/// The limit for the answers of these cases, in bytes.
const MOST: usize = 16 * 1024 * 1024;

async fn send(target: &Target, method: &str, path: &str, token: Option<&str>, body: &str) -> (u16, String) {
    let mut request = http::Request::builder()
        .method(method)
        .uri(format!("{}/api/{path}", target.address))
        .header(ACCEPT, target.format.media_type());
    if let Some(token) = token {
        request = request.header("X-Tableau-Auth", token);
    }
    // Half of the requests have a content type: the server has to look at the body in any case.
    if body.starts_with('<') {
        request = request.header(CONTENT_TYPE, "application/xml");
    }
    let request = request
        .body(Bytes::copy_from_slice(body.as_bytes()).into())
        .expect("a request");
    let answer = target.transport.send(request).await.expect("an answer");
    let status = answer.status().as_u16();
    let text = answer.into_body().collect(MOST).await.expect("a whole answer");
    (status, String::from_utf8(text.to_vec()).expect("text"))
}

/// Code, summary and detail of an error document, found without our codec.
fn read_error(format: Format, body: &str) -> (String, String, String) {
    match format {
        Format::Json => {
            let document: Value = serde_json::from_str(body).expect("JSON");
            let part = |name: &str| {
                let value = document.get("error").and_then(|error| error.get(name));
                value
                    .and_then(Value::as_str)
                    .unwrap_or_else(|| panic!("{name} in {body}"))
                    .to_owned()
            };
            (part("code"), part("summary"), part("detail"))
        }
        Format::Xml => {
            let between = |start: &str, end: &str| {
                let rest = body
                    .split_once(start)
                    .unwrap_or_else(|| panic!("{start} in {body}"))
                    .1;
                rest.split_once(end)
                    .map(|(found, _)| found)
                    .unwrap_or_default()
                    .replace("&apos;", "'")
            };
            (
                between("<error code=\"", "\""),
                between("<summary>", "</summary>"),
                between("<detail>", "</detail>"),
            )
        }
    }
}
