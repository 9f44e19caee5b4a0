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
    ///
    /// # Errors
    /// Where the kernel does not say what it counts, as on systems other than Linux.
    pub fn start() -> io::Result<Self> {
        Ok(Self {
            cpu: cpu()?,
            wall: Instant::now(),
        })
    }

    /// The line that the runner looks for: CPU and time in microseconds.
    ///
    /// # Errors
    /// Where the kernel does not say what it counts, as on systems other than Linux.
    pub fn stop(&self) -> io::Result<String> {
        let cpu = cpu()?.saturating_sub(self.cpu);
        Ok(format!(
            "@part {} {}",
            cpu.as_micros(),
            self.wall.elapsed().as_micros()
        ))
    }
}

/// What the kernel has counted for the threads that there are.
fn cpu() -> io::Result<Duration> {
    let mut sum = 0;
    for thread in std::fs::read_dir("/proc/self/task")? {
        let text = std::fs::read_to_string(thread?.path().join("schedstat"))?;
        let first = text.split(' ').next().and_then(|field| field.parse::<u64>().ok());
        sum += first.ok_or(io::ErrorKind::InvalidData)?;
    }
    Ok(Duration::from_nanos(sum))
}
