//! What a handler knows about a request.

use std::cell::Cell;

use bytes::Bytes;
use tableau_wire::{Format, Version};

use crate::clock::Clock;
use crate::log::Party;
use crate::settings::Settings;
use crate::store::Store;
use crate::uploads::Uploads;

/// What a handler knows about a request, apart from the call itself.
pub(crate) struct Call<'a> {
    pub(crate) store: &'a Store,
    pub(crate) settings: &'a Settings,
    pub(crate) clock: &'a Clock,
    pub(crate) uploads: &'a Uploads,
    /// The address of the sandbox: `http://127.0.0.1:8000`.
    pub(crate) origin: &'a str,
    pub(crate) version: Version,
    /// The format of the answer.
    pub(crate) format: Format,
    /// Whose session the call begins, set by its handler.
    pub(crate) begun: &'a Cell<Option<Party>>,
    pub(crate) content_type: Option<&'a str>,
    /// The host that was asked, without its port.
    pub(crate) host: Option<&'a str>,
    pub(crate) body: &'a Bytes,
}
