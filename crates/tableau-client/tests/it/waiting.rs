//! By which signs a job is taken to have ended.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::{Fake, document};
use tableau_client::{Error, Job, JobOutcome};

/// Waits for a job that is answered so, one answer after the other, and then as one that succeeded.
async fn waited(answers: &'static [(u16, &'static str)]) -> (Result<JobOutcome<Job>, Error>, usize) {
    let asked = std::sync::Arc::new(AtomicUsize::new(0));
    let number = std::sync::Arc::clone(&asked);
    let fake = Fake::signed_in(move |(_, path, ..)| {
        assert!(path.contains("/jobs"), "{path}");
        let (status, body) = match answers.get(number.fetch_add(1, Ordering::Relaxed)) {
            Some((status, body)) => (*status, (*body).to_owned()),
            None => (
                200,
                document("<job id='j' completedAt='2026-01-01T00:01:00Z' finishCode='0'/>"),
            ),
        };
        Ok((status, body))
    });
    let site = fake.site().await;
    let outcome = site.jobs().wait("j", Duration::from_secs(600)).await;
    (outcome, asked.load(Ordering::Relaxed))
}

#[tokio::test(start_paused = true)]
async fn a_job_without_the_time_of_its_end_is_under_way() {
    let answers: &[(u16, &str)] = &[
        (
            200,
            "<tsResponse><job id='j' completedAt='' finishCode='1'/></tsResponse>",
        ),
        (
            200,
            "<tsResponse><job id='j' completedAt=' ' finishCode='0' progress=''/></tsResponse>",
        ),
        (
            200,
            "<tsResponse><job id='j' progress='100' finishCode='2'/></tsResponse>",
        ),
        (200, r#"{"job":{"id":"j","completedAt":null,"finishCode":"1"}}"#),
        (200, r#"{"job":{"id":"j","completedAt":"","finishCode":1}}"#),
    ];
    let (outcome, asked) = waited(answers).await;
    assert!(matches!(outcome, Ok(JobOutcome::Succeeded(_))), "{outcome:?}");
    assert_eq!(asked, 6);
}

#[tokio::test(start_paused = true)]
async fn an_odd_time_of_the_end_is_an_end() {
    let (outcome, asked) = waited(&[(
        200,
        "<tsResponse><job id='j' completedAt='2026-01-01 00:01:00.123+0000' finishCode='1'/></tsResponse>",
    )])
    .await;
    assert!(matches!(outcome, Ok(JobOutcome::Failed(_))), "{outcome:?}");
    assert_eq!(asked, 1);
}

#[tokio::test(start_paused = true)]
async fn a_wait_goes_on_after_answers_that_say_later() {
    let answers: &[(u16, &str)] = &[
        (429, "<html><body>Slow down</body></html>"),
        (429, ""),
        (408, "<html><body>Request timeout</body></html>"),
        (503, "<html><body>Maintenance</body></html>"),
        (502, "upstream connect error"),
        (429, r#"{"message":"API rate limit exceeded"}"#),
        (
            500,
            r#"{"timestamp":1,"status":500,"error":"Internal Server Error","path":"/"}"#,
        ),
    ];
    let (outcome, asked) = waited(answers).await;
    assert!(matches!(outcome, Ok(JobOutcome::Succeeded(_))), "{outcome:?}");
    assert_eq!(asked, 8);
}

#[tokio::test(start_paused = true)]
async fn the_list_tells_the_end_by_the_status() {
    const LIST_ONLY: (u16, &str) = (
        400,
        "<tsResponse><error code='400031'><summary>s</summary><detail>d</detail></error></tsResponse>",
    );
    let (outcome, asked) = waited(&[
        LIST_ONLY,
        (
            200,
            "<tsResponse><backgroundJobs><backgroundJob id='j' status='InProgress' endedAt='2026-01-01T00:00:00Z'/></backgroundJobs></tsResponse>",
        ),
        LIST_ONLY,
        (
            200,
            "<tsResponse><backgroundJobs><backgroundJob id='j' status='Pending' endedAt=''/></backgroundJobs></tsResponse>",
        ),
        LIST_ONLY,
        (
            200,
            "<tsResponse><backgroundJobs><backgroundJob id='j' status='Cancelled'/></backgroundJobs></tsResponse>",
        ),
    ])
    .await;
    assert!(matches!(outcome, Ok(JobOutcome::Cancelled(_))), "{outcome:?}");
    assert_eq!(asked, 6);
}
