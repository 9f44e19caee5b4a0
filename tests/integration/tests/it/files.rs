//! Workbooks published and downloaded: client and sandbox together, in process and over TCP, in both formats.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use support::InProcess;
use tableau_client::Filter;
use tableau_client::{Client, ErrorKind, Format, Id, JobOutcome, PersonalAccessToken, Project, Site, Source};
use tableau_sandbox::well_known::{PAT_NAME, PAT_SECRET};
use tableau_sandbox::{Sandbox, Service};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const TWB: &str = "<?xml version='1.0' encoding='utf-8'?>\n<workbook><datasources><datasource caption='Orders'>\
    <connection class='sqlserver' server='dwh.example.com' port='1433' dbname='Sales'/></datasource></datasources>\
    <worksheets><worksheet name='Map'/><worksheet name='Draft'/></worksheets></workbook>\n";

/// A package with a workbook and an extract of this many bytes.
pub(crate) fn twbx(extract: usize) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    zip.start_file("Sales.twb", stored).unwrap();
    zip.write_all(TWB.as_bytes()).unwrap();
    zip.start_file("Data/Extracts/orders.hyper", stored).unwrap();
    let content: Vec<u8> = (0..extract)
        .map(|number| u8::try_from(number % 251).unwrap())
        .collect();
    zip.write_all(&content).unwrap();
    zip.finish().unwrap().into_inner()
}

pub(crate) struct Fixture {
    pub(crate) site: Site,
    pub(crate) project: Id<Project>,
    pub(crate) folder: TempDir,
    pub(crate) service: Service,
    /// Listens until it is dropped.
    _sandbox: Option<Sandbox>,
}

impl Fixture {
    pub(crate) async fn over_tcp(format: Format) -> Self {
        let sandbox = Sandbox::start().unwrap();
        let client = Client::builder(sandbox.url()).format(format).build().unwrap();
        Self::of(client, sandbox.service(), Some(sandbox)).await
    }

    pub(crate) async fn in_process(format: Format) -> Self {
        let service = Sandbox::builder().build().unwrap();
        let client = Client::builder("https://sandbox.invalid").format(format);
        let client = client.transport(InProcess(service.clone())).build().unwrap();
        Self::of(client, service, None).await
    }

    async fn of(client: Client, service: Service, sandbox: Option<Sandbox>) -> Self {
        let site = client
            .sign_in(PersonalAccessToken::new(PAT_NAME, PAT_SECRET))
            .await
            .unwrap();
        let projects = site
            .projects()
            .list()
            .filter(Filter::eq("name", "default"))
            .await
            .unwrap();
        Self {
            project: projects.items.first().unwrap().id.clone(),
            site,
            folder: TempDir::new().unwrap(),
            service,
            _sandbox: sandbox,
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

pub(crate) async fn fixtures() -> Vec<Fixture> {
    vec![
        Fixture::in_process(Format::Xml).await,
        Fixture::in_process(Format::Json).await,
        Fixture::over_tcp(Format::Xml).await,
        Fixture::over_tcp(Format::Json).await,
    ]
}

#[tokio::test]
async fn a_published_workbook_comes_back_with_the_same_bytes() {
    let content = twbx(3_000_000);
    for fixture in fixtures().await {
        let workbooks = fixture.site.workbooks();
        let path = fixture.path("Sales 2026.twbx");
        fs::write(&path, &content).unwrap();
        for in_chunks in [false, true] {
            let publish = workbooks
                .publish(&path, &fixture.project)
                .hide_view("Draft")
                .overwrite();
            let workbook = match in_chunks {
                true => publish.in_chunks(1).await.unwrap(),
                false => publish.await.unwrap(),
            };
            assert_eq!(workbook.name, "Sales 2026");
            let views = workbooks.views(&workbook.id).await.unwrap();
            let names: Vec<_> = views.0.iter().map(|view| view.name.as_str()).collect();
            assert_eq!(names, ["Map"]);
            let connections = workbooks.connections(&workbook.id).await.unwrap();
            assert_eq!(
                connections.0.first().unwrap().server_address.as_deref(),
                Some("dwh.example.com")
            );

            let download = workbooks.download(&workbook.id).overwrite();
            let saved = download.to_folder(fixture.folder.path(), "copy").await.unwrap();
            assert_eq!(saved.path, fixture.path("copy.twbx"));
            assert!(
                fs::read(&saved.path).unwrap() == content,
                "in chunks: {in_chunks}"
            );
        }
        let found = workbooks
            .list()
            .filter(Filter::eq("name", "Sales 2026"))
            .await
            .unwrap();
        let id = &found.items.first().unwrap().id;
        workbooks.delete(id).await.unwrap();
        let gone = workbooks.download(id).await.map(drop).unwrap_err();
        assert_eq!(gone.kind(), ErrorKind::NotFound, "{gone}");
    }
}

#[tokio::test]
async fn a_document_is_a_workbook_too_and_a_second_one_is_refused() {
    for fixture in fixtures().await {
        let publish = || {
            let source = Source::bytes(TWB);
            fixture
                .site
                .workbooks()
                .publish(source, &fixture.project)
                .name("Plain")
        };
        let workbook = publish().await.unwrap();
        let refused = publish().await.unwrap_err();
        assert_eq!(refused.code(), Some("403130"), "{refused}");
        let saved = fixture
            .site
            .workbooks()
            .download(&workbook.id)
            .to_folder(fixture.folder.path(), "Plain");
        let saved = saved.await.unwrap();
        assert_eq!(saved.path, fixture.path("Plain.twb"));
        assert_eq!(fs::read_to_string(saved.path).unwrap(), TWB);
    }
}

#[tokio::test]
async fn a_job_publishes_in_the_background() {
    for fixture in fixtures().await {
        let publish = fixture
            .site
            .workbooks()
            .publish(Source::bytes(twbx(10)), &fixture.project);
        let job = publish.name("Later").as_job().await.unwrap();
        // Jobs take some seconds of the sandbox's clock, which is moved instead of waited for.
        fixture.service.clock().advance(Duration::from_secs(600));
        match fixture
            .site
            .jobs()
            .wait(job.id, Duration::from_secs(60))
            .await
            .unwrap()
        {
            JobOutcome::Succeeded(_) => {}
            other => panic!("{other:?}"),
        }
        let found = fixture
            .site
            .workbooks()
            .list()
            .filter(Filter::eq("name", "Later"));
        assert_eq!(found.await.unwrap().items.len(), 1);
    }
}

#[tokio::test]
async fn content_that_is_not_a_workbook_is_refused_by_the_server() {
    for fixture in fixtures().await {
        let publish = fixture
            .site
            .workbooks()
            .publish(Source::bytes("<html/>"), &fixture.project);
        let refused = publish.name("Page").await.unwrap_err();
        assert_eq!(
            (refused.kind(), refused.code()),
            (ErrorKind::BadRequest, Some("400011")),
            "{refused}"
        );
    }
}

/// A session that the server ends during an upload is renewed; over TCP the answer comes before the whole file was read.
#[tokio::test]
async fn a_session_that_ended_before_the_file_was_sent_is_renewed() {
    let content = twbx(3_000_000);
    let fixture = Fixture::over_tcp(Format::Xml).await;
    let path = fixture.path("Sales.twbx");
    fs::write(&path, &content).unwrap();
    assert_eq!(fixture.service.controls().expire_sessions(), 1);
    let workbook = fixture
        .site
        .workbooks()
        .publish(&path, &fixture.project)
        .await
        .unwrap();
    let saved = fixture
        .site
        .workbooks()
        .download(&workbook.id)
        .to_file(fixture.path("copy.twbx"));
    assert!(fs::read(saved.await.unwrap().path).unwrap() == content);
}
