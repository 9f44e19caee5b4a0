//! A process, and the memory that it took at most.

use std::fs;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;

/// A process that has not ended by then hangs: longer than any bound that a case can reach.
const PATIENCE: Duration = Duration::from_secs(300);

/// How a process ended.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) output: String,
    /// In KiB.
    pub(crate) peak: u64,
}

/// Runs a process to its end, looking at it again and again: what it had at most never falls, so the last look is right but for a moment.
pub(crate) fn run(command: &mut Command) -> Outcome<Ended> {
    let file = tempfile::tempfile()?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(Stdio::null())
        .spawn()?;
    let (begun, mut peak) = (Instant::now(), 0);
    let status = loop {
        peak = peak_of(child.id()).unwrap_or(peak);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if begun.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Err("it hangs".into());
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    Ok(Ended {
        status,
        output: read(file)?,
        peak,
    })
}

fn read(mut file: fs::File) -> Outcome<String> {
    use std::io::{Read as _, Seek as _};
    let mut text = String::new();
    file.rewind()?;
    file.read_to_string(&mut text)?;
    Ok(text)
}

fn peak_of(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    peak.trim().trim_end_matches("kB").trim().parse().ok()
}
