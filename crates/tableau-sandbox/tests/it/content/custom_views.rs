use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

const OVERVIEW: &str = "views?filter=name:eq:Overview,workbookName:eq:Superstore";

fn file(view: &str) -> String {
    json!([{"isSourceView": true, "viewName": view, "tcv": "PD94bWw_Pg"}]).to_string()
}

/// Publishes a custom view of the workbook with the view, under a name of its own.
async fn publish(site: &Site, by: &Session, shared: bool, file: &str) -> Answer {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let name = format!("East {}", NUMBER.fetch_add(1, Ordering::Relaxed));
    publish_as(&name, site, by, shared, file).await
}

async fn publish_as(name: &str, site: &Site, by: &Session, shared: bool, file: &str) -> Answer {
    let workbook = site.id("workbooks?filter=name:eq:Superstore").await;
    let document = json!({"customView": {"name": name, "shared": shared, "workbook": {"id": workbook}}});
    let path = format!("/api/exp/sites/{}/customviews", site.admin.site);
    let part = ("tableau_customview", "view.json", file.as_bytes());
    site.publish(by, &path, &document, part).await
}

#[tokio::test]
async fn a_published_custom_view_belongs_to_its_view_and_goes_with_the_workbook() {
    let site = Site::new().await;
    let view = site.first(OVERVIEW).await;
    let answer = publish(&site, &site.admin, true, &file("Overview")).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let made = answer.json()["customView"].clone();
    assert_eq!(made["view"]["id"], view["id"]);
    assert_eq!(made["contentUrl"], view["contentUrl"]);
    let list = format!("customviews?filter=viewId:eq:{}", id(&view));
    assert_eq!(site.id(&list).await, id(&made));
    for root in ["exp", "3.29"] {
        let path = format!(
            "/api/{root}/sites/{}/customviews/{}/content",
            site.admin.site,
            id(&made)
        );
        let headers = [("X-Tableau-Auth", site.admin.token.as_str())];
        let copy = send(&site.service, "GET", &path, &headers, "").await;
        assert_eq!(copy.text(), file("Overview"), "{root}");
    }
    site.delete(&format!(
        "workbooks/{}",
        site.id("workbooks?filter=name:eq:Superstore").await
    ))
    .await;
    let gone = site.get(&format!("customviews/{}", id(&made))).await;
    assert_eq!(gone.status, 404, "{}", gone.text());
}

#[tokio::test]
async fn files_that_fit_no_view_are_refused_and_leave_nothing() {
    let site = Site::new().await;
    let before = site.get("customviews").await.ok();
    for file in [
        "",
        "[]",
        "{}",
        "[{\"viewName\": \"Overview\", \"tcv\": \"<x/>\"}]",
        &file("No such view"),
    ] {
        let answer = publish(&site, &site.admin, false, file).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (400, "400011".to_owned()),
            "{file}"
        );
    }
    assert_eq!(site.get("customviews").await.ok(), before);
}

/// Tableau's migration SDK deletes the one that is there then, and publishes again.
#[tokio::test]
async fn a_user_has_one_custom_view_of_a_name_for_a_workbook() {
    let site = Site::new().await;
    let other = user(&site.service, "anita.silva", "").await;
    let of = async |by: &Session, name: &str| publish_as(name, &site, by, true, &file("Overview")).await;
    let first = of(&site.admin, "Ours").await;
    assert_eq!(first.status, 201, "{}", first.text());
    assert_eq!(of(&site.admin, "OURS").await.code(), "403166");
    assert_eq!(of(&other, "Ours").await.status, 201);
    let path = format!("customviews/{}", id(&first.json()["customView"]));
    site.delete(&path).await;
    assert_eq!(of(&site.admin, "Ours").await.status, 201);
}

#[tokio::test]
async fn what_is_not_shared_is_seen_by_its_owner_only() {
    let site = Site::new().await;
    let other = user(&site.service, "hugo.martin", "").await;
    for shared in [false, true] {
        let made = publish(&site, &site.admin, shared, &file("Overview"))
            .await
            .json();
        let path = format!("customviews/{}", id(&made["customView"]));
        let seen = site.by(&other, "GET", &path, &Value::Null).await;
        assert_eq!(seen.status.is_success(), shared, "{}", seen.text());
        let changed = site
            .by(&other, "PUT", &path, &json!({"customView": {"name": "Mine"}}))
            .await;
        assert_eq!(changed.status, 403, "{}", changed.text());
    }
}

#[tokio::test]
async fn a_user_has_one_default_for_a_view() {
    let site = Site::new().await;
    let mut paths = Vec::new();
    for _ in 0..2 {
        let made = publish(&site, &site.admin, true, &file("Overview")).await.json();
        paths.push(format!("customviews/{}/default/users", id(&made["customView"])));
    }
    let liam = site.id("users?filter=name:eq:liam.obrien").await;
    let unknown = "00000000-0000-4000-8000-000000000000";
    for path in &paths {
        let set = site
            .send(
                "POST",
                path,
                json!({"users": {"user": [{"id": liam}, {"id": unknown}]}}),
            )
            .await
            .ok();
        let results = items(&set);
        let successes: Vec<_> = results.iter().map(|result| &result["success"]).collect();
        assert_eq!(successes, [true, false]);
    }
    let counts = [&paths[0], &paths[1]].map(|path| site.get(path));
    let [first, second] = counts;
    assert_eq!(items(&first.await.ok()).len(), 0);
    assert_eq!(id(&items(&second.await.ok())[0]), liam);
    // Who may see the custom view sees for whom it is, by pages.
    let other = user(&site.service, "hugo.martin", "").await;
    let path = format!("{}?pageSize=1", paths[1]);
    let seen = site.by(&other, "GET", &path, &Value::Null).await.ok();
    assert_eq!(
        (
            id(&items(&seen)[0]),
            seen["pagination"]["totalAvailable"].as_str()
        ),
        (liam, Some("1"))
    );
}
