//! A controller, and `tabctl` beside it.

use std::cell::Cell;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tableau_sandbox::{Sandbox, tsm, well_known};
use tempfile::TempDir;

use crate::support::{Bench, Ended, end};

pub(crate) struct Fixture {
    bench: Bench,
    /// How many jobs there were.
    jobs: Cell<usize>,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let listen = ([127, 0, 0, 1], 0).into();
        let bench = Bench {
            sandbox: Sandbox::builder()
                .workbooks(1)
                .listen_tsm(listen)
                .start()
                .unwrap(),
            folder: TempDir::new().unwrap(),
        };
        let jobs = Cell::new(0);
        Self { bench, jobs }
    }

    pub(crate) fn signed_in() -> Self {
        let fixture = Self::new();
        let ended = fixture.login(&["--trust-on-first-use"]);
        assert_eq!(ended.code, 0, "{ended:?}");
        fixture
    }

    pub(crate) fn bench(&self) -> &Bench {
        &self.bench
    }

    pub(crate) fn sandbox(&self) -> &Sandbox {
        &self.bench.sandbox
    }

    pub(crate) fn tsm(&self) -> &tsm::Service {
        self.bench.sandbox.tsm()
    }

    pub(crate) fn url(&self) -> &str {
        self.bench.sandbox.tsm_url().unwrap()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.bench.folder.path().join(name)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.finish(self.start(arguments))
    }

    /// `tabctl` under way, with its output kept.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.bench.command(&["tsm"]);
        command.args(arguments).current_dir(self.bench.folder.path());
        command
    }

    /// Waits for the end of a command.
    pub(crate) fn finish(&self, mut child: Child) -> Ended {
        let deadline = Instant::now() + Duration::from_secs(60);
        while child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < deadline, "it does not end");
            self.let_jobs_end();
            thread::yield_now();
        }
        let ended = end(child.wait_with_output().unwrap());
        for text in [&ended.out, &ended.err] {
            assert!(!text.contains(well_known::PASSWORD), "{text}");
        }
        ended
    }

    /// Lets a minute go by for each new job: longer than any takes that ends by itself.
    fn let_jobs_end(&self) {
        let jobs = self.tsm().jobs().len();
        if self.jobs.replace(jobs) < jobs {
            self.tsm().clock().advance(Duration::from_secs(60));
        }
    }

    /// `tabctl` with the password on its standard input.
    pub(crate) fn with_password(&self, password: impl AsRef<[u8]>, arguments: &[&str]) -> Ended {
        let mut command = self.command(arguments);
        command
            .args(["--password-stdin", "--username", well_known::TSM_ACCOUNT])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A command that refuses its arguments does not read it.
        let _ = stdin.write_all(&[password.as_ref(), b"\n"].concat());
        drop(stdin);
        self.finish(child)
    }

    pub(crate) fn login(&self, trust: &[&str]) -> Ended {
        let arguments = [&["login", "--server", self.url()], trust].concat();
        self.with_password(well_known::PASSWORD, &arguments)
    }

    /// What is remembered of the session.
    pub(crate) fn kept(&self) -> Option<String> {
        fs::read_to_string(self.file("tsm.toml")).ok()
    }
}
