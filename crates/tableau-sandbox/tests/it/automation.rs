//! Schedules, what they run, subscriptions, alerts, and the databases and tables behind content.

use std::time::Duration;

use serde_json::{Value, json};
use tableau_sandbox::Service;

use crate::fixture::*;

/// An administrator's session on a site.
pub(crate) struct Site {
    pub(crate) service: Service,
    pub(crate) admin: Session,
}

impl Site {
    pub(crate) async fn new(site: &str) -> Self {
        let service = service();
        let admin = admin(&service, site).await;
        Self { service, admin }
    }

    pub(crate) async fn send(&self, method: &str, path: &str, document: Value) -> Answer {
        let body = if document.is_null() {
            String::new()
        } else {
            document.to_string()
        };
        call(&self.service, method, &self.admin.token, path, body).await
    }

    pub(crate) fn path(&self, path: &str) -> String {
        format!("sites/{}/{path}", self.admin.site)
    }

    async fn get(&self, path: &str) -> Value {
        get(&self.service, &self.admin.token, path).await.ok()
    }

    /// The identifier of an item, by its name.
    pub(crate) async fn named(&self, group: &str, element: &str, name: &str) -> String {
        let list = self.get(&self.path(&format!("{group}?pageSize=1000"))).await;
        let all = list[group][element].as_array().unwrap();
        let found = all.iter().find(|item| item["name"] == name).unwrap();
        found["id"].as_str().unwrap().to_owned()
    }

    /// Creates a schedule; gives its identifier.
    async fn schedule(&self, name: &str, kind: &str, frequency: &str, intervals: Value) -> String {
        let document = json!({ "schedule": {
            "name": name, "priority": 50, "type": kind, "frequency": frequency,
            "frequencyDetails": { "start": "00:00:00", "end": "23:59:00", "intervals": { "interval": intervals } },
        }});
        let created = self.send("POST", "schedules", document).await;
        assert_eq!(created.status, 201, "{}", created.text());
        created.json()["schedule"]["id"].as_str().unwrap().to_owned()
    }

    /// The jobs of a type, with their times.
    async fn jobs(&self, kind: &str) -> Vec<Value> {
        let filter = self.path(&format!("jobs?filter=jobType:eq:{kind}&pageSize=1000"));
        let list = self.get(&filter).await;
        list["backgroundJobs"]["backgroundJob"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[tokio::test]
async fn a_schedule_refreshes_extracts_whenever_it_comes_due() {
    let site = Site::new("").await;
    let schedule = site
        .schedule("Hourly", "Extract", "Hourly", json!([{ "hours": 1 }]))
        .await;
    let workbook = site.named("workbooks", "workbook", "Superstore").await;
    let before = site.get(&site.path(&format!("workbooks/{workbook}"))).await;
    let task = json!({ "task": { "extractRefresh": { "workbook": { "id": workbook } } } });
    let added = site
        .send(
            "PUT",
            &site.path(&format!("schedules/{schedule}/workbooks")),
            task,
        )
        .await
        .ok();
    let task = &added["task"]["extractRefresh"];
    assert_eq!(task["workbook"]["id"], json!(workbook));
    assert_eq!(task["schedule"]["name"], "Hourly");

    let extracts = site
        .get(&site.path(&format!("schedules/{schedule}/extracts")))
        .await;
    assert_eq!(extracts["extracts"]["extract"][0]["id"], task["id"]);
    assert_eq!(extracts["pagination"]["totalAvailable"], "1");

    let earlier = site.jobs("refresh_extracts").await.len();
    site.service.clock().advance(Duration::from_secs(5 * 3600));
    let admin = admin(&site.service, "").await;
    let site = Site { admin, ..site };
    let jobs = site.jobs("refresh_extracts").await;
    // One for each full hour that has passed; the last may not have ended.
    assert_eq!(jobs.len() - earlier, 5, "{jobs:?}");
    for job in &jobs {
        assert!(text(&job["createdAt"]).ends_with(":00:00Z"), "{job}");
    }
    let after = site.get(&site.path(&format!("workbooks/{workbook}"))).await;
    assert_ne!(before["workbook"]["updatedAt"], after["workbook"]["updatedAt"]);

    let suspended = json!({ "scheduleLuids": { "scheduleLuid": [schedule] } });
    let path = "schedules?state=suspended";
    let answer = site.send("PUT", path, suspended).await.ok();
    assert_eq!(answer["scheduleLuids"]["scheduleLuid"], json!([schedule]));
    site.service.clock().advance(Duration::from_secs(3 * 3600));
    assert_eq!(site.jobs("refresh_extracts").await.len(), jobs.len());

    let deleted = site
        .send("DELETE", &format!("schedules/{schedule}"), Value::Null)
        .await;
    assert_eq!(deleted.status, 204);
    let gone = site.path(&format!("tasks/extractRefreshes/{}", text(&task["id"])));
    assert_eq!(
        get(&site.service, &site.admin.token, &gone).await.code(),
        "404026"
    );
}

#[tokio::test]
async fn a_task_runs_now_and_is_deleted() {
    let site = Site::new("").await;
    for (kind, element, gone) in [
        ("extractRefreshes", "extractRefresh", "404026"),
        ("runFlow", "flowRun", "404026"),
    ] {
        let tasks = site.get(&site.path(&format!("tasks/{kind}"))).await;
        let task = &tasks["tasks"]["task"][0][element];
        let path = site.path(&format!("tasks/{kind}/{}", text(&task["id"])));
        assert_eq!(&site.get(&path).await["task"][element], task);
        let run = site.send("POST", &format!("{path}/runNow"), json!({})).await.ok();
        assert_eq!(run["job"]["mode"], "Asynchronous", "{run}");
        assert_eq!(site.send("DELETE", &path, Value::Null).await.status, 204);
        assert_eq!(get(&site.service, &site.admin.token, &path).await.code(), gone);
    }
}

#[tokio::test]
async fn tasks_of_tableau_cloud_have_schedules_of_their_own() {
    let site = Site::new(tableau_sandbox::well_known::CLOUD_SITE).await;
    let datasource = site.named("datasources", "datasource", "Purchasing").await;
    let in_window = |start: &str, end: Option<&str>, interval: Value| {
        let days = [
            "Monday",
            "Tuesday",
            "Wednesday",
            "Thursday",
            "Friday",
            "Saturday",
            "Sunday",
        ];
        let days = days.map(|day| json!({ "weekDay": day }));
        let intervals = [&[interval], &days[..]].concat();
        json!({
            "extractRefresh": { "type": "FullRefresh", "datasource": { "id": datasource } },
            "schedule": { "frequency": "Hourly", "frequencyDetails": {
                "start": start, "end": end, "intervals": { "interval": intervals },
            }},
        })
    };
    let document = |interval: Value| in_window("00:00:00", Some("23:00:00"), interval);
    let path = site.path("tasks/extractRefreshes");
    let created = site
        .send("POST", &path, document(json!({ "hours": 1 })))
        .await
        .ok();
    let id = text(&created["extractRefresh"]["id"]).to_owned();
    assert_eq!(created["schedule"]["frequency"], "Hourly");
    assert_eq!(site.jobs("refresh_extracts").await.len(), 0);
    site.service.clock().advance(Duration::from_secs(3600));
    assert_eq!(site.jobs("refresh_extracts").await.len(), 1);

    let updated = site
        .send("POST", &format!("{path}/{id}"), document(json!({ "hours": 12 })))
        .await;
    let updated = updated.ok();
    // What is not given stays.
    let only = json!({ "schedule": document(json!({ "hours": 12 }))["schedule"] });
    let kept = site.send("POST", &format!("{path}/{id}"), only).await.ok();
    assert_eq!(kept["extractRefresh"]["datasource"]["id"], datasource, "{kept}");
    let intervals = &updated["schedule"]["frequencyDetails"]["intervals"]["interval"];
    assert_eq!(intervals[0], json!({ "hours": "12" }));
    let mut without_day = document(json!({ "hours": 1 }));
    without_day["schedule"]["frequencyDetails"]["intervals"]["interval"] = json!([{ "hours": 1 }]);
    assert_eq!(site.send("POST", &path, without_day).await.code(), "409004");
    let hours = |hours: u64| json!({ "hours": hours });
    for document in [
        document(hours(5)),
        in_window("08:00:00", None, hours(1)),
        in_window("08:00:00", Some("23:30:00"), hours(1)),
        in_window("08:00:00", Some("07:00:00"), hours(1)),
        in_window("08:00:00", Some("08:00:00"), hours(1)),
    ] {
        let refused = site.send("POST", &path, document).await;
        assert_eq!(refused.code(), "400064", "{}", refused.text());
    }
}

#[tokio::test]
async fn a_schedule_that_cannot_come_due_is_refused() {
    let site = Site::new("").await;
    for (frequency, details) in [
        ("Hourly", json!({ "start": "00:00:00" })),
        (
            "Hourly",
            json!({ "start": "00:00:00", "intervals": { "interval": [{ "hours": 5 }] } }),
        ),
        (
            "Hourly",
            json!({ "start": "00:00:00", "intervals": { "interval": [{ "hours": 1 }] } }),
        ),
        ("Daily", json!({ "start": "25:00:00" })),
        ("Daily", json!({ "start": "10:00" })),
        ("Daily", json!({ "start": "" })),
        ("Weekly", json!({ "start": "08:00:00" })),
        (
            "Weekly",
            json!({ "start": "08:00:00", "intervals": { "interval": [{ "weekDay": "Someday" }] } }),
        ),
        (
            "Monthly",
            json!({ "start": "08:00:00", "intervals": { "interval": [{ "monthDay": "32" }] } }),
        ),
        (
            "Monthly",
            json!({ "start": "08:00:00", "intervals": { "interval": [{ "weekDay": "Monday" }] } }),
        ),
        ("Yearly", json!({ "start": "08:00:00" })),
    ] {
        let document = json!({ "schedule": {
            "name": "Never", "priority": 50, "type": "Extract", "frequency": frequency, "frequencyDetails": details,
        }});
        let answer = site.send("POST", "schedules", document.clone()).await;
        assert_eq!(answer.code(), "400064", "{document}: {}", answer.text());
    }
    site.schedule("Twice", "Flow", "Weekly", json!([{ "weekDay": "Monday" }]))
        .await;
    let again = json!({ "schedule": { "name": "twice" } });
    let other = site
        .schedule("Once", "Flow", "Weekly", json!([{ "weekDay": "Monday" }]))
        .await;
    let answer = site.send("PUT", &format!("schedules/{other}"), again).await;
    assert_eq!(answer.code(), "409021");
}

#[tokio::test]
async fn a_subscription_is_created_changed_and_deleted() {
    let site = Site::new("").await;
    let schedules = site.get("schedules").await;
    let of = |kind: &str| {
        let all = schedules["schedules"]["schedule"].as_array().unwrap();
        let found = all.iter().find(|schedule| schedule["type"] == kind).unwrap();
        found["id"].clone()
    };
    let workbook = site.named("workbooks", "workbook", "Superstore").await;
    let document = |kind: &str, content: &str, schedule: Value| {
        json!({ "subscription": {
            "subject": "Every Monday", "attachImage": true, "attachPdf": false,
            "content": { "id": content, "type": kind, "sendIfViewEmpty": true },
            "schedule": { "id": schedule }, "user": { "id": site.admin.user },
        }})
    };
    let path = site.path("subscriptions");
    for (kind, content, schedule, code) in [
        ("Workbook", workbook.as_str(), of("Extract"), "400069"),
        ("Sheet", &workbook, of("Subscription"), "400069"),
        ("View", &workbook, of("Subscription"), "400068"),
        (
            "Workbook",
            &workbook,
            json!("6d13b0ca-043d-4d42-8c9d-3f3313ea3a00"),
            "404023",
        ),
    ] {
        let answer = site.send("POST", &path, document(kind, content, schedule)).await;
        assert_eq!(answer.code(), code, "{}", answer.text());
    }
    // Tableau's Python library writes the type in small letters.
    let created = site
        .send("POST", &path, document("workbook", &workbook, of("Subscription")))
        .await;
    let created = created.json()["subscription"].clone();
    assert_eq!(created["content"]["name"], "Superstore", "{created}");
    assert_eq!(created["schedule"]["name"], "Monday mornings");
    assert_eq!(created["user"]["name"], "admin");
    let one = format!("{path}/{}", text(&created["id"]));
    let change = json!({ "subscription": { "subject": "Later", "suspended": true } });
    let changed = site.send("PUT", &one, change).await.ok();
    assert_eq!(changed["subscription"]["subject"], "Later");
    let listed = site.get(&path).await;
    let listed = listed["subscriptions"]["subscription"]
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(listed.iter().filter(|item| item["suspended"] == true).count(), 1);
    assert_eq!(site.send("DELETE", &one, Value::Null).await.status, 204);
    assert_eq!(get(&site.service, &site.admin.token, &one).await.code(), "404025");
}

#[tokio::test]
async fn an_alert_has_recipients() {
    let site = Site::new("").await;
    let views = site.get(&site.path("views")).await;
    let view = &views["views"]["view"][0]["id"];
    let document = json!({ "dataAlertCreateAlert": {
        "subject": "Too much", "alertCondition": "above", "alertThreshold": "1000", "frequency": "Once", "viewId": view,
    }});
    let path = site.path("dataAlerts");
    let created = site.send("POST", &path, document).await.json()["dataAlert"].clone();
    let one = format!("{path}/{}", text(&created["id"]));
    let shown = site.get(&one).await["dataAlert"].clone();
    assert_eq!(shown["view"]["id"], *view, "{shown}");
    assert!(shown["view"]["workbook"]["name"].is_string(), "{shown}");
    assert_eq!(shown["recipients"]["recipient"][0]["name"], "admin");

    let other = site.named("users", "user", "liam.obrien").await;
    let user = json!({ "user": { "id": other } });
    let added = site.send("POST", &format!("{one}/users"), user).await.ok();
    assert_eq!(added["user"]["name"], "liam.obrien");
    let recipients = site.get(&one).await["dataAlert"]["recipients"]["recipient"].clone();
    assert_eq!(recipients.as_array().unwrap().len(), 2);
    let removed = site
        .send("DELETE", &format!("{one}/users/{other}"), Value::Null)
        .await;
    assert_eq!(removed.status, 204);
    let changed = site
        .send(
            "PUT",
            &one,
            json!({ "dataAlert": { "subject": "Enough", "frequency": "daily" } }),
        )
        .await
        .ok();
    assert_eq!(changed["dataAlert"]["frequency"], "Daily");
    assert_eq!(site.send("DELETE", &one, Value::Null).await.status, 204);
    assert_eq!(get(&site.service, &site.admin.token, &one).await.code(), "409023");
}

#[tokio::test]
async fn tables_are_in_databases_and_have_columns() {
    let site = Site::new("").await;
    let database = site.named("databases", "database", "Sales").await;
    let path = site.path(&format!("databases/{database}"));
    let shown = site.get(&path).await["database"].clone();
    assert_eq!(
        (&shown["hostName"], &shown["isCertified"]),
        (&json!("dwh.example.com"), &json!(true))
    );
    let contact = json!({ "database": { "isCertified": false, "contact": { "id": site.admin.user } } });
    let changed = site.send("PUT", &path, contact).await.ok();
    assert_eq!(changed["database"]["contact"]["name"], "admin", "{changed}");

    let table = site.named("tables", "table", "orders").await;
    let path = site.path(&format!("tables/{table}/columns"));
    let columns = site.get(&path).await["columns"]["column"].clone();
    let names: Vec<_> = columns
        .as_array()
        .unwrap()
        .iter()
        .map(|column| text(&column["name"]))
        .collect();
    assert_eq!(names, ["amount", "order_date", "order_id", "region"]);
    let one = format!("{path}/{}", text(&columns[0]["id"]));
    let change = json!({ "column": { "description": "In euros." } });
    assert_eq!(
        site.send("PUT", &one, change).await.ok()["column"]["description"],
        "In euros."
    );
    assert_eq!(site.get(&one).await["column"]["description"], "In euros.");
    assert_eq!(site.send("DELETE", &one, Value::Null).await.status, 204);
    assert_eq!(get(&site.service, &site.admin.token, &one).await.status, 404);
    assert_eq!(
        site.send(
            "DELETE",
            &site.path(&format!("databases/{database}")),
            Value::Null
        )
        .await
        .status,
        204
    );
    let gone = site.path(&format!("tables/{table}"));
    assert_eq!(get(&site.service, &site.admin.token, &gone).await.status, 404);
}

#[tokio::test]
async fn metrics_are_there_for_the_versions_that_had_them() {
    let site = Site::new("").await;
    let of = async |version: &str| {
        let path = format!("/api/{version}/{}", site.path("metrics"));
        let headers = [
            ("Accept", "application/json"),
            ("X-Tableau-Auth", site.admin.token.as_str()),
        ];
        send(&site.service, "GET", &path, &headers, String::new()).await
    };
    let metric = of("3.22").await.ok()["metrics"]["metric"][0].clone();
    assert_eq!(metric["name"], "Revenue of the quarter", "{metric}");
    assert!(metric["underlyingView"]["id"].is_string(), "{metric}");
    assert_eq!(of("3.23").await.code(), "404003");
}
