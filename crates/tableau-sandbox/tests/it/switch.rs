//! Switching from one site to another.

use serde_json::{Value, json};
use tableau_sandbox::{Service, well_known};

use crate::fixture::*;

async fn switch(service: &Service, token: &str, site: &str) -> Answer {
    let body = json!({"site": {"contentUrl": site}}).to_string();
    call(service, "POST", token, "auth/switchSite", body).await
}

#[tokio::test]
async fn switching_gives_a_new_session_and_ends_the_old_one() {
    let service = service();
    let first = admin(&service, "").await;
    let second = session(&switch(&service, &first.token, "marketingTEAM").await);
    assert!(!alive(&service, &first.token).await);
    assert_ne!(second.site, first.site);
    assert_ne!(second.user, first.user, "users have another id on each site");
    let here = get(&service, &second.token, "sessions/current").await.ok();
    assert_eq!(here["session"]["site"]["contentUrl"], "MarketingTeam");
    assert_eq!(here["session"]["user"]["id"], second.user.as_str());
    get(
        &service,
        &second.token,
        &format!("sites/{}/workbooks", second.site),
    )
    .await
    .ok();
    // In XML, and back again.
    let body = xml_document("site", &json!({"contentUrl": ""}));
    let headers = [("X-Tableau-Auth", second.token.as_str())];
    let answer = send(&service, "POST", "/api/2.6/auth/switchsite", &headers, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(
        answer.text().contains("<credentials token=\""),
        "{}",
        answer.text()
    );
    assert!(!alive(&service, &second.token).await);
}

#[tokio::test]
async fn a_switch_keeps_the_one_session_of_a_token() {
    let service = service();
    let first = admin(&service, "").await;
    let second = session(&switch(&service, &first.token, "MarketingTeam").await);
    let third = admin(&service, "").await;
    assert!(!alive(&service, &second.token).await);
    assert!(alive(&service, &third.token).await);
}

#[tokio::test]
async fn what_cannot_be_switched_to_is_refused() {
    let service = service();
    let admin = admin(&service, "").await;
    let anita = user(&service, "anita.silva", "").await;
    switch(&service, &admin.token, "").await.is(
        403,
        "403070",
        "Forbidden",
        "Cannot switch to the same site.",
    );
    let detail = "The site to switch to is not available.";
    switch(&service, &admin.token, "nowhere")
        .await
        .is(401, "401003", "Unauthorized Access", detail);
    switch(&service, &anita.token, "MarketingTeam")
        .await
        .is(401, "401003", "Unauthorized Access", detail);
    for body in [
        "",
        " ",
        "hello",
        "<tsRequest/>",
        "{}",
        "[]",
        "<tsRequest><credentials/></tsRequest>",
    ] {
        let answer = call(&service, "POST", &admin.token, "auth/switchSite", body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (400, "400000".to_owned()),
            "{body}"
        );
    }
    let wrong = call(&service, "GET", &admin.token, "auth/switchSite", "").await;
    assert_eq!(wrong.code(), "405000");
    assert_eq!(switch(&service, "", "MarketingTeam").await.code(), "401000");
    assert_eq!(switch(&service, "x|y|z", "MarketingTeam").await.code(), "401002");
    // A refusal ends no session.
    assert!(alive(&service, &admin.token).await && alive(&service, &anita.token).await);
}

#[tokio::test]
async fn cloud_does_not_switch() {
    let service = service();
    let there = admin(&service, well_known::CLOUD_SITE).await;
    let answer = switch(&service, &there.token, "").await;
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (403, "403004".to_owned())
    );
    assert!(alive(&service, &there.token).await);
    // But a program that visits all sites of the server gets there.
    let password = session(&try_sign_in(&service, &password_credentials("admin", "")).await);
    session(&switch(&service, &password.token, well_known::CLOUD_SITE).await);
}

#[tokio::test]
async fn a_switch_keeps_the_scopes_of_the_session() {
    use crate::mint::{Mint, jwt_credentials};
    let service = service();
    let scopes = json!(["tableau:sites:*", "tableau:users:read"]);
    let jwt = Mint::direct(&service).claim("scp", scopes).signed();
    let first = session(&try_sign_in(&service, &jwt_credentials(&jwt, "")).await);
    let second = session(&switch(&service, &first.token, "MarketingTeam").await);
    let list = |what: &str| format!("sites/{}/{what}", second.site);
    get(&service, &second.token, &list("users")).await.ok();
    assert_eq!(
        get(&service, &second.token, &list("workbooks")).await.code(),
        "401002"
    );
    let without = Mint::direct(&service)
        .claim("scp", Value::Array(Vec::new()))
        .signed();
    let first = session(&try_sign_in(&service, &jwt_credentials(&without, "")).await);
    assert_eq!(
        switch(&service, &first.token, "MarketingTeam").await.code(),
        "401002"
    );
}

#[tokio::test]
async fn every_refusal_around_sessions_is_one_in_both_formats() {
    let service = service();
    let here = admin(&service, "").await;
    let marketing = session(&try_sign_in(&service, &password_credentials("admin", "MarketingTeam")).await);
    let token = Some(here.token.as_str());
    let to = |site: &str| json!({"site": {"contentUrl": site}}).to_string();
    let switch = ("POST", "/api/3.29/auth/switchSite");
    let (unauthorized, missing) = ("Unauthorized Access", "Resource Not Found");
    let none = (
        401,
        "401000",
        unauthorized,
        "No authentication credentials were provided.",
    );
    let dead = (
        401,
        "401002",
        unauthorized,
        "Invalid authentication credentials were provided.",
    );
    let incomplete = (
        400,
        "400000",
        "Bad Request",
        "Payload is either malformed XML or incomplete",
    );
    let gone = (
        401,
        "401003",
        unauthorized,
        "The site to switch to is not available.",
    );
    let same = (403, "403070", "Forbidden", "Cannot switch to the same site.");
    let elsewhere = format!("/api/3.29/sites/{}/users", marketing.site);
    let not_here = "The token is not for the site that the URI names.";
    for (call, token, body, refusal) in [
        (switch, None, to("MarketingTeam"), none),
        (switch, Some("x|y|z"), to("MarketingTeam"), dead),
        (switch, token, String::new(), incomplete),
        (switch, token, "<tsRequest>".to_owned(), incomplete),
        (switch, token, to("nowhere"), gone),
        (switch, token, to(""), same),
        (("POST", "/api/3.29/auth/signout"), None, String::new(), none),
        (
            ("POST", "/api/3.29/auth/signout"),
            Some("x|y|z"),
            String::new(),
            dead,
        ),
        (("GET", "/api/3.29/sessions/current"), None, String::new(), none),
        (
            ("GET", "/api/3.29/sessions/current"),
            Some("x|y|z"),
            String::new(),
            dead,
        ),
        (
            ("GET", &elsewhere),
            token,
            String::new(),
            (403, "403004", "Forbidden", not_here),
        ),
        (
            ("GET", "/api/3.29/sites/x/users"),
            token,
            String::new(),
            (404, "404000", missing, "Site 'x' could not be found."),
        ),
        (
            ("POST", "/api/3.99/auth/signin"),
            None,
            String::new(),
            (
                404,
                "404001",
                missing,
                "Version '3.99' is not a valid version of the API.",
            ),
        ),
        (
            ("POST", "/api/3.29/auth/signing"),
            None,
            String::new(),
            (
                404,
                "404003",
                missing,
                "Unknown resource '/3.29/auth/signing' specified in URI.",
            ),
        ),
    ] {
        refused_in_both(&service, call, token, &body, refusal).await;
    }
    // The schema that an XML answer names is that of its version, so the call with an older one is checked in JSON.
    let old = send(
        &service,
        "POST",
        "/api/2.5/auth/switchSite",
        &[("Accept", "application/json")],
        "",
    )
    .await;
    assert_eq!((old.status.as_u16(), old.code()), (404, "404008".to_owned()));
    for (method, path) in [
        ("GET", "/api/3.29/auth/signin"),
        ("PUT", "/api/3.29/auth/signout"),
        ("GET", "/api/3.29/auth/switchSite"),
        ("GET", "/api/3.29/auth/serverAdminAccessTokens"),
        ("DELETE", "/api/3.29/auth/revokeAllServerAdminTokens"),
        ("POST", "/api/3.29/sessions/current"),
        ("POST", "/api/3.29/serverinfo"),
    ] {
        let detail = format!("The HTTP method '{method}' is not supported for the given resource");
        let refusal = (405, "405000", "Method Not Allowed", detail.as_str());
        refused_in_both(&service, (method, path), None, "", refusal).await;
    }
    assert!(alive(&service, &here.token).await);
}
