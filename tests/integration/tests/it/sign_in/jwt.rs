//! JWTs: those of other programs, those of connected apps, and unified access tokens.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use tableau_client::wire::List;
use tableau_client::wire::rest::connected_apps::{
    ConnectedApplicationPatch, CreateSecret, GetSecret, NewConnectedApplication,
};
use tableau_client::wire::value::SiteRole;
use tableau_client::{ConnectedApp, ErrorKind, Format, Jwt, Reached, Secret, UnifiedAccessToken, View};
use tableau_sandbox::well_known::{
    ADMIN, CLOUD_SITE, CONNECTED_APP_CLIENT_ID, CONNECTED_APP_SECRET_ID, CONNECTED_APP_SECRET_VALUE,
    MARKETING_SITE,
};

use crate::sign_in::{app, client, password, service, token};

/// A key pair for this test; it opens nothing.
pub(crate) const PRIVATE_KEY: &str = include_str!("../../keys/test-only.pem");
const PUBLIC_KEY: &str = include_str!("../../keys/test-only.pub.pem");

/// A JWT that another library makes, with a change.
pub(crate) fn foreign_jwt(change: impl FnOnce(&mut Header, &mut Value)) -> Secret {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some(CONNECTED_APP_SECRET_ID.to_owned());
    let mut claims = json!({
        "iss": CONNECTED_APP_CLIENT_ID, "sub": ADMIN, "aud": "tableau", "exp": now + 300,
        "jti": format!("{now}-{}", COUNTER.fetch_add(1, Ordering::SeqCst)), "scp": ["tableau:content:read"],
    });
    change(&mut header, &mut claims);
    let key = EncodingKey::from_secret(CONNECTED_APP_SECRET_VALUE.as_bytes());
    Secret::new(jsonwebtoken::encode(&header, &claims, &key).unwrap())
}

static COUNTER: AtomicUsize = AtomicUsize::new(0);

/// A JWT is good for some minutes by the server's clock.
#[tokio::test]
async fn a_clock_that_is_some_minutes_off_does_not_matter() {
    for (minutes, works) in [(9, true), (11, false)] {
        let service = service();
        service.clock().advance(Duration::from_secs(minutes * 60));
        let signed_in = client(&service, Format::Xml)
            .sign_in(app().site(MARKETING_SITE))
            .await;
        assert_eq!(signed_in.is_ok(), works, "{minutes} minutes: {signed_in:?}");
    }
}

#[tokio::test]
async fn a_jwt_is_asked_for_at_each_sign_in() {
    let service = service();
    let client = client(&service, Format::Json);
    let asked = Arc::new(AtomicUsize::new(0));
    let jwt = Jwt::provider({
        let asked = Arc::clone(&asked);
        move || {
            asked.fetch_add(1, Ordering::SeqCst);
            async { Ok::<_, std::io::Error>(foreign_jwt(|_, _| {})) }
        }
    });
    for _ in 0..3 {
        client.sign_in(jwt.clone().site(MARKETING_SITE)).await.unwrap();
    }
    assert_eq!(asked.load(Ordering::SeqCst), 3);

    // A JWT that is used again is refused.
    let once = Jwt::new(foreign_jwt(|_, _| {}));
    client.sign_in(once.clone().site(MARKETING_SITE)).await.unwrap();
    let again = client.sign_in(once.site(MARKETING_SITE)).await.unwrap_err();
    assert_eq!(again.kind(), ErrorKind::SignInRefused);

    let broken = Jwt::provider(|| async { Err::<Secret, _>("the vault is locked") });
    let error = client.sign_in(broken).await.unwrap_err();
    assert_eq!((error.kind(), error.reached()), (ErrorKind::Input, Reached::No));
    assert!(error.to_string().contains("the vault is locked"));
}

#[tokio::test]
async fn a_unified_access_token_signs_in_to_cloud() {
    let service = service();
    service
        .controls()
        .unified_access_token_issuer("https://issuer.example.com", "tenant-1", PUBLIC_KEY)
        .unwrap();
    let client = client(&service, Format::Json);
    let own = client.sign_in(token().site(CLOUD_SITE)).await.unwrap();
    let users = own.users().list().await.unwrap();
    let user = users
        .items
        .iter()
        .find(|user| user.name.contains('@') && user.site_role != Some(SiteRole::Unlicensed));
    let email = user.unwrap().name.as_str();

    let token =
        |tenant: &str| UnifiedAccessToken::new("https://issuer.example.com", tenant, PRIVATE_KEY, email);
    let site = client.sign_in(token("tenant-1").site(CLOUD_SITE)).await.unwrap();
    site.workbooks().list().await.unwrap();
    let brought = Jwt::new(token("tenant-1").mint(SystemTime::now()).unwrap()).unified_access_token();
    client.sign_in(brought.site(CLOUD_SITE)).await.unwrap();

    for refused in [
        token("tenant-2").site(CLOUD_SITE),
        token("tenant-1").site(MARKETING_SITE),
    ] {
        let error = client.sign_in(refused).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SignInRefused, "{error}");
    }
    assert!(!format!("{:?}", token("tenant-1")).contains("PRIVATE"));
}

#[tokio::test]
async fn a_session_does_what_its_scopes_say() {
    let service = service();
    let client = client(&service, Format::Xml);
    let site = client
        .sign_in(app().scope_for::<List<View>>().site(MARKETING_SITE))
        .await
        .unwrap();
    site.workbooks().list().await.unwrap();
    let error = site.users().list().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::SessionEnded, Some("401002"))
    );
    site.sign_out().await.unwrap();
}

#[tokio::test]
async fn a_connected_app_is_made_used_disabled_and_deleted() {
    let service = service();
    for format in [Format::Xml, Format::Json] {
        let client = client(&service, format);
        let admin = client.sign_in(password().site(MARKETING_SITE)).await.unwrap();
        let apps = admin.connected_apps();
        let new = NewConnectedApplication {
            name: "Portal".to_owned(),
            enabled: Some(true),
            ..NewConnectedApplication::default()
        };
        let made = apps.create(new).await.unwrap();
        assert_eq!((made.name.as_str(), made.enabled), ("Portal", Some(true)));
        let secret = admin
            .call(CreateSecret::new(made.client_id.clone()))
            .await
            .unwrap();
        let value = secret.value.clone().unwrap();
        let got = admin
            .call(GetSecret::new(made.client_id.clone(), secret.id.clone()))
            .await
            .unwrap();
        assert_eq!(got.value.as_ref(), Some(&value));

        let portal = || {
            ConnectedApp::new(made.client_id.as_str(), secret.id.as_str(), value.clone(), ADMIN)
                .site(MARKETING_SITE)
        };
        client
            .sign_in(portal())
            .await
            .unwrap()
            .workbooks()
            .list()
            .await
            .unwrap();
        let off = ConnectedApplicationPatch {
            enabled: Some(false),
            ..ConnectedApplicationPatch::default()
        };
        let patched = apps.update(&made.client_id, off).await.unwrap();
        assert_eq!((patched.name.as_str(), patched.enabled), ("Portal", Some(false)));
        let error = client.sign_in(portal()).await.unwrap_err();
        assert_eq!(error.sign_in_code().map(|code| code.number), Some(10090));

        apps.delete(&made.client_id).await.unwrap();
        let error = apps.get(&made.client_id).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        admin.sign_out().await.unwrap();
    }
}
