//! The Metadata API, and the databases and tables that published files name.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use tableau_sandbox::{MetadataLimits, Sandbox, Service};

use crate::fixture::*;

const BOUNDARY: &str = "6b0c1c1e";

/// A session on a site.
struct Site {
    service: Service,
    session: Session,
}

impl Site {
    async fn new() -> Self {
        let service = service();
        let session = admin(&service, "").await;
        Self { service, session }
    }

    async fn get(&self, path: &str) -> Value {
        let path = format!("sites/{}/{path}", self.session.site);
        get(&self.service, &self.session.token, &path).await.ok()
    }

    /// The whole answer to a query.
    async fn answer(&self, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let headers = [
            ("x-tableau-auth", self.session.token.as_str()),
            ("content-type", "application/json"),
        ];
        let answer = send(&self.service, "POST", "/api/metadata/graphql", &headers, body).await;
        answer.ok()
    }

    /// The data of an answer without errors.
    #[track_caller]
    fn query(&self, query: &str) -> impl Future<Output = Value> {
        let caller = std::panic::Location::caller();
        async move {
            let answer = self.answer(query, Value::Null).await;
            assert!(answer.get("errors").is_none(), "{caller}: {answer}");
            answer["data"].clone()
        }
    }

    async fn publish(&self, kind: &str, name: &str, file: &str) -> Value {
        let project = self.get("projects?filter=name:eq:default").await;
        let project = project["projects"]["project"][0]["id"].as_str().unwrap();
        let extension = if kind == "workbook" { "twb" } else { "tds" };
        let body = format!(
            "--{BOUNDARY}\r\nContent-Disposition: name=\"request_payload\"\r\nContent-Type: text/xml\r\n\r\n\
             <tsRequest><{kind} name=\"{name}\"><project id=\"{project}\"/></{kind}></tsRequest>\r\n\
             --{BOUNDARY}\r\nContent-Disposition: name=\"tableau_{kind}\"; filename=\"{name}.{extension}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n{file}\r\n--{BOUNDARY}--"
        );
        let path = format!("/api/3.29/sites/{}/{kind}s?overwrite=true", self.session.site);
        let content_type = format!("multipart/mixed; boundary={BOUNDARY}");
        let headers = [
            ("x-tableau-auth", self.session.token.as_str()),
            ("content-type", content_type.as_str()),
            ("accept", "application/json"),
        ];
        let answer = send(&self.service, "POST", &path, &headers, body).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()[kind].clone()
    }
}

/// The names in a list.
fn names(list: &Value) -> BTreeSet<&str> {
    let list = list.as_array().unwrap();
    list.iter().map(|item| item["name"].as_str().unwrap()).collect()
}

fn workbook(table: &str) -> String {
    format!(
        "<workbook><datasources><datasource caption='Stock' name='ds.1'><connection class='postgres' server='wms.example.com' port='5432' \
         dbname='stock'><relation name='{table}' table='[public].[{table}]' type='table'/><metadata-records><metadata-record class='column'>\
         <remote-name>quantity</remote-name><remote-type>3</remote-type><local-name>[quantity]</local-name><parent-name>[{table}]</parent-name>\
         <local-type>integer</local-type></metadata-record></metadata-records></connection></datasource></datasources><worksheets>\
         <worksheet name='Levels'><table><view><datasource-dependencies datasource='ds.1'><column name='[quantity]'/></datasource-dependencies>\
         </view></table></worksheet><worksheet name='Hidden'/></worksheets><dashboards><dashboard name='All'><zones><zone name='Levels'/></zones>\
         </dashboard></dashboards><windows><window class='worksheet' hidden='true' name='Hidden'/></windows></workbook>"
    )
}

#[tokio::test]
async fn published_content_adds_its_databases_tables_and_columns_once() {
    let site = Site::new().await;
    let published = site.publish("workbook", "Stock", &workbook("levels")).await;
    let databases = site.get("databases").await;
    let databases = databases["databases"]["database"].as_array().unwrap();
    let database = databases
        .iter()
        .find(|database| database["name"] == "stock")
        .unwrap();
    assert_eq!(
        (
            &database["type"],
            &database["connectionType"],
            &database["hostName"],
            &database["isEmbedded"]
        ),
        (
            &json!("DatabaseServer"),
            &json!("postgres"),
            &json!("wms.example.com"),
            &json!(true)
        )
    );
    let tables = site.get("tables?pageSize=1000").await;
    let tables = tables["tables"]["table"].as_array().unwrap();
    let table = tables.iter().find(|table| table["name"] == "levels").unwrap();
    let id = table["id"].as_str().unwrap();
    let columns = site.get(&format!("tables/{id}/columns")).await;
    let columns = columns["columns"]["column"].as_array().unwrap();
    assert_eq!(columns[0]["name"], "quantity");
    assert_eq!(columns[0]["remoteType"], "I4");

    // What is said about a table stays when it is published again, and when another item names it.
    let path = format!("/api/3.29/sites/{}/tables/{id}", site.session.site);
    let document =
        json!({"table": {"description": "Counted every night.", "isCertified": "true"}}).to_string();
    let headers = [
        ("x-tableau-auth", site.session.token.as_str()),
        ("content-type", "application/json"),
        ("accept", "application/json"),
    ];
    send(&site.service, "PUT", &path, &headers, document).await.ok();
    site.publish("workbook", "Stock", &workbook("levels")).await;
    let datasource = workbook("levels");
    let start = datasource.find("<datasource caption").unwrap();
    let end = datasource.find("</datasources>").unwrap();
    site.publish("datasource", "Stock Levels", &datasource[start..end])
        .await;
    let again = site.get(&format!("tables/{id}")).await["table"].clone();
    assert_eq!(again["description"], "Counted every night.");
    assert_eq!(again["isCertified"], true);
    assert_eq!(again["isEmbedded"], false, "a published data source names it");
    let named = site.get("databases?pageSize=1000").await;
    let named = named["databases"]["database"].as_array().unwrap();
    assert_eq!(
        named
            .iter()
            .filter(|database| database["name"] == "stock")
            .count(),
        1
    );

    // Publishing again replaces what the workbook is connected to; the former table stays.
    site.publish("workbook", "Stock", &workbook("bins")).await;
    let luid = published["id"].as_str().unwrap();
    let query =
        format!("{{ workbooks(filter: {{luid: \"{luid}\"}}) {{ upstreamTables {{ name description }} }} }}");
    let data = site.query(&query).await;
    assert_eq!(
        names(&data["workbooks"][0]["upstreamTables"]),
        BTreeSet::from(["bins"])
    );
    let data = site
        .query("{ databaseTables(filter: {name: \"levels\"}) { downstreamWorkbooks { name } downstreamDatasources { name } } }")
        .await;
    assert_eq!(data["databaseTables"][0]["downstreamWorkbooks"], json!([]));
    assert_eq!(
        names(&data["databaseTables"][0]["downstreamDatasources"]),
        BTreeSet::from(["Stock Levels"])
    );
}

#[tokio::test]
async fn lineage_goes_from_columns_to_dashboards_and_back() {
    let site = Site::new().await;
    site.publish("workbook", "Stock", &workbook("levels")).await;
    let data = site
        .query(
            "{ columns(filter: {name: \"quantity\"}) { table { __typename name } downstreamFields { __typename name } \
             downstreamSheets { name } downstreamDashboards { name } downstreamWorkbooks { name } downstreamDatasources { __typename name } } \
             dashboards(filter: {name: \"All\"}) { sheets { name } upstreamTables { fullName database { name ... on DatabaseServer { hostName } } } \
             upstreamColumns { name } upstreamDatasources { name ... on PublishedDatasource { luid } } workbook { name projectName } } \
             workbooks(filter: {name: \"Stock\"}) { sheets { name luid path } } }",
        )
        .await;
    assert_eq!(
        data["columns"],
        json!([{
            "table": {"__typename": "DatabaseTable", "name": "levels"},
            "downstreamFields": [{"__typename": "ColumnField", "name": "quantity"}],
            "downstreamSheets": [{"name": "Levels"}],
            "downstreamDashboards": [{"name": "All"}],
            "downstreamWorkbooks": [{"name": "Stock"}],
            "downstreamDatasources": [{"__typename": "EmbeddedDatasource", "name": "Stock"}],
        }])
    );
    assert_eq!(
        data["dashboards"],
        json!([{
            "sheets": [{"name": "Levels"}],
            "upstreamTables": [{"fullName": "[public].[levels]", "database": {"name": "stock", "hostName": "wms.example.com"}}],
            "upstreamColumns": [{"name": "quantity"}],
            "upstreamDatasources": [{"name": "Stock"}],
            "workbook": {"name": "Stock", "projectName": "default"},
        }])
    );
    // A hidden sheet is there, without a LUID.
    let sheets = data["workbooks"][0]["sheets"].as_array().unwrap();
    let hidden = sheets.iter().find(|sheet| sheet["name"] == "Hidden").unwrap();
    assert_eq!((&hidden["luid"], &hidden["path"]), (&json!(""), &json!("")));
    assert_eq!(sheets.len(), 2);
}

#[tokio::test]
async fn the_tables_of_a_query_are_tables_of_its_database() {
    let site = Site::new().await;
    let relation = "<relation connection='p.1' name='Custom SQL Query' type='text'>SELECT o.id FROM sales.orders o JOIN \
                    sales.customers c ON o.customer = c.id</relation>";
    let file = format!(
        "<?xml version='1.0'?><datasource formatted-name='Query' version='18.1'><connection class='federated'><named-connections>\
         <named-connection name='p.1'><connection class='postgres' dbname='shop' server='shop.example.com' port='5432'/></named-connection>\
         </named-connections>{relation}</connection><drill-paths><drill-path name='Place'><field>[x]</field></drill-path></drill-paths></datasource>"
    );
    for _ in 0..2 {
        site.publish("datasource", "Query", &file).await;
    }
    let data = site
        .query(
            "{ customSQLTables { isUnsupportedCustomSql tables { fullName database { name } } } publishedDatasources(filter: {name: \"Query\"}) \
             { upstreamTables { name } fields { __typename name } } }",
        )
        .await;
    let [query] = data["customSQLTables"].as_array().unwrap().as_slice() else {
        panic!("{data}");
    };
    assert_eq!(query["isUnsupportedCustomSql"], false);
    let tables = query["tables"].as_array().unwrap().iter();
    let tables: BTreeSet<_> = tables
        .map(|table| (table["fullName"].as_str(), table["database"]["name"].as_str()))
        .collect();
    let expected = ["[sales].[customers]", "[sales].[orders]"].map(|name| (Some(name), Some("shop")));
    assert_eq!(tables, BTreeSet::from(expected));
    let datasource = &data["publishedDatasources"][0];
    assert_eq!(
        names(&datasource["upstreamTables"]),
        BTreeSet::from(["customers", "orders"])
    );
    assert_eq!(
        datasource["fields"],
        json!([{"__typename": "HierarchyField", "name": "Place"}])
    );
}

#[tokio::test]
async fn a_workbook_on_a_published_data_source_reaches_its_tables_and_fields() {
    let site = Site::new().await;
    let data = site
        .query(
            "{ workbooks(filter: {name: \"Order Backlog\"}) { upstreamDatasources { name luid } upstreamTables { name } \
             embeddedDatasources { parentPublishedDatasources { name } fields { __typename name ... on DatasourceField { \
             remoteField { __typename name description } } descriptionInherited { attribute value asset { id } } } } } \
             publishedDatasources(filter: {name: \"Sales Orders\"}) { downstreamWorkbooks { name } downstreamOwners { name } \
             fields { name ... on CalculatedField { formula fields { name } } } } }",
        )
        .await;
    let workbook = &data["workbooks"][0];
    assert_eq!(
        names(&workbook["upstreamDatasources"]),
        BTreeSet::from(["Sales Orders"])
    );
    assert_eq!(
        names(&workbook["upstreamTables"]),
        BTreeSet::from(["customers", "orders"])
    );
    let fields = workbook["embeddedDatasources"][0]["fields"].as_array().unwrap();
    let amount = fields.iter().find(|field| field["name"] == "Amount").unwrap();
    assert_eq!(amount["__typename"], "DatasourceField");
    assert_eq!(amount["remoteField"]["description"], "In euros, without tax.");
    assert_eq!(
        amount["descriptionInherited"][0]["value"],
        "In euros, without tax."
    );
    let datasource = &data["publishedDatasources"][0];
    assert!(names(&datasource["downstreamWorkbooks"]).contains("Order Backlog"));
    assert!(!datasource["downstreamOwners"].as_array().unwrap().is_empty());
    let average = datasource["fields"].as_array().unwrap().iter();
    let average = average
        .clone()
        .find(|field| field["name"] == "Average Order")
        .unwrap();
    assert_eq!(names(&average["fields"]), BTreeSet::from(["Amount", "Order ID"]));
}

#[tokio::test]
async fn each_page_of_each_connection_has_each_node_once() {
    let site = Site::new().await;
    let schema = site
        .query("{ __schema { queryType { fields { name type { kind ofType { name } } } } } }")
        .await;
    let fields = schema["__schema"]["queryType"]["fields"]
        .as_array()
        .unwrap()
        .clone();
    let connections = fields
        .iter()
        .filter_map(|field| field["name"].as_str()?.strip_suffix("Connection"));
    let mut total = 0;
    for list in connections {
        let all = site.query(&format!("{{ {list} {{ id }} }}")).await;
        let all: Vec<_> = all[list]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node["id"].clone())
            .collect();
        total += all.len();
        for first in [1, 2, 3, 7, all.len().max(1), all.len() + 1] {
            // Pages of one by one are asked of short lists only.
            if all.len() / first > 40 {
                continue;
            }
            for order in ["", ", orderBy: [{field: ID, direction: DESC}]"] {
                let query = format!(
                    "query($first: Int, $after: String) {{ {list}Connection(first: $first, after: $after{order}) \
                     {{ nodes {{ id }} pageInfo {{ hasNextPage endCursor }} totalCount }} }}"
                );
                let (mut found, mut after) = (Vec::new(), Value::Null);
                loop {
                    let answer = site.answer(&query, json!({"first": first, "after": after})).await;
                    assert!(answer.get("errors").is_none(), "{answer}");
                    let page = &answer["data"][format!("{list}Connection")];
                    assert_eq!(page["totalCount"], all.len());
                    let nodes = page["nodes"].as_array().unwrap();
                    found.extend(nodes.iter().map(|node| node["id"].clone()));
                    if page["pageInfo"]["hasNextPage"] == false {
                        break;
                    }
                    assert_eq!(nodes.len(), first);
                    after = page["pageInfo"]["endCursor"].clone();
                }
                if !order.is_empty() {
                    found.reverse();
                }
                assert_eq!(found, all, "{list} in pages of {first}{order}");
            }
        }
    }
    assert!(total > 200, "{total} nodes");
}

#[tokio::test]
async fn pages_by_offset_and_by_order_of_names_are_those_of_the_list() {
    let site = Site::new().await;
    let all = site
        .query("{ workbooks(orderBy: [{field: NAME, direction: DESC}]) { name } }")
        .await;
    let all = all["workbooks"].as_array().unwrap().clone();
    let mut sorted = all.clone();
    sorted.sort_by_key(|workbook| std::cmp::Reverse(workbook["name"].as_str().unwrap().to_owned()));
    assert_eq!(all, sorted);
    let mut found = Vec::new();
    for offset in (0..all.len()).step_by(4) {
        let page = site
            .query(&format!(
                "{{ workbooksConnection(first: 4, offset: {offset}, orderBy: {{field: NAME, direction: DESC}}) {{ nodes {{ name }} }} }}"
            ))
            .await;
        found.extend(page["workbooksConnection"]["nodes"].as_array().unwrap().clone());
    }
    assert_eq!(found, all);
}

/// What no file names is as the rest of the server has it.
#[tokio::test]
async fn seeded_content_has_fields_and_its_dashboards_have_sheets() {
    let site = Site::new().await;
    let data = site
        .query(
            "{ publishedDatasources { name fields { name ... on CalculatedField { fields { name } } } } \
             workbooks { name sheets { name } dashboards { sheets { name } } } }",
        )
        .await;
    for datasource in data["publishedDatasources"].as_array().unwrap() {
        assert!(
            !datasource["fields"].as_array().unwrap().is_empty(),
            "{datasource}"
        );
    }
    for workbook in data["workbooks"].as_array().unwrap() {
        let sheets = names(&workbook["sheets"]);
        for dashboard in workbook["dashboards"].as_array().unwrap() {
            assert_eq!(
                names(&dashboard["sheets"]).is_empty(),
                sheets.is_empty(),
                "{workbook}"
            );
        }
    }
}

#[tokio::test]
async fn filters_find_by_value_by_several_values_and_by_text() {
    let site = Site::new().await;
    let data = site
        .query(
            "{ eq: workbooks(filter: {name: \"Superstore\"}) { name luid } within: workbooks(filter: {nameWithin: [\"Superstore\", \"Order Backlog\", \"-\"]}) \
             { name } text: workbooks(filter: {text: \"backlog\"}) { name } certified: databases(filter: {isCertified: true}) { name __typename } \
             none: workbooks(filter: {name: \"Superstore\", projectName: \"Sales\"}) { name } \
             both: workbooks(filter: [{nameWithin: [\"Superstore\", \"Order Backlog\"]}, {text: \"backlog\"}]) { name } }",
        )
        .await;
    assert_eq!(names(&data["eq"]), BTreeSet::from(["Superstore"]));
    assert_eq!(
        names(&data["within"]),
        BTreeSet::from(["Order Backlog", "Superstore"])
    );
    assert_eq!(names(&data["text"]), BTreeSet::from(["Order Backlog"]));
    assert_eq!(
        data["certified"],
        json!([{"name": "Sales", "__typename": "DatabaseServer"}])
    );
    assert_eq!(data["none"], json!([]));
    assert_eq!(names(&data["both"]), BTreeSet::from(["Order Backlog"]));
}

#[track_caller]
fn error(answer: &Value, code: &str, severity: &str) -> Value {
    let errors = answer["errors"].as_array().expect("the answer has errors");
    let found = errors.iter().find(|error| error["extensions"]["code"] == code);
    let found = found.expect("the answer has this error");
    assert_eq!(found["extensions"]["severity"], severity);
    found.clone()
}

#[tokio::test]
async fn what_exceeds_a_limit_is_answered_in_part_and_says_so() {
    let site = Site::new().await;
    let limits = MetadataLimits {
        nodes: 10,
        ..MetadataLimits::default()
    };
    site.service.controls().metadata_limits(limits);
    let answer = site
        .answer("{ workbooks { name views { name } } }", Value::Null)
        .await;
    let reason = error(&answer, "NODE_LIMIT_EXCEEDED", "WARNING");
    assert_eq!(reason["extensions"]["properties"]["nodeLimit"], 10);
    let workbooks = answer["data"]["workbooks"].as_array().unwrap();
    let nodes: usize = workbooks
        .iter()
        .map(|workbook| 1 + workbook["views"].as_array().unwrap().len())
        .sum();
    assert_eq!(nodes, 10);
    let limits = MetadataLimits {
        time: Duration::ZERO,
        ..MetadataLimits::default()
    };
    site.service.controls().metadata_limits(limits);
    let answer = site.answer("{ workbooks { name } }", Value::Null).await;
    error(&answer, "TIME_LIMIT_EXCEEDED", "WARNING");
    assert_eq!(answer["data"]["workbooks"], json!([]));
    site.service.controls().metadata_limits(MetadataLimits::default());
    let answer = site
        .answer(
            "{ workbooksConnection(first: 1001) { nodes { name } } }",
            Value::Null,
        )
        .await;
    error(&answer, "MAX_PAGE_SIZE_EXCEEDED", "WARNING");
    assert!(
        !answer["data"]["workbooksConnection"]["nodes"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn arguments_that_make_no_sense_are_refused() {
    let site = Site::new().await;
    let page = site
        .query("{ workbooksConnection(first: 1) { pageInfo { endCursor } } sheetsConnection(first: 1) { pageInfo { endCursor } } }")
        .await;
    let of_sheets = &page["sheetsConnection"]["pageInfo"]["endCursor"];
    let own = &page["workbooksConnection"]["pageInfo"]["endCursor"];
    for arguments in [
        format!("after: {own}, offset: 1"),
        format!("after: {of_sheets}"),
        "after: \"bm9uc2Vuc2U=\"".to_owned(),
        "after: \"?\"".to_owned(),
        "offset: -1".to_owned(),
        "filter: {text: \" ' \"}".to_owned(),
        format!("after: {own}, orderBy: {{field: NAME, direction: ASC}}"),
    ] {
        let query = format!("{{ workbooksConnection({arguments}) {{ nodes {{ id }} }} }}");
        let answer = site.answer(&query, Value::Null).await;
        error(&answer, "INVALID_ARGUMENT", "ERROR");
    }
    for query in [
        "{ workbooks { nothing } }",
        "{ workbooks {",
        "query($a: Int!) { workbooks { name } }",
        "",
    ] {
        let answer = site.answer(query, Value::Null).await;
        assert_eq!(answer["data"], Value::Null, "{query}: {answer}");
        assert_eq!(
            answer["errors"][0]["extensions"]["classification"], "ValidationError",
            "{answer}"
        );
    }
    let deep = format!(
        "{{ workbooks {} {} }}",
        "{ sheets { workbook ".repeat(20),
        "{ name } } }".repeat(20)
    );
    let answer = site.answer(&deep, Value::Null).await;
    assert_eq!(answer["data"], Value::Null, "{answer}");
}

#[tokio::test]
async fn what_a_user_may_not_see_has_no_name_and_is_left_out_by_filters() {
    let service = service();
    let admin = Site {
        session: admin(&service, "").await,
        service: service.clone(),
    };
    let viewer = Site {
        session: user(&service, "kavya.raman", "").await,
        service,
    };
    let workbook = admin.get("workbooks?filter=name:eq:Superstore").await["workbooks"]["workbook"][0].clone();
    let denied = json!({"permissions": {"granteeCapabilities": [{
        "user": {"id": viewer.session.user},
        "capabilities": {"capability": [{"name": "Read", "mode": "Deny"}]},
    }]}});
    let path = format!(
        "sites/{}/workbooks/{}/permissions",
        admin.session.site,
        workbook["id"].as_str().unwrap()
    );
    call(
        &admin.service,
        "PUT",
        &admin.session.token,
        &path,
        denied.to_string(),
    )
    .await
    .ok();
    let query = "{ workbooks { id name owner { name } sheets { name } upstreamTables { name } } }";
    let of_admin = admin.query(query).await["workbooks"].as_array().unwrap().clone();
    let of_viewer = viewer.query(query).await["workbooks"].as_array().unwrap().clone();
    assert_eq!(of_admin.len(), of_viewer.len());
    let (hidden, seen): (Vec<_>, Vec<_>) = of_viewer.iter().partition(|workbook| workbook["name"].is_null());
    assert!(!hidden.is_empty() && !seen.is_empty());
    for workbook in &hidden {
        assert_eq!(
            (
                &workbook["owner"],
                &workbook["sheets"],
                &workbook["upstreamTables"]
            ),
            (&Value::Null, &json!([]), &json!([]))
        );
    }
    let list = viewer.get("workbooks?pageSize=1000").await;
    let list = list["workbooks"]["workbook"].as_array().unwrap();
    assert_eq!(seen.len(), list.len(), "the same as in the REST API");
    let filtered = viewer
        .query("{ workbooks(permissionMode: FILTER_RESULTS) { name } }")
        .await;
    assert_eq!(filtered["workbooks"].as_array().unwrap().len(), seen.len());
    let hidden_id = hidden[0]["id"].clone();
    let name = of_admin
        .iter()
        .find(|workbook| workbook["id"] == hidden_id)
        .unwrap()["name"]
        .clone();
    let answer = viewer
        .answer(
            "query($name: String) { workbooks(filter: {name: $name}) { id } }",
            json!({"name": name}),
        )
        .await;
    assert_eq!(answer["data"]["workbooks"], json!([]));
    let switched = error(&answer, "PERMISSIONS_MODE_SWITCHED", "WARNING");
    assert_eq!(
        switched["extensions"]["properties"],
        json!({"workbooks": ["name"]})
    );
}

#[tokio::test]
async fn a_query_without_a_session_is_refused_and_other_sites_are_not_seen() {
    let service = service();
    let body = json!({"query": "{ workbooks { name } }"}).to_string();
    let headers = [("content-type", "application/json")];
    let answer = send(&service, "POST", "/api/metadata/graphql", &headers, body).await;
    assert_eq!(answer.status, 401);
    let of = |content_url: &'static str| {
        let service = service.clone();
        async move {
            let session = admin(&service, content_url).await;
            let site = Site { service, session };
            site.query("{ workbooks { luid } tableauSites { name } }").await
        }
    };
    let (default, marketing) = (of("").await, of("MarketingTeam").await);
    assert_eq!(marketing["tableauSites"].as_array().unwrap().len(), 1);
    let luids = |data: &Value| {
        let all = data["workbooks"].as_array().unwrap().clone();
        all.into_iter()
            .map(|workbook| workbook["luid"].to_string())
            .collect::<BTreeSet<_>>()
    };
    assert!(luids(&default).is_disjoint(&luids(&marketing)));
}

#[tokio::test]
async fn two_thousand_workbooks_are_paged_through_once() {
    let service = Sandbox::builder().workbooks(2000).build().unwrap();
    let session = admin(&service, "").await;
    let site = Site { service, session };
    let query = "query($after: String) { workbooksConnection(first: 1000, after: $after) { nodes { luid } pageInfo { hasNextPage endCursor } totalCount } }";
    let (mut luids, mut after) = (BTreeSet::new(), Value::Null);
    loop {
        let answer = site.answer(query, json!({"after": after})).await;
        let page = &answer["data"]["workbooksConnection"];
        assert_eq!(page["totalCount"], 2000);
        luids.extend(
            page["nodes"]
                .as_array()
                .unwrap()
                .iter()
                .map(|node| node["luid"].to_string()),
        );
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(luids.len(), 2000);
}

/// The fields that public catalogs and Tableau's own programs ask for: `OpenMetadata`, `DataHub`, Dagster, Tableau's MCP server and samples.
#[tokio::test]
async fn the_fields_that_public_catalogs_ask_for_are_there() {
    let site = Site::new().await;
    let luids = site
        .query("{ workbooks { luid } publishedDatasources { luid } sheets { luid } }")
        .await;
    let workbook = &luids["workbooks"][0]["luid"];
    let datasource = &luids["publishedDatasources"][0]["luid"];
    let tables = "upstreamTables { id name schema fullName connectionType description isEmbedded tableType projectName \
                  columnsConnection { totalCount } database { id name projectName } referencedByQueries { id name query } columns { id name } }";
    let fields = "fields { __typename id name description isHidden folderName fullyQualifiedName descriptionInherited { attribute value } \
                  upstreamTables { name } upstreamColumns { id name remoteType table { __typename id name ... on VirtualConnectionTable { \
                  virtualConnection { id name luid projectName } } } } \
                  ... on ColumnField { dataCategory role dataType defaultFormat semanticRole aggregation aggregationParam } \
                  ... on CalculatedField { dataCategory role dataType defaultFormat aggregation aggregationParam formula isAutoGenerated \
                  hasUserReference } ... on BinField { formula binSize } ... on GroupField { role dataType hasOther } \
                  ... on CombinedSetField { delimiter combinationType } ... on AnalyticsField { __typename } }";
    for query in [
        format!("{{ embeddedDatasources {{ id name hasExtracts {fields} downstreamWorkbooks {{ id luid name }} {tables} }} }}"),
        format!(
            "{{ publishedDatasources(filter: {{luid: {datasource}}}) {{ luid uri projectName description owner {{ name username email }} \
             tags {{ name }} extractLastRefreshTime extractLastIncrementalUpdateTime extractLastUpdateTime {fields} {tables} \
             isCertified certifier {{ luid }} certificationNote certifierDisplayName site {{ luid }} projectVizportalUrlId hasUserReference }} }}"
        ),
        format!(
            "{{ workbooks(filter: {{luid: {workbook}}}) {{ luid uri projectName projectLuid createdAt updatedAt sheets {{ id luid name path \
             createdAt updatedAt parentEmbeddedDatasources {{ id name hasExtracts {tables} parentPublishedDatasources {{ luid id name \
             hasExtracts {tables} }} }} }} dashboards {{ luid name path createdAt updatedAt sheets {{ id luid }} }} }} }}"
        ),
        format!("{{ workbooksConnection(filter: {{luidWithin: [{workbook}]}}) {{ nodes {{ luid upstreamDatasources {{ luid name }} }} }} }}"),
        format!(
            "{{ publishedDatasourcesConnection(filter: {{luidWithin: [{datasource}]}}) {{ nodes {{ luid downstreamWorkbooks {{ luid name }} \
             downstreamFlows {{ luid name }} }} }} }}"
        ),
        "query($first: Int, $after: String) { workbooksConnection(first: $first, after: $after, filter: {projectNameWithin: [\"default\"]}) { \
         nodes { id name luid uri projectName owner { username email } description tags { name } sheets { id } dashboards { id } \
         embeddedDatasources { id } } pageInfo { hasNextPage endCursor } totalCount } }"
            .to_owned(),
        "{ sheetsConnection { nodes { id name path luid createdAt updatedAt index tags { name } containedInDashboards { name path luid } workbook \
         { id name projectName luid owner { luid username email } } worksheetFields { id name } sheetFieldInstances { name datasource { name } \
         referencedByCalculations { name fields { name } } } datasourceFields { __typename id name description \
         datasource { id name } ... on DatasourceField { remoteField { __typename id name folderName ... on ColumnField { dataType } } } } } } }"
            .to_owned(),
        "{ databases { downstreamFlows(filter: []) { name } } columns { vizportalId hasActiveWarning downstreamOwners { name } upstreamColumns { name } \
         upstreamFields { name } downstreamFlows { name } tags { name } dataQualityWarnings { message author { name } authorDisplayName isElevated } } \
         embeddedDatasources { downstreamOwners { name } } setFields { name } hierarchyFields { name } combinedFields { name } \
         flows { downstreamFlows { name } downstreamOwners { name } downstreamSheets { name } } tableauUsers { ownedDatasources { name } } }"
            .to_owned(),
        "{ customSQLTablesConnection { nodes { id name query isUnsupportedCustomSql connectionType database { id name connectionType } \
         tables { id name fullName schema } columns { id name remoteType referencedByFields { datasource { __typename id name \
         ... on PublishedDatasource { luid projectName } ... on EmbeddedDatasource { workbook { id luid } } } } } downstreamWorkbooks { luid } } } }"
            .to_owned(),
        "{ databaseServersConnection { nodes { id name connectionType extendedConnectionType hostName } } filesConnection { nodes { name \
         connectionType filePath } } databases(filter: {isCertified: true}) { luid downstreamFlows { id name } } }"
            .to_owned(),
        "{ virtualConnectionsConnection { nodes { id name luid projectName description connectionType database { id name } tables { id name \
         upstreamTables { id } columns { id remoteType isNullable displayName } } upstreamDatasources { __typename id } } } }"
            .to_owned(),
        "{ databaseTablesConnection { nodes { luid vizportalId contact { luid } dataQualityWarning { luid } database { luid } } } \
         tablesConnection(first: 5) { nodes { columns { name referencedByFields { name referencedByFields { ... on Field { name } } } \
         downstreamFields { name } } } } fieldsConnection(first: 1000) { totalCount nodes { datasource { id } upstreamFields { name datasource \
         { id } } } } }"
            .to_owned(),
        "{ fields { descriptionInherited(inheritanceType: FIRST) { value distance asset { id __typename ... on Column { name table { name } } \
         ... on Field { name datasource { name } } } } } tableauUsers { luid name } tableauSites { luid } }"
            .to_owned(),
    ] {
        site.query(&query).await;
    }
}
