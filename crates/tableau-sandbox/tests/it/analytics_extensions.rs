//! Analytics extensions: settings, connections, and what a workbook uses.

use serde_json::{Value, json};
use tableau_sandbox::{Service, well_known};

use crate::fixture::*;

const CONNECTIONS: &str = "settings/site/extensions/analytics/connections";

/// A site, asked by its administrator.
struct Site {
    service: Service,
    admin: Session,
}

impl Site {
    async fn new(site: &str) -> Self {
        let service = service();
        let admin = admin(&service, site).await;
        Self { service, admin }
    }

    async fn ask(&self, method: &str, path: &str, document: &Value) -> Answer {
        ask_service(&self.service, &self.admin.token, method, path, document).await
    }

    async fn get(&self, path: &str) -> Value {
        self.ask("GET", path, &Value::Null).await.ok()
    }

    async fn enable(&self, level: &str, enabled: bool) {
        let path = format!("settings/{level}/extensions/analytics");
        let answer = self.ask("PUT", &path, &json!({ "enabled": enabled })).await.ok();
        assert_eq!(
            (&answer, &self.get(&path).await),
            (&json!({ "enabled": enabled }), &answer)
        );
    }

    /// Adds a connection; gives the identifier of the last one.
    async fn add(&self, document: &Value) -> String {
        let answer = self.ask("POST", CONNECTIONS, document).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let list = answer.json();
        let last = list["connectionMetadataList"].as_array().unwrap().last().unwrap();
        assert_eq!(last["connection_brief"], document["connection_brief"]);
        last["connection_luid"].as_str().unwrap().to_owned()
    }

    async fn workbook(&self) -> String {
        let path = format!("sites/{}/workbooks?pageSize=1", self.admin.site);
        let page = get(&self.service, &self.admin.token, &path).await.ok();
        page["workbooks"]["workbook"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

fn tabpy() -> Value {
    json!({
        "connection_brief": { "connection_type": "TABPY", "connection_name": "Models" },
        "host": "tabpy.example.com", "port": 9004,
        "is_auth_enabled": true, "username": "models", "password": "secret",
    })
}

#[tokio::test]
async fn connections_are_added_replaced_and_deleted_without_showing_passwords() {
    let site = Site::new("").await;
    let luid = site.add(&tabpy()).await;
    let one = format!("{CONNECTIONS}/{luid}");
    let mut shown = tabpy();
    shown.as_object_mut().unwrap().remove("password");
    shown["is_ssl_enabled"] = json!(false);
    shown["connection_luid"] = json!(luid);
    assert_eq!(site.get(&one).await, shown);
    let mut other = tabpy();
    other["host"] = json!("models.example.com");
    other["is_auth_enabled"] = json!(false);
    let replaced = site.ask("PUT", &one, &other).await.ok();
    assert_eq!(replaced["host"], "models.example.com");
    assert_eq!(site.get(&one).await, replaced);
    assert_eq!(site.ask("DELETE", &one, &Value::Null).await.status, 204);
    assert_eq!(site.ask("GET", &one, &Value::Null).await.status, 404);
    assert_eq!(site.get(CONNECTIONS).await["connectionMetadataList"], json!([]));
}

#[tokio::test]
async fn a_connection_is_valid_as_a_whole() {
    let site = Site::new("").await;
    let spoilt = |change: fn(&mut Value)| {
        let mut document = tabpy();
        change(&mut document);
        document
    };
    for document in [
        json!({}),
        spoilt(|document| document["port"] = json!(0)),
        spoilt(|document| document["port"] = json!(65536)),
        spoilt(|document| document["host"] = json!("")),
        spoilt(|document| document["host"] = json!("h".repeat(256))),
        spoilt(|document| document["password"] = Value::Null),
        spoilt(|document| document["username"] = json!("")),
        spoilt(|document| document["connection_brief"]["connection_type"] = json!("UNDEFINED")),
        spoilt(|document| document["connection_brief"]["connection_name"] = json!(" ")),
    ] {
        let answer = site.ask("POST", CONNECTIONS, &document).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["code"]),
            (400, &json!(3)),
            "{document}"
        );
    }
    site.add(&spoilt(|document| document["port"] = json!(65535)))
        .await;
    let einstein =
        spoilt(|document| document["connection_brief"]["connection_type"] = json!("EINSTEIN_DISCOVERY"));
    let luid = site.add(&einstein).await;
    assert_eq!(site.ask("POST", CONNECTIONS, &einstein).await.status, 409);
    site.ask("PUT", &format!("{CONNECTIONS}/{luid}"), &einstein)
        .await
        .ok();
}

/// Tableau Cloud always wants a name, a password and encryption (documented).
#[tokio::test]
async fn on_cloud_a_connection_is_encrypted_and_has_a_password() {
    let site = Site::new(well_known::CLOUD_SITE).await;
    let mut document = tabpy();
    document["is_auth_enabled"] = json!(false);
    let luid = site.add(&document).await;
    let shown = site.get(&format!("{CONNECTIONS}/{luid}")).await;
    assert_eq!(
        (&shown["is_auth_enabled"], &shown["is_ssl_enabled"]),
        (&json!(true), &json!(true))
    );
    document["password"] = Value::Null;
    assert_eq!(site.ask("POST", CONNECTIONS, &document).await.status, 400);
    let server = "settings/server/extensions/analytics";
    assert_eq!(site.ask("GET", server, &Value::Null).await.status, 403);
}

#[tokio::test]
async fn a_workbook_uses_a_connection_where_it_may_and_until_it_goes() {
    let site = Site::new("").await;
    let luid = site.add(&tabpy()).await;
    let workbook = site.workbook().await;
    let of_workbook = format!("settings/site/extensions/analytics/workbooks/{workbook}");
    let selected = format!("{of_workbook}/selected_connection");
    let mapping = json!({ "workbook_luid": workbook, "connection_luid": luid });
    let count = async |path: &str| {
        site.get(path).await["connectionMetadataList"]
            .as_array()
            .unwrap()
            .len()
    };
    let available = format!("{of_workbook}/connections");

    // A new site may not use them.
    assert_eq!(count(&available).await, 0);
    assert_eq!(site.ask("PUT", &selected, &mapping).await.status, 400);
    site.enable("site", true).await;
    assert_eq!(count(&available).await, 1);
    assert_eq!(site.ask("PUT", &selected, &mapping).await.ok(), mapping);
    assert_eq!(
        site.get(&selected).await["connectionMetadataList"][0]["connection_luid"],
        json!(luid)
    );
    site.enable("server", false).await;
    assert_eq!(count(&available).await, 0);
    site.enable("server", true).await;

    let unknown = json!({ "workbook_luid": workbook, "connection_luid": workbook });
    assert_eq!(site.ask("PUT", &selected, &unknown).await.status, 404);
    let other = json!({ "workbook_luid": luid, "connection_luid": luid });
    assert_eq!(site.ask("PUT", &selected, &other).await.status, 400);
    assert_eq!(site.ask("DELETE", &selected, &Value::Null).await.status, 204);
    assert_eq!((count(&selected).await, count(&available).await), (0, 1));
    site.ask("PUT", &selected, &mapping).await.ok();
    site.ask("DELETE", &format!("{CONNECTIONS}/{luid}"), &Value::Null)
        .await;
    assert_eq!(count(&selected).await, 0);
}

#[tokio::test]
async fn only_administrators_configure_them() {
    let service = service();
    let viewer = user(&service, "liam.obrien", "").await;
    let asked = [
        ("GET", "settings/server/extensions/analytics", Value::Null),
        (
            "PUT",
            "settings/server/extensions/analytics",
            json!({ "enabled": false }),
        ),
        ("GET", "settings/site/extensions/analytics", Value::Null),
        (
            "PUT",
            "settings/site/extensions/analytics",
            json!({ "enabled": true }),
        ),
        ("GET", CONNECTIONS, Value::Null),
        ("POST", CONNECTIONS, tabpy()),
    ];
    for (method, path, document) in asked {
        let answer = ask_service(&service, &viewer.token, method, path, &document).await;
        assert_eq!(answer.status, 403, "{method} {path}");
    }
}

/// Without the member, nothing is turned off in silence.
#[tokio::test]
async fn settings_without_a_value_are_refused() {
    let site = Site::new("").await;
    let path = "settings/server/extensions/analytics";
    let answer = site.ask("PUT", path, &json!({})).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["code"]),
        (400, &json!(3)),
        "{}",
        answer.text()
    );
    assert_eq!(site.get(path).await, json!({ "enabled": true }));
}
