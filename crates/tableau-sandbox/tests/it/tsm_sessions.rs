//! TSM: signing in and out, and the refusals without a session.

use tableau_sandbox::{Clock, tsm, well_known};
use tableau_wire::tsm::{VERSION_0_5, VERSION_1_0};

use crate::tsm_fixture::{Fixture, send, try_login};

const MINUTE: u64 = 60;

fn service() -> tsm::Service {
    tsm::Service::new(Clock::default())
}

#[tokio::test]
async fn a_login_sets_a_cookie_that_no_script_sees() {
    let service = service();
    let answer = try_login(&service, well_known::TSM_ACCOUNT, well_known::PASSWORD).await;
    assert_eq!(answer.status, 204);
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    let mut parts = cookie.split("; ");
    let value = parts.next().unwrap().strip_prefix("AUTH_COOKIE=").unwrap();
    assert_eq!(parts.collect::<Vec<_>>(), ["Path=/", "Secure", "HttpOnly"]);
    assert_eq!(value.len(), 43);
    let other = Fixture::at(&service).await;
    assert!(
        !other.cookie.contains(value),
        "every login has a cookie of its own"
    );
    assert_eq!(service.session_count(), 2);
    // Beside cookies of others.
    let cookies = format!("a=b; AUTH_COOKIE=old; AUTH_COOKIE={value};c");
    let headers = [("Cookie", cookies.as_str())];
    assert_eq!(
        send(&service, "GET", "/api/1.0/status", &headers, "")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn logins_that_are_refused() {
    let service = service();
    for (name, password, status) in [
        (well_known::TSM_ACCOUNT, "wrong", 401),
        (well_known::TSM_ACCOUNT, "", 401),
        ("unknown", well_known::PASSWORD, 401),
        // A user of Tableau Server is not an account of its machine.
        (well_known::ADMIN, well_known::PASSWORD, 401),
        (well_known::TSM_ACCOUNT_WITHOUT_GROUP, well_known::PASSWORD, 403),
        (well_known::TSM_ACCOUNT_WITHOUT_GROUP, "wrong", 401),
    ] {
        let answer = try_login(&service, name, password).await;
        assert_eq!(answer.status, status, "{name}");
        assert!(!answer.headers.contains_key("set-cookie"), "{name}");
        let text = answer.json().to_string();
        assert!(
            !text.contains("/login in order") && !text.contains("tabctl-sandbox"),
            "{text}"
        );
    }
    assert_eq!(service.session_count(), 0);
}

#[tokio::test]
async fn a_login_is_json_and_says_so() {
    let service = service();
    let body = r#"{"authentication":{"name":"tsmadmin","password":"tabctl-sandbox"}}"#;
    let login = async |content_type: Option<&str>, body: &'static str| {
        let headers: Vec<_> = content_type
            .map(|value| ("Content-Type", value))
            .into_iter()
            .collect();
        send(&service, "POST", "/api/1.0/login", &headers, body)
            .await
            .status
    };
    assert_eq!(login(None, body).await, 415);
    assert_eq!(login(Some("text/plain"), body).await, 415);
    assert_eq!(login(Some("Application/JSON; charset=utf-8"), body).await, 204);
    for body in [
        "",
        "{}",
        "[]",
        "<tsRequest/>",
        r#"{"authentication":{"name":"tsmadmin"}}"#,
    ] {
        assert_eq!(login(Some("application/json"), body).await, 400, "{body}");
    }
}

#[tokio::test]
async fn without_a_cookie_every_address_wants_a_login() {
    let service = service();
    let unknown = [("Cookie", "AUTH_COOKIE=; AUTH_COOKIE=AAAA")];
    for path in [
        "/api/0.5/status",
        "/api/1.0/status",
        "/api/0.5/logout",
        "/api/0.5/no/such/thing",
        "/api/9.9/login",
        "/api/3.7/auth/signin",
        "/api/",
        "/",
        "/%FF",
    ] {
        for method in ["GET", "POST", "DELETE"] {
            send(&service, method, path, &[], "").await.wants_login(path);
            send(&service, method, path, &unknown, "x")
                .await
                .wants_login(path);
        }
    }
    // A login is a POST; other methods are not.
    send(&service, "GET", "/api/0.5/login", &[], "")
        .await
        .wants_login("/api/0.5/login");
}

#[tokio::test]
async fn with_a_cookie_an_unknown_address_is_not_found() {
    let fixture = Fixture::new().await;
    assert_eq!(fixture.get("no/such/thing").await.status, 404);
    assert_eq!(fixture.get("disable").await.status, 405);
    assert_eq!(fixture.get("asyncJobs/x").await.status, 400);
    let headers = [("Cookie", fixture.cookie.as_str())];
    let signin = send(&fixture.service, "POST", "/api/3.7/auth/signin", &headers, "").await;
    assert_eq!(signin.status, 404);
    assert_eq!(signin.json()["path"], "/api/3.7/auth/signin");
}

#[tokio::test]
async fn a_logout_ends_one_session_and_logout_all_every_one() {
    let first = Fixture::new().await;
    let second = Fixture::at(&first.service).await;
    let third = Fixture::at(&first.service).await;
    let gone = first.call("POST", "logout", "").await;
    assert_eq!((gone.status, &gone.body[..]), (204, &b""[..]));
    first.get("status").await.wants_login("/api/0.5/status");
    first
        .call("POST", "logout", "")
        .await
        .wants_login("/api/0.5/logout");
    assert_eq!(second.get("status").await.status, 200);
    assert_eq!(second.call("POST", "logout/all", "").await.status, 204);
    for fixture in [&second, &third] {
        fixture.get("status").await.wants_login("/api/0.5/status");
    }
    let again = Fixture::at(&first.service).await;
    assert_eq!(again.get("status").await.status, 200);
    assert_eq!(
        (again.service.end_sessions(), again.service.session_count()),
        (1, 0)
    );
    again.get("status").await.wants_login("/api/0.5/status");
}

#[tokio::test]
async fn a_session_ends_after_two_hours() {
    let fixture = Fixture::new().await;
    fixture.advance(118 * MINUTE);
    assert_eq!(fixture.get("status").await.status, 200);
    fixture.advance(2 * MINUTE);
    fixture.get("status").await.wants_login("/api/0.5/status");
    assert_eq!(fixture.service.session_count(), 0);
}

#[tokio::test]
async fn how_long_a_session_lasts_is_configured() {
    let fixture = Fixture::new().await;
    let change = r#"{"configKeys":{"tabadmincontroller.auth.expiration.minutes":"5"}}"#;
    assert_eq!(fixture.call("POST", "import", change).await.status, 204);
    // Pending settings have no effect yet.
    let before = Fixture::at(&fixture.service).await;
    fixture.service.apply_pending_changes();
    fixture.advance(6 * MINUTE);
    assert_eq!(before.get("status").await.status, 200);
    let after = Fixture::at(&fixture.service).await;
    fixture.advance(3 * MINUTE);
    assert_eq!(after.get("status").await.status, 200);
    fixture.advance(2 * MINUTE);
    after.get("status").await.wants_login("/api/0.5/status");
    assert_eq!(before.get("status").await.status, 200);
}

#[tokio::test]
async fn who_administers_is_configured() {
    let fixture = Fixture::new().await;
    let change = r#"{"configKeys":{"tsm.authorized.groups":"wheel, operators"}}"#;
    assert_eq!(
        fixture
            .call("POST", "import?configuration=true", change)
            .await
            .status,
        204
    );
    fixture.service.apply_pending_changes();
    fixture.advance(MINUTE);
    let answer = try_login(&fixture.service, well_known::TSM_ACCOUNT, well_known::PASSWORD).await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn either_version_can_be_turned_off() {
    for (off, on) in [(VERSION_1_0, VERSION_0_5), (VERSION_0_5, VERSION_1_0)] {
        let fixture = Fixture::new().await;
        fixture.service.serve_version(off, false);
        let cookie = [("Cookie", fixture.cookie.as_str())];
        let login = format!("/api/{off}/login");
        let body = r#"{"authentication":{"name":"tsmadmin","password":"tabctl-sandbox"}}"#;
        let json = [("Content-Type", "application/json")];
        send(&fixture.service, "POST", &login, &json, body)
            .await
            .wants_login(&login);
        let status = async |version| {
            let path = format!("/api/{version}/status");
            send(&fixture.service, "GET", &path, &cookie, "").await.status
        };
        assert_eq!((status(off).await, status(on).await), (404, 200));
        fixture.service.serve_version(off, true);
        assert_eq!(status(off).await, 200);
    }
}

#[tokio::test]
async fn nothing_secret_is_shown() {
    let fixture = Fixture::new().await;
    let shown = format!("{:?}", fixture.service);
    let value = fixture.cookie.split_once('=').unwrap().1;
    assert!(
        !shown.contains(value) && !shown.contains(well_known::PASSWORD),
        "{shown}"
    );
    let answer = try_login(&fixture.service, well_known::TSM_ACCOUNT, well_known::PASSWORD).await;
    let shown = format!("{:?}", answer.headers);
    assert!(!shown.contains("AUTH_COOKIE"), "{shown}");
}
