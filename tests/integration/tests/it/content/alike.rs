//! What kinds have alike: favorites, data quality warnings, tags of many items, search.

use tableau_client::wire::resource::{CapabilityMode, CapabilityName};
use tableau_client::wire::rest::data_quality_warnings::{
    HasQualityWarnings, NewDataQualityWarning, WarningType,
};
use tableau_client::wire::rest::favorites::CanBeFavorite;
use tableau_client::wire::rest::{Flow, VirtualConnection};
use tableau_client::wire::{Listed, Resource};
use tableau_client::{Datasource, Format, Grantee, PermissionRule, Project, View, Workbook};

use super::*;

impl Fixture {
    /// The first item of a collection.
    async fn first<R: Listed + Resource<One = R>>(&self) -> Id<R> {
        let page = self.site.collection::<R>().list().page_size(1).await.unwrap();
        page.items.first().unwrap().id().clone()
    }

    async fn favorite<R: CanBeFavorite + Listed + Resource<One = R>>(&self) {
        let favorites = self.site.favorites();
        let labels = async || {
            let page = favorites.list().page_size(1000).await.unwrap();
            page.items
                .into_iter()
                .filter_map(|one| one.label)
                .collect::<Vec<_>>()
        };
        let id = self.first::<R>().await;
        // Of those that are there already.
        favorites.delete::<R>(&id).await.ok();
        let before = labels().await.len();
        favorites.add::<R>(&id, R::NOUN).await.unwrap();
        assert!(labels().await.contains(&R::NOUN.to_owned()), "{}", R::NOUN);
        favorites.delete::<R>(&id).await.unwrap();
        assert_eq!(labels().await.len(), before, "{}", R::NOUN);
    }

    async fn warning<R: HasQualityWarnings + Listed + Resource<One = R>>(&self) {
        let id = self.first::<R>().await;
        let warnings = self.site.collection::<R>().quality_warnings(&id);
        let stale = NewDataQualityWarning::new().with(|warning| {
            warning.r#type = Some(WarningType::Stale);
            warning.message = Some("Last loaded on Monday".to_owned());
        });
        let added = warnings.add(stale).await.unwrap();
        assert_eq!(added.r#type, Some(WarningType::Stale));
        let by_id = self.site.quality_warnings();
        let patch = NewDataQualityWarning::new().with(|warning| warning.is_severe = Some(true));
        by_id.update(&added.id, patch).await.unwrap();
        let shown = by_id.get(&added.id).await.unwrap();
        assert_eq!(
            (shown.is_severe, shown.message.as_deref()),
            (Some(true), Some("Last loaded on Monday"))
        );
        let count = async || warnings.list().await.unwrap().len();
        assert_eq!(count().await, 1, "{}", R::NOUN);
        by_id.delete(&added.id).await.unwrap();
        assert_eq!(
            by_id.get(&added.id).await.unwrap_err().kind(),
            ErrorKind::NotFound
        );
        warnings
            .add(NewDataQualityWarning::new().with(|warning| warning.r#type = Some(WarningType::Deprecated)))
            .await
            .unwrap();
        warnings.delete_all().await.unwrap();
        assert_eq!(count().await, 0, "{}", R::NOUN);
    }
}

#[tokio::test]
async fn items_of_every_kind_become_favorites_and_cease_to_be() {
    for fixture in fixtures().await {
        fixture.favorite::<Workbook>().await;
        fixture.favorite::<View>().await;
        fixture.favorite::<Datasource>().await;
        fixture.favorite::<Flow>().await;
        fixture.favorite::<Project>().await;
    }
}

#[tokio::test]
async fn items_of_every_kind_have_quality_warnings() {
    for fixture in fixtures().await {
        fixture.warning::<Workbook>().await;
        fixture.warning::<View>().await;
        fixture.warning::<Datasource>().await;
        fixture.warning::<Flow>().await;
        fixture.warning::<VirtualConnection>().await;
    }
}

#[tokio::test]
async fn a_label_of_several_words_is_one_tag() {
    for fixture in fixtures().await {
        let workbook = fixture.first::<Workbook>().await;
        let tags = fixture.site.workbooks().tags(&workbook);
        let all = tags.add(["a b", "c, d", "e", "\"f g\""]).await.unwrap();
        for label in ["a b", "c, d", "e", "f g"] {
            assert!(all.iter().any(|tag| tag.label == label), "{label}: {all:?}");
            tags.delete(label).await.unwrap();
        }
    }
}

#[tokio::test]
async fn items_of_several_kinds_are_tagged_at_once() {
    for fixture in fixtures().await {
        let (workbook, view) = (fixture.first::<Workbook>().await, fixture.first::<View>().await);
        let (datasource, flow) = (fixture.first::<Datasource>().await, fixture.first::<Flow>().await);
        let items = || {
            [
                (&workbook).into(),
                (&view).into(),
                (&datasource).into(),
                (&flow).into(),
            ]
        };
        let tagged = fixture.site.tags().add(["batch"], items()).await.unwrap();
        assert_eq!(tagged.contents.len(), 4);
        let has = async || {
            let shown = fixture.site.workbooks().get(&workbook).await.unwrap();
            shown
                .tags
                .unwrap_or_default()
                .iter()
                .any(|tag| tag.label == "batch")
        };
        assert!(has().await);
        fixture.site.tags().delete(["batch"], items()).await.unwrap();
        assert!(!has().await);
    }
}

#[tokio::test]
async fn a_search_gives_as_many_results_as_were_asked_for() {
    for fixture in fixtures().await {
        let all = fixture
            .site
            .search("")
            .types(["workbook"])
            .first(1_000_000)
            .await
            .unwrap();
        assert_eq!(all.len(), 40);
        assert_eq!(
            fixture
                .site
                .search("")
                .types(["workbook"])
                .first(7)
                .await
                .unwrap()
                .len(),
            7
        );
        assert!(fixture.site.search("").first(0).await.unwrap().is_empty());
        let found = fixture
            .site
            .search("superstore")
            .order_by("hitsTotal:desc")
            .first(100)
            .await
            .unwrap();
        let titles: Vec<_> = found
            .iter()
            .filter_map(|one| one.content.title.as_deref())
            .collect();
        assert!(titles.contains(&"Superstore"), "{titles:?}");
        let kinds: Vec<_> = found
            .iter()
            .filter_map(|one| one.content.r#type.as_deref())
            .collect();
        let both = fixture
            .site
            .search("superstore")
            .types(["workbook"])
            .filter(Filter::eq("ownerId", "0"));
        assert!(both.first(100).await.unwrap().is_empty(), "both filters hold");
        // A value with a separator in it would be another condition.
        let wrong = Filter::eq("type", "workbook,ownerId:eq:1");
        let error = fixture.site.search("").filter(wrong).first(1).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input, "{error:?}");
        assert!(
            kinds.contains(&"datasource") && kinds.contains(&"workbook"),
            "{kinds:?}"
        );
    }
}

/// Pages of a search are fetched as long as there are more.
#[tokio::test]
async fn a_search_goes_on_from_page_to_page() {
    let fixture = Fixture::in_process(Format::Json).await;
    let before = fixture.service.log().entries().len();
    let few = fixture.site.search("").first(25).await.unwrap();
    let log = fixture.service.log().entries();
    assert_eq!((few.len(), log.len() - before), (25, 1));
}

#[tokio::test]
async fn rules_that_are_refused_cost_none_that_were_there() {
    let fixture = Fixture::in_process(Format::Xml).await;
    let id = fixture.first::<Workbook>().await;
    let permissions = fixture.site.workbooks().permissions(&id);
    let rules = async || PermissionRule::all_of(&permissions.get().await.unwrap());
    let before = rules().await;
    assert!(!before.is_empty());
    let nobody = Grantee::group("00000000-0000-4000-8000-000000000000");
    let elsewhere = PermissionRule::allow(before[0].grantee.clone(), CapabilityName::ProjectLeader);
    for wrong in [PermissionRule::allow(nobody, CapabilityName::Read), elsewhere] {
        permissions.set_exactly([wrong]).await.unwrap_err();
        assert_eq!(rules().await, before);
    }
    // The opposite of a rule replaces it, beside one that is new and others that go.
    let PermissionRule {
        grantee,
        capability,
        mode,
        ..
    } = before[0].clone();
    let opposite = match mode {
        CapabilityMode::Allow => PermissionRule::deny(grantee.clone(), capability.clone()),
        _ => PermissionRule::allow(grantee.clone(), capability.clone()),
    };
    let new = [CapabilityName::ChangeHierarchy, CapabilityName::Delete];
    let new = new
        .into_iter()
        .find(|name| !before.iter().any(|rule| rule.capability == *name));
    let wanted = [opposite, PermissionRule::deny(grantee, new.unwrap())];
    let change = permissions.set_exactly(wanted.clone()).await.unwrap();
    assert_eq!((change.added.len(), change.removed.len()), (2, before.len()));
    let after = rules().await;
    assert!(
        after.len() == 2 && wanted.iter().all(|rule| after.contains(rule)),
        "{after:?}"
    );
}
