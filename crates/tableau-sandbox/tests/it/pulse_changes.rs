//! What is created, changed and deleted with Pulse, and what it refuses.

use serde_json::{Value, json};
use tableau_sandbox::{Sandbox, Service, well_known};

use crate::fixture::*;
use crate::pulse::ask;

/// The site that plays Tableau Cloud, asked by an administrator.
struct Pulse {
    service: Service,
    admin: Session,
}

impl Pulse {
    async fn new() -> Self {
        Self::of(service()).await
    }

    async fn of(service: Service) -> Self {
        let admin = admin(&service, well_known::CLOUD_SITE).await;
        Self { service, admin }
    }

    async fn ask(&self, method: &str, path: &str, document: &Value) -> Answer {
        ask(&self.service, &self.admin.token, method, path, document).await
    }

    async fn get(&self, path: &str) -> Value {
        self.ask("GET", path, &Value::Null).await.ok()
    }

    /// The answer of a request that is refused in the form of Pulse: its status and its code.
    async fn refused(&self, method: &str, path: &str, document: &Value) -> (u16, i64) {
        let answer = self.ask(method, path, document).await;
        let error = answer.json();
        assert!(error["message"].is_string(), "{error}");
        (answer.status.as_u16(), error["code"].as_i64().unwrap())
    }

    /// The first definition that there is from the beginning.
    async fn given(&self) -> Value {
        self.get("definitions?view=DEFINITION_VIEW_FULL").await["definitions"][0].clone()
    }
}

/// A definition of the measure that the first one has, with another aggregation.
fn new_definition(given: &Value) -> Value {
    let mut specification = given["specification"].clone();
    specification["basic_specification"]["measure"]["aggregation"] = json!("AGGREGATION_AVERAGE");
    json!({
        "name": "Average", "description": "Of sales", "specification": specification,
        "extension_options": {
            "allowed_dimensions": ["Region"],
            "allowed_granularities": ["GRANULARITY_BY_QUARTER", "GRANULARITY_BY_MONTH"],
        },
        "certification": { "is_certified": true, "note": "checked" },
    })
}

fn new_metric(definition: &str, region: &str) -> Value {
    json!({
        "definition_id": definition,
        "specification": {
            "filters": [{ "field": "Region", "operator": "OPERATOR_EQUAL", "categorical_values": [{ "string_value": region }] }],
            "measurement_period": { "granularity": "GRANULARITY_BY_MONTH", "range": "RANGE_LAST_COMPLETE" },
            "comparison": { "comparison": "TIME_COMPARISON_YEAR_AGO_PERIOD" },
        },
    })
}

#[tokio::test]
async fn definitions_are_created_changed_and_deleted() {
    let pulse = Pulse::new().await;
    let given = pulse.given().await;
    let before = pulse.get("definitions").await["total_available"]
        .as_u64()
        .unwrap();
    let created = pulse.ask("POST", "definitions", &new_definition(&given)).await;
    assert_eq!(created.status, 201, "{}", created.text());
    let created = created.json()["definition"].clone();
    let id = created["metadata"]["id"].as_str().unwrap();
    // Its default metric has the first period that is allowed.
    let default = &created["metrics"][0];
    assert_eq!(
        (
            &created["total_metrics"],
            &default["is_default"],
            &default["is_followed"]
        ),
        (&json!(1), &json!(true), &json!(false))
    );
    assert_eq!(
        default["specification"]["measurement_period"]["granularity"],
        "GRANULARITY_BY_QUARTER"
    );
    assert_eq!(created["certification"]["modified_by"], pulse.admin.user.as_str());
    let all = pulse.get("definitions?view=DEFINITION_VIEW_DEFAULT").await;
    assert_eq!(all["total_available"].as_u64(), Some(before + 1));
    let listed = all["definitions"].as_array().unwrap();
    assert!(listed.contains(&created), "{all}");
    // What insights are asked with is what was defined.
    let request = json!({ "bundle_request": { "input": { "metric": {
        "definition": created["specification"], "metric_specification": default["specification"],
        "extension_options": created["extension_options"],
    }}}});
    let bundle = pulse.ask("POST", "insights/ban", &request).await.ok();
    assert!(bundle["bundle_response"]["result"].is_object(), "{bundle}");

    let patch = json!({ "name": "Mean", "certification": { "is_certified": false } });
    let path = format!("definitions/{id}");
    let changed = pulse.ask("PATCH", &path, &patch).await.ok()["definition"].clone();
    let metadata = &changed["metadata"];
    assert_eq!(
        (&metadata["name"], &metadata["definition_version"]),
        (&json!("Mean"), &json!(2))
    );
    assert_eq!(changed["specification"], created["specification"]);
    assert_eq!(changed["certification"]["is_certified"], false);
    assert_eq!(pulse.get(&path).await["definition"]["metadata"], *metadata);

    assert_eq!(pulse.ask("DELETE", &path, &Value::Null).await.status, 204);
    assert_eq!(pulse.refused("GET", &path, &Value::Null).await, (404, 5));
    let metric = format!("metrics/{}", default["id"].as_str().unwrap());
    assert_eq!(pulse.refused("GET", &metric, &Value::Null).await, (404, 5));
}

/// Those that the sandbox has for its data sources can be changed like others.
#[tokio::test]
async fn a_given_definition_is_changed_and_deleted() {
    let pulse = Pulse::new().await;
    let given = pulse.given().await;
    let path = format!("definitions/{}", given["metadata"]["id"].as_str().unwrap());
    let changed = pulse
        .ask("PATCH", &path, &json!({ "description": "Changed" }))
        .await
        .ok();
    let changed = &changed["definition"];
    assert_eq!(changed["metadata"]["description"], "Changed");
    assert_eq!(changed["metrics"], given["metrics"]);
    let total = pulse.get("definitions").await["total_available"].clone();
    let other = pulse.get("definitions?page_size=1").await["definitions"][0]["metadata"]["id"].clone();
    assert_ne!(other, given["metadata"]["id"], "what was changed comes last");
    assert_eq!(pulse.ask("DELETE", &path, &Value::Null).await.status, 204);
    let left = pulse.get("definitions").await["total_available"].clone();
    assert_eq!(left.as_u64().unwrap() + 1, total.as_u64().unwrap());
    assert_eq!(pulse.refused("DELETE", &path, &Value::Null).await, (404, 5));
    let path = format!("definitions/{}", other.as_str().unwrap());
    assert_eq!(pulse.ask("DELETE", &path, &Value::Null).await.status, 204);
    assert_eq!(pulse.refused("GET", &path, &Value::Null).await, (404, 5));
    // Their metrics are gone as well, and so is who followed them.
    let gone = given["metrics"][0]["id"].as_str().unwrap();
    let answer = pulse.get(&format!("metrics:batchGet?metric_ids={gone}")).await;
    assert_eq!(
        (&answer["metrics"], &answer["errors"][0]["id"]),
        (&json!([]), &json!(gone))
    );
    let followed = pulse.get(&format!("subscriptions?metric_id={gone}")).await;
    assert_eq!(followed["subscriptions"], json!([]));
}

#[tokio::test]
async fn metrics_are_created_once_changed_and_deleted() {
    let pulse = Pulse::new().await;
    let given = pulse.given().await;
    let definition = given["metadata"]["id"].as_str().unwrap();
    let new = new_metric(definition, "West");
    let made = pulse.ask("POST", "metrics:getOrCreate", &new).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.json()["is_metric_created"], true);
    let metric = made.json()["metric"].clone();
    let again = pulse.ask("POST", "metrics:getOrCreate", &new).await;
    assert_eq!(again.status, 200);
    assert_eq!(
        again.json(),
        json!({ "metric": metric, "is_metric_created": false })
    );
    assert_eq!(pulse.refused("POST", "metrics", &new).await, (409, 6));
    let other = pulse
        .ask("POST", "metrics", &new_metric(definition, "South"))
        .await;
    assert_eq!(other.status, 201);
    let other = other.json()["metric"].clone();
    assert_eq!(other["definition_id"], definition);

    let list = format!("definitions/{definition}/metrics");
    let all = pulse.get(&list).await;
    assert_eq!(all["total_available"], 4);
    let first = pulse.get(&format!("{list}?page_size=3")).await;
    assert_eq!(
        (&first["next_page_token"], &first["offset"]),
        (&json!("3"), &json!(0))
    );
    let last = pulse.get(&format!("{list}?page_size=3&page_token=3")).await;
    assert_eq!(
        (&last["metrics"], &last["next_page_token"]),
        (&json!([other]), &Value::Null)
    );
    let followed = pulse
        .get(&format!("{list}?exclude_metrics_without_followers=true"))
        .await;
    assert_eq!(followed["metrics"], json!([given["metrics"][0]]));
    let sorted = pulse.get(&format!("{list}?enable_sorting=true")).await;
    let regions = sorted["metrics"].as_array().unwrap().iter();
    let regions: Vec<_> = regions
        .map(|metric| metric["specification"]["filters"][0]["categorical_values"][0]["string_value"].as_str())
        .collect();
    assert_eq!(regions, [None, Some("East"), Some("South"), Some("West")]);

    let id = other["id"].as_str().unwrap();
    let of_one = pulse.get(&format!("definitions?metric_id={id}")).await;
    assert_eq!(of_one["definitions"][0]["metrics"], json!([other]));
    assert_eq!(of_one["total_available"], 1);
    let two = format!("definitions/{definition}?view=DEFINITION_VIEW_FULL&number_of_metrics=2");
    let two = pulse.get(&two).await["definition"].clone();
    assert_eq!(two["metrics"].as_array().map(Vec::len), Some(2));
    assert_eq!(two["total_metrics"], 4);

    let path = format!("metrics/{id}");
    let mut specification = new["specification"].clone();
    specification["measurement_period"]["granularity"] = json!("GRANULARITY_BY_YEAR");
    let patch = json!({ "specification": specification });
    let changed = pulse.ask("PATCH", &path, &patch).await.ok();
    assert_eq!(changed["metric"]["specification"], specification);
    assert_eq!(changed["metric"]["metric_version"], 2);
    assert_eq!(pulse.ask("DELETE", &path, &Value::Null).await.status, 204);
    assert_eq!(pulse.refused("DELETE", &path, &Value::Null).await, (404, 5));
}

/// What is not there is said beside what is, by both ways to ask.
#[tokio::test]
async fn a_batch_says_what_is_missing() {
    let pulse = Pulse::new().await;
    let given = pulse.given().await;
    let [definition, metric] =
        [&given["metadata"], &given["metrics"][1]].map(|of| of["id"].as_str().unwrap());
    for (kind, id, of) in [
        ("definition", definition, "/metadata/id"),
        ("metric", metric, "/id"),
    ] {
        let by_document = json!({ format!("{kind}_ids"): [id, "none"] });
        let path = format!("{kind}s:batchGet");
        let posted = pulse.ask("POST", &path, &by_document).await.ok();
        let got = pulse.get(&format!("{path}?{kind}_ids={id},none")).await;
        assert_eq!(posted, got);
        let found = posted[format!("{kind}s")].as_array().unwrap();
        assert_eq!((found.len(), found[0].pointer(of)), (1, Some(&json!(id))));
        let error = &posted["errors"][0];
        assert_eq!(error["id"], "none");
        assert!(error["error"].as_str().unwrap().contains("none"), "{error}");
    }
}

#[tokio::test]
async fn users_and_groups_follow_metrics() {
    let pulse = Pulse::new().await;
    let given = pulse.given().await;
    let metric = given["metrics"][1]["id"].as_str().unwrap();
    let tara = user(&pulse.service, "tara.novak@example.com", well_known::CLOUD_SITE).await;
    let users = json!({ "metric_id": metric, "followers": [{ "user_id": pulse.admin.user }, { "user_id": tara.user }] });
    let made = pulse.ask("POST", "subscriptions:batchCreate", &users).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json()["subscriptions"].clone();
    assert_eq!(made[1]["follower"], json!({ "user_id": tara.user }));
    assert!(made[0]["create_time"].is_string() && made[0]["create_time"] == made[0]["update_time"]);
    let listed = pulse.get(&format!("subscriptions?metric_id={metric}")).await;
    assert_eq!(listed["subscriptions"], made);
    let ids = [&made[0], &made[1]].map(|one| one["id"].as_str().unwrap());
    let some = pulse
        .get(&format!(
            "subscriptions:batchGet?subscription_ids={},{}",
            ids[0], ids[1]
        ))
        .await;
    assert_eq!(some["subscriptions"], made);
    let path = format!("subscriptions/{}", ids[0]);
    assert_eq!(pulse.get(&path).await["subscription"], made[0]);
    let followed = pulse.get(&format!("metrics/{metric}")).await;
    assert_eq!(followed["metric"]["is_followed"], true);
    let counts = format!("subscriptions:batchGetMetricFollowerCounts?metric_ids={metric}");
    let count = async || pulse.get(&counts).await["follower_counts"][0]["follower_count"].clone();
    assert_eq!(count().await, 2);

    let path = format!("sites/{}/groups", pulse.admin.site);
    let groups = get(&pulse.service, &pulse.admin.token, &path).await.ok();
    let groups = groups["groups"]["group"].as_array().unwrap();
    let everyone = groups.iter().find(|group| group["name"] == "All Users").unwrap();
    let by_group = json!({ "metric_id": metric, "follower": { "group_id": everyone["id"] } });
    let of_group = pulse.ask("POST", "subscriptions", &by_group).await;
    assert_eq!(of_group.status, 201, "{}", of_group.text());
    assert!(count().await.as_i64() > Some(2), "each user of the group, once");
    assert_eq!(pulse.refused("POST", "subscriptions", &by_group).await, (409, 6));

    for id in ids {
        let path = format!("subscriptions/{id}");
        assert_eq!(pulse.ask("DELETE", &path, &Value::Null).await.status, 204);
        assert_eq!(pulse.refused("GET", &path, &Value::Null).await, (404, 5));
    }
    // What all follow, one may stop to follow, and begin again.
    let all = pulse
        .get(&format!("subscriptions?user_id={}", pulse.admin.user))
        .await;
    let first = &all["subscriptions"][0];
    let path = format!("subscriptions/{}", first["id"].as_str().unwrap());
    assert_eq!(pulse.ask("DELETE", &path, &Value::Null).await.status, 204);
    assert_eq!(pulse.refused("GET", &path, &Value::Null).await, (404, 5));
    let again = json!({ "metric_id": first["metric_id"], "follower": first["follower"] });
    assert_eq!(pulse.ask("POST", "subscriptions", &again).await.status, 201);
    assert_eq!(
        pulse.get(&path).await["subscription"]["metric_id"],
        first["metric_id"]
    );
}

#[tokio::test]
async fn a_viewer_follows_has_others_follow_and_defines_nothing() {
    let pulse = Pulse::new().await;
    let given = pulse.given().await;
    let viewer = user(&pulse.service, "yusuf.demir@example.com", well_known::CLOUD_SITE).await;
    let ask = async |method: &str, path: &str, document: Value| {
        ask(&pulse.service, &viewer.token, method, path, &document).await
    };
    let refused = ask("POST", "definitions", new_definition(&given)).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (403, "7"));
    let seen = ask("GET", "definitions?view=DEFINITION_VIEW_FULL", Value::Null)
        .await
        .ok();
    let seen = &seen["definitions"][0];
    let metric = &seen["metrics"][1]["id"];
    let own = json!({ "metric_id": metric, "follower": { "user_id": viewer.user } });
    assert_eq!(ask("POST", "subscriptions", own).await.status, 201);
    let other = json!({ "metric_id": metric, "follower": { "user_id": pulse.admin.user } });
    // Documented: who sees the data may have others follow.
    assert_eq!(ask("POST", "subscriptions", other).await.status, 201);
    let all = ask("GET", "subscriptions", Value::Null).await.ok();
    let all = all["subscriptions"].as_array().unwrap();
    assert!(
        all.iter()
            .all(|one| one["follower"]["user_id"] == viewer.user.as_str())
    );
}

/// Malformed documents are refused with what is wrong with them.
#[tokio::test]
async fn what_is_malformed_is_refused() {
    let pulse = Pulse::new().await;
    let given = pulse.given().await;
    let definition = given["metadata"]["id"].as_str().unwrap();
    let changed = |document: &Value, path: &str, value: Value| {
        let mut document = document.clone();
        *document.pointer_mut(path).unwrap() = value;
        document
    };
    let new = new_definition(&given);
    let basic = "/specification/basic_specification";
    for (path, value) in [
        ("/name".to_owned(), json!(" ")),
        ("/specification".to_owned(), json!("text")),
        ("/specification".to_owned(), json!({ "datasource": { "id": 5 } })),
        (basic.to_owned(), Value::Null),
        (format!("{basic}/measure/field"), json!("Nowhere")),
        (format!("{basic}/measure/aggregation"), json!("SUM")),
        (
            format!("{basic}/measure/aggregation"),
            json!("AGGREGATION_UNSPECIFIED"),
        ),
        (format!("{basic}/time_dimension/field"), json!("Region")),
        (format!("{basic}/filters"), json!([{ "field": "Region" }])),
        (
            "/extension_options/allowed_dimensions".to_owned(),
            json!(["Nowhere"]),
        ),
        (
            "/extension_options/allowed_granularities".to_owned(),
            json!("GRANULARITY_BY_DAY"),
        ),
    ] {
        let document = changed(&new, &path, value);
        assert_eq!(
            pulse.refused("POST", "definitions", &document).await,
            (400, 3),
            "{document}"
        );
    }
    let elsewhere = changed(&new, "/specification/datasource/id", json!(definition));
    assert_eq!(pulse.refused("POST", "definitions", &elsewhere).await, (404, 5));
    let new = new_metric(definition, "West");
    for (path, value) in [
        ("/specification/filters/0/field", json!("Sales")),
        ("/specification/filters/0/operator", json!("=")),
        (
            "/specification/measurement_period/range",
            json!("RANGE_UNSPECIFIED"),
        ),
        (
            "/specification/measurement_period/granularity",
            json!("GRANULARITY_BY_DAY"),
        ),
        ("/specification/measurement_period", json!([])),
        ("/specification/comparison/comparison", json!(1)),
    ] {
        let document = changed(&new, path, value);
        for call in ["metrics", "metrics:getOrCreate"] {
            assert_eq!(
                pulse.refused("POST", call, &document).await,
                (400, 3),
                "{document}"
            );
        }
    }
    let without_follower = json!({ "metric_id": given["metrics"][0]["id"], "follower": {} });
    assert_eq!(
        pulse.refused("POST", "subscriptions", &without_follower).await,
        (400, 3)
    );
    let unknown = changed(&without_follower, "/follower", json!({ "user_id": definition }));
    assert_eq!(pulse.refused("POST", "subscriptions", &unknown).await, (404, 5));
    let none = json!({ "metric_id": given["metrics"][0]["id"], "followers": [] });
    assert_eq!(
        pulse.refused("POST", "subscriptions:batchCreate", &none).await,
        (400, 3)
    );
    assert_eq!(
        pulse.refused("GET", "definitions?filter=x", &Value::Null).await,
        (400, 3)
    );
    assert_eq!(
        pulse
            .refused("GET", "definitions?page_token=x", &Value::Null)
            .await,
        (400, 3)
    );
    assert_eq!(
        pulse.get("definitions").await["total_available"],
        pulse.get("definitions?order_by=x").await["total_available"]
    );
}

/// What was created and deleted outlives the process, but not the data source that it measures.
#[tokio::test]
async fn changes_are_kept_as_long_as_their_data_source() {
    let directory = tempfile::tempdir().unwrap();
    let open = || Sandbox::builder().data(directory.path()).build().unwrap();
    let pulse = Pulse::of(open()).await;
    let given = pulse.given().await;
    let created = pulse
        .ask("POST", "definitions", &new_definition(&given))
        .await
        .json();
    let definition = created["definition"]["metadata"]["id"].as_str().unwrap();
    let made = pulse
        .ask("POST", "metrics", &new_metric(definition, "West"))
        .await
        .json();
    let follow = json!({ "metric_id": made["metric"]["id"], "follower": { "user_id": pulse.admin.user } });
    assert_eq!(pulse.ask("POST", "subscriptions", &follow).await.status, 201);
    let path = format!("definitions/{}", given["metadata"]["id"].as_str().unwrap());
    assert_eq!(pulse.ask("DELETE", &path, &Value::Null).await.status, 204);
    let of_all = ["definitions?view=DEFINITION_VIEW_FULL", "subscriptions"];
    let [definitions, subscriptions] = of_all.map(|path| pulse.get(path));
    let before = (definitions.await, subscriptions.await);
    assert!(before.0.to_string().contains(definition) && before.1["subscriptions"][0].is_object());
    drop(pulse);
    let pulse = Pulse::of(open()).await;
    assert_eq!((pulse.get(of_all[0]).await, pulse.get(of_all[1]).await), before);
    let source = given["specification"]["datasource"]["id"].as_str().unwrap();
    let path = format!("sites/{}/datasources/{source}", pulse.admin.site);
    assert_eq!(
        call(&pulse.service, "DELETE", &pulse.admin.token, &path, "")
            .await
            .status,
        204
    );
    let after = (pulse.get(of_all[0]).await, pulse.get(of_all[1]).await);
    assert!(!after.0.to_string().contains(definition), "{}", after.0);
    let metric = made["metric"]["id"].as_str().unwrap();
    assert!(!after.1.to_string().contains(metric), "{}", after.1);
}

/// What clients leave out, or give as null, is filled in: one metric is not made twice by it.
#[tokio::test]
async fn specifications_are_completed_and_compared_as_a_whole() {
    let pulse = Pulse::new().await;
    let given = pulse.given().await;
    let mut new = new_definition(&given);
    let specification = new["specification"].as_object_mut().unwrap();
    specification.remove("is_running_total");
    specification.insert("viz_state_specification".to_owned(), Value::Null);
    let created = pulse.ask("POST", "definitions", &new).await.json()["definition"].clone();
    let shown = &created["specification"];
    assert_eq!(
        (
            &shown["is_running_total"],
            shown.get("viz_state_specification"),
            &shown["basic_specification"]["filters"]
        ),
        (&json!(false), None, &json!([]))
    );
    let id = created["metadata"]["id"].as_str().unwrap();
    let metric = |specification: Value| json!({ "definition_id": id, "specification": specification });
    let period = json!({ "granularity": "GRANULARITY_BY_MONTH", "range": "RANGE_LAST_COMPLETE" });
    let short = metric(json!({ "measurement_period": period, "comparison": null }));
    let made = pulse.ask("POST", "metrics:getOrCreate", &short).await.json();
    assert_eq!(made["is_metric_created"], json!(true), "{made}");
    assert_eq!(
        (
            &made["metric"]["specification"]["filters"],
            &made["metric"]["specification"]["comparison"]
        ),
        (&json!([]), &json!({ "comparison": "TIME_COMPARISON_NONE" }))
    );
    let long = metric(json!({
        "measurement_period": period, "filters": [], "comparison": { "comparison": "TIME_COMPARISON_NONE" },
    }));
    let found = pulse.ask("POST", "metrics:getOrCreate", &long).await.json();
    assert_eq!(
        (&found["is_metric_created"], &found["metric"]["id"]),
        (&json!(false), &made["metric"]["id"])
    );
    assert_eq!(pulse.refused("POST", "metrics", &long).await, (409, 6));
}

#[tokio::test]
async fn a_default_metric_goes_with_its_definition_alone() {
    let pulse = Pulse::new().await;
    let given = pulse.given().await;
    let created = pulse
        .ask("POST", "definitions", &new_definition(&given))
        .await
        .json();
    let definition = created["definition"]["metadata"]["id"].as_str().unwrap();
    let metrics = pulse.get(&format!("definitions/{definition}/metrics")).await;
    let metric = format!("metrics/{}", metrics["metrics"][0]["id"].as_str().unwrap());
    assert_eq!(pulse.refused("DELETE", &metric, &Value::Null).await, (400, 9));
    let deleted = pulse
        .ask("DELETE", &format!("definitions/{definition}"), &Value::Null)
        .await;
    assert_eq!(deleted.status, 204);
    assert_eq!(pulse.refused("GET", &metric, &Value::Null).await, (404, 5));
}
