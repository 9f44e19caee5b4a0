//! The reference servers.

use crate::Outcome;
use crate::options::Options;
use crate::process::Server;
use crate::setup::Setup;

/// How late answers come where they come late, in milliseconds.
const DELAY: u32 = 20;

/// The servers of one run.
pub(crate) struct References {
    /// With many workbooks.
    pub(crate) plain: Reference,
    /// With a hundred.
    pub(crate) few: Reference,
    /// Its answers come late.
    pub(crate) delayed: Reference,
}

/// A reference server, and where it is.
pub(crate) struct Reference {
    pub(crate) server: Server,
    pub(crate) http: String,
    pub(crate) https: String,
}

impl References {
    pub(crate) fn start(setup: &Setup, options: &Options) -> Outcome<Self> {
        let sizes = options.sizes;
        Ok(Self {
            plain: Reference::start(setup, sizes.items, sizes.file, 0)?,
            few: Reference::start(setup, 100, 0, 0)?,
            delayed: Reference::start(setup, sizes.delayed_items, sizes.file, DELAY)?,
        })
    }
}

impl Reference {
    pub(crate) fn start(setup: &Setup, items: u32, file: u64, delay: u32) -> Outcome<Self> {
        let (certificate, key) = (setup.text("certificate.pem"), setup.text("key.pem"));
        let (items, file, delay) = (items.to_string(), file.to_string(), delay.to_string());
        let arguments = ["--items", &items, "--file", &file, "--delay", &delay];
        let tls = ["--certificate", &certificate, "--key", &key];
        // None were made where nothing is measured over TLS.
        let tls = if setup.path("key.pem").exists() {
            &tls[..]
        } else {
            &[]
        };
        let arguments: Vec<String> = arguments.iter().chain(tls).copied().map(str::to_owned).collect();
        let mut server = Server::start(setup, "reference", &arguments)?;
        let line = server.line()?;
        let (http, https) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        Ok(Self {
            server,
            http: http.to_owned(),
            https: https.to_owned(),
        })
    }
}
