//! The fields of items, in lists and alone.

use serde_json::Value;

use crate::lists::Site;

fn members(item: &Value) -> Vec<&str> {
    item.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn an_answer_has_the_requested_fields() {
    let site = Site::of("").await;
    let first = |query: &str| {
        let query = query.to_owned();
        let site = &site;
        async move { site.list("workbooks", &query).await.remove(0) }
    };
    let default = first("").await;
    assert!(default.get("views").is_none() && default.get("sheetCount").is_none());
    assert_eq!(members(&default["owner"]), ["id", "name"]);
    assert_eq!(members(&default["project"]), ["id", "name"]);
    assert!(
        default["webpageUrl"]
            .as_str()
            .unwrap()
            .starts_with("http://127.0.0.1:8000/#/workbooks/1")
    );
    let all = first("fields=_all_").await;
    assert_eq!(all["owner"]["email"], "anita.silva@example.com");
    assert_eq!(all["owner"]["fullName"], "Anita Silva");
    assert_eq!(all["project"]["description"], "Pipeline, orders and revenue.");
    assert_eq!(all["sheetCount"], "4");
    assert!(all.get("views").is_none());
    for name in members(&default) {
        assert!(all.get(name).is_some(), "{name}");
    }
    assert_eq!(first("fields=name,Workbook.size,nonsense,owner.email").await, {
        serde_json::json!({"name": "Regional Sales Performance", "size": default["size"], "owner": {"email": "anita.silva@example.com"}})
    });
    let more = first("fields=_default_,sheetCount,project.description").await;
    assert_eq!(
        (&more["sheetCount"], &more["name"]),
        (&all["sheetCount"], &default["name"])
    );
    assert_eq!(members(&more["project"]).len(), 3);
    assert_eq!(
        first("fields=owner").await,
        serde_json::json!({"owner": default["owner"]})
    );
    assert_eq!(first("fields=nonsense").await, serde_json::json!({}));
}

#[tokio::test]
async fn an_answer_without_described_fields_has_the_members_of_related_rows_too() {
    let site = Site::of("").await;
    let whole = site.list("flows", "").await.remove(0);
    let brief = site.list("flows", "fields=name,project.id,owner").await.remove(0);
    let expected = serde_json::json!({
        "name": whole["name"], "project": {"id": whole["project"]["id"]}, "owner": whole["owner"],
    });
    assert_eq!(brief, expected);
    assert_eq!(members(&whole["project"]), ["id", "name"]);
}

#[tokio::test]
async fn an_item_without_tags_shows_an_empty_list() {
    let site = Site::of("").await;
    let view = site.list("views", "").await.remove(0);
    assert_eq!(view["tags"], serde_json::json!({}));
    assert_eq!(members(&view["owner"]), ["id"]);
}

#[tokio::test]
async fn one_item_says_what_the_list_says_and_more() {
    let site = Site::of("").await;
    let listed = site.list("workbooks", "").await.remove(0);
    let one = &site
        .get(&format!("workbooks/{}", listed["id"].as_str().unwrap()))
        .await["workbook"];
    let views = one["views"]["view"].as_array().unwrap();
    assert_eq!(views.len(), 4);
    assert_eq!(views[0]["id"], one["defaultViewId"]);
    for (name, value) in listed.as_object().unwrap() {
        assert_eq!(&one[name], value, "{name}");
    }
    let view = &site
        .get(&format!("views/{}", views[1]["id"].as_str().unwrap()))
        .await["view"];
    assert_eq!(
        (&view["name"], &view["workbook"]["id"]),
        (&views[1]["name"], &one["id"])
    );
    assert_eq!(view["contentUrl"], "RegionalSalesPerformance/sheets/ByRegion");
    let datasource = site.list("datasources", "").await.remove(0);
    let datasource = &site
        .get(&format!("datasources/{}", datasource["id"].as_str().unwrap()))
        .await["datasource"];
    assert_eq!(
        (&datasource["name"], &datasource["isCertified"]),
        (&"Sales Orders".into(), &true.into())
    );
}

#[tokio::test]
async fn usage_is_shown_on_request() {
    let site = Site::of("").await;
    assert!(
        site.list("views", "")
            .await
            .iter()
            .all(|view| view.get("usage").is_none())
    );
    let views = site.list("views", "includeUsageStatistics=true").await;
    assert!(
        views
            .iter()
            .all(|view| view["usage"]["totalViewCount"].is_string())
    );
    let id = views[3]["id"].as_str().unwrap();
    let one = site.get(&format!("views/{id}?includeUsageStatistics=True")).await;
    assert_eq!(one["view"]["usage"], views[3]["usage"]);
    assert!(
        site.get(&format!("views/{id}")).await["view"]
            .get("usage")
            .is_none()
    );
    let hits: u64 = views[3]["usage"]["totalViewCount"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let found = site
        .column("views", &format!("filter=hitsTotal:eq:{hits}"), "/id")
        .await;
    assert!(found.contains(&id.to_owned()));
}

#[tokio::test]
async fn projects_are_nested_and_counted() {
    let site = Site::of("").await;
    let projects = site.list("projects", "fields=_all_").await;
    let named = |name: &str| projects.iter().find(|project| project["name"] == name).unwrap();
    assert_eq!(named("Payroll")["parentProjectId"], named("Finance")["id"]);
    assert_eq!(
        named("Payroll")["controllingPermissionsProjectId"],
        named("Finance")["id"]
    );
    assert_eq!(named("Germany")["parentProjectId"], named("EMEA")["id"]);
    assert!(named("Germany").get("controllingPermissionsProjectId").is_none());
    assert_eq!(
        (
            &named("Sales")["topLevelProject"],
            &named("EMEA")["topLevelProject"]
        ),
        (&true.into(), &false.into())
    );
    let counts = &named("Payroll")["contentsCounts"];
    assert_eq!(counts["workbookCount"], "2");
    assert_eq!(counts["viewCount"], "5");
    assert_eq!(counts["datasourceCount"], "1");
    assert_eq!(counts["projectCount"], "0");
}

#[tokio::test]
async fn times_have_whole_seconds() {
    let site = Site::of("").await;
    let me = site.get(&format!("users/{}", site.session.user)).await;
    let last = me["user"]["lastLogin"].as_str().unwrap();
    assert_eq!(last.len(), "2026-09-01T00:00:00Z".len(), "{last}");
}
