//! `auth doctor` and `auth explain`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::connection::Connection;

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
What a command would do is what is examined: flags, environment and profile are the same. Layers, in this order: address, dns, tcp, tls, \
redirect, proxy, serverinfo, api version, site, credential, scopes, clock. The exit code is that of the command that would fail.")]
pub(crate) struct Doctor {
    /// The server's address, instead of the one from the environment or the profile
    #[arg(value_name = "ADDRESS", conflicts_with = "server")]
    pub(crate) address: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Explain {
    /// A code (401001), the number behind a refused sign-in (16), a name (JWT_PARSE_ERROR), a whole message, or `-`: a code or a JWT from standard input
    #[arg(
        value_name = "CODE",
        required_unless_present = "file",
        allow_hyphen_values = true
    )]
    pub(crate) code: Option<String>,
    /// Take the JWT in this file apart
    #[arg(long, value_name = "FILE", conflicts_with = "code")]
    pub(crate) file: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
