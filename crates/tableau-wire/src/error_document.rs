//! Errors in the forms of all servers: each of Tableau's services has its own.
//!
//! The REST API answers with `error` (`code`, `summary`, `detail`); `VizQL` Data Service with `errorCode` and `message`; Pulse with `code`, `message` and
//! `details`; services built with Spring with `status`, `error` and `path`; `GraphQL` with `errors`. So an error is an object with a code and a text,
//! under any of their names, at any place; a text alone counts at the top and in a member for errors.

use serde_json::{Map, Value};

use crate::codec::{self, Format};
use crate::error::ApiError;
use crate::value::Text;

/// Names of the code.
const CODES: [&str; 4] = ["code", "errorCode", "error_code", "tableauErrorCode"];
/// Names of the summary.
const SUMMARIES: [&str; 3] = ["summary", "title", "error"];
/// Names of the detail.
const DETAILS: [&str; 6] = [
    "detail",
    "message",
    "errorMessage",
    "error_description",
    "description",
    "text",
];
/// Members that hold errors.
const HOLDERS: [&str; 4] = ["error", "errors", "result", "fault"];

/// How deep an error is looked for: Tableau's deepest stands in `result.errors[0].extensions`.
const DEPTH: usize = 6;

/// The error in the answer of a failed call; `None` if no known form fits.
pub(crate) fn find(body: &[u8]) -> Option<ApiError> {
    let document = codec::decode_untyped(body).or_else(|| list(body))?;
    let found = coded(&document, DEPTH).or_else(|| uncoded(&document, DEPTH));
    // XML is read only if its root is Tableau's: then any text in it counts.
    found.or_else(|| (Format::sniff(body)? == Format::Xml).then(|| said(&document)))
}

/// A list at the top, as some services answer with their errors.
fn list(body: &[u8]) -> Option<Value> {
    body.trim_ascii_start()
        .starts_with(b"[")
        .then(|| serde_json::from_slice(body).ok())?
}

/// The error in an answer with a status of success: only where the document itself is an error.
pub(crate) fn find_in_success(body: &[u8]) -> Option<ApiError> {
    let document = codec::decode_untyped(body)?;
    ["error", "errors"]
        .iter()
        .find_map(|name| coded(document.get(name)?, DEPTH))
}

/// Whether the beginning of a document looks like an error, so that it is worth a second look: most of its members may be optional.
pub(crate) fn begins_with_error(body: &[u8]) -> bool {
    const BEGINNING: usize = 512;
    let beginning = body.get(..BEGINNING).unwrap_or(body);
    let has = |word: &[u8]| beginning.windows(word.len()).any(|bytes| bytes == word);
    has(b"<error") || has(b"\"error")
}

/// An object with a code and a text.
fn coded(value: &Value, depth: usize) -> Option<ApiError> {
    let depth = depth.checked_sub(1)?;
    if let Some(object) = value.as_object()
        && let Some(code) = code(object)
        && let Some(error) = texts(object)
    {
        return Some(ApiError { code, ..error });
    }
    match value {
        Value::Object(members) => members.values().find_map(|member| coded(member, depth)),
        Value::Array(items) => items.iter().find_map(|item| coded(item, depth)),
        _ => None,
    }
}

/// A text without a code, at the top or in a member for errors.
fn uncoded(value: &Value, depth: usize) -> Option<ApiError> {
    let depth = depth.checked_sub(1)?;
    match value {
        Value::Object(object) => texts(object).or_else(|| {
            let held = HOLDERS.iter().filter_map(|name| object.get(*name));
            held.into_iter().find_map(|member| uncoded(member, depth))
        }),
        Value::Array(items) => items.iter().find_map(|item| uncoded(item, depth)),
        _ => None,
    }
}

fn code(object: &Map<String, Value>) -> Option<String> {
    // `GraphQL` has it beside the text.
    let extensions = || first(object.get("extensions")?.as_object()?, &CODES);
    first(object, &CODES).or_else(extensions)
}

fn texts(object: &Map<String, Value>) -> Option<ApiError> {
    let (summary, detail) = (first(object, &SUMMARIES), first(object, &DETAILS));
    (summary.is_some() || detail.is_some()).then(|| ApiError {
        code: String::new(),
        summary: Text(summary.unwrap_or_default()),
        detail: Text(detail.unwrap_or_default()),
    })
}

/// The first of some members that is present and not empty.
fn first(object: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| scalar(object.get(*name)?))
}

/// A text or a number; in XML, also the text of an element.
fn scalar(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Object(element) => return first(element, &["value", "text", "message", "detail"]),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// The message of a document without an error: the first text of an element. Attributes may be secrets.
fn said(document: &Value) -> ApiError {
    fn first_text(value: &Value, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        let members = value.as_object()?;
        first(members, &["value"]).or_else(|| members.values().find_map(|member| first_text(member, depth)))
    }
    let text = first_text(document, DEPTH);
    ApiError::new(
        "",
        text.unwrap_or_else(|| "the server gives no reason".to_owned()),
        "",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(document: &str) -> Option<(String, String)> {
        let error = find(document.as_bytes())?;
        Some((error.code.clone(), error.to_string()))
    }

    #[test]
    fn errors_are_found_in_every_form_that_services_have() {
        for (document, code, shown) in [
            (
                r#"{"error":{"summary":"Forbidden","detail":"No.","code":"403004"}}"#,
                "403004",
                "403004: Forbidden: No.",
            ),
            (
                r#"{"errorCode":"400803","message":"Unknown Field: Margin.","datetime":"2026-01-02","debug":{}}"#,
                "400803",
                "400803: Unknown Field: Margin.",
            ),
            (
                r#"{"code":5,"message":"metric not found","details":[]}"#,
                "5",
                "5: metric not found",
            ),
            (
                r#"{"timestamp":1690000000000,"status":503,"error":"Service Unavailable","message":"","path":"/api/-/x"}"#,
                "",
                "Service Unavailable",
            ),
            (r#"{"message":"Forbidden"}"#, "", "Forbidden"),
            (
                r#"{"error":"invalid_grant","error_description":"The token has expired."}"#,
                "",
                "invalid_grant: The token has expired.",
            ),
            (
                r#"{"type":"about:blank","title":"Conflict","status":409,"detail":"It is there."}"#,
                "",
                "Conflict: It is there.",
            ),
            (
                r#"{"data":null,"errors":[{"message":"Validation error","extensions":{"code":"NODE_LIMIT_EXCEEDED"}}]}"#,
                "NODE_LIMIT_EXCEEDED",
                "NODE_LIMIT_EXCEEDED: Validation error",
            ),
            (r#"{"errors":[{"message":"Syntax error"}]}"#, "", "Syntax error"),
            (r#"[{"code":1,"message":"x"}]"#, "1", "1: x"),
            (
                r#"{"result":{"errors":[{"code":10084,"message":"JWT_PARSE_ERROR"}]}}"#,
                "10084",
                "10084: JWT_PARSE_ERROR",
            ),
            (
                "<tsResponse xmlns='x'><errors><error code='400003'><summary>Bad Request</summary><detail>no</detail></error></errors></tsResponse>",
                "400003",
                "400003: Bad Request: no",
            ),
            (
                "<?xml version='1.0'?><errors><error code='400003'><message>no</message></error></errors>",
                "400003",
                "400003: no",
            ),
            (
                "<error code='404950'><detail>no</detail></error>",
                "404950",
                "404950: no",
            ),
            (
                "<tsResponse><message>out of disk</message></tsResponse>",
                "",
                "out of disk",
            ),
            (
                "<tsResponse><a b='c'><d>out of disk</d></a></tsResponse>",
                "",
                "out of disk",
            ),
            ("<tsResponse>out of disk</tsResponse>", "", "out of disk"),
            ("<tsResponse/>", "", "the server gives no reason"),
            (
                "<tsResponse><error/></tsResponse>",
                "",
                "the server gives no reason",
            ),
            (
                "<tsResponse><credentials token='secret'/></tsResponse>",
                "",
                "the server gives no reason",
            ),
        ] {
            assert_eq!(
                found(document),
                Some((code.to_owned(), shown.to_owned())),
                "{document}"
            );
        }
    }

    #[test]
    fn documents_of_others_have_no_error() {
        for document in [
            "",
            "no",
            "<html><body>error</body></html>",
            "<Error><Code>AccessDenied</Code><Message>no</Message></Error>",
            "<tsRequest><error code='1'><detail>x</detail></error></tsRequest>",
            "{}",
            "{\"code\":1}",
            "{\"credentials\":{\"personalAccessTokenSecret\":\"secret\"}}",
            "{\"code\":1,\"message\":",
        ] {
            assert_eq!(found(document), None, "{document}");
        }
        let deep = "{\"a\":".repeat(9) + "{\"code\":1,\"message\":\"x\"}" + &"}".repeat(9);
        assert_eq!(found(&deep), None);
    }

    #[test]
    fn of_an_answer_that_worked_only_the_document_itself_is_an_error() {
        for (document, code) in [
            (
                "<tsResponse><error code='403004'><summary>Forbidden</summary></error></tsResponse>",
                Some("403004"),
            ),
            (
                "<tsResponse><errors><error code='1'><summary>x</summary></error></errors></tsResponse>",
                Some("1"),
            ),
            (r#"{"error":{"code":"403004","detail":"x"}}"#, Some("403004")),
            ("<tsResponse><job code='1' title='x'/></tsResponse>", None),
            (r#"{"error":"x"}"#, None),
            (r#"{"code":"1","message":"x"}"#, None),
        ] {
            let found = find_in_success(document.as_bytes()).map(|error| error.code);
            assert_eq!(found.as_deref(), code, "{document}");
        }
    }
}
