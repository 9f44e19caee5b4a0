use jiff::Timestamp;
use tableau_wire::Document;
use tableau_wire::rest::{Project, View, Workbook};
use uuid::Uuid;

use super::rights::{may, rules};
use super::row::{References, begin, put};
use super::{Kept, Rights};
use crate::auth::Caller;
use crate::refusal::Refusal;
use crate::store::row::{Row, Stored};
use crate::store::rules::{Grantee, Rule, Rules, all_users, default_rules};
use crate::store::{State, Store};

fn seeded() -> Store {
    let store = Store::in_memory();
    store
        .write(|transaction| crate::seed::fill(transaction, 40, Timestamp::UNIX_EPOCH))
        .unwrap();
    store
}

fn default_site(state: &State) -> Uuid {
    state.site_by_content_url("").unwrap().id
}

fn caller(state: &State, name: &str) -> Caller {
    let site = state.site_by_content_url("").unwrap();
    let user = state.users.of_site(site.id).find(|user| user.shown.name == name);
    Caller {
        session: Uuid::nil(),
        site: site.clone(),
        user: user.unwrap().clone(),
        scopes: None,
    }
}

fn named<R: Stored + Document>(state: &State, name: impl Fn(&R) -> bool) -> &Row<R> {
    let mut rows = R::table(state).of_site(default_site(state));
    rows.find(|row| name(&row.shown)).unwrap()
}

fn workbook<'s>(state: &'s State, name: &str) -> &'s Row<Workbook> {
    named(state, |workbook: &Workbook| workbook.name == name)
}

fn project<'s>(state: &'s State, name: &str) -> &'s Row<Project> {
    named(state, |project: &Project| project.name == name)
}

fn rule(grantee: Grantee, capability: &str, allow: bool) -> Rule {
    Rule {
        grantee,
        capability: capability.to_owned(),
        allow,
    }
}

fn give(store: &Store, id: Uuid, rules: Vec<Rule>) {
    let site = default_site(&store.read());
    store
        .write(|transaction| transaction.put(Rules { id, site, rules }))
        .unwrap();
}

fn sees<R: Kept>(state: &State, row: &Row<R>, name: &str) -> bool {
    Rights::Capability("Read").allow(row, state, &caller(state, name))
}

#[test]
fn a_group_counts_for_its_users_and_a_rule_for_the_user_precedes_it() {
    let store = seeded();
    let (id, sales, anita) = {
        let state = store.read();
        let sales = named(&state, |group: &tableau_wire::rest::Group| group.name == "Sales").id;
        (
            workbook(&state, "Superstore").id,
            sales,
            caller(&state, "anita.silva").user.id,
        )
    };
    let everyone = all_users(default_site(&store.read()));
    let mut given = vec![
        rule(everyone, "Read", true),
        rule(Grantee::Group(sales), "Read", false),
    ];
    give(&store, id, given.clone());
    let state = store.read();
    let of = |name| sees(&state, workbook(&state, "Superstore"), name);
    assert!(!of("anita.silva") && of("ben.okafor") && of("admin"));
    drop(state);
    given.push(rule(Grantee::User(anita), "Read", true));
    give(&store, id, given);
    let state = store.read();
    assert!(sees(&state, workbook(&state, "Superstore"), "anita.silva"));
}

#[test]
fn a_locked_project_decides_about_all_content_inside() {
    let store = seeded();
    let finance = project(&store.read(), "Finance").id;
    give(&store, default_rules(finance, "workbooks"), Vec::new());
    let state = store.read();
    let of = |name| sees(&state, workbook(&state, name), "ben.okafor");
    assert!(!of("Monthly Close") && !of("Payroll Summary") && of("Superstore"));
    // The owner, and the owner of the project.
    assert!(sees(&state, workbook(&state, "Head Count"), "ines.castro"));
    assert!(sees(&state, workbook(&state, "Head Count"), "hugo.martin"));
    // Data sources have default permissions of their own.
    let ledger = named(&state, |datasource: &tableau_wire::rest::Datasource| {
        datasource.name == "General Ledger"
    });
    assert!(sees(&state, ledger, "ben.okafor"));
}

#[test]
fn new_content_takes_over_the_default_permissions_of_its_project() {
    let store = seeded();
    let (site, samples) = {
        let state = store.read();
        (default_site(&state), project(&state, "Samples").id)
    };
    let given = vec![rule(all_users(site), "ExportData", true)];
    give(&store, default_rules(samples, "workbooks"), given.clone());
    let id = store
        .write(|transaction| -> Result<Uuid, Refusal> {
            let references = References {
                project: Some(samples),
                ..References::default()
            };
            let mut shown = Workbook::default();
            "New".clone_into(&mut shown.name);
            let row = begin(transaction, site, None, references, shown, Timestamp::UNIX_EPOCH)?;
            let id = row.id;
            put(transaction, row)?;
            Ok(id)
        })
        .unwrap();
    // The project is not locked: what it gives later is for later content.
    give(&store, default_rules(samples, "workbooks"), Vec::new());
    let state = store.read();
    let item = Workbook::item(state.workbooks.get(id).unwrap(), &state).unwrap();
    assert_eq!(rules(&state, &item), given);
    let ben = caller(&state, "ben.okafor");
    assert!(may(&state, &ben, &item, "ExportData") && !may(&state, &ben, &item, "Read"));
}

#[test]
fn a_view_has_permissions_of_its_own_where_the_workbook_shows_no_tabs() {
    let store = seeded();
    let (workbook, view) = {
        let state = store.read();
        let without_tabs = |view: &&Row<View>| {
            let workbook = state.workbooks.get(view.parent.unwrap()).unwrap();
            workbook.shown.show_tabs == Some(false) && workbook.shown.name == "Regional Sales Performance"
        };
        let view = state.views.iter().find(without_tabs).unwrap();
        (view.parent.unwrap(), view.id)
    };
    give(&store, view, Vec::new());
    let sees = || {
        let state = store.read();
        sees(&state, state.views.get(view).unwrap(), "ben.okafor")
    };
    assert!(!sees());
    store
        .write(|transaction| {
            let mut row = transaction.workbooks.get(workbook).unwrap().clone();
            row.shown.show_tabs = Some(true);
            transaction.put(row)
        })
        .unwrap();
    assert!(sees(), "with tabs the rules of the workbook apply");
}

#[test]
fn what_is_inside_goes_with_a_row() {
    let store = seeded();
    let finance = project(&store.read(), "Finance").id;
    let counts = || {
        let state = store.read();
        let site = default_site(&state);
        let views = state.views.of_site(site);
        let orphans = views.filter(|view| state.workbooks.get(view.parent.unwrap()).is_none());
        (
            state.projects.of_site(site).len(),
            state.workbooks.of_site(site).len(),
            orphans.count(),
        )
    };
    assert_eq!(counts(), (12, 40, 0));
    give(&store, finance, Vec::new());
    let inside = |state: &State| {
        let projects = [
            project(state, "Finance").id,
            project(state, "Payroll").id,
            project(state, "Budget").id,
        ];
        projects
            .iter()
            .map(|id| state.workbooks.count_within(*id))
            .sum::<usize>()
    };
    let inside = inside(&store.read());
    let refused: Result<(), _> = store.write(|transaction| {
        transaction.remove_whole::<Row<Project>>(finance);
        Err(Refusal::signin())
    });
    assert!(refused.is_err());
    assert_eq!(counts(), (12, 40, 0), "a refused deletion is undone");
    store
        .write(|transaction| {
            transaction.remove_whole::<Row<Project>>(finance);
            Ok(())
        })
        .unwrap();
    assert!(inside > 0);
    assert_eq!(counts(), (9, 40 - inside, 0));
    assert!(store.read().rules.get(finance).is_none());
}
