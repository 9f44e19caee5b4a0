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

#[test]
fn no_line_of_a_list_is_skipped() {
    let lines = |text: &str| text.lines().filter(|line| !line.starts_with('#')).count();
    let people = include_str!("people.txt");
    assert_eq!(rows::all::<3>(people).count(), lines(people));
    let projects = include_str!("projects.txt");
    assert_eq!(rows::all::<4>(projects).count(), lines(projects));
    let workbooks = include_str!("workbooks.txt");
    assert_eq!(rows::all::<6>(workbooks).count(), lines(workbooks));
    let datasources = include_str!("datasources.txt");
    assert_eq!(rows::all::<9>(datasources).count(), lines(datasources));
}

#[test]
fn every_reference_has_its_record() {
    let store = seeded(60);
    let state = store.read();
    for site in state.sites.iter() {
        let (user, project) = (
            |id| state.users.get(id).unwrap(),
            |id| state.projects.get(id).unwrap(),
        );
        for workbook in state.workbooks.of_site(site.id) {
            assert_eq!(user(workbook.owner).site, site.id, "{}", workbook.name);
            assert_eq!(project(workbook.project).site, site.id, "{}", workbook.name);
            assert!((1..=6).contains(&workbook.views.len()));
            assert!(
                workbook
                    .views
                    .iter()
                    .all(|view| state.views.get(*view).unwrap().workbook == workbook.id)
            );
            assert!(workbook.created_at <= workbook.updated_at);
        }
        for datasource in state.datasources.of_site(site.id) {
            assert_eq!(user(datasource.owner).site, site.id, "{}", datasource.name);
            assert_eq!(project(datasource.project).site, site.id, "{}", datasource.name);
        }
        for of in state.projects.of_site(site.id) {
            assert_eq!(user(of.owner).site, site.id, "{}", of.name);
            assert!(
                of.parent.is_none_or(|parent| project(parent).site == site.id),
                "{}",
                of.name
            );
        }
        assert!(
            state
                .users
                .of_site(site.id)
                .all(|user| state.account(user).is_some())
        );
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
            .map(|user| user.site_role.as_str().to_owned())
            .collect();
        assert_eq!(roles.len(), 8, "{}: {roles:?}", site.name);
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
    let unique = |of: fn(&crate::store::record::Workbook) -> &String| {
        many.workbooks.of_site(site).map(of).collect::<HashSet<_>>().len()
    };
    assert_eq!(unique(|workbook| &workbook.name), 1000);
    assert_eq!(unique(|workbook| &workbook.content_url), 1000);
    assert!(
        many.workbooks
            .of_site(site)
            .is_sorted_by_key(|workbook| workbook.created_at)
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
