//! Notification preferences.

use super::*;

pub(super) const NOTIFICATIONS: &str = "settings/notifications";

/// The preferences of a page that are off, as `channel type`.
pub(super) fn off(page: &Value) -> Vec<String> {
    let all = page["userNotificationsPreferences"]["userNotificationsPreference"]
        .as_array()
        .expect("preferences");
    let off = all.iter().filter(|preference| preference["enabled"] == false);
    off.map(|of| format!("{} {}", text(&of["channel"]), text(&of["notificationType"])))
        .collect()
}

pub(super) fn prefer(preferences: &Value) -> Value {
    json!({"userNotificationsPreferences": {"userNotificationsPreference": preferences}})
}

#[tokio::test]
async fn notification_preferences_are_those_of_the_user_and_fail_one_by_one() {
    let desk = Desk::new().await;
    let first = desk.get(NOTIFICATIONS).await;
    assert_eq!(first["pagination"]["totalAvailable"], "18");
    assert_eq!(off(&first), Vec::<String>::new());
    let wanted = prefer(&json!([
        {"channel": "email", "notificationType": "extractrefresh", "enabled": false},
        {"channel": "pigeon", "notificationType": "share", "enabled": false},
        {"channel": "slack", "notificationType": "weather", "enabled": false},
        {"channel": "in_app", "notificationType": "share", "enabled": "false"},
    ]));
    let answer = desk.send("PATCH", NOTIFICATIONS, wanted).await.ok();
    let results = answer["notificationUpdateResult"]["notificationUpdateStatus"]
        .as_array()
        .unwrap();
    let statuses: Vec<_> = results.iter().map(|result| text(&result["status"])).collect();
    assert_eq!(statuses, ["Success", "Failed", "Failed", "Success"]);
    assert_eq!(results[1]["userNotificationsPreference"]["channel"], "pigeon");
    assert_eq!(results[1]["error"]["code"], "400008");
    assert!(
        text(&results[2]["error"]["detail"]).contains("weather"),
        "{answer}"
    );
    assert_eq!(results[0].get("error"), None);
    let expected = ["email extractrefresh", "in_app share"];
    assert_eq!(off(&desk.get(NOTIFICATIONS).await), expected);
    // Others keep theirs, and one is turned on again.
    let other = desk.user("dmitri.volkov").await;
    let of_other = desk.by(&other, "GET", NOTIFICATIONS, &Value::Null).await.ok();
    assert_eq!(off(&of_other), Vec::<String>::new());
    let on = prefer(&json!([{"channel": "email", "notificationType": "extractrefresh", "enabled": true}]));
    desk.send("PATCH", NOTIFICATIONS, on).await.ok();
    assert_eq!(off(&desk.get(NOTIFICATIONS).await), ["in_app share"]);
}

#[tokio::test]
async fn notification_preferences_are_filtered_paged_and_for_administrators() {
    let desk = Desk::new().await;
    let total = async |query: &str| {
        let page = desk.get(&format!("{NOTIFICATIONS}?{query}")).await;
        let items = &page["userNotificationsPreferences"]["userNotificationsPreference"];
        let count = items.as_array().map_or(0, Vec::len);
        (text(&page["pagination"]["totalAvailable"]).to_owned(), count)
    };
    assert_eq!(total("filter=channel:eq:slack").await, ("6".to_owned(), 6));
    let two = "filter=channel:in:[email,in_app],notificationType:eq:share";
    assert_eq!(total(two).await, ("2".to_owned(), 2));
    assert_eq!(total("filter=channel:eq:pigeon").await, ("0".to_owned(), 0));
    assert_eq!(total("pageSize=10&pageNumber=2").await, ("18".to_owned(), 8));
    for (query, code) in [
        ("filter=enabled:eq:true", "400065"),
        ("filter=channel:gt:email", "400065"),
        ("pageNumber=3&pageSize=10", "400006"),
        ("pageSize=0", "400007"),
    ] {
        let answer = desk
            .send("GET", &format!("{NOTIFICATIONS}?{query}"), Value::Null)
            .await;
        assert_eq!(answer.code(), code, "{query}");
    }
    for wrong in [
        json!([]),
        json!([{"channel": "email", "notificationType": "share"}]),
        json!([{"channel": "email", "enabled": true}]),
        json!([{"channel": "email", "notificationType": "share", "enabled": "perhaps"}]),
    ] {
        let answer = desk.send("PATCH", NOTIFICATIONS, prefer(&wrong)).await;
        assert_eq!(answer.code(), "400000", "{wrong}");
    }
    let viewer = desk.user("liam.obrien").await;
    refused(
        &desk.by(&viewer, "GET", NOTIFICATIONS, &Value::Null).await,
        403,
        "403004",
    );
    let any = prefer(&json!([{"channel": "email", "notificationType": "share", "enabled": false}]));
    refused(
        &desk.by(&viewer, "PATCH", NOTIFICATIONS, &any).await,
        403,
        "403004",
    );
}
