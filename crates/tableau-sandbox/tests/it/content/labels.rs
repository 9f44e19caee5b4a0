use super::*;

/// A document about labels: the items, and what is put on them.
fn on(items: &[(&str, &str)], label: Value) -> Value {
    let content: Vec<_> = items
        .iter()
        .map(|(kind, id)| json!({ "contentType": kind, "id": id }))
        .collect();
    let mut document = json!({ "contentList": { "content": content } });
    if !label.is_null() {
        document["label"] = label;
    }
    document
}

impl Site {
    /// The labels of an item, each with its value and its message.
    async fn labels(&self, kind: &str, id: &str, query: &str) -> Vec<(String, Value)> {
        let asked = on(&[(kind, id)], Value::Null);
        let answer = self.send("POST", &format!("labels{query}"), asked).await.ok();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        items(&answer)
            .iter()
            .map(|label| (text(&label["value"]), label["message"].clone()))
            .collect()
    }

    async fn label(&self, items: &[(&str, &str)], label: Value) -> Value {
        self.send("PUT", "labels", on(items, label)).await.ok()
    }
}

#[tokio::test]
async fn a_certification_is_that_of_the_item() {
    let site = Site::new().await;
    let datasource = site.datasource("Labeled", ("labeled.tds", TDS.as_bytes())).await;
    let path = format!("datasources/{datasource}");
    let of = [("datasource", datasource.as_str())];
    let set = site
        .label(&of, json!({ "value": "certified", "message": "Checked" }))
        .await;
    let label = items(&set)[0].clone();
    assert_eq!(
        (&label["value"], &label["category"]),
        (&json!("Certified"), &json!("Certification"))
    );
    assert_eq!(site.member(&path, "isCertified").await, json!(true));
    assert_eq!(site.member(&path, "certificationNote").await, json!("Checked"));
    let one = format!("labels/{}", id(&label));
    assert_eq!(site.get(&one).await.ok()["label"]["message"], "Checked");
    // Certified by its own call, it has the label too.
    let change = json!({ "datasource": { "isCertified": true, "certificationNote": "Twice" } });
    site.send("PUT", &path, change).await.ok();
    assert_eq!(
        site.labels("datasource", &datasource, "").await,
        [("Certified".to_owned(), json!("Twice"))]
    );
    site.delete(&one).await;
    assert_eq!(site.member(&path, "isCertified").await, json!(false));
    assert_eq!(site.get(&one).await.status, 404);
    // A flow has no certification.
    let flow = site.id("flows?pageSize=1").await;
    let refused = site
        .send(
            "PUT",
            "labels",
            on(&[("flow", &flow)], json!({ "value": "Certified" })),
        )
        .await;
    assert_eq!(refused.code(), "400000");
}

#[tokio::test]
async fn a_data_quality_warning_is_a_label_too() {
    let site = Site::new().await;
    let flow = site.id("flows?pageSize=1").await;
    let of_flow = format!("dataQualityWarnings/flow/{flow}");
    let warning = json!({"dataQualityWarning": {"type": "STALE", "message": "Late", "isSevere": true}});
    let warning = site.send("POST", &of_flow, warning).await.ok()["dataQualityWarning"].clone();
    assert_eq!(
        site.labels("flow", &flow, "").await,
        [("Stale data".to_owned(), json!("Late"))]
    );
    let one = format!("labels/{}", id(&warning));
    let label = site.get(&one).await.ok()["label"].clone();
    assert_eq!(
        (&label["elevated"], &label["contentType"]),
        (&json!(true), &json!("flow"))
    );
    let change = json!({ "label": { "value": "Under maintenance", "elevated": false } });
    site.send("PUT", &one, change).await.ok();
    let shown = site.first(&of_flow).await;
    assert_eq!(
        (&shown["type"], &shown["message"], &shown["isSevere"]),
        (&json!("MAINTENANCE"), &json!("Late"), &json!(false))
    );
}

#[tokio::test]
async fn labels_are_put_on_several_items_and_deleted_by_category() {
    let site = Site::new().await;
    let category = json!({ "labelCategory": { "name": "Retention", "description": "How long" } });
    site.send("PUT", "labelCategories", category).await.ok();
    let value =
        json!({ "labelValue": { "name": "Seven years", "category": "retention", "elevatedDefault": true } });
    let value = site.send("PUT", "labelValues", value).await.ok()["labelValue"].clone();
    assert_eq!(
        (&value["category"], &value["builtIn"]),
        (&json!("Retention"), &json!(false))
    );
    let first = site.datasource("First", ("first.tds", TDS.as_bytes())).await;
    let flow = site.id("flows?pageSize=1").await;
    let both = [("datasource", first.as_str()), ("flow", flow.as_str())];
    let set = site
        .label(&both, json!({ "value": "Seven years", "message": "Law" }))
        .await;
    let shown = items(&set);
    assert_eq!(shown.len(), 2);
    assert_eq!(
        (&shown[0]["elevated"], &shown[0]["active"]),
        (&json!(true), &json!(true))
    );
    // Once more changes the label that there is.
    site.label(&both, json!({ "value": "Seven years", "active": false }))
        .await;
    site.label(&both, json!({ "value": "Sensitive data" })).await;
    let all = site.labels("flow", &flow, "").await;
    assert_eq!(all.len(), 2, "{all:?}");
    let some = site
        .labels("flow", &flow, "?categories=Retention,Certification")
        .await;
    assert_eq!(some, [("Seven years".to_owned(), json!("Law"))]);
    let deleted = site
        .send("DELETE", "labels?categories=Sensitivity", on(&both, Value::Null))
        .await;
    assert_eq!(deleted.status, 204, "{}", deleted.text());
    assert_eq!(site.labels("flow", &flow, "").await, some);
    // A category with values stays; with the value its labels go.
    assert_eq!(
        site.send("DELETE", "labelCategories/Retention", Value::Null)
            .await
            .status,
        409
    );
    site.delete("labelValues/Seven%20years").await;
    site.delete("labelCategories/Retention").await;
    assert_eq!(site.labels("flow", &flow, "").await, []);
}

#[tokio::test]
async fn what_cannot_be_labeled_is_refused_and_nothing_is_changed() {
    let site = Site::new().await;
    let flow = site.id("flows?pageSize=1").await;
    let unknown = "00000000-0000-4000-8000-000000000000";
    let refused = [
        (
            on(&[("flow", &flow)], json!({ "value": "No such value" })),
            "404003",
        ),
        (
            on(&[("flow", &flow)], json!({ "message": "without a value" })),
            "400000",
        ),
        (on(&[], json!({ "value": "Warning" })), "400000"),
        (
            on(
                &[("flow", &flow), ("flow", unknown)],
                json!({ "value": "Warning" }),
            ),
            "404027",
        ),
        (
            on(&[("nonsense", &flow)], json!({ "value": "Warning" })),
            "404003",
        ),
    ];
    for (document, code) in refused {
        assert_eq!(
            site.send("PUT", "labels", document.clone()).await.code(),
            code,
            "{document}"
        );
    }
    assert_eq!(site.labels("flow", &flow, "").await, []);
    for (path, document) in [
        (
            "labelValues",
            json!({ "labelValue": { "name": "certified", "category": "Sensitivity" } }),
        ),
        (
            "labelCategories",
            json!({ "labelCategory": { "name": "Sensitivity" } }),
        ),
    ] {
        assert_eq!(site.send("PUT", path, document).await.status, 403, "{path}");
    }
    let viewer = user(&site.service, "liam.obrien", "").await;
    let value = json!({ "labelValue": { "name": "Mine", "category": "Sensitivity" } });
    assert_eq!(site.by(&viewer, "PUT", "labelValues", &value).await.status, 403);
    assert_eq!(items(&site.get("labelValues").await.ok()).len(), 6);
}

/// Clients of Tableau want to know who set a label, and when; they always say whether it is elevated.
#[tokio::test]
async fn a_certification_keeps_what_is_said_of_it() {
    let site = Site::new().await;
    let datasource = site
        .datasource("Certified", ("certified.tds", TDS.as_bytes()))
        .await;
    let path = format!("datasources/{datasource}");
    let change = json!({ "datasource": { "isCertified": true, "certificationNote": "By its call" } });
    site.send("PUT", &path, change).await.ok();
    let of = [("datasource", datasource.as_str())];
    let asked = site.send("POST", "labels", on(&of, Value::Null)).await.ok();
    let label = &items(&asked)[0];
    assert_eq!(label["owner"]["id"], json!(site.admin.user), "{label}");
    assert!(
        label["userDisplayName"].is_string() && label["createdAt"].is_string(),
        "{label}"
    );
    let elevated = json!({ "value": "Certified", "elevated": true, "message": "By a label" });
    let set = site.label(&of, elevated).await;
    assert_eq!(items(&set)[0]["elevated"], json!(true));
    // In capitals it is the same label.
    let one = format!("labels/{}", id(&items(&set)[0]).to_uppercase());
    let off = json!({ "label": { "active": false } });
    let off = site.send("PUT", &one, off).await.ok();
    assert_eq!(
        (
            &off["label"]["active"],
            &off["label"]["elevated"],
            &off["label"]["message"]
        ),
        (&json!(false), &json!(true), &json!("By a label"))
    );
    assert_eq!(site.member(&path, "isCertified").await, json!(false));
    site.delete(&one).await;
    // Nothing of it is left for the next one.
    let set = site.label(&of, json!({ "value": "Certified" })).await;
    assert_eq!(
        (&items(&set)[0]["message"], &items(&set)[0]["elevated"]),
        (&Value::Null, &json!(false))
    );
}

#[tokio::test]
async fn labels_of_different_values_stand_side_by_side_and_stay_the_same_when_they_change() {
    let site = Site::new().await;
    let flow = site.id("flows?pageSize=1").await;
    let of = [("flow", flow.as_str())];
    let old = json!({ "value": "Deprecated", "message": "Old", "elevated": true });
    let old = id(&items(&site.label(&of, old).await)[0]);
    let sensitive = site.label(&of, json!({ "value": "Sensitive data" })).await;
    assert_eq!(items(&sensitive)[0]["message"], Value::Null);
    assert_eq!(site.labels("flow", &flow, "?categories=").await.len(), 2);
    let change = json!({ "label": { "value": "Warning" } });
    let changed = site.send("PUT", &format!("labels/{old}"), change).await.ok();
    assert_eq!(
        (
            &changed["label"]["id"],
            &changed["label"]["message"],
            &changed["label"]["elevated"]
        ),
        (&json!(old), &json!("Old"), &json!(true))
    );
    let taken = json!({ "label": { "value": "Sensitive data" } });
    assert_eq!(
        site.send("PUT", &format!("labels/{old}"), taken).await.status,
        409
    );
}

#[tokio::test]
async fn a_label_has_the_category_that_its_value_has_now() {
    let site = Site::new().await;
    let flow = site.id("flows?pageSize=1").await;
    let category = json!({ "labelCategory": { "name": "Retention" } });
    site.send("PUT", "labelCategories", category).await.ok();
    let value = |category: &str| json!({ "labelValue": { "name": "Kept", "category": category } });
    site.send("PUT", "labelValues", value("Retention")).await.ok();
    site.label(&[("flow", &flow)], json!({ "value": "Kept" })).await;
    site.send("PUT", "labelValues", value("Sensitivity")).await.ok();
    assert_eq!(
        site.labels("flow", &flow, "?categories=Sensitivity").await.len(),
        1
    );
    site.delete("labelCategories/Retention").await;
}
