//! Requests as Tableau's migration SDK sends them.

use serde_json::{Value, json};

use crate::automation::{Site, text};
use crate::fixture::send;

/// Tableau's clients have them in several places.
#[tokio::test]
async fn schedules_and_flows_of_tasks_are_taken_where_clients_have_them() {
    let site = Site::new(tableau_sandbox::well_known::CLOUD_SITE).await;
    let schedule = json!({ "frequency": "Weekly", "frequencyDetails": {
        "start": "05:00:00", "intervals": { "interval": [{ "weekDay": "Monday" }] },
    }});
    let workbook = site.named("workbooks", "workbook", "Publications").await;
    let new = json!({ "subject": "x", "content": { "id": workbook, "type": "Workbook" }, "user": { "id": site.admin.user } });
    let mut inside = new.clone();
    inside["schedule"] = schedule.clone();
    let path = site.path("subscriptions");
    for document in [
        json!({ "subscription": new, "schedule": schedule }),
        json!({ "subscription": inside }),
    ] {
        let made = site.send("POST", &path, document).await.json();
        assert_eq!(made["subscription"]["schedule"]["frequency"], "Weekly", "{made}");
        let path = format!("{path}/{}", text(&made["subscription"]["id"]));
        let mut daily = schedule.clone();
        daily["frequency"] = json!("Daily");
        let changed = json!({ "subscription": { "subject": "y" }, "schedule": daily });
        let changed = site.send("PUT", &path, changed).await.ok();
        assert_eq!(changed["subscription"]["subject"], "y");
        assert_eq!(
            changed["subscription"]["schedule"]["frequency"], "Daily",
            "{changed}"
        );
    }
    let flow = json!({ "flow": { "id": site.named("flows", "flow", "Shipments").await } });
    for document in [
        json!({ "task": { "flowRun": flow }, "schedule": schedule }),
        json!({ "task": { "runFlow": flow }, "schedule": schedule }),
        json!({ "runFlow": flow, "schedule": schedule }),
    ] {
        let made = site
            .send("POST", &site.path("tasks/flows"), document.clone())
            .await
            .ok();
        assert_eq!(
            made["task"]["flowRun"]["flow"]["id"], flow["flow"]["id"],
            "{made}"
        );
    }
}

/// What Tableau's migration SDK sends.
#[tokio::test]
async fn words_of_addresses_and_forms_are_taken_as_tableaus_sdk_has_them() {
    let site = Site::new("").await;
    let workbook = site.named("workbooks", "workbook", "Superstore").await;
    let permissions = site.path(&format!("workbooks/{workbook}/permissions"));
    let set = site
        .send(
            "POST",
            &site.path("groupsets"),
            json!({ "groupSet": { "name": "One" } }),
        )
        .await;
    let set = text(&set.json()["groupSet"]["id"]).to_owned();
    let again = json!({ "groupSet": { "name": "ONE" } });
    assert_eq!(
        site.send("POST", &site.path("groupsets"), again).await.code(),
        "409120"
    );
    let rule = json!({ "permissions": { "granteeCapabilities": [{
        "groupSet": { "id": set }, "capabilities": { "capability": [{ "name": "Filter", "mode": "Deny" }] },
    }]}});
    site.send("PUT", &permissions, rule).await.ok();
    let rule = |kind: &str| format!("{permissions}/{kind}/{set}/Filter/Deny");
    assert_eq!(
        site.send("DELETE", &rule("crowds"), Value::Null).await.code(),
        "400008"
    );
    assert_eq!(
        site.send("DELETE", &rule("groupsets"), Value::Null).await.status,
        204
    );
    let there = json!({ "user": { "name": "anita.silva", "siteRole": "Viewer" } });
    assert_eq!(
        site.send("POST", &site.path("users"), there).await.code(),
        "409017"
    );
    let form = "--b\r\nContent-Disposition: form-data; name=\"tableau_user_import\"; filename=\"u.csv\"\r\n\r\nnew.one\r\n--b--\r\n";
    let headers = [
        ("X-Tableau-Auth", site.admin.token.as_str()),
        ("Content-Type", "multipart/form-data; boundary=\"b\""),
    ];
    let path = format!("/api/3.29/{}", site.path("users/import"));
    let imported = send(&site.service, "POST", &path, &headers, form).await;
    assert_eq!(imported.status, 200, "{}", imported.text());
}
