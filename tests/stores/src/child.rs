//! A child process of a test, which reports its progress in lines.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child as Process, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process};

use crate::PATIENCE;

/// A process; it is killed when it is dropped.
#[derive(Debug)]
pub struct Child {
    process: Process,
    lines: Receiver<String>,
}

impl Child {
    /// Starts it. Its output is read at once, so that it never waits for the test.
    #[must_use]
    pub fn start(command: &mut Command) -> Self {
        let (sender, lines) = mpsc::channel();
        let process = start(command, move |line| {
            if let Some(line) = line {
                // The test may have dropped the receiver.
                let _ = sender.send(line);
            }
        });
        Self { process, lines }
    }

    /// Starts it, and passes its lines to a function; `None` is the end of its output.
    #[must_use]
    pub fn start_heard(command: &mut Command, hear: impl FnMut(Option<String>) + Send + 'static) -> Self {
        let process = start(command, hear);
        let (_, lines) = mpsc::channel();
        Self { process, lines }
    }

    /// The next line; `None` when the process has ended.
    pub fn line(&self) -> Option<String> {
        match self.lines.recv_timeout(PATIENCE) {
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("a process says nothing for too long"),
            line => line.ok(),
        }
    }

    /// Waits for a line with this prefix.
    pub fn wait_for(&self, beginning: &str) -> String {
        loop {
            match self.line() {
                Some(line) if line.starts_with(beginning) => return line,
                Some(_) => {}
                None => panic!("a process ended before it said `{beginning}`"),
            }
        }
    }

    /// Lets it continue if it waits for a line; it may have ended already.
    pub fn go_on(&mut self) {
        if let Some(stdin) = &mut self.process.stdin {
            let _ = stdin.write_all(b"\n");
        }
    }

    /// Kills it by SIGKILL, as the kernel does when memory runs out.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Stops it until it is resumed, and waits until it has stopped.
    pub fn stop(&self) {
        self.signal(Signal::STOP);
        // The kernel says so in the third field of the process's status, behind its name in parentheses.
        let status = format!("/proc/{}/stat", self.process.id());
        let start = Instant::now();
        loop {
            let text = std::fs::read_to_string(&status).unwrap();
            if text.rsplit(") ").next().is_some_and(|rest| rest.starts_with('T')) {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "it does not stop");
            thread::yield_now();
        }
    }

    /// Resumes a stopped process.
    pub fn resume(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.process.id()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
    }

    /// Waits for its end, which is near: it has closed its output.
    #[must_use]
    pub fn end(mut self) -> ExitStatus {
        self.process.wait().unwrap()
    }
}

fn start(command: &mut Command, mut hear: impl FnMut(Option<String>) + Send + 'static) -> Process {
    let mut process = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", command.get_program().display()));
    let stdout = process.stdout.take().unwrap();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            hear(Some(line));
        }
        hear(None);
    });
    process
}

impl Drop for Child {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
