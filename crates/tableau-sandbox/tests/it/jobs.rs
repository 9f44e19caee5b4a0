//! Jobs: queued, running and ended by the sandbox's clock.

use std::time::Duration;

use serde_json::Value;
use tableau_sandbox::{JobPlan, Sandbox, Service};

use crate::fixture::*;

const SECOND: Duration = Duration::from_secs(1);

/// A session on one site.
struct Fixture {
    service: Service,
    session: Session,
    workbook: String,
}

impl Fixture {
    async fn new() -> Self {
        let service = service();
        let session = admin(&service, "").await;
        let list = format!("sites/{}/workbooks?pageSize=1", session.site);
        let list = get(&service, &session.token, &list).await.ok();
        let workbook = list["workbooks"]["workbook"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        Self {
            service,
            session,
            workbook,
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("sites/{}/{rest}", self.session.site)
    }

    async fn call(&self, method: &str, rest: &str, body: &'static str) -> Answer {
        call(&self.service, method, &self.session.token, &self.path(rest), body).await
    }

    async fn refresh(&self) -> Answer {
        let path = format!("workbooks/{}/refresh", self.workbook);
        self.call("POST", &path, "<tsRequest/>").await
    }

    /// Queues a refresh of the workbook; gives the job's identifier.
    async fn queue(&self) -> String {
        let answer = self.refresh().await;
        assert_eq!(answer.status, 202, "{}", answer.text());
        answer.json()["job"]["id"].as_str().unwrap().to_owned()
    }

    async fn job(&self, id: &str) -> Value {
        let job = self.call("GET", &format!("jobs/{id}"), "").await.ok();
        job["job"].clone()
    }

    async fn jobs(&self, query: &str) -> Vec<Value> {
        let list = self.call("GET", &format!("jobs{query}"), "").await.ok();
        list["backgroundJobs"]["backgroundJob"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }

    async fn status(&self) -> String {
        self.jobs("").await[0]["status"].as_str().unwrap().to_owned()
    }

    fn wait(&self, time: Duration) {
        self.service.clock().advance(time);
    }
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

#[tokio::test]
async fn a_refresh_waits_runs_and_succeeds() {
    let fixture = Fixture::new().await;
    let queued = fixture.refresh().await;
    assert_eq!(queued.status, 202, "{}", queued.text());
    let queued = queued.json();
    let queued = &queued["job"];
    let mut keys: Vec<_> = queued.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["createdAt", "extractRefreshJob", "id", "mode", "type"]);
    assert_eq!(
        (&queued["mode"], &queued["type"]),
        (&"Asynchronous".into(), &"RefreshExtract".into())
    );
    assert_eq!(
        queued["extractRefreshJob"]["workbook"]["id"],
        fixture.workbook.as_str()
    );
    let id = queued["id"].as_str().unwrap();

    let job = fixture.job(id).await;
    assert_eq!(number(&job["progress"]), Some(0));
    for absent in ["startedAt", "completedAt", "finishCode"] {
        assert!(job[absent].is_null(), "{job}");
    }
    assert_eq!(fixture.status().await, "Pending");
    fixture.wait(SECOND * 20);
    let job = fixture.job(id).await;
    assert_eq!(number(&job["progress"]), Some(50), "{job}");
    assert!(
        job["startedAt"].is_string() && job["completedAt"].is_null(),
        "{job}"
    );
    assert!(job["extractRefreshJob"]["notes"].is_null(), "{job}");
    assert_eq!(fixture.status().await, "InProgress");
    fixture.wait(SECOND * 15);
    let done = fixture.job(id).await;
    assert_eq!(
        (number(&done["progress"]), number(&done["finishCode"])),
        (Some(100), Some(0)),
        "{done}"
    );
    assert_eq!(done["completedAt"], done["updatedAt"]);
    let notes = done["extractRefreshJob"]["notes"].as_str().unwrap();
    assert!(notes.contains("Workbook"), "{notes}");
    let span = |from: &Value, to: &Value| {
        let at = |value: &Value| value.as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        at(to).duration_since(at(from)).as_secs()
    };
    assert_eq!(span(&done["createdAt"], &done["startedAt"]), 5);
    assert_eq!(span(&done["startedAt"], &done["completedAt"]), 30);
    // An ended job does not change.
    fixture.wait(SECOND * 1000);
    assert_eq!(fixture.job(id).await, done);
    let listed = &fixture.jobs("").await[0];
    assert_eq!(
        (&listed["status"], &listed["jobType"], &listed["subtitle"]),
        (&"Success".into(), &"refresh_extracts".into(), &"Workbook".into())
    );
    assert_eq!(
        (&listed["endedAt"], &listed["id"]),
        (&done["completedAt"], &id.into())
    );
    assert_eq!(number(&listed["priority"]), Some(50));
}

#[tokio::test]
async fn jobs_follow_their_plan() {
    let fixture = Fixture::new().await;
    let plan = JobPlan::fails("The database is away.")
        .waits(SECOND)
        .runs(SECOND * 9);
    fixture.service.controls().plan_jobs(plan);
    let id = fixture.queue().await;
    fixture.wait(SECOND * 10);
    let job = fixture.job(&id).await;
    assert_eq!(number(&job["finishCode"]), Some(1));
    assert_eq!(job["extractRefreshJob"]["notes"], "The database is away.");
    assert_eq!(fixture.status().await, "Failed");

    fixture.service.controls().plan_jobs(JobPlan::is_cancelled());
    let id = fixture.queue().await;
    fixture.wait(SECOND * 35);
    assert_eq!(number(&fixture.job(&id).await["finishCode"]), Some(2));

    fixture.service.controls().plan_jobs(JobPlan::hangs());
    let id = fixture.queue().await;
    // Longer than a session may be idle, so it is kept in use.
    for _ in 0..10 {
        fixture.wait(SECOND * 3600);
        let job = fixture.job(&id).await;
        assert!(
            job["startedAt"].is_string() && job["completedAt"].is_null(),
            "{job}"
        );
    }
    assert_eq!(fixture.call("PUT", &format!("jobs/{id}"), "").await.status, 200);
    assert_eq!(number(&fixture.job(&id).await["finishCode"]), Some(2));
}

#[tokio::test]
async fn a_session_can_end_while_its_job_goes_on() {
    let fixture = Fixture::new().await;
    let id = fixture.queue().await;
    assert_eq!(fixture.service.controls().expire_sessions(), 1);
    let refused = fixture.call("GET", &format!("jobs/{id}"), "").await;
    assert_eq!(refused.code(), "401002");
    fixture.wait(SECOND * 60);
    let again = admin(&fixture.service, "").await;
    let path = format!("sites/{}/jobs/{id}", again.site);
    let job = get(&fixture.service, &again.token, &path).await.ok();
    assert_eq!(number(&job["job"]["finishCode"]), Some(0));
    let log = fixture.service.log().entries();
    let polls: Vec<_> = log
        .iter()
        .filter(|entry| entry.operation.as_deref() == Some("jobs.get"))
        .map(|entry| (entry.status, entry.generation))
        .collect();
    assert_eq!(polls, [(401, Some(1)), (200, Some(2))]);
}

#[tokio::test]
async fn a_job_is_cancelled_once() {
    let fixture = Fixture::new().await;
    let id = fixture.queue().await;
    let path = format!("jobs/{id}");
    assert_eq!(fixture.call("PUT", &path, "").await.status, 200);
    let job = fixture.job(&id).await;
    // It never ran.
    assert!(
        job["startedAt"].is_null() && job["completedAt"].is_string(),
        "{job}"
    );
    assert_eq!(fixture.status().await, "Cancelled");
    let refusal = (
        403,
        "403091",
        "Forbidden",
        "Can not cancel job, because it's already complete.",
    );
    let full = format!("/api/3.29/{}", fixture.path(&path));
    refused_in_both(
        &fixture.service,
        ("PUT", &full),
        Some(&fixture.session.token),
        "",
        refusal,
    )
    .await;
    for (method, id) in [
        ("PUT", "x"),
        ("GET", "x"),
        ("GET", "00000000-0000-0000-0000-000000000000"),
    ] {
        let answer = fixture.call(method, &format!("jobs/{id}"), "").await;
        answer.is(
            404,
            "404018",
            "Resource Not Found",
            &format!("Job '{id}' could not be found."),
        );
    }
}

#[tokio::test]
async fn a_refresh_is_queued_once() {
    let fixture = Fixture::new().await;
    let id = fixture.queue().await;
    let path = format!(
        "/api/3.29/{}",
        fixture.path(&format!("workbooks/{}/refresh", fixture.workbook))
    );
    let refusal = (
        409,
        "409093",
        "Resource Conflict",
        "Job for 'extract' is already queued. Not queuing a duplicate.",
    );
    let call = ("POST", path.as_str());
    refused_in_both(
        &fixture.service,
        call,
        Some(&fixture.session.token),
        "<tsRequest/>",
        refusal,
    )
    .await;
    fixture.wait(SECOND * 35);
    let next = fixture.queue().await;
    assert_ne!(id, next);
    assert_eq!(fixture.jobs("").await.len(), 2);
}

#[tokio::test]
async fn data_sources_are_refreshed_too_and_lists_are_filtered() {
    let fixture = Fixture::new().await;
    fixture.queue().await;
    fixture.wait(SECOND * 60);
    let list = fixture
        .call("GET", "datasources?filter=hasExtracts:eq:true", "")
        .await
        .ok();
    let source = &list["datasources"]["datasource"][0];
    let path = format!("datasources/{}/refresh", source["id"].as_str().unwrap());
    let incremental = r#"{"extractRefresh":{"incremental":true}}"#;
    let queued = fixture.call("POST", &path, incremental).await;
    assert_eq!(queued.status, 202, "{}", queued.text());
    assert_eq!(
        queued.json()["job"]["extractRefreshJob"]["datasource"]["id"],
        source["id"]
    );
    let name = source["name"].as_str().unwrap();
    for (query, count) in [
        ("", 2),
        ("?filter=status:eq:Success", 1),
        ("?filter=status:in:[Success,Pending]", 2),
        ("?filter=jobType:eq:refresh_extracts", 2),
        ("?filter=subtitle:has:Source", 1),
        ("?filter=progress:lt:100", 1),
        ("?filter=notes:has:Finished", 1),
        ("?filter=completedAt:gt:2020-01-01T00:00:00Z", 1),
        ("?pageSize=1", 1),
    ] {
        assert_eq!(fixture.jobs(query).await.len(), count, "{query}");
    }
    let newest = &fixture.jobs("?sort=createdAt:desc").await[0];
    assert_eq!(newest["title"], name);
    let other = admin(&fixture.service, "MarketingTeam").await;
    let path = format!("sites/{}/jobs", other.site);
    let none = get(&fixture.service, &other.token, &path).await.ok();
    assert_eq!(none["pagination"]["totalAvailable"], "0");
}

#[tokio::test]
async fn what_may_not_be_refreshed_is_refused() {
    let fixture = Fixture::new().await;
    let workbook = format!("workbooks/{}/refresh", fixture.workbook);
    let missing = fixture.call("POST", "workbooks/x/refresh", "<tsRequest/>").await;
    missing.is(
        404,
        "404006",
        "Resource Not Found",
        "Workbook 'x' could not be found.",
    );
    let missing = fixture
        .call("POST", "datasources/x/refresh", "<tsRequest/>")
        .await;
    assert_eq!(missing.code(), "404004");
    // A workbook is not a data source, and those of other sites are unknown here.
    let path = format!("datasources/{}/refresh", fixture.workbook);
    assert_eq!(fixture.call("POST", &path, "<tsRequest/>").await.code(), "404004");
    for nothing in ["", "hello", "<tsRequest>"] {
        assert_eq!(fixture.call("POST", &workbook, nothing).await.code(), "400000");
    }
    assert!(fixture.jobs("").await.is_empty());
    let ready = fixture.service.ready();
    let viewer = ready
        .users
        .iter()
        .find(|user| user.site_role.as_str() == "Viewer" && user.sites.contains(&String::new()))
        .unwrap();
    let viewer = session(&try_sign_in(&fixture.service, &password_credentials(&viewer.name, "")).await);
    let refused = call(
        &fixture.service,
        "POST",
        &viewer.token,
        &fixture.path(&workbook),
        "<tsRequest/>",
    )
    .await;
    assert_eq!(refused.code(), "403032");
    let id = fixture.queue().await;
    let path = fixture.path(&format!("jobs/{id}"));
    assert_eq!(
        call(&fixture.service, "PUT", &viewer.token, &path, "")
            .await
            .code(),
        "403032"
    );
    assert_eq!(fixture.status().await, "Pending");
}

#[tokio::test]
async fn a_sandbox_that_keeps_its_state_keeps_its_jobs() {
    let directory = tempfile::tempdir().unwrap();
    let open = || Sandbox::builder().data(directory.path()).build().unwrap();
    let fixture = Fixture {
        service: open(),
        ..Fixture::new().await
    };
    let session = admin(&fixture.service, "").await;
    let fixture = Fixture { session, ..fixture };
    let id = fixture.queue().await;
    let before = fixture.job(&id).await;
    let Fixture {
        service,
        session,
        workbook,
    } = fixture;
    drop(service);
    let fixture = Fixture {
        service: open(),
        session,
        workbook,
    };
    assert_eq!(fixture.job(&id).await["createdAt"], before["createdAt"]);
    fixture.wait(SECOND * 60);
    assert_eq!(number(&fixture.job(&id).await["finishCode"]), Some(0));
}

#[tokio::test]
async fn a_job_whose_plan_takes_no_time_has_its_effect_at_once() {
    let fixture = Fixture::new().await;
    let at_once = JobPlan::succeeds().waits(Duration::ZERO).runs(Duration::ZERO);
    fixture.service.controls().plan_jobs(at_once);
    let path = format!("workbooks/{}", fixture.workbook);
    let has_extracts = || async {
        let first = fixture
            .call("GET", "workbooks?pageSize=1&fields=hasExtracts", "")
            .await;
        first.text().contains("true")
    };
    let before = has_extracts().await;
    let verb = if before { "deleteExtract" } else { "createExtract" };
    let answer = fixture
        .call("POST", &format!("{path}/{verb}"), "<tsRequest/>")
        .await;
    assert!(answer.status.is_success(), "{}", answer.text());
    assert_eq!(has_extracts().await, !before);
    assert_eq!(fixture.status().await, "Success");
}
