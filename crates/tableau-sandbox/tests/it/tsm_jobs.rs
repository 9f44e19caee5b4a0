//! TSM: jobs, by the clock.

use serde_json::{Value, json};
use tableau_sandbox::tsm::Fate;

use crate::tsm_fixture::Fixture;

/// Longer than any job takes.
const LONG: u64 = 60;

/// Step and status of each note.
fn notes<'j>(job: &'j Value) -> Vec<(&'j str, &'j str)> {
    let notes = job["detailedProgress"]["progressNotes"].as_array().unwrap();
    let note = |note: &'j Value| (note["step"].as_str().unwrap(), note["status"].as_str().unwrap());
    notes.iter().map(note).collect()
}

#[tokio::test]
async fn a_job_that_stops_the_server() {
    let fixture = Fixture::new().await;
    let created = fixture.start("disable").await;
    assert_eq!(
        (&created["id"], &created["jobType"]),
        (&json!(1), &json!("StopServerJob"))
    );
    assert_eq!(
        (&created["status"], &created["progress"]),
        (&json!("Created"), &json!(0))
    );
    assert!(created.get("completedAt").is_none() && notes(&created).is_empty());
    assert_eq!(created["detailedProgress"]["totalSteps"], 2);
    assert_eq!(
        (&created["jobTimeout"], &created["worker"]),
        (&json!(300), &json!("node1"))
    );

    fixture.advance(LONG);
    let done = fixture.job(1).await;
    assert_eq!(
        (&done["status"], &done["progress"]),
        (&json!("Succeeded"), &json!(100))
    );
    assert_eq!(done["statusMessage"], "This job completed successfully.");
    assert_eq!(
        notes(&done),
        [
            ("DisableAllServices", "Running"),
            ("DisableAllServices", "Succeeded"),
            ("StopAllServices", "Running"),
            ("StopAllServices", "Succeeded"),
        ]
    );
    let note = &done["detailedProgress"]["progressNotes"][2];
    assert_eq!(note["message"], "Waiting for the services to stop.");
    assert_eq!(note["messageData"], json!([]));
    assert_eq!(done["detailedProgress"]["doneSteps"], 2);
    let millis = |name: &str| done[name].as_u64().unwrap();
    assert_eq!(millis("completedAt") - millis("createdAt"), 5000);
    assert_eq!(millis("updatedAt"), millis("completedAt"));
    assert_eq!(done["createdAt"], created["createdAt"]);
    // However much later it is asked.
    fixture.advance(LONG);
    assert_eq!(fixture.job(1).await, done);
}

#[tokio::test]
async fn the_cluster_follows_its_jobs() {
    let fixture = Fixture::new().await;
    let how = async || {
        let status = fixture.get("status").await.ok();
        let cluster = &status["clusterStatus"];
        let services = cluster["nodes"][0]["services"].as_array().unwrap();
        let gateway = services
            .iter()
            .find(|service| service["serviceName"] == "gateway")
            .unwrap();
        [
            &cluster["rollupStatus"],
            &cluster["rollupRequestedDeploymentState"],
            &gateway["rollupStatus"],
            &gateway["instances"][0]["processStatus"],
        ]
        .map(|word| word.as_str().unwrap().to_owned())
    };
    assert_eq!(how().await, ["Running", "Enabled", "Running", "Active"]);
    fixture.service.next_job(Fate::Hang);
    fixture.start("disable").await;
    fixture.advance(LONG);
    // Every process is told to stop, and none does.
    assert_eq!(how().await, ["Running", "Disabled", "Running", "Active"]);
    // A job of this type cannot be cancelled, so another sandbox is used.
    let fixture = Fixture::new().await;
    fixture.start("disable").await;
    fixture.advance(LONG);
    let status = fixture.get("status").await.ok();
    assert_eq!(status["clusterStatus"]["rollupStatus"], "Stopped");
    fixture.start("enable").await;
    fixture.advance(LONG);
    assert_eq!(
        fixture.get("status").await.ok()["clusterStatus"]["rollupStatus"],
        "Running"
    );
    let restart = fixture.start("restart").await;
    fixture.advance(LONG);
    assert_eq!(
        fixture.get("status").await.ok()["clusterStatus"]["rollupStatus"],
        "Running"
    );
    assert_eq!(
        notes(&fixture.job(restart["id"].as_u64().unwrap()).await).len(),
        8
    );
}

#[tokio::test]
async fn a_job_that_fails() {
    let fixture = Fixture::new().await;
    fixture.service.next_job(Fate::Fail("no disk".to_owned()));
    fixture.start("disable").await;
    fixture.advance(LONG);
    let job = fixture.job(1).await;
    assert_eq!(
        (&job["status"], &job["errorMessage"]),
        (&json!("Failed"), &json!("no disk"))
    );
    assert_eq!(notes(&job).last(), Some(&("StopAllServices", "Failed")));
    assert_eq!(job["detailedProgress"]["doneSteps"], 1);
    assert!(job["completedAt"].is_u64() && job["progress"].as_u64().unwrap() < 100);
    // It did not stop anything, and the next job is not affected.
    assert_eq!(
        fixture.get("status").await.ok()["clusterStatus"]["rollupStatus"],
        "Running"
    );
    fixture.start("reindex-search").await;
    fixture.advance(LONG);
    assert_eq!(fixture.job(2).await["status"], "Succeeded");
}

#[tokio::test]
async fn a_job_that_hangs_keeps_others_waiting() {
    let fixture = Fixture::new().await;
    fixture.service.next_job(Fate::Hang);
    fixture.start("cleanup").await;
    let waiting = fixture.start("reindex-search").await;
    assert_eq!(waiting["status"], "Queued");
    fixture.advance(366 * 24 * 60 * 60);
    // By now the cookie is gone as well.
    let fixture = Fixture::at(&fixture.service).await;
    let job = fixture.job(1).await;
    assert_eq!(
        (&job["status"], notes(&job)),
        (&json!("Running"), vec![("Cleanup", "Running")])
    );
    assert_eq!((&job["progress"], job.get("completedAt")), (&json!(99), None));
    assert_eq!(fixture.job(2).await["status"], "Queued");

    let cancelled = fixture.call("PUT", "asyncJobs/1/cancel", "").await.ok()["asyncJob"].take();
    assert_eq!(cancelled["status"], "Cancelled");
    assert_eq!(
        notes(&cancelled),
        [("Cleanup", "Running"), ("Cleanup", "Cancelled")]
    );
    assert!(cancelled["completedAt"].is_u64() && cancelled["errorMessage"].is_string());
    fixture.advance(LONG);
    let next = fixture.job(2).await;
    assert_eq!(next["status"], "Succeeded");
    let begun = &next["detailedProgress"]["progressNotes"][0]["timestamp"];
    assert_eq!(begun, &cancelled["completedAt"]);
}

#[tokio::test]
async fn what_can_be_cancelled() {
    for (start, runs_on) in [
        ("cleanup", true),
        ("backupFixedFile?writePath=a", true),
        ("restart", true),
        ("enable", true),
        ("disable", false),
        ("reindex-search", false),
        ("restoreFixedFile?fixedFile=sandbox.tsbak", false),
    ] {
        let fixture = Fixture::new().await;
        fixture.service.next_job(Fate::Hang);
        fixture.start(start).await;
        let queued = fixture.start(start).await;
        assert_eq!(queued["status"], "Queued", "{start}");
        fixture.advance(LONG);
        // A waiting job can always be cancelled.
        let job = fixture.call("PUT", "asyncJobs/2/cancel", "").await.ok()["asyncJob"].take();
        assert_eq!(
            (&job["status"], notes(&job)),
            (&json!("Cancelled"), vec![]),
            "{start}"
        );
        let running = fixture.call("PUT", "asyncJobs/1/cancel", "").await;
        assert_eq!(running.status, if runs_on { 200 } else { 409 }, "{start}");
        let expected = if runs_on { "Cancelled" } else { "Running" };
        assert_eq!(fixture.job(1).await["status"], expected, "{start}");
        // An ended job never can.
        assert_eq!(fixture.call("PUT", "asyncJobs/2/cancel", "").await.status, 409);
    }
    let fixture = Fixture::new().await;
    assert_eq!(fixture.call("PUT", "asyncJobs/7/cancel", "").await.status, 404);
    fixture.start("cleanup").await;
    fixture.advance(LONG);
    assert_eq!(fixture.call("PUT", "asyncJobs/1/cancel", "").await.status, 409);
    assert_eq!(fixture.job(1).await["status"], "Succeeded");
}

#[tokio::test]
async fn jobs_are_listed() {
    let fixture = Fixture::new().await;
    assert_eq!(fixture.get("asyncJobs").await.ok(), json!({"asyncJobs": []}));
    assert_eq!(fixture.get("asyncJobs/latest").await.status, 404);
    assert_eq!(fixture.get("asyncJobs/1").await.status, 404);
    fixture.start("cleanup").await;
    fixture.service.next_job(Fate::Fail(String::new()));
    fixture.start("cleanup").await;
    fixture.service.next_job(Fate::Hang);
    fixture.start("reindex-search").await;
    fixture.advance(LONG);
    fixture.start("disable").await;
    let ids = async |query: &str| {
        let jobs = fixture.get(&format!("asyncJobs{query}")).await.ok();
        let jobs = jobs["asyncJobs"].as_array().unwrap().iter();
        jobs.map(|job| job["id"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(ids("").await, [1, 2, 3, 4]);
    assert_eq!(ids("?status=Succeeded").await, [1]);
    assert_eq!(ids("?status=failed").await, [2]);
    assert_eq!(ids("?status=Running").await, [3]);
    assert_eq!(ids("?status=Queued").await, [4]);
    assert!(ids("?status=Odd").await.is_empty());
    assert_eq!(fixture.get("asyncJobs/latest").await.ok()["asyncJob"]["id"], 4);
    assert_eq!(fixture.service.jobs().len(), 4);
}

#[tokio::test]
async fn backups_are_made_and_restored() {
    let fixture = Fixture::new().await;
    let uri = "backupFixedFile?writePath=nightly&skipVerification=True&jobTimeoutSeconds=7200";
    let backup = fixture.start(uri).await;
    assert_eq!(
        (&backup["jobType"], &backup["jobTimeout"]),
        (&json!("GenerateBackupJob"), &json!(7200))
    );
    assert_eq!(backup["detailedProgress"]["totalSteps"], 2);
    // The backup does not exist before the job makes it.
    let early = fixture.start("restoreFixedFile?fixedFile=nightly.tsbak").await;
    fixture.advance(LONG);
    let early = fixture.job(early["id"].as_u64().unwrap()).await;
    assert_eq!(early["status"], "Failed");
    assert_eq!(early["errorMessage"], "There is no backup called nightly.tsbak.");
    assert!(fixture.service.backups().contains("nightly.tsbak"));
    let restore = fixture.start("restoreFixedFile?fixedFile=nightly.tsbak").await;
    fixture.advance(LONG);
    assert_eq!(
        fixture.job(restore["id"].as_u64().unwrap()).await["status"],
        "Succeeded"
    );
    for incomplete in [
        "backupFixedFile",
        "backupFixedFile?writePath=",
        "restoreFixedFile",
    ] {
        assert_eq!(
            fixture.call("POST", incomplete, "").await.status,
            400,
            "{incomplete}"
        );
    }
    let wrong = "backupFixedFile?writePath=a&skipVerification=perhaps";
    assert_eq!(fixture.call("POST", wrong, "").await.status, 400);
    assert_eq!(fixture.service.jobs().len(), 3);
}
