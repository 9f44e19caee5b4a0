//! Impersonation: with every kind of credential, on Tableau Server, for server administrators.

use serde_json::{Value, json};
use tableau_sandbox::{Service, well_known};

use crate::fixture::*;
use crate::mint::*;

fn as_user(credentials: &str, user: &str) -> String {
    let mut json: Value = serde_json::from_str(credentials).unwrap();
    json["user"] = json!({ "id": user });
    json.to_string()
}

fn id_of(service: &Service, name: &str) -> String {
    let users = service.ready().users;
    users.into_iter().find(|user| user.name == name).unwrap().id
}

fn jwt(service: &Service, name: &str) -> String {
    Mint::direct(service).claim("sub", name).signed()
}

/// Credentials of every kind, of an administrator of the server or of a site.
fn every_kind(service: &Service, name: &str, site: &str) -> [String; 3] {
    let tokens = service.ready().personal_access_tokens;
    let token = tokens.iter().find(|token| token.user == name).unwrap();
    [
        password_credentials(name, site),
        token_credentials(&token.name, token.secret.expose(), site),
        jwt_credentials(&jwt(service, name), site),
    ]
}

#[tokio::test]
async fn server_administrators_can_impersonate() {
    let service = service();
    let anita = id_of(&service, "anita.silva");
    for credentials in every_kind(&service, "admin", "") {
        let signed_in = session(&try_sign_in(&service, &as_user(&credentials, &anita)).await);
        assert_eq!(signed_in.user, anita);
        let here = get(&service, &signed_in.token, "sessions/current").await.ok();
        assert_eq!(here["session"]["user"]["name"], "anita.silva");
        // With her rights, not with those of the administrator.
        let users = get(
            &service,
            &signed_in.token,
            &format!("sites/{}/users", signed_in.site),
        )
        .await;
        assert!(["401002", "403004"].contains(&users.code().as_str()));
    }
    // In XML, and with the one session that a token has.
    let pat = token_credentials(well_known::PAT_NAME, well_known::PAT_SECRET, "");
    let first = session(&try_sign_in(&service, &as_user(&pat, &anita)).await);
    let document = xml_document(
        "credentials",
        &serde_json::from_str(&as_user(&pat, &anita)).unwrap(),
    );
    let headers = [("Accept", "application/json")];
    session(&send(&service, "POST", "/api/3.11/auth/signin", &headers, document).await);
    assert!(!alive(&service, &first.token).await);
}

#[tokio::test]
async fn other_users_and_cloud_cannot_impersonate() {
    let service = service();
    let anita = id_of(&service, "anita.silva");
    let nowhere = "00000000-0000-4000-8000-000000000000";
    for credentials in every_kind(&service, "admin", "") {
        for user in [nowhere, "x"] {
            let detail = format!("User '{user}' could not be found.");
            let refusal = (404, "404002", "Resource Not Found", detail.as_str());
            refused(&service, &as_user(&credentials, user), refusal).await;
        }
    }
    for credentials in every_kind(&service, "dmitri.volkov", "") {
        let refusal = (
            403,
            "403004",
            "Forbidden",
            "Only server administrators can impersonate.",
        );
        refused(&service, &as_user(&credentials, &anita), refusal).await;
    }
    // She is not on that site under this identifier.
    let elsewhere = as_user(&password_credentials("admin", "MarketingTeam"), &anita);
    assert_eq!(try_sign_in(&service, &elsewhere).await.code(), "404002");
    let tara = id_of(&service, "tara.novak@example.com");
    for credentials in every_kind(&service, "admin", well_known::CLOUD_SITE) {
        let refusal = (
            401,
            "401001",
            "Signin Error",
            "Error signing in to Tableau Server",
        );
        refused(&service, &as_user(&credentials, &tara), refusal).await;
    }
    let grete = id_of(&service, "grete.lindqvist");
    let unlicensed = as_user(&password_credentials("admin", ""), &grete);
    assert_eq!(try_sign_in(&service, &unlicensed).await.code(), "401001");
}

#[tokio::test]
async fn a_user_without_an_identifier_is_not_impersonated() {
    let service = service();
    let [credentials, ..] = every_kind(&service, "admin", "");
    let own = session(&try_sign_in(&service, &credentials).await).user;
    for user in [json!({ "id": null }), json!({}), json!({ "id": "" }), json!(null)] {
        let mut json: Value = serde_json::from_str(&credentials).unwrap();
        json["user"] = user.clone();
        let signed_in = session(&try_sign_in(&service, &json.to_string()).await);
        assert_eq!(signed_in.user, own, "{user}");
    }
}
