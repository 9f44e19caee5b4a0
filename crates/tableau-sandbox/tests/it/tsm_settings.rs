//! TSM: configuration and topology, imported and applied.

use serde_json::json;
use tableau_sandbox::tsm::Fate;

use crate::tsm_fixture::Fixture;

const KEY: &str = "gateway.public.port";

#[tokio::test]
async fn what_is_imported_is_pending_until_it_is_applied() {
    let fixture = Fixture::new().await;
    let requested = async || {
        fixture.get("configurations/requested/version").await.ok()["version"]
            .as_u64()
            .unwrap()
    };
    let value = async |version: u64| {
        let key = fixture
            .get(&format!("configurations/{version}/keys/{KEY}"))
            .await
            .ok();
        key["configKeys"][KEY].as_str().unwrap().to_owned()
    };
    let exported = async || fixture.get("export").await.ok()["configKeys"][KEY].clone();
    assert_eq!((requested().await, value(1).await), (1, "80".to_owned()));
    assert!(fixture.service.pending_changes().is_empty());

    let change = json!({"configKeys": {KEY: "8000", "new.key": "x"}}).to_string();
    assert_eq!(
        fixture
            .call("POST", "import?configuration=true&topology=false", &change)
            .await
            .status,
        204
    );
    assert_eq!(requested().await, 2);
    assert_eq!(
        (value(1).await, value(2).await),
        ("80".to_owned(), "8000".to_owned())
    );
    assert_eq!(exported().await, "80");
    let pending: Vec<_> = fixture.service.pending_changes().into_iter().collect();
    assert_eq!(pending, [KEY, "new.key"]);
    // The same again changes nothing.
    fixture.call("POST", "import", &change).await;
    assert_eq!(requested().await, 2);

    fixture.service.next_job(Fate::Fail("no".to_owned()));
    fixture.service.apply_pending_changes();
    fixture.advance(60);
    assert_eq!(
        (exported().await, fixture.service.pending_changes().len()),
        (json!("80"), 2)
    );
    let job = fixture.service.apply_pending_changes();
    assert_eq!(job.job_type.unwrap().as_str(), "DeploymentsJob");
    fixture.advance(60);
    assert_eq!(
        (exported().await, fixture.service.pending_changes().len()),
        (json!("8000"), 0)
    );
    let all = fixture.get("configurations/2/keys").await.ok();
    assert_eq!(all["configKeys"]["new.key"], "x");
}

#[tokio::test]
async fn unknown_items_are_404() {
    let fixture = Fixture::new().await;
    for path in [
        "configurations/0/keys",
        "configurations/2/keys",
        "configurations/18446744073709551615/keys",
        "configurations/1/keys/no.such.key",
        "topologies/0",
        "topologies/2",
    ] {
        assert_eq!(fixture.get(path).await.status, 404, "{path}");
    }
    assert_eq!(fixture.get("configurations/-1/keys").await.status, 400);
}

#[tokio::test]
async fn objects_are_checked_when_they_are_imported() {
    let fixture = Fixture::new().await;
    let import = async |entities: serde_json::Value| {
        let settings = json!({"configEntities": entities, "configKeys": {KEY: "1"}}).to_string();
        fixture
            .call("POST", "import?configuration=true&topology=false", &settings)
            .await
    };
    let refused = import(json!({"runAsUser": {"_type": "runAsUserType", "name": "stranger"}})).await;
    assert_eq!(refused.status, 409);
    let expected = "The specified user 'stranger' cannot logon. Have you provided the correct password?";
    assert_eq!(
        refused.json(),
        json!({"code": 409504, "error": "Resource Conflict", "message": expected})
    );
    assert_eq!(import(json!({"x": {"_type": "noSuchType"}})).await.status, 400);
    assert_eq!(import(json!({"x": 1})).await.status, 400);
    // A refused import leaves nothing pending.
    assert!(fixture.service.pending_changes().is_empty());
    let user = json!({"runAsUser": {"_type": "runAsUserType", "name": "operator"}});
    assert_eq!(import(user.clone()).await.status, 204);
    fixture.service.apply_pending_changes();
    fixture.advance(60);
    assert_eq!(fixture.get("export").await.ok()["configEntities"], user);
    for body in ["", "[]", "x", r#"{"configKeys":[]}"#] {
        assert_eq!(fixture.call("POST", "import", body).await.status, 400, "{body}");
    }
}

#[tokio::test]
async fn the_topology_is_what_the_cluster_is() {
    let fixture = Fixture::new().await;
    assert_eq!(
        fixture.get("topologies").await.ok()["links"]["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let topology = fixture.get("topologies/1").await.ok();
    let instance = &topology["topologyVersion"]["nodes"]["node3"]["services"]["gateway"]["instances"][0];
    assert_eq!(instance["instanceId"], "0");
    let plain = fixture.get("export").await.ok();
    let full = fixture.get("export?includeBinaryVersion=true").await.ok();
    let path = "/topologyVersion/nodes/node1/services/pgsql/instances/0/binaryVersion";
    assert!(plain.pointer(path).is_none() && full.pointer(path).is_some());

    let smaller =
        json!({"topologyVersion": {"nodes": {"node7": {"services": {"gateway": {"instances": []}}}}}});
    let import = "import?configuration=false&topology=true";
    assert_eq!(
        fixture.call("POST", import, &smaller.to_string()).await.status,
        204
    );
    assert_eq!(
        fixture.get("topologies/requested/version").await.ok(),
        json!({"version": 2})
    );
    assert!(fixture.service.pending_changes().contains("topology"));
    assert_eq!(fixture.get("nodes/node7").await.status, 404);
    fixture.service.apply_pending_changes();
    fixture.advance(60);
    assert_eq!(
        fixture.get("nodes").await.ok(),
        json!({"clusterNodes": {"nodes": ["node7"]}})
    );
    assert_eq!(
        fixture.get("status").await.ok()["clusterStatus"]["nodes"][0]["nodeId"],
        "node7"
    );
    assert_eq!(fixture.get("repository/currentMaster").await.status, 404);
}
