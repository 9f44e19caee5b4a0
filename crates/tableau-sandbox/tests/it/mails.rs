//! Mails of subscriptions and data-driven alerts, and linked tasks, by the sandbox's clock.

use std::time::Duration;

use serde_json::{Value, json};
use tableau_sandbox::{JobPlan, Mail, Sandbox, Sender, Service};

use crate::fixture::*;

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// A site with an administrator, whose session is renewed when the clock has moved.
struct Site {
    service: Service,
    admin: Session,
}

impl Site {
    async fn new() -> Self {
        Self::of(service()).await
    }

    async fn of(service: Service) -> Self {
        let admin = admin(&service, "").await;
        Self { service, admin }
    }

    fn path(&self, path: &str) -> String {
        format!("sites/{}/{path}", self.admin.site)
    }

    async fn send(&self, method: &str, path: &str, document: Value) -> Answer {
        call(
            &self.service,
            method,
            &self.admin.token,
            path,
            document.to_string(),
        )
        .await
    }

    async fn get(&self, path: &str) -> Value {
        get(&self.service, &self.admin.token, path).await.ok()
    }

    /// Lets time pass, and signs in again.
    async fn passes(&mut self, seconds: u64) {
        self.service.clock().advance(Duration::from_secs(seconds));
        self.admin = admin(&self.service, "").await;
        self.get("schedules").await;
    }

    async fn named(&self, group: &str, element: &str, name: &str) -> String {
        let list = self.get(&self.path(&format!("{group}?pageSize=1000"))).await;
        let all = list[group][element].as_array().unwrap();
        let found = all.iter().find(|item| item["name"] == name).unwrap();
        found["id"].as_str().unwrap().to_owned()
    }

    async fn hourly(&self) -> String {
        let document = json!({ "schedule": {
            "name": "Hourly mails", "priority": 50, "type": "Subscription", "frequency": "Hourly",
            "frequencyDetails": { "start": "00:00:00", "end": "23:59:00", "intervals": { "interval": [{ "hours": 1 }] } },
        }});
        let created = self.send("POST", "schedules", document).await.json();
        created["schedule"]["id"].as_str().unwrap().to_owned()
    }

    async fn subscribe(&self, user: &str, kind: &str, content: &str, schedule: &str) -> Answer {
        let document = json!({ "subscription": {
            "subject": "Hourly", "message": "Look.", "attachImage": true, "attachPdf": true,
            "pageOrientation": "LANDSCAPE", "pageSizeOption": "A4",
            "content": { "id": content, "type": kind, "sendIfViewEmpty": true },
            "schedule": { "id": schedule }, "user": { "id": user },
        }});
        self.send("POST", &self.path("subscriptions"), document).await
    }

    fn mails(&self) -> Vec<Mail> {
        self.service.controls().mails()
    }
}

#[tokio::test]
async fn a_subscription_that_comes_due_is_mailed_with_its_renderings() {
    let mut site = Site::new().await;
    let schedule = site.hourly().await;
    let workbook = site.named("workbooks", "workbook", "Superstore").await;
    let user = site.named("users", "user", "anita.silva").await;
    let created = site.subscribe(&user, "Workbook", &workbook, &schedule).await;
    assert_eq!(created.status, 201, "{}", created.text());
    let id = created.json()["subscription"]["id"].clone();
    assert_eq!(site.mails(), []);
    site.passes(HOUR).await;
    let mails = site.mails();
    let [mail] = mails.as_slice() else {
        panic!("{mails:?}")
    };
    assert_eq!((mail.number, mail.to.as_str()), (1, "anita.silva@example.com"));
    assert_eq!((mail.subject.as_str(), mail.text.as_str()), ("Hourly", "Look."));
    assert!(matches!(mail.sender, Sender::Subscription(of) if json!(of) == id));
    assert!(mail.at.to_string().ends_with(":00:00Z"), "{}", mail.at);
    let names: Vec<_> = mail.attachments.iter().map(|of| of.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Overview.png",
            "Product.png",
            "Customers.png",
            "Shipping.png",
            "Performance.png",
            "Forecast.png",
            "Superstore.pdf"
        ]
    );
    let begins = |place: usize| mail.attachments[place].content().unwrap()[..4].to_vec();
    assert_eq!(
        (begins(0).as_slice(), begins(6).as_slice()),
        (&b"\x89PNG"[..], &b"%PDF"[..])
    );

    let one = site.path(&format!("subscriptions/{}", id.as_str().unwrap()));
    let suspend = json!({ "subscription": { "suspended": true } });
    site.send("PUT", &one, suspend).await.ok();
    site.passes(2 * HOUR).await;
    assert_eq!(site.mails().len(), 1);
    site.send("PUT", &one, json!({ "subscription": { "suspended": false } }))
        .await
        .ok();
    site.passes(2 * HOUR).await;
    assert_eq!(site.mails().len(), 3);
}

#[tokio::test]
async fn a_subscription_needs_a_mail_address_and_is_suspended_when_it_fails() {
    let mut site = Site::new().await;
    let schedule = site.hourly().await;
    let workbook = site.named("workbooks", "workbook", "Superstore").await;
    let document = json!({ "user": { "name": "no.mail", "siteRole": "Viewer" } });
    let user = site.send("POST", &site.path("users"), document).await.json()["user"]["id"].clone();
    let user = user.as_str().unwrap().to_owned();
    let refused = site.subscribe(&user, "Workbook", &workbook, &schedule).await;
    assert_eq!(refused.code(), "403064", "{}", refused.text());

    let address = json!({ "user": { "email": "new@example.com" } });
    site.send("PUT", &site.path(&format!("users/{user}")), address)
        .await
        .ok();
    let created = site
        .subscribe(&user, "Workbook", &workbook, &schedule)
        .await
        .json();
    let id = created["subscription"]["id"].as_str().unwrap().to_owned();
    // Without a license the user gets nothing any more.
    let unlicensed = json!({ "user": { "siteRole": "Unlicensed" } });
    site.send("PUT", &site.path(&format!("users/{user}")), unlicensed)
        .await
        .ok();
    let one = format!("subscriptions/{id}");
    for (hours, suspended) in [(4, false), (1, true)] {
        site.passes(hours * HOUR).await;
        let shown = site.get(&site.path(&one)).await;
        assert_eq!(shown["subscription"]["suspended"], json!(suspended));
    }
    assert_eq!(site.mails(), []);
}

#[tokio::test]
async fn an_alert_is_mailed_while_its_condition_holds_as_often_as_its_frequency_says() {
    for (frequency, condition, days, mails) in [
        ("Once", "above", 3, 1),
        ("Hourly", "above-equal", 1, 24),
        ("AsFrequentlyAsPossible", "above", 1, 24),
        ("Daily", "above", 3, 3),
        ("Weekly", "above", 14, 2),
        ("Daily", "below", 3, 0),
        ("Daily", "equal", 3, 0),
    ] {
        let mut site = Site::new().await;
        let views = site.get(&site.path("views")).await;
        let document = json!({ "dataAlertCreateAlert": {
            "subject": "Much", "alertCondition": condition, "alertThreshold": "1000", "frequency": frequency,
            "viewId": views["views"]["view"][0]["id"],
        }});
        let created = site.send("POST", &site.path("dataAlerts"), document).await;
        let created = created.json()["dataAlert"].clone();
        site.passes(days * DAY).await;
        let sent = site.mails();
        assert_eq!(sent.len(), mails, "{frequency} {condition}: {sent:?}");
        let one = site.path(&format!("dataAlerts/{}", created["id"].as_str().unwrap()));
        let recipient = site.get(&one).await["dataAlert"]["recipients"]["recipient"][0].clone();
        assert_eq!(recipient["lastSent"].is_string(), mails > 0, "{recipient}");
        for mail in sent {
            assert_eq!(
                (mail.to.as_str(), mail.subject.as_str()),
                ("admin@example.com", "Much")
            );
            assert_eq!(mail.attachments.len(), 1);
        }
    }
}

#[tokio::test]
async fn an_alert_looks_again_when_it_is_changed_or_extracts_are_refreshed() {
    let mut site = Site::new().await;
    site.service.controls().plan_jobs(
        JobPlan::succeeds()
            .waits(Duration::ZERO)
            .runs(Duration::from_secs(60)),
    );
    let workbook = site.named("workbooks", "workbook", "Superstore").await;
    let views = site.get(&site.path(&format!("workbooks/{workbook}/views"))).await;
    let document = json!({ "dataAlertCreateAlert": {
        "subject": "Little", "alertCondition": "below", "alertThreshold": "0", "frequency": "AsFrequentlyAsPossible",
        "viewId": views["views"]["view"][0]["id"],
    }});
    let created = site
        .send("POST", &site.path("dataAlerts"), document.clone())
        .await;
    let one = created.json()["dataAlert"]["id"].as_str().unwrap().to_owned();
    let one = format!("dataAlerts/{one}");
    site.passes(DAY).await;
    assert_eq!(site.mails(), []);
    let more = json!({ "dataAlert": { "alertCondition": "above" } });
    site.send("PUT", &site.path(&one), more).await.ok();
    site.passes(HOUR).await;
    assert_eq!(site.mails().len(), 1);
    let path = site.path(&format!("workbooks/{workbook}/refresh"));
    assert_eq!(site.send("POST", &path, json!({})).await.status, 202);
    site.passes(61).await;
    assert!(site.mails().len() >= 2, "{:?}", site.mails());
    let count = site.mails().len();
    let off = json!({ "dataAlert": { "alertThreshold": "much" } });
    assert_eq!(site.send("PUT", &site.path(&one), off).await.code(), "400000");
    let gone = site.send("DELETE", &site.path(&one), json!({})).await;
    assert_eq!(gone.status, 204);
    site.passes(DAY).await;
    assert_eq!(site.mails().len(), count);
}

#[tokio::test]
async fn the_steps_of_a_linked_task_run_one_after_the_other() {
    let mut site = Site::new().await;
    let plan = JobPlan::succeeds()
        .waits(Duration::ZERO)
        .runs(Duration::from_secs(60));
    site.service.controls().plan_jobs(plan);
    let tasks = site.get(&site.path("tasks/linked")).await;
    let task = tasks["linkedTasks"]["linkedTasks"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let run = site.path(&format!("tasks/linked/{task}/runNow"));
    let runs = async |site: &Site| {
        let list = site.get(&site.path("flows/runs")).await;
        let all = list["flowRuns"]["flowRuns"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let mut status: Vec<_> = all
            .iter()
            .map(|run| run["status"].as_str().unwrap().to_owned())
            .collect();
        status.sort();
        status
    };
    let before = runs(&site).await.len();
    site.send("POST", &run, json!({})).await.ok();
    assert_eq!(runs(&site).await.len(), before + 1);
    site.passes(61).await;
    assert_eq!(runs(&site).await.len(), before + 2);
    site.passes(61).await;
    assert!(runs(&site).await.iter().all(|status| status == "Success"));

    // A failure stops the steps behind it.
    site.service
        .controls()
        .plan_jobs(JobPlan::fails("The database is offline.").waits(Duration::ZERO));
    site.send("POST", &run, json!({})).await.ok();
    site.passes(HOUR).await;
    assert_eq!(runs(&site).await.len(), before + 3);
}

#[tokio::test]
async fn schedules_come_due_by_the_wall_clock_of_the_server() {
    let service = Sandbox::builder()
        .time_zone("PST8PDT,M3.2.0,M11.1.0")
        .unwrap()
        .build()
        .unwrap();
    let site = Site::of(service).await;
    let document = json!({ "schedule": {
        "name": "Early", "priority": 50, "type": "Extract", "frequency": "Daily",
        "frequencyDetails": { "start": "04:30:00" },
    }});
    let created = site.send("POST", "schedules", document).await.json();
    let next = created["schedule"]["nextRunAt"].as_str().unwrap();
    assert!(
        next.ends_with("T11:30:00Z") || next.ends_with("T12:30:00Z"),
        "{next}"
    );
    let error = Sandbox::builder().time_zone("Nowhere/Land").unwrap_err();
    assert!(error.to_string().contains("Nowhere/Land"), "{error}");
}
