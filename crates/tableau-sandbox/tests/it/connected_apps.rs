//! Connected apps and their secrets, from creation to deletion.

use serde_json::{Value, json};
use tableau_sandbox::{Sandbox, Service, well_known};

use crate::fixture::*;
use crate::mint::*;

struct Fixture {
    service: Service,
    token: String,
    apps: String,
}

impl Fixture {
    async fn new(service: Service) -> Self {
        let admin = admin(&service, "").await;
        let apps = format!("sites/{}/connected-apps/direct-trust", admin.site);
        Self {
            service,
            token: admin.token,
            apps,
        }
    }

    async fn call(&self, method: &str, path: &str, body: &Value) -> Answer {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        call(
            &self.service,
            method,
            &self.token,
            &format!("{}{path}", self.apps),
            body,
        )
        .await
    }

    /// A create call that is refused, in both formats.
    async fn refused(&self, path: &str, body: &str, refusal: Refusal<'_>) {
        let path = format!("/api/3.29/{}{path}", self.apps);
        refused_in_both(&self.service, ("POST", &path), Some(&self.token), body, refusal).await;
    }

    async fn made(&self, path: &str, body: Value) -> Value {
        let answer = self.call("POST", path, &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()
    }

    async fn app(&self, enabled: bool) -> String {
        let app = json!({"connectedApplication": {"name": "mine", "enabled": enabled}});
        let made = self.made("", app).await;
        made["connectedApplication"]["clientId"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The identifier and the value of a new secret.
    async fn secret(&self, app: &str) -> (String, String) {
        let made = self.made(&format!("/{app}/secrets"), Value::Null).await;
        let part = |name: &str| {
            made["connectedApplicationSecret"][name]
                .as_str()
                .unwrap()
                .to_owned()
        };
        (part("id"), part("value"))
    }

    async fn sign_in(&self, app: &str, (secret, value): &(String, String)) -> Answer {
        let jwt = Mint::direct(&self.service)
            .header("iss", Value::Null)
            .header("kid", secret.as_str())
            .claim("iss", app);
        try_sign_in(&self.service, &jwt_credentials(&jwt.signed_with(value), "")).await
    }
}

fn numbered(number: u32) -> (u16, String, String, String) {
    let detail = format!("Error signing in to Tableau Server ({number})");
    (401, "401001".to_owned(), "Signin Error".to_owned(), detail)
}

#[tokio::test]
async fn every_site_has_the_app_that_ready_names() {
    let service = service();
    let apps = service.ready().connected_apps;
    let sites: Vec<_> = apps.iter().map(|app| app.site.as_str()).collect();
    assert_eq!(sites, ["", "MarketingTeam", well_known::CLOUD_SITE]);
    for app in &apps {
        assert_eq!(app.client_id, well_known::CONNECTED_APP_CLIENT_ID);
        assert_eq!(app.secret_id, well_known::CONNECTED_APP_SECRET_ID);
        assert_eq!(app.secret_value.expose(), well_known::CONNECTED_APP_SECRET_VALUE);
    }
    let json = serde_json::to_value(&apps[1]).unwrap();
    assert_eq!(json["site"], "MarketingTeam");
    assert!(json["clientId"].is_string() && json["secretId"].is_string() && json["secretValue"].is_string());
    let fixture = Fixture::new(service).await;
    let list = fixture.call("GET", "", &Value::Null).await.ok();
    assert_eq!(list["pagination"]["totalAvailable"], "1");
    let app = &list["connectedApplications"]["connectedApplication"][0];
    assert_eq!((&app["name"], &app["enabled"]), (&json!("sandbox"), &json!(true)));
    assert!(
        !list.to_string().contains(well_known::CONNECTED_APP_SECRET_VALUE),
        "{list}"
    );
}

#[tokio::test]
async fn an_app_signs_in_when_it_is_enabled() {
    let fixture = Fixture::new(service()).await;
    let app = fixture.app(false).await;
    let secret = fixture.secret(&app).await;
    assert_eq!((secret.1.len(), secret.1.ends_with('=')), (44, true));
    assert_eq!(fixture.sign_in(&app, &secret).await.refusal(), numbered(10090));
    let enable =
        json!({"connectedApplication": {"enabled": true, "domainSafelist": "a.example *.b.example:8443"}});
    let updated = fixture.call("PUT", &format!("/{app}"), &enable).await.ok();
    let updated = &updated["connectedApplication"];
    assert_eq!(
        (&updated["name"], &updated["enabled"]),
        (&json!("mine"), &json!(true))
    );
    assert_eq!(updated["secret"][0]["id"], secret.0.as_str());
    session(&fixture.sign_in(&app, &secret).await);
    // The app is unknown on other sites.
    let jwt = Mint::direct(&fixture.service)
        .header("kid", secret.0.as_str())
        .claim("iss", app.as_str());
    let elsewhere = jwt_credentials(&jwt.signed_with(&secret.1), "MarketingTeam");
    assert_eq!(
        try_sign_in(&fixture.service, &elsewhere).await.refusal(),
        numbered(126)
    );
    assert_eq!(
        fixture
            .call("DELETE", &format!("/{app}"), &Value::Null)
            .await
            .status,
        204
    );
    assert_eq!(fixture.sign_in(&app, &secret).await.refusal(), numbered(126));
    assert_eq!(
        fixture.call("GET", &format!("/{app}"), &Value::Null).await.code(),
        "404003"
    );
}

#[tokio::test]
async fn two_secrets_take_turns() {
    let fixture = Fixture::new(service()).await;
    let app = fixture.app(true).await;
    let (first, second) = (fixture.secret(&app).await, fixture.secret(&app).await);
    session(&fixture.sign_in(&app, &first).await);
    session(&fixture.sign_in(&app, &second).await);
    let detail = "A connected app can have two secrets at most (128)";
    fixture
        .refused(
            &format!("/{app}/secrets"),
            "",
            (400, "400000", "Bad Request", detail),
        )
        .await;
    let path = format!("/{app}/secrets/{}", first.0);
    let got = fixture.call("GET", &path, &Value::Null).await.ok();
    assert_eq!(got["connectedApplicationSecret"]["value"], first.1.as_str());
    assert_eq!(fixture.call("DELETE", &path, &Value::Null).await.status, 204);
    assert_eq!(fixture.sign_in(&app, &first).await.refusal(), numbered(127));
    session(&fixture.sign_in(&app, &second).await);
    for method in ["GET", "DELETE"] {
        assert_eq!(fixture.call(method, &path, &Value::Null).await.code(), "404003");
    }
    let next = fixture.secret(&app).await;
    session(&fixture.sign_in(&app, &next).await);
}

#[tokio::test]
async fn a_malformed_list_of_domains_and_an_unknown_app_are_refused() {
    let mut fixture = Fixture::new(service()).await;
    let domains = json!({"connectedApplication": {"name": "x", "domainSafelist": "<script>"}});
    let detail = "The list of domains is malformed (133)";
    fixture
        .refused("", &domains.to_string(), (400, "400000", "Bad Request", detail))
        .await;
    let app = json!({"connectedApplication": {"name": "x"}});
    for (method, path, body) in [
        ("GET", "/nothing", Value::Null),
        ("PUT", "/nothing", app.clone()),
        ("DELETE", "/nothing", Value::Null),
        ("POST", "/nothing/secrets", Value::Null),
        ("GET", "/nothing/secrets/x", Value::Null),
    ] {
        assert_eq!(
            fixture.call(method, path, &body).await.code(),
            "404003",
            "{method} {path}"
        );
    }
    // Only administrators of the site may.
    fixture.token = user(&fixture.service, "dmitri.volkov", "").await.token;
    fixture.app(true).await;
    fixture.token = user(&fixture.service, "anita.silva", "").await.token;
    let id = well_known::CONNECTED_APP_CLIENT_ID;
    for (method, path, body) in [
        ("GET", String::new(), Value::Null),
        ("POST", String::new(), app.clone()),
        ("GET", format!("/{id}"), Value::Null),
        ("PUT", format!("/{id}"), app.clone()),
        ("DELETE", format!("/{id}"), Value::Null),
        ("POST", format!("/{id}/secrets"), Value::Null),
        ("GET", format!("/{id}/secrets/x"), Value::Null),
        ("DELETE", format!("/{id}/secrets/x"), Value::Null),
    ] {
        assert_eq!(
            fixture.call(method, &path, &body).await.code(),
            "403004",
            "{method} {path}"
        );
    }
    let old = format!("/api/3.16/{}", fixture.apps);
    let headers = [
        ("X-Tableau-Auth", fixture.token.as_str()),
        ("Accept", "application/json"),
    ];
    assert_eq!(
        send(&fixture.service, "GET", &old, &headers, "").await.code(),
        "404008"
    );
}

#[tokio::test]
async fn apps_and_the_scopes_of_sessions_survive_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let open = || {
        Sandbox::builder()
            .workbooks(1)
            .data(directory.path())
            .build()
            .unwrap()
    };
    let fixture = Fixture::new(open()).await;
    let app = fixture.app(true).await;
    let secret = fixture.secret(&app).await;
    let scoped = session(&fixture.sign_in(&app, &secret).await);
    let used = Mint::direct(&fixture.service);
    session(&try_sign_in(&fixture.service, &jwt_credentials(&used.signed(), "")).await);
    let servers = format!(
        "sites/{}/connected-apps/external-authorization-servers",
        scoped.site
    );
    let server = json!({"externalAuthorizationServer": {"name": "idp", "issuerUrl": "https://idp.example"}});
    let made = call(
        &fixture.service,
        "POST",
        &fixture.token,
        &servers,
        server.to_string(),
    )
    .await;
    assert_eq!(made.status, 201);
    let (token, apps) = (fixture.token.clone(), fixture.apps.clone());
    drop(fixture);
    let fixture = Fixture {
        service: open(),
        token,
        apps,
    };
    session(&fixture.sign_in(&app, &secret).await);
    let path = |what: &str| format!("sites/{}/{what}", scoped.site);
    get(&fixture.service, &scoped.token, &path("workbooks"))
        .await
        .ok();
    assert_eq!(
        get(&fixture.service, &scoped.token, &path("users")).await.code(),
        "401002"
    );
    let list = get(&fixture.service, &fixture.token, &servers).await.ok();
    assert_eq!(
        list["externalAuthorizationServerList"]["externalAuthorizationServer"][0]["name"],
        "idp"
    );
    let again = try_sign_in(&fixture.service, &jwt_credentials(&used.signed(), "")).await;
    assert_eq!(again.refusal(), numbered(16));
}

#[tokio::test]
async fn an_app_may_be_limited_to_projects() {
    let fixture = Fixture::new(service()).await;
    let projects = json!({"projectId": ["6f1e7c0a-0000-4000-8000-000000000001", "6f1e7c0a-0000-4000-8000-000000000002"]});
    let app = json!({"connectedApplication": {"name": "mine", "projectIds": projects}});
    let made = fixture.made("", app).await["connectedApplication"].clone();
    assert_eq!(made["projectIds"], projects);
    let path = format!("/{}", made["clientId"].as_str().unwrap());
    let one = json!({"projectId": ["6f1e7c0a-0000-4000-8000-000000000003"]});
    let patch = json!({"connectedApplication": {"projectIds": one}});
    let changed = fixture.call("PUT", &path, &patch).await.ok();
    assert_eq!(changed["connectedApplication"]["projectIds"], one);
    // As servers before 3.22 have it.
    let id = "6f1e7c0a-0000-4000-8000-000000000004";
    let patch = json!({"connectedApplication": {"projectId": id}});
    let changed = fixture.call("PUT", &path, &patch).await.ok();
    let shown = &changed["connectedApplication"];
    assert_eq!(
        (&shown["projectId"], &shown["projectIds"]["projectId"]),
        (&json!(id), &json!([id]))
    );
}
