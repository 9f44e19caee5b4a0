//! The `VizQL` Data Service and Pulse, asked by the client.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use serde_json::Value;
use support::InProcess;
use tableau_client::wire::rest::pulse::{DefinitionPatch, DefinitionView, NewDefinition};
use tableau_client::wire::rest::vizql_data_service::{
    Comparison, FilterCondition, FilterType, FilteredField, Function, QueryField, QueryFilter,
    TableCalculation, TableCalculationType,
};
use tableau_client::{Client, Datasource, ErrorKind, Filter, Id, PersonalAccessToken, Site};
use tableau_sandbox::well_known::{CLOUD_SITE, PAT_NAME, PAT_SECRET};
use tableau_sandbox::{Sandbox, Service};

async fn sign_in(service: &Service, content_url: &str) -> Site {
    let client = Client::builder("https://sandbox.invalid").transport(InProcess(service.clone()));
    let token = PersonalAccessToken::new(PAT_NAME, PAT_SECRET);
    let site = client.build().unwrap().sign_in(token).await.unwrap();
    match content_url {
        "" => site,
        other => site.switch(other).await.unwrap(),
    }
}

async fn datasource(site: &Site, name: &str) -> Id<Datasource> {
    let found = site
        .datasources()
        .list()
        .filter(Filter::eq("name", name))
        .await
        .unwrap();
    found.items.first().unwrap().id.clone()
}

type Row = BTreeMap<String, Value>;

#[tokio::test]
async fn a_query_gives_rows_of_a_type() {
    let service = Sandbox::builder().build().unwrap();
    let site = sign_in(&service, "").await;
    let orders = datasource(&site, "General Ledger").await;
    let fields = site.data_service().fields(&orders).await.unwrap().data;
    assert!(
        fields
            .iter()
            .any(|field| field.field_caption.as_deref() == Some("Sales"))
    );
    let tables = site.data_service().tables(&orders).await.unwrap().logical_tables;
    assert_eq!(tables.len(), 1);
    let query = || {
        let query = site.data_service().query(&orders).field("Region");
        query
            .measure("Sales", Function::Sum, "total")
            .descending()
            .calculation("share", "SUM([Profit]) / SUM([Sales])")
    };
    let rows: Vec<Row> = query().rows().await.unwrap();
    assert_eq!(rows.len(), 4);
    assert!(
        rows.is_sorted_by(|one, other| one["total"].as_f64() >= other["total"].as_f64()),
        "{rows:?}"
    );
    assert!(rows.iter().all(|row| row["share"].as_f64().unwrap() < 1.0));
    let some: Vec<Row> = query()
        .only("Region", ["East", "West"])
        .row_limit(1)
        .rows()
        .await
        .unwrap();
    assert_eq!(some.len(), 1);
    assert!(["East", "West"].contains(&some[0]["Region"].as_str().unwrap()));
    let every = site.data_service().query(&orders).field("Month").disaggregated();
    assert_eq!(every.await.unwrap().data.len(), 72);
    let wrong = site
        .data_service()
        .query(&orders)
        .field("Region")
        .rows::<Vec<u64>>()
        .await;
    assert_eq!(wrong.unwrap_err().kind(), ErrorKind::Decode);
    let refused = site
        .data_service()
        .query(&orders)
        .field("Nowhere")
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Some("400803"));
}

#[tokio::test]
async fn conditions_functions_and_table_calculations_are_asked_for() {
    let service = Sandbox::builder().build().unwrap();
    let site = sign_in(&service, "").await;
    let orders = datasource(&site, "General Ledger").await;
    let data = site.data_service();
    let functions = data.functions(&orders).await.unwrap().0;
    assert!(functions.iter().any(|function| function.name == "COUNTD"));
    let all = data.fields(&orders).with_hidden().await.unwrap().data;
    assert!(all.iter().all(|field| field.hidden.is_some()));

    let more_than = |value: i64| {
        let mut region = FilteredField::default();
        region.field_caption = Some("Region".to_owned());
        let condition = FilterCondition::new("Sales", Function::Sum, Comparison::Greater, value.into());
        QueryFilter::new(region, FilterType::Condition).with(|filter| filter.condition = Some(condition))
    };
    let regions = async |value: i64| {
        let query = data.query(&orders).field("Region").by_field_names();
        query.filter(more_than(value)).rows::<Row>().await.unwrap().len()
    };
    assert_eq!((regions(0).await, regions(i64::MAX).await), (4, 0));

    let rank = TableCalculation::new(TableCalculationType::Rank);
    let ranked = QueryField::new("Sales").with(|field| field.table_calculation = Some(rank));
    let refused = data.query(&orders).described(ranked).await.unwrap_err();
    assert_eq!(refused.code(), Some("400803"));
}

#[tokio::test]
async fn pulse_gives_every_definition_with_its_metrics() {
    let service = Sandbox::builder().build().unwrap();
    let site = sign_in(&service, CLOUD_SITE).await;
    let pulse = site.pulse();
    let paged = pulse.definitions().with(|list| list.page_size = Some(1));
    let all = paged.view(DefinitionView::Full).every_page().await.unwrap();
    assert!(all.len() > 1, "{}", all.len());
    let id = &all[0].metadata.id;
    assert_eq!(pulse.definition(id).await.unwrap().definition.metadata.id, *id);
    let metrics = pulse.metrics(id).await.unwrap().metrics;
    assert_eq!(metrics, all[0].metrics);
    let metric = pulse.metric(&metrics[0].id).await.unwrap().metric;
    assert_eq!(metric, metrics[0]);
    let some = pulse.some_metrics([&metric.id]).await.unwrap().metrics;
    assert_eq!(some, [metric]);
    let user = site.session().user_id().clone();
    assert_eq!(
        pulse.subscriptions(user).await.unwrap().subscriptions.len(),
        all.len()
    );
    let server = sign_in(&service, "").await;
    assert!(server.pulse().definitions().await.is_err());
}

#[tokio::test]
async fn pulse_takes_definitions_metrics_and_followers() {
    let service = Sandbox::builder().build().unwrap();
    let site = sign_in(&service, CLOUD_SITE).await;
    let pulse = site.pulse();
    let given = pulse.definitions().every_page().await.unwrap().remove(0);
    let new = NewDefinition::new("Sales", given.specification.clone());
    let created = pulse.create_definition(new).await.unwrap().definition;
    let id = &created.metadata.id;
    let patch = DefinitionPatch::default().with(|patch| patch.name = Some("All sales".to_owned()));
    let changed = pulse.update_definition(id, patch).await.unwrap().definition;
    assert_eq!(changed.metadata.name, "All sales");

    let by_month = created.metrics[0].specification.clone();
    let same = pulse.get_or_create_metric(id, by_month.clone()).await.unwrap();
    assert!(!same.is_metric_created && same.metric == created.metrics[0]);
    let mut by_year = by_month.clone();
    by_year.0["measurement_period"]["granularity"] = "GRANULARITY_BY_YEAR".into();
    let metric = pulse.create_metric(id, by_year.clone()).await.unwrap().metric;
    let repeated = pulse.create_metric(id, by_year.clone()).await.unwrap_err();
    assert_eq!(repeated.code(), Some("6"));
    by_year.0["measurement_period"]["range"] = "RANGE_LAST_COMPLETE".into();
    let changed = pulse
        .update_metric(&metric.id, by_year.clone())
        .await
        .unwrap()
        .metric;
    assert_eq!(changed.specification, by_year);
    let paged = pulse.metrics(id).with(|list| list.page_size = Some(1));
    assert_eq!(paged.every_page().await.unwrap().len(), 2);

    let user = site.session().user_id().clone();
    let followed = pulse.follow(&metric.id, &user).await.unwrap().subscription;
    assert!(followed.create_time.is_some());
    assert_eq!(
        pulse.subscription(&followed.id).await.unwrap().subscription,
        followed
    );
    pulse.unfollow(&followed.id).await.unwrap();
    let all = pulse.all_follow(&metric.id, [user]).await.unwrap().subscriptions;
    assert_eq!(all.len(), 1);
    let group = site.groups().list().await.unwrap().items.remove(0);
    pulse.group_follow(&metric.id, group.id).await.unwrap();

    let missing = pulse.some_definitions([id, &"none".to_owned()]).await.unwrap();
    assert_eq!((missing.definitions.len(), missing.errors.len()), (1, 1));
    pulse.delete_metric(&metric.id).await.unwrap();
    pulse.delete_definition(id).await.unwrap();
    assert!(pulse.definition(id).await.is_err());
}
