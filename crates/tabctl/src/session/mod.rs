//! Resolves options, environment and profiles into credentials and a site.

pub(crate) mod config;
pub(crate) mod exchange;
pub(crate) mod helper;
mod keyring;
pub(crate) mod profile;
pub(crate) mod secrets;
pub(crate) mod seen;
pub(crate) mod settings;
pub(crate) mod source;
