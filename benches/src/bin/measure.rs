//! Runs a program to its end, some times over, and says last what the kernel counted: `@measured CPU WALL PEAK`, in microseconds and KiB, of one run.
//!
//! `measure [--times N] PROGRAM [ARGUMENT…]`, on Linux. It says `@process ID` when the program has started.
//!
//! A process of its own, since the kernel counts the memory of the one that starts another as the other's until that has begun: this one has two
//! megabytes.

use std::error::Error;

type Outcome<T> = Result<T, Box<dyn Error>>;

#[cfg(not(target_os = "linux"))]
fn main() -> Outcome<()> {
    Err("this program measures on Linux only".into())
}

#[cfg(target_os = "linux")]
fn main() -> Outcome<()> {
    linux::main()
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io::{self, Write as _};
    use std::process::Command;
    use std::time::{Duration, Instant};

    use wait4::{ResUse, Wait4 as _};

    use super::Outcome;

    pub(super) fn main() -> Outcome<()> {
        let mut arguments = std::env::args().skip(1).peekable();
        let mut times: u32 = 1;
        if arguments.next_if(|argument| argument == "--times").is_some() {
            times = arguments.next().ok_or("how often?")?.parse()?;
        }
        let program = arguments.next().ok_or("which program?")?;
        let arguments: Vec<String> = arguments.collect();
        let (mut wall, mut cpu, mut peak) = (Duration::ZERO, Duration::ZERO, 0);
        for _ in 0..times {
            let (took, used) = run(&program, &arguments)?;
            wall += took;
            cpu += used.rusage.utime + used.rusage.stime;
            peak = peak.max(used.rusage.maxrss);
        }
        let each = u128::from(times.max(1));
        say(&format!(
            "@measured {} {} {}",
            cpu.as_micros() / each,
            wall.as_micros() / each,
            peak / 1024
        ))
    }

    fn run(program: &str, arguments: &[String]) -> Outcome<(Duration, ResUse)> {
        let begun = Instant::now();
        let mut child = Command::new(program).args(arguments).spawn()?;
        say(&format!("@process {}", child.id()))?;
        let ended = child.wait4()?;
        match ended.status.success() {
            true => Ok((begun.elapsed(), ended)),
            false => {
                let status = ended.status;
                Err(format!("{program} {} ended with {status}", arguments.join(" ")).into())
            }
        }
    }

    fn say(line: &str) -> Outcome<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "{line}")?;
        Ok(out.flush()?)
    }
}
