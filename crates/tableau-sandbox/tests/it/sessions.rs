//! Signing in and out, and how long sessions last.

use std::time::Duration;

use tableau_sandbox::well_known;

use crate::fixture::*;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn signing_in_answers_in_the_format_asked_for() {
    let service = service();
    let body = format!(
        "<tsRequest><credentials personalAccessTokenName=\"{}\" personalAccessTokenSecret=\"{}\"><site contentUrl=\"\"/></credentials></tsRequest>",
        well_known::PAT_NAME,
        well_known::PAT_SECRET
    );
    let xml = send(
        &service,
        "POST",
        "/api/3.29/auth/signin",
        &[("Accept", "*/*")],
        body.clone(),
    )
    .await;
    assert_eq!(
        (xml.status.as_u16(), xml.content_type.as_str()),
        (200, "application/xml;charset=UTF-8")
    );
    assert!(
        xml.text()
            .starts_with(&format!("{XML_HEAD}<credentials token=\"")),
        "{}",
        xml.text()
    );
    assert!(
        xml.text().contains("estimatedTimeToExpiration=\"360:00:00\""),
        "{}",
        xml.text()
    );
    let json = send(
        &service,
        "POST",
        "/api/3.29/auth/signin/",
        &[("Accept", "application/json")],
        body,
    )
    .await
    .ok();
    let token = json["credentials"]["token"].as_str().unwrap();
    let site = json["credentials"]["site"]["id"].as_str().unwrap();
    let parts: Vec<_> = token.split('|').collect();
    assert_eq!((parts[0].len(), parts[1].len(), parts[2]), (22, 32, site));
    assert_eq!(json["credentials"]["site"]["contentUrl"], "");
}

#[tokio::test]
async fn wrong_credentials_all_get_the_same_refusal() {
    let service = service();
    let (name, secret) = (well_known::PAT_NAME, well_known::PAT_SECRET);
    let tokens = service.ready().personal_access_tokens;
    let anita = tokens.iter().find(|token| token.user == "anita.silva").unwrap();
    for credentials in [
        token_credentials(name, secret, "nowhere"),
        token_credentials(name, secret, "default"),
        token_credentials(name, "wrong", ""),
        token_credentials("wrong", secret, ""),
        token_credentials("SANDBOX", secret, ""),
        token_credentials(&anita.name, secret, ""),
        token_credentials(&anita.name, anita.secret.expose(), "MarketingTeam"),
        password_credentials("unknown", ""),
        password_credentials("anita.silva", "MarketingTeam"),
        password_credentials("grete.lindqvist", ""),
        password_credentials("tara.novak@example.com", "umbrellacorp816664"),
        password_credentials(well_known::SINGLE_SIGN_ON_USER, ""),
    ] {
        let refusal = (
            401,
            "401001",
            "Signin Error",
            "Error signing in to Tableau Server",
        );
        refused(&service, &credentials, refusal).await;
    }
}

#[tokio::test]
async fn incomplete_credentials_get_a_refusal_of_their_own() {
    let service = service();
    for credentials in [
        r#"{"personalAccessTokenName":"sandbox","personalAccessTokenSecret":"x"}"#,
        r#"{"personalAccessTokenName":"sandbox","personalAccessTokenSecret":"x","site":null}"#,
        r#"{"personalAccessTokenName":"sandbox","site":{"contentUrl":""}}"#,
        r#"{"name":"admin","site":{"contentUrl":""}}"#,
        r#"{"site":{"contentUrl":""}}"#,
        r#"{"name":"","password":"","site":{"contentUrl":""}}"#,
        r#"{"name":"admin","password":"x","jwt":"y","site":{"contentUrl":""}}"#,
        r#"{"name":"admin","password":"x","personalAccessTokenName":"a","personalAccessTokenSecret":"b","site":{"contentUrl":""}}"#,
    ] {
        let refusal = (
            400,
            "400000",
            "Bad Request",
            "Payload is either malformed XML or incomplete",
        );
        refused(&service, credentials, refusal).await;
    }
    for body in [
        "",
        " ",
        "hello",
        "{",
        "<tsRequest>",
        "<tsRequest/>",
        "{}",
        "[]",
        "\u{feff}<",
        "<x><credentials/></x>",
    ] {
        let answer = send(
            &service,
            "POST",
            "/api/3.29/auth/signin",
            &[("Accept", "application/json")],
            body,
        )
        .await;
        answer.is(
            400,
            "400000",
            "Bad Request",
            "Payload is either malformed XML or incomplete",
        );
    }
}

#[tokio::test]
async fn names_of_sites_and_users_ignore_case() {
    let service = service();
    let token = token_credentials(well_known::PAT_NAME, well_known::PAT_SECRET, "marketingTEAM");
    assert_eq!(
        try_sign_in(&service, &token).await.ok()["credentials"]["site"]["contentUrl"],
        "MarketingTeam"
    );
    session(&try_sign_in(&service, &password_credentials("ADMIN", "MARKETINGteam")).await);
    // Clients may send unused members as null.
    let nulls = r#"{"name":"Admin","password":"tabctl-sandbox","jwt":null,"personalAccessTokenName":null,"personalAccessTokenSecret":null,"site":{"contentUrl":""},"user":null}"#;
    session(&try_sign_in(&service, nulls).await);
}

#[tokio::test]
async fn one_personal_access_token_has_one_session() {
    let service = service();
    let bystander = session(&try_sign_in(&service, &password_credentials("admin", "")).await);
    let first = admin(&service, "").await;
    assert!(alive(&service, &first.token).await);
    let second = admin(&service, "").await;
    assert!(!alive(&service, &first.token).await);
    let third = admin(&service, "umbrellacorp816664").await;
    assert!(!alive(&service, &second.token).await);
    assert!(alive(&service, &third.token).await);
    // A refused sign-in ends no session, and sessions from a password do not end each other.
    let wrong = token_credentials(well_known::PAT_NAME, well_known::PAT_SECRET, "nowhere");
    assert_eq!(try_sign_in(&service, &wrong).await.code(), "401001");
    assert!(alive(&service, &third.token).await);
    let other = session(&try_sign_in(&service, &password_credentials("admin", "")).await);
    assert!(alive(&service, &bystander.token).await && alive(&service, &other.token).await);
}

#[tokio::test]
async fn signing_out_ends_the_session_and_not_the_token() {
    let service = service();
    let Session { token, .. } = admin(&service, "").await;
    let out = send(
        &service,
        "POST",
        "/api/3.29/auth/signout",
        &[("x-tableau-auth", &token)],
        "",
    )
    .await;
    assert_eq!((out.status.as_u16(), out.text()), (204, ""));
    assert_eq!(get(&service, &token, "sites").await.code(), "401002");
    let again = send(
        &service,
        "POST",
        "/api/3.29/auth/signout",
        &[("x-tableau-auth", &token)],
        "",
    )
    .await;
    assert_eq!(again.status, 401);
    let next = admin(&service, "").await;
    assert!(alive(&service, &next.token).await);
}

#[tokio::test]
async fn an_idle_session_ends_and_a_busy_one_does_not() {
    for (site, limit) in [("", 240), ("umbrellacorp816664", 120)] {
        let service = service();
        let Session { token, .. } = admin(&service, site).await;
        for _ in 0..4 {
            service.clock().advance(MINUTE * (limit - 1));
            assert!(alive(&service, &token).await, "{site}");
        }
        service.clock().advance(MINUTE * limit);
        assert!(!alive(&service, &token).await, "{site}");
        let next = admin(&service, site).await;
        assert!(alive(&service, &next.token).await);
    }
}

#[tokio::test]
async fn an_unused_personal_access_token_expires() {
    let service = service();
    service.clock().advance(DAY * 15 - MINUTE);
    admin(&service, "").await;
    service.clock().advance(DAY * 15 - MINUTE);
    admin(&service, "").await;
    service.clock().advance(DAY * 15);
    let credentials = token_credentials(well_known::PAT_NAME, well_known::PAT_SECRET, "");
    assert_eq!(try_sign_in(&service, &credentials).await.code(), "401001");
}

#[tokio::test]
async fn a_personal_access_token_expires_after_a_year() {
    let service = service();
    let credentials = token_credentials(well_known::PAT_NAME, well_known::PAT_SECRET, "");
    for _ in 0..26 {
        session(&try_sign_in(&service, &credentials).await);
        service.clock().advance(DAY * 14);
    }
    // 364 days: the remaining life is shorter than the limit for unused tokens.
    let last = try_sign_in(&service, &credentials).await.ok();
    let left = last["credentials"]["estimatedTimeToExpiration"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(left.starts_with("23:59:") || left == "24:00:00", "{left}");
    service.clock().advance(DAY);
    assert_eq!(try_sign_in(&service, &credentials).await.code(), "401001");
}

#[tokio::test]
async fn every_seeded_credential_works() {
    let service = service();
    let ready = service.ready();
    for token in &ready.personal_access_tokens {
        let user = ready.users.iter().find(|user| user.name == token.user).unwrap();
        let signed_in = session(
            &try_sign_in(
                &service,
                &token_credentials(&token.name, token.secret.expose(), &user.sites[0]),
            )
            .await,
        );
        assert_eq!(signed_in.user, user.id);
        let here = get(&service, &signed_in.token, "sessions/current").await.ok();
        assert_eq!(here["session"]["site"]["contentUrl"], user.sites[0].as_str());
        assert_eq!(here["session"]["user"]["siteRole"], user.site_role.as_str());
        let (left, right) = token.secret.expose().split_once("==:").unwrap();
        assert_eq!((left.len(), right.len()), (22, 32), "{token:?}");
    }
    assert_eq!(ready.personal_access_tokens.len(), 24);
}
