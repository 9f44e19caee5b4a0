//! `tabctl tsm` against a sandbox's controller.

mod fixture;
#[cfg(unix)]
mod interrupts;
mod jobs;
mod sessions;
mod settings;
#[cfg(unix)]
mod terminal;

pub(crate) use fixture::Fixture;
