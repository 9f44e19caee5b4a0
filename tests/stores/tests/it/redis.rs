//! A real server: users, TLS, restarts, and none at all.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::net::TcpListener;
use std::time::Duration;

use stores::{Log, RedisServer};
use tableau_client::{ErrorKind, RedisStore, SessionKey, SessionStore, StoreError};
use tokio::runtime::Runtime;

const LONG: Duration = Duration::from_secs(3600);
const ENTRY: &str = "a session that no other user may see";

fn key() -> SessionKey {
    SessionKey::of(&["key"])
}

async fn load(store: &RedisStore) -> Result<Option<String>, StoreError> {
    let found = store.load(&key()).await;
    found.map(|entry| entry.map(|entry| entry.expose().to_owned()))
}

async fn save(store: &RedisStore) {
    let mut lease = store.try_lease(&key(), LONG).await.unwrap().unwrap();
    lease.save(&ENTRY.into(), LONG).await.unwrap();
    lease.release().await.unwrap();
}

fn why_unavailable<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> String {
    match answer {
        Err(StoreError::Unavailable(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn only_the_user_in_the_address_is_admitted() {
    let Some(server) = RedisServer::start() else {
        return;
    };
    save(&RedisStore::new(server.url()).unwrap()).await;
    // The server has no open user.
    let address = server
        .url()
        .replace(&format!("worker:{}@", RedisServer::password_in_url()), "");
    for (address, reason) in [
        (server.url_of("worker", "wrong-passw0rd"), "does not accept"),
        (server.url_of("unknown", "wrong-passw0rd"), "does not accept"),
        (address, "wants a user"),
    ] {
        let store = RedisStore::new(address).unwrap();
        let why = why_unavailable(load(&store).await);
        assert!(why.contains(reason), "{why}");
        assert!(!why.contains("wrong-passw0rd"), "{why}");
    }
    // A user that may only read.
    let reader = RedisStore::new(server.url_of("reader", &RedisServer::password_in_url())).unwrap();
    assert_eq!(load(&reader).await.unwrap().unwrap(), ENTRY);
    let why = why_unavailable(reader.try_lease(&key(), LONG).await);
    assert!(why.contains("may not") && why.contains("EVAL"), "{why}");
}

#[tokio::test]
async fn a_certificate_has_to_be_trusted() {
    let Some(server) = RedisServer::start_with_tls() else {
        return;
    };
    let store = RedisStore::with_ca_file(server.url(), server.ca_file()).unwrap();
    save(&store).await;
    assert_eq!(load(&store).await.unwrap().unwrap(), ENTRY);
    let stranger = RedisStore::new(server.url()).unwrap();
    let why = why_unavailable(load(&stranger).await);
    assert!(why.contains("certificate"), "{why}");
    // The certificate is not for another name.
    let other = server.url().replace("127.0.0.1", "localhost");
    let other = RedisStore::with_ca_file(other, server.ca_file()).unwrap();
    let why = why_unavailable(load(&other).await);
    assert!(why.contains("certificate"), "{why}");
    // Without TLS the answer is unreadable.
    let plain = RedisStore::new(server.url().replace("rediss:", "redis:")).unwrap();
    why_unavailable(load(&plain).await);
}

#[test]
fn an_unusable_certificate_is_reported_at_the_start() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("ca.pem");
    let url = "rediss://worker:hunter2@127.0.0.1";
    assert_eq!(
        RedisStore::with_ca_file(url, &file).unwrap_err().kind(),
        ErrorKind::Setup
    );
    std::fs::write(&file, "no certificate").unwrap();
    let error = RedisStore::with_ca_file(url, &file).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

#[tokio::test]
async fn a_restart_of_the_server_is_survived() {
    let Some(mut server) = RedisServer::start() else {
        return;
    };
    let store = RedisStore::new(server.url()).unwrap();
    save(&store).await;
    let mut lost = store.try_lease(&key(), LONG).await.unwrap().unwrap();
    server.stop();
    server.restart();
    // The connection is a new one, without an error in between, and what the server had is forgotten.
    assert_eq!(load(&store).await, Ok(None));
    // Numbers begin again: the old lease has the number of the new one, and still is not it.
    save(&store).await;
    save(&store).await;
    let mut lease = store.try_lease(&key(), LONG).await.unwrap().unwrap();
    assert_eq!(lost.save(&"late".into(), LONG).await, Err(StoreError::LeaseLost));
    drop(lost);
    lease.save(&"new".into(), LONG).await.unwrap();
    assert_eq!(load(&store).await.unwrap().unwrap(), "new");
    server.stop();
    why_unavailable(lease.save(&"newer".into(), LONG).await);
    server.restart();
    assert_eq!(
        lease.save(&"newer".into(), LONG).await,
        Err(StoreError::LeaseLost)
    );
    save(&store).await;
}

#[tokio::test]
async fn an_unreachable_server_is_reported() {
    // A port that no system gives to a test beside this one.
    for scheme in ["redis", "rediss"] {
        let store = RedisStore::new(format!("{scheme}://worker:hunter2@127.0.0.1:1")).unwrap();
        for why in [
            why_unavailable(load(&store).await),
            why_unavailable(store.try_lease(&key(), LONG).await),
        ] {
            assert!(why.contains("127.0.0.1:1") && !why.contains("hunter2"), "{why}");
        }
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_given_up() {
    // It accepts connections and does not answer.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    for scheme in ["redis", "rediss"] {
        let store = RedisStore::new(format!("{scheme}://worker:hunter2@127.0.0.1:{port}")).unwrap();
        let why = why_unavailable(load(&store).await);
        assert!(why.contains("no answer within 2.5 s"), "{why}");
    }
    let Some(server) = RedisServer::start() else {
        return;
    };
    let store = RedisStore::new(server.url()).unwrap();
    save(&store).await;
    server.freeze();
    assert!(why_unavailable(load(&store).await).contains("no answer"));
    server.thaw();
    assert_eq!(load(&store).await.unwrap().unwrap(), ENTRY);
}

#[test]
fn a_store_outlives_the_runtime_it_was_first_used_on() {
    let Some(server) = RedisServer::start() else {
        return;
    };
    let store = RedisStore::new(server.url()).unwrap();
    Runtime::new().unwrap().block_on(save(&store));
    let found = Runtime::new().unwrap().block_on(load(&store));
    assert_eq!(found.unwrap().unwrap(), ENTRY);
}

#[tokio::test]
async fn nothing_secret_is_shown() {
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .init();
    let Some(server) = RedisServer::start_with_tls() else {
        return;
    };
    let store = RedisStore::with_ca_file(server.url(), server.ca_file()).unwrap();
    let mut lease = store.try_lease(&key(), LONG).await.unwrap().unwrap();
    lease.save(&ENTRY.into(), LONG).await.unwrap();
    let wrong =
        RedisStore::with_ca_file(server.url_of("worker", "wrong-passw0rd"), server.ca_file()).unwrap();
    let shown = format!(
        "{store:?} {lease:?} {:?} {wrong:?} {:?}",
        store.load(&key()).await,
        wrong.load(&key()).await
    );
    lease.release().await.unwrap();
    let logged = log.take();
    assert!(logged.contains("rustls"), "the log has what it should");
    let password = RedisServer::password();
    for secret in [
        ENTRY,
        password,
        &RedisServer::password_in_url(),
        "wrong-passw0rd",
        "worker",
    ] {
        assert!(
            !shown.contains(secret) && !logged.contains(secret),
            "{secret}: {shown}"
        );
    }
}
