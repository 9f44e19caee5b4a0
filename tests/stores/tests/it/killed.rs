//! Processes that are killed and stopped at any instant, over every store that processes share.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use stores::contract::{Store, is_whole};
use stores::{Child, open, until};
use support::Random;
use tableau_client::{Lease, SessionKey};

const LONG: Duration = Duration::from_secs(3600);
const ROUNDS: u64 = 300;

fn holder(store: &str, what: &str, key: &str) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_holder"));
    Child::start(command.args([what, key]).env("STORE", store))
}

async fn take(store: &Store, key: &SessionKey) -> Box<dyn Lease> {
    until("the lease", async || store.try_lease(key, LONG).await.unwrap()).await
}

/// Three processes write what every fourth killed one has written before, and one after the other is killed and replaced.
async fn killed_while_writing(name: &str) {
    let store = open(name);
    let mut random = Random::new(20_261_125);
    let mut running: Vec<Child> = Vec::new();
    let mut written = false;
    for round in 0..ROUNDS {
        let key = format!("key {}", round / 30);
        running.push(holder(name, "write", &key));
        if running.len() < 3 {
            continue;
        }
        let victim = usize::try_from(random.below(3)).unwrap();
        let victim = running.swap_remove(victim);
        // At its start, or after some writes, and then anywhere.
        if random.below(4) > 0 {
            victim.wait_for("saved");
            written = true;
        }
        for _ in 0..random.below(5000) {
            std::hint::spin_loop();
        }
        victim.kill();
        if let Some(entry) = store.load(&SessionKey::of(&[&key])).await.unwrap() {
            assert!(is_whole(&entry), "in round {round}");
        }
    }
    assert!(written);
    for child in running {
        child.kill();
    }
    for key in 0..ROUNDS / 30 {
        let key = SessionKey::of(&[&format!("key {key}")]);
        let entry = store.load(&key).await.unwrap();
        assert!(is_whole(&entry.unwrap()), "an entry that was there is lost");
        let mut lease = take(&store, &key).await;
        lease.save(&stores::contract::entry(1), LONG).await.unwrap();
        lease.release().await.unwrap();
    }
}

/// A process that is stopped anywhere loses its lease on time, and changes nothing when it resumes.
async fn stopped_while_holding(name: &str) {
    let store = open(name);
    let key = SessionKey::of(&["key"]);
    let mut random = Random::new(20_261_126);
    let child = holder(name, "hold", "key");
    for round in 0..25 {
        child.wait_for("held");
        child.wait_for("saved");
        for _ in 0..random.below(20_000) {
            std::hint::spin_loop();
        }
        child.stop();
        let mut lease = take(&store, &key).await;
        let before = store.load(&key).await.unwrap().unwrap();
        assert!(is_whole(&before));
        let mine = format!("taken over in round {round}");
        lease.save(&mine.as_str().into(), LONG).await.unwrap();
        child.resume();
        child.wait_for("lost");
        assert_eq!(store.load(&key).await.unwrap().unwrap().expose(), mine);
        lease.release().await.unwrap();
    }
}

/// A process that is killed while it holds the lease blocks others for the lease's length at most.
async fn killed_while_holding(name: &str) {
    let store = open(name);
    let key = SessionKey::of(&["key"]);
    for _ in 0..5 {
        let child = holder(name, "hold", "key");
        child.wait_for("saved");
        child.kill();
        let lease = take(&store, &key).await;
        assert!(is_whole(&store.load(&key).await.unwrap().unwrap()));
        lease.release().await.unwrap();
    }
}

macro_rules! tests {
    ($($case:ident)*) => {
        mod file {
            $(#[tokio::test]
            async fn $case() {
                let directory = tempfile::tempdir().unwrap();
                let place = directory.path().join("sessions");
                super::$case(&format!("file:{}", place.display())).await;
                super::nothing_is_left_over(&place);
            })*
        }
        mod redis {
            $(#[tokio::test]
            async fn $case() {
                if let Some(server) = stores::RedisServer::start() {
                    super::$case(&server.url()).await;
                }
            })*
        }
    };
}

tests!(killed_while_writing stopped_while_holding killed_while_holding);

/// Once the lease is taken again, the entry is whole, the lease can be passed on, and the unfinished files of killed processes are gone.
fn nothing_is_left_over(store: &Path) {
    let names = |path: &Path| -> Vec<String> {
        let items = fs::read_dir(path).unwrap();
        let mut names: Vec<_> = items
            .map(|item| item.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    let places = names(store);
    let (unfinished, places): (Vec<_>, Vec<_>) =
        places.iter().partition(|name| name.starts_with(".unfinished-"));
    assert!(!places.is_empty());
    for place in places {
        let place = store.join(place);
        let inside = names(&place);
        assert_eq!(inside.len(), 2, "{inside:?}");
        let baton = inside.first().unwrap();
        assert!(
            baton.starts_with("free-") || baton.starts_with("held-"),
            "{inside:?}"
        );
        assert_eq!(inside.last().unwrap(), "session");
        if baton.starts_with("free-") {
            assert_eq!(names(&place.join(baton)), Vec::<String>::new());
        }
    }
    // A minute later, opening the store cleans up.
    for name in &unfinished {
        let old = std::time::SystemTime::now() - Duration::from_secs(61);
        let directory = fs::File::open(store.join(name)).unwrap();
        directory.set_modified(old).unwrap();
    }
    let _ = open(&format!("file:{}", store.display()));
    assert!(names(store).iter().all(|name| !name.starts_with(".unfinished-")));
}
