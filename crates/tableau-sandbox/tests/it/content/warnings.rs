use super::*;

#[tokio::test]
async fn an_item_has_one_warning_which_goes_with_it() {
    let site = Site::new().await;
    let flow = site.id("flows?pageSize=1").await;
    let of_flow = format!("dataQualityWarnings/flow/{flow}");
    let warning = json!({"dataQualityWarning": {"type": "STALE", "message": "Late"}});
    let added = site.send("POST", &of_flow, warning.clone()).await.ok();
    let one = format!("dataQualityWarnings/{}", id(&added["dataQualityWarning"]));
    assert_eq!(site.send("POST", &of_flow, warning).await.status, 409);
    let change = json!({"dataQualityWarning": {"message": "Later", "isSevere": true}});
    site.send("PUT", &one, change).await.ok();
    let shown = site.first(&of_flow).await;
    assert_eq!(
        (
            &shown["message"],
            &shown["type"],
            &shown["isSevere"],
            &shown["isActive"]
        ),
        (&json!("Later"), &json!("STALE"), &json!(true), &json!(true))
    );
    site.delete(&format!("flows/{flow}")).await;
    assert_eq!(site.get(&one).await.status, 404);
}

#[tokio::test]
async fn what_does_not_exist_cannot_be_warned_about() {
    let site = Site::new().await;
    let unknown = "00000000-0000-4000-8000-000000000000";
    let warning = json!({"dataQualityWarning": {"type": "WARNING"}});
    for kind in ["datasource", "table", "nonsense"] {
        let path = format!("dataQualityWarnings/{kind}/{unknown}");
        assert_eq!(
            site.send("POST", &path, warning.clone()).await.status,
            404,
            "{kind}"
        );
    }
    let view = site.id("views?pageSize=1").await;
    let empty = json!({"dataQualityWarning": {"message": "x"}});
    let answer = site
        .send("POST", &format!("dataQualityWarnings/view/{view}"), empty)
        .await;
    assert_eq!(answer.code(), "400000");
}

#[tokio::test]
async fn tags_in_batch_are_set_on_all_items_or_none() {
    let site = Site::new().await;
    let workbook = site.id("workbooks?pageSize=1").await;
    let flow = site.id("flows?pageSize=1").await;
    let unknown = "00000000-0000-4000-8000-000000000000";
    let batch = |flow: &str| {
        json!({"tagBatch": {"tags": tags(&["red", "\"dark green\""])["tags"], "contents": {"content": [
            {"id": workbook, "contentType": "Workbook"}, {"id": flow, "contentType": "Flow"}]}}})
    };
    let labels = async |path: String, element: &str| {
        let item = site.get(&path).await.ok();
        let tags = item[element]["tags"]["tag"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        tags.iter()
            .map(|tag| tag["label"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let of_workbook = format!("workbooks/{workbook}");
    let before = labels(of_workbook.clone(), "workbook").await;
    assert_eq!(
        site.send("PUT", "tags:batchCreate", batch(unknown)).await.code(),
        "404027"
    );
    assert_eq!(labels(of_workbook.clone(), "workbook").await, before);
    site.send("PUT", "tags:batchCreate", batch(&flow)).await.ok();
    let added = ["red".to_owned(), "dark green".to_owned()];
    assert!(labels(format!("flows/{flow}"), "flow").await.ends_with(&added));
    site.send("PUT", "tags:batchDelete", batch(&flow)).await.ok();
    assert_eq!(labels(of_workbook, "workbook").await, before);
}
