//! Unified access tokens: on Cloud, from version 3.27 on, and from issuers that were configured.

use serde_json::{Value, json};
use tableau_sandbox::{Service, well_known};

use crate::fixture::*;
use crate::mint::*;

const ISSUER: &str = "https://uat.example";
const TENANT: &str = "7c9a1c1e-2b1f-4c8e-9d5a-3f0e6b7a8c9d";

fn cloud() -> Service {
    let service = service();
    service
        .controls()
        .unified_access_token_issuer(ISSUER, TENANT, RSA_TEST_PUBLIC_KEY)
        .unwrap();
    service
}

fn token(service: &Service) -> Mint {
    Mint::direct(service)
        .header("alg", "RS256")
        .header("kid", Value::Null)
        .header("iss", Value::Null)
        .claim("iss", ISSUER)
        .claim("sub", Value::Null)
        .claim("aud", Value::Null)
        .claim("email", "tara.novak@example.com")
        .claim("https://tableau.com/tenantId", TENANT)
}

fn credentials(jwt: &str, site: &str) -> String {
    json!({"jwt": jwt, "isUat": true, "site": {"contentUrl": site}}).to_string()
}

#[tokio::test]
async fn a_unified_access_token_signs_in_on_cloud() {
    let service = cloud();
    let good = token(&service).by_rsa();
    let signed_in = session(&try_sign_in(&service, &credentials(&good, well_known::CLOUD_SITE)).await);
    let here = get(&service, &signed_in.token, "sessions/current").await.ok();
    assert_eq!(here["session"]["user"]["name"], "tara.novak@example.com");
    let path = |what: &str| format!("sites/{}/{what}", signed_in.site);
    get(&service, &signed_in.token, &path("workbooks")).await.ok();
    assert_eq!(
        get(&service, &signed_in.token, &path("users")).await.code(),
        "401002"
    );
    // It may be used again, may name its site, and may say its scopes as OAuth does; and XML has `true` as text.
    let site = token(&service).claim("https://tableau.com/siteId", signed_in.site.as_str());
    let scope = token(&service)
        .claim("scp", Value::Null)
        .claim("scope", "tableau:content:read tableau:users:read");
    for jwt in [good, site.by_rsa(), scope.by_rsa()] {
        let credentials: Value = serde_json::from_str(&credentials(&jwt, well_known::CLOUD_SITE)).unwrap();
        let body = xml_document("credentials", &credentials);
        let headers = [("Accept", "application/json")];
        session(&send(&service, "POST", "/api/3.27/auth/signin", &headers, body).await);
    }
}

#[tokio::test]
async fn other_unified_access_tokens_are_refused() {
    let service = cloud();
    let good = || token(&service);
    let now = service.clock().now().as_second();
    let tenant = "https://tableau.com/tenantId";
    for (jwt, number) in [
        (good().claim("iss", "https://uat.example/").by_rsa(), 10089),
        (good().claim("iss", Value::Null).by_rsa(), 10084),
        (good().claim(tenant, "another").by_rsa(), 10084),
        (good().claim(tenant, Value::Null).by_rsa(), 10084),
        (good().claim("email", Value::Null).by_rsa(), 10084),
        (good().claim("email", "unknown@example.com").by_rsa(), 5),
        (good().claim("email", "anita.silva").by_rsa(), 16),
        (good().claim("https://tableau.com/siteId", TENANT).by_rsa(), 16),
        (good().claim("exp", now - 1).by_rsa(), 16),
        (good().claim("exp", Value::Null).by_rsa(), 10084),
        (good().header("alg", "ES256").by_ec(), 10087),
        (good().header("alg", "HS256").signed(), 10087),
        (good().header("alg", "RS256").signed(), 10084),
    ] {
        let detail = format!("Error signing in to Tableau Server ({number})");
        let refusal = (401, "401001", "Signin Error", detail.as_str());
        refused(&service, &credentials(&jwt, well_known::CLOUD_SITE), refusal).await;
    }
    let long = good().claim("padding", "x".repeat(8192)).by_rsa();
    let detail = "Error signing in to Tableau Server";
    let refusal = (401, "401001", "Signin Error (101002)", detail);
    refused(&service, &credentials(&long, well_known::CLOUD_SITE), refusal).await;
    // Neither Server nor older versions know them, and without `isUat` it is a JWT like others.
    let plain = (401, "401001", "Signin Error", detail);
    refused(&service, &credentials(&good().by_rsa(), ""), plain).await;
    let body = format!(
        "{{\"credentials\":{}}}",
        credentials(&good().by_rsa(), well_known::CLOUD_SITE)
    );
    let headers = [("Accept", "application/json")];
    let old = send(&service, "POST", "/api/3.26/auth/signin", &headers, body).await;
    old.is(401, "401001", "Signin Error", detail);
    let other = jwt_credentials(&good().header("kid", "x").by_rsa(), well_known::CLOUD_SITE);
    assert!(
        try_sign_in(&service, &other)
            .await
            .refusal()
            .3
            .ends_with("(10089)")
    );
}

#[tokio::test]
async fn an_invalid_key_is_refused() {
    let service = service();
    for key in ["", "hello", EC_TEST_KEY] {
        let refused = service
            .controls()
            .unified_access_token_issuer(ISSUER, TENANT, key)
            .unwrap_err();
        assert!(
            refused
                .to_string()
                .starts_with("this is not a public RSA key in PEM"),
            "{refused}"
        );
    }
}
