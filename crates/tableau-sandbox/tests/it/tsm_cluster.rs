//! TSM: nodes, services, licenses.

use serde_json::json;
use tableau_wire::tsm::ProcessStatus;

use crate::tsm_fixture::Fixture;

#[tokio::test]
async fn three_nodes_with_services() {
    let fixture = Fixture::new().await;
    let nodes = fixture.get("nodes").await.ok();
    assert_eq!(
        nodes,
        json!({"clusterNodes": {"nodes": ["node1", "node2", "node3"]}})
    );
    let node = fixture.get("nodes/node2").await.ok();
    assert_eq!(node["nodeInfo"]["address"], "node2.sandbox.example");
    assert!(node["nodeInfo"]["processorCount"].is_u64());
    assert_eq!(fixture.get("nodes/node9").await.status, 404);

    let status = fixture.get("status").await.ok();
    let cluster = &status["clusterStatus"];
    assert_eq!(cluster["rollupStatus"], "Running");
    let ids: Vec<_> = cluster["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| &node["nodeId"])
        .collect();
    assert_eq!(ids, ["node1", "node2", "node3"]);
    let service = |node: usize, name: &str| {
        let services = cluster["nodes"][node]["services"].as_array().unwrap();
        let mut found = services.iter().filter(|service| service["serviceName"] == name);
        let service = found.next().unwrap().clone();
        assert!(found.next().is_none(), "{name}");
        service
    };
    let instances = service(1, "vizqlserver")["instances"].clone();
    assert_eq!(instances.as_array().unwrap().len(), 4);
    assert_eq!(instances[3]["instanceId"], "3");
    assert!(instances[3]["timestampUtc"].is_u64());
    let process = |node, name| service(node, name)["instances"][0]["processStatus"].clone();
    assert_eq!(
        (process(0, "pgsql"), process(1, "pgsql")),
        (json!("Active"), json!("Passive"))
    );
    // It is disabled and does not degrade the cluster.
    let on_demand = service(0, "backuprestore");
    assert_eq!(on_demand["rollupStatus"], "Stopped");
    assert_eq!(on_demand["instances"][0]["currentDeploymentState"], "Disabled");
    let master = fixture.get("repository/currentMaster").await.ok();
    assert_eq!(
        master,
        json!({"repositoryNodeInfo": {"hostName": "node1.sandbox.example", "port": 8060}})
    );
}

#[tokio::test]
async fn one_failed_process_degrades_the_cluster() {
    let fixture = Fixture::new().await;
    let rollups = async || {
        let status = fixture.get("status").await.ok();
        let cluster = &status["clusterStatus"];
        [
            &cluster["rollupStatus"],
            &cluster["nodes"][1]["rollupStatus"],
            &cluster["nodes"][2]["rollupStatus"],
        ]
        .map(|word| word.as_str().unwrap().to_owned())
    };
    let put = |status: Option<ProcessStatus>| fixture.service.set_process_status("node2", "gateway", status);
    assert!(put(Some(ProcessStatus::Degraded)));
    assert_eq!(rollups().await, ["Degraded", "Degraded", "Running"]);
    assert!(put(Some(ProcessStatus::Down)));
    assert_eq!(rollups().await, ["Error", "Error", "Running"]);
    assert!(put(Some(ProcessStatus::Busy)));
    assert_eq!(rollups().await, ["Running", "Running", "Running"]);
    assert!(put(Some(ProcessStatus::Other("Confused".to_owned()))));
    assert_eq!(rollups().await, ["Error", "Error", "Running"]);
    assert!(put(None));
    assert_eq!(rollups().await, ["Running", "Running", "Running"]);
    assert!(
        !fixture
            .service
            .set_process_status("node3", "pgsql", ProcessStatus::Down)
    );
    assert!(
        !fixture
            .service
            .set_process_status("node9", "gateway", ProcessStatus::Down)
    );
}

#[tokio::test]
async fn a_server_that_is_stopped_still_has_its_tsm() {
    let fixture = Fixture::new().await;
    fixture.start("disable").await;
    fixture.advance(60);
    let status = fixture.get("status").await.ok();
    for node in status["clusterStatus"]["nodes"].as_array().unwrap() {
        assert_eq!(node["rollupStatus"], "Stopped");
        for service in node["services"].as_array().unwrap() {
            let name = service["serviceName"].as_str().unwrap();
            let of_tsm = [
                "tabadmincontroller",
                "tabadminagent",
                "appzookeeper",
                "clientfileservice",
                "licenseservice",
            ];
            let expected = if of_tsm.contains(&name) {
                "Running"
            } else {
                "Stopped"
            };
            assert_eq!(service["rollupStatus"], expected, "{name}");
        }
    }
}

#[tokio::test]
async fn licenses_and_registration() {
    let fixture = Fixture::new().await;
    let links = fixture.get("licensing").await.ok();
    assert_eq!(links["links"]["items"].as_array().unwrap().len(), 2);
    let keys = fixture.get("licensing/productKeys").await.ok();
    let expirations: Vec<_> = keys["productKeys"]["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| {
            (
                key["serial"] == "trial",
                key["valid"] == true,
                key["expiration"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        (false, true, "permanent"),
        (false, true, "2036-12-31"),
        (true, false, "2020-01-14"),
    ];
    assert_eq!(expirations, expected);
    assert_eq!(fixture.service.registration(), None);
    let form = r#"{"eula":"yes","first_name":"Ada","zip":12345}"#;
    let registered = fixture.call("POST", "licensing/registration", form).await;
    assert_eq!((registered.status, registered.body.len()), (204, 0));
    let registration = fixture.service.registration().unwrap();
    assert_eq!(
        (registration.first_name.as_deref(), registration.zip.as_deref()),
        (Some("Ada"), Some("12345"))
    );
    assert_eq!(
        fixture.call("POST", "licensing/registration", "").await.status,
        400
    );
}

#[tokio::test]
async fn server_and_support_information() {
    let fixture = Fixture::new().await;
    assert!(fixture.get("serverInfo").await.ok()["serverInfo"].is_object());
    assert!(fixture.get("supportInfo").await.ok()["supportInfo"].is_object());
}
