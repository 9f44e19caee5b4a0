//! `tabctl tasks run` and `tabctl jobs watch`.

use clap::{Args as ClapArgs, Command};

use super::connection::Connection;
use super::output::Output;
use super::wait::WaitForJob;

#[derive(Debug, ClapArgs)]
pub(crate) struct RunTask {
    /// The tasks, each by its LUID, or by the workbook, data source or flow that it is for: by name, path or address
    #[arg(value_name = "TASK", required = true)]
    pub(crate) tasks: Vec<String>,
    /// Where a job for the same content is queued or running already, take it instead of failing
    #[arg(long)]
    pub(crate) or_queued: bool,
    #[command(flatten)]
    pub(crate) wait: WaitForJob,
    /// Show what would be run, and run nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

impl RunTask {
    pub(super) fn command() -> Command {
        Self::augment_args(Command::new("run")).about("Run tasks now, apart from their schedules, in jobs")
    }
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Watch {
    /// The jobs, each by its LUID
    #[arg(value_name = "JOB", required = true)]
    pub(crate) jobs: Vec<String>,
    /// Stop waiting after this long; the job goes on
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    pub(crate) within: u64,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

impl Watch {
    pub(super) fn command() -> Command {
        Self::augment_args(Command::new("watch"))
            .visible_alias("wait")
            .about("Wait until jobs have ended, and tell how")
    }
}
