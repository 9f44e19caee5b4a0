//! Watching jobs while sessions end and the controller restarts.

use std::time::Duration;

use futures_util::StreamExt;
use tableau_client::tsm::{AsyncJob, JobEvent, JobWatch, TsmSession};
use tableau_client::wire::tsm::ProgressNote;
use tableau_client::{ErrorKind, JobOutcome};
use tableau_sandbox::tsm::Fate;

use crate::tsm::fixture::{Fixture, sign_in};

/// The duration of a poll by the sandbox's clock; no job takes 60 polls.
const STEP: Duration = Duration::from_millis(300);
const MOMENT: Duration = Duration::from_millis(1);

/// A session whose polls move the clock.
async fn worker(fixture: &Fixture) -> TsmSession {
    sign_in(&fixture.with_steps(STEP)).await.unwrap()
}

/// Polls without a pause.
fn watch(session: &TsmSession, id: tableau_client::tsm::JobId) -> JobWatch {
    session.watch(id).interval(MOMENT, MOMENT)
}

fn succeeded(outcome: tableau_client::Result<JobOutcome<AsyncJob>>) -> bool {
    matches!(outcome.unwrap(), JobOutcome::Succeeded(job) if job.is_done())
}

fn step(note: &ProgressNote) -> (&str, &str) {
    (
        note.step.as_deref().unwrap(),
        note.status.as_ref().unwrap().as_str(),
    )
}

#[tokio::test]
async fn each_note_comes_once_and_in_order() {
    let fixture = Fixture::new();
    let session = worker(&fixture).await;
    let job = session.disable().await.unwrap();
    let mut watch = watch(&session, job.id);
    let (mut seen, mut last) = (Vec::new(), 0);
    while let Some(event) = watch.next().await {
        match event.unwrap() {
            JobEvent::Progress { job, notes } => {
                assert!(job.progress.unwrap() >= last);
                last = job.progress.unwrap();
                seen.extend(notes);
            }
            JobEvent::Ended(outcome) => assert!(matches!(*outcome, JobOutcome::Succeeded(_))),
            other => panic!("nothing was away: {other:?}"),
        }
    }
    assert_eq!(
        seen.iter().map(step).collect::<Vec<_>>(),
        [
            ("DisableAllServices", "Running"),
            ("DisableAllServices", "Succeeded"),
            ("StopAllServices", "Running"),
            ("StopAllServices", "Succeeded"),
        ]
    );
    assert_eq!(last, 100);
    // A job that has already ended is reported at once.
    assert!(succeeded(session.watch(job.id).finish().await));
}

#[test]
fn without_a_runtime() {
    let fixture = Fixture::new();
    let client = fixture.with_steps(STEP).blocking().unwrap();
    let session = client
        .sign_in(crate::tsm::fixture::ACCOUNT, crate::tsm::fixture::PASSWORD)
        .unwrap();
    let job = session.restart().send().unwrap();
    let watch = session.watch(job.id).interval(MOMENT, MOMENT);
    let notes: usize = watch
        .map(|event| match event.unwrap() {
            JobEvent::Progress { notes, .. } => notes.len(),
            _ => 0,
        })
        .sum();
    assert_eq!(notes, 8);
    let job = session.reindex_search().send().unwrap();
    let watch = session.watch(job.id).interval(MOMENT, MOMENT);
    assert!(succeeded(watch.finish()));
}

#[tokio::test]
async fn failed_and_cancelled_are_told_apart() {
    let fixture = Fixture::new();
    let session = worker(&fixture).await;
    fixture.tsm().next_job(Fate::Fail("no disk".to_owned()));
    let job = session.backup_fixed_file("nightly").await.unwrap();
    let outcome = watch(&session, job.id).finish().await.unwrap();
    let JobOutcome::Failed(failed) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(failed.error_message.as_deref(), Some("no disk"));

    fixture.tsm().next_job(Fate::Hang);
    let job = session.backup_fixed_file("nightly").await.unwrap();
    let mut watch = watch(&session, job.id);
    watch.next().await.unwrap().unwrap();
    session.cancel_job(job.id).await.unwrap();
    let mut rest: Vec<_> = watch.map(Result::unwrap).collect().await;
    let Some(JobEvent::Ended(outcome)) = rest.pop() else {
        panic!("the end comes last");
    };
    assert!(matches!(&*outcome, JobOutcome::Cancelled(cancelled) if cancelled.id == job.id));
    // The last note comes before the end.
    assert!(matches!(rest.last(), Some(JobEvent::Progress { .. })));
}

#[tokio::test]
async fn a_job_that_never_ends_is_waited_for_until_the_deadline() {
    let fixture = Fixture::new();
    let session = worker(&fixture).await;
    fixture.tsm().next_job(Fate::Hang);
    let job = session.disable().await.unwrap();
    let watch = watch(&session, job.id).deadline(Duration::from_millis(300));
    let outcome = watch.finish().await.unwrap();
    assert!(matches!(&outcome, JobOutcome::TimedOut(seen) if seen.id == job.id));
    assert!(!fixture.tsm().jobs()[0].is_done(), "it is left alone");
}

#[tokio::test]
async fn a_cookie_revoked_during_a_wait() {
    let fixture = Fixture::new();
    let session = worker(&fixture).await;
    let job = session.backup_fixed_file("nightly").await.unwrap();
    let mut watch = watch(&session, job.id);
    watch.next().await.unwrap().unwrap();
    fixture.signed_in().await.sign_out_everywhere().await.unwrap();
    assert_eq!(fixture.sessions(), 0);
    assert!(succeeded(watch.finish().await));
    // The worker's first, the other's, and one again.
    assert_eq!((fixture.exchanges.logins(), fixture.sessions()), (3, 1));
    assert_eq!(session.generation(), 2);
}

#[tokio::test]
async fn a_cookie_that_expires_during_a_wait() {
    let fixture = Fixture::new();
    let session = worker(&fixture).await;
    fixture.tsm().next_job(Fate::Hang);
    let job = session.backup_fixed_file("nightly").await.unwrap();
    let mut watch = watch(&session, job.id);
    watch.next().await.unwrap().unwrap();
    fixture.tsm().clock().advance(Duration::from_secs(121 * 60));
    assert_eq!(fixture.sessions(), 0);
    watch.next().await.unwrap().unwrap();
    assert_eq!((fixture.exchanges.logins(), session.generation()), (2, 2));
}

#[tokio::test]
async fn a_job_is_followed_through_a_restart_of_the_controller() {
    let fixture = Fixture::new();
    let session = worker(&fixture).await;
    let job = session.restart().await.unwrap();
    let mut watch = watch(&session, job.id);
    watch.next().await.unwrap().unwrap();
    // Ten polls by the sandbox's clock, without an answer.
    fixture.controller().restart(STEP * 10);
    let (mut away, mut last) = (0, None);
    while let Some(event) = watch.next().await {
        match event.unwrap() {
            JobEvent::Unreachable(error) => {
                // A connection that was kept alive breaks, and a new one is refused.
                let is_away = matches!(error.kind(), ErrorKind::Connection | ErrorKind::Interrupted);
                assert!(is_away, "{error:?}");
                away += 1;
            }
            JobEvent::Ended(outcome) => last = Some(*outcome),
            _ => {}
        }
    }
    assert_eq!(away, 1, "it is said once");
    assert!(matches!(last, Some(JobOutcome::Succeeded(_))));
    assert!(fixture.exchanges.count("/asyncJobs/1 0") >= 9);
    assert_eq!(fixture.exchanges.logins(), 1);
}

#[tokio::test]
async fn a_controller_that_forgets_its_sessions_when_it_restarts() {
    let fixture = Fixture::new();
    let session = worker(&fixture).await;
    let job = session.restart().await.unwrap();
    let mut watch = watch(&session, job.id);
    watch.next().await.unwrap().unwrap();
    fixture.tsm().end_sessions();
    fixture.controller().restart(STEP * 10);
    assert!(succeeded(watch.finish().await));
    assert_eq!(fixture.exchanges.count("/login 204"), 2);
}

#[tokio::test]
async fn a_controller_that_does_not_come_back() {
    let fixture = Fixture::new();
    let session = worker(&fixture).await;
    let job = session.restart().await.unwrap();
    let mut seen = watch(&session, job.id).deadline(Duration::from_millis(300));
    seen.next().await.unwrap().unwrap();
    fixture.controller().stop();
    let outcome = seen.finish().await.unwrap();
    assert!(matches!(outcome, JobOutcome::TimedOut(_)));
    // A job that was never seen: the error says why.
    let watch = watch(&session, job.id).deadline(Duration::from_millis(300));
    let error = watch.finish().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
}

#[tokio::test]
async fn a_job_that_is_not_there() {
    let fixture = Fixture::new();
    let session = worker(&fixture).await;
    let error = watch(&session, tableau_client::tsm::JobId(99)).finish().await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::NotFound);
}
