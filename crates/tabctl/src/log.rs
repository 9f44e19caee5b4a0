//! The log, for debugging.

use std::io;

use tracing_subscriber::filter::LevelFilter;

use crate::env;
use crate::failure::Failure;

/// Writes events of the level that the environment names, and above, to standard error.
pub(crate) fn start() -> Result<(), Failure> {
    let Some(level) = env::LOG.get() else {
        return Ok(());
    };
    let level: LevelFilter = level.parse().map_err(|_| {
        Failure::Usage(format!(
            "{} is {level:?}, and not one of error, warn, info, debug, trace",
            env::LOG.name()
        ))
    })?;
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(io::stderr)
        .with_ansi(false)
        .init();
    Ok(())
}
