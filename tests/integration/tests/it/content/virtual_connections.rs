use std::fs;

use tableau_client::wire::resource::ConnectionPatch;
use tableau_client::wire::rest::virtual_connections::VirtualConnectionPatch;
use tableau_client::{ErrorKind, Filter, Source};

use super::*;

const FIRST: &str = r#"{"policyCollection": {}, "revision": {"connections": [{"dbClass": "postgres", "server": "one.example.com", "port": "5432", "username": "reader"}]}}"#;
const SECOND: &str = r#"{"policyCollection": {}, "revision": {"connections": []}}"#;

#[tokio::test]
async fn a_virtual_connection_from_its_publishing_to_its_end() {
    for fixture in fixtures().await {
        let all = fixture.site.virtual_connections();
        let file = fixture.path("Warehouse 2.json");
        fs::write(&file, FIRST).unwrap();
        let published = all.publish(&file, &fixture.project).await.unwrap();
        let id = &published.id;
        assert_eq!(published.name, "Warehouse 2");
        assert_eq!(all.definition(id).await.unwrap(), FIRST);
        let connections = all.source_connections(id).await.unwrap();
        let connection = connections.items.first().unwrap();
        assert_eq!(connection.server.as_deref(), Some("one.example.com"));
        let elsewhere =
            ConnectionPatch::new().with(|patch| patch.server_address = Some("two.example.com".into()));
        all.update_source_connection(id, connection.connection_id.clone(), elsewhere)
            .await
            .unwrap();
        let connections = all.source_connections(id).await.unwrap();
        assert_eq!(
            connections.items.first().unwrap().server.as_deref(),
            Some("two.example.com")
        );

        let again = || {
            all.publish(Source::bytes(SECOND), &fixture.project)
                .name("Warehouse 2")
        };
        let refused = again().await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Conflict, "{refused}");
        again().overwrite().await.unwrap();
        assert_eq!(all.revisions(id).await.unwrap().items.len(), 2);
        let saved = all
            .definition(id)
            .revision(1)
            .to_folder(fixture.folder.path(), "first")
            .await
            .unwrap();
        assert_eq!(saved.path, fixture.path("first.json"));
        assert_eq!(fs::read_to_string(saved.path).unwrap(), FIRST);
        let exists = all
            .definition(id)
            .to_file(fixture.path("first.json"))
            .await
            .unwrap_err();
        assert!(exists.to_string().contains("exists already"), "{exists}");
        all.definition(id)
            .overwrite()
            .to_file(fixture.path("first.json"))
            .await
            .unwrap();
        assert_eq!(fs::read_to_string(fixture.path("first.json")).unwrap(), SECOND);

        let patch = VirtualConnectionPatch::default().with(|patch| patch.is_certified = Some(true));
        all.update(id, patch).await.unwrap();
        assert_eq!(all.get(id).await.unwrap().is_certified, Some(true));
        let listed = all
            .list()
            .filter(Filter::eq("name", "Warehouse 2"))
            .await
            .unwrap();
        assert_eq!(listed.items.len(), 1);
        fixture.tags(&all, id).await;
        fixture.permissions(&all, id).await;
        fixture.ends(&all, id).await;
    }
}

#[tokio::test]
async fn a_definition_that_is_no_json_is_refused() {
    for fixture in fixtures().await {
        let all = fixture.site.virtual_connections();
        for (source, says) in [
            (Source::bytes("<xml/>"), "has to be a JSON document"),
            (Source::bytes(b"{\xff}".to_vec()), "is not valid UTF-8"),
        ] {
            let refused = all.publish(source, &fixture.project).name("x").await.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Input);
            assert!(refused.to_string().contains(says), "{refused}");
        }
        let named = all
            .publish(Source::bytes(FIRST), &fixture.project)
            .await
            .unwrap_err();
        assert!(named.to_string().contains("has no name"), "{named}");
    }
}
