//! Waiting for a job that a command starts.

use std::time::Duration;

use clap::Args as ClapArgs;

#[derive(Debug, Clone, Copy, ClapArgs)]
pub(crate) struct WaitForJob {
    /// Wait until the job has ended, an hour at most or this long
    #[arg(
        long,
        value_name = "SECONDS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "3600"
    )]
    wait: Option<u64>,
}

impl WaitForJob {
    /// How long to wait; `None` for not at all.
    pub(crate) fn time(self) -> Option<Duration> {
        self.wait.map(Duration::from_secs)
    }
}
