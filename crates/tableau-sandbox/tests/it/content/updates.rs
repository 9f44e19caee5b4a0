use super::*;

async fn change(site: &Site, by: &Session, item: &str, member: &str, patch: Value) -> Answer {
    site.by(by, "PUT", item, &json!({member: patch})).await
}

#[tokio::test]
async fn content_is_renamed_moved_and_given_to_another_owner() {
    let site = Site::new().await;
    let project = site.id("projects?filter=name:eq:Finance").await;
    let owner = site.id("users?filter=name:eq:hugo.martin").await;
    for (collection, member) in [("workbooks", "workbook"), ("datasources", "datasource")] {
        let item = format!("{collection}/{}", site.id(collection).await);
        let before = site.member(&item, "updatedAt").await;
        let patch = json!({"name": "Renamed", "description": "New", "project": {"id": project}, "owner": {"id": owner}});
        let answer = change(&site, &site.admin, &item, member, patch).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let found = site.get(&item).await.ok()[member].clone();
        assert_eq!(
            (&found["name"], &found["description"]),
            (&json!("Renamed"), &json!("New"))
        );
        assert_eq!(
            (&found["project"]["id"], &found["owner"]["id"]),
            (&json!(project), &json!(owner))
        );
        assert_ne!(found["updatedAt"], before);
        let by_name = format!("{collection}?filter=name:eq:Renamed,projectName:eq:Finance");
        assert_eq!(site.id(&by_name).await, id(&found));
    }
}

#[tokio::test]
async fn a_name_that_the_project_has_is_refused() {
    let site = Site::new().await;
    let first = site.datasource("First", ("Orders.hyper", b"Hyper")).await;
    site.datasource("Second", ("Orders.hyper", b"Hyper")).await;
    let item = format!("datasources/{first}");
    let answer = change(&site, &site.admin, &item, "datasource", json!({"name": "Second"})).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (409, "409015".to_owned())
    );
    let answer = change(&site, &site.admin, &item, "datasource", json!({"name": " "})).await;
    assert_eq!(answer.code(), "400000");
    assert_eq!(site.member(&item, "name").await, "First");
}

#[tokio::test]
async fn a_right_to_write_is_not_one_to_move_or_to_give_away() {
    let site = Site::new().await;
    let item = format!(
        "datasources/{}",
        site.datasource("Test", ("Orders.hyper", b"Hyper")).await
    );
    let publisher = user(&site.service, "jonas.weber", "").await;
    let rule = json!({"permissions": {"granteeCapabilities": [{"user": {"id": publisher.user}, "capabilities": {"capability": [
        {"name": "Read", "mode": "Allow"}, {"name": "Write", "mode": "Allow"}]}}]}});
    let added = site.send("PUT", &format!("{item}/permissions"), rule).await;
    assert_eq!(added.status, 200, "{}", added.text());
    let renamed = change(&site, &publisher, &item, "datasource", json!({"name": "Renamed"})).await;
    assert_eq!(renamed.status, 200, "{}", renamed.text());
    let project = site.id("projects?filter=name:eq:Finance").await;
    let moved = change(
        &site,
        &publisher,
        &item,
        "datasource",
        json!({"project": {"id": project}}),
    )
    .await;
    assert_eq!((moved.status.as_u16(), moved.code()), (403, "403030".to_owned()));
    let given = change(
        &site,
        &publisher,
        &item,
        "datasource",
        json!({"owner": {"id": publisher.user}}),
    )
    .await;
    assert_eq!((given.status.as_u16(), given.code()), (403, "403027".to_owned()));
}

#[tokio::test]
async fn an_acceleration_is_that_of_the_workbook_and_of_the_views_that_are_named() {
    let site = Site::new().await;
    let workbook = site.id("workbooks").await;
    let item = format!("workbooks/{workbook}");
    let view = site.id(&format!("{item}/views")).await;
    let accelerated = json!({"accelerationEnabled": true});
    let patch = json!({"dataAccelerationConfig": accelerated, "views": {"view": [{"id": view}]}});
    let of_views = format!("{item}?includeViewAccelerationStatus=true");
    let shown = change(&site, &site.admin, &of_views, "workbook", patch)
        .await
        .ok();
    let views = shown["workbook"]["views"]["view"].as_array().unwrap().clone();
    let of_view = views.iter().find(|found| id(found) == view).unwrap();
    assert_eq!(of_view["dataAccelerationConfig"], accelerated);
    let others = views.iter().filter(|found| id(found) != view);
    let accelerated_too = others.filter(|other| other.get("dataAccelerationConfig").is_some());
    assert_eq!(accelerated_too.count(), 0);
    let patch = json!({"dataFreshnessPolicy": {"option": "AlwaysLive"}});
    change(&site, &site.admin, &item, "workbook", patch).await.ok();
    assert_eq!(site.member(&item, "dataAccelerationConfig").await, accelerated);
    assert_eq!(
        site.member(&item, "dataFreshnessPolicy").await["option"],
        "AlwaysLive"
    );
    let patch = json!({"views": {"view": [{"id": workbook}]}});
    let unknown = change(&site, &site.admin, &item, "workbook", patch).await;
    assert_eq!(unknown.code(), "404011");
}

#[tokio::test]
async fn a_deleted_view_takes_its_favorites_with_it() {
    let site = Site::new().await;
    let view = site.first("views?filter=workbookName:eq:Superstore").await;
    let favorites = format!("favorites/{}", site.admin.user);
    let favorite = json!({"favorite": {"label": "Mine", "view": {"id": id(&view)}}});
    let added = site.send("PUT", &favorites, favorite).await;
    assert!(added.status.is_success(), "{}", added.text());
    let before = items(&site.get(&favorites).await.ok()).len();
    site.delete(&format!("views/{}", id(&view))).await;
    assert_eq!(site.get(&format!("views/{}", id(&view))).await.code(), "404011");
    assert_eq!(items(&site.get(&favorites).await.ok()).len(), before - 1);
}

#[tokio::test]
async fn a_view_that_is_shown_as_a_tab_has_the_permissions_of_its_workbook() {
    let site = Site::new().await;
    let view = site.id("views?filter=workbookName:eq:Superstore").await;
    let rule = json!({"permissions": {"granteeCapabilities": [{"user": {"id": site.admin.user},
        "capabilities": {"capability": [{"name": "Read", "mode": "Allow"}]}}]}});
    let path = format!("views/{view}/permissions");
    let answer = site.send("PUT", &path, rule).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (403, "403096".to_owned())
    );
    let shown = site.get(&path).await.ok();
    assert_eq!(shown["permissions"]["view"]["id"], view.as_str());
}

#[tokio::test]
async fn a_workbook_is_found_by_its_content_url() {
    let site = Site::new().await;
    let workbook = site.first("workbooks").await;
    let url = workbook["contentUrl"].as_str().unwrap();
    let found = site.get(&format!("workbooks/{url}?key=contentUrl")).await.ok();
    assert_eq!(id(&found["workbook"]), id(&workbook));
    for (path, code) in [
        (format!("workbooks/{url}"), "404006"),
        ("workbooks/Nothing?key=contentUrl".to_owned(), "404006"),
        (format!("workbooks/{url}?key=name"), "400008"),
    ] {
        assert_eq!(site.get(&path).await.code(), code, "{path}");
    }
    let older = format!(
        "/api/3.16/sites/{}/workbooks/{url}?key=contentUrl",
        site.admin.site
    );
    let headers = [
        ("X-Tableau-Auth", site.admin.token.as_str()),
        ("Accept", "application/json"),
    ];
    assert_eq!(
        send(&site.service, "GET", &older, &headers, "").await.code(),
        "404006"
    );
}

#[tokio::test]
async fn embedding_is_allowed_where_the_site_says() {
    let site = Site::new().await;
    let settings = async || site.get("settings/embedding").await.ok()["site"]["settings"].clone();
    assert_eq!(
        settings().await,
        json!({"unrestrictedEmbedding": true, "allowList": ""})
    );
    let limited = json!({"unrestrictedEmbedding": false, "allowList": "portal.example.com"});
    let changed = site
        .send(
            "PUT",
            "settings/embedding",
            json!({"site": {"settings": limited}}),
        )
        .await;
    assert_eq!(changed.ok()["site"]["settings"], limited);
    let viewer = user(&site.service, "liam.obrien", "").await;
    let refused = site.by(&viewer, "GET", "settings/embedding", &Value::Null).await;
    assert_eq!(refused.code(), "403004");
    assert!(refused.text().contains("embedded"), "{}", refused.text());
    let less = json!({"site": {"settings": {"allowList": ""}}});
    site.send("PUT", "settings/embedding", less).await.ok();
    assert_eq!(
        settings().await,
        json!({"unrestrictedEmbedding": false, "allowList": ""})
    );
}

#[tokio::test]
async fn a_user_has_flows_to_see_and_flows_of_his_own() {
    let site = Site::new().await;
    let all = items(&site.get("flows").await.ok());
    let owner = all[0]["owner"]["id"].as_str().unwrap();
    let path = format!("users/{owner}/flows");
    let seen = items(&site.get(&path).await.ok());
    let owned = items(&site.get(&format!("{path}?ownedBy=true")).await.ok());
    let is_own = |flow: &&Value| flow["owner"]["id"] == owner;
    assert!(!owned.is_empty() && owned.iter().all(|flow| is_own(&flow)));
    assert_eq!(seen.iter().filter(is_own).count(), owned.len());
    // The list has what this user may see, not what the administrator may see who asks.
    let viewer = user(&site.service, "liam.obrien", "").await;
    let no = json!({"user": {"id": viewer.user}, "capabilities": {"capability": [{"name": "Read", "mode": "Deny"}]}});
    let rules = format!("flows/{}/permissions", id(&all[0]));
    let denied = json!({"permissions": {"granteeCapabilities": [no]}});
    site.send("PUT", &rules, denied).await.ok();
    let asked = items(&site.get(&format!("users/{}/flows", viewer.user)).await.ok());
    let his = site.by(&viewer, "GET", "flows", &Value::Null).await.ok();
    let names = |flows: Vec<Value>| {
        flows
            .into_iter()
            .map(|flow| flow["name"].clone())
            .collect::<Vec<_>>()
    };
    assert!(asked.len() < all.len(), "{asked:?}");
    assert_eq!(names(asked), names(items(&his)));
}
