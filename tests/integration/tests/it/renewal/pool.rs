//! A pool of personal access tokens: one holder for each.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tableau_client::{
    Client, ErrorKind, Lease, MemoryStore, PersonalAccessToken, PersonalAccessTokenPool, Secret, SessionKey,
    SessionStore, Site, StoreFuture,
};
use tableau_sandbox::Service;
use tokio::time::{Instant, sleep};

use crate::renewal::{builder, client, kill_all, service, sign_ins};

const NOW: Duration = Duration::ZERO;
const A_WHILE: Duration = Duration::from_secs(120);

/// A pool of the tokens of some users.
fn pool(service: &Service, users: &[&str]) -> PersonalAccessTokenPool {
    let ready = service.ready().personal_access_tokens;
    let of = |user: &&str| {
        let token = ready.iter().find(|token| token.user == *user).unwrap();
        PersonalAccessToken::new(token.name.clone(), token.secret.clone())
    };
    PersonalAccessTokenPool::new(users.iter().map(of))
}

const TWO: &[&str] = &["admin", "anita.silva"];

fn sharing(service: &Service, store: impl SessionStore) -> Client {
    builder(service).session_store(store).build().unwrap()
}

async fn sign_in(client: &Client, pool: &PersonalAccessTokenPool, patience: Duration) -> Site {
    let token = client.lease(pool, patience).await.unwrap();
    client.sign_in(token).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn each_holder_has_a_token_and_a_session_of_its_own() {
    let (service, store) = (service(), MemoryStore::new());
    // As in two processes.
    let (one, two) = (sharing(&service, store.clone()), sharing(&service, store));
    let sites = [
        sign_in(&one, &pool(&service, TWO), NOW).await,
        sign_in(&two, &pool(&service, TWO), NOW).await,
    ];
    // Longer than a lease: a live holder keeps it.
    sleep(A_WHILE).await;
    for client in [&one, &two] {
        let error = client
            .lease(&pool(&service, TWO), Duration::from_secs(7))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Busy);
        assert!(
            error.to_string().contains("all 2 ") && error.to_string().contains("7 s"),
            "{error}"
        );
    }
    for site in &sites {
        site.workbooks().list().await.unwrap();
    }
    assert_eq!(sign_ins(&service), 2, "no holder ended another's session");
    kill_all(&service);
    for site in &sites {
        site.workbooks().list().await.unwrap();
    }
    assert_eq!(sign_ins(&service), 4);
    let [first, second] = sites;
    assert_ne!(first.session().user_id(), second.session().user_id());
}

#[tokio::test(start_paused = true)]
async fn the_last_clone_returns_the_token() {
    let service = service();
    for client in [client(&service), sharing(&service, MemoryStore::new())] {
        let pool = pool(&service, &["admin"]);
        let site = sign_in(&client, &pool, NOW).await;
        let copy = site.clone();
        drop(site);
        let error = client.lease(&pool, NOW).await.unwrap_err();
        assert!(error.to_string().contains("the only"), "{error}");
        let waiting = tokio::spawn({
            let (client, pool) = (client.clone(), pool.clone());
            async move { client.lease(&pool, A_WHILE).await }
        });
        copy.sign_out().await.unwrap();
        drop(copy);
        let token = waiting.await.unwrap().unwrap();
        drop(token);
        client.lease(&pool, NOW).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn signing_out_returns_the_token() {
    let (service, store) = (service(), MemoryStore::new());
    let (one, two) = (sharing(&service, store.clone()), sharing(&service, store));
    let pool = pool(&service, &["admin"]);
    let token = one.lease(&pool, NOW).await.unwrap();
    let site = one.sign_in(token.clone()).await.unwrap();
    site.sign_out().await.unwrap();
    let next = sign_in(&two, &pool, NOW).await;
    // The former holder can lease it again, but not now.
    let error = one.sign_in(token.clone()).await.unwrap_err();
    assert!(error.to_string().contains("another has it now"), "{error}");
    next.workbooks().list().await.unwrap();
    next.sign_out().await.unwrap();
    let site = one.sign_in(token).await.unwrap();
    sleep(A_WHILE).await;
    assert_eq!(two.lease(&pool, NOW).await.unwrap_err().kind(), ErrorKind::Busy);
    site.workbooks().list().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_token_of_a_dead_holder_is_free_after_its_lease() {
    let (service, store) = (service(), MemoryStore::new());
    let gone = Stoppable::of(&store);
    let _held = sharing(&service, gone.clone())
        .lease(&pool(&service, &["admin"]), NOW)
        .await
        .unwrap();
    gone.stop(true);
    let next = sharing(&service, store);
    let start = Instant::now();
    sign_in(&next, &pool(&service, &["admin"]), A_WHILE).await;
    assert!(
        start.elapsed() <= Duration::from_secs(31),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_late_holder_does_not_end_the_session_of_the_next() {
    let (service, store) = (service(), MemoryStore::new());
    let stopped = Stoppable::of(&store);
    let pool = || pool(&service, &["admin"]);
    let late = sign_in(&sharing(&service, stopped.clone()), &pool(), NOW).await;
    stopped.stop(true);
    let next = sign_in(&sharing(&service, store), &pool(), A_WHILE).await;
    stopped.stop(false);
    for _ in 0..2 {
        let error = late.workbooks().list().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SessionEnded);
        assert!(error.to_string().contains("another has it now"), "{error}");
        assert!(error.hint().unwrap().contains("Lease"), "{error:?}");
    }
    next.workbooks().list().await.unwrap();
    assert_eq!(sign_ins(&service), 2);
}

#[tokio::test(start_paused = true)]
async fn an_expired_lease_that_was_not_taken_is_extended() {
    let (service, store) = (service(), MemoryStore::new());
    let stopped = Stoppable::of(&store);
    let late = sign_in(
        &sharing(&service, stopped.clone()),
        &pool(&service, &["admin"]),
        NOW,
    )
    .await;
    stopped.stop(true);
    sleep(A_WHILE).await;
    stopped.stop(false);
    kill_all(&service);
    late.workbooks().list().await.unwrap();
    let other = sharing(&service, store);
    assert_eq!(
        other
            .lease(&pool(&service, &["admin"]), NOW)
            .await
            .unwrap_err()
            .kind(),
        ErrorKind::Busy
    );
}

#[tokio::test(start_paused = true)]
async fn a_pool_without_tokens_or_without_its_store_says_so() {
    let service = service();
    let error = client(&service)
        .lease(&pool(&service, &[]), A_WHILE)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Setup);
    assert!(error.to_string().contains("no personal access tokens"), "{error}");
    let start = Instant::now();
    let away = sharing(&service, crate::renewal::sharing::Away);
    let error = away.lease(&pool(&service, TWO), A_WHILE).await.unwrap_err();
    assert_eq!(
        (error.kind(), start.elapsed()),
        (ErrorKind::Setup, A_WHILE),
        "it might have come back"
    );
    assert!(error.to_string().contains("away"), "{error}");
}

#[test]
fn a_blocking_client_leases_too() {
    let service = service();
    let client = client(&service).blocking().unwrap();
    let pool = pool(&service, &["admin"]);
    let site = client.sign_in(client.lease(&pool, NOW).unwrap()).unwrap();
    assert_eq!(client.lease(&pool, NOW).unwrap_err().kind(), ErrorKind::Busy);
    site.workbooks().list().send().unwrap();
    drop(site);
    drop(client.lease(&pool, NOW).unwrap());
    let token = client.lease(&pool, NOW).unwrap();
    // It may outlive the client, whose thread would have extended it.
    drop(client);
    drop(token);
}

/// A store as a stopped process sees it: its leases are not extended until it continues.
#[derive(Debug, Clone)]
struct Stoppable {
    store: MemoryStore,
    stopped: Arc<AtomicBool>,
}

impl Stoppable {
    fn of(store: &MemoryStore) -> Self {
        Self {
            store: store.clone(),
            stopped: Arc::default(),
        }
    }

    fn stop(&self, stopped: bool) {
        self.stopped.store(stopped, Ordering::SeqCst);
    }
}

impl SessionStore for Stoppable {
    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Secret>> {
        self.store.load(key)
    }

    fn try_lease<'a>(
        &'a self,
        key: &'a SessionKey,
        time: Duration,
    ) -> StoreFuture<'a, Option<Box<dyn Lease>>> {
        Box::pin(async move {
            let lease = self.store.try_lease(key, time).await?;
            let stopped = Arc::clone(&self.stopped);
            Ok(lease.map(|lease| Box::new(StoppableLease { lease, stopped }) as Box<dyn Lease>))
        })
    }
}

#[derive(Debug)]
struct StoppableLease {
    lease: Box<dyn Lease>,
    stopped: Arc<AtomicBool>,
}

impl Lease for StoppableLease {
    fn save<'a>(&'a mut self, entry: &'a Secret, keep: Duration) -> StoreFuture<'a, ()> {
        self.lease.save(entry, keep)
    }

    fn remove(&mut self) -> StoreFuture<'_, ()> {
        self.lease.remove()
    }

    fn extend(&mut self, time: Duration) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            while self.stopped.load(Ordering::SeqCst) {
                sleep(Duration::from_secs(1)).await;
            }
            self.lease.extend(time).await
        })
    }

    fn release(self: Box<Self>) -> StoreFuture<'static, ()> {
        self.lease.release()
    }
}
