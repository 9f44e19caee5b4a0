//! The table: each error, how it is provoked, and how the client explains it.

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::Method;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use tableau_client::wire::rest::auth::{RevokeServerAdminTokens, SignOut, SiteName, SwitchSite};
use tableau_client::wire::rest::connected_apps::{
    ConnectedApplicationPatch, CreateSecret, NewConnectedApplication,
};
use tableau_client::wire::rest::external_authorization_servers::NewExternalAuthorizationServer;
use tableau_client::wire::rest::server::GetCurrentSession;
use tableau_client::{Client, Credentials, Error, ErrorKind, Jwt, Secret, Site, UserPassword, Version};
use tableau_sandbox::Fault;
use tableau_sandbox::well_known::{
    ADMIN, CLOUD_SITE, CONNECTED_APP_CLIENT_ID, CONNECTED_APP_NAME, MARKETING_SITE, PASSWORD,
    SINGLE_SIGN_ON_USER,
};

use crate::sign_in::errors::{Provoke, Row, World};
use crate::sign_in::jwt::{PRIVATE_KEY, foreign_jwt};
use crate::sign_in::{app, password, token};

const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

/// An asynchronous function of a world.
macro_rules! by {
    ($world:ident => $body:expr) => {
        |$world| Box::pin(async move { $body })
    };
}

const fn row(
    of: (&'static str, &'static str),
    status: u16,
    code: &'static str,
    kind: ErrorKind,
    says: &'static str,
    provoke: Provoke,
) -> Row {
    Row {
        of,
        status,
        code,
        number: None,
        kind,
        says,
        provoke,
    }
}

const fn jwt(number: u32, says: &'static str, provoke: Provoke) -> Row {
    let (of, kind) = (("JWT", ""), ErrorKind::SignInRefused);
    Row {
        of,
        status: 401,
        code: "401001",
        number: Some(number),
        kind,
        says,
        provoke,
    }
}

/// The refusals of connected app management. The code 400000 is inferred.
const fn management(number: u32, says: &'static str, provoke: Provoke) -> Row {
    let (of, kind) = (("JWT", ""), ErrorKind::BadRequest);
    Row {
        of,
        status: 400,
        code: "400000",
        number: Some(number),
        kind,
        says,
        provoke,
    }
}

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    row(("sign in", "cut short"), 400, "400000", ErrorKind::BadRequest, "document", by!(w => {
        w.client.api_version().await?;
        w.way.tamper(|request| *request.body_mut() = request.body().slice(..20));
        sign_in(&w, token()).await
    })),
    row(("sign in", "without a document"), 400, "400000", ErrorKind::BadRequest, "document", by!(w => {
        w.client.api_version().await?;
        w.way.tamper(|request| *request.body_mut() = Bytes::new());
        sign_in(&w, token()).await
    })),
    row(("sign in", "wrong password"), 401, "401001", ErrorKind::SignInRefused, "password", by!(w => sign_in(&w, UserPassword::new(ADMIN, "wrong")).await)),
    row(("sign in", "unknown token"), 401, "401001", ErrorKind::SignInRefused, "15 days", by!(w => sign_in(&w, tableau_client::PersonalAccessToken::new("unknown", "x")).await)),
    row(("sign in", "unknown site"), 401, "401001", ErrorKind::SignInRefused, "content URL", by!(w => sign_in(&w, token().site("nowhere")).await)),
    row(("sign in", "as an unknown user"), 404, "404002", ErrorKind::NotFound, "user's id", by!(w => sign_in(&w, password().impersonate(UNKNOWN)).await)),
    row(("sign in", "became a GET"), 405, "405000", ErrorKind::MethodNotAllowed, "https", by!(w => {
        w.client.api_version().await?;
        w.way.tamper(as_get);
        sign_in(&w, token()).await
    })),
    row(("sign in", "on Cloud"), 429, "429000", ErrorKind::TooManyRequests, "Wait", by!(w => {
        w.service.controls().inject(Fault::new(429, "429000").on("auth.signIn").times(100));
        sign_in(&w, token().site(CLOUD_SITE)).await
    })),

    row(("sign out", "twice"), 401, "401002", ErrorKind::SessionEnded, "Sign in again", by!(w => dead(&w).await?.call(SignOut).await)),
    row(("sign out", "became a GET"), 405, "405000", ErrorKind::MethodNotAllowed, "https", by!(w => {
        let site = signed_in(&w).await?;
        w.way.tamper(as_get);
        site.call(SignOut).await
    })),

    row(("switch site", "cut short"), 400, "400000", ErrorKind::BadRequest, "document", by!(w => {
        let site = signed_in(&w).await?;
        w.way.tamper(|request| *request.body_mut() = request.body().slice(..10));
        switch(&site, MARKETING_SITE).await
    })),
    row(("switch site", "token lost"), 401, "401000", ErrorKind::SessionEnded, "X-Tableau-Auth", by!(w => {
        let site = signed_in(&w).await?;
        w.way.tamper(without_token);
        switch(&site, MARKETING_SITE).await
    })),
    row(("switch site", "dead token"), 401, "401002", ErrorKind::SessionEnded, "Sign in again", by!(w => switch(&dead(&w).await?, MARKETING_SITE).await)),
    row(("switch site", "unknown site"), 401, "401003", ErrorKind::SignInRefused, "content URL", by!(w => switch(&signed_in(&w).await?, "nowhere").await)),
    row(("switch site", "same site"), 403, "403070", ErrorKind::Forbidden, "Nothing needs", by!(w => switch(&signed_in(&w).await?, "").await)),
    row(("switch site", "became a GET"), 405, "405000", ErrorKind::MethodNotAllowed, "https", by!(w => {
        let site = signed_in(&w).await?;
        w.way.tamper(as_get);
        switch(&site, MARKETING_SITE).await
    })),

    row(("current session", "dead token"), 401, "401002", ErrorKind::SessionEnded, "Sign in again", by!(w => dead(&w).await?.call(GetCurrentSession).await.map(drop))),
    row(("revoke tokens", "no administrator"), 403, "403004", ErrorKind::Forbidden, "permission", by!(w => {
        let site = w.client.sign_in(UserPassword::new("dmitri.volkov", PASSWORD)).await?;
        site.call(RevokeServerAdminTokens).await
    })),
    row(("multi-factor authentication", "password on Cloud"), 401, "401001", ErrorKind::SignInRefused, "Cloud", by!(w => sign_in(&w, password().site(CLOUD_SITE)).await)),
    row(("multi-factor authentication", "single sign-on"), 401, "401001", ErrorKind::SignInRefused, "single sign-on", by!(w => sign_in(&w, UserPassword::new(SINGLE_SIGN_ON_USER, PASSWORD)).await)),

    row(("any method", "token lost"), 401, "401000", ErrorKind::SessionEnded, "X-Tableau-Auth", by!(w => {
        let site = signed_in(&w).await?;
        w.way.tamper(without_token);
        list(&site).await
    })),
    row(("any method", "signed out"), 401, "401002", ErrorKind::SessionEnded, "signed out", by!(w => list(&dead(&w).await?).await)),
    row(("any method", "displaced by the same token"), 401, "401002", ErrorKind::SessionEnded, "same personal access token", by!(w => {
        let site = resumed(&w, &signed_in(&w).await?);
        signed_in(&w).await?;
        list(&site).await
    })),
    row(("any method", "idle for too long"), 401, "401002", ErrorKind::SessionEnded, "idle", by!(w => {
        let site = resumed(&w, &signed_in(&w).await?);
        w.service.clock().advance(std::time::Duration::from_secs(240 * 60));
        list(&site).await
    })),
    row(("any method", "scope of a JWT"), 401, "401002", ErrorKind::SessionEnded, "scope", by!(w => {
        let site = w.client.sign_in(Jwt::new(foreign_jwt(|_, _| {}))).await?;
        resumed(&w, &site).users().list().await.map(drop)
    })),
    row(("any method", "no permission"), 403, "403004", ErrorKind::Forbidden, "permission", by!(w => {
        let site = w.client.sign_in(UserPassword::new("farid.haddad", PASSWORD)).await?;
        site.connected_apps().list().await.map(drop)
    })),
    row(("any method", "another site's token"), 403, "403004", ErrorKind::Forbidden, "another site", by!(w => {
        let site = signed_in(&w).await?;
        let sites = w.service.ready().sites;
        let other = sites.into_iter().find(|site| site.content_url == MARKETING_SITE);
        instead_of_site(&w, &site, other.map(|site| site.id).unwrap_or_default());
        list(&site).await
    })),
    row(("any method", "sites of Cloud"), 403, "403069", ErrorKind::Forbidden, "Name the site", by!(w => {
        let site = w.client.sign_in(token().site(CLOUD_SITE)).await?;
        site.sites().list().await.map(drop)
    })),
    row(("any method", "feature"), 403, "403157", ErrorKind::Forbidden, "enable", by!(w => failing(&w, 403, "403157").await)),
    row(("any method", "unknown site"), 404, "404000", ErrorKind::NotFound, "content URL", by!(w => {
        let site = signed_in(&w).await?;
        instead_of_site(&w, &site, UNKNOWN.to_owned());
        list(&site).await
    })),
    row(("any method", "version"), 404, "404001", ErrorKind::UnsupportedVersion, "serverinfo", by!(w => {
        let builder = Client::builder("https://sandbox.invalid").transport(w.way.clone()).format(w.format);
        builder.api_version(Version::new(3, 99)).build()?.sign_in(token()).await.map(drop)
    })),
    row(("any method", "address"), 404, "404003", ErrorKind::NotFound, "address", by!(w => {
        let site = signed_in(&w).await?;
        w.way.tamper_path(|path| path.replace("/workbooks", "/nowhere"));
        list(&site).await
    })),
    row(("any method", "newer than the version"), 404, "404008", ErrorKind::UnsupportedVersion, "newer version", by!(w => {
        let site = signed_in(&w).await?;
        w.way.tamper_path(|path| path.replace("/api/3.29/", "/api/2.5/"));
        site.connected_apps().list().await.map(drop)
    })),
    row(("any method", "endpoint of another family"), 404, "404950", ErrorKind::NotFound, "release", by!(w => {
        let site = signed_in(&w).await?;
        w.service.controls().inject(Fault::new(404, "404950").on_path("/-/search").times(100));
        w.way.tamper_path(|_| "/api/-/search".to_owned());
        list(&site).await
    })),
    row(("any method", "another method"), 405, "405000", ErrorKind::MethodNotAllowed, "https", by!(w => {
        let site = signed_in(&w).await?;
        w.way.tamper(|request| *request.method_mut() = Method::DELETE);
        list(&site).await
    })),
    row(("any method", "timeout"), 408, "408000", ErrorKind::Server, "Ask for less", by!(w => failing(&w, 408, "408000").await)),
    row(("any method", "refresh queued"), 409, "409093", ErrorKind::Conflict, "queued", by!(w => failing(&w, 409, "409093").await)),
    row(("any method", "rate limit"), 429, "429000", ErrorKind::TooManyRequests, "Wait", by!(w => failing(&w, 429, "429000").await)),
    row(("any method", "broken"), 500, "500000", ErrorKind::Server, "later", by!(w => failing(&w, 500, "500000").await)),
    row(("any method", "overloaded"), 503, "500000", ErrorKind::Server, "later", by!(w => failing(&w, 503, "500000").await)),

    jwt(5, "not known", by!(w => by_jwt(&w, foreign_jwt(|_, claims| claims["sub"] = "unknown".into())).await)),
    jwt(16, "10 minutes", by!(w => by_jwt(&w, foreign_jwt(|_, claims| claims["exp"] = (now() + 1800).into())).await)),
    jwt(67, "not enabled on the server", by!(w => {
        w.service.controls().connected_apps_enabled(false);
        sign_in(&w, app()).await
    })),
    jwt(126, "client id", by!(w => by_jwt(&w, foreign_jwt(|_, claims| claims["iss"] = UNKNOWN.into())).await)),
    jwt(127, "no secret", by!(w => by_jwt(&w, foreign_jwt(|header, _| header.kid = Some(UNKNOWN.to_owned()))).await)),
    management(128, "two secrets", by!(w => {
        let site = signed_in(&w).await?;
        let create = CreateSecret::new(CONNECTED_APP_CLIENT_ID);
        site.call(create.clone()).await?;
        site.call(create).await.map(drop)
    })),
    management(133, "list of domains", by!(w => {
        let new = NewConnectedApplication {
            name: "Portal".to_owned(),
            domain_safelist: Some("portal.example.com; <everywhere>".to_owned()),
            ..NewConnectedApplication::default()
        };
        signed_in(&w).await?.connected_apps().create(new).await.map(drop)
    })),
    jwt(10083, "kid", by!(w => by_jwt(&w, foreign_jwt(|header, _| header.kid = None)).await)),
    jwt(10084, "aud", by!(w => by_jwt(&w, foreign_jwt(|_, claims| claims["aud"] = "another".into())).await)),
    jwt(10084, "sub", by!(w => by_jwt(&w, foreign_jwt(|_, claims| drop(claims.as_object_mut().unwrap().remove("sub")))).await)),
    jwt(10085, "keys cannot be fetched", by!(w => {
        let server = NewExternalAuthorizationServer {
            name: Some("idp".to_owned()),
            enabled: Some(true),
            issuer_url: Some(ISSUER.to_owned()),
            jwks_uri: Some("file:///nowhere/keys.json".to_owned()),
        };
        signed_in(&w).await?.external_authorization_servers().create(server).await?;
        by_jwt(&w, of_issuer()).await
    })),
    jwt(10087, "algorithm", by!(w => by_jwt(&w, foreign_jwt(|header, _| header.alg = Algorithm::HS512)).await)),
    jwt(10089, "no external authorization server", by!(w => by_jwt(&w, of_issuer()).await)),
    jwt(10090, "not enabled", by!(w => {
        let off = ConnectedApplicationPatch { enabled: Some(false), ..ConnectedApplicationPatch::default() };
        let apps = signed_in(&w).await?.connected_apps();
        assert_eq!(apps.update(CONNECTED_APP_CLIENT_ID, off).await?.name, CONNECTED_APP_NAME);
        sign_in(&w, app()).await
    })),
    jwt(101_002, "8192", by!(w => by_jwt(&w, foreign_jwt(|_, claims| claims["filler"] = "x".repeat(9000).into())).await)),
];

const ISSUER: &str = "https://idp.example";

/// A JWT of an external authorization server.
fn of_issuer() -> Secret {
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some("key-1".to_owned());
    let claims = serde_json::json!({"iss": ISSUER, "sub": ADMIN, "aud": "tableau", "exp": now() + 300, "jti": "1", "scp": []});
    let key = EncodingKey::from_rsa_pem(PRIVATE_KEY.as_bytes()).unwrap();
    Secret::new(jsonwebtoken::encode(&header, &claims, &key).unwrap())
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

async fn sign_in(world: &World, credentials: impl Into<Credentials>) -> Result<(), Error> {
    world.client.sign_in(credentials).await.map(drop)
}

async fn by_jwt(world: &World, jwt: Secret) -> Result<(), Error> {
    sign_in(world, Jwt::new(jwt)).await
}

async fn signed_in(world: &World) -> Result<Site, Error> {
    world.client.sign_in(token()).await
}

/// The session alone, without the credentials it comes from.
fn resumed(world: &World, site: &Site) -> Site {
    world
        .client
        .resume(tableau_client::Session::clone(&site.session()))
}

/// A session that was signed out.
async fn dead(world: &World) -> Result<Site, Error> {
    let site = signed_in(world).await?;
    let dead = resumed(world, &site);
    site.sign_out().await?;
    Ok(dead)
}

async fn switch(site: &Site, content_url: &str) -> Result<(), Error> {
    let site_name = SiteName::new(content_url);
    site.call(SwitchSite::new(site_name)).await.map(drop)
}

async fn list(site: &Site) -> Result<(), Error> {
    site.workbooks().list().await.map(drop)
}

/// Errors that the sandbox cannot raise, as it does not have the call.
async fn failing(world: &World, status: u16, code: &str) -> Result<(), Error> {
    let site = signed_in(world).await?;
    world
        .service
        .controls()
        .inject(Fault::new(status, code).on("workbooks.list").times(100));
    list(&site).await
}

fn instead_of_site(world: &World, site: &Site, other: String) {
    let own = site.session().site_id().to_string();
    world.way.tamper_path(move |path| path.replace(&own, &other));
}

fn as_get(request: &mut crate::sign_in::way::Request) {
    *request.method_mut() = Method::GET;
    *request.body_mut() = Bytes::new();
}

fn without_token(request: &mut crate::sign_in::way::Request) {
    request.headers_mut().remove("x-tableau-auth");
}
