//! What can be typed. These types do nothing: they are what clap reads the command line into.

#![expect(
    clippy::doc_markdown,
    reason = "these comments are the help, where backticks would be noise"
)]

mod api;
mod auth;
mod call;
mod doctor;
mod output;
mod shell;
pub(crate) mod tsm;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

pub(crate) use api::Api;
pub(crate) use call::{Call, Endpoint, is_paged, members};
pub(crate) use doctor::{Doctor, Explain};
pub(crate) use output::Output;
pub(crate) use shell::{Completions, Man};

pub(crate) use auth::{Auth, Import, Kind, Login, Logout, Status, Tabcmd};

/// Tableau Server, Tableau Cloud and a local sandbox on the command line.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, arg_required_else_help = true, after_long_help = crate::failure::exit_codes())]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: Global,
}

/// What every command has.
#[derive(Debug, Default, ClapArgs)]
pub(crate) struct Global {
    /// Show each HTTP exchange in one line on standard error; secrets are hidden
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// Never show output a page at a time: by default it goes through $TABCTL_PAGER, $PAGER or less, on a terminal only
    #[arg(long, global = true)]
    pub(crate) no_pager: bool,
    /// Use this profile, whatever the environment says; without it TABLEAU_PROFILE names one, unless the environment has credentials
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign in to a sandbox, list its workbooks and sign out: everything in one go, nothing needed
    Demo(Demo),
    /// Run a Tableau Server on this machine, for tests and demos
    Sandbox(Sandbox),
    /// Sign in and out, and keep profiles of servers
    #[command(subcommand)]
    Auth(Auth),
    /// Work with workbooks
    #[command(subcommand)]
    Workbooks(Workbooks),
    /// Administer a server through Tableau Services Manager (TSM)
    Tsm(tsm::Tsm),
    /// Make a request of the REST API by hand
    Api(Api),
    /// Call any endpoint of the REST API by its name
    Call(Call),
    /// Print the completions of commands, flags and endpoints for a shell
    Completions(Completions),
    /// Print the manual page, or write the pages of all commands
    Man(Man),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Demo {
    /// How many workbooks the sandbox has
    #[arg(long, value_name = "N", default_value_t = 40)]
    pub(crate) workbooks: u32,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Sandbox {
    /// Where the REST API listens; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = tableau_sandbox::well_known::REST_ADDRESS)]
    pub(crate) listen: SocketAddr,
    /// Listen over TLS too, with a certificate of an authority made at the first start; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = "127.0.0.1:8443")]
    pub(crate) listen_tls: Option<SocketAddr>,
    /// Show this certificate over TLS
    #[arg(long, value_name = "KIND", requires = "listen_tls", default_value = "good")]
    pub(crate) certificate: Certificate,
    /// Redirect what comes to the API by http to https, with this status
    #[arg(long, value_name = "STATUS", requires = "listen_tls", value_parser = ["301", "302", "303", "307", "308"])]
    pub(crate) redirect: Option<String>,
    /// Let tests on this machine move the clock, end sessions and read the request log, below /_sandbox; for loopback addresses only
    #[arg(long)]
    pub(crate) control: bool,
    /// Listen for Tableau Services Manager too, by https with a self-signed certificate; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = tableau_sandbox::well_known::TSM_ADDRESS)]
    pub(crate) listen_tsm: Option<SocketAddr>,
    /// Write addresses and credentials to this file (JSON) once the sandbox serves
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,
    /// Keep everything in this folder; without it, nothing outlives the process
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// How many workbooks the Default site has when it is made, instead of 40
    #[arg(long, value_name = "N")]
    pub(crate) workbooks: Option<u32>,
    #[command(flatten)]
    pub(crate) unified: Option<UnifiedAccessTokens>,
}

/// Whose unified access tokens are accepted, on the site that plays Tableau Cloud.
#[derive(Debug, ClapArgs)]
#[group(requires_all = ["uat_issuer", "uat_tenant", "uat_key"])]
pub(crate) struct UnifiedAccessTokens {
    /// Accept unified access tokens of this issuer (the claim `iss`), on the site that plays Tableau Cloud
    #[arg(long, value_name = "ISSUER", required = false)]
    pub(crate) uat_issuer: String,
    /// For this tenant (the claim `https://tableau.com/tenantId`)
    #[arg(long, value_name = "ID", required = false)]
    pub(crate) uat_tenant: String,
    /// Signed with the key whose public part is in this file (RSA, PEM)
    #[arg(long, value_name = "FILE", required = false)]
    pub(crate) uat_key: PathBuf,
}

/// What the sandbox shows over TLS: one way to be right, and the ways to be wrong that clients have to notice.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Certificate {
    /// Signed by the sandbox's authority, for localhost, 127.0.0.1 and ::1
    Good,
    /// Was good until yesterday
    Expired,
    /// Is for a host of another name
    WrongName,
    /// Signed by nobody but itself
    SelfSigned,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Workbooks {
    /// List the workbooks of the site
    List(List),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct List {
    /// Which ones, in Tableau's own syntax: `ownerName:eq:admin,size:gt:10`
    #[arg(long, value_name = "FILTER")]
    pub(crate) filter: Option<String>,
    /// In which order: `name:asc,updatedAt:desc`
    #[arg(long, value_name = "SORT")]
    pub(crate) sort: Option<String>,
    /// At most this many
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// Whom to trust, and what to show those who do not trust everybody.
#[derive(Debug, Default, Clone, ClapArgs)]
pub(crate) struct Trust {
    /// Trust the authorities in this PEM file too [env: TABLEAU_CA_BUNDLE]
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Accept the one certificate with this SHA-256 fingerprint, whoever signed it
    #[arg(long, value_name = "FINGERPRINT", conflicts_with = "ca_file")]
    pub(crate) pin_sha256: Option<String>,
    /// Show the certificate in this file to servers that want one: PEM, with its private key [env: TABLEAU_CLIENT_CERT]
    #[arg(long, value_name = "FILE")]
    pub(crate) client_cert: Option<PathBuf>,
}

/// Where to sign in, for commands that do.
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn no_option_is_there_twice() {
        super::Args::command().debug_assert();
    }
}
