//! The errors that servers answer with, and what to do about each.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::document::Element;
use crate::value::Text;

/// An error as the server says it (schema: `errorType`).
///
/// Match on [`code`](Self::code): the texts are in the server's language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct ApiError {
    /// A few words.
    pub summary: Text<String>,
    /// A sentence.
    pub detail: Text<String>,
    /// Six digits, of which the first three are nearly always the HTTP status: `401002`.
    // Last, as servers write it in JSON.
    pub code: String,
}

impl Element for ApiError {
    const ELEMENT: &'static str = "error";
}

impl ApiError {
    /// An error from its three parts.
    pub fn new(code: impl Into<String>, summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            summary: Text(summary.into()),
            detail: Text(detail.into()),
        }
    }

    /// What this library knows about the code.
    #[must_use]
    pub fn known(&self) -> Option<&'static KnownCode> {
        KnownCode::find(&self.code)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.summary.0)?;
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail.0)?;
        }
        Ok(())
    }
}

impl std::error::Error for ApiError {}

/// What is known about an error code.
///
/// Source: the error tables of Tableau's reference, and answers recorded from servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownCode {
    /// The code.
    pub code: &'static str,
    /// The HTTP status it comes with.
    pub status: u16,
    /// The summary that servers give, in English.
    pub summary: &'static str,
    /// What it means, in one sentence.
    pub meaning: &'static str,
    /// What to try, the likeliest first.
    pub hint: &'static str,
}

const fn code(
    code: &'static str,
    status: u16,
    summary: &'static str,
    meaning: &'static str,
    hint: &'static str,
) -> KnownCode {
    KnownCode {
        code,
        status,
        summary,
        meaning,
        hint,
    }
}

impl KnownCode {
    /// The codes that are known, in ascending order.
    pub const ALL: &'static [Self] = &[
        code(
            "400000",
            400,
            "Bad Request",
            "The request is malformed or incomplete.",
            "Check the request's document: exactly one kind of credential, and every element that the call requires.",
        ),
        code(
            "400006",
            400,
            "Bad Request",
            "The page number is not a whole number from 1, or lies beyond the last page.",
            "Stop at the last page; `totalAvailable` says how many items there are.",
        ),
        code(
            "400007",
            400,
            "Bad Request",
            "The page size is not a whole number from 1.",
            "Ask for 1 to 1000 items a page.",
        ),
        code(
            "400008",
            400,
            "Bad Request",
            "A parameter of the query has a value that is not allowed.",
            "Compare the parameter with the reference of the call.",
        ),
        code(
            "400016",
            400,
            "Bad Request",
            "The chunk or the file is larger than the server takes.",
            "Send chunks of at most 64 MB; an administrator may have set a limit for files.",
        ),
        code(
            "400019",
            400,
            "Bad Request",
            "The parts of the request cannot be told apart.",
            "Send `multipart/mixed` with the boundary in the `Content-Type`; if this library sent it, something on the way changed it.",
        ),
        code(
            "400020",
            400,
            "Bad Request",
            "A part of the request is missing: the file, or its name.",
            "Send the part `tableau_file` with the chunk.",
        ),
        code(
            "400065",
            400,
            "Bad Request",
            "The filter has a field, an operator or a value that this call does not take.",
            "Use a field and an operator that the call's reference lists; values cannot contain `,` or `&`.",
        ),
        code(
            "400066",
            400,
            "Bad Request",
            "The sort has a field or a direction that this call does not take.",
            "Sort by a field that the call's reference lists, with `asc` or `desc`.",
        ),
        code(
            "401000",
            401,
            "Unauthorized Access",
            "The request carried no token.",
            "Sign in first, and send the token as `X-Tableau-Auth`.",
        ),
        code(
            "401001",
            401,
            "Signin Error",
            "The server does not accept these credentials for this site.",
            "Check that the token is not expired or revoked and its name and secret belong together; that the site is named by its content URL (from the address bar, empty for Default), not by its display name or id; that a user name and password are allowed (not with single sign-on, nor on Cloud).",
        ),
        code(
            "401002",
            401,
            "Unauthorized Access",
            "The session is over or was never one.",
            "Sign in again. If it comes back at once, something else signs in with the same personal access token: each sign-in ends the session before it, so give every job a token of its own. A session from a JWT also gets this when a scope is missing.",
        ),
        code(
            "401003",
            401,
            "Unauthorized Access",
            "The site to switch to cannot be reached.",
            "Check the content URL of the site, and that the user belongs to it.",
        ),
        code(
            "403004",
            403,
            "Forbidden",
            "The user may not do this.",
            "Ask an administrator for the permission or the site role that the call needs; a token also cannot be used on another site than the one it was made for.",
        ),
        code(
            "403007",
            403,
            "Forbidden",
            "The user may not publish here.",
            "Ask for a site role that may publish (Creator, or Explorer who can publish), and for permission on the project.",
        ),
        code(
            "403014",
            403,
            "Forbidden",
            "The page size is above the server's limit.",
            "Ask for at most 1000 items a page.",
        ),
        code(
            "403016",
            403,
            "Forbidden",
            "The upload belongs to another user or another site.",
            "Start the upload anew with the session that appends to it.",
        ),
        code(
            "403018",
            403,
            "Forbidden",
            "The user may not see this workbook.",
            "Ask its owner for the View capability.",
        ),
        code(
            "403069",
            403,
            "Forbidden",
            "Tableau Cloud does not list sites.",
            "Name the site when signing in.",
        ),
        code(
            "403070",
            403,
            "Forbidden",
            "The session is on this site already.",
            "Nothing needs to be done.",
        ),
        code(
            "403133",
            403,
            "Forbidden",
            "The user may not read about this user.",
            "Ask a site administrator.",
        ),
        code(
            "403157",
            403,
            "Forbidden",
            "The feature is disabled on this site or server.",
            "Ask an administrator to enable it.",
        ),
        code(
            "404000",
            404,
            "Resource Not Found",
            "There is no such site, or the user does not belong to it.",
            "Check the content URL of the site.",
        ),
        code(
            "404001",
            404,
            "Resource Not Found",
            "The server does not know this version of the API.",
            "Use a version the server has: `GET /api/2.4/serverinfo` tells it.",
        ),
        code(
            "404002",
            404,
            "Resource Not Found",
            "There is no such user on this site.",
            "Check the user's id; ids differ from site to site.",
        ),
        code(
            "404003",
            404,
            "Resource Not Found",
            "The server has no such address.",
            "Check the server's address: nothing but a gateway's prefix belongs between the host and `/api`.",
        ),
        code(
            "404004",
            404,
            "Resource Not Found",
            "There is no such data source, or the user may not see it.",
            "Check the id; an id belongs to one site.",
        ),
        code(
            "404005",
            404,
            "Resource Not Found",
            "There is no such project, or the user may not see it.",
            "Check the id; an id belongs to one site.",
        ),
        code(
            "404006",
            404,
            "Resource Not Found",
            "There is no such workbook, or the user may not see it.",
            "Check the id; an id belongs to one site.",
        ),
        code(
            "404008",
            404,
            "Resource Not Found",
            "This version of the API does not have the call.",
            "Use a newer version, if the server has one.",
        ),
        code(
            "404011",
            404,
            "Resource Not Found",
            "There is no such view, or the user may not see it.",
            "Check the id; an id belongs to one site.",
        ),
        code(
            "404015",
            404,
            "Resource Not Found",
            "There is no such upload: it was never started, or is over.",
            "Start the upload anew; the server keeps none of it.",
        ),
        code(
            "404950",
            404,
            "Resource Not Found",
            "The server does not have this endpoint.",
            "Check the path, and that this release of the server has the feature.",
        ),
        code(
            "405000",
            405,
            "Method Not Allowed",
            "The address does not take this HTTP method.",
            "If this was a sign-in: the address probably redirects, and the POST became a GET. Use the https address, and on Cloud the pod's (`https://10ax.online.tableau.com`).",
        ),
        code(
            "408000",
            408,
            "Request Timeout",
            "The server did not finish in time.",
            "Ask for less at once, or try again when the server has less to do.",
        ),
        code(
            "409093",
            409,
            "Resource Conflict",
            "A refresh of this extract is queued already.",
            "Wait for the one that is queued: nothing needs to be done.",
        ),
        code(
            "429000",
            429,
            "Too Many Requests",
            "The server wants fewer requests.",
            "Wait as long as the answer says, then go on more slowly.",
        ),
        code(
            "500000",
            500,
            "Internal Server Error",
            "The server failed.",
            "Try again later; if it stays, the server's log has the cause.",
        ),
    ];

    /// What is known about a code.
    #[must_use]
    pub fn find(code: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|known| known.code == code)
    }
}
