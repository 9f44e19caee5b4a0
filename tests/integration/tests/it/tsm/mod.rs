//! The client of TSM against the sandbox's controller, over TLS unless time is paused.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod calls;
mod fixture;
mod jobs;
mod sessions;
mod trust;
mod versions;
mod waits;
