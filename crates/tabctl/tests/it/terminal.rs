//! A command at a terminal, and a user who reads and types.

use std::cell::Cell;
use std::io::{Read as _, Write as _};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Pty, open};
use rustix::termios::{LocalModes, tcgetattr};

/// How long anything may take.
const DEADLINE: Duration = Duration::from_secs(60);

/// A command at a terminal.
pub(crate) struct Session {
    child: Child,
    pty: Arc<Pty>,
    modes: LocalModes,
    screen: Arc<Mutex<String>>,
    /// How much was on the screen at the last answer.
    answered: Cell<usize>,
    reader: JoinHandle<()>,
}

impl Session {
    pub(crate) fn start(command: Command, columns: u16) -> Self {
        let (pty, pts) = open().unwrap();
        pty.resize(Size::new(24, columns)).unwrap();
        let modes = tcgetattr(&pty).unwrap().local_modes;
        let child = pty_process::blocking::Command::from(command).spawn(pts).unwrap();
        let (pty, screen) = (Arc::new(pty), Arc::new(Mutex::new(String::new())));
        let (from, to) = (Arc::clone(&pty), Arc::clone(&screen));
        let reader = thread::spawn(move || {
            let mut bytes = [0; 4096];
            // An error: the terminal is closed.
            while let Ok(length @ 1..) = (&*from).read(&mut bytes) {
                let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
                to.lock().unwrap().push_str(&text);
            }
        });
        Self {
            child,
            pty,
            modes,
            screen,
            answered: Cell::new(0),
            reader,
        }
    }

    /// Waits until the screen ends with a question, and types an answer.
    pub(crate) fn answer(&self, question: &str, answer: impl AsRef<[u8]>) {
        let start = Instant::now();
        loop {
            let screen = self.screen.lock().unwrap();
            if screen.len() > self.answered.get() && screen.ends_with(question) {
                self.answered.set(screen.len());
                break;
            }
            drop(screen);
            assert!(start.elapsed() < DEADLINE, "{question}: {:?}", self.screen);
            thread::yield_now();
        }
        (&*self.pty).write_all(answer.as_ref()).unwrap();
    }

    /// Waits until something is on the screen, wherever that is, and types.
    pub(crate) fn answer_to(&self, sight: &str, answer: impl AsRef<[u8]>) {
        let start = Instant::now();
        while !self.screen.lock().unwrap().contains(sight) {
            assert!(start.elapsed() < DEADLINE, "{sight}: {:?}", self.screen);
            thread::yield_now();
        }
        (&*self.pty).write_all(answer.as_ref()).unwrap();
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let kill = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status();
        assert!(kill.unwrap().success());
    }

    /// Waits for the end: the exit code, and everything that was on the screen.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            let is_late = start.elapsed() > DEADLINE;
            if is_late {
                self.child.kill().unwrap();
            }
            assert!(!is_late, "it does not end: {:?}", self.screen);
            thread::yield_now();
        };
        self.reader.join().unwrap();
        // Whatever happened, the terminal is as it was.
        assert_eq!(tcgetattr(&*self.pty).unwrap().local_modes, self.modes);
        let screen = self.screen.lock().unwrap().replace("\r\n", "\n");
        (status.code(), screen)
    }
}
