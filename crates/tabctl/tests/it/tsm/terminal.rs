//! At a terminal: questions, a bar, Ctrl-C.

use std::process::Command;

use tableau_sandbox::tsm::Fate;
use tableau_sandbox::well_known;

use super::fixture::Fixture;
use crate::terminal::Session;

#[test]
fn missing_credentials_are_asked_for() {
    let fixture = Fixture::new();
    let session = Session::start(fixture.command(&["login", "--trust-on-first-use"]), 120);
    session.answer("Server: ", format!("{}\n", fixture.url()));
    session.answer("Account: ", format!("{}\n", well_known::TSM_ACCOUNT));
    session.answer("Password (not shown): ", format!("{}\n", well_known::PASSWORD));
    let (code, screen) = session.end();
    assert_eq!(code, Some(0), "{screen}");
    assert!(screen.contains("Signed in to"), "{screen}");
    assert!(!screen.contains(well_known::PASSWORD), "it is not seen: {screen}");
    assert!(fixture.kept().is_some());
}

fn at_terminal(fixture: &Fixture, arguments: &[&str]) -> Command {
    let mut command = fixture.command(arguments);
    command.env("TERM", "xterm");
    command
}

#[test]
fn the_bar_shrinks_for_its_text() {
    let fixture = Fixture::signed_in();
    fixture.tsm().next_job(Fate::Hang);
    let session = Session::start(at_terminal(&fixture, &["backup", "nightly"]), 120);
    session.answer_to(" %  Generating the backup.", "\x03");
    let (code, screen) = session.end();
    assert_eq!(code, Some(130), "{screen}");
    assert!(screen.contains("................]"), "{screen}");
    let (_, after) = screen.rsplit_once("\x1b[2K").unwrap();
    assert!(after.starts_with("job 1 (GenerateBackupJob) goes on"), "{screen}");
}

#[test]
fn ctrl_c_cancels_the_job_also_after_a_question() {
    let fixture = Fixture::new();
    fixture.tsm().next_job(Fate::Hang);
    let server = fixture.url().to_owned();
    let args = [
        "cleanup",
        "--server",
        &server,
        "--username",
        well_known::TSM_ACCOUNT,
        "--trust-on-first-use",
        "--cancel-on-interrupt",
    ];
    let session = Session::start(at_terminal(&fixture, &args), 120);
    session.answer("Password (not shown): ", format!("{}\n", well_known::PASSWORD));
    session.answer_to(" %  Removing files that are not needed.", "\x03");
    let (code, screen) = session.end();
    assert_eq!(code, Some(130), "{screen}");
    assert!(screen.contains("was cancelled"), "{screen}");
}
