use tableau_wire::rest::{Site, Workbook};
use uuid::Uuid;

use super::row::{Row, SiteRow};
use super::*;

fn site(name: &str) -> SiteRow {
    let mut shown = Site::default();
    name.clone_into(&mut shown.name);
    Row::new(luid::<SiteRow>(&[name]), Uuid::nil(), shown)
}

/// The site with another name.
fn renamed(name: &str, to: &str) -> SiteRow {
    let mut site = site(name);
    to.clone_into(&mut site.shown.name);
    site
}

fn names(store: &Store) -> Vec<String> {
    store
        .read()
        .sites
        .of_site(Uuid::nil())
        .map(|site| site.shown.name.clone())
        .collect()
}

#[test]
fn a_refused_change_is_undone() {
    let store = Store::in_memory();
    store
        .write(|change| ["a", "b", "c"].iter().try_for_each(|name| change.put(site(name))))
        .unwrap();
    let refused = store.write(|change| {
        assert!(change.remove::<SiteRow>(site("b").id));
        change.put(renamed("a", "changed"))?;
        change.put(site("d"))?;
        assert!(!change.remove::<SiteRow>(site("unknown").id));
        Err::<(), _>(Refusal::signin())
    });
    assert_eq!(refused, Err(Refusal::signin()));
    assert_eq!(names(&store), ["a", "b", "c"]);
}

fn workbook(id: u128, project: u128, name: &str) -> Row<Workbook> {
    let mut shown = Workbook::default();
    name.clone_into(&mut shown.name);
    shown.content_url = Some(name.replace(' ', ""));
    Row {
        project: Some(Uuid::from_u128(project)),
        ..Row::new(Uuid::from_u128(id), Uuid::from_u128(100), shown)
    }
}

#[test]
fn rows_are_found_by_their_names_as_they_are_now() {
    let store = Store::in_memory();
    let found = |outer: u128, name: &str| -> Vec<u128> {
        let state = store.read();
        let rows = state.workbooks.named(Uuid::from_u128(outer), name);
        rows.map(|row| row.id.as_u128()).collect()
    };
    let write = |row| store.write(|change| change.put(row)).unwrap();
    for (id, project) in [(1, 10), (2, 20), (3, 10)] {
        write(workbook(id, project, "My Sales"));
    }
    assert_eq!(found(10, "My Sales"), [1, 3]);
    assert_eq!(found(20, "My Sales"), [2]);
    assert_eq!(found(100, "MySales"), [1, 2, 3]);
    // Renamed and moved.
    write(workbook(1, 20, "Orders"));
    assert_eq!(found(10, "My Sales"), [3]);
    assert_eq!(found(20, "Orders"), [1]);
    assert_eq!(found(100, "MySales"), [2, 3]);
    store
        .write(|change| Ok(change.remove::<Row<Workbook>>(Uuid::from_u128(3))))
        .unwrap();
    assert!(found(10, "My Sales").is_empty());
    let refused = store.write(|change| {
        change.put(workbook(2, 30, "Other"))?;
        Err::<(), _>(Refusal::signin())
    });
    assert!(refused.is_err());
    assert_eq!(found(20, "My Sales"), [2]);
    assert!(found(30, "Other").is_empty() && found(100, "Other").is_empty());
}

#[test]
fn an_update_keeps_its_place() {
    let store = Store::in_memory();
    store
        .write(|change| ["a", "b"].iter().try_for_each(|name| change.put(site(name))))
        .unwrap();
    store.write(|change| change.put(renamed("a", "z"))).unwrap();
    assert_eq!(names(&store), ["z", "b"]);
}

#[test]
fn a_change_that_panics_is_undone() {
    let store = Store::in_memory();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.write(|change| -> Result<(), Refusal> {
            change.put(site("a"))?;
            panic!("in the middle of it")
        })
    }));
    assert!(panicked.is_err());
    assert!(names(&store).is_empty());
    store.write(|change| change.put(site("b"))).unwrap();
    assert_eq!(names(&store), ["b"]);
}

#[test]
fn a_failed_database_write_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let (store, new) = Store::open(directory.path()).unwrap();
    assert!(new);
    store.write(|change| change.put(site("a"))).unwrap();
    store.database.as_ref().unwrap().lock().unwrap().break_down();
    let refusal = store
        .write(|change| {
            change.remove::<SiteRow>(site("a").id);
            change.put(site("b"))
        })
        .unwrap_err();
    assert_eq!((refusal.status, refusal.error.code.as_str()), (500, "500000"));
    assert_eq!(names(&store), ["a"]);
    drop(store);
    let (store, new) = Store::open(directory.path()).unwrap();
    assert!(!new);
    assert_eq!(names(&store), ["a"]);
}

#[test]
fn a_database_gives_back_records_in_their_order() {
    let directory = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(directory.path()).unwrap();
    store
        .write(|change| {
            ["c", "a", "b", "d"]
                .iter()
                .try_for_each(|name| change.put(site(name)))
        })
        .unwrap();
    store.write(|change| change.put(renamed("c", "C"))).unwrap();
    store
        .write(|change| {
            change.remove::<SiteRow>(site("a").id);
            Ok(())
        })
        .unwrap();
    let before = names(&store);
    drop(store);
    let (store, _) = Store::open(directory.path()).unwrap();
    assert_eq!(names(&store), before);
    assert_eq!(before, ["C", "b", "d"]);
}

#[test]
fn a_session_from_before_scopes_has_all_rights() {
    let session = record::Session {
        id: Uuid::from_u128(1),
        token: "token".into(),
        site: Uuid::nil(),
        user: Uuid::nil(),
        last_used_at: jiff::Timestamp::UNIX_EPOCH,
        credential: Uuid::nil(),
        generation: 1,
        scopes: Some(vec!["tableau:content:read".to_owned()]),
    };
    let mut json = serde_json::to_value(session).unwrap();
    json.as_object_mut().unwrap().remove("scopes").unwrap();
    let mut state = State::default();
    state.load("session", "", &json.to_string()).unwrap();
    assert_eq!(state.sessions.get(Uuid::from_u128(1)).unwrap().scopes, None);
}

/// Rows as version 0.1 wrote them: kind, key and record.
const OF_0_1: &[(&str, &str, &str)] = &[
    (
        "site",
        "f6f74fde-9c91-414c-9196-8d70e91a49c1",
        r#"{"id":"f6f74fde-9c91-414c-9196-8d70e91a49c1","name":"Default","content_url":"","product":"Server"}"#,
    ),
    (
        "account",
        "00000000-0000-0000-0000-000000000005",
        r#"{"id":"00000000-0000-0000-0000-000000000005","name":"anita","full_name":"Anita Silva","email":"anita@example.com","domain":"local","password":"secret"}"#,
    ),
    (
        "user",
        "00000000-0000-0000-0000-000000000003",
        r#"{"id":"00000000-0000-0000-0000-000000000003","site":"f6f74fde-9c91-414c-9196-8d70e91a49c1","account":"00000000-0000-0000-0000-000000000005","site_role":"Creator","auth_setting":"ServerDefault","last_login":"2025-01-01T00:00:00Z"}"#,
    ),
    (
        "project",
        "00000000-0000-0000-0000-000000000002",
        r#"{"id":"00000000-0000-0000-0000-000000000002","site":"f6f74fde-9c91-414c-9196-8d70e91a49c1","name":"Sales","description":"","parent":null,"owner":"00000000-0000-0000-0000-000000000003","content_permissions":"LockedToProject","created_at":"2025-01-01T00:00:00Z","updated_at":"2025-01-01T00:00:00Z"}"#,
    ),
    (
        "view",
        "00000000-0000-0000-0000-000000000006",
        r#"{"id":"00000000-0000-0000-0000-000000000006","site":"f6f74fde-9c91-414c-9196-8d70e91a49c1","workbook":"00000000-0000-0000-0000-000000000001","name":"Map","view_url_name":"Map","sheet_type":"view","sheet_number":1,"total_view_count":4,"favorites_total":5,"tags":["b"],"created_at":"2025-01-01T00:00:00Z","updated_at":"2025-01-02T00:00:00Z"}"#,
    ),
    (
        "datasource",
        "00000000-0000-0000-0000-000000000007",
        r#"{"id":"00000000-0000-0000-0000-000000000007","site":"f6f74fde-9c91-414c-9196-8d70e91a49c1","number":1,"name":"Orders","content_url":"Orders","description":"","project":"00000000-0000-0000-0000-000000000002","owner":"00000000-0000-0000-0000-000000000003","connection":"oracle","server_name":"erp.example.com","database_name":"ORDERS","size":3,"has_extracts":false,"is_certified":false,"certification_note":"","favorites_total":0,"connected_workbooks_count":1,"tags":[],"created_at":"2025-01-01T00:00:00Z","updated_at":"2025-01-01T00:00:00Z"}"#,
    ),
    (
        "connectedApp",
        "00000000-0000-0000-0000-000000000008",
        r#"{"id":"00000000-0000-0000-0000-000000000008","site":"f6f74fde-9c91-414c-9196-8d70e91a49c1","client_id":"00000000-0000-0000-0000-000000000009","name":"app","enabled":true,"domain_safelist":"","unrestricted_embedding":true,"secrets":[{"id":"00000000-0000-0000-0000-00000000000a","value":"secret","created_at":"2025-01-01T00:00:00Z"}],"created_at":"2025-01-01T00:00:00.708488805Z"}"#,
    ),
    (
        "externalAuthorizationServer",
        "00000000-0000-0000-0000-00000000000b",
        r#"{"id":"00000000-0000-0000-0000-00000000000b","site":"f6f74fde-9c91-414c-9196-8d70e91a49c1","name":"idp","enabled":true,"issuer_url":"https://idp.example.com","jwks_uri":null,"created_at":"2025-01-01T00:00:00Z"}"#,
    ),
    (
        "workbook",
        "00000000-0000-0000-0000-000000000001",
        r#"{"id":"00000000-0000-0000-0000-000000000001","site":"f6f74fde-9c91-414c-9196-8d70e91a49c1","number":1,"name":"Sales","content_url":"Sales","description":"","project":"00000000-0000-0000-0000-000000000002","owner":"00000000-0000-0000-0000-000000000003","show_tabs":true,"size":7,"has_extracts":true,"has_alerts":false,"favorites_total":1,"subscriptions_total":2,"tags":["a"],"views":[],"created_at":"2025-01-01T00:00:00Z","updated_at":"2025-01-02T00:00:00Z"}"#,
    ),
    (
        "job",
        "00000000-0000-0000-0000-000000000004",
        r#"{"id":"00000000-0000-0000-0000-000000000004","site":"f6f74fde-9c91-414c-9196-8d70e91a49c1","user":"00000000-0000-0000-0000-000000000003","refreshes":{"Workbook":"00000000-0000-0000-0000-000000000001"},"created_at":"2025-01-01T00:00:00Z","starts_at":"2025-01-01T00:00:05Z","end":["2025-01-01T00:00:35Z","Succeeded"],"seen_at":"2025-01-01T00:01:00Z"}"#,
    ),
];

fn directory_of_0_1(format: i64) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let connection = rusqlite::Connection::open(directory.path().join("sandbox.sqlite3")).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE records (kind TEXT NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL, UNIQUE (kind, key))",
        )
        .unwrap();
    for (kind, key, json) in OF_0_1 {
        connection
            .execute("INSERT INTO records VALUES (?1, ?2, ?3)", [kind, key, json])
            .unwrap();
    }
    connection.pragma_update(None, "user_version", format).unwrap();
    directory
}

#[test]
fn a_directory_of_version_0_1_is_read_whole_and_goes_on() {
    let directory = directory_of_0_1(1);
    let format = || -> i64 {
        let connection = rusqlite::Connection::open(directory.path().join("sandbox.sqlite3")).unwrap();
        connection
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .unwrap()
    };
    let (store, new) = Store::open(directory.path()).unwrap();
    assert!(!new);
    {
        let state = store.read();
        let id = Uuid::from_u128;
        let workbook = state.workbooks.get(id(1)).unwrap();
        assert_eq!(
            (workbook.shown.name.as_str(), &workbook.file, workbook.project),
            ("Sales", &None, Some(id(2)))
        );
        let shown = serde_json::to_value(&workbook.shown).unwrap();
        assert_eq!(
            (&shown["tags"]["tag"][0]["label"], &shown["showTabs"]),
            (&"a".into(), &"true".into())
        );
        assert_eq!(workbook.unshown.subscriptions_total, 2);
        assert_eq!(state.connections.count_within(id(1)), 0);
        let job = &state.jobs.get(id(4)).unwrap().unshown;
        assert!(matches!(job.of, unshown::JobOf::Workbook(of) if of == id(1)));
        let user = state.users.get(id(3)).unwrap();
        assert_eq!(
            (user.shown.full_name.as_deref(), user.account()),
            (Some("Anita Silva"), id(5))
        );
        let project = state.projects.get(id(2)).unwrap();
        assert!(project.is_locked() && project.shown.writeable == Some(true));
        let views: Vec<_> = state.views.within(id(1)).map(|view| view.id).collect();
        assert_eq!(views, [id(6)]);
        let datasource = state.datasources.get(id(7)).unwrap();
        assert_eq!(datasource.unshown.authentication_type, "auth-user-pass");
        let app = state.connected_apps.get(id(8)).unwrap();
        assert_eq!(app.unshown.secrets.len(), 1);
        assert_eq!(
            app.shown.created_at.as_ref().map(ToString::to_string).as_deref(),
            Some("2025-01-01T00:00:00Z")
        );
        let server = &state.authorization_servers.get(id(11)).unwrap().shown;
        assert_eq!(server.issuer_url.as_deref(), Some("https://idp.example.com"));
    }
    drop(store);
    assert_eq!(format(), 1, "what is only read stays as it is");
    let (store, _) = Store::open(directory.path()).unwrap();
    store.write(|change| change.put(site("another"))).unwrap();
    drop(store);
    assert_eq!(format(), 4);
    let (store, _) = Store::open(directory.path()).unwrap();
    assert_eq!(names(&store), ["Default", "another"]);
    assert_eq!(store.read().workbooks.within(Uuid::from_u128(2)).count(), 1);
}

#[test]
fn a_directory_of_a_later_version_is_refused_in_one_sentence() {
    let directory = directory_of_0_1(5);
    let refused = Store::open(directory.path()).unwrap_err().to_string();
    assert!(
        refused.ends_with(
            "has format 5, and this version knows format 4: use the version that wrote it, or an empty directory"
        ),
        "{refused}"
    );
}
