//! Identity pools, the stores and ways to authenticate that they are made of, and their users.

use serde_json::{Value, json};
use tableau_sandbox::{Service, well_known};

use crate::fixture::*;

const STORES: &str = "authn-service/identity-stores";
const CONFIGURATIONS: &str = "authn-service/auth-configurations";
const POOLS: &str = "authn-service/identity-pools";

/// A server, asked by its administrator.
struct Server {
    service: Service,
    admin: Session,
}

impl Server {
    async fn new() -> Self {
        let service = service();
        let admin = admin(&service, "").await;
        Self { service, admin }
    }

    async fn ask(&self, method: &str, path: &str, document: &Value) -> Answer {
        ask_service(&self.service, &self.admin.token, method, path, document).await
    }

    async fn get(&self, path: &str) -> Value {
        self.ask("GET", path, &Value::Null).await.ok()
    }

    async fn delete(&self, path: &str) -> u16 {
        self.ask("DELETE", path, &Value::Null).await.status.as_u16()
    }

    async fn create(&self, path: &str, document: &Value) -> Value {
        let answer = self.ask("POST", path, document).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()
    }

    /// A store, a way to authenticate and a pool of both.
    async fn pool(&self) -> (u64, u64, String) {
        let store = json!({ "type": "0", "name": "partners", "display_name": "Partners" });
        let store = self.create(STORES, &store).await["store_instance"]["id"]
            .as_u64()
            .unwrap();
        let configuration = self.create(CONFIGURATIONS, &oidc()).await;
        let configuration = configuration["auth_configuration"]["id"].as_u64().unwrap();
        let pool = json!({ "name": "Partners", "identity_store_instance": store, "auth_type_instance": configuration });
        let pool = self.create(POOLS, &pool).await;
        let pool = pool["pool"]["identity_pool_id"]["value"]
            .as_str()
            .unwrap()
            .to_owned();
        (store, configuration, pool)
    }

    /// Asks below the site for a document in JSON.
    async fn on_site(&self, method: &str, path: &str, body: &Value) -> Answer {
        let path = format!("sites/{}/{path}", self.admin.site);
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        call(&self.service, method, &self.admin.token, &path, body).await
    }
}

fn oidc() -> Value {
    json!({
        "auth_type": "OIDC",
        "oidc": { "client_id": "tableau", "client_secret": "very secret", "config_url": "https://login.example.com" },
    })
}

#[tokio::test]
async fn a_pool_is_made_of_a_store_and_a_way_to_authenticate() {
    let server = Server::new().await;
    let (store, configuration, pool) = server.pool().await;
    let one = format!("{POOLS}/{pool}");
    let shown = server.get(&one).await["pool"].clone();
    assert_eq!(server.get(POOLS).await["pools"], json!([shown]));
    assert_eq!(
        (
            &shown["identity_pool_name"],
            &shown["is_enabled"],
            &shown["identity_store_type"],
            &shown["auth_type"]
        ),
        (&json!("Partners"), &json!(true), &json!("LOCAL"), &json!("OIDC"))
    );
    let change = json!({ "uuid": pool, "description": "All partners", "is_enabled": false });
    let changed = server.ask("PUT", &one, &change).await.ok()["pool"].clone();
    assert_eq!(
        (
            &changed["identity_pool_name"],
            &changed["description"],
            &changed["is_enabled"]
        ),
        (&json!("Partners"), &json!("All partners"), &json!(false))
    );
    // What a pool needs stays.
    let (store, configuration) = (
        format!("{STORES}/{store}"),
        format!("{CONFIGURATIONS}/{configuration}"),
    );
    assert_eq!(
        (server.delete(&store).await, server.delete(&configuration).await),
        (400, 400)
    );
    assert_eq!(server.delete(&one).await, 204);
    assert_eq!(
        (server.delete(&store).await, server.delete(&configuration).await),
        (204, 204)
    );
    assert_eq!(
        (server.delete(&store).await, server.delete(&one).await),
        (404, 404)
    );
}

#[tokio::test]
async fn secrets_are_not_shown_and_what_is_not_given_has_its_default() {
    let server = Server::new().await;
    let created = server.create(CONFIGURATIONS, &oidc()).await["auth_configuration"].clone();
    assert!(!created.to_string().contains("very secret"), "{created}");
    let oidc_shown = &created["oidc"];
    assert_eq!(
        (
            &oidc_shown["id_claim"],
            &oidc_shown["username_claim"],
            &oidc_shown["client_authentication"]
        ),
        (&json!("sub"), &json!("email"), &json!("CLIENT_SECRET_BASIC"))
    );
    let one = format!("{CONFIGURATIONS}/{}", created["id"]);
    let mut whole = oidc();
    whole["oidc"]["prompt"] = json!("login");
    // Another client sends the identifier as text.
    whole["id"] = json!(created["id"].to_string());
    server.ask("PUT", &one, &whole).await.ok();
    // It is replaced as a whole.
    server.ask("PUT", &one, &oidc()).await.ok();
    let list = server.get(CONFIGURATIONS).await["instances"].clone();
    assert_eq!(list[0]["oidc"]["prompt"], Value::Null);
    assert!(!list.to_string().contains("very secret"), "{list}");
    whole["id"] = json!(77);
    assert_eq!(server.ask("PUT", &one, &whole).await.status, 400);
    assert_eq!(
        server
            .ask("PUT", &format!("{CONFIGURATIONS}/77"), &oidc())
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    let server = Server::new().await;
    let (store, configuration, pool) = server.pool().await;
    let spoilt = |change: fn(&mut Value)| {
        let mut document = oidc();
        change(&mut document);
        document
    };
    let pool_of = |name: &str, store: u64, configuration: u64| json!({ "name": name, "identity_store_instance": store, "auth_type_instance": configuration });
    let refused = [
        (STORES, json!({ "type": "1", "name": "directory" }), 400),
        (STORES, json!({ "type": "0", "name": "" }), 400),
        (STORES, json!({ "type": "0" }), 400),
        (STORES, json!({ "type": "0", "name": "partners" }), 409),
        (
            CONFIGURATIONS,
            spoilt(|document| document["auth_type"] = json!("SAML")),
            400,
        ),
        (
            CONFIGURATIONS,
            spoilt(|document| document["oidc"]["client_secret"] = Value::Null),
            400,
        ),
        (
            CONFIGURATIONS,
            spoilt(|document| document["oidc"]["config_url"] = json!("")),
            400,
        ),
        (POOLS, pool_of("Partners", store, configuration), 409),
        (POOLS, pool_of("Others", 99, configuration), 404),
        (POOLS, pool_of("Others", store, 99), 404),
        (POOLS, pool_of(" ", store, configuration), 400),
    ];
    for (path, document, status) in refused {
        let answer = server.ask("POST", path, &document).await;
        assert_eq!(answer.status, status, "{path} {document}");
        assert!(answer.json()["message"].is_string(), "{}", answer.text());
    }
    // The store that the server was set up with stays.
    assert_eq!(server.get(STORES).await["instances"][0]["id"], 1);
    assert_eq!(server.delete(&format!("{STORES}/1")).await, 400);
    let other = json!({ "uuid": "00000000-0000-4000-8000-000000000000", "name": "X" });
    assert_eq!(
        server.ask("PUT", &format!("{POOLS}/{pool}"), &other).await.status,
        400
    );
}

#[tokio::test]
async fn users_are_in_a_pool_until_they_are_removed_or_it_is_deleted() {
    let server = Server::new().await;
    let (_, _, pool) = server.pool().await;
    let user = server.admin.user.clone();
    let document = json!({ "user": { "id": user, "identityPoolUuid": pool } });
    let added = server.on_site("POST", "users/identityPool", &document).await.ok()["user"].clone();
    assert_eq!(
        (
            &added["id"],
            &added["identityPoolName"],
            &added["identityPoolUuid"]
        ),
        (&json!(user), &json!("Partners"), &json!(pool))
    );
    let shown = server
        .on_site("GET", &format!("users/{user}"), &Value::Null)
        .await
        .ok();
    assert_eq!(shown["user"]["identityUuid"], added["identityUuid"]);
    assert_eq!(
        server
            .on_site("POST", "users/identityPool", &document)
            .await
            .status,
        409
    );
    let membership = format!("users/{user}/identityPool/{pool}");
    assert_eq!(
        server.on_site("DELETE", &membership, &Value::Null).await.status,
        204
    );
    assert_eq!(
        server.on_site("DELETE", &membership, &Value::Null).await.status,
        404
    );
    server.on_site("POST", "users/identityPool", &document).await.ok();
    assert_eq!(server.delete(&format!("{POOLS}/{pool}")).await, 204);
    let shown = server
        .on_site("GET", &format!("users/{user}"), &Value::Null)
        .await
        .ok();
    assert_eq!(shown["user"]["identityPoolName"], Value::Null);
}

#[tokio::test]
async fn only_server_administrators_configure_them_and_only_tableau_server_has_them() {
    let service = service();
    let viewer = user(&service, "liam.obrien", "").await;
    for path in [STORES, CONFIGURATIONS, POOLS] {
        let answer = ask_service(&service, &viewer.token, "GET", path, &Value::Null).await;
        assert_eq!(answer.status, 403, "{path}");
    }
    let cloud = admin(&service, well_known::CLOUD_SITE).await;
    let answer = ask_service(&service, &cloud.token, "GET", POOLS, &Value::Null).await;
    assert_eq!(answer.status, 403);
}
