//! JWTs of connected apps: accepted ones, the number of every refusal, and the scopes of their sessions.

use std::time::Duration;

use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};
use tableau_sandbox::{Service, well_known};

use crate::fixture::*;
use crate::mint::*;

const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

async fn signed_in(service: &Service, jwt: &Mint, site: &str) -> Session {
    session(&try_sign_in(service, &jwt_credentials(&jwt.signed(), site)).await)
}

async fn number(service: &Service, jwt: &str, number: u32) {
    let detail = format!("Error signing in to Tableau Server ({number})");
    let refusal = (401, "401001", "Signin Error", detail.as_str());
    refused(service, &jwt_credentials(jwt, ""), refusal).await;
}

#[tokio::test]
async fn a_good_jwt_signs_in_on_every_site() {
    let service = service();
    for site in ["", "MarketingTeam", well_known::CLOUD_SITE] {
        let session = signed_in(&service, &Mint::direct(&service), site).await;
        assert!(alive(&service, &session.token).await);
    }
    let jwt = Mint::direct(&service).claim("sub", "tara.novak@example.com");
    signed_in(&service, &jwt, well_known::CLOUD_SITE).await;
    // The issuer may stand in either place, times may have fractions and be a little ahead, and there may be more audiences.
    let now = service.clock().now().as_second();
    for jwt in [
        Mint::direct(&service).header("iss", Value::Null),
        Mint::direct(&service).claim("iss", Value::Null),
        Mint::direct(&service)
            .claim("nbf", now + 50)
            .claim("iat", now + 50),
        Mint::direct(&service).claim("exp", now as f64 + 299.5),
        Mint::direct(&service).claim("exp", now + 600),
        Mint::direct(&service)
            .claim("iat", Value::Null)
            .header("typ", Value::Null),
        Mint::direct(&service).claim("aud", json!(["tableau", "another"])),
        Mint::direct(&service).claim("scp", Value::Null),
    ] {
        signed_in(&service, &jwt, "").await;
    }
    // In XML as well.
    let credentials = serde_json::from_str(&jwt_credentials(&Mint::direct(&service).signed(), "")).unwrap();
    let body = xml_document("credentials", &credentials);
    assert_eq!(
        send(&service, "POST", "/api/3.17/auth/signin", &[], body)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn every_mistake_has_its_number() {
    let service = service();
    let good = || Mint::direct(&service);
    let now = service.clock().now().as_second();
    let hs512 = |mint: &Mint| {
        let key = EncodingKey::from_secret(well_known::CONNECTED_APP_SECRET_VALUE.as_bytes());
        mint.by(&key, Algorithm::HS512)
    };
    let unsigned = |mint: Mint| format!("{}.", mint.signed().rsplit_once('.').unwrap().0);
    for (jwt, code) in [
        (good().claim("sub", "unknown").signed(), 5),
        (good().claim("sub", "Admin").signed(), 5),
        (good().claim("exp", now + 900).signed(), 16),
        (good().claim("exp", now - 1).signed(), 16),
        (good().claim("sub", "maya.cohen").signed(), 16),
        (good().claim("sub", "grete.lindqvist").signed(), 16),
        (good().claim("iss", UNKNOWN).signed(), 126),
        (good().header("kid", UNKNOWN).signed(), 127),
        (good().header("kid", Value::Null).signed(), 10083),
        (good().header("kid", "").signed(), 10083),
        (
            good()
                .header("iss", Value::Null)
                .claim("iss", Value::Null)
                .signed(),
            10083,
        ),
        (good().claim("aud", Value::Null).signed(), 10084),
        (good().claim("aud", "Tableau").signed(), 10084),
        (good().claim("aud", json!(["another"])).signed(), 10084),
        (good().claim("sub", Value::Null).signed(), 10084),
        (good().claim("sub", "").signed(), 10084),
        (good().claim("jti", Value::Null).signed(), 10084),
        (good().claim("exp", Value::Null).signed(), 10084),
        (good().claim("exp", "soon").signed(), 10084),
        (good().claim("exp", 1e300).signed(), 10084),
        (good().claim("nbf", now + 120).signed(), 10084),
        (good().claim("iat", now + 120).signed(), 10084),
        (good().claim("scp", "tableau:content:read").signed(), 10084),
        (good().claim("scp", json!([1])).signed(), 10084),
        (good().signed_with("another secret"), 10084),
        (unsigned(good()), 10084),
        ("e30.e30.x".to_owned(), 10084),
        ("hello".to_owned(), 10084),
        ("a.b.c.d".to_owned(), 10084),
        ("..".to_owned(), 10084),
        (unsigned(good().header("alg", "none")), 10087),
        (hs512(&good().header("alg", "HS512")), 10087),
        (hs512(&good().header("alg", "HS512").claim("iss", UNKNOWN)), 10087),
        (good().header("alg", "RS256").by_rsa(), 10087),
        (good().header("alg", "hs256").signed(), 10087),
        (
            good()
                .header("alg", "RS256")
                .claim("iss", "https://idp.example")
                .by_rsa(),
            10089,
        ),
    ] {
        number(&service, &jwt, code).await;
    }
    // The secret is its text, not its decoded base64.
    let decoded = b"sandbox-connected-app-secret-001";
    let jwt = good().by(&EncodingKey::from_secret(decoded), Algorithm::HS256);
    number(&service, &jwt, 10084).await;
}

#[tokio::test]
async fn a_jwt_that_is_too_long_is_not_parsed() {
    let service = service();
    let long = |length: usize| {
        Mint::direct(&service)
            .claim("padding", "x".repeat(length))
            .signed()
    };
    let refusal = (
        401,
        "401001",
        "Signin Error (101002)",
        "Error signing in to Tableau Server",
    );
    refused(&service, &jwt_credentials(&long(8000), ""), refusal).await;
    session(&try_sign_in(&service, &jwt_credentials(&long(4000), "")).await);
}

#[tokio::test]
async fn a_jwt_signs_in_once() {
    let service = service();
    let jwt = Mint::direct(&service);
    let session = signed_in(&service, &jwt, "").await;
    number(&service, &jwt.signed(), 16).await;
    // The jti counts, not the rest of the JWT; a refused JWT is not used up.
    number(&service, &jwt.clone().claim("sub", "anita.silva").signed(), 16).await;
    let other = jwt.claim("jti", "another");
    number(&service, &other.clone().claim("aud", "x").signed(), 10084).await;
    signed_in(&service, &other, "").await;
    assert!(
        alive(&service, &session.token).await,
        "sessions from JWTs do not displace each other"
    );
}

#[tokio::test]
async fn the_clock_of_the_sandbox_decides() {
    let service = service();
    let (early, late) = (Mint::direct(&service), Mint::direct(&service));
    service.clock().advance(Duration::from_secs(290));
    signed_in(&service, &early, "").await;
    service.clock().advance(Duration::from_secs(60));
    number(&service, &late.signed(), 16).await;
    // A year on, a JWT that the system's clock would refuse is valid.
    service.clock().advance(Duration::from_secs(365 * 24 * 60 * 60));
    let session = signed_in(&service, &Mint::direct(&service), "").await;
    assert!(alive(&service, &session.token).await);
    service.clock().advance(Duration::from_secs(240 * 60));
    assert!(!alive(&service, &session.token).await);
}

#[tokio::test]
async fn a_session_has_the_scopes_of_its_jwt() {
    let service = service();
    for (scopes, allowed, refused) in [
        (
            json!(["tableau:content:read"]),
            &["workbooks", "views", "datasources", "projects"][..],
            &["users", "connected-apps/direct-trust"][..],
        ),
        (
            json!(["tableau:users:*"]),
            &["users"],
            &["workbooks", "connected-apps/direct-trust"],
        ),
        (
            json!(["tableau:connected_apps_direct_trust:read", "tableau:users:read"]),
            &["users", "connected-apps/direct-trust"],
            &["workbooks"],
        ),
        (
            json!(["tableau:*:*", "tableau:*", "*", ""]),
            &[],
            &["workbooks", "users"],
        ),
        (Value::Null, &[], &["workbooks", "users"]),
    ] {
        let session = signed_in(&service, &Mint::direct(&service).claim("scp", scopes.clone()), "").await;
        let path = |what: &str| format!("sites/{}/{what}", session.site);
        for what in allowed {
            assert_eq!(
                get(&service, &session.token, &path(what)).await.status,
                200,
                "{scopes} {what}"
            );
        }
        for what in refused {
            get(&service, &session.token, &path(what)).await.is(
                401,
                "401002",
                "Unauthorized Access",
                "Invalid authentication credentials were provided.",
            );
        }
        // A missing scope does not end the session, and these two need none.
        assert!(alive(&service, &session.token).await);
        let out = call(&service, "POST", &session.token, "auth/signout", "").await;
        assert_eq!(out.status, 204);
    }
    // Reading is not writing, and calls without a scope are closed to every JWT.
    let scopes = json!(["tableau:connected_apps_direct_trust:read", "tableau:users:*"]);
    let jwt = Mint::direct(&service).claim("scp", scopes);
    let session = signed_in(&service, &jwt, well_known::CLOUD_SITE).await;
    let apps = format!("sites/{}/connected-apps/direct-trust", session.site);
    let body = r#"{"connectedApplication":{"name":"x"}}"#;
    assert_eq!(
        call(&service, "POST", &session.token, &apps, body).await.code(),
        "401002"
    );
    let tokens = format!(
        "sites/{}/users/{}/personal-access-tokens",
        session.site, session.user
    );
    assert_eq!(get(&service, &session.token, &tokens).await.code(), "401002");
}

#[tokio::test]
async fn a_jwt_gives_no_more_rights_than_its_user_has() {
    let service = service();
    let jwt = Mint::direct(&service)
        .claim("sub", "anita.silva")
        .claim("scp", json!(["tableau:users:*"]));
    let session = signed_in(&service, &jwt, "").await;
    let users = format!("sites/{}/users", session.site);
    assert_eq!(get(&service, &session.token, &users).await.code(), "403004");
    // JWTs sign in users with single sign-on too.
    let jwt = Mint::direct(&service).claim("sub", well_known::SINGLE_SIGN_ON_USER);
    signed_in(&service, &jwt, "").await;
}

#[tokio::test]
async fn no_jwt_causes_a_server_error() {
    let service = service();
    let values = [
        json!(true),
        json!(-1),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(-1e308),
        json!(""),
        json!("\u{0}\u{fffe}"),
        json!([]),
        json!({}),
        json!([[[{"a": null}]]]),
    ];
    for value in &values {
        for name in ["iss", "sub", "aud", "exp", "iat", "nbf", "jti", "scp"] {
            let jwt = Mint::direct(&service).claim(name, value.clone()).signed();
            let status = try_sign_in(&service, &jwt_credentials(&jwt, "")).await.status;
            assert!([200, 401].contains(&status.as_u16()), "{name} {value}: {status}");
        }
        for name in ["alg", "kid", "iss", "typ", "crit", "jwk", "x5c"] {
            let jwt = Mint::direct(&service).header(name, value.clone()).signed();
            let status = try_sign_in(&service, &jwt_credentials(&jwt, "")).await.status;
            assert!([200, 401].contains(&status.as_u16()), "{name} {value}: {status}");
        }
    }
}
