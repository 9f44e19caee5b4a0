//! What a handler knows about a request.

use std::cell::Cell;

use tableau_wire::{Format, Incoming, Version};

use crate::clock::Clock;
use crate::files::{Content, Spool};
use crate::lists::Lists;
use crate::log::Party;
use crate::metadata::graph::Graphs;
use crate::settings::Settings;
use crate::store::Store;
use crate::uploads::Uploads;

/// What a handler knows about a request, apart from the call itself.
pub(crate) struct Call<'a> {
    pub(crate) store: &'a Store,
    pub(crate) settings: &'a Settings,
    pub(crate) clock: &'a Clock,
    pub(crate) uploads: &'a Uploads,
    pub(crate) lists: &'a Lists,
    pub(crate) graphs: &'a Graphs,
    /// The address of the sandbox: `http://127.0.0.1:8000`.
    pub(crate) origin: &'a str,
    pub(crate) version: Version,
    /// The format of the answer.
    pub(crate) format: Format,
    /// The owner of the session that the call begins, set by its handler.
    pub(crate) begun: &'a Cell<Option<Party>>,
    /// The host that was asked, without its port.
    pub(crate) host: Option<&'a str>,
    pub(crate) body: &'a Incoming,
    /// The bytes of the file in the body, to be taken by its handler.
    pub(crate) file: &'a Cell<Option<Spool>>,
}

/// An answer that is a file.
pub(crate) struct Download {
    pub(crate) content: Content,
    /// The name of the part that the file would be sent as: `tableau_workbook`.
    pub(crate) part: &'static str,
    /// The name to save it by: `Superstore.twbx`.
    pub(crate) file_name: String,
    pub(crate) media_type: &'static str,
}
