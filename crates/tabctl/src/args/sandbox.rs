//! `tabctl sandbox` and `tabctl demo`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

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
    /// Redirect the API's requests from http to https, with this status
    #[arg(long, value_name = "STATUS", requires = "listen_tls", value_parser = ["301", "302", "303", "307", "308"])]
    pub(crate) redirect: Option<String>,
    /// Let tests on this machine inject faults, move the clock, end sessions and read the request log, below /_sandbox; for loopback addresses only
    #[arg(long)]
    pub(crate) control: bool,
    /// Inject the faults in this file (JSON; `-` is standard input) from the start
    #[arg(long, value_name = "FILE")]
    pub(crate) faults: Option<PathBuf>,
    /// Listen for Tableau Services Manager too, by https with a self-signed certificate; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = tableau_sandbox::well_known::TSM_ADDRESS)]
    pub(crate) listen_tsm: Option<SocketAddr>,
    /// How long jobs take, instead of 35 seconds: they succeed after this time
    #[arg(long, value_name = "SECONDS")]
    pub(crate) job_time: Option<u64>,
    /// The time zone of the server, by whose wall clock schedules come due, instead of UTC: `Europe/Lisbon`
    #[arg(long, value_name = "NAME")]
    pub(crate) time_zone: Option<String>,
    /// Write addresses and credentials to this file (JSON) once the sandbox serves
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,
    /// Keep everything in this folder; without it, nothing outlives the process
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// How many workbooks the Default site has when it is created, instead of 40
    #[arg(long, value_name = "N")]
    pub(crate) workbooks: Option<u32>,
    #[command(flatten)]
    pub(crate) unified: Option<UnifiedAccessTokens>,
}

/// The issuer, tenant and key of the unified access tokens that are accepted, on the site that simulates Tableau Cloud.
#[derive(Debug, ClapArgs)]
#[group(requires_all = ["uat_issuer", "uat_tenant", "uat_key"])]
pub(crate) struct UnifiedAccessTokens {
    /// Accept unified access tokens of this issuer (the claim `iss`), on the site that simulates Tableau Cloud
    #[arg(long, value_name = "ISSUER", required = false)]
    pub(crate) uat_issuer: String,
    /// For this tenant (the claim `https://tableau.com/tenantId`)
    #[arg(long, value_name = "ID", required = false)]
    pub(crate) uat_tenant: String,
    /// Signed with the key whose public part is in this file (RSA, PEM)
    #[arg(long, value_name = "FILE", required = false)]
    pub(crate) uat_key: PathBuf,
}

/// The certificate that the sandbox shows over TLS: a valid one, or one with a fault that clients have to notice.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Certificate {
    /// Signed by the sandbox's authority, for localhost, 127.0.0.1 and ::1
    Good,
    /// Expired yesterday
    Expired,
    /// For another host name
    WrongName,
    /// Signed by itself only
    SelfSigned,
}
