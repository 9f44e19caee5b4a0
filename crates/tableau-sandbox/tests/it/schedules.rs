//! How schedules are kept: as Tableau writes them, which is all that its own library reads.

use serde_json::{Value, json};

use crate::fixture::*;

fn schedule(frequency: &str, start: &str, interval: &Value) -> Value {
    json!({ "schedule": {
        "name": "Mine", "priority": 50, "type": "Extract", "frequency": frequency,
        "frequencyDetails": { "start": start, "intervals": { "interval": [interval] } },
    }})
}

#[tokio::test]
async fn times_and_days_are_kept_as_tableau_writes_them() {
    for (frequency, start, interval, kept) in [
        (
            "Weekly",
            "02:30:00+01:00",
            json!({"weekDay": "monday"}),
            json!({"weekDay": "Monday"}),
        ),
        (
            "Monthly",
            "02:30:00.5",
            json!({"monthDay": "lastday"}),
            json!({"monthDay": "LastDay"}),
        ),
        (
            "Monthly",
            "02:30:00",
            json!({"monthDay": "7"}),
            json!({"monthDay": "7"}),
        ),
    ] {
        let service = service();
        let admin = admin(&service, "").await;
        let document = schedule(frequency, start, &interval).to_string();
        let created = call(&service, "POST", &admin.token, "schedules", document).await;
        let created = created.json();
        let id = created["schedule"]["id"].as_str().unwrap();
        let got = get(&service, &admin.token, &format!("schedules/{id}")).await.ok();
        let details = &got["schedule"]["frequencyDetails"];
        assert_eq!(details["start"], "02:30:00", "{got}");
        assert_eq!(details["intervals"]["interval"][0], kept, "{got}");
    }
}

#[tokio::test]
async fn a_schedule_is_active_or_suspended() {
    let service = service();
    let admin = admin(&service, "").await;
    let document = schedule("Weekly", "02:30:00", &json!({"weekDay": "Monday"}));
    let created = call(&service, "POST", &admin.token, "schedules", document.to_string())
        .await
        .json();
    let path = format!("schedules/{}", created["schedule"]["id"].as_str().unwrap());
    for (state, code) in [("Paused", Some("400000")), ("suspended", None), ("Active", None)] {
        let document = json!({ "schedule": { "state": state } }).to_string();
        let answer = call(&service, "PUT", &admin.token, &path, document).await;
        match code {
            Some(code) => assert_eq!(answer.code(), code),
            None => assert_eq!(answer.status, 200, "{}", answer.text()),
        }
    }
}

#[tokio::test]
async fn a_subscription_to_what_is_not_there_is_not_a_matter_of_rights() {
    let service = service();
    let admin = admin(&service, "").await;
    let users = get(&service, &admin.token, &format!("sites/{}/users", admin.site))
        .await
        .ok();
    let other = users["users"]["user"]
        .as_array()
        .unwrap()
        .iter()
        .find(|user| user["name"] != "admin");
    let document = json!({ "subscription": {
        "subject": "X", "content": { "id": "11111111-1111-1111-1111-111111111111", "type": "Workbook" },
        "schedule": { "id": "11111111-1111-1111-1111-111111111111" }, "user": { "id": other.unwrap()["id"] },
    }});
    let path = format!("sites/{}/subscriptions", admin.site);
    let answer = call(&service, "POST", &admin.token, &path, document.to_string()).await;
    assert_eq!(answer.code(), "404006");
}
