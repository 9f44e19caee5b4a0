//! Every way to sign in, by the client against the sandbox; JWTs of other programs and ours.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod errors;
mod jwt;
mod rows;
mod way;

use std::time::Duration;

use tableau_client::wire::List;
use tableau_client::wire::rest::server::GetCurrentSession;
use tableau_client::wire::rest::users::ListPersonalAccessTokens;
use tableau_client::{
    Client, ConnectedApp, Credentials, Error, ErrorKind, Format, Jwt, PersonalAccessToken, Reached, Site,
    User, UserPassword, Version, Workbook,
};
use tableau_sandbox::well_known::{
    ADMIN, CLOUD_SITE, CONNECTED_APP_CLIENT_ID, CONNECTED_APP_SECRET_ID, CONNECTED_APP_SECRET_VALUE,
    MARKETING_SITE, PASSWORD, PAT_NAME, PAT_SECRET, SINGLE_SIGN_ON_USER,
};
use tableau_sandbox::{Sandbox, Service};

use crate::sign_in::jwt::foreign_jwt;
use crate::sign_in::way::Way;

fn service() -> Service {
    Sandbox::builder().build().unwrap()
}

fn client(service: &Service, format: Format) -> Client {
    let builder = Client::builder("https://sandbox.invalid").format(format);
    builder.transport(Way::to(service)).build().unwrap()
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
async fn impersonation_by_id_and_by_name() {
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

        let refused = client
            .sign_in(
                credentials
                    .clone()
                    .impersonate("00000000-0000-4000-8000-000000000000"),
            )
            .await
            .unwrap_err();
        assert_eq!(
            (refused.kind(), refused.code()),
            (ErrorKind::NotFound, Some("404002")),
            "{credentials}"
        );
        let refused = client
            .sign_in(credentials.clone().impersonate_name("not.a.user"))
            .await
            .unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::NotFound, "{credentials}");
        assert!(refused.to_string().contains("not.a.user"), "{refused}");
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

        // The old session says why it has ended, and the server refuses another holder of its token.
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
            .resume(tableau_client::Session::clone(&default.session()))
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
async fn a_session_token_is_resumed() {
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
async fn an_unused_token_expires() {
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
async fn tokens_are_listed_and_revoked_on_cloud() {
    let service = service();
    let client = client(&service, Format::Json);
    let site = client.sign_in(token().site(CLOUD_SITE)).await.unwrap();
    let me = site.session().user_id().clone();
    let tokens = site.call(ListPersonalAccessTokens::new(me)).await.unwrap();
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
        .transport(Way::to(&service))
        .api_version(Version::new(2, 5));
    let site = builder.build()?.sign_in(password()).await?;
    let error = site.switch(MARKETING_SITE).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.reached()),
        (ErrorKind::UnsupportedVersion, Reached::No)
    );
    Ok(())
}
