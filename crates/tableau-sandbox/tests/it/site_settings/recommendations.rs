//! Recommendations of views, and recent content.

use super::*;

pub(super) const RECOMMENDATIONS: &str = "recommendations/?type=view";

/// The recommended views.
pub(super) fn views(answer: &Value) -> Vec<Value> {
    let all = answer["recommendations"]["recommendation"].as_array();
    all.into_iter()
        .flatten()
        .map(|recommendation| recommendation["view"].clone())
        .collect()
}

pub(super) fn hidden(view: &Value) -> Value {
    json!({"recommendationDismissal": {"view": {"id": view}}})
}

#[tokio::test]
async fn the_most_viewed_views_of_others_are_recommended() {
    let desk = Desk::new().await;
    let reader = desk.user("ben.okafor").await;
    let answer = desk.by(&reader, "GET", RECOMMENDATIONS, &Value::Null).await.ok();
    let first = &answer["recommendations"]["recommendation"][0];
    assert_eq!(
        (&first["contentType"], &first["recommendedId"]),
        (&json!("view"), &first["view"]["id"])
    );
    assert_eq!(first["explanation"], json!({"type": "popular"}));
    let found = views(&answer);
    assert!(found.len() > 2 && found.len() <= 100, "{}", found.len());
    let counts: Vec<u64> = found
        .iter()
        .map(|view| text(&view["usage"]["totalViewCount"]).parse().unwrap())
        .collect();
    assert!(
        counts.is_sorted_by(|one, other| one >= other) && counts[0] > 0,
        "{counts:?}"
    );
    // None of one's own, and none that may not be seen.
    let owner = text(&found[0]["owner"]["id"]).to_owned();
    assert_ne!(owner, reader.user);
    let name = desk.get(&format!("users/{owner}")).await["user"]["name"].clone();
    let owner = desk.user(text(&name)).await;
    let of_owner = desk.by(&owner, "GET", RECOMMENDATIONS, &Value::Null).await.ok();
    assert!(
        views(&of_owner)
            .iter()
            .all(|view| view["owner"]["id"] != owner.user)
    );
    let workbook = text(&found[0]["workbook"]["id"]);
    desk.deny(&format!("workbooks/{workbook}"), &reader).await;
    let without = desk.by(&reader, "GET", RECOMMENDATIONS, &Value::Null).await.ok();
    assert!(views(&without).iter().all(|view| view["id"] != found[0]["id"]));
    let hide = desk
        .by(
            &reader,
            "PUT",
            "recommendations/dismissals",
            &hidden(&found[0]["id"]),
        )
        .await;
    refused(&hide, 404, "404029");
}

#[tokio::test]
async fn a_view_is_hidden_from_one_user_until_it_is_shown_again() {
    let desk = Desk::new().await;
    let (reader, other) = (desk.user("ben.okafor").await, desk.user("liam.obrien").await);
    let ids = async |session: &Session| {
        let answer = desk.by(session, "GET", RECOMMENDATIONS, &Value::Null).await.ok();
        views(&answer)
            .iter()
            .map(|view| view["id"].clone())
            .collect::<Vec<_>>()
    };
    let (before, of_other) = (ids(&reader).await, ids(&other).await);
    let view = before[1].clone();
    for _ in 0..2 {
        let hide = desk
            .by(&reader, "PUT", "recommendations/dismissals", &hidden(&view))
            .await;
        assert_eq!((hide.status.as_u16(), hide.text()), (200, ""));
    }
    let left: Vec<_> = before.iter().filter(|id| **id != view).cloned().collect();
    assert!(ids(&reader).await.starts_with(&left));
    assert_eq!(ids(&other).await, of_other);
    let show = async |session: &Session, query: &str| {
        let path = format!("recommendations/dismissals/{query}");
        desk.by(session, "DELETE", &path, &Value::Null).await
    };
    let of_view = format!("?type=view&id={}", text(&view));
    refused(&show(&other, &of_view).await, 404, "404035");
    assert_eq!(show(&reader, &of_view).await.status, 204);
    assert_eq!(ids(&reader).await, before);
    refused(&show(&reader, &of_view).await, 404, "404035");
    let unknown = format!("?type=view&id={UNKNOWN}");
    refused(&show(&reader, &unknown).await, 404, "404029");
    for wrong in [
        format!("?type=workbook&id={}", text(&view)),
        "?type=view".to_owned(),
    ] {
        refused(&show(&reader, &wrong).await, 400, "400008");
    }
}

#[tokio::test]
async fn recommendations_of_anything_but_views_are_refused() {
    let desk = Desk::new().await;
    for path in ["recommendations", "recommendations?type=workbook"] {
        refused(&desk.send("GET", path, Value::Null).await, 400, "400008");
    }
    let hide = async |body: Value| desk.send("PUT", "recommendations/dismissals", body).await;
    refused(&hide(hidden(&json!(UNKNOWN))).await, 404, "404029");
    for wrong in [
        json!({"recommendationDismissal": {}}),
        json!({"recommendationDismissal": {"view": {}}}),
        json!({"view": {"id": UNKNOWN}}),
    ] {
        refused(&hide(wrong).await, 400, "400000");
    }
}

#[tokio::test]
async fn what_changed_last_is_recent_for_those_who_may_see_it() {
    let desk = Desk::new().await;
    let reader = desk.user("ben.okafor").await;
    let recent = async |session: &Session| {
        let answer = desk.by(session, "GET", "content/recent", &Value::Null).await.ok();
        let all = answer["recents"]["recent"].as_array().unwrap().clone();
        assert!(all.len() <= 24, "{}", all.len());
        all
    };
    let item = |recent: &Value| {
        let members = recent.as_object().unwrap();
        let (kind, item) = members.iter().next().unwrap();
        assert!(members.len() == 1 && ["view", "workbook"].contains(&kind.as_str()));
        item.clone()
    };
    let all = recent(&reader).await;
    assert_eq!(all.len(), 24);
    let times: Vec<_> = all.iter().map(|of| item(of)["updatedAt"].clone()).collect();
    assert!(
        times.is_sorted_by(|one, other| text(one) >= text(other)),
        "{times:?}"
    );
    let workbooks = desk.get("workbooks?filter=name:eq:Superstore").await;
    let workbook = text(&workbooks["workbooks"]["workbook"][0]["id"]).to_owned();
    let patch = json!({"workbook": {"description": "Changed"}});
    let path = format!("workbooks/{workbook}");
    desk.send("PUT", &path, patch).await.ok();
    let first = recent(&reader).await.remove(0);
    assert_eq!(first["workbook"]["id"], workbook);
    desk.deny(&path, &reader).await;
    let left = recent(&reader).await;
    assert!(left.iter().all(|of| of["workbook"]["id"] != workbook));
}
