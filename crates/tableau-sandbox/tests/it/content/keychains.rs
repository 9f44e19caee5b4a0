use super::*;

/// The site that credentials are taken to.
fn destination(site: &str) -> Value {
    json!({
        "destinationSiteUrlNamespace": "", "destinationSiteLuid": site,
        "destinationServerUrl": "https://tableau.example.com",
    })
}

/// The credentials of an answer, as they are put in again.
fn taken_out(answer: &Value) -> Value {
    json!({ "encryptedKeychainList": answer["encryptedKeychainList"] })
}

impl Site {
    /// Changes the one connection of a data source.
    async fn embed(&self, datasource: &str, change: Value) {
        let connections = format!("datasources/{datasource}/connections");
        let connection = self.id(&connections).await;
        let change = json!({ "connection": change });
        let path = format!("{connections}/{connection}");
        self.send("PUT", &path, change).await.ok();
    }
}

#[tokio::test]
async fn credentials_go_from_one_item_to_another() {
    let site = Site::new().await;
    let here = site.admin.site.clone();
    let source = site.datasource("Source", ("source.tds", TDS.as_bytes())).await;
    let target = site.datasource("Target", ("target.tds", TDS.as_bytes())).await;
    let retrieve = |item: &str| format!("datasources/{item}/retrievekeychain");
    let none = site
        .send("POST", &retrieve(&source), destination(&here))
        .await
        .ok();
    assert_eq!(none["encryptedKeychainList"], json!({ "encryptedKeychain": [] }));

    let connection = json!({ "userName": "writer", "password": "pw", "embedPassword": true });
    site.embed(&source, connection).await;
    let taken = site
        .send("POST", &retrieve(&source), destination(&here))
        .await
        .ok();
    assert_eq!(
        taken["associatedUserLuidList"]["associatedUserLuid"],
        json!([site.admin.user])
    );
    let mut put = taken_out(&taken);
    put["associatedUserLuidMapping"] = json!({ "userLuidPair": [
        { "sourceSiteUserLuid": "9f9e9d9c-0000-4000-8000-000000000000", "destinationSiteUserLuid": site.admin.user },
    ] });
    let apply = format!("datasources/{target}/applykeychain");
    let applied = site.send("PUT", &apply, put.clone()).await;
    assert!(applied.status.is_success(), "{}", applied.text());
    let shown = site.first(&format!("datasources/{target}/connections")).await;
    assert_eq!(
        (&shown["userName"], &shown["embedPassword"]),
        (&json!("writer"), &json!(true))
    );

    // Users have to be there.
    put["associatedUserLuidMapping"]["userLuidPair"][0]["destinationSiteUserLuid"] = json!(source);
    assert_eq!(site.send("PUT", &apply, put).await.code(), "404002");
}

#[tokio::test]
async fn credentials_are_good_for_one_site_only() {
    let site = Site::new().await;
    let source = site.datasource("Source", ("source.tds", TDS.as_bytes())).await;
    site.embed(&source, json!({ "embedPassword": true })).await;
    let elsewhere = "00000000-0000-4000-8000-000000000000";
    let retrieve = format!("datasources/{source}/retrievekeychain");
    let taken = site.send("POST", &retrieve, destination(elsewhere)).await.ok();
    let apply = format!("datasources/{source}/applykeychain");
    assert_eq!(site.send("PUT", &apply, taken_out(&taken)).await.code(), "400000");
    let nonsense = json!({ "encryptedKeychainList": { "encryptedKeychain": ["nonsense"] } });
    assert_eq!(site.send("PUT", &apply, nonsense).await.code(), "400000");
    for incomplete in [json!({}), destination("nowhere")] {
        assert_eq!(site.send("POST", &retrieve, incomplete).await.code(), "400000");
    }
    // For administrators alone.
    let viewer = user(&site.service, "liam.obrien", "").await;
    let refused = site.by(&viewer, "POST", &retrieve, &destination(elsewhere)).await;
    assert_eq!(refused.status, 403);
}

#[tokio::test]
async fn credentials_are_saved_for_a_user_and_taken_along() {
    let site = Site::new().await;
    let here = site.admin.site.clone();
    let source = site.datasource("Source", ("source.tds", TDS.as_bytes())).await;
    site.embed(&source, json!({ "embedPassword": true })).await;
    let taken = site
        .send(
            "POST",
            &format!("datasources/{source}/retrievekeychain"),
            destination(&here),
        )
        .await
        .ok();
    let user = format!("users/{}", site.admin.user);
    let saved = async || {
        let path = format!("{user}/retrieveSavedCreds");
        let answer = site.send("POST", &path, destination(&here)).await.ok();
        answer["encryptedKeychainList"].clone()
    };
    assert_eq!(saved().await, json!({ "encryptedKeychain": [] }));
    let uploaded = site
        .send("PUT", &format!("{user}/uploadSavedCreds"), taken_out(&taken))
        .await;
    assert!(uploaded.status.is_success(), "{}", uploaded.text());
    assert_eq!(saved().await, taken["encryptedKeychainList"]);
}
