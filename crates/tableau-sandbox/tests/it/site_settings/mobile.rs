//! Policies of mobile security.

use super::*;

pub(super) const MOBILE: &str = "settings/mobilesecuritysettings";
pub(super) const JAILBREAK: &str = "mobile.security.jailbroken_device";

pub(super) fn policies(answer: &Value) -> Vec<Value> {
    let list = &answer["mobileSecuritySettingsList"]["mobileSecuritySettings"];
    list.as_array().expect("policies").clone()
}

pub(super) fn change(policies: &Value) -> Value {
    json!({"mobileSecuritySettingsList": {"mobileSecuritySettings": policies}})
}

#[tokio::test]
async fn mobile_security_policies_change_by_name_and_member() {
    let desk = Desk::new().await;
    let given = policies(&desk.get(MOBILE).await);
    let on = json!({"enabled": true, "severity": "critical"});
    assert_eq!(
        given,
        [json!({"name": JAILBREAK, "enabled": true, "iosConfig": on, "androidConfig": on})]
    );
    let days = json!({"name": "mobile.security.days", "enabled": true, "iosConfig": {"severity": "error", "valueList": ["7", "8"]}});
    let weaker = json!({"name": JAILBREAK, "androidConfig": {"enabled": false, "severity": "warn"}});
    let answered = desk
        .send("PUT", MOBILE, change(&json!([days, weaker])))
        .await
        .ok();
    let changed = policies(&desk.get(MOBILE).await);
    assert_eq!(policies(&answered), changed);
    let weaker = json!({"enabled": false, "severity": "warn"});
    assert_eq!(
        changed,
        [
            json!({"name": JAILBREAK, "enabled": true, "iosConfig": on, "androidConfig": weaker}),
            days
        ]
    );
    // The policies of the server and of other sites stay.
    let of_server = desk.server(&desk.admin, "GET", MOBILE, &Value::Null).await.ok();
    assert_eq!(policies(&of_server), given);
    let elsewhere = admin(&desk.service, "MarketingTeam").await;
    let elsewhere = desk.by(&elsewhere, "GET", MOBILE, &Value::Null).await.ok();
    assert_eq!(policies(&elsewhere), given);
}

#[tokio::test]
async fn mobile_security_policies_are_for_administrators() {
    let desk = Desk::new().await;
    let (viewer, of_site) = (desk.user("liam.obrien").await, desk.user("dmitri.volkov").await);
    let off = change(&json!([{"name": JAILBREAK, "enabled": false}]));
    refused(
        &desk.by(&viewer, "GET", MOBILE, &Value::Null).await,
        403,
        "403004",
    );
    refused(
        &desk.server(&viewer, "GET", MOBILE, &Value::Null).await,
        403,
        "403004",
    );
    desk.by(&of_site, "GET", MOBILE, &Value::Null).await.ok();
    desk.server(&of_site, "GET", MOBILE, &Value::Null).await.ok();
    // Only those of the server change them, but for Tableau Cloud.
    refused(&desk.by(&of_site, "PUT", MOBILE, &off).await, 403, "403004");
    let cloud = user(&desk.service, "wei.chen@example.com", "umbrellacorp816664").await;
    let changed = desk.by(&cloud, "PUT", MOBILE, &off).await.ok();
    assert_eq!(policies(&changed)[0]["enabled"], false);
}

#[tokio::test]
async fn mobile_security_policies_that_make_no_sense_are_refused() {
    let desk = Desk::new().await;
    let before = desk.get(MOBILE).await;
    for wrong in [
        json!([]),
        json!([{"enabled": true}]),
        json!([{"name": " ", "enabled": true}]),
        json!([{"name": JAILBREAK, "enabled": false}, {"name": JAILBREAK}]),
        json!([{"name": JAILBREAK, "enabled": false, "iosConfig": {"severity": "mild"}}]),
        json!([{"name": "mobile.security.new", "enabled": false, "androidConfig": {"enabled": true}}]),
        json!([{"name": JAILBREAK, "enabled": "perhaps"}]),
    ] {
        let answer = desk.send("PUT", MOBILE, change(&wrong)).await;
        assert_eq!(answer.status, 400, "{wrong}");
        assert_eq!(answer.code(), "400000", "{wrong}");
    }
    assert_eq!(desk.get(MOBILE).await, before);
}

/// What is not given stays, also inside of what is said of a kind of device.
#[tokio::test]
async fn a_part_of_a_mobile_security_policy_is_changed() {
    let desk = Desk::new().await;
    let policy = change(&json!([{"name": JAILBREAK, "iosConfig": {"enabled": false}}]));
    let answer = desk.send("PUT", MOBILE, policy).await.ok();
    let ios = &answer["mobileSecuritySettingsList"]["mobileSecuritySettings"][0]["iosConfig"];
    assert_eq!(
        (&ios["enabled"], &ios["severity"]),
        (&json!(false), &json!("critical"))
    );
}
