use super::*;

#[tokio::test]
async fn a_data_source_of_every_kind_is_published_and_downloaded_as_it_was() {
    let site = Site::new().await;
    let tdsx = zipped("Orders.tds", TDS);
    let files: [(&str, &[u8], &str, bool); 4] = [
        ("Orders.tds", TDS.as_bytes(), "sqlserver", false),
        ("Orders.tdsx", &tdsx, "sqlserver", false),
        ("Orders.hyper", b"Hyper and rows", "hyper", true),
        ("Orders.parquet", b"PAR1 and rows PAR1", "hyper", true),
    ];
    for (file, bytes, kind, has_extracts) in files {
        let datasource = site.datasource(file, (file, bytes)).await;
        let path = format!("datasources/{datasource}");
        let shown = site.get(&path).await.ok()["datasource"].clone();
        assert_eq!(
            (&shown["type"], &shown["hasExtracts"]),
            (&json!(kind), &json!(has_extracts)),
            "{file}"
        );
        assert_eq!(site.first(&format!("{path}/connections")).await["type"], kind);
        assert_eq!(site.get(&format!("{path}/content")).await.body, bytes);
        site.delete(&path).await;
        for path in [
            path.clone(),
            format!("{path}/content"),
            format!("{path}/revisions"),
        ] {
            assert_eq!(site.get(&path).await.code(), "404004");
        }
    }
}

#[tokio::test]
async fn the_connections_of_a_data_source_are_those_of_its_file() {
    let site = Site::new().await;
    let datasource = site.datasource("Test", ("Orders.tds", TDS.as_bytes())).await;
    let connections = site
        .get(&format!("datasources/{datasource}/connections"))
        .await
        .ok();
    let connections = items(&connections);
    assert_eq!(connections.len(), 1);
    assert_eq!(
        (&connections[0]["serverAddress"], &connections[0]["userName"]),
        (&json!("dwh.example.com"), &json!("reader"))
    );
    let found = "datasources?filter=serverName:eq:dwh.example.com,name:eq:Test";
    assert_eq!(site.id(found).await, datasource);
}

#[tokio::test]
async fn other_files_are_refused_and_leave_no_data_source() {
    let site = Site::new().await;
    let before = site.get("datasources").await.ok();
    let empty = zipped("Orders.txt", "");
    let refused: [(&str, &[u8], &str); 8] = [
        ("Orders.tds", b"<workbook/>", "400011"),
        ("Orders.tds", b"<datasource/>", "400011"),
        ("Orders.tdsx", TDS.as_bytes(), "400011"),
        ("Orders.tdsx", &empty, "400011"),
        ("Orders.hyper", b"PAR1", "400011"),
        ("Orders.parquet", b"", "400011"),
        ("Orders.twb", b"<workbook/>", "400010"),
        ("Orders", TDS.as_bytes(), "400010"),
    ];
    for (file, bytes, code) in refused {
        let answer = site.publish_datasource("Test", "", (file, bytes)).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (400, code.to_owned()),
            "{file}"
        );
    }
    assert_eq!(site.get("datasources").await.ok(), before);
}

#[tokio::test]
async fn each_publish_adds_a_revision_with_its_file() {
    let site = Site::new().await;
    let tdsx = zipped("Orders.tds", TDS);
    let datasource = site.datasource("Test", ("Orders.tds", TDS.as_bytes())).await;
    let again = site.publish_datasource("Test", "", ("Orders.tdsx", &tdsx)).await;
    assert_eq!((again.status.as_u16(), again.code()), (403, "403007".to_owned()));
    let again = site
        .publish_datasource("Test", "?overwrite=true", ("Orders.tdsx", &tdsx))
        .await;
    assert_eq!(id(&again.json()["datasource"]), datasource);
    let path = format!("datasources/{datasource}");
    assert_eq!(site.get(&format!("{path}/content")).await.body, tdsx);
    let first = format!("{path}/revisions/1");
    assert_eq!(site.get(&format!("{first}/content")).await.body, TDS.as_bytes());
    site.delete(&first).await;
    assert_eq!(site.get(&format!("{first}/content")).await.code(), "404024");
}

#[tokio::test]
async fn rows_are_appended_only_to_an_extract_that_there_is() {
    let site = Site::new().await;
    let hyper = ("Orders.hyper", &b"Hyper"[..]);
    let append = "?append=true";
    assert_eq!(
        site.publish_datasource("Test", append, hyper).await.code(),
        "404004"
    );
    site.datasource("Live", ("Orders.tds", TDS.as_bytes())).await;
    assert_eq!(
        site.publish_datasource("Live", append, hyper).await.code(),
        "400011"
    );
    let datasource = site.datasource("Test", hyper).await;
    let appended = site.publish_datasource("Test", append, hyper).await;
    assert_eq!(id(&appended.json()["datasource"]), datasource);
    let both = site
        .publish_datasource("Test", "?append=true&overwrite=true", hyper)
        .await;
    assert_eq!(both.code(), "400055");
}

#[tokio::test]
async fn a_data_source_that_a_job_publishes_exists_when_the_job_has_succeeded() {
    let site = Site::new().await;
    let queued = site
        .publish_datasource("Test", "?asJob=true", ("Orders.hyper", b"Hyper"))
        .await;
    assert_eq!(
        queued.json()["job"]["type"],
        "PublishDatasource",
        "{}",
        queued.text()
    );
    let list = "datasources?filter=name:eq:Test";
    assert_eq!(items(&site.get(list).await.ok()).len(), 0);
    site.finish_jobs();
    let datasource = site.id(list).await;
    assert_eq!(
        site.get(&format!("datasources/{datasource}/content")).await.body,
        &b"Hyper"[..]
    );
}

#[tokio::test]
async fn the_file_of_a_seeded_data_source_can_be_published_again() {
    let site = Site::new().await;
    let seeded = site.first("datasources").await;
    let file = site
        .get(&format!("datasources/{}/content", id(&seeded)))
        .await
        .body;
    let copy = site.datasource("Copy", ("copy.tds", &file)).await;
    let kind = site.member(&format!("datasources/{copy}"), "type").await;
    assert_eq!(kind, seeded["type"]);
}
