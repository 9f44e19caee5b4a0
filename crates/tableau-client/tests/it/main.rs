//! Tests of the client against a transport that answers as told.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod budget;
mod downloads;
mod errors;
mod file_server;
mod guard;
mod impersonation;
mod list_reader;
mod pages;
mod publishing;
mod sessions;
mod support;
mod untyped;
mod uploads;
mod waiting;
