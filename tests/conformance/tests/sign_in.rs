//! Every way to sign in, by the client against the sandbox; JWTs that somebody else made and ours.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use tableau_client::wire::rest::connected_apps::{
    ConnectedApplicationPatch, CreateSecret, GetSecret, NewConnectedApplication,
};
use tableau_client::wire::rest::server::GetCurrentSession;
use tableau_client::wire::rest::users::ListPersonalAccessTokens;
use tableau_client::wire::value::SiteRole;
use tableau_client::wire::{List, SignInCode};
use tableau_client::{
    Client, ConnectedApp, Credentials, Error, ErrorKind, Format, Jwt, PersonalAccessToken, Reached, Secret,
    Session, Site, Transport, TransportFuture, UnifiedAccessToken, User, UserPassword, Version, View,
    Workbook,
};
use tableau_sandbox::well_known::{
    ADMIN, CLOUD_SITE, CONNECTED_APP_CLIENT_ID, CONNECTED_APP_SECRET_ID, CONNECTED_APP_SECRET_VALUE,
    MARKETING_SITE, PASSWORD, PAT_NAME, PAT_SECRET, SINGLE_SIGN_ON_USER,
};
use tableau_sandbox::{Sandbox, Service};

#[derive(Clone)]
struct InProcess(Service);

impl Transport for InProcess {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture {
        let service = self.0.clone();
        Box::pin(async move { Ok(service.handle(request).await) })
    }
}

fn service() -> Service {
    Sandbox::builder().build().unwrap()
}

fn client(service: &Service, format: Format) -> Client {
    let builder = Client::builder("https://sandbox.invalid").format(format);
    builder.transport(InProcess(service.clone())).build().unwrap()
}

fn token() -> PersonalAccessToken {
    PersonalAccessToken::new(PAT_NAME, PAT_SECRET)
}

fn password() -> UserPassword {
    UserPassword::new(ADMIN, PASSWORD)
}

fn app() -> ConnectedApp {
    ConnectedApp::new(
        CONNECTED_APP_CLIENT_ID,
        CONNECTED_APP_SECRET_ID,
        CONNECTED_APP_SECRET_VALUE,
        ADMIN,
    )
}

/// A JWT by another library than ours, with something changed.
fn foreign_jwt(change: impl FnOnce(&mut Header, &mut Value)) -> Secret {
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

async fn who(site: &Site) -> String {
    site.call(GetCurrentSession).await.unwrap().user.name
}

#[tokio::test]
async fn every_kind_signs_in_lists_and_signs_out() {
    let service = service();
    for format in [Format::Xml, Format::Json] {
        let client = client(&service, format);
        let app = app().scope_for::<List<Workbook>>().scope_for::<List<User>>();
        let kinds: [Credentials; 4] = [
            token().into(),
            password().into(),
            app.into(),
            Jwt::new(foreign_jwt(|_, _| {})).into(),
        ];
        for credentials in kinds {
            let site = client
                .sign_in(credentials.clone().site(MARKETING_SITE))
                .await
                .unwrap_or_else(|error| {
                    panic!("{credentials}: {error}");
                });
            assert_eq!(site.session().content_url(), MARKETING_SITE);
            assert!(site.workbooks().list().await.unwrap().total_available > 0);
            assert_eq!(who(&site).await, ADMIN);
            site.sign_out().await.unwrap();
        }
    }
}

#[tokio::test]
async fn somebody_else_by_id_and_by_name() {
    let service = service();
    let client = client(&service, Format::Xml);
    let own = client.sign_in(password().site(MARKETING_SITE)).await.unwrap();
    let users = own.users().list().await.unwrap();
    let other = users
        .items
        .iter()
        .find(|user| user.name != ADMIN && user.site_role.as_ref().is_some_and(|r| r.as_str() == "Viewer"));
    let other = other.unwrap();

    let app = || app().scope_for::<List<User>>();
    let ways: [Credentials; 3] = [token().into(), password().into(), app().into()];
    for credentials in ways {
        let credentials = credentials.site(MARKETING_SITE);
        let by_id = client
            .sign_in(credentials.clone().impersonate(&other.id))
            .await
            .unwrap();
        assert_eq!(
            (who(&by_id).await, by_id.session().user_id()),
            (other.name.clone(), &other.id),
            "{credentials}"
        );
        let by_name = client
            .sign_in(credentials.clone().impersonate_name(&other.name))
            .await
            .unwrap();
        assert_eq!(who(&by_name).await, other.name, "{credentials}");

        let nobody = client
            .sign_in(
                credentials
                    .clone()
                    .impersonate("00000000-0000-4000-8000-000000000000"),
            )
            .await
            .unwrap_err();
        assert_eq!(
            (nobody.kind(), nobody.code()),
            (ErrorKind::NotFound, Some("404002")),
            "{credentials}"
        );
        let nobody = client
            .sign_in(credentials.clone().impersonate_name("nobody at all"))
            .await
            .unwrap_err();
        assert_eq!(nobody.kind(), ErrorKind::NotFound, "{credentials}");
        assert!(nobody.to_string().contains("nobody at all"), "{nobody}");
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

    // One that is used twice is refused the second time.
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
async fn every_mistake_of_a_jwt_is_explained() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    type Mistake = Box<dyn Fn() -> Secret>;
    let mistakes: Vec<(u32, &str, Mistake)> = vec![
        (
            5,
            "not known",
            Box::new(|| foreign_jwt(|_, claims| claims["sub"] = "nobody".into())),
        ),
        (
            16,
            "10 minutes",
            Box::new(move || foreign_jwt(move |_, claims| claims["exp"] = (now + 1800).into())),
        ),
        (
            126,
            "client id",
            Box::new(|| {
                foreign_jwt(|_, claims| claims["iss"] = "00000000-0000-4000-8000-000000000000".into())
            }),
        ),
        (
            127,
            "no secret",
            Box::new(|| {
                foreign_jwt(|header, _| header.kid = Some("00000000-0000-4000-8000-000000000000".to_owned()))
            }),
        ),
        (
            10083,
            "kid",
            Box::new(|| foreign_jwt(|header, _| header.kid = None)),
        ),
        (
            10084,
            "aud",
            Box::new(|| foreign_jwt(|_, claims| claims["aud"] = "somebody".into())),
        ),
        (
            10084,
            "sub",
            Box::new(|| foreign_jwt(|_, claims| drop(claims.as_object_mut().unwrap().remove("sub")))),
        ),
        (
            10087,
            "algorithm",
            Box::new(|| foreign_jwt(|header, _| header.alg = Algorithm::HS512)),
        ),
        (
            101_002,
            "8192",
            Box::new(|| foreign_jwt(|_, claims| claims["filler"] = "x".repeat(9000).into())),
        ),
    ];
    let service = service();
    for format in [Format::Xml, Format::Json] {
        let client = client(&service, format);
        for (number, meaning, jwt) in &mistakes {
            let error = client
                .sign_in(Jwt::new(jwt()).site(MARKETING_SITE))
                .await
                .unwrap_err();
            assert_eq!(
                (error.kind(), error.code()),
                (ErrorKind::SignInRefused, Some("401001")),
                "{number}"
            );
            assert_eq!(error.sign_in_code(), SignInCode::find(*number), "{error}");
            assert!(
                error.causes().iter().any(|cause| cause.contains(meaning)),
                "{number}: {:?}",
                error.causes()
            );
            assert!(error.hint().is_some());
        }
    }
}

#[tokio::test]
async fn what_is_refused_for_each_product_and_user() {
    let service = service();
    let client = client(&service, Format::Xml);
    let refused: [Credentials; 4] = [
        password().site(CLOUD_SITE),
        UserPassword::new(ADMIN, "wrong").into(),
        UserPassword::new(SINGLE_SIGN_ON_USER, PASSWORD).into(),
        token()
            .site(CLOUD_SITE)
            .impersonate("00000000-0000-4000-8000-000000000000"),
    ];
    for credentials in refused {
        let error = client.sign_in(credentials.clone()).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::SignInRefused, Some("401001")),
            "{credentials}"
        );
        assert!(!error.causes().is_empty(), "{credentials}");
    }
}

/// A key pair for this test; it opens nothing.
const PRIVATE_KEY: &str = include_str!("keys/test-only.pem");
const PUBLIC_KEY: &str = include_str!("keys/test-only.pub.pem");

#[tokio::test]
async fn a_unified_access_token_signs_in_to_cloud() {
    let service = service();
    service
        .unified_access_token_issuer("https://issuer.example.com", "tenant-1", PUBLIC_KEY)
        .unwrap();
    let client = client(&service, Format::Json);
    let own = client.sign_in(token().site(CLOUD_SITE)).await.unwrap();
    let users = own.users().list().await.unwrap();
    let somebody = users
        .items
        .iter()
        .find(|user| user.name.contains('@') && user.site_role != Some(SiteRole::Unlicensed));
    let email = somebody.unwrap().name.as_str();

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
async fn switching_sites() {
    let service = service();
    for format in [Format::Xml, Format::Json] {
        let client = client(&service, format);
        let default = client.sign_in(token()).await.unwrap();
        assert_eq!(default.session().content_url(), "");
        let marketing = default.switch(MARKETING_SITE).await.unwrap();
        assert_eq!(marketing.session().content_url(), MARKETING_SITE);
        assert!(marketing.workbooks().list().await.unwrap().total_available > 0);

        // The old one says why it is over, and so does the server to whoever else has its token.
        let error = default.workbooks().list().await.unwrap_err();
        assert_eq!(
            (error.kind(), error.reached()),
            (ErrorKind::SessionEnded, Reached::No)
        );
        assert!(
            error.to_string().contains("switched to site \"MarketingTeam\""),
            "{error}"
        );
        let error = client
            .resume(Session::clone(&default.session()))
            .workbooks()
            .list()
            .await
            .unwrap_err();
        assert_eq!(error.code(), Some("401002"));

        let same = marketing.switch(MARKETING_SITE).await.unwrap();
        assert_eq!(
            same.session().token(),
            marketing.session().token(),
            "it was there already"
        );
        let error = marketing.switch("nowhere").await.unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::SignInRefused, Some("401003"))
        );
        assert!(error.hint().is_some());
        // A switch that failed leaves the session as it was.
        marketing.workbooks().list().await.unwrap();
        marketing.sign_out().await.unwrap();
    }
    let client = client(&service, Format::Xml);
    let cloud = client.sign_in(token().site(CLOUD_SITE)).await.unwrap();
    let error = cloud.switch(MARKETING_SITE).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden, "{error}");
}

#[tokio::test]
async fn a_token_that_was_brought_along() {
    let service = service();
    let client = client(&service, Format::Xml);
    let made = client.sign_in(password().site(MARKETING_SITE)).await.unwrap();
    let brought = client.resume_token(made.session().token().clone()).await.unwrap();
    assert_eq!(brought.session().content_url(), MARKETING_SITE);
    assert_eq!(brought.session().user_id(), made.session().user_id());
    brought.workbooks().list().await.unwrap();
    drop(brought);
    made.workbooks().list().await.unwrap();
    let error = client.resume_token("no token").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionEnded);
}

#[tokio::test]
async fn a_token_ends_when_nobody_uses_it() {
    let service = service();
    let client = client(&service, Format::Xml);
    client.sign_in(token()).await.unwrap();
    service.clock().advance(Duration::from_secs(16 * 24 * 3600));
    let error = client.sign_in(token()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignInRefused);
    assert!(
        error.causes().iter().any(|cause| cause.contains("15 days")),
        "{:?}",
        error.causes()
    );
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
            .call(CreateSecret {
                client_id: made.client_id.clone(),
            })
            .await
            .unwrap();
        let value = secret.value.clone().unwrap();
        let got = admin
            .call(GetSecret {
                client_id: made.client_id.clone(),
                secret_id: secret.id.clone(),
            })
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

#[tokio::test]
async fn tokens_are_listed_and_revoked_on_cloud() {
    let service = service();
    let client = client(&service, Format::Json);
    let site = client.sign_in(token().site(CLOUD_SITE)).await.unwrap();
    let me = site.session().user_id().clone();
    let tokens = site.call(ListPersonalAccessTokens { user_id: me }).await.unwrap();
    assert!(
        tokens
            .0
            .iter()
            .any(|token| token.token_name == PAT_NAME && token.expires_at.is_some())
    );
}

#[tokio::test]
async fn a_call_that_a_version_lacks_is_said_before_it_is_sent() -> Result<(), Error> {
    let service = service();
    let builder = Client::builder("https://sandbox.invalid")
        .transport(InProcess(service))
        .api_version(Version::new(2, 5));
    let site = builder.build()?.sign_in(password()).await?;
    let error = site.switch(MARKETING_SITE).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.reached()),
        (ErrorKind::UnsupportedVersion, Reached::No)
    );
    Ok(())
}
