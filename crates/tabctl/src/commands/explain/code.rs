//! Codes of errors, from the tables that the library explains errors by.

use std::io::{self, Write as _};

use serde::Serialize;
use tableau_client::ApiError;
use tableau_client::wire::{KnownCode, SignInCode};

use crate::failure::Failure;
use crate::terminal::text::plain;

/// The explanation of a code.
#[derive(Debug, Serialize)]
struct Explanation {
    code: String,
    /// The HTTP status that it comes with.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    name: &'static str,
    meaning: &'static str,
    causes: &'static [&'static str],
    fix: &'static str,
}

impl From<&KnownCode> for Explanation {
    fn from(known: &KnownCode) -> Self {
        Self {
            code: known.code.to_owned(),
            status: Some(known.status),
            name: known.summary,
            meaning: known.meaning,
            causes: known.causes,
            fix: known.hint,
        }
    }
}

impl From<&SignInCode> for Explanation {
    fn from(known: &SignInCode) -> Self {
        Self {
            code: known.number.to_string(),
            status: None,
            name: known.name,
            meaning: known.meaning,
            causes: &[],
            fix: known.hint,
        }
    }
}

/// Explains the codes in a text; `quoted` names the text in the error if it has none.
pub(super) fn explain(text: &str, quoted: Option<&str>, json: bool) -> Result<(), Failure> {
    let found = find(text.trim());
    if found.is_empty() {
        let what = match quoted {
            Some(text) => format!("{:?}", plain(text.trim()).chars().take(80).collect::<String>()),
            None => "what standard input says".to_owned(),
        };
        return Err(Failure::Usage(format!(
            "{what} is not known: give a code of six digits (401002), a status (404), the number behind a refused sign-in (16), its \
             name (JWT_PARSE_ERROR), or the whole message"
        )));
    }
    let mut out = io::stdout().lock();
    if json {
        serde_json::to_writer_pretty(&mut out, &serde_json::json!({ "codes": found }))
            .map_err(io::Error::from)?;
        return Ok(writeln!(out)?);
    }
    for (number, found) in found.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        found.print(&mut out)?;
    }
    Ok(())
}

impl Explanation {
    fn print(&self, out: &mut impl io::Write) -> io::Result<()> {
        let status = self.status.map(|status| format!(" (HTTP {status})"));
        writeln!(out, "{} {}{}", self.code, self.name, status.unwrap_or_default())?;
        writeln!(out, "  {}", self.meaning)?;
        if !self.causes.is_empty() {
            writeln!(out, "often the reason:")?;
        }
        for cause in self.causes {
            writeln!(out, "  - {cause}")?;
        }
        writeln!(out, "fix: {}", self.fix)
    }
}

/// Every code in a text, by number or name.
fn find(text: &str) -> Vec<Explanation> {
    if let Some(known) = KnownCode::find(text) {
        return vec![known.into()];
    }
    if let Some(known) = text.parse().ok().and_then(SignInCode::find) {
        return vec![known.into()];
    }
    if let Some(one) = of_family(text).or_else(|| of_status(text)) {
        return vec![one];
    }
    let by_name = by_name(text);
    if !by_name.is_empty() {
        return by_name;
    }
    let mut found: Vec<Explanation> = Vec::new();
    for (digits, before) in numbers(text) {
        let number = || digits.parse().ok().filter(|number| is_meant(*number, before));
        let known = KnownCode::find(digits).map(Explanation::from);
        let known = known.or_else(|| number().and_then(SignInCode::find).map(Explanation::from));
        // Three digits in a text may count anything.
        let by_status = || of_status(digits).filter(|_| digits.len() == 6);
        found.extend(known.or_else(|| of_family(digits)).or_else(by_status));
    }
    // Servers append it to their message in this form.
    let message = ApiError::new("401001", "", text);
    found.extend(SignInCode::of(&message).map(Explanation::from));
    let mut seen = Vec::new();
    found.retain(|one| {
        let new = !seen.contains(&one.code);
        seen.push(one.code.clone());
        new
    });
    found
}

/// The numbers in a text, each with the text before it.
fn numbers(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut at = 0;
    text.split(|c: char| !c.is_ascii_digit())
        .filter_map(move |digits| {
            let begin = at;
            // One character stood behind it, of whatever length.
            at = begin + digits.len();
            at += text
                .get(at..)
                .and_then(|rest| rest.chars().next())
                .map_or(0, char::len_utf8);
            (!digits.is_empty()).then(|| (digits, text.get(..begin).unwrap_or_default()))
        })
}

/// Whether a number in a text is the code of a refused JWT: a large one is, a small one only where the text says so (`code: 16`).
fn is_meant(number: u32, before: &str) -> bool {
    let word = before.trim_end_matches(|c: char| !c.is_alphanumeric());
    number >= 10_000 || word.to_lowercase().ends_with("code")
}

/// A number of the family of refused JWTs of which no more is known: Tableau's pages name more of them than could be read.
fn of_family(digits: &str) -> Option<Explanation> {
    let number: u32 = digits.parse().ok()?;
    let is_unknown = (10_080..10_110).contains(&number) && SignInCode::find(number).is_none();
    is_unknown.then(|| Explanation {
        code: digits.to_owned(),
        status: None,
        name: "JWT refused",
        meaning: "It is one of the numbers by which servers refuse a JWT; what this one means is not known here.",
        causes: &[],
        fix: "Look it up in Tableau's help under \"Troubleshoot Connected Apps\", and check the JWT: `tabctl auth explain --file FILE`.",
    })
}

/// By the name of a number, or the summary of codes: `signin_error` is `Signin Error`.
fn by_name(text: &str) -> Vec<Explanation> {
    let plain = |text: &str| text.replace(['_', '-'], " ").to_lowercase();
    let same = |name: &str| plain(name) == plain(text);
    let numbers = SignInCode::ALL.iter().filter(|known| same(known.name));
    let codes = KnownCode::ALL.iter().filter(|known| same(known.summary));
    codes
        .map(Explanation::from)
        .chain(numbers.map(Explanation::from))
        .collect()
}

/// A status of HTTP, or a code that is in no table, by its first three digits.
fn of_status(text: &str) -> Option<Explanation> {
    let digits = text.strip_prefix("HTTP ").unwrap_or(text);
    let status = digits.get(..3).filter(|_| matches!(digits.len(), 3 | 6));
    let status = status.filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let status = status?.parse().ok()?;
    let (name, meaning, fix) = match status {
        400 => (
            "Bad Request",
            "The server does not accept the request.",
            "Read the detail beside the code; compare the request with the call's reference.",
        ),
        401 => (
            "Unauthorized",
            "The server does not accept who asks.",
            "Sign in again: `tabctl auth doctor` finds out why it fails.",
        ),
        403 => (
            "Forbidden",
            "The user may not do this.",
            "Ask an administrator for the permission or the site role that the call needs.",
        ),
        404 => (
            "Not Found",
            "There is no such thing, or the user may not see it.",
            "Check the id: it belongs to one site.",
        ),
        405 => (
            "Method Not Allowed",
            "The address does not take this method.",
            "Begin the address with https://: a redirect from http turns a POST into a GET. Look at the path.",
        ),
        408 => (
            "Request Timeout",
            "The server did not get the request in time.",
            "Try again; a slow connection may need smaller chunks.",
        ),
        409 => (
            "Conflict",
            "It conflicts with what is there.",
            "Read the detail beside the code: mostly a name is taken.",
        ),
        413 => (
            "Content Too Large",
            "The server, or a proxy before it, takes no request of this size.",
            "Publish in chunks, as `tabctl workbooks publish` does by itself; ask who runs the proxy.",
        ),
        429 => (
            "Too Many Requests",
            "The server wants fewer requests.",
            "Wait, then go on more slowly.",
        ),
        502..=504 => (
            "Gateway Error",
            "What stands before the server got no answer from it: it is starting, overloaded, or away.",
            "Try again later; `tabctl auth doctor` says which layer answers.",
        ),
        500..=599 => (
            "Server Error",
            "The server failed.",
            "Try again later; if it stays, the server's log has the cause.",
        ),
        _ => return None,
    };
    Some(Explanation {
        code: digits.to_owned(),
        status: Some(status),
        name,
        meaning,
        causes: &[],
        fix,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_however_people_have_them() {
        let cases: &[(&str, &[&str])] = &[
            ("401002", &["401002"]),
            ("16", &["16"]),
            ("101002", &["101002"]),
            ("JWT_PARSE_ERROR", &["10084"]),
            ("jwt_parse_error", &["10084"]),
            ("CONNECTED_APP_NOT_FOUND", &["126", "10089"]),
            ("signin_error", &["401001"]),
            ("Unauthorized Access", &["401000", "401002", "401003"]),
            (
                "401001: Signin Error: Error signing in to Tableau Server (16)",
                &["401001", "16"],
            ),
            ("400006: Bad Request: Invalid page number '5'", &["400006"]),
            ("error 409004 and again 409004", &["409004"]),
            ("result: {errors: [{code: 10084}]}", &["10084"]),
            ("error code 10084", &["10084"]),
            ("é10084é (126)", &["10084", "126"]),
            ("errorCode=16", &["16"]),
            ("{\"code\":\"126\"}", &["126"]),
            ("code 16 and code: 10085, not 5", &["16", "10085"]),
            ("16 views were not found", &[]),
            ("10088", &["10088"]),
            ("errors: [10081, 10082]", &["10081", "10082"]),
            ("10200", &[]),
            ("404", &["404"]),
            ("HTTP 503", &["503"]),
            ("999", &[]),
            ("é40", &[]),
            ("17", &[]),
            ("123456", &[]),
            ("", &[]),
            ("nonsense", &[]),
        ];
        for (text, codes) in cases {
            let found: Vec<_> = find(text).into_iter().map(|found| found.code).collect();
            assert_eq!(found, *codes, "{text}");
        }
    }
}
