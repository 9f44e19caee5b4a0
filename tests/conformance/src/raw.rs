//! Cases that send and read bytes themselves: what is checked here does not pass through our codec.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use serde_json::Value;
use tableau_client::{Error, Format, Transport as _};

use crate::Target;

type Outcome = Result<(), Error>;

/// A request that servers refuse, and how.
struct Row {
    what: &'static str,
    method: &'static str,
    /// Below `/api/`; `{site}` is the site of the session.
    path: &'static str,
    token: Token,
    body: &'static str,
    status: u16,
    code: &'static str,
    summary: &'static str,
    /// How the detail begins.
    detail: &'static str,
}

#[derive(Clone, Copy)]
enum Token {
    None,
    Good,
    Bad,
}

/// What the reference and recorded answers say about each mistake (codes and texts: see `KnownCode` in tableau-wire).
const ROWS: &[Row] = &[
    Row {
        what: "no token",
        method: "GET",
        path: "3.20/sites/{site}/workbooks",
        token: Token::None,
        body: "",
        status: 401,
        code: "401000",
        summary: "Unauthorized Access",
        detail: "No authentication credentials were provided.",
    },
    Row {
        what: "a token that is none",
        method: "GET",
        path: "3.20/sites/{site}/workbooks",
        token: Token::Bad,
        body: "",
        status: 401,
        code: "401002",
        summary: "Unauthorized Access",
        detail: "Invalid authentication credentials were provided.",
    },
    Row {
        what: "a wrong secret",
        method: "POST",
        path: "3.20/auth/signin",
        token: Token::None,
        body: r#"<tsRequest><credentials personalAccessTokenName="sandbox" personalAccessTokenSecret="wrong"><site contentUrl=""/></credentials></tsRequest>"#,
        status: 401,
        code: "401001",
        summary: "Signin Error",
        detail: "Error signing in to Tableau Server",
    },
    Row {
        what: "an unknown site",
        method: "POST",
        path: "3.20/auth/signin",
        token: Token::None,
        body: r#"{"credentials":{"personalAccessTokenName":"sandbox","personalAccessTokenSecret":"x","site":{"contentUrl":"nowhere"}}}"#,
        status: 401,
        code: "401001",
        summary: "Signin Error",
        detail: "Error signing in to Tableau Server",
    },
    Row {
        what: "a malformed document",
        method: "POST",
        path: "3.20/auth/signin",
        token: Token::None,
        body: "<tsRequest><credentials",
        status: 400,
        code: "400000",
        summary: "Bad Request",
        detail: "",
    },
    Row {
        what: "no document",
        method: "POST",
        path: "3.20/auth/signin",
        token: Token::None,
        body: "",
        status: 400,
        code: "400000",
        summary: "Bad Request",
        detail: "",
    },
    Row {
        what: "two kinds of credential",
        method: "POST",
        path: "3.20/auth/signin",
        token: Token::None,
        body: r#"<tsRequest><credentials name="a" password="b" personalAccessTokenName="c" personalAccessTokenSecret="d"><site contentUrl=""/></credentials></tsRequest>"#,
        status: 400,
        code: "400000",
        summary: "Bad Request",
        detail: "",
    },
    Row {
        what: "a sign-in that became a GET",
        method: "GET",
        path: "3.20/auth/signin",
        token: Token::None,
        body: "",
        status: 405,
        code: "405000",
        summary: "Method Not Allowed",
        detail: "The HTTP method 'GET' is not supported for the given resource",
    },
    Row {
        what: "an unknown path",
        method: "GET",
        path: "3.20/nonsense",
        token: Token::Good,
        body: "",
        status: 404,
        code: "404003",
        summary: "Resource Not Found",
        detail: "Unknown resource '/3.20/nonsense' specified in URI.",
    },
    Row {
        what: "a version too new",
        method: "GET",
        path: "3.99/serverinfo",
        token: Token::None,
        body: "",
        status: 404,
        code: "404001",
        summary: "Resource Not Found",
        detail: "Version '3.99' is not a valid version of the API.",
    },
    Row {
        what: "a call newer than the version",
        method: "GET",
        path: "2.4/sessions/current",
        token: Token::Good,
        body: "",
        status: 404,
        code: "404008",
        summary: "Resource Not Found",
        detail: "API version '2.4' does not support access to the given resource.",
    },
    Row {
        what: "a page beyond the last",
        method: "GET",
        path: "3.20/sites/{site}/workbooks?pageNumber=1000000",
        token: Token::Good,
        body: "",
        status: 400,
        code: "400006",
        summary: "Bad Request",
        detail: "Invalid page number",
    },
    Row {
        what: "a page that is no number",
        method: "GET",
        path: "3.20/sites/{site}/workbooks?pageNumber=first",
        token: Token::Good,
        body: "",
        status: 400,
        code: "400006",
        summary: "Bad Request",
        detail: "Invalid page number",
    },
    Row {
        what: "a page size that is no number",
        method: "GET",
        path: "3.20/sites/{site}/workbooks?pageSize=many",
        token: Token::Good,
        body: "",
        status: 400,
        code: "400007",
        summary: "Bad Request",
        detail: "Invalid page size",
    },
    Row {
        what: "a page too large",
        method: "GET",
        path: "3.20/sites/{site}/workbooks?pageSize=1001",
        token: Token::Good,
        body: "",
        status: 403,
        code: "403014",
        summary: "Forbidden",
        detail: "",
    },
    Row {
        what: "a filter by an unknown field",
        method: "GET",
        path: "3.20/sites/{site}/workbooks?filter=title:has:x",
        token: Token::Good,
        body: "",
        status: 400,
        code: "400065",
        summary: "Bad Request",
        detail: "The filter query contains a key which is not recognized for this api version.",
    },
    Row {
        what: "a filter without a value",
        method: "GET",
        path: "3.20/sites/{site}/workbooks?filter=name:eq:",
        token: Token::Good,
        body: "",
        status: 400,
        code: "400065",
        summary: "Bad Request",
        detail: "The filter query is missing a value for key 'name'.",
    },
    Row {
        what: "a site that is not there",
        method: "GET",
        path: "3.20/sites/00000000-0000-4000-8000-000000000000/workbooks",
        token: Token::Good,
        body: "",
        status: 404,
        code: "404000",
        summary: "Resource Not Found",
        detail: "",
    },
];

/// Each mistake has Tableau's status, code, summary and detail, in XML and in JSON.
pub async fn errors(target: &Target) -> Outcome {
    let site = target.sign_in().await?;
    let (token, site_id) = (site.session().token().expose(), site.session().site_id().as_str());
    for row in ROWS {
        let path = row.path.replace("{site}", site_id);
        let token = match row.token {
            Token::None => None,
            Token::Good => Some(token),
            Token::Bad => Some(
                "AAAAAAAAAAAAAAAAAAAAAA|AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA|00000000-0000-4000-8000-000000000000",
            ),
        };
        let (status, body) = send(target, row.method, &path, token, row.body).await;
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

async fn send(target: &Target, method: &str, path: &str, token: Option<&str>, body: &str) -> (u16, String) {
    let mut request = http::Request::builder()
        .method(method)
        .uri(format!("{}/api/{path}", target.address))
        .header(ACCEPT, target.format.media_type());
    if let Some(token) = token {
        request = request.header("X-Tableau-Auth", token);
    }
    // Half of the requests say what they carry, half do not: the server has to look in any case.
    if body.starts_with('<') {
        request = request.header(CONTENT_TYPE, "application/xml");
    }
    let request = request
        .body(Bytes::copy_from_slice(body.as_bytes()))
        .expect("a request");
    let answer = target.transport.send(request).await.expect("an answer");
    (
        answer.status().as_u16(),
        String::from_utf8(answer.body().to_vec()).expect("text"),
    )
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
