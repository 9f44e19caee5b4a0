//! Tokens and sessions that other users end.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tableau_sandbox::well_known;

use crate::fixture::*;

const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

/// The identifier of a session: the first part of its token.
fn id_of(token: &str) -> String {
    let bytes = URL_SAFE_NO_PAD.decode(token.split('|').next().unwrap()).unwrap();
    uuid::Uuid::from_slice(&bytes).unwrap().to_string()
}

#[tokio::test]
async fn the_tokens_of_server_administrators_are_revoked_by_either_address() {
    for (method, path) in [
        ("DELETE", "auth/serverAdminAccessTokens"),
        ("POST", "auth/revokeAllServerAdminTokens"),
    ] {
        let service = service();
        let by_token = admin(&service, "MarketingTeam").await;
        let by_password = session(&try_sign_in(&service, &password_credentials("admin", "")).await);
        let dmitri = user(&service, "dmitri.volkov", "").await;
        assert_eq!(
            call(&service, method, &dmitri.token, path, "").await.code(),
            "403004"
        );
        let cloud = user(&service, "wei.chen@example.com", well_known::CLOUD_SITE).await;
        assert_eq!(
            call(&service, method, &cloud.token, path, "").await.code(),
            "403004"
        );
        assert!(alive(&service, &by_token.token).await);

        let done = call(&service, method, &by_password.token, path, "").await;
        assert_eq!((done.status.as_u16(), done.text()), (204, ""));
        assert!(!alive(&service, &by_token.token).await);
        assert!(alive(&service, &by_password.token).await && alive(&service, &dmitri.token).await);
        let credentials = token_credentials(well_known::PAT_NAME, well_known::PAT_SECRET, "");
        let detail = "Error signing in to Tableau Server";
        refused(&service, &credentials, (401, "401001", "Signin Error", detail)).await;
        // Idempotent.
        assert_eq!(
            call(&service, method, &by_password.token, path, "").await.status,
            204
        );
    }
}

#[tokio::test]
async fn server_administrators_of_cloud_have_no_such_call() {
    let service = service();
    let admin = admin(&service, well_known::CLOUD_SITE).await;
    for (method, path) in [
        ("DELETE", "auth/serverAdminAccessTokens".to_owned()),
        ("POST", "auth/revokeAllServerAdminTokens".to_owned()),
        ("DELETE", format!("sessions/{}", id_of(&admin.token))),
    ] {
        let answer = call(&service, method, &admin.token, &path, "").await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (403, "403004".to_owned()),
            "{path}"
        );
    }
    assert!(alive(&service, &admin.token).await);
}

#[tokio::test]
async fn users_see_and_revoke_their_tokens_on_cloud() {
    let service = service();
    let tara = user(&service, "tara.novak@example.com", well_known::CLOUD_SITE).await;
    let tokens = |user: &str| format!("sites/{}/users/{user}/personal-access-tokens", tara.site);
    let own = tokens(&tara.user);
    let list = get(&service, &tara.token, &own).await.ok();
    let token = &list["personalAccessTokens"]["personalAccessToken"][0];
    assert_eq!(token["tokenName"], "sandbox-tara.novak@example.com");
    assert!(token["expiresAt"].is_string() && token["lastUsedAt"].is_string());
    let guid = token["tokenGuid"].as_str().unwrap().to_owned();
    let umar = user(&service, "umar.farooq@example.com", well_known::CLOUD_SITE).await;
    let wei = user(&service, "wei.chen@example.com", well_known::CLOUD_SITE).await;
    let one = |guid: &str| format!("{own}/{guid}");
    assert_eq!(get(&service, &umar.token, &own).await.code(), "403004");
    assert_eq!(
        call(&service, "DELETE", &umar.token, &one(&guid), "")
            .await
            .code(),
        "403004"
    );
    get(&service, &wei.token, &own).await.ok();
    assert_eq!(get(&service, &wei.token, &tokens(UNKNOWN)).await.code(), "404002");
    // A user's token is unknown to other users.
    let others = format!("{}/{guid}", tokens(&umar.user));
    assert_eq!(
        call(&service, "DELETE", &umar.token, &others, "").await.code(),
        "404003"
    );
    assert_eq!(
        call(&service, "DELETE", &wei.token, &one(UNKNOWN), "")
            .await
            .code(),
        "404003"
    );

    assert_eq!(
        call(&service, "DELETE", &wei.token, &one(&guid), "").await.status,
        204
    );
    assert!(!alive(&service, &tara.token).await);
    let list = get(&service, &wei.token, &own).await.ok();
    assert!(
        list["personalAccessTokens"]["personalAccessToken"]
            .as_array()
            .is_none_or(Vec::is_empty)
    );
    assert_eq!(
        call(&service, "DELETE", &wei.token, &one(&guid), "").await.code(),
        "404003"
    );
    // On Server there is no such call.
    let admin = admin(&service, "").await;
    let server = format!("sites/{}/users/{}/personal-access-tokens", admin.site, admin.user);
    assert_eq!(get(&service, &admin.token, &server).await.code(), "403004");
    let one = format!("{server}/{guid}");
    assert_eq!(
        call(&service, "DELETE", &admin.token, &one, "").await.code(),
        "403004"
    );
}

#[tokio::test]
async fn a_server_administrator_ends_the_session_of_another_user() {
    let service = service();
    let admin = admin(&service, "").await;
    let anita = user(&service, "anita.silva", "").await;
    let path = |token: &str| format!("sessions/{}", id_of(token));
    assert_eq!(
        call(&service, "DELETE", &anita.token, &path(&admin.token), "")
            .await
            .code(),
        "403004"
    );
    assert_eq!(
        call(&service, "DELETE", &admin.token, &path(&anita.token), "")
            .await
            .status,
        204
    );
    assert!(!alive(&service, &anita.token).await);
    let id = id_of(&anita.token);
    let detail = format!("Session '{id}' could not be found.");
    call(&service, "DELETE", &admin.token, &path(&anita.token), "")
        .await
        .is(404, "404003", "Resource Not Found", &detail);
    assert_eq!(
        call(&service, "DELETE", &admin.token, "sessions/x", "")
            .await
            .code(),
        "404003"
    );
    // `current` stands for the session in reads only.
    assert_eq!(
        call(&service, "DELETE", &admin.token, "sessions/current", "")
            .await
            .code(),
        "404003"
    );
    assert_eq!(
        call(&service, "DELETE", &admin.token, &path(&admin.token), "")
            .await
            .status,
        204
    );
    assert!(!alive(&service, &admin.token).await);
}
