//! Trust on first use: certificates that were trusted when they were first seen.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::PathBuf;

use rustls::pki_types::ServerName;

use super::certificate::Certificate;
use super::distrust::Distrust;
use crate::error::{Error, ErrorKind};

/// The entry for one server in a file that several programs may use at once.
///
/// The file is a JSON object: `host:port` → `sha256`, `subject`, `expires`. Only the fingerprint decides.
#[derive(Debug)]
pub(crate) struct KnownHosts {
    file: PathBuf,
    host: ServerName<'static>,
    key: String,
}

type Entries = BTreeMap<String, Certificate>;

impl KnownHosts {
    pub(crate) fn new(file: PathBuf, host: &str, port: u16) -> Result<Self, Error> {
        // An address of IPv6 has brackets in a URL and none in a certificate.
        let name = host.trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(name).map_err(|error| {
            Error::new(ErrorKind::Address, format!("`{host}` is not a host's name")).caused_by(error)
        })?;
        Ok(Self {
            file,
            host: name,
            key: format!("{host}:{port}"),
        })
    }

    /// The certificate that was seen first; `None` if none was.
    pub(super) fn expected(&self, host: &ServerName<'_>) -> Result<Option<Certificate>, Distrust> {
        // The same verifier is asked about a proxy with https.
        if *host != self.host {
            return Err(Distrust::OtherHost(format!(
                "trust on first use is for {}, and this is {}",
                self.key,
                host.to_str()
            )));
        }
        let mut file = match File::open(&self.file) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.unusable(&error)),
        };
        file.lock_shared().map_err(|error| self.unusable(&error))?;
        Ok(self.read(&mut file)?.remove(&self.key))
    }

    /// Stores the certificate, unless one is stored already, which then has to be the same.
    pub(super) fn remember(&self, found: &Certificate) -> Result<(), Distrust> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        // Write access to this file decides which servers are trusted, and the umask may give it to a group.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.file).map_err(|error| self.unusable(&error))?;
        file.lock().map_err(|error| self.unusable(&error))?;
        let mut entries = self.read(&mut file)?;
        if let Some(expected) = entries.get(&self.key) {
            return self.compare(expected, found);
        }
        entries.insert(self.key.clone(), found.clone());
        self.write(&mut file, &entries)
            .map_err(|error| self.unusable(&error))?;
        tracing::info!(server = self.key, certificate = %found, "a certificate is trusted from now on");
        Ok(())
    }

    pub(super) fn compare(&self, expected: &Certificate, found: &Certificate) -> Result<(), Distrust> {
        if expected.sha256 == found.sha256 {
            return Ok(());
        }
        let source = format!(", as {} says for {}", self.file.display(), self.key);
        Err(Distrust::changed(found, expected, &source))
    }

    fn read(&self, file: &mut File) -> Result<Entries, Distrust> {
        let mut text = String::new();
        file.read_to_string(&mut text)
            .map_err(|error| self.unusable(&error))?;
        if text.trim().is_empty() {
            return Ok(Entries::new());
        }
        serde_json::from_str(&text).map_err(|error| self.unusable(&error))
    }

    fn write(&self, file: &mut File, entries: &Entries) -> io::Result<()> {
        let mut text = serde_json::to_string_pretty(entries)?;
        text.push('\n');
        file.rewind()?;
        file.set_len(0)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    }

    fn unusable(&self, error: &dyn std::error::Error) -> Distrust {
        Distrust::File(format!(
            "{}, where certificates are kept that were trusted on first use, cannot be used: {error}",
            self.file.display()
        ))
    }
}
