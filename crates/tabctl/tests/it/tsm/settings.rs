//! What there is: nodes, licenses, settings.

use std::fs;

use serde_json::Value;

use super::fixture::Fixture;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn services_and_nodes() {
    let fixture = Fixture::signed_in();
    let ended = fixture.run(&["status", "-v"]);
    assert_eq!(
        (ended.code, ended.err.as_str()),
        (0, ""),
        "no exchanges are shown"
    );
    assert!(
        ended.out.contains("node1\tgateway\tRunning\tActive\n"),
        "{ended:?}"
    );
    let status = json(&fixture.run(&["status", "--json"]).out);
    assert_eq!(status["clusterStatus"]["rollupStatus"], "Running");
    let ended = fixture.run(&["nodes"]);
    assert!(
        ended.out.starts_with("node1\tnode1.sandbox.example\t8\t"),
        "{ended:?}"
    );
    let nodes = json(&fixture.run(&["nodes", "--json"]).out);
    assert_eq!(nodes[2]["nodeId"], "node3");
    // Exchanges are shown by the others.
    let ended = fixture.run(&["nodes", "-v"]);
    assert!(ended.err.starts_with("GET  /api/1.0/nodes → 200"), "{ended:?}");
}

#[test]
fn product_keys_are_shown_on_request() {
    let fixture = Fixture::signed_in();
    let ended = fixture.run(&["licenses"]);
    assert!(
        ended.out.starts_with("…0001\ttrue\ttrue\tpermanent\t"),
        "{ended:?}"
    );
    let whole = json(&fixture.run(&["licenses", "--json", "--show-keys"]).out);
    let key = whole[0]["serial"].as_str().unwrap();
    assert!(!fixture.run(&["licenses", "--json"]).out.contains(key));
    assert!(fixture.run(&["licenses", "--show-keys"]).out.starts_with(key));
}

#[test]
fn settings_go_out_and_in() {
    let fixture = Fixture::signed_in();
    let ended = fixture.run(&["configuration", "get", "gateway.public.port"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, "80\n"));
    let ended = fixture.run(&["configuration", "get", "gateway.public.port", "--json"]);
    assert_eq!(json(&ended.out)["configKeys"]["gateway.public.port"], "80");
    assert_eq!(fixture.run(&["configuration", "get", "no.such.key"]).code, 3);

    let ended = fixture.run(&["export", "settings.json"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, ""), "{ended:?}");
    let file = fixture.file("settings.json");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let ended = fixture.run(&["export", "settings.json"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("--force"), "{ended:?}");
    assert_eq!(fixture.run(&["export", "settings.json", "--force"]).code, 0);
    #[cfg(unix)]
    {
        // A device stays one, and a link leads to what it led to.
        let ended = fixture.run(&["export", "/dev/null", "--force"]);
        assert!(ended.code == 2 && ended.err.contains("is no file"), "{ended:?}");
        let link = fixture.file("link.json");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        fs::write(&file, "").unwrap();
        assert_eq!(fixture.run(&["export", "link.json", "--force"]).code, 0);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_ne!(fs::read_to_string(&file).unwrap(), "");
    }
    let mut settings = json(&fs::read_to_string(&file).unwrap());
    assert_eq!(json(&fixture.run(&["export", "-"]).out), settings);

    settings["configKeys"]["gateway.public.port"] = "8080".into();
    fs::write(&file, settings.to_string()).unwrap();
    let ended = fixture.run(&["import", "settings.json", "--topology-only"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(!fixture.tsm().pending_changes().contains("gateway.public.port"));
    let ended = fixture.run(&["import", "settings.json", "--config-only"]);
    assert!(ended.err.contains("pending until they are applied"), "{ended:?}");
    assert!(fixture.tsm().pending_changes().contains("gateway.public.port"));
    assert_eq!(
        fixture.run(&["configuration", "get", "gateway.public.port"]).out,
        "8080\n"
    );

    fs::write(&file, "no JSON, but hunter2").unwrap();
    fs::write(fixture.file("none.json"), "{\"nonsense\": 1}").unwrap();
    let ended = fixture.run(&["import", "none.json"]);
    assert!(ended.code == 2 && ended.err.contains("configKeys"), "{ended:?}");
    let ended = fixture.run(&["import", "settings.json"]);
    assert_eq!(ended.code, 2);
    assert!(!ended.err.contains("hunter2"), "{ended:?}");
    assert_eq!(fixture.run(&["import", "missing.json"]).code, 2);
}
