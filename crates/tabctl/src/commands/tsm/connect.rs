//! The controller, the account and the trusted certificates: from flags, then from the saved session.

use std::io::{self, BufRead as _};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::Duration;

use tableau_client::tsm::{Tsm, TsmAddress, TsmSession};
use tableau_client::{ErrorKind, Secret, Timeouts};
use tokio::runtime::Runtime;

use super::kept::Kept;
use super::trust::{FirstUse, Trust};
use crate::args::tsm::Connection;
use crate::env;
use crate::failure::Failure;
use crate::session::exchange::Shown;
use crate::session::settings::not_signed_out;
use crate::terminal::prompt::Terminal;
use crate::terminal::text::say;

/// How to get a session.
pub(super) struct Connector {
    flags: Connection,
    verbose: bool,
    timeout: Option<Duration>,
    runtime: Runtime,
}

/// A session, and the part of it to save.
pub(super) struct Opened {
    pub(super) session: TsmSession,
    pub(super) kept: Kept,
    pub(super) trust: Trust,
    /// Reports at the end which certificate was newly trusted.
    _first_use: Option<FirstUse>,
}

impl Connector {
    pub(super) fn new(flags: Connection, verbose: bool, timeout: Option<Duration>) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::Local(format!("the runtime could not be started: {error}")))?;
        Ok(Self {
            flags,
            verbose,
            timeout,
            runtime,
        })
    }

    /// Runs a command with a session: the saved one, or, if credentials were given, a new one that ends with the command.
    pub(super) fn run<T>(
        &self,
        command: impl AsyncFnOnce(&TsmSession) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.wait(self.run_in_session(command))
    }

    /// Waits for work outside a session, such as signing in.
    pub(super) fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        // Boxed, since the runtime is compiled anew for every type that it runs.
        let work: Pin<Box<dyn Future<Output = T> + '_>> = Box::pin(work);
        self.runtime.block_on(work)
    }

    async fn run_in_session<T>(
        &self,
        command: impl AsyncFnOnce(&TsmSession) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        if self.flags.username.is_some() || self.flags.password_stdin {
            let Opened { session, .. } = self.sign_in().await?;
            let result = command(&session).await;
            let signed_out = session.sign_out().await;
            let value = result?;
            // What the command did is done, whatever becomes of its session.
            if let Err(error) = signed_out {
                say(&not_signed_out(&error));
            }
            return Ok(value);
        }
        let Opened {
            session,
            mut kept,
            _first_use,
            ..
        } = self.resume()?;
        let result = command(&session).await;
        let cookies = session.cookies();
        if cookies != kept.cookies {
            kept.cookies = cookies;
            kept.store()?;
        }
        match result {
            Err(Failure::Call(error)) if error.kind() == ErrorKind::SessionEnded => {
                Err(Failure::NotSignedIn(format!(
                    "the session at {} has ended: run `tabctl tsm login`",
                    kept.server
                )))
            }
            result => result,
        }
    }

    /// Signs in with the given credentials, or asks for them.
    pub(super) async fn sign_in(&self) -> Result<Opened, Failure> {
        let remembered = Kept::load()?.map(|kept| kept.server);
        let server = settle(self.flags.server.clone().or(remembered), "Server", "--server")?;
        let address: TsmAddress = server.parse()?;
        let server = address.to_string();
        let username = settle(self.flags.username.clone(), "Account", "--username")?;
        let password = self.password()?;
        let trust = self.trust(&address)?;
        let (client, first_use) = self.client(address, &trust, None)?;
        let session = client.sign_in(&username, password).await?;
        let kept = Kept {
            server,
            username,
            api_version: session.api_version().to_string(),
            cookies: session.cookies(),
        };
        Ok(Opened {
            session,
            kept,
            trust,
            _first_use: first_use,
        })
    }

    /// Resumes the saved session.
    pub(super) fn resume(&self) -> Result<Opened, Failure> {
        let Some(kept) = Kept::load()? else {
            return Err(Failure::NotSignedIn(
                "not signed in to TSM: run `tabctl tsm login`, or give --server, --username and --password-stdin"
                    .to_owned(),
            ));
        };
        let address: TsmAddress = kept.server.parse()?;
        if let Some(asked) = &self.flags.server {
            let asked: TsmAddress = asked.parse()?;
            // The cookies belong to one controller, and are not sent to another.
            if asked != address {
                return Err(Failure::NotSignedIn(format!(
                    "not signed in to {asked} (but to {address}): run `tabctl tsm login --server {asked}`"
                )));
            }
        }
        let trust = self.trust(&address)?;
        let (client, first_use) = self.client(address, &trust, Some(&kept.api_version))?;
        let session = client.resume(&kept.cookies)?;
        Ok(Opened {
            session,
            kept,
            trust,
            _first_use: first_use,
        })
    }

    /// Which certificates to trust: by flags, or else as saved, or else by the environment.
    fn trust(&self, address: &TsmAddress) -> Result<Trust, Failure> {
        let typed = Trust {
            on_first_use: self.flags.trust_on_first_use,
            ca_file: self.flags.ca_file.as_deref().map(from_anywhere),
            pin_sha256: self.flags.pin_sha256.clone(),
        };
        let set = || Trust {
            ca_file: env::CA_BUNDLE.get().as_deref().map(Path::new).map(from_anywhere),
            ..Trust::default()
        };
        if typed != Trust::default() {
            return Ok(typed);
        }
        Ok(Trust::remembered(address)?.unwrap_or_else(set))
    }

    fn client(
        &self,
        address: TsmAddress,
        trust: &Trust,
        version: Option<&str>,
    ) -> Result<(Tsm, Option<FirstUse>), Failure> {
        let first_use = trust
            .on_first_use
            .then(|| FirstUse::begin(&address))
            .transpose()?;
        let mut builder = Tsm::builder(address).user_agent(concat!("tabctl/", env!("CARGO_PKG_VERSION")));
        if let Some(limit) = self.timeout {
            builder = builder.timeouts(Timeouts::all(limit));
        }
        if let Some(first_use) = &first_use {
            builder = builder.trust_on_first_use(first_use.hosts());
        }
        if let Some(file) = &trust.ca_file {
            builder = builder.ca_file(file);
        }
        if let Some(fingerprint) = &trust.pin_sha256 {
            builder = builder.pin_sha256(fingerprint);
        }
        if let Some(version) = version.and_then(|version| version.parse().ok()) {
            builder = builder.api_version(version);
        }
        if self.verbose {
            builder = builder.wrap_transport(Shown::on_stderr);
        }
        Ok((builder.build()?, first_use))
    }

    fn password(&self) -> Result<Secret, Failure> {
        if self.flags.password_stdin {
            let mut line = String::new();
            io::stdin().lock().read_line(&mut line).map_err(|error| {
                Failure::Usage(format!(
                    "the password cannot be read from standard input: {error}"
                ))
            })?;
            let password = Secret::from(line.trim_end_matches(['\r', '\n']));
            if password.expose().is_empty() {
                return Err(Failure::Usage(
                    "there is no password on standard input".to_owned(),
                ));
            }
            return Ok(password);
        }
        match Terminal::find()? {
            Some(terminal) => terminal.secret("Password"),
            None => Err(Failure::Usage(
                "the password is missing: give --password-stdin and write it to standard input".to_owned(),
            )),
        }
    }
}

/// An absolute path, since the session is used from other folders too.
fn from_anywhere(file: &Path) -> PathBuf {
    std::path::absolute(file).unwrap_or_else(|_| file.to_owned())
}

/// A value from its flag, or the terminal.
fn settle(flag: Option<String>, question: &str, name: &str) -> Result<String, Failure> {
    if let Some(value) = flag {
        return Ok(value);
    }
    match Terminal::find()? {
        Some(terminal) => terminal.text(question),
        None => Err(Failure::Usage(format!("{name} is missing"))),
    }
}
