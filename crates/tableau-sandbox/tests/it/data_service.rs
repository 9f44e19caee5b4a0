//! The `VizQL` Data Service.

use serde_json::{Value, json};
use tableau_sandbox::Service;

use crate::fixture::*;

async fn ask(service: &Service, token: &str, call: &str, document: &Value) -> Answer {
    let path = format!("/api/v1/vizql-data-service/{call}");
    let headers = [("X-Tableau-Auth", token), ("Content-Type", "application/json")];
    send(service, "POST", &path, &headers, document.to_string()).await
}

async fn datasource(service: &Service, admin: &Session) -> Value {
    let path = format!("sites/{}/datasources", admin.site);
    let list = get(service, &admin.token, &path).await.ok();
    json!({ "datasourceLuid": list["datasources"]["datasource"][0]["id"] })
}

#[tokio::test]
async fn fields_that_are_described_can_be_queried() {
    let service = service();
    let admin = admin(&service, "").await;
    let datasource = datasource(&service, &admin).await;
    let asked = json!({ "datasource": datasource });
    let metadata = ask(&service, &admin.token, "read-metadata", &asked).await.ok();
    let fields = metadata["data"].as_array().unwrap();
    assert!(metadata["extraData"]["parameters"].is_array(), "{metadata}");
    let queried: Vec<_> = fields
        .iter()
        .map(|field| match field["defaultAggregation"].as_str().unwrap() {
            "COUNT" => json!({ "fieldCaption": field["fieldCaption"] }),
            function => json!({ "fieldCaption": field["fieldCaption"], "function": function }),
        })
        .collect();
    let query = json!({ "datasource": datasource, "query": { "fields": queried }, "options": { "returnFormat": "OBJECTS" } });
    let result = ask(&service, &admin.token, "query-datasource", &query).await.ok();
    let rows = result["data"].as_array().unwrap();
    assert_eq!(rows.len(), 72);
    assert!(rows[0]["SUM(Amount)"].is_number(), "{}", rows[0]);
    assert_eq!(rows[0].as_object().unwrap().len(), fields.len());
    let model = ask(&service, &admin.token, "get-datasource-model", &asked)
        .await
        .ok();
    assert_eq!(
        model["logicalTables"][0]["logicalTableId"],
        fields[0]["logicalTableId"]
    );
    assert_eq!(model["logicalTableRelationships"], json!([]));
}

#[tokio::test]
async fn refusals_have_the_form_of_the_service() {
    let service = service();
    let admin = admin(&service, "").await;
    let datasource = datasource(&service, &admin).await;
    let query = json!({ "datasource": datasource, "query": { "fields": [{ "fieldCaption": "Margin" }] } });
    let refused = ask(&service, &admin.token, "query-datasource", &query).await;
    assert_eq!(refused.status, 400);
    let document = refused.json();
    assert_eq!(
        (&document["errorCode"], &document["message"]),
        (&json!("400803"), &json!("Unknown Field: Margin."))
    );
    let dead = ask(&service, "dead", "query-datasource", &query).await;
    assert_eq!((dead.status.as_u16(), dead.code().as_str()), (401, "401002"));
    let malformed = ask(
        &service,
        &admin.token,
        "query-datasource",
        &json!({ "datasource": 1 }),
    )
    .await;
    assert_eq!(
        (malformed.status.as_u16(), malformed.code().as_str()),
        (400, "400000")
    );

    // Users need a capability that no data source gives by itself.
    let other = user(&service, "ben.okafor", "").await;
    let plain = json!({ "datasource": datasource });
    let refused = ask(&service, &other.token, "read-metadata", &plain).await;
    assert_eq!(
        (refused.status.as_u16(), refused.code().as_str()),
        (403, "403800"),
        "{}",
        refused.text()
    );
    let path = format!(
        "sites/{}/datasources/{}/permissions",
        admin.site,
        datasource["datasourceLuid"].as_str().unwrap()
    );
    let rule = json!({ "permissions": { "granteeCapabilities": [{ "user": { "id": other.user }, "capabilities": { "capability": [
        { "name": "VizqlDataApiAccess", "mode": "Allow" }, { "name": "Read", "mode": "Allow" },
    ]}}]}});
    call(&service, "PUT", &admin.token, &path, rule.to_string())
        .await
        .ok();
    ask(&service, &other.token, "read-metadata", &plain).await.ok();
}

/// What the sandbox cannot compute is refused, and not left out.
#[tokio::test]
async fn what_is_not_computed_is_refused() {
    let service = service();
    let admin = admin(&service, "").await;
    let datasource = datasource(&service, &admin).await;
    let sales = json!({ "fieldCaption": "Amount", "function": "SUM" });
    let with = |member: &str, value: Value| {
        let mut field = sales.clone();
        field[member] = value;
        json!({ "fields": [field] })
    };
    let calculation = json!({ "tableCalcType": "RANK", "dimensions": [] });
    let region = json!({ "fieldCaption": "Amount" });
    let condition = json!({ "field": region, "filterType": "CONDITION", "calculation": "SUM([Amount]) > 1" });
    for (query, options, what) in [
        (
            with("tableCalculation", calculation.clone()),
            json!({}),
            "table calculations",
        ),
        (
            with("nestedTableCalculations", json!([calculation])),
            json!({}),
            "table calculations",
        ),
        (
            json!({ "fields": [sales], "filters": [condition] }),
            json!({}),
            "CONDITION",
        ),
        (
            json!({ "fields": [sales], "parameters": [{ "parameterCaption": "Level", "value": 1 }] }),
            json!({}),
            "Unknown Parameter: Level.",
        ),
        (
            json!({ "fields": [sales] }),
            json!({ "returnServerSentEvents": true }),
            "events",
        ),
    ] {
        let document = json!({ "datasource": datasource, "query": query, "options": options });
        let refused = ask(&service, &admin.token, "query-datasource", &document).await;
        assert_eq!(refused.status, 400, "{document}");
        let refused = refused.json();
        assert_eq!(refused["errorCode"], "400803", "{refused}");
        assert!(refused["message"].as_str().unwrap().contains(what), "{refused}");
    }
}

#[tokio::test]
async fn functions_of_calculations_are_listed() {
    let service = service();
    let admin = admin(&service, "").await;
    let datasource = datasource(&service, &admin).await;
    let asked = json!({ "datasource": datasource, "options": { "bypassMetadataCache": true } });
    let listed = ask(&service, &admin.token, "list-supported-functions", &asked)
        .await
        .ok();
    let listed = listed.as_array().unwrap();
    let sum = listed.iter().find(|function| function["name"] == "SUM").unwrap();
    assert_eq!(
        sum["overloads"][0],
        json!({ "arg_types": ["REAL"], "return_type": "REAL" })
    );
    let numbers = [
        "SUM", "AVG", "MEDIAN", "STDEV", "VAR", "MIN", "MAX", "COUNT", "COUNTD",
    ];
    for name in numbers {
        assert!(listed.iter().any(|function| function["name"] == name), "{name}");
        let field = json!({ "fieldCaption": "x", "calculation": format!("{name}([Amount])") });
        let query = json!({ "datasource": datasource, "query": { "fields": [field] } });
        ask(&service, &admin.token, "query-datasource", &query).await.ok();
    }
}

#[tokio::test]
async fn fields_are_described_with_their_roles() {
    let service = service();
    let admin = admin(&service, "").await;
    let datasource = datasource(&service, &admin).await;
    let asked = json!({ "datasource": datasource });
    let all = ask(&service, &admin.token, "read-metadata", &asked).await.ok();
    let all = all["data"].as_array().unwrap();
    let amount = all
        .iter()
        .find(|field| field["fieldCaption"] == "Amount")
        .unwrap();
    assert_eq!(
        (
            &amount["fieldRole"],
            &amount["fieldType"],
            &amount["hidden"],
            &amount["isLODCalc"]
        ),
        (
            &json!("MEASURE"),
            &json!("CONTINUOUS"),
            &json!(false),
            &json!(false)
        )
    );
}
