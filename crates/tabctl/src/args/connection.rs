//! Options that all commands, or all that reach a server, have.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args as ClapArgs;

/// The heading of what every command takes, below everything else.
const GLOBAL: &str = "Global options";

/// What every command has.
#[derive(Debug, Default, ClapArgs)]
pub(crate) struct Global {
    /// Show each HTTP exchange in one line on standard error; secrets are hidden
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    pub(crate) verbose: bool,
    /// Never show output a page at a time: by default it goes through $TABCTL_PAGER, $PAGER or less, on a terminal only
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub(crate) no_pager: bool,
    /// Wait this long and no longer for a connection, for an answer to begin, for a transfer that stalls, and in all for a call that transfers no file
    /// [default: 10, 30 (900 for files), 20, 90]
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Option<Duration>,
    /// Use this profile, regardless of the environment; without it TABLEAU_PROFILE names one, unless the environment has credentials
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "NAME")]
    pub(crate) profile: Option<String>,
}

impl Global {
    /// Takes what was not typed from the command around this one; a pager would show the output of one command of many.
    pub(crate) fn fall_back_to(&mut self, outer: &Self) {
        self.verbose |= outer.verbose;
        self.no_pager = true;
        self.timeout = self.timeout.or(outer.timeout);
        if self.profile.is_none() {
            self.profile.clone_from(&outer.profile);
        }
    }
}

pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| *seconds > 0.0);
    let span = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    span.ok_or_else(|| "a number of seconds above 0 is needed".to_owned())
}

/// Which certificates to trust, and the client's own.
#[derive(Debug, Default, Clone, ClapArgs)]
pub(crate) struct Trust {
    /// Trust the authorities in this PEM file too [env: TABLEAU_CA_BUNDLE]
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Accept only the certificate with this SHA-256 fingerprint, regardless of its issuer
    #[arg(long, value_name = "FINGERPRINT", conflicts_with = "ca_file")]
    pub(crate) pin_sha256: Option<String>,
    /// Use the client certificate in this file, for servers that require one: PEM, with its private key [env: TABLEAU_CLIENT_CERT]
    #[arg(long, value_name = "FILE")]
    pub(crate) client_cert: Option<PathBuf>,
    /// Accept any certificate, for scripts of tabcmd with --no-certcheck: the server may be another than it says
    #[arg(long, hide = true, conflicts_with_all = ["ca_file", "pin_sha256"])]
    pub(crate) no_certcheck: bool,
}

/// Where to sign in.
#[derive(Debug, Default, ClapArgs)]
pub(crate) struct Connection {
    /// The server's address [env: TABLEAU_SERVER_URL]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) server: Option<String>,
    /// The site by its content URL; "" is the Default site [env: TABLEAU_SITE_NAME]
    #[arg(long, value_name = "CONTENT_URL")]
    pub(crate) site: Option<String>,
    #[command(flatten)]
    pub(crate) trust: Trust,
}
