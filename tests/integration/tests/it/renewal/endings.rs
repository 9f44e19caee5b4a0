//! Sessions whose end, or whose renewal, goes wrong halfway.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use tableau_client::{Credentials, ErrorKind, Jwt, MemoryStore, PersonalAccessToken, UserPassword};
use tableau_sandbox::well_known::{ADMIN, MARKETING_SITE, PASSWORD, PAT_SECRET};
use tableau_sandbox::{Effect, Fault, Service};
use tokio::time::timeout;

use super::{answered, app, builder, client, kill_all, service, sign_ins};

fn password() -> UserPassword {
    UserPassword::new(ADMIN, PASSWORD)
}

/// The server does not answer the next call in time, and does nothing.
fn stall(service: &Service, call: &str) {
    let fault = Fault::of(Effect::StallRequest { bytes: 0 });
    service.controls().inject(fault.on(call));
}

#[tokio::test(start_paused = true)]
async fn a_sign_out_that_was_dropped_can_be_made_again() {
    let shared = MemoryStore::new();
    for store in [None, Some(shared)] {
        let service = service();
        let client = match store {
            Some(store) => builder(&service).session_store(store).build().unwrap(),
            None => client(&service),
        };
        let site = client.sign_in(password()).await.unwrap();
        stall(&service, "auth.signOut");
        let dropped = timeout(Duration::from_millis(300), site.sign_out()).await;
        assert!(dropped.is_err());
        site.workbooks().list().await.unwrap();
        site.sign_out().await.unwrap();
        assert_eq!(answered(&service, "auth.signOut", 204), 1);
        assert_eq!(service.controls().expire_sessions(), 0, "no session was left");
    }
}

/// A program that gives up in the midst of signing in cannot know that the server has begun a session.
#[tokio::test(start_paused = true)]
async fn a_block_that_was_dropped_during_the_sign_in_leaves_no_session() {
    let service = service();
    let slow = Fault::of(Effect::Delay { milliseconds: 5_000 });
    service.controls().inject(slow.on("auth.signIn"));
    let client = client(&service);
    let block = client.with_session(password(), async |_| Ok(()));
    assert!(timeout(Duration::from_secs(1), block).await.is_err());
    assert_eq!(answered(&service, "auth.signOut", 204), 0);
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(answered(&service, "auth.signOut", 204), 1);
    assert_eq!(service.controls().expire_sessions(), 0, "no session was left");
}

#[tokio::test]
async fn of_two_sign_outs_at_once_the_second_does_what_the_first_could_not() {
    let service = service();
    let site = client(&service).sign_in(password()).await.unwrap();
    service
        .controls()
        .inject(Fault::new(403, "403004").on("auth.signOut"));
    let (one, other) = (site.clone(), site.clone());
    let (one, other) = futures_util::join!(one.sign_out(), other.sign_out());
    assert_eq!((one.is_err(), other.is_ok()), (true, true));
    assert_eq!(service.controls().expire_sessions(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_impersonation_that_was_dropped_leaves_no_session() {
    let service = service();
    stall(&service, "users.list");
    let client = client(&service);
    let sign_in = client.sign_in(password().impersonate_name("anita.silva"));
    assert!(timeout(Duration::from_millis(300), sign_in).await.is_err());
    // What was spawned has its turn.
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(service.controls().expire_sessions(), 0);
}

#[tokio::test]
async fn an_impersonated_user_has_another_identifier_on_another_site() {
    let service = service();
    let site = client(&service)
        .sign_in(password().impersonate_name(ADMIN))
        .await
        .unwrap();
    let marketing = site.switch(MARKETING_SITE).await.unwrap();
    let user = marketing.session().user_id().clone();
    assert_ne!(site.session().user_id(), &user);
    kill_all(&service);
    marketing.workbooks().list().await.unwrap();
    assert_eq!(marketing.session().user_id(), &user);
}

/// A provider whose answers are these, one after the other; the last stays.
fn answers(secrets: &'static [Result<&'static str, &'static str>]) -> (Credentials, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let provider = Credentials::provider("vault", move || {
        let number = counted.fetch_add(1, Ordering::Relaxed);
        let answer = secrets.get(number).or(secrets.last()).copied().unwrap();
        async move { answer.map(|secret| PersonalAccessToken::new("sandbox", secret)) }
    });
    (provider, asked)
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_failed_once_is_asked_again() {
    let service = service();
    let (credentials, asked) = answers(&[Ok(PAT_SECRET), Err("connection refused"), Ok(PAT_SECRET)]);
    let site = client(&service).sign_in(credentials).await.unwrap();
    kill_all(&service);
    let error = site.workbooks().list().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input, "{error}");
    tokio::time::sleep(Duration::from_secs(2)).await;
    site.workbooks().list().await.unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 3);
}

/// A server is not asked twice with the same secret, which could lock the account.
#[tokio::test(start_paused = true)]
async fn a_provider_that_gave_an_old_secret_is_asked_again_and_the_server_is_not() {
    let service = service();
    let (credentials, asked) = answers(&[Ok(PAT_SECRET), Ok("old"), Ok("old"), Ok(PAT_SECRET)]);
    let site = client(&service).sign_in(credentials).await.unwrap();
    kill_all(&service);
    for _ in 0..2 {
        let error = site.workbooks().list().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SignInRefused, "{error}");
        tokio::time::sleep(Duration::from_secs(61)).await;
    }
    assert_eq!(answered(&service, "auth.signIn", 401), 1);
    site.workbooks().list().await.unwrap();
    assert_eq!((asked.load(Ordering::Relaxed), sign_ins(&service)), (4, 2));
}

/// The directory behind the server was away for a moment.
#[tokio::test]
async fn a_sign_in_that_the_program_asks_for_is_tried_after_a_refusal() {
    let service = service();
    let client = client(&service);
    let site = client.sign_in(password()).await.unwrap();
    kill_all(&service);
    service
        .controls()
        .inject(Fault::new(401, "401001").on("auth.signIn"));
    for _ in 0..2 {
        // Calls do not try again.
        let error = site.workbooks().list().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SignInRefused, "{error}");
    }
    assert_eq!(answered(&service, "auth.signIn", 401), 1);
    client.sign_in(password()).await.unwrap();
    site.workbooks().list().await.unwrap();
}

#[tokio::test]
async fn a_jwt_that_was_used_is_called_so() {
    let service = service();
    let app = app().scope("tableau:content:read");
    let jwt = Jwt::new(app.mint(SystemTime::now()).unwrap());
    let site = client(&service).sign_in(jwt).await.unwrap();
    kill_all(&service);
    let error = site.workbooks().list().await.unwrap_err();
    assert!(error.causes()[0].contains("a second time"), "{error:?}");
    assert!(error.hint().unwrap().contains("Jwt::provider"), "{error:?}");
}
