use std::fs;

use tableau_client::wire::resource::ConnectionPatch;
use tableau_client::wire::rest::datasources::DatasourcePatch;
use tableau_client::wire::rest::hyper_data::DataCondition;
use tableau_client::{ErrorKind, Filter, Format, Source, TableName};

use super::*;

#[tokio::test]
async fn a_data_source_from_its_publishing_to_its_end() {
    for fixture in fixtures().await {
        let all = fixture.site.datasources();
        let first = fixture.path("Orders.tds");
        fs::write(&first, TDS).unwrap();
        let publish = || all.publish(&first, &fixture.project).description("Daily");
        let published = publish().await.unwrap();
        let id = &published.id;
        assert_eq!(
            (published.name.as_str(), published.r#type.as_deref()),
            ("Orders", Some("sqlserver"))
        );
        let refused = publish().await.unwrap_err();
        assert_eq!(refused.code(), Some("403007"), "{refused}");
        let listed = all.list().filter(Filter::eq("name", "Orders")).await.unwrap();
        assert_eq!(listed.items.first().unwrap().id, *id);

        let patch = DatasourcePatch::default().with(|patch| patch.is_certified = Some(true));
        all.update(id, patch).await.unwrap();
        let shown = all.get(id).await.unwrap();
        assert_eq!(
            (shown.is_certified, shown.description.as_deref()),
            (Some(true), Some("Daily"))
        );

        let connections = all.connections(id).await.unwrap();
        let connection = &connections.first().unwrap().id;
        let elsewhere =
            ConnectionPatch::new().with(|patch| patch.server_address = Some("new.example.com".into()));
        all.update_connection(id, connection, elsewhere).await.unwrap();
        let connections = all.connections(id).await.unwrap();
        assert_eq!(
            connections.first().unwrap().server_address.as_deref(),
            Some("new.example.com")
        );
        fixture.tags(&all, id).await;
        fixture.permissions(&all, id).await;

        let second = zipped("Orders.tds", TDS);
        all.publish(Source::bytes(second.clone()), &fixture.project)
            .name("Orders")
            .overwrite()
            .in_chunks(1)
            .await
            .unwrap();
        let revisions = all.revisions(id).await.unwrap();
        let numbers: Vec<_> = revisions
            .items
            .iter()
            .map(|one| (one.revision_number, one.current))
            .collect();
        assert_eq!(numbers, [(1, Some(false)), (2, Some(true))]);
        let folder = fixture.folder.path();
        let saved = all
            .download_revision(id, 1)
            .to_folder(folder, "first")
            .await
            .unwrap();
        assert_eq!(
            (&saved.path, fs::read(&saved.path).unwrap()),
            (&fixture.path("first.tds"), TDS.into())
        );
        let saved = all
            .download(id)
            .without_extract()
            .to_folder(folder, "second")
            .await
            .unwrap();
        assert_eq!(saved.path, fixture.path("second.tdsx"));
        assert!(fs::read(saved.path).unwrap() == second);
        all.delete_revision(id, 1).await.unwrap();
        assert_eq!(
            all.revisions(id)
                .await
                .unwrap()
                .items
                .iter()
                .filter(|one| one.deleted != Some(true))
                .count(),
            1
        );

        fixture.ends(&all, id).await;
    }
}

#[tokio::test]
async fn extracts_are_created_refreshed_and_deleted() {
    for fixture in fixtures().await {
        let all = fixture.site.datasources();
        let published = all
            .publish(Source::bytes(TDS), &fixture.project)
            .name("Live")
            .await
            .unwrap();
        let id = &published.id;
        let has_extracts = async || all.get(id).await.unwrap().has_extracts;
        assert_eq!(has_extracts().await, Some(false));
        all.create_extracts(id).await.unwrap();
        fixture.let_jobs_end();
        assert_eq!(has_extracts().await, Some(true));
        let job = all.refresh(id).incremental().await.unwrap();
        fixture.let_jobs_end();
        succeeded(&fixture.site.jobs().wait(job.id, HOUR).await.unwrap());
        all.delete_extracts(id).await.unwrap();
        fixture.let_jobs_end();
        assert_eq!(has_extracts().await, Some(false));
    }
}

#[tokio::test]
async fn a_data_source_is_published_by_a_job_and_appended_to() {
    for fixture in fixtures().await {
        let all = fixture.site.datasources();
        let publish = |rows: &str| {
            all.publish(Source::bytes(format!("Hyper{rows}")), &fixture.project)
                .name("Rows")
        };
        let job = publish("1").as_job().await.unwrap();
        fixture.let_jobs_end();
        succeeded(&fixture.site.jobs().wait(job.id, HOUR).await.unwrap());
        let appended = publish("2").append().await.unwrap();
        assert_eq!(
            (appended.name.as_str(), appended.has_extracts),
            ("Rows", Some(true))
        );
        let saved = all
            .download(&appended.id)
            .to_folder(fixture.folder.path(), "rows")
            .await
            .unwrap();
        assert_eq!(saved.path, fixture.path("rows.hyper"));
    }
}

#[tokio::test]
async fn rows_change_by_actions_that_are_done_once() {
    for fixture in fixtures().await {
        let all = fixture.site.datasources();
        let rows = || Source::bytes("Hyper and rows");
        let id = all
            .publish(rows(), &fixture.project)
            .name("Rows")
            .await
            .unwrap()
            .id;
        let table = TableName::extract;
        let key = || DataCondition::columns("id", "eq", "id");
        let change = || {
            all.update_rows(&id)
                .from_file(rows())
                .replace("orders", table())
                .insert(("Sales", "orders"), table())
                .update("orders", table(), key())
                .upsert("orders", table(), key())
                .delete(
                    table(),
                    DataCondition::all([
                        DataCondition::value("year", "lt", Some(2020.into())),
                        DataCondition::any([DataCondition::value("region", "eq", Some("East".into()))]),
                    ]),
                )
        };
        let first = change().request_id("load-1").await.unwrap();
        let again = change().request_id("load-1").await.unwrap();
        assert_eq!(
            first.id, again.id,
            "the server does nothing twice for one identifier"
        );
        let connection = all.connections(&id).await.unwrap().first().unwrap().id.clone();
        let other = change().connection(connection).await.unwrap();
        assert_ne!(
            first.id, other.id,
            "without an identifier, each has one of its own"
        );
        fixture.let_jobs_end();
        succeeded(&fixture.site.jobs().wait(first.id, HOUR).await.unwrap());

        let gone = DataCondition::value("id", "eq", Some(1.into()));
        let job = all.update_rows(&id).delete(table(), gone).await.unwrap();
        fixture.let_jobs_end();
        succeeded(&fixture.site.jobs().wait(job.id, HOUR).await.unwrap());
    }
}

#[tokio::test]
async fn a_change_of_rows_that_cannot_be_is_refused_before_anything_is_sent() {
    let fixture = Fixture::in_process(Format::Xml).await;
    let all = fixture.site.datasources();
    let without = all.update_rows("d").await.unwrap_err();
    let other = all
        .update_rows("d")
        .from_file(Source::bytes("PAR1"))
        .insert("a", "b")
        .await
        .unwrap_err();
    for (error, says) in [
        (without, "without an action"),
        (other, "have to be in a .hyper file"),
    ] {
        assert_eq!(error.kind(), ErrorKind::Input);
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[tokio::test]
async fn a_file_of_another_kind_is_no_data_source() {
    let fixture = Fixture::in_process(Format::Json).await;
    let publish = fixture
        .site
        .datasources()
        .publish(Source::bytes("{}"), &fixture.project);
    let refused = publish.name("x").await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Input);
    assert!(
        refused.to_string().contains("the file is no data source"),
        "{refused}"
    );
}
