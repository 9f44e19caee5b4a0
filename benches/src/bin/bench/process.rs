//! Processes that are measured, and servers that they ask.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::Outcome;
use crate::setup::Setup;

/// The CPU of servers and that of clients, where there are two.
const SERVER: usize = 0;
const CLIENT: usize = 1;

/// A program that is measured.
#[derive(Debug, Clone, Default)]
pub(crate) struct Task {
    pub(crate) name: &'static str,
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) environment: Vec<(&'static str, String)>,
    /// How often it runs for one sample: short programs run several times.
    pub(crate) times: u32,
    /// How many pieces of work one run does; figures are for one piece.
    pub(crate) pieces: u32,
}

/// What a program took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// Of user and kernel, in seconds.
    pub(crate) cpu: f64,
    /// In seconds.
    pub(crate) wall: f64,
    /// The most memory that it had, in megabytes.
    pub(crate) peak: f64,
}

impl Task {
    /// Runs it; gives what it took and what it said.
    pub(crate) fn run(&self, setup: &Setup) -> Outcome<(Sample, String)> {
        let mut command = measured(setup, CLIENT);
        command
            .args(["--times", &self.times.max(1).to_string()])
            .arg(&self.program)
            .args(&self.arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        let output = command.output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{} ({:?}): {said}", self.name, self.arguments).into());
        }
        let said = String::from_utf8_lossy(&output.stdout);
        Ok((
            self.sample(&said)?,
            said.lines().filter(|line| !line.starts_with('@')).collect(),
        ))
    }

    fn sample(&self, said: &str) -> Outcome<Sample> {
        let whole = marked(said, "@measured ").ok_or("nothing was measured")?;
        let &[cpu, wall, peak] = whole.as_slice() else {
            return Err("not what `measure` says".into());
        };
        // A part that the program measured itself takes the place of the whole.
        let (cpu, wall) = match marked(said, "@part ").as_deref() {
            Some(&[cpu, wall]) => (cpu, wall),
            _ => (cpu, wall),
        };
        let pieces = f64::from(self.pieces.max(1));
        Ok(Sample {
            cpu: cpu / 1e6 / pieces,
            wall: wall / 1e6 / pieces,
            peak: peak * 1024.0 / 1e6,
        })
    }
}

/// The numbers behind a mark.
fn marked(said: &str, mark: &str) -> Option<Vec<f64>> {
    let line = said.lines().find_map(|line| line.strip_prefix(mark))?;
    line.split(' ').map(|number| number.parse().ok()).collect()
}

/// A process below `measure`, on one CPU and in an environment that is the same everywhere.
fn measured(setup: &Setup, cpu: usize) -> Command {
    let measure = setup.program("measure");
    let mut command = match setup.pins {
        true => {
            // `measure` hands its CPU on; what `taskset` itself takes is not counted.
            let mut command = Command::new("taskset");
            command.arg("--cpu-list").arg(cpu.to_string()).arg(measure);
            command
        }
        false => Command::new(measure),
    };
    command.env_clear().envs(setup.environment());
    command
}

/// A server that runs until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    /// `measure`, or the reference server itself.
    child: Child,
    /// What the process of the server is.
    process: Pid,
    output: BufReader<ChildStdout>,
    /// The server ends with it.
    input: Option<ChildStdin>,
}

impl Server {
    /// Starts a program below `measure`, on the CPU of servers.
    pub(crate) fn start(setup: &Setup, program: &str, arguments: &[String]) -> Outcome<Self> {
        let mut command = measured(setup, SERVER);
        command.arg(setup.program(program)).args(arguments);
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Outcome<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = child.stdout.take().ok_or("no output")?;
        let mut server = Self {
            input: child.stdin.take(),
            process: Pid::from_child(&child),
            output: BufReader::new(output),
            child,
        };
        let line = server.line()?;
        let process = line.strip_prefix("@process ").ok_or("the server did not start")?;
        server.process = Pid::from_raw(process.trim().parse()?).ok_or("no process")?;
        Ok(server)
    }

    /// The next line of its output.
    pub(crate) fn line(&mut self) -> Outcome<String> {
        let mut line = String::new();
        match self.output.read_line(&mut line)? {
            0 => Err("the server has ended".into()),
            _ => Ok(line),
        }
    }

    /// The CPU that it has used so far, in seconds.
    pub(crate) fn cpu(&self) -> Outcome<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.as_raw_nonzero()))?;
        // Behind the name, which is in parentheses: the 12th and 13th field, in hundredths of a second.
        let (_, fields) = stat.rsplit_once(')').ok_or("no stat")?;
        let ticks = fields.split_whitespace().skip(11).take(2);
        let ticks: f64 = ticks.filter_map(|field| field.parse::<f64>().ok()).sum();
        Ok(ticks / 100.0)
    }

    /// Ends it in good order; gives what it took.
    pub(crate) fn stop(mut self) -> Outcome<Sample> {
        self.end();
        let mut said = String::new();
        self.output.read_to_string(&mut said)?;
        self.child.wait()?;
        Task::default().sample(&said)
    }

    fn end(&mut self) {
        drop(self.input.take());
        let _ = kill_process(self.process, Signal::TERM);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
        let _ = self.child.wait();
    }
}

/// Waits for something, looking again and again.
pub(crate) fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> Outcome<T> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(120) {
        if let Some(found) = look() {
            return Ok(found);
        }
        std::thread::sleep(Duration::from_micros(500));
    }
    Err(format!("{what} did not come").into())
}
