//! The items of lists and their order: pages, filters, sorting.

use std::collections::HashSet;

use serde_json::Value;
use tableau_sandbox::{Sandbox, Service};

use crate::fixture::*;

/// A site with its administrator.
pub(crate) struct Site {
    service: Service,
    pub(crate) session: Session,
}

impl Site {
    pub(crate) async fn of(name: &str) -> Self {
        let service = service();
        let session = admin(&service, name).await;
        Self { service, session }
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let path = format!("sites/{}/{path}", self.session.site);
        get(&self.service, &self.session.token, &path).await.ok()
    }

    pub(crate) async fn list(&self, collection: &str, query: &str) -> Vec<Value> {
        let json = self.get(&format!("{collection}?{query}")).await;
        let element = collection.trim_end_matches('s');
        json[collection][element].as_array().cloned().unwrap_or_default()
    }

    /// The values of one member in a list.
    pub(crate) async fn column(&self, collection: &str, query: &str, name: &str) -> Vec<String> {
        let items = self.list(collection, query).await;
        items
            .iter()
            .map(|item| {
                item.pointer(name)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            })
            .collect()
    }
}

#[tokio::test]
async fn an_empty_filter_is_ignored() {
    let site = Site::of("").await;
    let all = site.column("projects", "", "/id").await;
    assert_eq!(site.column("projects", "filter=", "/id").await, all);
    assert_eq!(
        site.column("projects", "filter=&sort=name:asc", "/id")
            .await
            .len(),
        all.len()
    );
}

#[tokio::test]
async fn the_default_project_is_found_by_both_spellings() {
    let site = Site::of("").await;
    for name in ["default", "Default"] {
        let found = site
            .column("projects", &format!("filter=name:eq:{name}"), "/name")
            .await;
        assert_eq!(found, ["default"], "{name}");
    }
    let found = site
        .column("projects", "filter=name:in:[Default,Sales]", "/name")
        .await;
    assert_eq!(found, ["default", "Sales"]);
    assert!(site.list("projects", "filter=name:eq:DEFAULT").await.is_empty());
}

#[tokio::test]
async fn every_documented_field_of_data_sources_and_jobs_filters() {
    let site = Site::of("").await;
    for (filter, count) in [
        ("authenticationType:eq:auth-none", 2),
        ("authenticationType:in:[auth-none,auth-user-pass]", 12),
        ("connectedWorkbookType:gte:0", 12),
        ("connectionTo:eq:nothing", 0),
        ("databaseUserName:eq:unknown", 0),
        ("hasEmbeddedPassword:eq:true", 10),
        ("isConnectable:eq:true", 12),
        ("isDefaultPort:eq:false", 0),
        ("isHierarchical:eq:false", 12),
        ("serverPort:eq:1521", 2),
        ("tableName:in:[a,b]", 0),
    ] {
        let found = site.list("datasources", &format!("filter={filter}")).await;
        assert_eq!(found.len(), count, "{filter}");
    }
    assert_eq!(
        site.get("jobs?filter=args:has:x").await["pagination"]["totalAvailable"],
        "0"
    );
}

#[tokio::test]
async fn owners_and_locations_are_brief_unless_asked_for() {
    let site = Site::of("").await;
    for collection in ["projects", "datasources"] {
        let owner = |item: &Value| item["owner"].as_object().unwrap().len();
        assert_eq!(owner(&site.list(collection, "").await[0]), 1, "{collection}");
        assert!(
            owner(&site.list(collection, "fields=_all_").await[0]) > 2,
            "{collection}"
        );
    }
    assert!(site.list("views", "").await[0].get("location").is_none());
    assert!(site.list("views", "fields=_all_").await[0]["location"]["id"].is_string());
}

#[tokio::test]
async fn pages_make_up_the_list() {
    let site = Site::of("").await;
    let all = site.column("workbooks", "", "/id").await;
    assert_eq!(all.len(), 40);
    let mut paged = Vec::new();
    for number in 1..=6 {
        let json = site
            .get(&format!("workbooks?pageSize=7&pageNumber={number}"))
            .await;
        assert_eq!(
            json["pagination"],
            serde_json::json!({"pageNumber": number.to_string(), "pageSize": "7", "totalAvailable": "40"})
        );
        let items = json["workbooks"]["workbook"].as_array().unwrap().clone();
        paged.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
    }
    assert_eq!(paged, all);
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), 40);
    assert_eq!(
        site.column("workbooks", "pageSize=40&pageNumber=1&nonsense=1", "/id")
            .await,
        all
    );
}

#[tokio::test]
async fn an_empty_list_has_a_first_page() {
    let site = Site::of("").await;
    let json = site.get("workbooks?filter=name:eq:Unknown").await;
    assert_eq!(json["pagination"]["totalAvailable"], "0");
    assert_eq!(json["workbooks"], serde_json::json!({}));
    let second = format!(
        "sites/{}/workbooks?filter=name:eq:Unknown&pageNumber=2",
        site.session.site
    );
    assert_eq!(
        get(&site.service, &site.session.token, &second).await.code(),
        "400006"
    );
}

#[tokio::test]
async fn filters_select_items() {
    let site = Site::of("").await;
    let all = site.list("workbooks", "fields=_all_").await;
    let expect = |wanted: &dyn Fn(&Value) -> bool| -> Vec<String> {
        all.iter()
            .filter(|item| wanted(item))
            .map(|item| item["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let size = |item: &Value| item["size"].as_str().unwrap().parse::<u64>().unwrap();
    let time = |item: &Value| item["createdAt"].as_str().unwrap().to_owned();
    let tagged = |item: &Value, label: &str| {
        item["tags"]["tag"]
            .as_array()
            .is_some_and(|tags| tags.iter().any(|tag| tag["label"] == label))
    };
    let middle = time(&all[20]);
    let checks: Vec<(String, Vec<String>)> = vec![
        (
            "name:eq:Superstore".into(),
            expect(&|item| item["name"] == "Superstore"),
        ),
        (
            "name:in:[Superstore,Returns]".into(),
            expect(&|item| item["name"] == "Superstore" || item["name"] == "Returns"),
        ),
        ("name:eq:superstore".into(), vec![]),
        (
            "contentUrl:eq:MonthlyClose".into(),
            expect(&|item| item["contentUrl"] == "MonthlyClose"),
        ),
        ("size:gt:30".into(), expect(&|item| size(item) > 30)),
        ("size:gte:30".into(), expect(&|item| size(item) >= 30)),
        (
            "size:lt:30,size:gt:10".into(),
            expect(&|item| size(item) < 30 && size(item) > 10),
        ),
        ("tags:eq:finance".into(), expect(&|item| tagged(item, "finance"))),
        (
            "tags:in:[finance,hr]".into(),
            expect(&|item| tagged(item, "finance") || tagged(item, "hr")),
        ),
        (
            format!("createdAt:eq:{middle}"),
            expect(&|item| time(item) == middle),
        ),
        (
            format!("createdAt:lte:{middle}"),
            expect(&|item| time(item) <= middle),
        ),
        (
            format!("createdAt:gt:{middle}"),
            expect(&|item| time(item) > middle),
        ),
        (
            "hasExtracts:eq:true".into(),
            expect(&|item| item["hasExtracts"] == true),
        ),
        (
            "displayTabs:eq:false".into(),
            expect(&|item| item["showTabs"] == "false"),
        ),
        (
            "sheetCount:gte:4".into(),
            expect(&|item| item["sheetCount"].as_str().unwrap() >= "4"),
        ),
        (
            "ownerName:eq:anita.silva".into(),
            expect(&|item| item["owner"]["name"] == "anita.silva"),
        ),
        (
            "ownerEmail:eq:anita.silva@example.com".into(),
            expect(&|item| item["owner"]["name"] == "anita.silva"),
        ),
        ("ownerDomain:eq:local".into(), expect(&|_| true)),
        (
            "projectName:in:[Payroll,Samples]".into(),
            expect(&|item| item["project"]["name"] == "Payroll" || item["project"]["name"] == "Samples"),
        ),
    ];
    for (filter, expected) in checks {
        let found = site
            .column("workbooks", &format!("filter={filter}"), "/name")
            .await;
        assert_eq!(found, expected, "{filter}");
        assert!(!expected.is_empty() || filter == "name:eq:superstore", "{filter}");
    }
    // Percent-encoded and with a plus, as clients write spaces.
    for filter in ["name%3Aeq%3AMonthly%20Close", "name:eq:Monthly+Close"] {
        assert_eq!(
            site.column("workbooks", &format!("filter={filter}"), "/name")
                .await,
            ["Monthly Close"]
        );
    }
}

#[tokio::test]
async fn the_other_lists_are_filtered_too() {
    let site = Site::of("").await;
    for (collection, filter, name, expected) in [
        ("users", "name:cieq:ANITA.silva", "/fullName", vec!["Anita Silva"]),
        ("users", "friendlyName:eq:Ben Okafor", "/name", vec!["ben.okafor"]),
        (
            "users",
            "siteRole:in:[Unlicensed,ServerAdministrator]",
            "/name",
            vec!["admin", "grete.lindqvist"],
        ),
        ("users", "lastLogin:lt:2020-01-01T00:00:00Z", "/name", vec![]),
        ("users", "isLocal:eq:false", "/name", vec![]),
        (
            "projects",
            "topLevelProject:eq:false,ownerName:eq:hugo.martin",
            "/name",
            vec!["Payroll"],
        ),
        (
            "projects",
            "name:in:[EMEA,Germany]",
            "/name",
            vec!["EMEA", "Germany"],
        ),
        (
            "datasources",
            "isCertified:eq:true,type:eq:oracle",
            "/name",
            vec!["General Ledger"],
        ),
        (
            "datasources",
            "serverName:eq:erp.example.com",
            "/name",
            vec!["General Ledger", "Payroll"],
        ),
        (
            "views",
            "workbookName:eq:Monthly Close",
            "/name",
            vec!["Checklist", "Journal Entries", "Variance"],
        ),
        (
            "views",
            "contentUrl:eq:MonthlyClose/sheets/Variance",
            "/name",
            vec!["Variance"],
        ),
        (
            "views",
            "projectName:eq:Payroll,sheetNumber:eq:1",
            "/name",
            vec!["Summary", "Head Count"],
        ),
    ] {
        let query = format!("fields=_all_&filter={}", filter.replace(' ', "%20"));
        assert_eq!(
            site.column(collection, &query, name).await,
            expected,
            "{collection} {filter}"
        );
    }
}

#[tokio::test]
async fn sorting_orders_and_keeps_what_is_equal() {
    let site = Site::of("").await;
    let names = site.column("workbooks", "", "/name").await;
    let mut ascending = names.clone();
    ascending.sort();
    assert_eq!(
        site.column("workbooks", "sort=name:asc", "/name").await,
        ascending
    );
    assert_eq!(site.column("workbooks", "sort=name", "/name").await, ascending);
    ascending.reverse();
    assert_eq!(
        site.column("workbooks", "sort=name:desc", "/name").await,
        ascending
    );
    let items = site.list("workbooks", "sort=projectName:asc,size:desc").await;
    let keys: Vec<_> = items
        .iter()
        .map(|item| {
            (
                item["project"]["name"].as_str().unwrap(),
                -item["size"].as_str().unwrap().parse::<i64>().unwrap(),
            )
        })
        .collect();
    assert!(keys.is_sorted(), "{keys:?}");
    // All are equal: the sort is stable.
    assert_eq!(
        site.column("workbooks", "sort=ownerDomain:desc", "/name").await,
        names
    );
    let logins = site.column("users", "sort=lastLogin:asc", "/lastLogin").await;
    assert_eq!(logins.last().unwrap(), "", "who never signed in stands last");
    let paged = site
        .column("workbooks", "sort=name:desc&pageSize=10&pageNumber=4", "/name")
        .await;
    assert_eq!(paged, ascending[30..]);
}

#[tokio::test]
async fn sites_are_found_by_name_content_url_and_identifier() {
    let service = service();
    let Session { token, site, .. } = admin(&service, "").await;
    let marketing = get(&service, &token, "sites/marketingteam?key=contentUrl")
        .await
        .ok();
    assert_eq!(marketing["site"]["name"], "Marketing Team");
    let by_name = get(&service, &token, "sites/Marketing%20Team?key=name")
        .await
        .ok();
    assert_eq!(by_name, marketing);
    let own = get(&service, &token, &format!("sites/{site}")).await.ok();
    assert_eq!(
        (&own["site"]["contentUrl"], &own["site"]["state"]),
        (&"".into(), &"Active".into())
    );
    let named = |json: &Value| -> Vec<String> {
        let sites = json["sites"]["site"].as_array().unwrap();
        sites
            .iter()
            .map(|site| site["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = get(&service, &token, "sites").await.ok();
    assert_eq!(named(&all), ["Default", "Marketing Team", "Umbrella Corp"]);
}

#[tokio::test]
async fn a_large_site_is_walked_to_its_end() {
    let service = Sandbox::builder().workbooks(3500).build().unwrap();
    let session = admin(&service, "").await;
    let site = Site { service, session };
    let mut ids = HashSet::new();
    for number in 1..=4 {
        ids.extend(
            site.column("workbooks", &format!("pageSize=1000&pageNumber={number}"), "/id")
                .await,
        );
    }
    assert_eq!(ids.len(), 3500);
}

#[tokio::test]
async fn the_pages_of_a_sorted_list_are_of_the_state_as_it_is() {
    let site = Site::of("").await;
    let pages = |query: &'static str| {
        let site = &site;
        async move {
            let mut names = Vec::new();
            for page in 1..=20 {
                let query = format!("{query}&pageSize=2&pageNumber={page}");
                names.extend(site.column("workbooks", &query, "/name").await);
            }
            names
        }
    };
    let mut before = site.column("workbooks", "pageSize=1000", "/name").await;
    before.sort();
    assert_eq!(pages("sort=name:asc").await, before);
    let first = site.list("workbooks", "sort=name:asc&pageSize=1").await.remove(0);
    let path = format!(
        "sites/{}/workbooks/{}",
        site.session.site,
        first["id"].as_str().unwrap()
    );
    let renamed = "<tsRequest><workbook name=\"zzz\"/></tsRequest>";
    let answer = call(&site.service, "PUT", &site.session.token, &path, renamed).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let mut after = before;
    after.remove(0);
    after.push("zzz".to_owned());
    assert_eq!(pages("sort=name:asc").await, after);
    after.reverse();
    assert_eq!(pages("sort=name:desc").await, after);
    let answer = call(&site.service, "DELETE", &site.session.token, &path, "").await;
    assert_eq!(answer.status, 204, "{}", answer.text());
    after.remove(0);
    assert_eq!(
        site.column("workbooks", "sort=name:desc&pageSize=1000", "/name")
            .await,
        after
    );
}
