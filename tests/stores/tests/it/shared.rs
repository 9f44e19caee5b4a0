//! Clients that share a session through a faulty store.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;
use std::time::Duration;

use stores::{Log, RedisServer};
use tableau_client::{
    Client, ErrorKind, FileStore, PersonalAccessToken, PersonalAccessTokenPool, RedisStore, SessionStore,
    Site,
};
use tableau_sandbox::Sandbox;
use tableau_sandbox::well_known::{PAT_NAME, PAT_SECRET};

/// A client of its own, as another process would have it.
async fn sign_in(sandbox: &Sandbox, store: impl SessionStore) -> Site {
    let client = Client::builder(sandbox.url())
        .session_store(store)
        .build()
        .unwrap();
    client
        .sign_in(PersonalAccessToken::new(PAT_NAME, PAT_SECRET))
        .await
        .unwrap()
}

fn sign_ins(sandbox: &Sandbox) -> usize {
    let log = sandbox.service().log().entries();
    let sign_ins = log
        .iter()
        .filter(|entry| entry.operation.as_deref() == Some("auth.signIn"));
    sign_ins.inspect(|entry| assert_eq!(entry.status, 200)).count()
}

/// What is logged by this thread from now on.
fn listen() -> (Log, tracing::subscriber::DefaultGuard) {
    let log = Log::default();
    let listener = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_writer(log.clone())
        .finish();
    (log, tracing::subscriber::set_default(listener))
}

#[tokio::test]
async fn a_session_is_shared_by_tls_with_a_user_of_the_workers() {
    let Some(server) = RedisServer::start_with_tls() else {
        return;
    };
    let sandbox = Sandbox::start().unwrap();
    let store = || RedisStore::with_ca_file(server.url(), server.ca_file()).unwrap();
    let (one, two) = (sign_in(&sandbox, store()).await, sign_in(&sandbox, store()).await);
    assert_eq!(sign_ins(&sandbox), 1);
    sandbox.service().controls().expire_sessions();
    for site in [&one, &two] {
        site.workbooks().list().await.unwrap();
    }
    assert_eq!(sign_ins(&sandbox), 2);
    one.sign_out().await.unwrap();
    two.workbooks().list().await.unwrap();
    two.sign_out().await.unwrap();
    assert_eq!(
        (sign_ins(&sandbox), sandbox.service().controls().sessions().len()),
        (2, 0)
    );
}

#[tokio::test]
async fn a_server_that_is_away_costs_a_warning_and_no_call() {
    let Some(mut server) = RedisServer::start() else {
        return;
    };
    let (log, _listening) = listen();
    let sandbox = Sandbox::start().unwrap();
    let store = || RedisStore::new(server.url()).unwrap();
    let (one, two) = (sign_in(&sandbox, store()).await, sign_in(&sandbox, store()).await);
    assert_eq!(sign_ins(&sandbox), 1);

    // A restart with all data lost causes no error.
    server.stop();
    server.restart();
    sandbox.service().controls().expire_sessions();
    for site in [&two, &one] {
        site.workbooks().list().await.unwrap();
    }
    assert_eq!((sign_ins(&sandbox), log.take().as_str()), (2, ""));

    server.stop();
    sandbox.service().controls().expire_sessions();
    for (site, sign_ins_so_far) in [(&one, 3), (&two, 4)] {
        site.workbooks().list().await.unwrap();
        assert_eq!(sign_ins(&sandbox), sign_ins_so_far, "neither knows of the other");
        let logged = log.take();
        assert!(
            logged.contains("WARN") && logged.contains("signing in without sharing the session"),
            "{logged}"
        );
    }

    // Once the store is back, the client whose session the other ended finds the shared one.
    server.restart();
    sandbox.service().controls().expire_sessions();
    for site in [&two, &one] {
        site.workbooks().list().await.unwrap();
    }
    assert_eq!((sign_ins(&sandbox), log.take().as_str()), (5, ""));
}

#[tokio::test]
async fn a_server_that_hangs_costs_a_warning_and_no_call() {
    let Some(server) = RedisServer::start() else {
        return;
    };
    let (log, _listening) = listen();
    let sandbox = Sandbox::start().unwrap();
    let site = sign_in(&sandbox, RedisStore::new(server.url()).unwrap()).await;
    server.freeze();
    sandbox.service().controls().expire_sessions();
    site.workbooks().list().await.unwrap();
    assert!(log.take().contains("no answer within"));
    server.thaw();
}

#[tokio::test]
async fn a_leased_token_survives_a_server_that_lost_its_data() {
    let Some(mut server) = RedisServer::start() else {
        return;
    };
    let sandbox = Sandbox::start().unwrap();
    let client = || {
        let store = RedisStore::new(server.url()).unwrap();
        Client::builder(sandbox.url())
            .session_store(store)
            .build()
            .unwrap()
    };
    let (one, two) = (client(), client());
    let pool = PersonalAccessTokenPool::new([PersonalAccessToken::new(PAT_NAME, PAT_SECRET)]);
    let token = one.lease(&pool, Duration::ZERO).await.unwrap();
    let site = one.sign_in(token).await.unwrap();
    server.stop();
    sandbox.service().controls().expire_sessions();
    site.workbooks().list().await.unwrap();
    server.restart();
    sandbox.service().controls().expire_sessions();
    site.workbooks().list().await.unwrap();
    let error = two.lease(&pool, Duration::ZERO).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
    site.sign_out().await.unwrap();
    two.lease(&pool, Duration::ZERO).await.unwrap();
    assert_eq!(
        (sign_ins(&sandbox), sandbox.service().controls().sessions().len()),
        (3, 0)
    );
}

#[tokio::test]
async fn a_file_that_others_could_have_read_or_written_is_replaced() {
    let (log, _listening) = listen();
    let sandbox = Sandbox::start().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let store = || FileStore::at(directory.path().join("sessions")).unwrap();
    let one = sign_in(&sandbox, store()).await;
    let session = fs::read_dir(directory.path().join("sessions"))
        .unwrap()
        .next()
        .unwrap();
    let session = session.unwrap().path().join("session");
    // Only the superuser can give a file to another user.
    let give_away = |path: &Path| chown(path, Some(12_345), None).is_ok();
    let open_to_others = |path: &Path| fs::set_permissions(path, Permissions::from_mode(0o644)).is_ok();
    let mut signed_in = 1;
    for spoil in [&open_to_others as &dyn Fn(&Path) -> bool, &give_away] {
        if !spoil(&session) {
            continue;
        }
        signed_in += 1;
        let two = sign_in(&sandbox, store()).await;
        let logged = log.take();
        assert!(
            logged.contains("WARN") && logged.contains("not trusted"),
            "{logged}"
        );
        let metadata = fs::metadata(&session).unwrap();
        let directory = fs::metadata(session.parent().unwrap()).unwrap();
        assert_eq!(
            (metadata.mode() & 0o777, metadata.uid()),
            (0o600, directory.uid())
        );
        // The new session is shared again.
        one.workbooks().list().await.unwrap();
        two.workbooks().list().await.unwrap();
        assert_eq!(sign_ins(&sandbox), signed_in);
    }
}
