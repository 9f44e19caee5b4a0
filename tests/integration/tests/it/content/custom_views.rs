use std::fs;

use tableau_client::wire::rest::custom_views::{CustomViewPatch, ListDefaultUsers, SetDefaultUsers};
use tableau_client::wire::rest::users::ListedUser;
use tableau_client::{ErrorKind, Filter, Source};

use super::*;

#[tokio::test]
async fn a_custom_view_from_its_publishing_to_its_end() {
    for fixture in fixtures().await {
        let all = fixture.site.custom_views();
        let seeded = all.list().await.unwrap().items.into_iter().next().unwrap();
        let workbook = seeded.workbook.unwrap().into_inner().id;
        let file = fixture.path("mine.json");
        all.download_file(&seeded.id).to_file(&file).await.unwrap();
        let published = all.publish(&file, &workbook).shared().await.unwrap();
        let id = &published.id;
        assert_eq!((published.name.as_str(), published.shared), ("mine", Some(true)));
        let saved = all
            .download_file(id)
            .to_folder(fixture.folder.path(), "copy")
            .await
            .unwrap();
        assert_eq!(saved.path, fixture.path("copy.json"));
        assert_eq!(fs::read(saved.path).unwrap(), fs::read(&file).unwrap());
        let of_workbook = Filter::eq("workbookId", workbook.as_str());
        let listed = all.list().filter(of_workbook).await.unwrap();
        assert!(listed.items.iter().any(|one| one.id == *id));

        let patch = CustomViewPatch::default().with(|patch| patch.name = Some("Ours".into()));
        all.update(id, patch).await.unwrap();
        assert_eq!(all.get(id).await.unwrap().name, "Ours");
        let user = fixture.other_user().await;
        let users = [ListedUser { id: user.clone() }].into_iter().collect();
        fixture
            .site
            .call(SetDefaultUsers::new(id.clone(), users))
            .await
            .unwrap();
        let users = fixture
            .site
            .call(ListDefaultUsers::new(id.clone()))
            .await
            .unwrap();
        assert_eq!(users.items.first().unwrap().id, user);

        let image = all
            .image(id)
            .filter("Region", "East")
            .to_file(fixture.path("image.png"))
            .await
            .unwrap();
        assert!(fs::read(image.path).unwrap().starts_with(b"\x89PNG"));
        let pdf = all.pdf(id).to_file(fixture.path("view.pdf")).await.unwrap();
        assert!(fs::read(pdf.path).unwrap().starts_with(b"%PDF"));
        assert!(
            all.data(id)
                .to_file(fixture.path("data.csv"))
                .await
                .unwrap()
                .bytes
                > 0
        );
        fixture.ends(&all, id).await;
    }
}

#[tokio::test]
async fn a_custom_view_of_another_kind_of_file_is_refused() {
    for fixture in fixtures().await {
        let all = fixture.site.custom_views();
        let refused = all.publish(Source::bytes(TDS), "w").name("x").await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Input);
        assert!(
            refused.to_string().contains("the file is no custom view"),
            "{refused}"
        );
    }
}
