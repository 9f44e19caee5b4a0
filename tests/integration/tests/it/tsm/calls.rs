//! Every described call.

use serde_json::json;
use tableau_client::ErrorKind;
use tableau_client::tsm::{JobId, Json};
use tableau_client::wire::tsm::maintenance::Cleanup;
use tableau_client::wire::tsm::{JobStatus, Registration, Settings};
use tableau_client::wire::{Family, Segment};
use tableau_sandbox::tsm::Fate;

use crate::tsm::fixture::Fixture;

#[tokio::test]
async fn every_call_has_a_name() {
    let fixture = Fixture::new();
    let session = fixture.signed_in().await;
    session.status().await.unwrap();
    let node = session.nodes().await.unwrap().nodes[0].clone();
    assert!(session.node(node).await.unwrap().processor_count.is_some());
    assert!(session.server_info().await.unwrap().raw()["serverInfo"].is_object());
    assert!(session.support_info().await.unwrap().raw()["supportInfo"].is_object());
    assert!(session.repository().await.unwrap().port.is_some());

    // A waiting job can be cancelled.
    fixture.tsm().next_job(Fate::Hang);
    let mut ids = vec![session.enable().await.unwrap().id];
    ids.push(session.disable().await.unwrap().id);
    ids.push(session.restart().await.unwrap().id);
    ids.push(session.backup_fixed_file("nightly").await.unwrap().id);
    ids.push(session.restore_fixed_file("sandbox.tsbak").await.unwrap().id);
    ids.push(session.cleanup(Cleanup::default()).await.unwrap().id);
    ids.push(session.reindex_search().await.unwrap().id);
    assert_eq!(ids, (1..=7).map(JobId).collect::<Vec<_>>());
    assert_eq!(session.jobs().await.unwrap().len(), 7);
    assert_eq!(session.latest_job().await.unwrap().id, JobId(7));
    let cancelled = session.cancel_job(JobId(7)).await.unwrap();
    assert_eq!(cancelled.status, Some(JobStatus::Cancelled));
    assert_eq!(
        session.job(JobId(7)).await.unwrap().status,
        Some(JobStatus::Cancelled)
    );

    let version = session.requested_configuration().await.unwrap().version;
    let keys = session.configuration_keys(version).await.unwrap();
    let one = session.configuration_key(version, "ssl.protocols").await.unwrap();
    assert_eq!(one.get("ssl.protocols"), keys.get("ssl.protocols"));
    let exported = session.export().await.unwrap();
    assert_eq!(exported.config_keys.0, keys.0);
    let change = json!({"configKeys": {"gateway.public.port": "8080"}});
    let change: Json<Settings> = Json::from_raw(change).unwrap();
    session.import(change).await.unwrap();
    assert!(fixture.tsm().pending_changes().contains("gateway.public.port"));

    assert_eq!(session.topologies().await.unwrap().items.len(), 1);
    let version = session.requested_topology().await.unwrap().version;
    assert_eq!(session.topology(version).await.unwrap().nodes.len(), 3);

    assert!(!session.licensing().await.unwrap().items.is_empty());
    assert!(!session.product_keys().await.unwrap().items.is_empty());
    let registration = Registration {
        company: Some("Umbrella".to_owned()),
        ..Registration::default()
    };
    session.register(registration.clone()).await.unwrap();
    assert_eq!(fixture.tsm().registration(), Some(registration));
    session.sign_out_everywhere().await.unwrap();
    fixture.signed_in().await.sign_out().await.unwrap();

    let exchanges = fixture.exchanges.all();
    for entry in Family::Tsm.endpoints() {
        let operation = &entry.operation;
        let was_made = exchanges.iter().any(|line| {
            let (method, rest) = line.split_once(' ').unwrap();
            let path = rest.split(' ').next().unwrap();
            let segments: Vec<_> = path.split('/').skip(3).collect();
            let matches = |(segment, text): (&Segment, &&str)| match segment {
                Segment::Literal(word) => word == text,
                Segment::Variable(_) => true,
            };
            method == format!("{:?}", operation.method)
                && segments.len() == operation.segments().count()
                && operation.segments().zip(&segments).all(matches)
        });
        assert!(was_made, "{} has no name", operation.full_name());
    }
}

#[tokio::test]
async fn what_the_controller_says_is_kept() {
    let fixture = Fixture::new();
    let session = fixture.signed_in().await;
    let unknown = session.configuration_key(1, "no.such.key").await.unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::NotFound, "{unknown:?}");
    // With the code that a real `tsm` has shown.
    let user = json!({"configEntities": {"runAsUser": {"_type": "runAsUserType", "name": "nobody"}}});
    let settings: Json<Settings> = Json::from_raw(user).unwrap();
    let refused = session.import(settings).await.unwrap_err();
    assert_eq!(
        (refused.kind(), refused.code()),
        (ErrorKind::Conflict, Some("409504")),
        "{refused:?}"
    );
    assert!(refused.to_string().contains("Resource Conflict"), "{refused}");
    assert_eq!(refused.tsm().unwrap().raw()["error"], "Resource Conflict");
}
