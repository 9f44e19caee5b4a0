//! Credential providers, and programs that leave their session to the next one.

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use support::InProcess;
use tableau_client::{Client, Credentials, ErrorKind, MemoryStore, PersonalAccessToken, UserPassword};
use tableau_sandbox::{Service, well_known};

use crate::renewal::{answered, builder, kill_all, service, sign_ins, token};

/// A short-lived program.
fn visitor(service: &Service, store: &MemoryStore) -> Client {
    let builder = builder(service).session_store(store.clone());
    builder.without_holding().build().unwrap()
}

/// A provider of the token that counts its calls.
fn counted(name: &str, asked: &Arc<AtomicUsize>) -> Credentials {
    let asked = Arc::clone(asked);
    Credentials::provider(name, move || {
        asked.fetch_add(1, Ordering::Relaxed);
        async { Ok::<_, std::io::Error>(token()) }
    })
}

#[tokio::test]
async fn a_provider_is_called_once_for_each_sign_in() {
    let (service, store) = (service(), MemoryStore::new());
    let asked = Arc::new(AtomicUsize::new(0));
    for round in 1..4 {
        for _ in 0..3 {
            let client = visitor(&service, &store);
            let site = client.sign_in(counted("ours", &asked)).await.unwrap();
            site.workbooks().list().await.unwrap();
        }
        assert_eq!(
            (sign_ins(&service), asked.load(Ordering::Relaxed)),
            (round, round)
        );
        kill_all(&service);
    }
    // Another name is another user.
    visitor(&service, &store)
        .sign_in(counted("theirs", &asked))
        .await
        .unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 4);
}

/// Neither the process that finds out nor the next one works as the other user.
#[tokio::test]
async fn a_provider_that_names_another_user_leaves_no_session() {
    let (service, store) = (service(), MemoryStore::new());
    let names = Arc::new(Mutex::new("admin"));
    let credentials = || {
        let names = Arc::clone(&names);
        Credentials::provider("ours", move || {
            let name = *names.lock().unwrap();
            async move { Ok::<_, Infallible>(UserPassword::new(name, well_known::PASSWORD)) }
        })
    };
    let site = visitor(&service, &store).sign_in(credentials()).await.unwrap();
    site.workbooks().list().await.unwrap();
    kill_all(&service);
    *names.lock().unwrap() = "anita.silva";
    for _ in 0..2 {
        let site = visitor(&service, &store).sign_in(credentials()).await.unwrap();
        let error = site.workbooks().list().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SessionEnded, "{error}");
        assert!(service.controls().sessions().is_empty());
    }
}

#[tokio::test]
async fn by_http_the_server_is_asked_where_it_is_before_a_token_leaves() {
    let (service, store) = (service(), MemoryStore::new());
    for round in 1..4 {
        let client = Client::builder("http://sandbox.invalid").transport(InProcess(service.clone()));
        let client = client
            .session_store(store.clone())
            .without_holding()
            .build()
            .unwrap();
        let site = client.sign_in(token()).await.unwrap();
        site.workbooks().list().await.unwrap();
        assert_eq!(
            (
                sign_ins(&service),
                answered(&service, "server.getServerInfo", 200)
            ),
            (1, round)
        );
    }
}

#[tokio::test]
async fn a_provider_that_fails_says_why_and_leaves_the_session_alone() {
    let (service, store) = (service(), MemoryStore::new());
    let failing = || {
        Credentials::provider("ours", || async {
            Err::<PersonalAccessToken, _>("the vault is shut")
        })
    };
    let error = visitor(&service, &store).sign_in(failing()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input);
    assert!(error.to_string().contains("the vault is shut"), "{error}");

    let asked = Arc::new(AtomicUsize::new(0));
    visitor(&service, &store)
        .sign_in(counted("ours", &asked))
        .await
        .unwrap();
    let site = visitor(&service, &store).sign_in(failing()).await.unwrap();
    site.workbooks().list().await.unwrap();
    kill_all(&service);
    let error = site.workbooks().list().await.unwrap_err();
    assert!(error.to_string().contains("the vault is shut"), "{error}");
}

#[tokio::test]
async fn only_lease_holders_are_waited_for() {
    let (service, store) = (service(), MemoryStore::new());
    let holder = builder(&service).session_store(store.clone()).build().unwrap();
    let site = holder.sign_in(token()).await.unwrap();
    let visit = visitor(&service, &store).sign_in(token()).await.unwrap();
    assert_eq!(sign_ins(&service), 1);
    site.sign_out().await.unwrap();
    assert_eq!(answered(&service, "auth.signOut", 204), 1);
    // It begins a session of its own, which the next one finds.
    visit.workbooks().list().await.unwrap();
    visitor(&service, &store).sign_in(token()).await.unwrap();
    assert_eq!(sign_ins(&service), 2);
}
