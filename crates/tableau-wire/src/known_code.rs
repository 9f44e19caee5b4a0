//! The codes of errors that are known, with what to do about each: the one table for library, command and documentation.

/// The facts about an error code.
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
    /// The usual causes, the likeliest first; empty where the meaning suffices.
    pub causes: &'static [&'static str],
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
        causes: &[],
        hint,
    }
}

/// Causes reported by users, for the code of a refused sign-in, which has many.
const SIGN_IN: &[&str] = &[
    "the site is named by its display name or its id instead of its content URL, or \"Default\" instead of an empty name",
    "the personal access token has expired (unused for 15 days, or a year old), was revoked, or its secret is another's",
    "a user name and password where single sign-on or a second factor is needed, which Tableau Cloud always wants",
    "the secret was changed on the way: cut short, in quotation marks, or with the end of a line",
    "the site of Tableau Cloud is on another pod than the address names",
    "a JWT that breaks a rule of Tableau's: a number behind the message says which one",
];
const DOCUMENT: &[&str] = &[
    "the document is neither XML nor JSON, or lacks something that the call requires",
    "a text has a control character, which XML cannot carry",
    "a sign-in has no credentials, or more than one kind of them",
];
const SESSION: &[&str] = &[
    "something else signed in with the same personal access token, which ends the session before",
    "a scope is missing in the JWT that the session comes from",
    "the session was idle for too long: 240 minutes on Server, 120 on Cloud, unless changed",
    "the session was signed out, or ended by an administrator",
];
const FORBIDDEN: &[&str] = &[
    "the user's site role or permissions do not suffice",
    "the session is for another site than the address names",
    "the call is one of Tableau Server's that Tableau Cloud does not have, or the other way round",
];
const METHOD: &[&str] = &[
    "the address begins with http:// and redirects, and the POST became a GET on the way",
    "the address of Tableau Cloud has no pod",
];

impl KnownCode {
    const fn because(mut self, causes: &'static [&'static str]) -> Self {
        self.causes = causes;
        self
    }

    /// The codes that are known, in ascending order.
    pub const ALL: &'static [Self] = &[
        code(
            "400000",
            400,
            "Bad Request",
            "The request is malformed or incomplete.",
            "Compare the request's document with the reference of the call: which elements it requires, and how values are written.",
        )
        .because(DOCUMENT),
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
            "400011",
            400,
            "Bad Request",
            "The file cannot be published.",
            "Open it with the Tableau that the server is as new as: it may come from a newer one, be damaged, or name something that the site does not have.",
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
            "Use a field and an operator of this call, which the help of its command lists under Filters; values cannot contain `,` or `&`.",
        ),
        code(
            "400066",
            400,
            "Bad Request",
            "The sort has a field or a direction that this call does not take.",
            "Sort by a field of this call, with `asc` or `desc`: most that it can be filtered by, which the help of its command lists under Filters.",
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
        )
        .because(SIGN_IN),
        code(
            "401002",
            401,
            "Unauthorized Access",
            "The session is over or was never one.",
            "Sign in again. If it comes back at once, something else signs in with the same personal access token: each sign-in ends the session before it, so give every job a token of its own. A session from a JWT also gets this when a scope is missing.",
        )
        .because(SESSION),
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
            "Ask an administrator for the permission or the site role that the call needs. In a locked project, permissions are set on the project; and a token cannot be \
             used on another site than the one it was made for.",
        )
        .because(FORBIDDEN),
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
            "403130",
            403,
            "Forbidden",
            "The project has an item of this name, and it is not to be overwritten.",
            "Publish it with `--overwrite` (in Rust `.overwrite()`), or under another name.",
        ),
        code(
            "403132",
            403,
            "Forbidden",
            "The server cannot connect to a database of the published file.",
            "Check its address, and the user and the password that are published with it, or publish with `--skip-connection-check` (in Rust \
             `.skip_connection_check()`).",
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
            "403166",
            403,
            "Forbidden",
            "The user has a custom view of this name for the workbook.",
            "Choose another name, or delete the one that is there first.",
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
            "Nothing is there: it has been deleted, or it or its address never existed.",
            "If it was deleted before, nothing needs to be done. Otherwise check the id, then the server's address: nothing but a gateway's prefix \
             belongs between the host and `/api`.",
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
        )
        .because(METHOD),
        code(
            "408000",
            408,
            "Request Timeout",
            "The server did not finish in time.",
            "Ask for less at once, or try again when the server has less to do.",
        ),
        code(
            "409017",
            409,
            "Resource Conflict",
            "The user is on the site already.",
            "Nothing needs to be done, unless the role is to change: update the user.",
        ),
        code(
            "409093",
            409,
            "Resource Conflict",
            "A refresh of this extract is queued already.",
            "Wait for the one that is queued; `or_queued` gives its job, where a refresh is called for.",
        ),
        code(
            "409120",
            409,
            "Resource Conflict",
            "There is a group set of this name.",
            "Choose another name, or use the group set that is there.",
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

    /// The facts about a code, if it is known.
    #[must_use]
    pub fn find(code: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|known| known.code == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_refusals_of_who_calls_give_hints_about_credentials() {
        for known in KnownCode::ALL.iter().filter(|known| known.status != 401) {
            assert!(!known.hint.contains("credential"), "{known:?}");
        }
    }
}
