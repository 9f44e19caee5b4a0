use super::record::Site;
use super::*;

fn site(name: &str) -> Site {
    Site {
        id: luid::<Site>(&[name]),
        name: name.to_owned(),
        content_url: name.to_owned(),
        product: record::Product::Server,
    }
}

fn names(store: &Store) -> Vec<String> {
    store
        .read()
        .sites
        .of_site(Uuid::nil())
        .map(|site| site.name.clone())
        .collect()
}

#[test]
fn a_refused_change_is_undone() {
    let store = Store::in_memory();
    store
        .write(|change| ["a", "b", "c"].iter().try_for_each(|name| change.put(site(name))))
        .unwrap();
    let refused = store.write(|change| {
        assert!(change.remove::<Site>(site("b").id));
        change.put(Site {
            name: "changed".to_owned(),
            ..site("a")
        })?;
        change.put(site("d"))?;
        assert!(!change.remove::<Site>(site("unknown").id));
        Err::<(), _>(Refusal::signin())
    });
    assert_eq!(refused, Err(Refusal::signin()));
    assert_eq!(names(&store), ["a", "b", "c"]);
}

#[test]
fn an_update_keeps_its_place() {
    let store = Store::in_memory();
    store
        .write(|change| ["a", "b"].iter().try_for_each(|name| change.put(site(name))))
        .unwrap();
    store
        .write(|change| {
            change.put(Site {
                name: "z".to_owned(),
                ..site("a")
            })
        })
        .unwrap();
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
            change.remove::<Site>(site("a").id);
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
    store
        .write(|change| {
            change.put(Site {
                name: "C".to_owned(),
                ..site("c")
            })
        })
        .unwrap();
    store
        .write(|change| {
            change.remove::<Site>(site("a").id);
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
    state.load("session", &json.to_string()).unwrap();
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
        let workbook = state.workbooks.get(Uuid::from_u128(1)).unwrap();
        assert_eq!(
            (workbook.name.as_str(), &workbook.file, workbook.connections.len()),
            ("Sales", &None, 0)
        );
        let job = state.jobs.get(Uuid::from_u128(4)).unwrap();
        assert!(matches!(job.of, record::JobOf::Workbook(id) if id == Uuid::from_u128(1)));
    }
    drop(store);
    assert_eq!(format(), 1, "what is only read stays as it is");
    let (store, _) = Store::open(directory.path()).unwrap();
    store.write(|change| change.put(site("another"))).unwrap();
    drop(store);
    assert_eq!(format(), 2);
    let (store, _) = Store::open(directory.path()).unwrap();
    assert_eq!(names(&store), ["Default", "another"]);
}

#[test]
fn a_directory_of_a_later_version_is_refused_in_one_sentence() {
    let directory = directory_of_0_1(3);
    let refused = Store::open(directory.path()).unwrap_err().to_string();
    assert!(
        refused.ends_with(
            "has format 3, and this version knows format 2: use the version that wrote it, or an empty directory"
        ),
        "{refused}"
    );
}
