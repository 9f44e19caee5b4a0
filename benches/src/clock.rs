//! What a program says of a part of itself.

use std::io;
use std::time::{Duration, Instant};

/// Measures a part of a program, in the program: what stands before it, such as the start of an interpreter, does not count.
#[derive(Debug)]
pub struct Clock {
    cpu: Duration,
    wall: Instant,
}

impl Clock {
    /// Begins to measure.
    #[must_use]
    pub fn start() -> Self {
        Self {
            cpu: cpu(),
            wall: Instant::now(),
        }
    }

    /// The line that the runner looks for: CPU and time in microseconds.
    ///
    /// # Errors
    /// If this is not Linux, where the kernel counts for a process.
    pub fn stop(&self) -> io::Result<String> {
        if cfg!(not(target_os = "linux")) {
            return Err(io::ErrorKind::Unsupported.into());
        }
        let cpu = cpu().saturating_sub(self.cpu);
        Ok(format!(
            "@part {} {}",
            cpu.as_micros(),
            self.wall.elapsed().as_micros()
        ))
    }
}

#[cfg(target_os = "linux")]
fn cpu() -> Duration {
    use nix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).map_or(Duration::ZERO, Duration::from)
}

#[cfg(not(target_os = "linux"))]
fn cpu() -> Duration {
    Duration::ZERO
}
