use super::*;

const FIRST: &str = r#"{"policyCollection": {}, "revision": {"connections": [{"dbClass": "postgres", "server": "one.example.com", "port": "5432", "username": "reader"}]}}"#;
const SECOND: &str = r#"{"policyCollection": {}, "revision": {"connections": []}}"#;

async fn publish(site: &Site, content: &str, query: &str) -> Answer {
    let new = json!({"name": "Test", "project": {"id": site.project().await}, "owner": {"id": site.admin.user}, "content": content});
    let path = format!("virtualConnections{query}");
    site.send("POST", &path, json!({"virtualConnection": new})).await
}

#[tokio::test]
async fn each_publish_is_a_revision() {
    let site = Site::new().await;
    let made = publish(&site, FIRST, "").await.ok();
    let path = format!("virtualConnections/{}", id(&made["virtualConnection"]));
    assert_eq!(publish(&site, SECOND, "").await.status, 409);
    publish(&site, SECOND, "?overwrite=true").await.ok();
    let revisions = items(&site.get(&format!("{path}/revisions")).await.ok());
    let current: Vec<_> = revisions
        .iter()
        .map(|revision| (&revision["revisionNumber"], &revision["current"]))
        .collect();
    assert_eq!(
        format!("{current:?}"),
        r#"[(String("1"), Bool(false)), (String("2"), Bool(true))]"#
    );
    for (revision, content) in [("", SECOND), ("/revisions/1", FIRST), ("/revisions/2", SECOND)] {
        let shown = site.get(&format!("{path}{revision}")).await.ok();
        assert_eq!(shown["virtualConnection"]["content"], content, "{revision}");
    }
    assert_eq!(site.get(&format!("{path}/revisions/3")).await.code(), "404024");
}

#[tokio::test]
async fn connections_of_the_definition_are_listed_and_led_elsewhere() {
    let site = Site::new().await;
    let made = publish(&site, FIRST, "").await.ok();
    let path = format!(
        "virtualConnections/{}/connections",
        id(&made["virtualConnection"])
    );
    let connection = site.first(&path).await;
    assert_eq!(connection["server"], "one.example.com");
    let modify = format!("{path}/{}/modify", connection["connectionId"].as_str().unwrap());
    site.send(
        "PUT",
        &modify,
        json!({"connection": {"serverAddress": "two.example.com"}}),
    )
    .await
    .ok();
    let connection = site.first(&path).await;
    assert_eq!(
        (&connection["server"], &connection["username"]),
        (&json!("two.example.com"), &json!("reader"))
    );
}

#[tokio::test]
async fn what_is_no_definition_is_refused_and_leaves_nothing() {
    let site = Site::new().await;
    let before = site.get("virtualConnections").await.ok();
    for content in ["", "nonsense", "[]", "{", r#"{"revision": 5}"#] {
        assert_eq!(publish(&site, content, "").await.code(), "400000", "{content}");
    }
    assert_eq!(site.get("virtualConnections").await.ok(), before);
}
