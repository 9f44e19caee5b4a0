//! Sessions that end, against the sandbox, whose log counts the sign-ins.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod endings;
mod jobs;
mod keep_alive;
mod pool;
mod provider;
mod races;
mod sharing;

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::TryStreamExt;
use futures_util::future::join_all;
use support::InProcess;
use tableau_client::wire::List;
use tableau_client::wire::rest::connected_apps::NewConnectedApplication;
use tableau_client::wire::rest::server::GetCurrentSession;
use tableau_client::{
    Client, ClientBuilder, ConnectedApp, ErrorKind, MemoryStore, PersonalAccessToken, Site, Source,
    UserPassword, Workbook,
};
use tableau_sandbox::well_known::{
    ADMIN, CONNECTED_APP_CLIENT_ID, CONNECTED_APP_SECRET_ID, CONNECTED_APP_SECRET_VALUE, MARKETING_SITE,
    PASSWORD, PAT_NAME, PAT_SECRET,
};
use tableau_sandbox::{Fault, Sandbox, Service};
use tokio::io::{AsyncRead, ReadBuf};

fn service() -> Service {
    Sandbox::builder().build().unwrap()
}

fn builder(service: &Service) -> ClientBuilder {
    Client::builder("https://sandbox.invalid").transport(InProcess(service.clone()))
}

fn client(service: &Service) -> Client {
    builder(service).build().unwrap()
}

fn token() -> PersonalAccessToken {
    PersonalAccessToken::new(PAT_NAME, PAT_SECRET)
}

/// The seeded connected app, for the administrator.
fn app() -> ConnectedApp {
    ConnectedApp::new(
        CONNECTED_APP_CLIENT_ID,
        CONNECTED_APP_SECRET_ID,
        CONNECTED_APP_SECRET_VALUE,
        ADMIN,
    )
}

/// How often a call was answered with a status.
fn answered(service: &Service, operation: &str, status: u16) -> usize {
    let log = service.log().entries();
    let of = log
        .iter()
        .filter(|entry| entry.operation.as_deref() == Some(operation));
    of.filter(|entry| entry.status == status).count()
}

fn sign_ins(service: &Service) -> usize {
    answered(service, "auth.signIn", 200)
}

fn kill_all(service: &Service) {
    assert!(
        service.controls().expire_sessions() > 0,
        "there was a session to end"
    );
}

#[tokio::test]
async fn concurrent_calls_on_a_dead_session_sign_in_once() {
    let service = service();
    let site = client(&service).sign_in(token()).await.unwrap();
    kill_all(&service);
    let reads = (0..64).map(|_| {
        let site = site.clone();
        tokio::spawn(async move { site.workbooks().list().await })
    });
    for read in join_all(reads).await {
        read.unwrap().unwrap();
    }
    assert_eq!(sign_ins(&service), 2);
    let session = site.session();
    assert_eq!((session.generation(), session.sign_ins()), (2, 2));
    assert!(session.age().unwrap() < Duration::from_secs(60));
}

#[tokio::test]
async fn calls_that_are_not_idempotent_are_not_retried() {
    let service = service();
    let site = client(&service).sign_in(token()).await.unwrap();
    kill_all(&service);
    let create = || {
        let app = NewConnectedApplication {
            name: "made once".to_owned(),
            ..NewConnectedApplication::default()
        };
        site.connected_apps().create(app)
    };
    let error = create().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionRenewed, "{error}");
    assert_eq!(error.attempts(), 1);
    assert!(error.hint().unwrap().contains("again"), "{error:?}");
    assert_eq!(answered(&service, "connected_apps.create", 401), 1);

    create().await.unwrap();
    assert_eq!(sign_ins(&service), 2);
    let made = site.connected_apps().list().await.unwrap();
    assert_eq!(made.items.iter().filter(|app| app.name == "made once").count(), 1);
}

#[tokio::test]
async fn a_client_that_repeats_all_calls_creates_once_after_a_renewal() {
    let service = service();
    let client = builder(&service).repeat_after_renewal().build().unwrap();
    let site = client.sign_in(token()).await.unwrap();
    kill_all(&service);
    let app = NewConnectedApplication {
        name: "made once".to_owned(),
        ..NewConnectedApplication::default()
    };
    site.connected_apps().create(app).await.unwrap();
    let made = site.connected_apps().list().await.unwrap();
    assert_eq!(made.items.iter().filter(|app| app.name == "made once").count(), 1);
    assert_eq!(
        (
            sign_ins(&service),
            answered(&service, "connected_apps.create", 401)
        ),
        (2, 1)
    );
}

#[tokio::test]
async fn a_page_stream_resumes_after_renewal() {
    let service = Sandbox::builder().workbooks(250).build().unwrap();
    let site = client(&service).sign_in(token()).await.unwrap();
    let count = site.workbooks().list().await.unwrap().total_available;
    let mut all = site.workbooks().list().page_size(5).all();
    let mut ids = Vec::new();
    while let Some(workbook) = all.try_next().await.unwrap() {
        if ids.len() == 7 {
            kill_all(&service);
        }
        ids.push(workbook.id);
    }
    assert_eq!(ids.len() as u64, count);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len() as u64, count, "no item came twice");
    assert_eq!(sign_ins(&service), 2);
}

#[tokio::test]
async fn an_upload_resumes_with_the_refused_chunk() {
    const MEGABYTE: usize = 1024 * 1024;
    let service = service();
    let site = client(&service).sign_in(token()).await.unwrap();
    let content: Vec<u8> = (0..3 * MEGABYTE + 5).map(|at| (at % 251) as u8).collect();
    let source = EndsSessions {
        content: content.clone(),
        read: 0,
        service: service.clone(),
    };
    let upload = site
        .upload(Source::reader(source))
        .chunk_megabytes(1)
        .await
        .unwrap();
    assert_eq!(service.controls().uploaded(upload.as_str()).unwrap(), content);
    assert_eq!(sign_ins(&service), 2);
    assert_eq!(answered(&service, "file_uploads.appendToFileUpload", 401), 1);
}

/// A file in the middle of which every session ends.
struct EndsSessions {
    content: Vec<u8>,
    read: usize,
    service: Service,
}

impl AsyncRead for EndsSessions {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let end = self
            .content
            .len()
            .min(self.read + buffer.remaining().min(64 * 1024));
        buffer.put_slice(self.content.get(self.read..end).unwrap_or_default());
        let half = self.content.len() / 2;
        if self.read < half && end >= half {
            kill_all(&self.service);
        }
        self.read = end;
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn site_and_impersonated_user_are_kept() {
    let service = service();
    let client = client(&service);
    let who = async |site: &Site| {
        let current = site.call(GetCurrentSession).await.unwrap();
        (current.user.name, current.site.content_url)
    };
    let user = UserPassword::new(ADMIN, PASSWORD).impersonate_name("liam.obrien");
    let site = client.sign_in(user).await.unwrap();
    let before = who(&site).await;
    assert_eq!(before.0, "liam.obrien");
    kill_all(&service);
    assert_eq!(who(&site).await, before);

    let default = client.sign_in(UserPassword::new(ADMIN, PASSWORD)).await.unwrap();
    let switched = default.switch(MARKETING_SITE).await.unwrap();
    let before = who(&switched).await;
    kill_all(&service);
    assert_eq!(who(&switched).await, before);
    assert_eq!(before.1.as_deref(), Some(MARKETING_SITE));
}

#[tokio::test]
async fn an_expired_session_is_renewed_before_use() {
    let service = service();
    let limit = Duration::from_secs(240 * 60);
    let site = builder(&service)
        .session_idle_limit(Duration::ZERO)
        .build()
        .unwrap();
    let site = site.sign_in(token()).await.unwrap();
    service.clock().advance(limit + Duration::from_secs(1));
    // Calls that are not idempotent work as well, since the dead session is not tried.
    let app = NewConnectedApplication {
        name: "late".to_owned(),
        ..NewConnectedApplication::default()
    };
    site.connected_apps().create(app).await.unwrap();
    assert_eq!(
        (
            sign_ins(&service),
            answered(&service, "connected_apps.create", 401)
        ),
        (2, 0)
    );
}

#[tokio::test]
async fn renewal_can_be_switched_off() {
    let service = service();
    let client = builder(&service).without_renewal().build().unwrap();
    let site = client.sign_in(token()).await.unwrap();
    kill_all(&service);
    let error = site.workbooks().list().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::SessionEnded, Some("401002"))
    );
    assert!(error.causes()[0].contains(PAT_NAME), "{error:?}");
    assert_eq!(sign_ins(&service), 1);
    // The program itself signs in again, while the site is still there.
    let again = client.sign_in(token()).await.unwrap();
    again.workbooks().list().await.unwrap();
    client.sign_in(token()).await.unwrap();
    assert_eq!(sign_ins(&service), 2);
    drop(site);
}

#[tokio::test]
async fn without_renewal_a_dead_session_of_a_store_is_replaced_by_signing_in_again() {
    let service = service();
    let store = MemoryStore::new();
    let client = || {
        let builder = builder(&service).session_store(store.clone());
        builder.without_renewal().build().unwrap()
    };
    let first = client().sign_in(token()).await.unwrap();
    kill_all(&service);
    let other = client();
    let site = other.sign_in(token()).await.unwrap();
    assert!(site.workbooks().list().await.is_err());
    let site = other.sign_in(token()).await.unwrap();
    site.workbooks().list().await.unwrap();
    // And for those that come after.
    let last = client().sign_in(token()).await.unwrap();
    last.workbooks().list().await.unwrap();
    assert_eq!(sign_ins(&service), 2);
    drop(first);
}

#[tokio::test]
async fn a_revoked_token_is_tried_once() {
    let service = service();
    let site = client(&service).sign_in(token()).await.unwrap();
    let admin = client(&service)
        .sign_in(UserPassword::new(ADMIN, PASSWORD))
        .await
        .unwrap();
    admin
        .call(tableau_client::wire::rest::auth::RevokeServerAdminTokens)
        .await
        .unwrap();
    for _ in 0..5 {
        let error = site.workbooks().list().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SignInRefused, "{error}");
        assert!(error.to_string().contains("signing in again failed"), "{error}");
    }
    assert_eq!(answered(&service, "auth.signIn", 401), 1);
}

#[tokio::test]
async fn a_missing_scope_is_named_and_no_reason_to_sign_in() {
    let service = service();
    let app = app().scope_for::<List<Workbook>>();
    let site = client(&service).sign_in(app).await.unwrap();
    let error = site.users().list().await.unwrap_err();
    assert!(error.causes()[0].contains("tableau:users:read"), "{error:?}");
    assert_eq!(error.causes().len(), 1, "nothing else is the reason");
    assert!(error.hint().unwrap().contains("lacks it too"), "{error:?}");
    assert_eq!(sign_ins(&service), 1);
    // And a fresh JWT is made when the session has died.
    kill_all(&service);
    site.workbooks().list().await.unwrap();
    assert_eq!(sign_ins(&service), 2);
}

#[tokio::test]
async fn a_resumed_session_is_not_renewed() {
    let service = service();
    let made = client(&service).sign_in(token()).await.unwrap();
    let brought = client(&service)
        .resume_token(made.session().token().clone())
        .await
        .unwrap();
    kill_all(&service);
    let error = brought.workbooks().list().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionEnded);
    assert!(error.causes().len() >= 3, "{error:?}");
    assert_eq!(sign_ins(&service), 1);
}

#[tokio::test(start_paused = true)]
async fn renewals_that_fail_are_counted() {
    let service = service();
    let site = client(&service).sign_in(token()).await.unwrap();
    kill_all(&service);
    service
        .controls()
        .inject(Fault::new(500, "500000").on("auth.signIn").times(2));
    for failed in 1..=2 {
        // The second sign-in is not attempted so soon after the first.
        for _ in 0..2 {
            let error = site.workbooks().list().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Server, "{error}");
            let session = site.session();
            assert_eq!((session.generation(), session.failed_renewals()), (1, failed));
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    site.workbooks().list().await.unwrap();
    let session = site.session();
    assert_eq!(
        (
            session.generation(),
            session.sign_ins(),
            session.failed_renewals()
        ),
        (2, 2, 2)
    );
}
