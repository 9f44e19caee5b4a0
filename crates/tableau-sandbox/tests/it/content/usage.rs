use tableau_sandbox::well_known::CLOUD_SITE;

use super::*;

async fn ask(site: &Site, method: &str, path: &str, body: Value) -> Answer {
    let headers = [
        ("X-Tableau-Auth", site.admin.token.as_str()),
        ("Content-Type", "application/json"),
    ];
    let path = format!("/api/-/content/usage-stats{path}");
    send(&site.service, method, &path, &headers, body.to_string()).await
}

#[tokio::test]
async fn a_workbook_is_used_as_often_as_its_views() {
    let mut site = Site::new().await;
    site.admin = admin(&site.service, CLOUD_SITE).await;
    let workbook = site.id("workbooks?pageSize=1").await;
    let views = site
        .get(&format!("workbooks/{workbook}/views?includeUsageStatistics=true"))
        .await
        .ok();
    let hits = |view: &Value| {
        view["usage"]["totalViewCount"]
            .as_str()
            .unwrap()
            .parse::<u64>()
            .unwrap()
    };
    let total: u64 = items(&views).iter().map(hits).sum();
    assert!(total > 0, "{views}");
    let one = ask(&site, "GET", &format!("/workbooks/{workbook}"), Value::Null)
        .await
        .ok();
    assert_eq!(one["hitsTotal"], total);
    assert_eq!(one["hitsLastOneMonthTotal"], total / 12);
    let view = &items(&views)[0];
    let of_view = ask(&site, "GET", &format!("/views/{}", id(view)), Value::Null).await;
    assert_eq!(of_view.ok()["hitsTotal"], hits(view));

    let unknown = "00000000-0000-4000-8000-000000000000";
    let several = json!({"content_items": [{"luid": workbook, "type": "workbook"}, {"luid": unknown, "type": "view"},
        {"luid": unknown, "type": "mood"}]});
    let several = ask(&site, "POST", "", several).await;
    assert_eq!(several.status, 201);
    let several = several.json();
    assert_eq!(several["content_items"][0]["usage"], one);
    assert_eq!(several["content_items"][0]["content"]["luid"], workbook);
    let statuses: Vec<_> = several["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| &error["httpErrorCode"])
        .collect();
    assert_eq!(statuses, [404, 400]);
    let refused = ask(&site, "GET", &format!("/workbooks/{unknown}"), Value::Null).await;
    assert_eq!(refused.status, 404, "{}", refused.text());
}

#[tokio::test]
async fn a_flow_is_used_as_often_as_it_runs() {
    let mut site = Site::new().await;
    site.admin = admin(&site.service, CLOUD_SITE).await;
    let flow = site.id("flows?pageSize=1").await;
    let hits = async |path: &str| {
        ask(&site, "GET", path, Value::Null).await.ok()["hitsTotal"]
            .as_u64()
            .unwrap()
    };
    let before = hits(&format!("/flows/{flow}")).await;
    site.send("POST", &format!("flows/{flow}/run"), json!({}))
        .await
        .ok();
    assert_eq!(hits(&format!("/flows/{flow}")).await, before + 1);
}
