//! Shared sessions: clones of a client, and clients with one store.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use tableau_client::wire::rest::groups::NewGroup;
use tableau_client::{
    Client, ErrorKind, Filter, JobOutcome, Lease, MemoryStore, RequestBody, Secret, SessionKey, SessionStore,
    Site, StoreError, StoreFuture, Transport, TransportFuture,
};
use tableau_sandbox::Service;

use crate::renewal::{answered, builder, client, kill_all, service, sign_ins, token};

#[tokio::test]
async fn clones_of_a_client_share_a_session_and_the_last_signs_out() {
    let service = service();
    let client = client(&service);
    let sites = join_all((0..8).map(|_| client.clone().sign_in(token()))).await;
    let sites: Vec<Site> = sites.into_iter().map(Result::unwrap).collect();
    assert_eq!(sign_ins(&service), 1);
    let (last, others) = sites.split_last().unwrap();
    for site in others {
        site.sign_out().await.unwrap();
        assert_eq!(
            site.workbooks().list().await.unwrap_err().kind(),
            ErrorKind::SessionEnded
        );
    }
    last.workbooks().list().await.unwrap();
    last.sign_out().await.unwrap();
    assert_eq!(answered(&service, "auth.signOut", 204), 1);
    assert_eq!(service.controls().sessions().len(), 0);
}

#[tokio::test]
async fn a_shared_session_can_be_ended_for_all() {
    let service = service();
    let client = client(&service);
    let (first, second) = (
        client.sign_in(token()).await.unwrap(),
        client.sign_in(token()).await.unwrap(),
    );
    first.end_shared_session().await.unwrap();
    assert_eq!(service.controls().sessions().len(), 0);
    second.workbooks().list().await.unwrap();
    assert_eq!(sign_ins(&service), 2);
}

/// Separate clients that share a store, as several processes do.
fn sharing(service: &Service, store: &MemoryStore) -> Client {
    builder(service).session_store(store.clone()).build().unwrap()
}

#[tokio::test]
async fn a_store_gives_one_session_to_many_clients() {
    let (service, store) = (service(), MemoryStore::new());
    let clients: Vec<Client> = (0..16).map(|_| sharing(&service, &store)).collect();
    let sites = join_all(clients.iter().map(|client| client.sign_in(token()))).await;
    let sites: Vec<Site> = sites.into_iter().map(Result::unwrap).collect();
    assert_eq!(sign_ins(&service), 1);
    for round in 2..4 {
        kill_all(&service);
        let lists = join_all(sites.iter().map(|site| site.workbooks().list().send())).await;
        assert!(lists.iter().all(Result::is_ok), "{lists:?}");
        assert_eq!(
            sign_ins(&service),
            round,
            "one sign-in for each session that died"
        );
    }
    let (last, others) = sites.split_last().unwrap();
    for site in others {
        site.sign_out().await.unwrap();
    }
    last.workbooks().list().await.unwrap();
    last.sign_out().await.unwrap();
    assert_eq!(
        service.controls().sessions().len(),
        0,
        "the last of them ended it"
    );
    // A later client starts a new one.
    sharing(&service, &store).sign_in(token()).await.unwrap();
    assert_eq!(sign_ins(&service), 4);
}

type Spoil = fn(&str) -> String;

/// A store that corrupts every text that it returns.
#[derive(Debug)]
struct Spoilt {
    store: MemoryStore,
    spoil: Spoil,
}

impl SessionStore for Spoilt {
    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Secret>> {
        Box::pin(async move {
            let entry = self.store.load(key).await?;
            Ok(entry.map(|entry| Secret::new((self.spoil)(entry.expose()))))
        })
    }

    fn try_lease<'a>(
        &'a self,
        key: &'a SessionKey,
        time: Duration,
    ) -> StoreFuture<'a, Option<Box<dyn Lease>>> {
        self.store.try_lease(key, time)
    }
}

#[tokio::test]
async fn entries_of_a_store_are_checked() {
    let spoilers: [(&str, Spoil); 4] = [
        ("torn", |text| text.chars().take(text.len() / 2).collect()),
        ("empty", |_| String::new()),
        ("of another version", |text| {
            text.replace("\"version\":1", "\"version\":2")
        }),
        ("another user's", |text| text.replace("\"key\":\"", "\"key\":\"0")),
    ];
    for (what, spoil) in spoilers {
        let (service, store) = (service(), MemoryStore::new());
        let first = sharing(&service, &store).sign_in(token()).await.unwrap();
        let spoilt = Spoilt {
            store: store.clone(),
            spoil,
        };
        let second = builder(&service).session_store(spoilt).build().unwrap();
        let second = second.sign_in(token()).await.unwrap();
        second.workbooks().list().await.unwrap();
        assert_eq!(sign_ins(&service), 2, "{what}");
        // The first finds the session that the second has left.
        first.workbooks().list().await.unwrap();
        assert_eq!(sign_ins(&service), 2, "{what}");
    }
}

#[tokio::test]
async fn a_session_of_another_user_is_not_resumed() {
    let (service, store) = (service(), MemoryStore::new());
    let first = sharing(&service, &store).sign_in(token()).await.unwrap();
    let others = Spoilt {
        store: store.clone(),
        spoil: |text| match text.contains("\"generation\":2") {
            true => text.replace("\"user_id\":\"", "\"user_id\":\"0"),
            false => text.to_owned(),
        },
    };
    let second = builder(&service).session_store(others).build().unwrap();
    let second = second.sign_in(token()).await.unwrap();
    assert_eq!(sign_ins(&service), 1);
    kill_all(&service);
    first.workbooks().list().await.unwrap();
    // The entry now is another client's, as far as it can tell.
    second.workbooks().list().await.unwrap();
    assert_eq!((sign_ins(&service), second.session().generation()), (3, 3));
    assert_eq!(second.session().user_id(), first.session().user_id());
    first.workbooks().list().await.unwrap();
    assert_eq!(sign_ins(&service), 3, "it was replaced");
}

#[tokio::test]
async fn a_stale_entry_costs_one_call() {
    let (service, store) = (service(), MemoryStore::new());
    let gone = sharing(&service, &store).sign_in(token()).await.unwrap();
    drop(gone);
    kill_all(&service);
    let site = sharing(&service, &store).sign_in(token()).await.unwrap();
    site.workbooks().list().await.unwrap();
    assert_eq!(sign_ins(&service), 2);
    assert_eq!(site.session().generation(), 2);
}

/// A program that has just signed in cannot know that the session it was given had ended.
#[tokio::test]
async fn creating_with_a_stale_entry_is_done_once() {
    let (service, store) = (service(), MemoryStore::new());
    drop(sharing(&service, &store).sign_in(token()).await.unwrap());
    kill_all(&service);
    let site = sharing(&service, &store).sign_in(token()).await.unwrap();
    site.groups().create(NewGroup::new("Crew")).await.unwrap();
    assert_eq!(sign_ins(&service), 2);
    kill_all(&service);
    // The one that it has begun itself is another matter.
    let error = site.groups().create(NewGroup::new("Others")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionRenewed);
}

#[tokio::test]
async fn a_refresh_that_is_waited_for_is_queued_after_a_renewal() {
    let service = service();
    let site = client(&service).sign_in(token()).await.unwrap();
    let extract = Filter::eq("hasExtracts", "true");
    let workbooks = site.workbooks().list().filter(extract).await.unwrap().items;
    for or_queued in [false, true] {
        kill_all(&service);
        let refresh = site.workbooks().refresh(&workbooks[usize::from(or_queued)].id);
        let job = match or_queued {
            true => refresh.or_queued().wait(Duration::ZERO).await,
            false => refresh.wait(Duration::ZERO).await,
        };
        assert!(matches!(job.unwrap(), JobOutcome::TimedOut(_)));
    }
    assert_eq!(answered(&service, "workbooks.refresh", 401), 2);
}

#[tokio::test]
async fn a_session_taken_from_the_store_may_be_dead() {
    let (service, store) = (service(), MemoryStore::new());
    let (first, second) = (sharing(&service, &store), sharing(&service, &store));
    let (first, second) = (
        first.sign_in(token()).await.unwrap(),
        second.sign_in(token()).await.unwrap(),
    );
    kill_all(&service);
    first.workbooks().list().await.unwrap();
    kill_all(&service);
    // It knows the first session, finds the second, and needs a third.
    second.workbooks().list().await.unwrap();
    assert_eq!(sign_ins(&service), 3);
    assert_eq!(
        (second.session().generation(), second.session().sign_ins()),
        (3, 1)
    );
}

/// A store that cannot be reached.
#[derive(Debug)]
pub(crate) struct Away;

impl SessionStore for Away {
    fn load<'a>(&'a self, _: &'a SessionKey) -> StoreFuture<'a, Option<Secret>> {
        Box::pin(async { Err(StoreError::Unavailable("away".to_owned())) })
    }

    fn try_lease<'a>(&'a self, _: &'a SessionKey, _: Duration) -> StoreFuture<'a, Option<Box<dyn Lease>>> {
        Box::pin(async { Err(StoreError::Unavailable("away".to_owned())) })
    }
}

#[tokio::test]
async fn a_store_that_is_unavailable_fails_no_call() {
    let service = service();
    let site = builder(&service).session_store(Away).build().unwrap();
    let site = site.sign_in(token()).await.unwrap();
    kill_all(&service);
    site.workbooks().list().await.unwrap();
    site.sign_out().await.unwrap();
    assert_eq!((sign_ins(&service), service.controls().sessions().len()), (2, 0));
}

/// A store that fails from some time on.
#[derive(Debug, Clone, Default)]
struct Fails(MemoryStore, Arc<AtomicBool>);

impl Fails {
    fn store(&self) -> &dyn SessionStore {
        match self.1.load(Ordering::Relaxed) {
            true => &Away,
            false => &self.0,
        }
    }
}

impl SessionStore for Fails {
    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Secret>> {
        self.store().load(key)
    }

    fn try_lease<'a>(
        &'a self,
        key: &'a SessionKey,
        time: Duration,
    ) -> StoreFuture<'a, Option<Box<dyn Lease>>> {
        self.store().try_lease(key, time)
    }
}

#[tokio::test]
async fn a_session_is_ended_for_all_without_the_store_too() {
    let (service, store) = (service(), Fails::default());
    let client = builder(&service).session_store(store.clone()).build().unwrap();
    let site = client.sign_in(token()).await.unwrap();
    store.1.store(true, Ordering::Relaxed);
    site.end_shared_session().await.unwrap();
    assert_eq!(service.controls().sessions().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_dead_holder_delays_others_for_its_lease_at_most() {
    let (service, store) = (service(), MemoryStore::new());
    // A process that died while it signed in: its lease is never given back.
    let stuck = tokio::spawn({
        let client = Client::builder("https://sandbox.invalid")
            .transport(Never)
            .session_store(store.clone())
            .build()
            .unwrap();
        async move { client.sign_in(token()).await }
    });
    tokio::task::yield_now().await;
    stuck.abort();
    assert!(stuck.await.unwrap_err().is_cancelled());
    let site = sharing(&service, &store).sign_in(token()).await.unwrap();
    site.workbooks().list().await.unwrap();
    assert_eq!(sign_ins(&service), 1);
}

/// A network without answers.
pub(crate) struct Never;

impl Transport for Never {
    fn send(&self, _: http::Request<RequestBody>) -> TransportFuture {
        Box::pin(std::future::pending())
    }
}
