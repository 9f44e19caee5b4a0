//! Waiting for jobs, while the sandbox's clock goes with the test's.

use std::time::Duration;

use support::InProcess;
use tableau_client::wire::rest::jobs::{Cancel, RefreshRequest};
use tableau_client::wire::rest::workbooks::Refresh;
use tableau_client::{ErrorKind, Id, Job, JobOutcome, RequestBody, Result, Site, Transport, TransportFuture};
use tableau_sandbox::{Fault, JobPlan, Service};
use tokio::time::{Instant, sleep};

use crate::renewal::{answered, builder, client, kill_all, service, sign_ins, token};

const HOUR: Duration = Duration::from_secs(3600);

/// Moves the sandbox's clock as far as the test's, at every request.
struct OneClock {
    service: Service,
    start: Instant,
}

impl Transport for OneClock {
    fn send(&self, request: http::Request<RequestBody>) -> TransportFuture {
        let clock = self.service.clock();
        clock.advance(self.start.elapsed().saturating_sub(clock.ahead()));
        InProcess(self.service.clone()).send(request)
    }
}

async fn sign_in(service: &Service) -> Site {
    let clock = OneClock {
        service: service.clone(),
        start: Instant::now(),
    };
    let client = builder(service).transport(clock).build().unwrap();
    client.sign_in(token()).await.unwrap()
}

/// A job with this plan.
async fn begin(service: &Service, site: &Site, plan: JobPlan) -> Id<Job> {
    service.controls().plan_jobs(plan);
    let workbooks = site.workbooks().list().await.unwrap();
    let id = workbooks.items.first().unwrap().id.clone();
    let request = RefreshRequest::default();
    site.call(Refresh::new(id, request)).await.unwrap().id
}

fn in_a(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Its outcome, in a word.
fn word(outcome: &Result<JobOutcome>) -> &'static str {
    match outcome.as_ref().unwrap() {
        JobOutcome::Succeeded(_) => "succeeded",
        JobOutcome::Failed(_) => "failed",
        JobOutcome::Cancelled(_) => "cancelled",
        JobOutcome::TimedOut(_) => "timed out",
    }
}

#[tokio::test(start_paused = true)]
async fn the_outcome_of_a_job_is_reported() {
    for (plan, expected, most) in [
        (JobPlan::succeeds(), "succeeded", 60),
        (JobPlan::fails("the extract is too large"), "failed", 60),
        (JobPlan::is_cancelled(), "cancelled", 60),
        (JobPlan::succeeds().runs(HOUR * 5), "timed out", 3600),
        (JobPlan::hangs(), "timed out", 3600),
    ] {
        let service = service();
        let site = sign_in(&service).await;
        let job = begin(&service, &site, plan).await;
        let start = Instant::now();
        let outcome = site.jobs().wait(job.clone(), HOUR).await;
        assert_eq!(word(&outcome), expected);
        assert!(
            start.elapsed() <= in_a(most),
            "{expected} after {:?}",
            start.elapsed()
        );
        let looks = answered(&service, "jobs.get", 200);
        let right = if expected == "timed out" {
            120..=145
        } else {
            10..=13
        };
        assert!(right.contains(&looks), "{expected}: {looks} requests");
        let seen = outcome.unwrap().job().clone();
        assert_eq!(
            (seen.id, seen.completed_at.is_some()),
            (job, expected != "timed out")
        );
        if expected == "failed" {
            let about = seen.extract_refresh_job.unwrap();
            assert_eq!(about.notes.unwrap().0, "the extract is too large");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_that_dies_during_a_wait_is_renewed_once() {
    let service = service();
    let site = sign_in(&service).await;
    let job = begin(&service, &site, JobPlan::succeeds().runs(HOUR)).await;
    let killed = tokio::spawn({
        let service = service.clone();
        async move {
            sleep(HOUR / 2).await;
            kill_all(&service);
        }
    });
    assert_eq!(word(&site.jobs().wait(job, HOUR * 2).await), "succeeded");
    killed.await.unwrap();
    assert_eq!((sign_ins(&service), answered(&service, "jobs.get", 401)), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn many_waits_share_one_renewal() {
    let service = service();
    let site = sign_in(&service).await;
    let job = begin(&service, &site, JobPlan::succeeds()).await;
    let waits: Vec<_> = (0..16)
        .map(|_| tokio::spawn(site.jobs().wait(job.clone(), HOUR)))
        .collect();
    sleep(in_a(20)).await;
    kill_all(&service);
    for wait in waits {
        assert_eq!(word(&wait.await.unwrap()), "succeeded");
    }
    assert_eq!(sign_ins(&service), 2);
}

#[tokio::test(start_paused = true)]
async fn a_wait_without_renewal_ends_with_the_session() {
    let service = service();
    let site = builder(&service)
        .without_renewal()
        .build()
        .unwrap()
        .sign_in(token())
        .await
        .unwrap();
    let job = begin(&service, &site, JobPlan::hangs()).await;
    let wait = tokio::spawn(site.jobs().wait(job, HOUR));
    sleep(in_a(60)).await;
    kill_all(&service);
    assert_eq!(wait.await.unwrap().unwrap_err().kind(), ErrorKind::SessionEnded);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_away_for_a_while_is_asked_again() {
    let service = service();
    let site = sign_in(&service).await;
    let job = begin(&service, &site, JobPlan::succeeds()).await;
    service
        .controls()
        .inject(Fault::new(503, "503000").on("jobs.get").times(3));
    service
        .controls()
        .inject(Fault::new(429, "429000").on("jobs.get").times(2));
    assert_eq!(word(&site.jobs().wait(job.clone(), HOUR).await), "succeeded");
    // Unreachable all the time: the error says why.
    service
        .controls()
        .inject(Fault::new(503, "503000").on("jobs.get").times(1000));
    let start = Instant::now();
    let error = site.jobs().wait(job, in_a(100)).await.unwrap_err();
    assert_eq!((error.kind(), start.elapsed()), (ErrorKind::Server, in_a(100)));
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_at_its_deadline() {
    let service = service();
    let site = sign_in(&service).await;
    let job = begin(&service, &site, JobPlan::hangs()).await;
    let session = (*site.session()).clone();
    let silent = builder(&service)
        .transport(crate::renewal::sharing::Never)
        .api_version(site.api_version().await.unwrap());
    let silent = silent.build().unwrap().resume(session);
    // No time is a look, which takes its time.
    let looked = site.jobs().wait(job.clone(), Duration::ZERO).await.unwrap();
    assert!(matches!(looked, JobOutcome::TimedOut(_)), "{looked:?}");
    for time in [Duration::from_millis(1), in_a(20)] {
        let start = Instant::now();
        let error = silent.jobs().wait(job.clone(), time).await.unwrap_err();
        assert_eq!((error.kind(), start.elapsed()), (ErrorKind::Interrupted, time));
        let start = Instant::now();
        // Dropping the call during a poll is harmless too.
        let _ = site.jobs().wait(job.clone(), time).await;
        assert_eq!(start.elapsed(), time);
    }
    let error = site
        .jobs()
        .wait("2eef4225-aa0c-41c4-8662-a76d89ed7336", HOUR)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::NotFound, Some("404018"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_job_that_ends_at_the_deadline_has_ended() {
    let service = service();
    let site = sign_in(&service).await;
    let job = begin(
        &service,
        &site,
        JobPlan::succeeds().waits(in_a(0)).runs(in_a(590)),
    )
    .await;
    // By then the pauses are 30 seconds.
    assert_eq!(word(&site.jobs().wait(job, in_a(600)).await), "succeeded");
}

#[tokio::test(start_paused = true)]
async fn a_job_that_can_only_be_listed_is_found_there() {
    let service = service();
    let site = sign_in(&service).await;
    service
        .controls()
        .inject(Fault::new(400, "400031").on("jobs.get").times(1000));
    let job = begin(&service, &site, JobPlan::succeeds()).await;
    assert_eq!(word(&site.jobs().wait(job, HOUR).await), "succeeded");
    let job = begin(&service, &site, JobPlan::hangs()).await;
    assert_eq!(word(&site.jobs().wait(job.clone(), in_a(60)).await), "timed out");
    site.call(Cancel::new(job.clone())).await.unwrap();
    assert_eq!(word(&site.jobs().wait(job, HOUR).await), "cancelled");
    let error = site
        .jobs()
        .wait("2eef4225-aa0c-41c4-8662-a76d89ed7336", HOUR)
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("400031"));
}

#[test]
fn a_blocking_client_waits_too() {
    let service = service();
    let site = client(&service).blocking().unwrap().sign_in(token()).unwrap();
    service.controls().plan_jobs(
        JobPlan::fails("no disk")
            .waits(Duration::ZERO)
            .runs(Duration::ZERO),
    );
    let id = site
        .workbooks()
        .list()
        .send()
        .unwrap()
        .items
        .first()
        .unwrap()
        .id
        .clone();
    let request = RefreshRequest::default();
    let job = site.call(Refresh::new(id, request)).send().unwrap();
    assert_eq!(word(&site.jobs().wait(job.id, HOUR)), "failed");
}
