//! Pulse, on the site that plays Tableau Cloud.

use serde_json::{Value, json};
use tableau_sandbox::{Service, well_known};

use crate::fixture::*;

pub(crate) async fn ask(
    service: &Service,
    token: &str,
    method: &str,
    path: &str,
    document: &Value,
) -> Answer {
    ask_service(service, token, method, &format!("pulse/{path}"), document).await
}

#[tokio::test]
async fn definitions_have_metrics_and_pages() {
    let service = service();
    let admin = admin(&service, well_known::CLOUD_SITE).await;
    let get = async |path: &str| ask(&service, &admin.token, "GET", path, &Value::Null).await.ok();
    let all = get("definitions?view=DEFINITION_VIEW_FULL").await;
    let total = all["total_available"].as_u64().unwrap();
    let definitions = all["definitions"].as_array().unwrap();
    assert!(total >= 1 && definitions.len() as u64 == total, "{all}");
    let first = &definitions[0];
    assert_eq!(first["metrics"].as_array().unwrap().len(), 2);
    let mut paged = Vec::new();
    let mut token = String::new();
    loop {
        let page = get(&format!("definitions?page_size=1&page_token={token}")).await;
        paged.push(page["definitions"][0]["metadata"]["id"].clone());
        assert_eq!(page["definitions"][0]["metrics"], json!([]));
        match page["next_page_token"].as_str() {
            Some(next) => next.clone_into(&mut token),
            None => break,
        }
    }
    let ids: Vec<_> = definitions
        .iter()
        .map(|one| one["metadata"]["id"].clone())
        .collect();
    assert_eq!(paged, ids);
    let id = ids[0].as_str().unwrap();
    assert_eq!(
        get(&format!("definitions/{id}")).await["definition"]["metadata"]["id"],
        ids[0]
    );
    let metrics = get(&format!("definitions/{id}/metrics")).await["metrics"].clone();
    assert_eq!(metrics, first["metrics"]);
    let metric = metrics[0]["id"].as_str().unwrap();
    assert_eq!(get(&format!("metrics/{metric}")).await["metric"], metrics[0]);
    // A colon of the path may be encoded.
    let batch = json!({ "metric_ids": [metric] });
    let found = ask(&service, &admin.token, "POST", "metrics%3AbatchGet", &batch)
        .await
        .ok();
    assert_eq!(found["metrics"], json!([metrics[0]]));
    let batch = json!({ "definition_ids": [id] });
    let found = ask(
        &service,
        &admin.token,
        "POST",
        "definitions:batchGet?view=DEFINITION_VIEW_DEFAULT",
        &batch,
    )
    .await
    .ok();
    assert_eq!(found["definitions"][0]["metrics"], json!([metrics[0]]));
    let followed = get(&format!("subscriptions?user_id={}", admin.user)).await;
    assert_eq!(followed["subscriptions"][0]["metric_id"], metrics[0]["id"]);
    assert_eq!(
        followed["subscriptions"][0]["follower"]["user_id"],
        admin.user.as_str()
    );
    // As Tableau's sample for followers asks.
    let of_one = get(&format!(
        "subscriptions?metric_id={}&page_size=1000",
        metrics[0]["id"].as_str().unwrap()
    ))
    .await;
    assert_eq!(of_one["subscriptions"].as_array().map(Vec::len), Some(1));
    let first = get("subscriptions?page_size=1").await;
    let token = first["next_page_token"].as_str().unwrap();
    let second = get(&format!("subscriptions?page_size=1&page_token={token}")).await;
    assert_ne!(first["subscriptions"], second["subscriptions"]);
    let refused = ask(&service, &admin.token, "GET", "metrics/none", &Value::Null).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (404, "5"));
}

#[tokio::test]
async fn insights_are_those_of_the_rows() {
    let service = service();
    let admin = admin(&service, well_known::CLOUD_SITE).await;
    let path = "definitions?view=DEFINITION_VIEW_FULL";
    let all = ask(&service, &admin.token, "GET", path, &Value::Null).await.ok();
    let definition = &all["definitions"][0];
    let metric = |place: usize| {
        json!({
            "definition": definition["specification"],
            "metric_specification": definition["metrics"][place]["specification"],
            "extension_options": definition["extension_options"],
        })
    };
    let bundle = async |kind: &str, metric: &Value| {
        let request =
            json!({ "bundle_request": { "version": 1, "input": { "metadata": {}, "metric": metric } } });
        let path = format!("insights/{kind}");
        ask(&service, &admin.token, "POST", &path, &request).await.ok()["bundle_response"]["result"].clone()
    };
    let value = |bundle: &Value| {
        let facts = &bundle["insight_groups"][0]["insights"][0]["result"]["facts"];
        facts["target_period_value"]["raw"].as_f64().unwrap()
    };
    let whole = bundle("ban", &metric(0)).await;
    assert_eq!(whole["insight_groups"].as_array().unwrap().len(), 1, "{whole}");
    let part = bundle("detail", &metric(1)).await;
    assert_eq!(part["insight_groups"].as_array().unwrap().len(), 2, "{part}");
    // The same by a query of the data source: the rows end in June.
    let query = |filters: Value| {
        json!({
            "datasource": { "datasourceLuid": definition["specification"]["datasource"]["id"] },
            "query": { "fields": [{ "fieldCaption": "Sales", "function": "SUM" }], "filters": filters },
        })
    };
    let june = json!({ "field": { "fieldCaption": "Month" }, "filterType": "SET", "values": ["June"] });
    let east = json!({ "field": { "fieldCaption": "Region" }, "filterType": "SET", "values": ["East"] });
    for (bundle, filters) in [(&whole, json!([june])), (&part, json!([june, east]))] {
        let headers = [("X-Tableau-Auth", admin.token.as_str())];
        let path = "/api/v1/vizql-data-service/query-datasource";
        let rows = send(&service, "POST", path, &headers, query(filters).to_string())
            .await
            .ok();
        assert_eq!(value(bundle), rows["data"][0]["SUM(Sales)"].as_f64().unwrap());
    }
    let question = json!({ "language": "LANGUAGE_EN_US", "locale": "LOCALE_EN_US", "messages": [{
        "action_type": "ACTION_TYPE_ANSWER", "content": "How are sales?", "role": "ROLE_USER", "metric_group_context_resolved": true,
        "metric_group_context": [{ "metadata": { "name": "Sales" }, "metric": metric(0) }],
    }]});
    let brief = ask(&service, &admin.token, "POST", "insights/brief", &question)
        .await
        .ok();
    assert!(
        brief["markup"].as_str().unwrap().starts_with("Sales: Sales is "),
        "{brief}"
    );
    assert_eq!(brief["not_enough_information"], false);
    let wrong = json!({ "bundle_request": { "input": {} } });
    let refused = ask(&service, &admin.token, "POST", "insights/ban", &wrong).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (400, "3"));
}

#[tokio::test]
async fn tableau_server_does_not_have_it() {
    let service = service();
    let admin = admin(&service, "").await;
    let answer = ask(&service, &admin.token, "GET", "definitions", &Value::Null).await;
    assert_eq!(answer.status, 404);
    assert!(answer.json().get("code").is_none(), "{}", answer.text());
}
