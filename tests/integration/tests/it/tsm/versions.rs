//! The version in addresses, and the wrong API at an address.

use support::ANY_PORT;
use tableau_client::tsm::{Tsm, VERSION_0_5, VERSION_1_0};
use tableau_client::{Client, ErrorKind, PersonalAccessToken};
use tableau_sandbox::{Sandbox, well_known};

use crate::tsm::fixture::{ACCOUNT, Fixture, PASSWORD, said, sign_in};

#[tokio::test]
async fn both_versions_are_spoken() {
    let fixture = Fixture::new();
    for version in [VERSION_0_5, VERSION_1_0] {
        let client = fixture.builder().api_version(version).build().unwrap();
        let session = sign_in(&client).await.unwrap();
        assert_eq!(session.api_version(), version);
        session.nodes().await.unwrap();
        session.sign_out().await.unwrap();
        assert_eq!(
            fixture.exchanges.count(&format!("GET /api/{version}/nodes 200")),
            1
        );
        assert_eq!(
            fixture
                .exchanges
                .count(&format!("POST /api/{version}/logout 204")),
            1
        );
    }
}

#[tokio::test]
async fn the_version_is_negotiated() {
    let fixture = Fixture::new();
    fixture.tsm().serve_version(VERSION_1_0, false);
    let client = fixture.client();
    let session = sign_in(&client).await.unwrap();
    assert_eq!(session.api_version(), VERSION_0_5);
    assert_eq!(
        fixture.exchanges.all(),
        ["POST /api/1.0/login 401", "POST /api/0.5/login 204"]
    );
    // Negotiated once for this client.
    fixture.tsm().end_sessions();
    session.nodes().await.unwrap();
    sign_in(&client).await.unwrap();
    assert_eq!(fixture.exchanges.count("/api/1.0/"), 1);
    assert_eq!(fixture.exchanges.logins(), 4);
}

#[tokio::test]
async fn the_usual_version_needs_no_negotiation() {
    let fixture = Fixture::new();
    fixture.tsm().serve_version(VERSION_0_5, false);
    let session = fixture.signed_in().await;
    assert_eq!(session.api_version(), VERSION_1_0);
    assert_eq!(fixture.exchanges.all(), ["POST /api/1.0/login 204"]);
}

#[tokio::test]
async fn a_wrong_password_is_told_from_an_unknown_version() {
    let fixture = Fixture::new();
    fixture.tsm().serve_version(VERSION_1_0, false);
    let error = fixture.client().sign_in(ACCOUNT, "wrong").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignInRefused);
    assert!(!said(&error).contains("version"), "{}", said(&error));

    let client = fixture.builder().api_version(VERSION_1_0).build().unwrap();
    let error = sign_in(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignInRefused);
    assert!(
        said(&error).contains("version 1.0 of the API"),
        "{}",
        said(&error)
    );

    fixture.tsm().serve_version(VERSION_0_5, false);
    let error = sign_in(&fixture.client()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignInRefused);
    assert!(said(&error).contains("neither version"), "{}", said(&error));
    assert!(!said(&error).contains(PASSWORD));
}

#[tokio::test]
async fn the_rest_client_recognizes_a_tsm_port() {
    let fixture = Fixture::new();
    let token = || PersonalAccessToken::new(well_known::PAT_NAME, well_known::PAT_SECRET);
    let builder = || {
        let builder = Client::builder(fixture.url()).no_proxy();
        builder.pin_sha256(&fixture.fingerprint())
    };
    // Asked for its version first, or signed in to at once.
    for builder in [
        builder(),
        builder().api_version(tableau_client::Version::new(3, 7)),
    ] {
        let error = builder.build().unwrap().sign_in(token()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Address, "{error:?}");
        assert!(
            error
                .to_string()
                .contains("this is Tableau Services Manager (TSM)"),
            "{error}"
        );
        assert!(error.hint().unwrap().contains("REST API"), "{error:?}");
    }
}

#[tokio::test]
async fn the_tsm_client_recognizes_a_rest_port() {
    let sandbox = Sandbox::builder()
        .workbooks(1)
        .listen_tls(ANY_PORT)
        .start()
        .unwrap();
    let builder = Tsm::builder(sandbox.tls_url().unwrap()).no_proxy();
    let client = builder.ca_file(sandbox.ca_file().unwrap()).build().unwrap();
    let error = sign_in(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Address, "{error:?}");
    assert!(said(&error).contains("8850"), "{}", said(&error));
}
