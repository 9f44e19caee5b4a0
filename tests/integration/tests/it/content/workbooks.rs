use std::fs;

use tableau_client::wire::rest::workbooks::{Powerpoint, WorkbookPatch};
use tableau_client::{Filter, Source};

use super::*;

#[tokio::test]
async fn a_workbook_from_its_publishing_to_its_end() {
    for fixture in fixtures().await {
        let all = fixture.site.workbooks();
        let publish = || {
            all.publish(Source::bytes(twbx(100)), &fixture.project)
                .name("Sales")
        };
        let id = &publish().show_tabs(true).description("Weekly").await.unwrap().id;
        publish().overwrite().await.unwrap();
        let revisions = all.revisions(id).await.unwrap();
        assert_eq!(revisions.items.len(), 2);
        let saved = all
            .download_revision(id, 1)
            .without_extract()
            .to_folder(fixture.folder.path(), "first");
        assert_eq!(saved.await.unwrap().path, fixture.path("first.twbx"));
        all.delete_revision(id, 1).await.unwrap();

        let patch = WorkbookPatch::default().with(|patch| patch.description = Some("Daily".into()));
        all.update(id, patch).await.unwrap();
        let shown = all.get(id).await.unwrap();
        assert_eq!(
            (shown.description.as_deref(), shown.show_tabs),
            (Some("Daily"), Some(true))
        );
        fixture.tags(&all, id).await;
        fixture.permissions(&all, id).await;
        let preview = all
            .preview_image(id)
            .to_file(fixture.path("preview.png"))
            .await
            .unwrap();
        assert!(fs::read(preview.path).unwrap().starts_with(b"\x89PNG"));
        let pdf = all.pdf(id).to_file(fixture.path("all.pdf")).await.unwrap();
        assert!(fs::read(pdf.path).unwrap().starts_with(b"%PDF"));
        let slides = fixture.site.download(Powerpoint::new(id.clone()));
        assert!(slides.to_file(fixture.path("all.pptx")).await.unwrap().bytes > 0);

        let job = all.refresh(id).await.unwrap();
        fixture.let_jobs_end();
        succeeded(&fixture.site.jobs().wait(job.id, HOUR).await.unwrap());
        fixture.ends(&all, id).await;
    }
}

#[tokio::test]
async fn views_show_what_was_asked_for_and_go_with_their_workbook() {
    for fixture in fixtures().await {
        let workbooks = fixture.site.workbooks();
        let workbook = workbooks
            .publish(Source::bytes(twbx(10)), &fixture.project)
            .name("Sales")
            .await
            .unwrap();
        let all = fixture.site.views();
        let of_workbook = workbooks.views(&workbook.id).await.unwrap();
        let id = &of_workbook.first().unwrap().id;
        let listed = all.list().filter(Filter::eq("name", "Map")).all();
        let listed: Vec<_> = futures_util::TryStreamExt::try_collect(listed).await.unwrap();
        assert!(listed.iter().any(|view| view.id == *id));
        fixture.tags(&all, id).await;
        fixture.permissions(&all, id).await;
        for (file, begins, saved) in [
            (
                "view.png",
                &b"\x89PNG"[..],
                all.image(id)
                    .filter("Region", "East")
                    .to_file(fixture.path("view.png"))
                    .await,
            ),
            (
                "view.pdf",
                b"%PDF",
                all.pdf(id).to_file(fixture.path("view.pdf")).await,
            ),
            (
                "view.xlsx",
                b"PK",
                all.excel(id).to_file(fixture.path("view.xlsx")).await,
            ),
        ] {
            let saved = saved.unwrap();
            assert!(fs::read(saved.path).unwrap().starts_with(begins), "{file}");
        }
        assert!(
            all.data(id)
                .to_file(fixture.path("view.csv"))
                .await
                .unwrap()
                .bytes
                > 0
        );
        workbooks.delete(&workbook.id).await.unwrap();
        let gone = all.get(id).await.unwrap_err();
        assert_eq!(gone.kind(), ErrorKind::NotFound, "{gone}");
    }
}
