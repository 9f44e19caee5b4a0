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
mod shell;
mod support;
#[cfg(unix)]
mod terminal;
mod transcripts;
mod workbooks;
