//! Tests of the client against a transport that answers as told.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod errors;
mod guard;
mod pages;
mod sessions;
mod support;
mod untyped;
mod uploads;
mod waiting;
