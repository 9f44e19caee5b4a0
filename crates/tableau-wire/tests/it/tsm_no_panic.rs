//! No document whatever makes reading TSM panic, and what was read is not lost by writing.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::Value;
use tableau_wire::codec::Root;
use tableau_wire::tsm::{
    AsyncJob, AsyncJobs, ClusterNodes, ClusterStatus, ConfigKeys, Json, Links, NodeInfo, Payload,
    ProductKeys, Registration, RepositoryNode, RequestedVersion, ServerInfo, Settings, SupportInfo, Topology,
    TsmError,
};
use tableau_wire::{Document, Family, Format};

/// The names that mean something somewhere.
const NAMES: &[&str] = &[
    "asyncJob",
    "asyncJobs",
    "clusterNodes",
    "clusterStatus",
    "configKeys",
    "links",
    "nodeInfo",
    "productKeys",
    "repositoryNodeInfo",
    "serverInfo",
    "supportInfo",
    "topologyVersion",
    "version",
    "nodes",
    "services",
    "instances",
    "items",
    "id",
    "status",
    "jobType",
    "progress",
    "detailedProgress",
    "progressNotes",
    "step",
    "messageData",
    "timestamp",
    "createdAt",
    "completedAt",
    "rollupStatus",
    "processStatus",
    "timestampUtc",
    "code",
    "error",
    "message",
    "path",
    "port",
    "serial",
    "isActive",
    "numCores",
    "statusMessageData",
];

fn document() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "",
        "0",
        "-1",
        "1e3",
        "true",
        "TRUE",
        "Running",
        "Status Unavailable",
        "é",
        "99999999999999999999999",
        "/login",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        // serde_json reads the last digit of a long fraction as it likes; TSM has no fractions.
        any::<i32>().prop_map(|halves| Value::from(f64::from(halves) / 2.0)),
        Just(Value::from(1e300)),
        Just(Value::from(401)),
        word.prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        let name = prop::sample::select(NAMES).prop_map(str::to_owned);
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(name, inner, 0..6).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

fn check<T: Payload>(document: &Value) -> Result<(), TestCaseError> {
    let wrapped = T::MEMBER.map(|member| Value::from_iter([(member.to_owned(), document.clone())]));
    for document in wrapped.iter().chain([document]) {
        let Ok(json) = Json::<T>::from_raw(document.clone()) else {
            continue;
        };
        let written = json.encode(Root::Request, Format::Json);
        let again = serde_json::from_slice::<Value>(&written.unwrap_or_default()).ok();
        prop_assert_eq!(again.as_ref(), Some(document));
        // The typed part alone is read as it was written.
        let typed = Json::new(json.into_inner());
        let again = Json::<T>::from_raw(typed.raw().clone()).map(|again| Json::new(again.into_inner()));
        prop_assert_eq!(again.map(|again| again.raw().clone()), Ok(typed.raw().clone()));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn documents_of_any_shape(document in document()) {
        check::<AsyncJob>(&document)?;
        check::<AsyncJobs>(&document)?;
        check::<ClusterNodes>(&document)?;
        check::<ClusterStatus>(&document)?;
        check::<ConfigKeys>(&document)?;
        check::<Links>(&document)?;
        check::<NodeInfo>(&document)?;
        check::<ProductKeys>(&document)?;
        check::<Registration>(&document)?;
        check::<RepositoryNode>(&document)?;
        check::<RequestedVersion>(&document)?;
        check::<ServerInfo>(&document)?;
        check::<Settings>(&document)?;
        check::<SupportInfo>(&document)?;
        check::<Topology>(&document)?;
        let error = TsmError::from(document);
        let _ = (error.to_string(), error.wants_login());
    }

    #[test]
    fn random_bytes(bytes in vec(any::<u8>(), 0..200)) {
        let _ = Json::<AsyncJob>::decode(&bytes, Format::Json);
        let _ = TsmError::recognize(&bytes);
        let segments: Vec<_> = String::from_utf8_lossy(&bytes).split('/').map(str::to_owned).collect();
        for entry in Family::Tsm.endpoints() {
            let _ = entry.operation.recognize(&segments);
        }
    }
}
