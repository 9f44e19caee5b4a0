//! The Metadata API and the catalog, asked by the client.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use futures_util::TryStreamExt as _;
use serde_json::{Value, json};
use support::InProcess;
use tableau_client::{Client, ErrorKind, PersonalAccessToken, Site};
use tableau_sandbox::well_known::{PAT_NAME, PAT_SECRET};
use tableau_sandbox::{Fault, MetadataLimits, Sandbox, Service, StatusBody};

const WORKBOOKS: &str = "query($first: Int, $after: String) { workbooksConnection(first: $first, after: $after) { \
    nodes { luid views { name } } pageInfo { hasNextPage endCursor } totalCount } }";
const QUERY: &str = "metadata.query";

fn client(service: &Service) -> Client {
    let client = Client::builder("https://sandbox.invalid").transport(InProcess(service.clone()));
    client.build().unwrap()
}

async fn fixture() -> (Service, Site) {
    let service = Sandbox::builder().build().unwrap();
    let token = PersonalAccessToken::new(PAT_NAME, PAT_SECRET);
    let site = client(&service).sign_in(token).await.unwrap();
    (service, site)
}

fn count(service: &Service, operation: &str) -> usize {
    let log = service.log().entries();
    let of = log
        .iter()
        .filter(|entry| entry.operation.as_deref() == Some(operation));
    of.count()
}

/// An answer of the Metadata API that says this of the query.
fn says(code: &str, severity: &str) -> Fault {
    let error = json!({"message": "said", "extensions": {"code": code, "severity": severity}});
    Fault::new(200, "").on(QUERY).body(StatusBody::Text {
        content_type: "application/json".to_owned(),
        text: json!({"data": null, "errors": [error]}).to_string(),
    })
}

#[tokio::test]
async fn a_query_gives_typed_data_and_takes_variables() {
    let (_service, site) = fixture().await;
    let query = "query($name: String) { workbooks(filter: {name: $name}) { name projectName } }";
    let answer = site
        .metadata()
        .query::<Value>(query, json!({"name": "Superstore"}))
        .await
        .unwrap();
    assert_eq!(
        answer.data,
        json!({"workbooks": [{"name": "Superstore", "projectName": "Samples"}]})
    );
    assert_eq!(answer.errors, []);
    let status = site.metadata().backfill_status().await.unwrap();
    assert_eq!(status.0, json!({"status": "COMPLETE"}));
    site.metadata().eventing_status().await.unwrap();

    let wrong = site
        .metadata()
        .query::<Vec<u8>>("{ workbooks { name } }", ())
        .await
        .unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::Decode, "{wrong}");
    let refused = site
        .metadata()
        .query::<Value>("{ nothing }", ())
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::BadRequest, "{refused}");
    let cursor = "{ workbooksConnection(after: \"?\") { totalCount } }";
    let refused = site.metadata().query::<Value>(cursor, ()).await.unwrap_err();
    assert_eq!(refused.code(), Some("INVALID_ARGUMENT"), "{refused}");
    let refused = site
        .metadata()
        .query::<Value>("{ workbooks { name } }", "text")
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Input, "{refused}");
}

#[tokio::test]
async fn what_is_partial_is_given_with_its_errors() {
    let (service, site) = fixture().await;
    let limits = MetadataLimits {
        nodes: 3,
        ..MetadataLimits::default()
    };
    service.controls().metadata_limits(limits);
    let answer = site
        .metadata()
        .query::<Value>("{ workbooks { name } }", ())
        .await
        .unwrap();
    assert_eq!(answer.data["workbooks"].as_array().unwrap().len(), 3);
    let [error] = answer.errors.as_slice() else {
        panic!("{:?}", answer.errors);
    };
    assert_eq!(
        (error.code(), error.is_warning()),
        (Some("NODE_LIMIT_EXCEEDED"), true)
    );
}

#[tokio::test]
async fn every_page_is_followed_and_halved_where_an_answer_is_cut_off() {
    let (service, site) = fixture().await;
    let all = site
        .metadata()
        .query::<Value>("{ workbooks { luid views { name } } }", ())
        .await
        .unwrap();
    let all = all.data["workbooks"].as_array().unwrap().clone();
    let pages = || {
        site.metadata()
            .query::<Value>(WORKBOOKS, ())
            .pages("workbooksConnection")
    };
    let found: Vec<_> = pages().try_collect().await.unwrap();
    assert_eq!(found, all);
    let before = count(&service, QUERY);
    let found: Vec<_> = pages().page_size(3).try_collect().await.unwrap();
    assert_eq!(found, all);
    assert_eq!(count(&service, QUERY) - before, all.len().div_ceil(3));

    let limits = MetadataLimits {
        nodes: 20,
        ..MetadataLimits::default()
    };
    service.controls().metadata_limits(limits);
    let mut stream = pages();
    let mut found = Vec::new();
    while let Some(node) = stream.try_next().await.unwrap() {
        found.push(node);
    }
    assert_eq!(found, all);
    assert_eq!(stream.errors(), [], "no page that was given was cut off");
    assert_eq!(stream.total_count(), Some(all.len() as u64));

    // A node that alone exceeds the limit is given as it is, with the reason.
    let limits = MetadataLimits { nodes: 2, ..limits };
    service.controls().metadata_limits(limits);
    let mut stream = pages();
    let luids = |nodes: &[Value]| {
        nodes
            .iter()
            .map(|node| node["luid"].to_string())
            .collect::<BTreeSet<_>>()
    };
    let mut found = Vec::new();
    while let Some(node) = stream.try_next().await.unwrap() {
        found.push(node);
    }
    assert_eq!(luids(&found), luids(&all));
    assert!(
        stream
            .errors()
            .iter()
            .any(|error| error.code() == Some("NODE_LIMIT_EXCEEDED"))
    );
}

/// Pages of a list that has changed between them, and one whose connection has failed.
#[tokio::test]
async fn a_node_on_two_pages_and_a_failed_connection_are_errors() {
    let (service, site) = fixture().await;
    let answers = |answer: Value| {
        let fault = Fault::new(200, "").on(QUERY).times(1);
        service.controls().inject(fault.body(StatusBody::Text {
            content_type: "application/json".to_owned(),
            text: answer.to_string(),
        }));
    };
    let page = |luids: [&str; 2], goes_on: bool| {
        let nodes: Vec<_> = luids.iter().map(|luid| json!({ "luid": luid })).collect();
        let info = json!({"hasNextPage": goes_on, "endCursor": "next"});
        json!({"data": {"workbooksConnection": {"nodes": nodes, "pageInfo": info, "totalCount": 4}}})
    };
    let pages = || {
        let query = site.metadata().query::<Value>(WORKBOOKS, ());
        query.pages("workbooksConnection").try_collect::<Vec<_>>()
    };
    answers(page(["a", "b"], true));
    answers(page(["b", "c"], false));
    let refused = pages().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::PaginationInconsistent, "{refused}");
    assert!(refused.to_string().contains("gave b on two pages"), "{refused}");

    // Hidden sheets have an empty LUID, each.
    answers(page(["", ""], true));
    answers(page(["", "d"], false));
    assert_eq!(pages().await.unwrap().len(), 4);

    answers(json!({"data": {"workbooksConnection": null}, "errors": [{"message": "boom"}]}));
    let refused = pages().await.unwrap_err();
    assert_eq!(refused.to_string().lines().next(), Some("boom"));
}

#[tokio::test]
async fn pages_need_their_variables_and_a_cursor() {
    let (service, site) = fixture().await;
    for query in [
        "{ workbooksConnection { nodes { luid } } }",
        "query($first: Int, $afterwards: String) { workbooksConnection(first: $first) { nodes { luid } } }",
    ] {
        let mut pages = site
            .metadata()
            .query::<Value>(query, ())
            .pages("workbooksConnection");
        let refused = pages.try_next().await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Input, "{refused}");
        assert!(refused.hint().unwrap().contains("$after: String"), "{refused:?}");
        assert!(pages.try_next().await.unwrap().is_none());
    }
    for variables in [
        json!({"first": "abc"}),
        json!({"first": 0}),
        json!({"first": -1}),
        json!({"after": 7}),
    ] {
        let query = site.metadata().query::<Value>(WORKBOOKS, variables);
        let mut pages = query.pages("workbooksConnection");
        assert_eq!(pages.try_next().await.unwrap_err().kind(), ErrorKind::Input);
    }
    assert_eq!(count(&service, QUERY), 0, "nothing was sent");
    let query = "query($first: Int, $after: String) { workbooksConnection(first: $first, after: $after) \
                 { nodes { luid } pageInfo { hasNextPage } } }";
    let pages = site
        .metadata()
        .query::<Value>(query, json!({"first": 2}))
        .pages("workbooksConnection");
    let refused = pages.try_collect::<Vec<_>>().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::PaginationInconsistent, "{refused}");
}

#[tokio::test]
async fn an_exceeded_rate_is_waited_for_as_often_as_any_refusal() {
    let (service, site) = fixture().await;
    tokio::time::pause();
    service.controls().inject(says("RATE_EXCEEDED", "ERROR").times(2));
    let before = count(&service, QUERY);
    let answer = site
        .metadata()
        .query::<Value>("{ tableauSites { name } }", ())
        .await
        .unwrap();
    assert_eq!(answer.data["tableauSites"].as_array().unwrap().len(), 1);
    assert_eq!(count(&service, QUERY) - before, 3);
    service.controls().inject(says("RATE_EXCEEDED", "ERROR").always());
    let refused = site
        .metadata()
        .query::<Value>("{ tableauSites { name } }", ())
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::TooManyRequests, "{refused}");
    assert_eq!(refused.code(), Some("RATE_EXCEEDED"));
    assert_eq!(count(&service, QUERY) - before, 6);
}

#[test]
fn a_blocking_client_pages_alike() {
    let service = Sandbox::builder().build().unwrap();
    let client = client(&service).blocking().unwrap();
    let site = client
        .sign_in(PersonalAccessToken::new(PAT_NAME, PAT_SECRET))
        .unwrap();
    let pages = site
        .metadata()
        .query::<Value>(WORKBOOKS, ())
        .pages("workbooksConnection");
    let found: Result<Vec<_>, _> = pages.page_size(4).collect();
    let all = site
        .metadata()
        .query::<Value>("{ workbooks { luid } }", ())
        .send()
        .unwrap();
    assert_eq!(
        found.unwrap().len(),
        all.data["workbooks"].as_array().unwrap().len()
    );
    assert_eq!(
        site.catalog().unwrap().workbooks.len(),
        all.data["workbooks"].as_array().unwrap().len()
    );
}

#[tokio::test]
async fn the_catalog_of_a_site_takes_five_requests() {
    let (service, site) = fixture().await;
    // The version and the session are known before.
    site.workbooks().list().await.unwrap();
    let before = service.log().entries().len();
    let catalog = site.catalog().await.unwrap();
    assert_eq!(service.log().entries().len() - before, 5);
    assert_eq!(catalog.errors, []);

    let listed: Vec<_> = site.workbooks().list().all().try_collect().await.unwrap();
    assert_eq!(catalog.workbooks.len(), listed.len());
    for entry in &catalog.workbooks {
        let views = site.call(tableau_client::wire::rest::workbooks::ListViews::new(
            &entry.workbook.id,
        ));
        let views: BTreeSet<_> = views.await.unwrap().iter().map(|view| view.id.clone()).collect();
        let found: BTreeSet<_> = entry.views.iter().map(|view| view.id.clone()).collect();
        assert_eq!(found, views, "{}", entry.workbook.name);
        assert!(
            entry
                .workbook
                .owner
                .as_ref()
                .is_some_and(|owner| !owner.name.is_empty())
        );
    }
    let named = |name: &str| {
        catalog
            .workbooks
            .iter()
            .find(|entry| entry.workbook.name == name)
            .unwrap()
    };
    assert_eq!(named("Payroll Summary").project_path, ["Finance", "Payroll"]);
    let backlog = named("Order Backlog");
    let [datasource] = backlog.datasources.as_slice() else {
        panic!("{:?}", backlog.datasources);
    };
    let published = catalog
        .datasources
        .iter()
        .find(|one| one.name == "Sales Orders")
        .unwrap();
    assert_eq!(
        (datasource.name.as_str(), datasource.published.as_ref()),
        ("Sales Orders", Some(&published.id))
    );
    let embedded = named("Regional Sales Performance");
    assert_eq!(
        embedded
            .datasources
            .first()
            .map(|one| (one.name.as_str(), one.published.is_none())),
        Some(("Sales", true))
    );
}
