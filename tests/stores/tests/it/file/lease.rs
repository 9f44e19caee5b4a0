//! How the lease is passed on.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use support::Random;
use tableau_client::StoreError;

use crate::file::{ENTRY, LONG, Place, lease, load, now, save};

/// A moment, in milliseconds since 1970, and the same by a clock that is wrong.
fn milliseconds(ahead: Duration) -> u128 {
    (SystemTime::now() + ahead)
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_millis()
}

#[test]
fn a_lease_taken_by_a_clock_far_ahead_is_over() {
    let place = Place::new();
    let store = place.store();
    save(&store);
    let (from, until) = (milliseconds(LONG), milliseconds(2 * LONG));
    let ahead = place.of_key().join(format!("held-7-{from}-{until}-1-host"));
    fs::rename(place.of_key().join("free-1"), ahead).unwrap();
    assert!(lease(&store).is_some());
    let (from, until) = (milliseconds(Duration::ZERO), milliseconds(LONG));
    let right = place.of_key().join(format!("held-9-{from}-{until}-1-host"));
    fs::rename(place.of_key().join("free-8"), right).unwrap();
    assert!(lease(&store).is_none());
}

/// The directory that is the lease, if it is held.
fn held(place: &Place) -> Option<PathBuf> {
    let items = fs::read_dir(place.of_key()).unwrap();
    let mut paths = items.map(|item| item.unwrap().path());
    paths.find(|path| path.to_str().unwrap().contains("/held-"))
}

/// Makes the lease look expired to all but its holder, as if the holder had been stopped after its last look at the clock.
fn end_lease(place: &Place) {
    let held = held(place).unwrap();
    let number = held
        .file_name()
        .unwrap()
        .to_str()
        .unwrap()
        .split('-')
        .nth(1)
        .unwrap()
        .to_owned();
    fs::rename(held, place.of_key().join(format!("held-{number}-0-1-1-host"))).unwrap();
}

#[test]
fn a_stopped_holder_changes_nothing_after_its_lease() {
    let place = Place::new();
    let store = place.store();
    save(&store);
    let mut late = lease(&store).unwrap();
    end_lease(&place);
    let next = lease(&store).unwrap();
    assert_eq!(now(late.save(&"late".into(), LONG)), Err(StoreError::LeaseLost));
    assert_eq!(now(late.remove()), Err(StoreError::LeaseLost));
    assert_eq!(now(late.extend(LONG)), Err(StoreError::LeaseLost));
    drop(late);
    assert_eq!(load(&store).unwrap().unwrap(), ENTRY);
    assert!(lease(&store).is_none());
    drop(next);
}

#[test]
fn a_former_holder_changes_nothing() {
    let mut random = Random::new(20_261_127);
    let mut saved_before = 0;
    for round in 0..200 {
        let place = Place::new();
        let store = place.store();
        let mut late = lease(&store).unwrap();
        now(late.save(&"first".into(), LONG)).unwrap();
        let saved = Arc::new(AtomicU64::new(0));
        let late = thread::spawn({
            let saved = Arc::clone(&saved);
            move || loop {
                let n = saved.load(Ordering::SeqCst);
                match now(late.save(&format!("late {n}").into(), LONG)) {
                    Ok(()) => saved.store(n + 1, Ordering::SeqCst),
                    Err(error) => return error,
                }
            }
        });
        let at_least = random.below(3);
        while saved.load(Ordering::SeqCst) < at_least {
            thread::yield_now();
        }
        for _ in 0..random.below(30_000) {
            std::hint::spin_loop();
        }
        end_lease(&place);
        let next = lease(&store).unwrap();
        let seen = load(&store).unwrap().unwrap();
        assert_eq!(late.join().unwrap(), StoreError::LeaseLost);
        assert_eq!(load(&store).unwrap().unwrap(), seen, "in round {round}");
        saved_before += u32::from(seen != "first");
        drop(next);
    }
    assert!(saved_before > 0, "it was never in the middle of saving");
}

#[test]
fn a_changed_directory_is_repaired() {
    let place = Place::new();
    let store = place.store();
    save(&store);
    fs::remove_dir(place.of_key().join("free-1")).unwrap();
    assert_eq!(load(&store).unwrap().unwrap(), ENTRY);
    save(&store);
    assert_eq!(load(&store).unwrap().unwrap(), ENTRY);
    fs::remove_dir_all(place.of_key()).unwrap();
    assert_eq!(load(&store), Ok(None));
    save(&store);
    fs::remove_dir_all(place.path()).unwrap();
    assert_eq!(load(&store), Ok(None));
    save(&store);
    assert_eq!(load(&store).unwrap().unwrap(), ENTRY);
}

#[test]
fn unfinished_files_are_cleaned_up() {
    let place = Place::new();
    save(&place.store());
    let (old, new) = (
        place.path().join(".unfinished-1"),
        place.path().join(".unfinished-2"),
    );
    for path in [&old, &new] {
        fs::create_dir(path).unwrap();
        fs::create_dir(path.join("free-0")).unwrap();
    }
    let time = SystemTime::now() - Duration::from_secs(61);
    File::open(&old).unwrap().set_modified(time).unwrap();
    let store = place.store();
    assert_eq!((old.exists(), new.exists()), (false, true));
    assert_eq!(load(&store).unwrap().unwrap(), ENTRY);
    // The unfinished file of a killed holder is removed with its lease.
    let lease_directory = place.of_key().join("free-1");
    fs::write(lease_directory.join("new-1"), "half of a sess").unwrap();
    let lease = lease(&store).unwrap();
    let left: Vec<_> = walk(&place.of_key())
        .into_iter()
        .filter(|path| path.is_file())
        .collect();
    assert_eq!(left, [place.session()]);
    drop(lease);
}

fn walk(path: &Path) -> Vec<PathBuf> {
    let mut found = vec![path.to_owned()];
    if path.is_dir() {
        found.extend(
            fs::read_dir(path)
                .unwrap()
                .flat_map(|item| walk(&item.unwrap().path())),
        );
    }
    found
}
