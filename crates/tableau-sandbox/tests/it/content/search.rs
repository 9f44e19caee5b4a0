use super::*;

async fn search(site: &Site, by: &Session, query: &str) -> Answer {
    let path = format!("/api/-/search?{query}");
    let headers = [("X-Tableau-Auth", by.token.as_str())];
    send(&site.service, "GET", &path, &headers, "").await
}

fn titles(results: &Value) -> Vec<(&str, &str)> {
    let items = results["hits"]["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["content"]);
    items
        .map(|content| {
            (
                content["type"].as_str().unwrap(),
                content["title"].as_str().unwrap(),
            )
        })
        .collect()
}

#[tokio::test]
async fn words_filters_order_and_pages_hold() {
    let site = Site::new().await;
    let found = search(&site, &site.admin, "terms=superstore&filter=type:eq:workbook")
        .await
        .ok();
    assert_eq!(titles(&found), [("workbook", "Superstore")]);
    let found = search(
        &site,
        &site.admin,
        "filter=type:in:[view]&order_by=hitsTotal:desc&limit=5",
    )
    .await
    .ok();
    let hits: Vec<_> = found["hits"]["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["content"]["hitsTotal"].as_u64())
        .collect();
    assert_eq!(hits.len(), 5);
    assert!(hits.is_sorted_by(|one, other| one >= other), "{hits:?}");
    let next = found["hits"]["next"].as_str().unwrap();
    let second = search(&site, &site.admin, next.split_once('?').unwrap().1)
        .await
        .ok();
    assert_eq!(
        (&second["hits"]["pageIndex"], &second["hits"]["startIndex"]),
        (&json!(1), &json!(5))
    );
    assert_eq!(second["hits"]["total"], found["hits"]["total"]);
}

#[tokio::test]
async fn what_is_published_is_found_and_what_is_deleted_is_not() {
    let site = Site::new().await;
    let flow = site.first("flows?filter=name:eq:Orders").await;
    let path = format!("flows/{}", id(&flow));
    let answer = site
        .send("PUT", &format!("{path}/tags"), tags(&["quixotic"]))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let found = search(&site, &site.admin, "terms=quixotic").await.ok();
    assert_eq!(titles(&found), [("flow", "Orders")]);
    site.delete(&path).await;
    assert_eq!(
        search(&site, &site.admin, "terms=quixotic").await.ok()["hits"]["total"],
        0
    );
}

#[tokio::test]
async fn users_find_what_they_may_see() {
    let site = Site::new().await;
    let viewer = user(&site.service, "liam.obrien", "").await;
    let query = "terms=warehouse&filter=type:eq:virtualconnection";
    let found = search(&site, &viewer, query).await.ok();
    assert_eq!(titles(&found), [("virtualconnection", "Warehouse")]);
    let path = format!(
        "virtualConnections/{}/permissions",
        found["hits"]["items"][0]["content"]["luid"].as_str().unwrap()
    );
    let rule = json!({"user": {"id": viewer.user}, "capabilities": {"capability": [{"name": "Read", "mode": "Deny"}]}});
    site.send(
        "PUT",
        &path,
        json!({"permissions": {"granteeCapabilities": [rule]}}),
    )
    .await
    .ok();
    assert_eq!(search(&site, &viewer, query).await.ok()["hits"]["total"], 0);
    assert_eq!(search(&site, &site.admin, query).await.ok()["hits"]["total"], 1);
}

#[tokio::test]
async fn invalid_parameters_are_refused_in_json() {
    let site = Site::new().await;
    for (query, code) in [
        ("limit=0", "400008"),
        ("limit=2001", "400008"),
        ("filter=mood:eq:good", "400008"),
        ("filter=type:gt:view", "400008"),
        ("filter=x", "400065"),
        ("order_by=mood:desc", "400008"),
    ] {
        let answer = search(&site, &site.admin, query).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (400, code.to_owned()),
            "{query}"
        );
    }
}

#[tokio::test]
async fn what_begins_as_was_typed_is_suggested_recent_content_first() {
    let site = Site::new().await;
    let suggest = async |query: &str| {
        let path = format!("/api/-/suggestions?{query}");
        let headers = [("X-Tableau-Auth", site.admin.token.as_str())];
        send(&site.service, "GET", &path, &headers, "").await
    };
    let found = suggest("terms=SUPER&filter=type:eq:workbook").await.ok();
    assert_eq!(titles(&found), [("workbook", "Superstore")]);
    let all = suggest("terms=s&limit=2000").await.ok();
    let all = titles(&all);
    let begins = |(_, title): &(&str, &str)| title.to_lowercase().starts_with('s');
    assert!(all.iter().any(begins) && !all.iter().all(begins));
    assert!(all.is_sorted_by_key(|found| !begins(found)), "{all:?}");
    let last = all.iter().rfind(|(kind, _)| *kind == "workbook").unwrap();
    let id = site
        .id(&format!(
            "workbooks?filter=name:eq:{}",
            last.1.replace(' ', "%20")
        ))
        .await;
    let recent = suggest(&format!("terms=s&limit=1&recentsLuids=x,{id}"))
        .await
        .ok();
    assert_eq!(titles(&recent), [*last]);
    assert_eq!(suggest("terms=s&limit=0").await.code(), "400008");
}
