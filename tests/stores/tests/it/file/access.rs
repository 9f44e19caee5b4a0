//! Access to the files: owners and modes.

use std::error::Error as _;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use stores::Child;
use tableau_client::{ErrorKind, FileStore, Secret, SessionStore as _, StoreError};

use crate::file::{ENTRY, LONG, Place, key, lease, load, logged, now, save};

fn why_refused(path: &Path) -> String {
    let error = FileStore::at(path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Setup);
    match error.source().unwrap().downcast_ref::<StoreError>().unwrap() {
        StoreError::Insecure(why) => why.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn files_are_this_users_own_whatever_the_umask() {
    for umask in ["000", "022", "077"] {
        let place = Place::new();
        let mut command = Command::new("sh");
        command
            .args(["-c", "umask $0; exec \"$@\"", umask])
            .args([env!("CARGO_BIN_EXE_holder"), "hold", "key"])
            .env("STORE", format!("file:{}", place.path().display()));
        let child = Child::start(&mut command);
        child.wait_for("saved");
        child.kill();
        let mut seen = 0;
        let mut waiting = vec![place.path()];
        while let Some(path) = waiting.pop() {
            let metadata = fs::symlink_metadata(&path).unwrap();
            let right = if metadata.is_dir() { 0o700 } else { 0o600 };
            assert_eq!(
                metadata.mode() & 0o7777,
                right,
                "{} with umask {umask}",
                path.display()
            );
            if metadata.is_dir() {
                waiting.extend(fs::read_dir(&path).unwrap().map(|item| item.unwrap().path()));
            }
            seen += 1;
        }
        assert!(seen >= 4, "the store, the place, the session, the lease: {seen}");
    }
}

#[test]
fn a_directory_that_others_could_use_is_refused() {
    let place = Place::new();
    let path = place.path();
    fs::create_dir(&path).unwrap();
    for mode in [0o755, 0o770, 0o701, 0o707, 0o1777] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        let why = why_refused(&path);
        assert!(
            why.contains(&format!("mode {mode:o}")) && why.contains("chmod 700"),
            "{why}"
        );
    }
    fs::set_permissions(&path, Permissions::from_mode(0o700)).unwrap();
    let store = place.store();
    save(&store);
    // Also a directory that was opened to others since.
    fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
    assert!(matches!(load(&store), Err(StoreError::Insecure(_))));
    assert!(matches!(
        now(store.try_lease(&key(), LONG)),
        Err(StoreError::Insecure(_))
    ));
}

#[test]
fn a_link_is_refused() {
    let place = Place::new();
    let real = place.0.path().join("real");
    fs::create_dir(&real).unwrap();
    fs::set_permissions(&real, Permissions::from_mode(0o700)).unwrap();
    symlink(&real, place.path()).unwrap();
    assert!(why_refused(&place.path()).contains("symbolic link"));
}

#[test]
fn a_path_that_is_not_a_directory_is_refused() {
    let place = Place::new();
    fs::write(place.path(), "").unwrap();
    let error = FileStore::at(place.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Setup);
}

#[test]
fn another_users_directory_is_refused() {
    let place = Place::new();
    fs::create_dir(place.path()).unwrap();
    fs::set_permissions(place.path(), Permissions::from_mode(0o700)).unwrap();
    // Only the superuser can give a directory away; other users can test with one of the superuser's.
    let foreign = match chown(place.path(), Some(12_345), None) {
        Ok(()) => place.path(),
        Err(_) => PathBuf::from("/usr"),
    };
    assert!(why_refused(&foreign).contains("belongs to user"));
}

#[test]
fn a_file_that_others_could_use_is_refused_and_replaced() {
    let place = Place::new();
    let store = place.store();
    let session = place.session();
    for mode in [0o640, 0o604, 0o622, 0o666] {
        save(&store);
        fs::set_permissions(&session, Permissions::from_mode(mode)).unwrap();
        match load(&store) {
            Err(StoreError::Insecure(why)) => assert!(why.contains("chmod 600"), "{why}"),
            other => panic!("{other:?}"),
        }
    }
    save(&store);
    assert_eq!(load(&store).unwrap().unwrap(), ENTRY);

    let elsewhere = place.0.path().join("elsewhere");
    fs::rename(&session, &elsewhere).unwrap();
    symlink(&elsewhere, &session).unwrap();
    assert!(matches!(load(&store), Err(StoreError::Insecure(_))));
    save(&store);
    assert_eq!(load(&store).unwrap().unwrap(), ENTRY);

    if chown(&session, Some(12_345), None).is_ok() {
        assert!(matches!(load(&store), Err(StoreError::Insecure(_))));
    }
    fs::remove_file(&session).unwrap();
    // No reader waits for a writer to a pipe.
    assert!(Command::new("mkfifo").arg(&session).status().unwrap().success());
    assert!(matches!(load(&store), Err(StoreError::Insecure(_))));
    save(&store);
    assert_eq!(load(&store).unwrap().unwrap(), ENTRY);
}

#[test]
fn a_directory_that_cannot_be_written_is_an_error_and_no_more() {
    let place = Place::new();
    // Below a file there is no directory, not even for the superuser.
    fs::write(place.path(), "").unwrap();
    assert!(FileStore::at(place.path().join("below")).is_err());
    let store = FileStore::at(place.0.path().join("other")).unwrap();
    fs::remove_dir(place.0.path().join("other")).unwrap();
    fs::write(place.0.path().join("other"), "").unwrap();
    assert!(matches!(load(&store), Err(StoreError::Unavailable(_))));
    assert!(matches!(
        now(store.try_lease(&key(), LONG)),
        Err(StoreError::Unavailable(_))
    ));
}

#[test]
fn nothing_secret_is_shown() {
    let place = Place::new();
    let plain = place.store();
    let encrypted = place.store().encrypted_with(b"the key that no one else may see");
    let mut shown = String::new();
    let log = logged(|| {
        for store in [&plain, &encrypted] {
            let mut lease = lease(store).unwrap();
            now(lease.save(&Secret::new(ENTRY), LONG)).unwrap();
            shown.push_str(&format!("{store:?} {lease:?} {:?}", now(store.load(&key()))));
            now(lease.release()).unwrap();
        }
        shown.push_str(&format!("{:?}", load(&plain)));
    });
    assert!(shown.contains("sessions") && log.contains("WARN"));
    for secret in [ENTRY, "the key that", "[116, 104, 101"] {
        assert!(!shown.contains(secret) && !log.contains(secret), "{shown} {log}");
    }
}
