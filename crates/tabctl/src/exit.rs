//! The exit codes, which scripts rely on.

use std::fmt::Write as _;

/// The exit codes: part of the interface. `tabctl --help` and the guide show this table.
pub(crate) const EXIT_CODES: &[(u8, &str)] = &[
    (0, "it worked"),
    (code::ERROR, "it failed in a way that has no code of its own"),
    (
        code::USAGE,
        "the command line or the environment is wrong or incomplete; nothing was done",
    ),
    (code::NOT_FOUND, "there is no such thing (404)"),
    (
        code::NOT_SIGNED_IN,
        "not signed in, or the server does not accept the credentials (401)",
    ),
    (code::FORBIDDEN, "the user may not do this (403)"),
    (code::CONFLICT, "it conflicts with what is there (409)"),
    (code::JOB_FAILED, "the job failed or was cancelled"),
    (
        code::STILL_RUNNING,
        "the job had not ended when the time was up, and goes on",
    ),
    (
        code::PARTLY,
        "of several things some were done and some were not; each failure is told",
    ),
    (
        code::LATER,
        "the server is starting or overloaded, has failed, did not answer in time, or wants fewer requests (408, 429, 5xx): try again later",
    ),
    (
        code::UNREACHED,
        "no connection to the server, or none that can be trusted: nothing was sent",
    ),
    (code::INTERRUPTED, "Ctrl-C was pressed"),
];

/// The codes by name.
pub(crate) mod code {
    pub(crate) const ERROR: u8 = 1;
    pub(crate) const USAGE: u8 = 2;
    pub(crate) const NOT_FOUND: u8 = 3;
    pub(crate) const NOT_SIGNED_IN: u8 = 4;
    pub(crate) const FORBIDDEN: u8 = 5;
    pub(crate) const CONFLICT: u8 = 6;
    pub(crate) const JOB_FAILED: u8 = 7;
    pub(crate) const STILL_RUNNING: u8 = 8;
    pub(crate) const PARTLY: u8 = 9;
    pub(crate) const LATER: u8 = 10;
    pub(crate) const UNREACHED: u8 = 11;
    // Shells use it for a command that was ended by Ctrl-C.
    pub(crate) const INTERRUPTED: u8 = 130;
}

/// The table as help shows it.
pub(crate) fn exit_codes() -> String {
    let mut text = String::from("Exit codes:\n");
    for (code, meaning) in EXIT_CODES {
        let _ = writeln!(text, "  {code:>2}  {meaning}");
    }
    text
}
