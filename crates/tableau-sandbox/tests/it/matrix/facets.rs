//! A life for every facet, for each resource that has it.

use serde_json::json;
use tableau_wire::Entry;

use crate::fixture::Answer;
use crate::matrix::Wrong;
use crate::matrix::call::entries;
use crate::matrix::world::World;

/// The call of the same group that has this name.
fn sibling(entry: &Entry, name: &str) -> Option<&'static Entry> {
    entries().find(|other| (other.operation.group, other.operation.name) == (entry.operation.group, name))
}

/// A document with one permission of a user.
pub(crate) fn permission(user: &str, capability: &str, mode: &str) -> String {
    let capabilities = json!({"capability": [{"name": capability, "mode": mode}]});
    json!({"permissions": {"granteeCapabilities": [{"user": {"id": user}, "capabilities": capabilities}]}})
        .to_string()
}

/// How a user may do something, by the permissions in an answer: `Allow`, `Deny`.
fn mode(answer: &Answer, user: &str, capability: &str) -> Option<String> {
    let document = answer.json();
    let grantees = document["permissions"]["granteeCapabilities"].as_array()?;
    let of_user = grantees.iter().filter(|grantee| grantee["user"]["id"] == user);
    let capabilities = of_user.filter_map(|grantee| grantee["capabilities"]["capability"].as_array());
    let found = capabilities.flatten().find(|found| found["name"] == capability)?;
    found["mode"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn permissions_are_added_shown_kept_to_and_deleted() {
    let (world, mut wrong, mut lives) = (World::new().await, Wrong::default(), 0);
    for add in entries().filter(|entry| entry.operation.name == "addPermissions") {
        let (Some(get), Some(delete)) = (sibling(add, "getPermissions"), sibling(add, "deletePermission"))
        else {
            wrong.say(add, "permissions can be added and not read or deleted");
            continue;
        };
        lives += 1;
        let values = world.values(add).await.unwrap_or_default();
        let viewer = world.viewer(add).await;
        let added = world
            .send(add, &values, |request| {
                request.body = permission(&viewer.user, "Read", "Deny");
            })
            .await;
        wrong.unless(added.status.as_u16() == add.operation.status, add, &added);
        let shown = world.send(get, &values, |_| {}).await;
        wrong.unless(
            mode(&shown, &viewer.user, "Read").as_deref() == Some("Deny"),
            get,
            &shown,
        );
        if let Some(item) = sibling(add, "get") {
            let seen = world.send(item, &values, |request| request.by(&viewer)).await;
            wrong.unless([403, 404].contains(&seen.status.as_u16()), item, &seen);
        }
        let mut of_viewer = values.clone();
        of_viewer.extend([
            "users".to_owned(),
            viewer.user.clone(),
            "Read".to_owned(),
            "Deny".to_owned(),
        ]);
        let deleted = world.send(delete, &of_viewer, |_| {}).await;
        wrong.unless(
            deleted.status.as_u16() == delete.operation.status,
            delete,
            &deleted,
        );
        let shown = world.send(get, &values, |_| {}).await;
        wrong.unless(mode(&shown, &viewer.user, "Read").is_none(), get, &shown);
        let again = world.send(delete, &of_viewer, |_| {}).await;
        wrong.unless(again.status == 404, delete, &again);
    }
    wrong.none();
    assert!(lives > 0);
}
