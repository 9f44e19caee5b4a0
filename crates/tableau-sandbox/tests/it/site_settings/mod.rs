//! Settings of sites and of the server, preferences of users, recommendations, and tags of columns.

mod columns;
mod mobile;
mod notifications;
mod recommendations;

use serde_json::{Value, json};
use tableau_sandbox::{Sandbox, Service};

use self::mobile::{JAILBREAK, MOBILE, change, policies};
use self::notifications::{NOTIFICATIONS, off, prefer};
use self::recommendations::{RECOMMENDATIONS, hidden, views};
use crate::fixture::*;

const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

/// A sandbox with the session of an administrator.
struct Desk {
    service: Service,
    admin: Session,
}

impl Desk {
    async fn new() -> Self {
        Self::of(service()).await
    }

    async fn of(service: Service) -> Self {
        let admin = admin(&service, "").await;
        Self { service, admin }
    }

    /// Sends a document, or none, to an address of the site of a session.
    async fn by(&self, session: &Session, method: &str, path: &str, body: &Value) -> Answer {
        let path = format!("sites/{}/{path}", session.site);
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        call(&self.service, method, &session.token, &path, body).await
    }

    async fn send(&self, method: &str, path: &str, body: Value) -> Answer {
        self.by(&self.admin, method, path, &body).await
    }

    async fn get(&self, path: &str) -> Value {
        self.send("GET", path, Value::Null).await.ok()
    }

    /// Sends to an address of the server.
    async fn server(&self, session: &Session, method: &str, path: &str, body: &Value) -> Answer {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        call(&self.service, method, &session.token, path, body).await
    }

    async fn user(&self, name: &str) -> Session {
        user(&self.service, name, "").await
    }

    /// Denies a user to see an item.
    async fn deny(&self, item: &str, user: &Session) {
        let rule = json!({"permissions": {"granteeCapabilities": [{"user": {"id": user.user},
            "capabilities": {"capability": [{"name": "Read", "mode": "Deny"}]}}]}});
        self.send("PUT", &format!("{item}/permissions"), rule).await.ok();
    }
}

#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str) {
    let (found, found_code, ..) = answer.refusal();
    assert_eq!((found, found_code.as_str()), (status, code), "{}", answer.text());
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

#[tokio::test]
async fn the_one_domain_has_a_short_name_that_is_kept() {
    let desk = Desk::new().await;
    let domains = async || {
        let answer = desk.server(&desk.admin, "GET", "domains/", &Value::Null).await;
        answer.ok()["domainList"]["domain"].clone()
    };
    assert_eq!(domains().await, json!([{"id": "1", "name": "local"}]));
    let put = async |domain: Value| {
        desk.server(&desk.admin, "PUT", "domains", &json!({"domain": domain}))
            .await
    };
    let changed = put(json!({"id": "1", "name": "Local", "shortName": "here"}))
        .await
        .ok();
    let shown = json!({"id": "1", "name": "local", "shortName": "here"});
    assert_eq!(changed["domain"], shown);
    put(json!({"id": "1"})).await.ok();
    assert_eq!(domains().await, json!([shown]));
    refused(&put(json!({"id": "2", "shortName": "x"})).await, 404, "404016");
    for wrong in [
        json!({"shortName": "x"}),
        json!({"id": "1", "shortName": " "}),
        json!({"id": "1", "name": ""}),
        json!({"id": "1", "name": "corp.example.com"}),
    ] {
        refused(&put(wrong).await, 400, "400000");
    }
    let of_site = desk.user("dmitri.volkov").await;
    let change = json!({"domain": {"id": "1", "shortName": "mine"}});
    for (method, body) in [("GET", &Value::Null), ("PUT", &change)] {
        let answer = desk.server(&of_site, method, "domains", body).await;
        refused(&answer, 403, "403004");
    }
    assert_eq!(domains().await, json!([shown]));
}

#[tokio::test]
async fn a_workbook_loses_nothing_as_one_of_an_earlier_release() {
    let desk = Desk::new().await;
    let workbooks = desk.get("workbooks?pageSize=1").await;
    let path = format!("workbooks/{}", text(&workbooks["workbooks"]["workbook"][0]["id"]));
    for release in ["10.5", "2019.3", "2019.3.1"] {
        let found = desk
            .get(&format!("{path}/downGradeInfo?productVersion={release}"))
            .await;
        assert_eq!(found["downgradeInfo"], json!({}), "{release}");
    }
    for query in [
        "",
        "?productVersion=",
        "?productVersion=2019",
        "?productVersion=new.1",
        "?productVersion=1.2.3.4",
    ] {
        let answer = desk
            .send("GET", &format!("{path}/downgradeinfo{query}"), Value::Null)
            .await;
        assert_eq!(answer.code(), "400008", "{query}");
    }
    let query = "downGradeInfo?productVersion=2019.3";
    let unknown = format!("workbooks/{UNKNOWN}/{query}");
    refused(&desk.send("GET", &unknown, Value::Null).await, 404, "404006");
    let reader = desk.user("liam.obrien").await;
    desk.deny(&path, &reader).await;
    let unseen = desk
        .by(&reader, "GET", &format!("{path}/{query}"), &Value::Null)
        .await;
    // As for the workbook itself.
    let of_workbook = desk.by(&reader, "GET", &path, &Value::Null).await;
    assert_eq!(unseen.refusal(), of_workbook.refusal());
}

#[tokio::test]
async fn settings_survive_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let open = async || Desk::of(Sandbox::builder().data(directory.path()).build().unwrap()).await;
    let desk = open().await;
    let policy = change(&json!([{"name": JAILBREAK, "enabled": false}]));
    desk.send("PUT", MOBILE, policy).await.ok();
    let no_mail = prefer(&json!([{"channel": "email", "notificationType": "share", "enabled": false}]));
    desk.send("PATCH", NOTIFICATIONS, no_mail).await.ok();
    let short = json!({"domain": {"id": "1", "shortName": "here"}});
    desk.server(&desk.admin, "PUT", "domains", &short).await.ok();
    let view = views(&desk.get(RECOMMENDATIONS).await)[0]["id"].clone();
    let hide = desk
        .send("PUT", "recommendations/dismissals", hidden(&view))
        .await;
    assert_eq!(hide.status, 200);
    drop(desk);
    let desk = open().await;
    assert_eq!(policies(&desk.get(MOBILE).await)[0]["enabled"], false);
    assert_eq!(off(&desk.get(NOTIFICATIONS).await), ["email share"]);
    let domains = desk
        .server(&desk.admin, "GET", "domains", &Value::Null)
        .await
        .ok();
    assert_eq!(domains["domainList"]["domain"][0]["shortName"], "here");
    let left = views(&desk.get(RECOMMENDATIONS).await);
    assert!(!left.is_empty() && left.iter().all(|left| left["id"] != view));
}
