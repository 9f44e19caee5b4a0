//! Runs the binary against a sandbox, and looks at what it prints, what it keeps and how it ends.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod api;
mod auth;
mod auth_helper;
mod auth_precedence;
mod auth_private;
mod auth_profiles;
mod auth_secrets;
mod auth_tabcmd;
#[cfg(unix)]
mod auth_terminal;
mod batch;
mod call;
mod content;
mod docs;
mod doctor;
mod exit_codes;
mod explain;
mod export;
mod files;
mod interrupt;
#[cfg(unix)]
mod lists;
mod metadata;
mod mistakes;
#[cfg(unix)]
mod paged;
mod people;
mod practice;
mod references;
mod reliability;
mod resource;
mod rights;
mod sandbox;
#[cfg(unix)]
mod shell;
mod state;
mod support;
mod tabcmd;
#[cfg(unix)]
mod terminal;
#[cfg(unix)]
mod transcripts;
#[cfg(unix)]
mod transfers;
mod tsm;
mod workbooks;
