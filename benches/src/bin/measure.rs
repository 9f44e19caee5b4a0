//! Runs a program to its end, some times over, and says last what the kernel counted: `@measured CPU WALL PEAK`, in microseconds and KiB, of one run.
//!
//! `measure [--cpu N] [--times N] PROGRAM [ARGUMENT…]`, on Linux. It says `@process ID` when the program has started.
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

    use nix::sched::{CpuSet, sched_setaffinity};
    use nix::sys::resource::{Usage, UsageWho, getrusage};
    use nix::sys::time::TimeValLike as _;
    use nix::unistd::Pid;

    use super::Outcome;

    pub(super) fn main() -> Outcome<()> {
        let mut arguments = std::env::args().skip(1).peekable();
        let mut times: u32 = 1;
        while let Some(option) = arguments.next_if(|argument| argument.starts_with("--")) {
            let value = arguments.next().ok_or("an option without its value")?;
            match option.as_str() {
                "--cpu" => pin(value.parse()?)?,
                "--times" => times = value.parse()?,
                _ => return Err(format!("no option {option}").into()),
            }
        }
        let program = arguments.next().ok_or("which program?")?;
        let arguments: Vec<String> = arguments.collect();
        let mut wall = Duration::ZERO;
        for _ in 0..times {
            wall += run(&program, &arguments)?;
        }
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
        let each = i64::from(times.max(1));
        say(&format!(
            "@measured {} {} {}",
            cpu(&usage) / each,
            i64::try_from(wall.as_micros())? / each,
            usage.max_rss()
        ))
    }

    /// Lets this process, and those it starts, run on one CPU.
    fn pin(cpu: usize) -> Outcome<()> {
        let mut set = CpuSet::new();
        set.set(cpu)?;
        Ok(sched_setaffinity(Pid::from_raw(0), &set)?)
    }

    fn run(program: &str, arguments: &[String]) -> Outcome<Duration> {
        let begun = Instant::now();
        let mut child = Command::new(program).args(arguments).spawn()?;
        say(&format!("@process {}", child.id()))?;
        let status = child.wait()?;
        match status.success() {
            true => Ok(begun.elapsed()),
            false => Err(format!("{program} {} ended with {status}", arguments.join(" ")).into()),
        }
    }

    fn say(line: &str) -> Outcome<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "{line}")?;
        Ok(out.flush()?)
    }

    fn cpu(usage: &Usage) -> i64 {
        (usage.user_time() + usage.system_time()).num_microseconds()
    }
}
