//! Ctrl-C while a command waits for a job.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command};

use tableau_client::wire::tsm::JobStatus;
use tableau_sandbox::tsm::Fate;

use super::fixture::Fixture;

/// A backup that never ends, watched: Ctrl-C is pressed when it is seen to run. Gives the exit code, and what is said then.
fn interrupt(fixture: &Fixture, flags: &[&str]) -> (i32, String) {
    fixture.tsm().next_job(Fate::Hang);
    let mut child: Child = fixture.start(&[&["backup", "nightly"], flags].concat());
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    err.read_line(&mut line).unwrap();
    assert!(line.contains("GenerateBackup Running"), "{line}");
    let done = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(done.unwrap().success());
    let rest: Vec<_> = err.lines().map(Result::unwrap).collect();
    (child.wait().unwrap().code().unwrap(), rest.join("\n"))
}

#[test]
fn the_job_is_left_alone() {
    let fixture = Fixture::signed_in();
    let (code, said) = interrupt(&fixture, &[]);
    assert_eq!(code, 130, "{said}");
    assert!(said.contains("job 1 (GenerateBackupJob) goes on"), "{said}");
    assert!(said.contains("tabctl tsm jobs watch 1"), "{said}");
    assert_eq!(fixture.tsm().jobs()[0].status, Some(JobStatus::Running));
}

#[test]
fn the_job_is_cancelled_if_that_was_said_before() {
    let fixture = Fixture::signed_in();
    let (code, said) = interrupt(&fixture, &["--cancel-on-interrupt"]);
    assert_eq!(code, 130, "{said}");
    assert!(
        said.ends_with("job 1 (GenerateBackupJob) was cancelled"),
        "{said}"
    );
    assert_eq!(fixture.tsm().jobs()[0].status, Some(JobStatus::Cancelled));
}
