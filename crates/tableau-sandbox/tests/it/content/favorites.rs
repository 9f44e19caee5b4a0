use super::*;

async fn labels(site: &Site) -> Vec<String> {
    let list = site.get(&format!("favorites/{}", site.admin.user)).await.ok();
    items(&list)
        .iter()
        .map(|favorite| favorite["label"].as_str().unwrap().to_owned())
        .collect()
}

async fn add(site: &Site, label: &str, kind: &str, item: &str) -> Answer {
    let path = format!("favorites/{}", site.admin.user);
    site.send(
        "PUT",
        &path,
        json!({"favorite": {"label": label, kind: {"id": item}}}),
    )
    .await
}

#[tokio::test]
async fn favorites_of_each_kind_are_added_shown_and_deleted() {
    let site = Site::new().await;
    for (collection, element) in [
        ("workbooks", "workbook"),
        ("views", "view"),
        ("datasources", "datasource"),
        ("projects", "project"),
        ("flows", "flow"),
    ] {
        let item = site.first(&format!("{collection}?pageSize=1")).await;
        let added = add(&site, element, element, &id(&item)).await.ok();
        assert_eq!(items(&added)[0][element]["name"], item["name"]);
        assert!(labels(&site).await.contains(&element.to_owned()));
        let path = format!("favorites/{}/{collection}/{}", site.admin.user, id(&item));
        site.delete(&path).await;
        assert!(!labels(&site).await.contains(&element.to_owned()));
        assert_eq!(site.send("DELETE", &path, Value::Null).await.code(), "404010");
    }
}

#[tokio::test]
async fn a_label_is_that_of_one_favorite() {
    let site = Site::new().await;
    let flow = site.id("flows?pageSize=1").await;
    let view = site.id("views?pageSize=1").await;
    add(&site, "Mine", "flow", &flow).await.ok();
    assert_eq!(add(&site, "Mine", "view", &view).await.code(), "409007");
    assert_eq!(add(&site, " ", "view", &view).await.code(), "400005");
    add(&site, "Ours", "flow", &flow).await.ok();
    assert!(!labels(&site).await.contains(&"Mine".to_owned()));
}

#[tokio::test]
async fn a_favorite_goes_with_its_item() {
    let site = Site::new().await;
    let flow = site.id("flows?pageSize=1").await;
    add(&site, "Mine", "flow", &flow).await.ok();
    site.delete(&format!("flows/{flow}")).await;
    assert!(!labels(&site).await.contains(&"Mine".to_owned()));
}

#[tokio::test]
async fn favorites_are_moved_behind_others() {
    let site = Site::new().await;
    let before = labels(&site).await;
    let list = items(&site.get(&format!("favorites/{}", site.admin.user)).await.ok());
    let named = |favorite: &Value| {
        let kinds = ["workbook", "view", "project"];
        let kind = kinds.into_iter().find(|kind| !favorite[*kind].is_null()).unwrap();
        (kind, id(&favorite[kind]))
    };
    let ((kind, moved), (kind_after, after)) = (named(&list[0]), named(&list[2]));
    let ordering = json!({"favoriteId": moved, "favoriteType": kind, "favoriteIdMoveAfter": after, "favoriteTypeMoveAfter": kind_after});
    let path = format!("orderFavorites/{}", site.admin.user);
    let body = json!({"favoriteOrderings": {"favoriteOrdering": [ordering]}});
    let answer = site.send("PUT", &path, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let (first, rest) = before.split_first().unwrap();
    let (behind, others) = rest.split_at(2);
    assert_eq!(
        labels(&site).await,
        [behind, std::slice::from_ref(first), others].concat()
    );
}

#[tokio::test]
async fn the_favorites_of_another_user_are_for_administrators() {
    let site = Site::new().await;
    let viewer = user(&site.service, "liam.obrien", "").await;
    let answer = site
        .by(
            &viewer,
            "GET",
            &format!("favorites/{}", site.admin.user),
            &Value::Null,
        )
        .await;
    assert_eq!(answer.code(), "403004");
    let own = site.get(&format!("favorites/{}", viewer.user)).await.ok();
    assert_eq!(items(&own).len(), 1);
}
