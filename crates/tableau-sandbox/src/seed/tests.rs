use std::collections::HashSet;

use uuid::Uuid;

use super::*;
use crate::store::{State, Store};

fn seeded(workbooks: u32) -> Store {
    let store = Store::in_memory();
    store
        .write(|transaction| fill(transaction, workbooks, Timestamp::UNIX_EPOCH))
        .unwrap();
    store
}

fn default_site(state: &State) -> Uuid {
    state.site_by_content_url("").unwrap().id
}

/// Names, so that a document that is added or lost is noticed.
#[test]
fn every_document_has_become_a_row() {
    let store = seeded(40);
    let state = store.read();
    let on_default = state.workbooks.of_site(default_site(&state)).len();
    assert_eq!(
        [
            state.sites.iter().count(),
            state.users.iter().count(),
            state.projects.iter().count(),
            state.datasources.iter().count(),
            on_default,
            state.workbooks.iter().count(),
            state.views.iter().count(),
        ],
        [3, 29, 21, 24, 40, 64, 151]
    );
    assert_eq!(state.accounts.iter().count(), 27);
}

#[test]
fn every_reference_has_its_record() {
    let store = seeded(60);
    let state = store.read();
    for site in state.sites.iter() {
        let (user, project) = (
            |id: Option<Uuid>| state.users.get(id.unwrap()).unwrap(),
            |id: Option<Uuid>| state.projects.get(id.unwrap()).unwrap(),
        );
        for workbook in state.workbooks.of_site(site.id) {
            let name = &workbook.shown.name;
            assert_eq!(user(workbook.owner).site, site.id, "{name}");
            assert_eq!(project(workbook.project).site, site.id, "{name}");
            assert!((1..=6).contains(&state.views.count_within(workbook.id)), "{name}");
            assert!(workbook.shown.created_at <= workbook.shown.updated_at, "{name}");
        }
        for datasource in state.datasources.of_site(site.id) {
            let name = &datasource.shown.name;
            assert_eq!(user(datasource.owner).site, site.id, "{name}");
            assert_eq!(project(datasource.project).site, site.id, "{name}");
        }
        for of in state.projects.of_site(site.id) {
            let name = &of.shown.name;
            assert_eq!(user(of.owner).site, site.id, "{name}");
            assert!(
                of.parent.is_none_or(|_| project(of.parent).site == site.id),
                "{name}"
            );
        }
        assert!(
            state
                .users
                .of_site(site.id)
                .all(|user| state.account(user).is_some())
        );
        for group in state.groups.of_site(site.id) {
            for membership in state.memberships.within(group.id) {
                assert_eq!(user(Some(membership.user)).site, site.id, "{}", group.shown.name);
            }
        }
    }
}

#[test]
fn every_role_is_on_every_site() {
    let store = seeded(0);
    let state = store.read();
    for site in state.sites.iter() {
        let roles: HashSet<_> = state
            .users
            .of_site(site.id)
            .map(|user| user.role().as_str().to_owned())
            .collect();
        assert_eq!(roles.len(), 8, "{}: {roles:?}", site.shown.name);
        assert!(!roles.iter().any(|role| role.contains(' ')));
    }
}

#[test]
fn the_number_of_workbooks_is_the_one_asked_for_and_the_first_are_the_same() {
    let (few, many) = (seeded(7), seeded(1000));
    let (few, many) = (few.read(), many.read());
    let site = default_site(&many);
    assert_eq!(few.workbooks.of_site(site).len(), 7);
    assert_eq!(many.workbooks.of_site(site).len(), 1000);
    for (left, right) in few.workbooks.of_site(site).zip(many.workbooks.of_site(site)) {
        assert_eq!(
            serde_json::to_string(left).unwrap(),
            serde_json::to_string(right).unwrap()
        );
    }
    let unique = |of: fn(&Workbook) -> &str| {
        let workbooks = many.workbooks.of_site(site).map(|workbook| of(&workbook.shown));
        workbooks.collect::<HashSet<_>>().len()
    };
    assert_eq!(unique(|workbook| &workbook.name), 1000);
    assert_eq!(unique(|workbook| workbook.content_url.as_deref().unwrap()), 1000);
    assert!(
        many.workbooks
            .of_site(site)
            .is_sorted_by_key(|workbook| workbook.shown.created_at.clone())
    );
}

#[test]
fn identifiers_never_change() {
    let store = seeded(1);
    let state = store.read();
    // Written down once: examples and recordings may have them.
    assert_eq!(
        default_site(&state).to_string(),
        "f6f74fde-9c91-414c-9196-8d70e91a49c1"
    );
}

#[test]
fn a_site_can_be_seeded_with_100_000_workbooks() {
    let store = seeded(100_000);
    assert_eq!(
        store.read().workbooks.of_site(default_site(&store.read())).len(),
        100_000
    );
}
