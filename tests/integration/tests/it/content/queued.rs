//! Refreshes and runs of which one is queued already.

use tableau_client::{Format, Source};
use tableau_sandbox::JobPlan;

use super::*;

#[tokio::test]
async fn a_refresh_that_is_queued_already_gives_its_job() {
    for fixture in fixtures().await {
        let (workbooks, datasources) = (fixture.site.workbooks(), fixture.site.datasources());
        let workbook = &workbooks.list().await.unwrap().items[0].id;
        let datasource = &datasources.list().await.unwrap().items[0].id;
        let queued = [
            workbooks.refresh(workbook).await.unwrap().id,
            datasources.refresh(datasource).or_queued().await.unwrap().id,
        ];
        let refused = workbooks.refresh(workbook).await.unwrap_err();
        assert_eq!(refused.code(), Some("409093"), "{refused}");
        let found = [
            workbooks.refresh(workbook).or_queued().await.unwrap().id,
            datasources.refresh(datasource).or_queued().await.unwrap().id,
        ];
        assert_eq!(found, queued);
        fixture.let_jobs_end();
        let next = workbooks.refresh(workbook).or_queued().await.unwrap();
        assert_ne!(next.id, queued[0], "one that has ended stands in the way of none");
    }
}

#[tokio::test]
async fn a_run_that_is_queued_already_gives_its_job() {
    for fixture in fixtures().await {
        let all = fixture.site.flows();
        let flow = &all.list().await.unwrap().items[0].id;
        let queued = all.run(flow).await.unwrap();
        assert_eq!(all.run(flow).await.unwrap_err().code(), Some("409093"));
        assert_eq!(all.run(flow).or_queued().await.unwrap().id, queued.id);
    }
}

/// The job that is waited for is that of another, who queued it.
#[tokio::test]
async fn waiting_for_a_queued_refresh_ends_with_that() {
    let fixture = Fixture::in_process(Format::Xml).await;
    let quick = JobPlan::fails("The database is offline.").waits(Duration::ZERO);
    fixture
        .service
        .controls()
        .plan_jobs(quick.runs(Duration::from_millis(200)));
    let workbooks = fixture.site.workbooks();
    let publish = workbooks.publish(Source::bytes(twbx(10)), &fixture.project);
    let id = &publish.name("Sales").await.unwrap().id;
    let queued = workbooks.refresh(id).await.unwrap();
    let outcome = workbooks.refresh(id).or_queued().wait(HOUR).await.unwrap();
    let JobOutcome::Failed(job) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(job.id, queued.id);
    assert_eq!(
        job.extract_refresh_job.unwrap().notes.unwrap().0,
        "The database is offline."
    );
}
