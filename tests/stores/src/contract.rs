//! The contract of every store. Each case gets two stores at one place, as two processes would have them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tableau_client::{Lease, Secret, SessionKey, SessionStore, StoreError};

use crate::{PATIENCE, until};

const SHORT: Duration = Duration::from_millis(30);
const LONG: Duration = Duration::from_secs(3600);

/// A store.
pub type Store = Arc<dyn SessionStore>;

/// Passes the list of all cases to a macro, after its other arguments.
#[macro_export]
macro_rules! for_each_case {
    ($macro:ident, $($given:tt)*) => {
        $macro! {
            $($given)*
            nothing_is_there_at_first what_is_saved_is_there_for_others keys_are_apart an_entry_runs_out
            what_is_removed_is_gone one_has_the_lease a_lease_is_given_back a_lease_ends_by_itself
            a_lost_lease_changes_nothing an_expired_lease_is_lost_even_if_not_taken an_extended_lease_is_longer
            an_extended_lease_may_be_shorter of_many_at_once_one_has_the_lease no_change_is_lost
        }
    };
}

fn key(name: &str) -> SessionKey {
    SessionKey::of(&["https://my-server", "site", name])
}

async fn loaded(store: &Store, key: &SessionKey) -> Option<String> {
    let found = store.load(key).await.unwrap();
    found.map(|entry| entry.expose().to_owned())
}

async fn take(store: &Store, key: &SessionKey, time: Duration) -> Box<dyn Lease> {
    let start = Instant::now();
    loop {
        if let Some(lease) = store.try_lease(key, time).await.unwrap() {
            return lease;
        }
        assert!(start.elapsed() < PATIENCE, "waited too long for a lease");
        tokio::task::yield_now().await;
    }
}

async fn put(store: &Store, key: &SessionKey, entry: &str, keep: Duration) {
    let mut lease = take(store, key, LONG).await;
    lease.save(&entry.into(), keep).await.unwrap();
    lease.release().await.unwrap();
}

/// There is no entry before one is saved.
pub async fn nothing_is_there_at_first([one, two]: [Store; 2]) {
    for store in [one, two] {
        assert_eq!(loaded(&store, &key("a")).await, None);
        let lease = take(&store, &key("a"), LONG).await;
        assert_eq!(loaded(&store, &key("a")).await, None);
        lease.release().await.unwrap();
    }
}

/// One store loads any text that the other saves, during the lease and after it.
pub async fn what_is_saved_is_there_for_others([one, two]: [Store; 2]) {
    let key = key("a");
    let long = "x".repeat(100_000);
    for entry in ["first", "", "two\nlines\n", "{\"ü\":\"\u{1F511}\\u0000\"}", &long] {
        let mut lease = take(&one, &key, LONG).await;
        lease.save(&entry.into(), LONG).await.unwrap();
        assert_eq!(loaded(&two, &key).await.as_deref(), Some(entry));
        lease.save(&entry.into(), Duration::MAX).await.unwrap();
        lease.release().await.unwrap();
        assert_eq!(loaded(&two, &key).await.as_deref(), Some(entry));
        assert_eq!(loaded(&one, &key).await.as_deref(), Some(entry));
    }
}

/// Keys are independent of each other.
pub async fn keys_are_apart([one, two]: [Store; 2]) {
    put(&one, &key("a"), "of a", LONG).await;
    put(&two, &key("b"), "of b", LONG).await;
    let lease = take(&one, &key("a"), LONG).await;
    put(&two, &key("b"), "of b again", LONG).await;
    assert_eq!(loaded(&one, &key("b")).await.unwrap(), "of b again");
    assert_eq!(loaded(&two, &key("a")).await.unwrap(), "of a");
    lease.release().await.unwrap();
}

/// An entry expires with its time to live.
pub async fn an_entry_runs_out([one, two]: [Store; 2]) {
    put(&one, &key("a"), "for long", LONG).await;
    put(&one, &key("a"), "for short", SHORT).await;
    until("the entry to run out", async || {
        let found = loaded(&two, &key("a")).await;
        assert_ne!(found.as_deref(), Some("for long"));
        found.is_none().then_some(())
    })
    .await;
    put(&one, &key("a"), "for no time", Duration::ZERO).await;
    assert_eq!(loaded(&two, &key("a")).await, None);
}

/// Removing is idempotent: removing a missing entry is not an error.
pub async fn what_is_removed_is_gone([one, two]: [Store; 2]) {
    put(&one, &key("a"), "entry", LONG).await;
    let mut lease = take(&two, &key("a"), LONG).await;
    for _ in 0..2 {
        lease.remove().await.unwrap();
        assert_eq!(loaded(&one, &key("a")).await, None);
    }
    lease.save(&"again".into(), LONG).await.unwrap();
    assert_eq!(loaded(&one, &key("a")).await.unwrap(), "again");
}

/// A lease has one holder.
pub async fn one_has_the_lease([one, two]: [Store; 2]) {
    let lease = take(&one, &key("a"), LONG).await;
    for store in [&one, &two] {
        assert!(store.try_lease(&key("a"), LONG).await.unwrap().is_none());
    }
    let other = two.try_lease(&key("b"), LONG).await.unwrap();
    other.unwrap().release().await.unwrap();
    lease.release().await.unwrap();
}

/// After a release the next holder gets it at once; after a drop, soon.
pub async fn a_lease_is_given_back([one, two]: [Store; 2]) {
    for _ in 0..3 {
        let lease = one.try_lease(&key("a"), LONG).await.unwrap();
        lease.unwrap().release().await.unwrap();
        let lease = two.try_lease(&key("a"), LONG).await.unwrap();
        lease.unwrap().release().await.unwrap();
    }
    drop(take(&one, &key("a"), LONG).await);
    take(&two, &key("a"), LONG).await.release().await.unwrap();
}

/// A lease that is not given back expires.
pub async fn a_lease_ends_by_itself([one, two]: [Store; 2]) {
    // As a killed process does.
    std::mem::forget(take(&one, &key("a"), SHORT).await);
    let lease = take(&two, &key("a"), LONG).await;
    assert!(one.try_lease(&key("a"), LONG).await.unwrap().is_none());
    lease.release().await.unwrap();
}

/// A late holder cannot change anything, and does not end the lease of the next holder.
pub async fn a_lost_lease_changes_nothing([one, two]: [Store; 2]) {
    let key = key("a");
    put(&one, &key, "before", LONG).await;
    let mut late = take(&one, &key, SHORT).await;
    let mut next = take(&two, &key, LONG).await;
    let lost = Err(StoreError::LeaseLost);
    assert_eq!(late.save(&"late".into(), LONG).await, lost);
    assert_eq!(late.remove().await, lost);
    assert_eq!(late.extend(LONG).await, lost);
    assert_eq!(loaded(&two, &key).await.unwrap(), "before");
    next.save(&"next".into(), LONG).await.unwrap();
    assert_eq!(late.save(&"late".into(), LONG).await, lost);
    late.release().await.unwrap();
    assert!(one.try_lease(&key, LONG).await.unwrap().is_none());
    next.extend(LONG).await.unwrap();
    next.save(&"last".into(), LONG).await.unwrap();
    assert_eq!(loaded(&one, &key).await.unwrap(), "last");
    next.release().await.unwrap();
}

/// A lease expires on time, whether or not another holder takes it.
pub async fn an_expired_lease_is_lost_even_if_not_taken([one, _]: [Store; 2]) {
    let mut lease = take(&one, &key("a"), SHORT).await;
    let entry = Secret::new("entry");
    until("the lease to end", async || {
        let saved = lease.save(&entry, LONG).await;
        (saved == Err(StoreError::LeaseLost)).then_some(())
    })
    .await;
    assert_eq!(lease.remove().await, Err(StoreError::LeaseLost));
    assert_eq!(lease.extend(LONG).await, Err(StoreError::LeaseLost));
    take(&one, &key("a"), LONG).await.release().await.unwrap();
}

/// An extended lease outlives one that is taken later with the original length.
pub async fn an_extended_lease_is_longer([one, two]: [Store; 2]) {
    let time = Duration::from_secs(2);
    let mut lease = take(&one, &key("a"), time).await;
    std::mem::forget(take(&one, &key("b"), time).await);
    lease.extend(LONG).await.unwrap();
    take(&two, &key("b"), LONG).await.release().await.unwrap();
    assert!(two.try_lease(&key("a"), LONG).await.unwrap().is_none());
    lease.save(&"entry".into(), LONG).await.unwrap();
    lease.release().await.unwrap();
}

/// The new length counts from the extension.
pub async fn an_extended_lease_may_be_shorter([one, two]: [Store; 2]) {
    let mut lease = take(&one, &key("a"), LONG).await;
    lease.extend(SHORT).await.unwrap();
    take(&two, &key("a"), LONG).await.release().await.unwrap();
    assert_eq!(lease.extend(LONG).await, Err(StoreError::LeaseLost));
}

/// Of many concurrent attempts, one succeeds.
pub async fn of_many_at_once_one_has_the_lease(stores: [Store; 2]) {
    for round in 0..20 {
        let tries: Vec<_> = (0..32)
            .map(|n: usize| {
                let store = stores.iter().cycle().nth(n).unwrap().clone();
                tokio::spawn(async move { store.try_lease(&key("a"), LONG).await.unwrap() })
            })
            .collect();
        let mut leases = Vec::new();
        for tried in tries {
            leases.extend(tried.await.unwrap());
        }
        assert_eq!(leases.len(), 1, "in round {round}");
        leases.remove(0).release().await.unwrap();
    }
}

/// Of many holders that change an entry in turn, each sees the previous holder's text.
pub async fn no_change_is_lost(stores: [Store; 2]) {
    const TASKS: usize = 8;
    const CHANGES: usize = 12;
    let count = |store: Store| async move {
        for _ in 0..CHANGES {
            let mut lease = take(&store, &key("a"), LONG).await;
            let before = loaded(&store, &key("a")).await;
            let before: usize = before.map_or(0, |text| text.parse().unwrap());
            let after = (before + 1).to_string();
            lease.save(&after.into(), LONG).await.unwrap();
            lease.release().await.unwrap();
        }
    };
    let tasks: Vec<_> = (0..TASKS)
        .map(|n| tokio::spawn(count(stores.iter().cycle().nth(n).unwrap().clone())))
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let [one, _] = stores;
    assert_eq!(
        loaded(&one, &key("a")).await.unwrap(),
        (TASKS * CHANGES).to_string()
    );
}

/// How long the leases of [processes](crate::Child) are.
pub const LEASE: Duration = Duration::from_millis(80);

/// An entry of some length that shows whether it is whole.
#[must_use]
pub fn entry(n: u64) -> Secret {
    format!("{}/{n} ", std::process::id()).repeat(1000).into()
}

/// Whether a text is such an entry, and whole.
#[must_use]
pub fn is_whole(entry: &Secret) -> bool {
    let mut words = entry.expose().split_terminator(' ');
    let first = words.next();
    first.is_some_and(|first| first.contains('/'))
        && words.clone().count() == 999
        && words.all(|word| Some(word) == first)
}
