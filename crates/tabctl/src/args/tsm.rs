//! `tabctl tsm`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args as ClapArgs, Subcommand};
use tableau_client::tsm::JobId;

use super::output::Output;

#[derive(Debug, ClapArgs)]
pub(crate) struct Tsm {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// The controller, the account, and the certificates to trust.
#[derive(Debug, Default, ClapArgs)]
pub(crate) struct Connection {
    /// The controller's address: https, the name of the server, port 8850 unless given
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) server: Option<String>,
    /// Sign in as this account of the server's operating system, for this command only unless it is `login`
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) username: Option<String>,
    /// Read the account's password from standard input
    #[arg(long, global = true)]
    pub(crate) password_stdin: bool,
    /// Accept the certificate that the controller shows first, and from then on no other
    #[arg(long, global = true, conflicts_with_all = ["ca_file", "pin_sha256"])]
    pub(crate) trust_on_first_use: bool,
    /// Trust the authorities in this PEM file too [env: TABLEAU_CA_BUNDLE]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Accept only the certificate with this SHA-256 fingerprint, regardless of its issuer
    #[arg(long, global = true, value_name = "FINGERPRINT", conflicts_with = "ca_file")]
    pub(crate) pin_sha256: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign in to a controller and remember the session, not the password
    Login,
    /// Sign out at the controller and forget the session
    Logout(Logout),
    /// Show the status of the cluster and its nodes
    Status(Status),
    /// List the nodes with their addresses and hardware
    Nodes(Nodes),
    /// List, watch and cancel jobs
    #[command(subcommand)]
    Jobs(Jobs),
    /// Start the server
    Start(Wait),
    /// Stop the server
    Stop(Stopping),
    /// Stop the server and start it again
    Restart(Stopping),
    /// Make a backup in the server's own directory for backups
    Backup(Backup),
    /// Remove data that is not needed any more; without any option, the server decides
    Cleanup(Cleanup),
    /// Read the configuration
    #[command(subcommand)]
    Configuration(Configuration),
    /// Write configuration and topology to a file; it has secrets of the server in it
    Export(Export),
    /// Read configuration and topology from a file; the changes are pending until they are applied
    Import(Import),
    /// List the product keys
    Licenses(Licenses),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Logout {
    /// Sign out every session at the controller, people's browsers included
    #[arg(long)]
    pub(crate) everywhere: bool,
    /// Do not ask before every session is signed out
    #[arg(short, long, requires = "everywhere")]
    pub(crate) yes: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Status {
    // Replaces the global flag of the same name.
    /// Show each service and its processes
    #[arg(short, long)]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Nodes {
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Jobs {
    /// List the jobs
    List(JobsList),
    /// Watch a job until it ends, by default the newest one
    Watch(JobsWatch),
    /// Cancel a job: a queued one, or a running one of the types that allow it
    Cancel(JobsCancel),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct JobsList {
    /// Only those with this status: Succeeded, Failed, Created, Running
    #[arg(long, value_name = "STATUS")]
    pub(crate) status: Option<String>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct JobsWatch {
    #[arg(value_name = "ID")]
    pub(crate) id: Option<JobId>,
    #[command(flatten)]
    pub(crate) wait: Wait,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct JobsCancel {
    #[arg(value_name = "ID")]
    pub(crate) id: JobId,
    /// Print JSON with the controller's own names; an error is one JSON object on standard error
    #[arg(long)]
    pub(crate) json: bool,
}

/// What stops the server for all its users, and so is confirmed.
#[derive(Debug, ClapArgs)]
pub(crate) struct Stopping {
    /// Do not ask first
    #[arg(short, long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) wait: Wait,
}

/// How a command waits for the job that it has started.
#[derive(Debug, ClapArgs)]
pub(crate) struct Wait {
    /// Stop waiting after this time; the job goes on [default: half an hour, and a day for backups]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) request_timeout: Option<Duration>,
    /// Cancel the job on Ctrl-C, instead of leaving it running
    #[arg(long)]
    pub(crate) cancel_on_interrupt: bool,
    /// When the job has ended, print it as JSON with the controller's own names; an error is one JSON object on standard error
    #[arg(long)]
    pub(crate) json: bool,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text
        .parse()
        .map_err(|_| "a number of seconds is needed".to_owned())?;
    Ok(Duration::from_secs(seconds))
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Backup {
    /// The name of the file
    #[arg(value_name = "FILE")]
    pub(crate) file: String,
    /// Do not check the backup when it is made
    #[arg(long)]
    pub(crate) skip_verification: bool,
    #[command(flatten)]
    pub(crate) wait: Wait,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Cleanup {
    /// Remove log files
    #[arg(long)]
    pub(crate) log_files: bool,
    /// Only log files that are older than this
    #[arg(long, value_name = "SECONDS", requires = "log_files")]
    pub(crate) log_files_retention: Option<u64>,
    /// Remove temporary files
    #[arg(long)]
    pub(crate) temp_files: bool,
    /// Empty the Redis cache
    #[arg(long)]
    pub(crate) redis_cache: bool,
    /// Empty the table of HTTP requests
    #[arg(long)]
    pub(crate) http_requests: bool,
    /// Empty the cache of images
    #[arg(long)]
    pub(crate) sheet_image_cache: bool,
    #[command(flatten)]
    pub(crate) wait: Wait,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Configuration {
    /// Print the value of a key, as it was requested last, applied or not
    Get(ConfigurationGet),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ConfigurationGet {
    /// The key: `gateway.public.port`
    #[arg(value_name = "KEY")]
    pub(crate) key: String,
    /// Print JSON with the controller's own names; an error is one JSON object on standard error
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Export {
    /// Where to write; only you can read the file. `-` is standard output
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Replace an existing file
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Import {
    /// The file to read, written by `export`; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Import the configuration only
    #[arg(long, conflicts_with = "topology_only")]
    pub(crate) config_only: bool,
    /// Import the topology only
    #[arg(long)]
    pub(crate) topology_only: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Licenses {
    /// Show whole product keys, instead of their ends
    #[arg(long)]
    pub(crate) show_keys: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}
