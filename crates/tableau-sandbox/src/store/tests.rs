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
