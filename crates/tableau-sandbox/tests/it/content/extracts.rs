use super::*;

const INCREMENTAL: &str = r#"{"extractRefresh": {"incremental": true}}"#;

/// Creates, refreshes and deletes extracts of a kind of content.
async fn live(site: &Site, item: &str, member: &str) {
    let (collection, of_item) = item.split_once('/').unwrap();
    let has = |expected: bool| async move {
        let list = format!("{collection}?pageSize=1000&filter=hasExtracts:eq:{expected}");
        let listed = items(&site.get(&list).await.ok());
        assert!(listed.iter().any(|listed| id(listed) == of_item), "{item}");
    };
    let post = |call: &'static str, body: &'static str| async move {
        let body = serde_json::from_str(body).unwrap();
        site.send("POST", &format!("{item}/{call}"), body).await
    };
    let refresh = || post("refresh", INCREMENTAL);
    assert_eq!(refresh().await.code(), "400000");
    assert_eq!(post("deleteExtract", "{}").await.code(), "409070");
    let created = post("createExtract?encrypt=true", "{}").await;
    let job = created.json()["job"].clone();
    assert_eq!(id(&job["extractCreationJob"][member]), of_item);
    has(false).await;
    assert_eq!(refresh().await.code(), "400000");
    site.finish_jobs();
    has(true).await;
    assert_eq!(
        site.member(item, "encryptExtracts")
            .await
            .to_string()
            .trim_matches('"'),
        "true"
    );
    assert_eq!(
        site.get(&format!("jobs/{}", id(&job))).await.ok()["job"]["finishCode"],
        0
    );
    assert_eq!(post("createExtract", "{}").await.code(), "409070");
    assert_eq!(refresh().await.status, 202);
    assert_eq!(post("deleteExtract", "{}").await.code(), "409093");
    site.finish_jobs();
    assert!(post("deleteExtract", "{}").await.status.is_success());
    site.finish_jobs();
    has(false).await;
}

#[tokio::test]
async fn extracts_of_workbooks_and_data_sources_come_and_go_by_jobs() {
    let site = Site::new().await;
    for (list, member) in [
        ("workbooks?filter=hasExtracts:eq:false", "workbook"),
        ("datasources?filter=hasExtracts:eq:false", "datasource"),
    ] {
        let (collection, _) = list.split_once('?').unwrap();
        let item = format!("{collection}/{}", site.id(list).await);
        live(&site, &item, member).await;
    }
}

#[tokio::test]
async fn a_cancelled_job_creates_no_extracts() {
    let site = Site::new().await;
    let item = format!(
        "datasources/{}",
        site.id("datasources?filter=hasExtracts:eq:false").await
    );
    let queued = site
        .send("POST", &format!("{item}/createExtract"), json!({}))
        .await
        .json();
    let cancelled = site
        .send("PUT", &format!("jobs/{}", id(&queued["job"])), Value::Null)
        .await;
    assert_eq!(cancelled.status, 200, "{}", cancelled.text());
    site.finish_jobs();
    assert_eq!(site.member(&item, "hasExtracts").await, false);
}

#[tokio::test]
async fn extracts_of_data_sources_that_a_workbook_does_not_have_are_refused() {
    let site = Site::new().await;
    let workbook = site.id("workbooks?filter=hasExtracts:eq:false").await;
    let named = json!({"datasources": {"datasource": [{"id": workbook}]}});
    let answer = site
        .send("POST", &format!("workbooks/{workbook}/createExtract"), named)
        .await;
    assert_eq!(answer.code(), "404004");
}
