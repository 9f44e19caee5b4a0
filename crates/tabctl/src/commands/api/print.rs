//! Prints an answer.

use std::io::{self, IsTerminal as _, Write as _};

use bytes::Bytes;
use http::Response;
use http::header::{AUTHORIZATION, HeaderName, PROXY_AUTHORIZATION, SET_COOKIE};
use serde_json::Value;
use tableau_client::Format;

use crate::failure::Failure;
use crate::output::jq::Filter;
use crate::output::{Out, Paging};
use crate::terminal::text::plain;

/// Headers whose values are secrets.
const SECRET: [HeaderName; 4] = [
    SET_COOKIE,
    AUTHORIZATION,
    PROXY_AUTHORIZATION,
    HeaderName::from_static("x-tableau-auth"),
];

/// Prints an answer: as it came for programs, indented for people.
pub(super) fn answer(
    answer: &Response<Bytes>,
    include: bool,
    filter: Option<&Filter>,
    paging: &Paging,
) -> Result<(), Failure> {
    let body = answer.body();
    let on_terminal = io::stdout().is_terminal();
    if filter.is_none() && on_terminal && std::str::from_utf8(body).is_err() {
        let message = "the answer is not text, which a terminal cannot show: send it to a file with `>`";
        return Err(Failure::Local(message.to_owned()));
    }
    let mut out = Out::open(paging);
    let printed = write(answer, include, filter, on_terminal, &mut out);
    let finished = out.finish();
    printed?;
    Ok(finished?)
}

fn write(
    answer: &Response<Bytes>,
    include: bool,
    filter: Option<&Filter>,
    on_terminal: bool,
    out: &mut Out,
) -> Result<(), Failure> {
    let body = answer.body();
    if include {
        head(answer, out)?;
    }
    if let Some(filter) = filter {
        let made = if body.is_empty() {
            Vec::new()
        } else {
            filter.run(body)?
        };
        return Ok(out.text(&made)?);
    }
    let indented = match serde_json::from_slice::<Value>(body) {
        Ok(document) if on_terminal => serde_json::to_string_pretty(&document).ok(),
        _ => None,
    };
    out.text(indented.as_ref().map_or(body, String::as_bytes))?;
    if Format::sniff(body).is_some() && !body.ends_with(b"\n") {
        writeln!(out)?;
    }
    Ok(())
}

fn head(answer: &Response<Bytes>, out: &mut impl io::Write) -> io::Result<()> {
    writeln!(out, "{:?} {}", answer.version(), answer.status())?;
    for (name, value) in answer.headers() {
        let shown = String::from_utf8_lossy(value.as_bytes());
        let shown = if SECRET.contains(name) {
            "[…]".into()
        } else {
            plain(&shown)
        };
        writeln!(out, "{name}: {shown}")?;
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_hold_secrets_are_hidden() {
        let answer = Response::builder()
            .header("Content-Type", "application/xml")
            .header("Set-Cookie", "workgroup_session_id=s3cret")
            .header("X-Tableau-Auth", "s3cret")
            .body(Bytes::new())
            .unwrap();
        let mut out = Vec::new();
        head(&answer, &mut out).unwrap();
        let expected = "\
HTTP/1.1 200 OK
content-type: application/xml
set-cookie: […]
x-tableau-auth: […]

";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
