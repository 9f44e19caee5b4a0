//! Files on their way while the process is killed, interrupted or out of disk: published once, and never half a file under its name.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use support::Random;
use tableau_sandbox::{Effect, Fault, JobPlan, Sandbox};
use tempfile::TempDir;

use crate::support::{Bench, end};

const MEGABYTE: usize = 1024 * 1024;
/// How often a process is killed: a few times here, and as often as wanted by hand.
const KILLS: &str = "TABCTL_TEST_KILLS";
/// The seed of the points at which it is killed, instead of a random one.
const SEED: &str = "TABCTL_TEST_KILLS_SEED";

/// A package of this many bytes: one entry, stored.
fn package(bytes: usize) -> Vec<u8> {
    let twb = b"<?xml version='1.0'?><workbook><worksheets><worksheet name='Map'/></worksheets></workbook>";
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.start_file("Sales.twb", stored).unwrap();
    zip.write_all(twb).unwrap();
    zip.start_file("Data/orders.hyper", stored).unwrap();
    let content: Vec<u8> = (0..bytes)
        .map(|number| u8::try_from(number % 251).unwrap())
        .collect();
    zip.write_all(&content).unwrap();
    zip.finish().unwrap().into_inner()
}

struct Scene {
    bench: Bench,
    content: Vec<u8>,
}

impl Scene {
    fn new(bytes: usize) -> Self {
        let bench = Bench {
            sandbox: Sandbox::start().unwrap(),
            folder: TempDir::new().unwrap(),
        };
        let content = package(bytes);
        fs::write(bench.folder.path().join("Sales.twbx"), &content).unwrap();
        assert_eq!(bench.login("").code, 0);
        Self { bench, content }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.bench.folder.path().join(name)
    }

    /// `tabctl`, signed in by its profile.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.bench.command(arguments);
        command.current_dir(self.bench.folder.path());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn count(&self, call: &str) -> usize {
        let log = self.bench.sandbox.service().log().entries();
        log.iter()
            .filter(|entry| entry.operation.as_deref() == Some(call))
            .count()
    }

    /// Publishes that the server has done.
    fn published(&self) -> usize {
        let log = self.bench.sandbox.service().log().entries();
        let done = |call: &str, status| {
            log.iter()
                .filter(|entry| entry.operation.as_deref() == Some(call) && entry.status == status)
                .count()
        };
        done("workbooks.publish", 201)
    }

    /// How many publishes can be resumed.
    fn journals(&self) -> usize {
        fs::read_dir(self.path("uploads")).map_or(0, Iterator::count)
    }

    fn inject(&self, fault: Fault) {
        self.bench.sandbox.service().controls().inject(fault);
    }

    /// Downloads the workbook, compares it, and deletes it.
    fn check_and_delete(&self) {
        let saved = self.command(&[
            "workbooks",
            "download",
            "Samples/Sales",
            "-o",
            "check.twbx",
            "--overwrite",
        ]);
        let ended = end({ saved }.output().unwrap());
        assert_eq!(ended.code, 0, "{ended:?}");
        assert!(
            fs::read(self.path("check.twbx")).unwrap() == self.content,
            "another file was published"
        );
        let ended = end(self
            .command(&["workbooks", "delete", "Samples/Sales", "--yes"])
            .output()
            .unwrap());
        assert_eq!(ended.code, 0, "{ended:?}");
    }
}

const PUBLISH: &[&str] = &[
    "workbooks",
    "publish",
    "Sales.twbx",
    "--project",
    "Samples",
    "--resume",
];

fn wait_until(mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < deadline, "it does not come");
        thread::yield_now();
    }
}

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
}

/// A number from 0 to 1 for each kill; how many there are, and the seed, may be set.
fn kills(usual: u64) -> impl Iterator<Item = f64> {
    let count = std::env::var(KILLS).map_or(usual, |text| text.parse().unwrap());
    let mut random = Random::printed(SEED);
    let mut drawn = move || u32::try_from(random.below(1 << 32)).unwrap();
    (0..count).map(move |_| f64::from(drawn()) / f64::from(u32::MAX))
}

/// How long a command takes that is not disturbed.
fn duration(command: &mut Command) -> Duration {
    let begun = Instant::now();
    let ended = end(command.output().unwrap());
    assert_eq!(ended.code, 0, "{ended:?}");
    begun.elapsed()
}

/// Lets it run for this part of the time, then kills it; gives what it wrote, and whether it had ended by itself.
fn kill_after(command: &mut Command, whole: Duration, part: f64) -> Output {
    let mut child = command.spawn().unwrap();
    // Where it is killed is up to chance: nothing is asserted about it.
    let until = Instant::now() + whole.mul_f64(part * 1.05);
    while Instant::now() < until && child.try_wait().unwrap().is_none() {
        thread::park_timeout(Duration::from_millis(1));
    }
    let _ = child.kill();
    child.wait_with_output().unwrap()
}

#[test]
fn a_publish_that_is_killed_anywhere_is_resumed_and_done_once() {
    let scene = Scene::new(64 * MEGABYTE);
    let whole = duration(&mut scene.command(PUBLISH));
    scene.check_and_delete();
    for part in kills(6) {
        let (before, sent) = (scene.published(), scene.count("file_uploads.appendToFileUpload"));
        let killed = kill_after(&mut scene.command(PUBLISH), whole, part);
        // Killed when it had said what it published and had removed the journal, it had done all but end.
        let had_said_all = !killed.stdout.is_empty() && scene.journals() == 0;
        if !killed.status.success() && !had_said_all {
            let ended = end(scene.command(PUBLISH).output().unwrap());
            assert_eq!(ended.code, 0, "{part}: {ended:?}");
        }
        assert_eq!(scene.published() - before, 1, "{part}: it is published once");
        // Seven chunks; one more that was under way, or all once more if it was stored and the process did not know.
        let sent = scene.count("file_uploads.appendToFileUpload") - sent;
        assert!((7..=15).contains(&sent), "{part}: {sent} chunks");
        scene.check_and_delete();
        assert_eq!(scene.journals(), 0, "{part}: nothing is left of it");
    }
}

#[test]
fn a_download_that_is_killed_anywhere_leaves_no_file_under_its_name() {
    let scene = Scene::new(16 * MEGABYTE);
    duration(&mut scene.command(PUBLISH));
    let target = scene.path("copy");
    let download = || {
        fs::create_dir(&target).unwrap();
        scene.command(&["workbooks", "download", "Samples/Sales", "-o", "copy"])
    };
    let whole = duration(&mut download());
    fs::remove_dir_all(&target).unwrap();
    for part in kills(12) {
        kill_after(&mut download(), whole, part);
        let file = target.join("Sales.twbx");
        if file.exists() {
            assert!(fs::read(file).unwrap() == scene.content, "{part}: half a file");
        }
        fs::remove_dir_all(&target).unwrap();
    }
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn a_signal_ends_a_download_and_removes_its_temporary_file() {
    let scene = Scene::new(MEGABYTE);
    duration(&mut scene.command(PUBLISH));
    for (name, code) in [("-INT", 130), ("-TERM", 143)] {
        let target = scene.path(name);
        fs::create_dir(&target).unwrap();
        scene.inject(Fault::of(Effect::StallAfter { bytes: 500_000 }).on("workbooks.download"));
        let mut child = scene
            .command(&[
                "workbooks",
                "download",
                "Samples/Sales",
                "-o",
                &format!("./{name}"),
            ])
            .spawn()
            .unwrap();
        wait_until(|| !names(&target).is_empty());
        signal(&child, name);
        assert_eq!(child.wait().unwrap().code(), Some(code));
        assert_eq!(names(&target), [""; 0], "{name}");
    }
}

#[test]
fn a_signal_ends_a_publish_and_keeps_its_journal() {
    let scene = Scene::new(64 * MEGABYTE);
    for (round, (name, code)) in [("-INT", 130), ("-TERM", 143)].into_iter().enumerate() {
        let append = "file_uploads.appendToFileUpload";
        scene.inject(
            Fault::of(Effect::StallRequest { bytes: 10_000 })
                .on(append)
                .nth(3),
        );
        let before = scene.count(append);
        let mut child = scene.command(PUBLISH).spawn().unwrap();
        wait_until(|| scene.count(append) >= before + 2);
        let uploads = scene.path("uploads");
        wait_until(|| {
            fs::read_to_string(uploads.join(&names(&uploads)[0]))
                .is_ok_and(|text| text.contains("\"acknowledged\":20971520"))
        });
        signal(&child, name);
        assert_eq!(child.wait().unwrap().code(), Some(code), "{name}");
        let [journal] = names(&uploads).try_into().unwrap();
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&uploads), mode(&uploads.join(journal))), (0o700, 0o600));
        }
        scene.bench.sandbox.service().controls().clear_faults();
        duration(&mut scene.command(PUBLISH));
        assert_eq!(
            scene.count("file_uploads.initiateFileUpload"),
            round + 1,
            "{name}: it goes on"
        );
        scene.check_and_delete();
    }
}

/// No room for the file: what the shell allows is less than it.
#[test]
fn a_full_disk_is_an_error_and_leaves_nothing_behind() {
    let scene = Scene::new(4 * MEGABYTE);
    duration(&mut scene.command(PUBLISH));
    let target = scene.path("full");
    fs::create_dir(&target).unwrap();
    // Blocks of 512 bytes: one megabyte. Ignored, the signal leaves the error of writing.
    let script = format!(
        "trap '' XFSZ; ulimit -f 2048; exec {} workbooks download Samples/Sales -o full",
        env!("CARGO_BIN_EXE_tabctl")
    );
    let mut shell = Command::new("/bin/sh");
    shell
        .args(["-c", &script])
        .current_dir(scene.bench.folder.path())
        .env_clear()
        .env("TABLEAU_CONFIG_DIR", scene.bench.folder.path())
        .env("TABLEAU_KEYRING", "off");
    let ended = end(shell.output().unwrap());
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.err.contains("cannot be written"), "{ended:?}");
    assert_eq!(names(&target), [""; 0]);
}

#[test]
fn without_resume_a_journal_is_begun_anew() {
    let scene = Scene::new(64 * MEGABYTE);
    let initiate = "file_uploads.initiateFileUpload";
    scene.inject(
        Fault::new(500, "500000")
            .on("file_uploads.appendToFileUpload")
            .nth(2),
    );
    let ended = end(scene.command(PUBLISH).output().unwrap());
    assert_eq!(ended.code, 10, "{ended:?}");
    let ended = end(scene.command(&PUBLISH[..5]).output().unwrap());
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(scene.count(initiate), 2);
    scene.check_and_delete();
}

/// The next run publishes anew: the upload was used up by the job that failed.
#[test]
fn a_job_that_fails_leaves_no_journal() {
    let scene = Scene::new(64 * MEGABYTE);
    scene.bench.plan_jobs(JobPlan::fails("The database is offline."));
    let arguments = [PUBLISH, &["--as-job", "--wait=60"]].concat();
    let ended = end(scene.command(&arguments).output().unwrap());
    assert_eq!(ended.code, 7, "{ended:?}");
    assert_eq!(names(&scene.path("uploads")), [""; 0]);
    scene.bench.plan_jobs(JobPlan::succeeds());
    let ended = end(scene.command(&arguments).output().unwrap());
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(scene.count("file_uploads.initiateFileUpload"), 2);
    scene.check_and_delete();
}
