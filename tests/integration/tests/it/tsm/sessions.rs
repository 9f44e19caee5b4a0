//! Signing in and out, and sessions that end in between.

use futures_util::future::join_all;
use tableau_client::tsm::{JobId, Tsm};
use tableau_client::wire::rest::server::GetCurrentSession;
use tableau_client::wire::tsm::maintenance::Cleanup;
use tableau_client::{Error, ErrorKind, Reached, Secret};
use tableau_sandbox::well_known;

use crate::tsm::fixture::{ACCOUNT, Fixture, PASSWORD, said, sign_in, soon};

#[tokio::test]
async fn a_session_from_beginning_to_end() {
    let fixture = Fixture::new();
    let session = fixture.signed_in().await;
    assert_eq!((fixture.sessions(), session.generation()), (1, 1));
    let status = session.status().await.unwrap();
    assert_eq!(status.rollup_status.as_ref().unwrap().as_str(), "Running");
    assert_eq!(
        status.raw()["clusterStatus"]["nodes"].as_array().unwrap().len(),
        3
    );
    session.sign_out().await.unwrap();
    assert_eq!(fixture.sessions(), 0);
    session.sign_out().await.unwrap();
    assert_eq!(fixture.exchanges.count("/logout "), 1);
    let error = session.status().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionEnded);
    assert!(
        error.to_string().contains("signed out by this program"),
        "{error}"
    );
}

#[test]
fn without_a_runtime() {
    let fixture = Fixture::new();
    let client = fixture.client().blocking().unwrap();
    let nodes = client.with_session(ACCOUNT, PASSWORD, |session| {
        assert_eq!(fixture.sessions(), 1);
        Ok(session.nodes().send()?.nodes.clone())
    });
    assert_eq!(nodes.unwrap().len(), 3);
    assert_eq!(fixture.sessions(), 0);
}

#[tokio::test]
async fn concurrent_calls_on_a_dead_session_sign_in_once() {
    let fixture = Fixture::new();
    let session = fixture.signed_in().await;
    assert_eq!(fixture.tsm().end_sessions(), 1);
    let calls = (0..64).map(|_| {
        let session = session.clone();
        tokio::spawn(async move { session.nodes().await })
    });
    for call in join_all(calls).await {
        assert_eq!(call.unwrap().unwrap().nodes.len(), 3);
    }
    assert_eq!(fixture.exchanges.logins(), 2);
    assert_eq!((fixture.sessions(), session.generation()), (1, 2));
}

#[tokio::test]
async fn calls_that_are_not_idempotent_are_not_retried() {
    let fixture = Fixture::new();
    let session = fixture.signed_in().await;
    fixture.tsm().end_sessions();
    let error = session.cleanup(Cleanup::default()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::SessionRenewed, 1),
        "{error}"
    );
    assert!(error.hint().unwrap().contains("again"), "{error:?}");
    assert!(fixture.tsm().jobs().is_empty());
    assert_eq!(session.cleanup(Cleanup::default()).await.unwrap().id, JobId(1));
    assert_eq!(fixture.exchanges.logins(), 2);
}

#[tokio::test]
async fn a_session_without_renewal_says_it_has_ended() {
    let fixture = Fixture::new();
    let client = fixture.builder().without_renewal().build().unwrap();
    let session = sign_in(&client).await.unwrap();
    fixture.tsm().end_sessions();
    let error = session.nodes().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.reached()),
        (ErrorKind::SessionEnded, Reached::Yes)
    );
    // The session has ended: signing it out is not an error.
    session.sign_out().await.unwrap();
    assert_eq!(fixture.exchanges.logins(), 1);
}

#[tokio::test]
async fn a_refused_login_says_why() {
    let fixture = Fixture::new();
    let client = fixture.client();
    let refused = async |name: &str, password: &str| {
        let error = client.sign_in(name, password).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SignInRefused, "{error:?}");
        assert!(!said(&error).contains(PASSWORD), "{error:?}");
        error
    };
    let wrong = refused(ACCOUNT, "wrong").await;
    assert!(wrong.causes()[0].contains("password"), "{}", said(&wrong));
    assert!(wrong.tsm().is_some());
    let outsider = refused(well_known::TSM_ACCOUNT_WITHOUT_GROUP, PASSWORD).await;
    assert!(outsider.causes()[0].contains("tsmadmin"), "{}", said(&outsider));
    let domain = refused("CORP\\tsmadmin", PASSWORD).await;
    assert!(domain.causes()[0].contains("domain"), "{}", said(&domain));
    // One each: a password that is wrong is not tried at the other version.
    assert_eq!(fixture.exchanges.logins(), 3);
    assert_eq!(fixture.sessions(), 0);
}

#[tokio::test]
async fn logout_all_ends_every_session() {
    let fixture = Fixture::new();
    let (first, second) = (fixture.signed_in().await, fixture.signed_in().await);
    first.sign_out_everywhere().await.unwrap();
    assert_eq!(fixture.sessions(), 0);
    assert_eq!(first.nodes().await.unwrap_err().kind(), ErrorKind::SessionEnded);
    // A program that is still working signs in again, once.
    second.nodes().await.unwrap();
    assert_eq!((fixture.sessions(), fixture.exchanges.logins()), (1, 3));
}

#[tokio::test]
async fn a_session_is_resumed() {
    let fixture = Fixture::new();
    let kept: Secret = fixture.signed_in().await.cookies();
    let session = fixture.client().resume(&kept).unwrap();
    session.nodes().await.unwrap();
    assert_eq!((fixture.exchanges.logins(), session.generation()), (1, 0));
    fixture.tsm().end_sessions();
    let error = session.nodes().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionEnded, "{error}");
    let error = fixture.client().resume(&Secret::new("no cookies")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input);
}

#[tokio::test]
async fn a_block_signs_out_however_it_ends() {
    let fixture = Fixture::new();
    let client = fixture.client();
    let nodes = client.with_session(ACCOUNT, PASSWORD, async |session| session.nodes().await);
    assert_eq!(nodes.await.unwrap().nodes.len(), 3);
    assert_eq!(fixture.sessions(), 0);
    let error = client.with_session(ACCOUNT, PASSWORD, async |session| session.job(JobId(99)).await);
    assert_eq!(error.await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(fixture.sessions(), 0);

    let panics = tokio::spawn({
        let client = client.clone();
        async move {
            let block = async |_| -> Result<(), Error> { panic!("in the block") };
            client.with_session(ACCOUNT, PASSWORD, block).await
        }
    });
    assert!(panics.await.unwrap_err().is_panic());
    soon(async || fixture.sessions() == 0).await;

    let (inside, is_inside) = tokio::sync::oneshot::channel();
    let never = async move |_| -> Result<(), Error> {
        inside.send(()).unwrap();
        std::future::pending().await
    };
    let dropped = tokio::spawn(async move { client.with_session(ACCOUNT, PASSWORD, never).await });
    is_inside.await.unwrap();
    dropped.abort();
    assert!(dropped.await.unwrap_err().is_cancelled());
    soon(async || fixture.exchanges.count("/logout 204") == 4).await;
    assert_eq!(fixture.sessions(), 0);
}

#[tokio::test]
async fn each_api_has_its_own_sessions() {
    let fixture = Fixture::new();
    let error = fixture
        .signed_in()
        .await
        .call(GetCurrentSession)
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.reached()), (ErrorKind::Input, Reached::No));
    assert!(error.to_string().contains("a call of the REST API"), "{error}");
}

#[test]
fn plain_http_is_refused_with_the_reason() {
    for address in ["http://127.0.0.1:8850", "HTTP://your-server"] {
        let error = Tsm::new(address).unwrap_err();
        assert_eq!((error.kind(), error.reached()), (ErrorKind::Address, Reached::No));
        assert!(said(&error).contains("https only"), "{}", said(&error));
    }
}
