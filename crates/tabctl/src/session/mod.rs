//! Who signs in where: what was typed, set and remembered, settled into a site.

pub(crate) mod config;
pub(crate) mod exchange;
pub(crate) mod helper;
mod keyring;
pub(crate) mod profile;
pub(crate) mod secrets;
pub(crate) mod settings;
pub(crate) mod source;
