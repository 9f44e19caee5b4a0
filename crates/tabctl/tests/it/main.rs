//! Runs the binary against a sandbox, and looks at what it prints, what it keeps and how it ends.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod auth;
mod call;
mod exit_codes;
#[cfg(unix)]
mod paged;
mod sandbox;
#[cfg(unix)]
mod shell;
mod support;
#[cfg(unix)]
mod terminal;
#[cfg(unix)]
mod transcripts;
mod tsm;
mod workbooks;
