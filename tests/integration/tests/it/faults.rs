//! Files and lists while server and network fail as told: what can recover does, and nothing is done twice.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{StreamExt as _, TryStreamExt as _};
use tableau_client::{ErrorKind, Format, Source, Workbook};
use tableau_sandbox::{Effect, Fault, PageFault};

use crate::content::{FLOW, TDS, zipped};
use crate::files::{Fixture, twbx};

impl Fixture {
    fn inject(&self, fault: Fault) {
        self.service.controls().inject(fault);
    }

    /// How many requests of this call there were.
    fn count(&self, call: &str) -> usize {
        let log = self.service.log().entries();
        log.iter()
            .filter(|entry| entry.operation.as_deref() == Some(call))
            .count()
    }

    /// Publishes a workbook, in chunks or not.
    async fn publish(&self, content: &[u8], in_chunks: bool) -> Result<Workbook, tableau_client::Error> {
        let source = Source::bytes(content.to_vec());
        let publish = self.site.workbooks().publish(source, &self.project);
        let publish = publish.name("Sales").overwrite();
        match in_chunks {
            true => publish.in_chunks(1).await,
            false => publish.await,
        }
    }

    /// A file with this content, and the path of a journal beside it.
    fn file_and_journal(&self, content: &[u8]) -> (PathBuf, PathBuf) {
        let (path, journal) = (
            self.folder.path().join("Sales.twbx"),
            self.folder.path().join("journal"),
        );
        fs::write(&path, content).unwrap();
        (path, journal)
    }

    /// The workbook is there once, with this content.
    async fn holds(&self, workbook: &Workbook, content: &[u8]) {
        let download = self.site.workbooks().download(&workbook.id).overwrite();
        let saved = download.to_folder(self.folder.path(), "copy").await.unwrap();
        assert!(fs::read(saved.path).unwrap() == content);
        let all: Vec<_> = self.site.workbooks().list().all().try_collect().await.unwrap();
        assert_eq!(all.iter().filter(|one| one.name == "Sales").count(), 1);
    }
}

#[tokio::test]
async fn a_publish_whose_answer_is_lost_is_looked_up_and_not_repeated() {
    let content = twbx(1_000_000);
    for in_chunks in [false, true] {
        let fixture = Fixture::in_process(Format::Xml).await;
        fixture.inject(Fault::of(Effect::CommitThenReset).on("workbooks.publish"));
        let workbook = fixture.publish(&content, in_chunks).await.unwrap();
        assert_eq!(fixture.count("workbooks.publish"), 1, "in chunks: {in_chunks}");
        fixture.holds(&workbook, &content).await;
    }
}

/// No filter can have such names: every item is looked at.
#[tokio::test]
async fn a_publish_of_any_name_is_looked_up() {
    let content = twbx(10_000);
    let fixture = Fixture::in_process(Format::Xml).await;
    for name in ["Q1, Q2 and Q3", "R&D", "Übersicht: [neu]"] {
        fixture.inject(Fault::of(Effect::CommitThenReset).on("workbooks.publish"));
        let source = Source::bytes(content.clone());
        let publish = fixture.site.workbooks().publish(source, &fixture.project);
        let workbook = publish.name(name).await.unwrap();
        assert_eq!(workbook.name, name);
    }
    assert_eq!(fixture.count("workbooks.publish"), 3);
}

/// Neither the file that is published nor any other is taken for a journal.
#[tokio::test]
async fn a_journal_replaces_no_other_file() {
    let content = twbx(10_000);
    let fixture = Fixture::in_process(Format::Xml).await;
    let (path, journal) = fixture.file_and_journal(&content);
    let publish = |journal: &PathBuf| {
        let publish = fixture.site.workbooks().publish(&path, &fixture.project);
        publish.overwrite().resumable(journal)
    };
    fs::write(&journal, "my notes").unwrap();
    for other in [&path, &journal] {
        let before = fs::read(other).unwrap();
        let error = publish(other).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input, "{error}");
        assert_eq!(fs::read(other).unwrap(), before);
    }
    // A damaged one is one.
    fs::write(&journal, "{\"subj").unwrap();
    publish(&journal).await.unwrap();
    assert!(!journal.exists());
}

#[tokio::test]
async fn a_publish_that_did_not_arrive_is_repeated_once() {
    let content = twbx(1_000_000);
    for in_chunks in [false, true] {
        let fixture = Fixture::in_process(Format::Xml).await;
        fixture.inject(Fault::of(Effect::ResetBefore { bytes: 100 }).on("workbooks.publish"));
        let workbook = fixture.publish(&content, in_chunks).await.unwrap();
        assert_eq!(fixture.count("workbooks.publish"), 2, "in chunks: {in_chunks}");
        fixture.holds(&workbook, &content).await;

        let fault = Fault::of(Effect::ResetBefore { bytes: 0 }).on("workbooks.publish");
        fixture.inject(fault.always());
        let failed = fixture.publish(&content, in_chunks).await.unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::OutcomeUnknown, "{failed}");
        assert!(failed.hint().unwrap().contains("`name:eq:Sales`"), "{failed:?}");
        assert!(fixture.count("workbooks.publish") <= 4);
    }
}

/// The server refused it, or something on the way did after it was done: it is looked up before it is sent again.
#[tokio::test(start_paused = true)]
async fn a_publish_that_is_wanted_later_is_looked_up_and_sent_again() {
    let content = &twbx(1_000_000);
    let faults = [
        Fault::new(503, "503000"),
        Fault::new(429, "429000").retry_after(Duration::from_secs(1)),
        Fault::gateway(502),
    ];
    let cases = faults.iter().flat_map(|fault| [(fault, false), (fault, true)]);
    let check = |(fault, in_chunks): (&Fault, bool)| {
        let fault = fault.clone().on("workbooks.publish");
        async move {
            let fixture = Fixture::in_process(Format::Json).await;
            fixture.inject(fault);
            let workbook = fixture.publish(content, in_chunks).await.unwrap();
            assert_eq!(fixture.count("workbooks.publish"), 2, "in chunks: {in_chunks}");
            fixture.holds(&workbook, content).await;
        }
    };
    join_all(cases.map(check)).await;
    let fixture = Fixture::in_process(Format::Xml).await;
    let later = Fault::new(503, "503000").retry_after(Duration::from_secs(60));
    fixture.inject(later.on("workbooks.publish").always());
    let error = fixture.publish(content, false).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Server, 1),
        "{error:?}"
    );
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60)));
    assert_eq!(fixture.count("workbooks.publish"), 1);
}

/// The other kinds are looked up like workbooks.
#[tokio::test]
async fn whatever_is_published_is_published_once_although_its_answer_is_lost() {
    let fixture = Fixture::in_process(Format::Xml).await;
    let (site, project) = (&fixture.site, &fixture.project);
    for call in ["datasources", "flows", "custom_views", "virtual_connections"] {
        let call = format!("{call}.publish");
        fixture.inject(Fault::of(Effect::CommitThenReset).on(&call));
    }
    let datasource = site
        .datasources()
        .publish(Source::bytes(TDS), project)
        .name("Once");
    let datasource = datasource.await.unwrap();
    let flow = site.flows().publish(Source::bytes(zipped("flow", FLOW)), project);
    let flow = flow.name("Once").overwrite().await.unwrap();
    let definition = r#"{"policyCollection": {}, "revision": {"connections": []}}"#;
    let connection = site
        .virtual_connections()
        .publish(Source::bytes(definition), project);
    let connection = connection.name("Once").await.unwrap();
    let seeded = site.custom_views().list().await.unwrap().items.remove(0);
    let content = fixture.path("seeded.json");
    site.custom_views()
        .download_file(&seeded.id)
        .to_file(&content)
        .await
        .unwrap();
    let workbook = seeded.workbook.unwrap().into_inner().id;
    let custom_view = site
        .custom_views()
        .publish(&content, &workbook)
        .name("Once")
        .await
        .unwrap();
    for name in [datasource.name, flow.name, connection.name, custom_view.name] {
        assert_eq!(name, "Once");
    }
    for call in ["datasources", "flows", "custom_views", "virtual_connections"] {
        assert_eq!(fixture.count(&format!("{call}.publish")), 1, "{call}");
    }
}

/// A job has no name by which it could be found.
#[tokio::test]
async fn a_job_whose_answer_is_lost_is_not_repeated() {
    let fixture = Fixture::in_process(Format::Xml).await;
    fixture.inject(Fault::of(Effect::CommitThenReset).on("workbooks.publish"));
    let source = Source::bytes(twbx(10));
    let publish = fixture.site.workbooks().publish(source, &fixture.project);
    let failed = publish.name("Sales").as_job().await.unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::OutcomeUnknown);
    assert!(
        failed
            .hint()
            .unwrap()
            .starts_with("List the jobs, and the workbooks"),
        "{failed:?}"
    );
    assert_eq!(fixture.count("workbooks.publish"), 1);
}

#[tokio::test]
async fn a_chunk_that_fails_is_recovered_from() {
    let content = twbx(3_500_000);
    let append = "file_uploads.appendToFileUpload";
    for (effect, appends, uploads) in [
        (Effect::ResetBefore { bytes: 500_000 }, 5, 1),
        (Effect::CommitThenReset, 7, 2),
        (Effect::LoseUpload, 6, 2),
        (Effect::EndSession, 5, 1),
        (Effect::CloseAfterAnswer, 4, 1),
    ] {
        let fixture = Fixture::in_process(Format::Json).await;
        let count = effect.clone();
        fixture.inject(Fault::of(effect).on(append).nth(2));
        let workbook = fixture.publish(&content, true).await.unwrap();
        assert_eq!(fixture.count(append), appends, "{count:?}");
        assert_eq!(
            fixture.count("file_uploads.initiateFileUpload"),
            uploads,
            "{count:?}"
        );
        assert_eq!(fixture.count("workbooks.publish"), 1, "{count:?}");
        fixture.holds(&workbook, &content).await;
    }
}

/// Whether an upload outlives the session that began it is not known.
#[tokio::test]
async fn an_upload_that_ends_with_its_session_begins_anew() {
    let content = twbx(2_500_000);
    for call in ["file_uploads.appendToFileUpload", "workbooks.publish"] {
        let fixture = Fixture::in_process(Format::Xml).await;
        fixture.service.controls().upload_session_survives_signin(false);
        fixture.inject(Fault::of(Effect::EndSession).on(call));
        let workbook = fixture.publish(&content, true).await.unwrap();
        fixture.holds(&workbook, &content).await;
    }
}

#[tokio::test]
async fn a_journal_lets_an_upload_go_on() {
    let content = twbx(3_500_000);
    let fixture = Fixture::in_process(Format::Xml).await;
    let (path, journal) = fixture.file_and_journal(&content);
    let publish = || {
        let publish = fixture.site.workbooks().publish(&path, &fixture.project);
        publish.in_chunks(1).resumable(&journal)
    };
    fixture.inject(
        Fault::new(500, "500000")
            .on("file_uploads.appendToFileUpload")
            .nth(3),
    );
    assert_eq!(publish().await.unwrap_err().kind(), ErrorKind::Server);
    // Of a process that was killed while it wrote the journal.
    let unfinished = journal.with_extension("new");
    fs::write(&unfinished, "{").unwrap();
    let workbook = publish().await.unwrap();
    assert!(!unfinished.exists());
    // Two that were there, one that failed, and the two that were left.
    assert_eq!(fixture.count("file_uploads.appendToFileUpload"), 5);
    assert_eq!(fixture.count("file_uploads.initiateFileUpload"), 1);
    assert!(!journal.exists(), "it is published");
    fixture.holds(&workbook, &content).await;
}

#[tokio::test]
async fn a_journal_of_another_file_is_begun_anew() {
    let fixture = Fixture::in_process(Format::Xml).await;
    let (path, journal) = fixture.file_and_journal(&twbx(3_500_000));
    let publish = || {
        let publish = fixture.site.workbooks().publish(&path, &fixture.project);
        publish.in_chunks(1).resumable(&journal)
    };
    fixture.inject(
        Fault::new(500, "500000")
            .on("file_uploads.appendToFileUpload")
            .nth(3),
    );
    publish().await.unwrap_err();
    // As long as the other, and not the same.
    let mut content = twbx(3_500_000);
    content.iter_mut().skip(1000).take(10).for_each(|byte| *byte ^= 1);
    fs::write(&path, &content).unwrap();
    publish().await.unwrap();
    assert_eq!(fixture.count("file_uploads.initiateFileUpload"), 2);
    // And one that is damaged.
    fs::write(&journal, b"{\"subject\"").unwrap();
    fixture.publish(&content, true).await.unwrap();
}

/// The answer was lost together with the process: the journal says that the request was begun.
#[tokio::test]
async fn a_journal_keeps_a_publish_from_being_done_twice() {
    let content = twbx(2_500_000);
    let fixture = Fixture::in_process(Format::Xml).await;
    let (path, journal) = fixture.file_and_journal(&content);
    let publish = || {
        let publish = fixture.site.workbooks().publish(&path, &fixture.project);
        publish.in_chunks(1).resumable(&journal).overwrite()
    };
    fixture.inject(Fault::of(Effect::CommitThenReset).on("workbooks.publish"));
    fixture.inject(Fault::new(403, "403004").on("workbooks.list").nth(2));
    assert_eq!(publish().await.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    assert!(journal.exists());
    let workbook = publish().await.unwrap();
    assert_eq!(fixture.count("workbooks.publish"), 1);
    fixture.holds(&workbook, &content).await;
}

/// The server was at the request of a process that was killed until the next process had looked for what became of it.
#[tokio::test]
async fn a_journal_explains_why_a_second_request_is_refused() {
    let content = twbx(2_500_000);
    let fixture = Fixture::in_process(Format::Xml).await;
    let (path, journal) = fixture.file_and_journal(&content);
    let publish = || {
        let publish = fixture.site.workbooks().publish(&path, &fixture.project);
        publish.in_chunks(1).resumable(&journal)
    };
    fixture.inject(Fault::of(Effect::CommitThenReset).on("workbooks.publish"));
    fixture.inject(Fault::new(403, "403004").on("workbooks.list"));
    assert_eq!(publish().await.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    let unseen = Fault::of(Effect::Page(PageFault::Empty)).on("workbooks.list");
    fixture.inject(unseen.times(2));
    let workbook = publish().await.unwrap();
    assert_eq!(fixture.count("workbooks.publish"), 2, "the second was refused");
    fixture.holds(&workbook, &content).await;
}

#[tokio::test]
async fn downloads_recover_from_what_breaks() {
    let content = twbx(1_000_000);
    let fixture = Fixture::in_process(Format::Xml).await;
    let workbook = fixture.publish(&content, false).await.unwrap();
    for effect in [
        Effect::ResetBefore { bytes: 0 },
        Effect::ResetAfter { bytes: 700_000 },
        Effect::CloseAfter { bytes: 700_000 },
        Effect::Truncate { bytes: 700_000 },
        Effect::EndSession,
    ] {
        fixture.inject(Fault::of(effect).on("workbooks.download"));
        fixture.holds(&workbook, &content).await;
    }
}

/// Number, size and total that are not what was asked for, items that are missing, or come twice.
#[tokio::test]
async fn a_list_with_a_wrong_page_is_an_error() {
    let wrong = [
        PageFault::Empty,
        PageFault::Short(3),
        PageFault::Shift(-2),
        PageFault::Duplicate,
        PageFault::WithoutIds,
        PageFault::Number(1),
        PageFault::Size(3),
        PageFault::Total(u64::MAX),
        PageFault::TotalOffBy(-3),
    ];
    for format in [Format::Xml, Format::Json] {
        let fixture = Fixture::in_process(format).await;
        let list = || fixture.site.workbooks().list().page_size(4).all();
        let whole: Vec<_> = list().try_collect().await.unwrap();
        for fault in &wrong {
            let before = fixture.count("workbooks.list");
            fixture.inject(
                Fault::of(Effect::Page(fault.clone()))
                    .on("workbooks.list")
                    .page(2),
            );
            let failed = list().try_collect::<Vec<_>>().await.unwrap_err();
            assert_eq!(
                failed.kind(),
                ErrorKind::PaginationInconsistent,
                "{fault:?}: {failed}"
            );
            assert!(failed.to_string().starts_with("workbooks.list at "), "{failed}");
            let asked = fixture.count("workbooks.list") - before;
            assert!(asked <= whole.len().div_ceil(4) + 4, "{fault:?}: {asked}");
            fixture.inject(
                Fault::of(Effect::Page(fault.clone()))
                    .on("workbooks.list")
                    .page(2),
            );
            let mut all = list().allow_incomplete();
            let items: Vec<_> = all.by_ref().try_collect().await.unwrap();
            assert!(items.len() <= whole.len(), "{fault:?}");
            assert!(all.incomplete().is_some(), "{fault:?}");
            fixture.service.controls().clear_faults();
        }
    }
}
