//! External authorization servers: their management, and the JWTs they sign.

use std::path::Path;

use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};
use tableau_sandbox::{Sandbox, Service};

use crate::fixture::*;
use crate::mint::*;

const ISSUER: &str = "https://idp.example";

/// Registers an authorization server as the administrator of the Default site; gives its address and a token.
async fn register(service: &Service, server: Value) -> (String, String) {
    let admin = admin(service, "").await;
    let servers = format!(
        "sites/{}/connected-apps/external-authorization-servers",
        admin.site
    );
    let body = json!({"externalAuthorizationServer": server}).to_string();
    let made = call(service, "POST", &admin.token, &servers, body).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let id = made.json()["externalAuthorizationServer"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    (format!("{servers}/{id}"), admin.token)
}

fn keys(directory: &Path) -> String {
    let file = directory.join("keys.json");
    std::fs::write(&file, key_set()).unwrap();
    format!("file://{}", file.display())
}

async fn number(service: &Service, jwt: &str, number: u32) {
    let detail = format!("Error signing in to Tableau Server ({number})");
    let refusal = (401, "401001", "Signin Error", detail.as_str());
    refused(service, &jwt_credentials(jwt, ""), refusal).await;
}

#[tokio::test]
async fn its_jwts_are_checked_with_the_keys_it_publishes() {
    let directory = tempfile::tempdir().unwrap();
    let service = service();
    let keys = keys(directory.path());
    register(
        &service,
        json!({"name": "idp", "issuerUrl": ISSUER, "jwksUri": keys}),
    )
    .await;
    let rsa = || Mint::of_issuer(&service, ISSUER, "rsa", "RS256");
    let ec = || Mint::of_issuer(&service, ISSUER, "ec", "ES256");
    for jwt in [rsa().by_rsa(), ec().by_ec()] {
        let session = session(&try_sign_in(&service, &jwt_credentials(&jwt, "")).await);
        let path = |what: &str| format!("sites/{}/{what}", session.site);
        get(&service, &session.token, &path("workbooks")).await.ok();
        assert_eq!(
            get(&service, &session.token, &path("users")).await.code(),
            "401002"
        );
        number(&service, &jwt, 16).await;
    }
    let secret = EncodingKey::from_secret(b"secret");
    let public = EncodingKey::from_secret(RSA_TEST_PUBLIC_KEY.as_bytes());
    let now = service.clock().now().as_second();
    for (jwt, code) in [
        (rsa().claim("iss", "https://other.example").by_rsa(), 10089),
        (rsa().header("kid", "unknown").by_rsa(), 10085),
        (rsa().header("kid", Value::Null).by_rsa(), 10083),
        (rsa().header("alg", "HS256").by(&secret, Algorithm::HS256), 10087),
        // The public key must not be accepted as an HMAC secret.
        (rsa().header("alg", "HS256").by(&public, Algorithm::HS256), 10087),
        (
            rsa()
                .header("alg", "RS512")
                .by(&crate::mint::rsa(), Algorithm::RS512),
            10087,
        ),
        (rsa().header("alg", "none").by_rsa(), 10087),
        (rsa().header("kid", "ec").by_rsa(), 10084),
        (ec().header("kid", "rsa").by_ec(), 10084),
        (rsa().by(&secret, Algorithm::HS256), 10084),
        (rsa().claim("aud", "x").by_rsa(), 10084),
        (rsa().claim("sub", Value::Null).by_rsa(), 10084),
        (rsa().claim("sub", "unknown").by_rsa(), 5),
        (rsa().claim("sub", "maya.cohen").by_rsa(), 16),
        (rsa().claim("exp", now + 900).by_rsa(), 16),
    ] {
        number(&service, &jwt, code).await;
    }
    // It is trusted on its site only.
    let elsewhere = jwt_credentials(&rsa().by_rsa(), "MarketingTeam");
    assert!(
        try_sign_in(&service, &elsewhere)
            .await
            .refusal()
            .3
            .ends_with("(10089)")
    );
}

#[tokio::test]
async fn keys_are_fetched_at_each_sign_in() {
    let directory = tempfile::tempdir().unwrap();
    let service = service();
    let keys = keys(directory.path());
    let (server, token) = register(
        &service,
        json!({"name": "idp", "issuerUrl": ISSUER, "jwksUri": keys}),
    )
    .await;
    let jwt = || Mint::of_issuer(&service, ISSUER, "rsa", "RS256").by_rsa();
    session(&try_sign_in(&service, &jwt_credentials(&jwt(), "")).await);
    let file = directory.path().join("keys.json");
    for content in [
        "",
        "{",
        "{}",
        r#"{"keys":[]}"#,
        r#"{"keys":[{"kty":"RSA","kid":"rsa","n":"!","e":"AQAB"}]}"#,
    ] {
        std::fs::write(&file, content).unwrap();
        number(&service, &jwt(), 10085).await;
    }
    std::fs::remove_file(&file).unwrap();
    number(&service, &jwt(), 10085).await;
    // Nothing is fetched from a network.
    for uri in ["https://idp.example/keys", "http://192.0.2.1/keys", ""] {
        let patch = json!({"externalAuthorizationServer": {"jwksUri": uri}}).to_string();
        call(&service, "PUT", &token, &server, patch).await.ok();
        number(&service, &jwt(), 10085).await;
    }
}

#[tokio::test]
async fn keys_may_be_on_this_machine() {
    use std::io::{Read, Write};
    let service = service();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let metadata = json!({"issuer": issuer, "jwks_uri": format!("{issuer}/keys")}).to_string();
    let idp = std::thread::spawn(move || {
        let mut paths = Vec::new();
        for body in [metadata, key_set()] {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut head, mut buffer) = (Vec::new(), [0; 1024]);
            while !head.ends_with(b"\r\n\r\n") {
                let count = stream.read(&mut buffer).unwrap();
                head.extend_from_slice(&buffer[..count]);
            }
            let head = String::from_utf8(head).unwrap();
            paths.push(head.split(' ').nth(1).unwrap().to_owned());
            write!(stream, "HTTP/1.0 200 OK\r\n\r\n{body}").unwrap();
        }
        paths
    });
    register(&service, json!({"name": "idp", "issuerUrl": issuer})).await;
    let jwt = Mint::of_issuer(&service, &issuer, "ec", "ES256").by_ec();
    session(&try_sign_in(&service, &jwt_credentials(&jwt, "")).await);
    assert_eq!(
        idp.join().unwrap(),
        ["/.well-known/oauth-authorization-server", "/keys"]
    );
}

/// More sign-ins wait for keys than a sandbox has threads; another request is still answered.
#[test]
fn slow_key_sets_do_not_block_other_requests() {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    const SIGN_INS: usize = 8;
    let sandbox = Sandbox::start().unwrap();
    let service = sandbox.service();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let uri = format!("http://{}/keys", listener.local_addr().unwrap());
    let server = json!({"name": "idp", "issuerUrl": ISSUER, "jwksUri": uri});
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(register(&service, server));

    let address = sandbox.url().strip_prefix("http://").unwrap();
    let exchange = |method: &str, path: &str, body: &str| {
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
        );
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all((head + body).as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    std::thread::scope(|scope| {
        let sign_ins: Vec<_> = (0..SIGN_INS)
            .map(|_| {
                let jwt = Mint::of_issuer(&service, ISSUER, "ec", "ES256").by_ec();
                let body = format!("{{\"credentials\":{}}}", jwt_credentials(&jwt, ""));
                scope.spawn(move || exchange("POST", "/api/3.29/auth/signin", &body))
            })
            .collect();
        let waiting: Vec<_> = (0..SIGN_INS).map(|_| listener.accept().unwrap().0).collect();
        let info = exchange("GET", "/api/3.29/serverinfo", "");
        assert!(info.starts_with("HTTP/1.1 200"), "{info}");
        for mut keys in waiting {
            let (mut head, mut byte) = (Vec::new(), [0]);
            while !head.ends_with(b"\r\n\r\n") {
                keys.read_exact(&mut byte).unwrap();
                head.extend(byte);
            }
            write!(keys, "HTTP/1.0 200 OK\r\n\r\n{}", key_set()).unwrap();
        }
        for answer in sign_ins.into_iter().map(|sign_in| sign_in.join().unwrap()) {
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        }
    });
}

#[tokio::test]
async fn authorization_servers_are_managed_by_administrators() {
    let directory = tempfile::tempdir().unwrap();
    let service = service();
    let keys = keys(directory.path());
    let (server, token) = register(
        &service,
        json!({"name": "idp", "issuerUrl": ISSUER, "jwksUri": keys}),
    )
    .await;
    let servers = server.rsplit_once('/').unwrap().0.to_owned();
    let list = get(&service, &token, &servers).await.ok();
    let listed = &list["externalAuthorizationServerList"]["externalAuthorizationServer"][0];
    assert_eq!(
        get(&service, &token, &server).await.ok()["externalAuthorizationServer"],
        *listed
    );
    assert_eq!(
        (&listed["issuerUrl"], &listed["enabled"]),
        (&json!(ISSUER), &json!(true))
    );
    let disable = json!({"externalAuthorizationServer": {"enabled": false}}).to_string();
    let updated = call(&service, "PUT", &token, &server, disable).await.ok();
    assert_eq!(updated["externalAuthorizationServer"]["jwksUri"], keys.as_str());
    let jwt = Mint::of_issuer(&service, ISSUER, "rsa", "RS256").by_rsa();
    number(&service, &jwt, 10090).await;
    for body in [
        "",
        "{}",
        r#"{"externalAuthorizationServer":{"name":"x"}}"#,
        r#"{"externalAuthorizationServer":{"issuerUrl":"x"}}"#,
    ] {
        assert_eq!(
            call(&service, "POST", &token, &servers, body).await.code(),
            "400000",
            "{body}"
        );
    }
    let body = r#"{"externalAuthorizationServer":{"name":"x","issuerUrl":"x"}}"#;
    let anita = user(&service, "anita.silva", "").await.token;
    for (method, path, body) in [
        ("GET", &servers, ""),
        ("POST", &servers, body),
        ("GET", &server, ""),
        ("PUT", &server, body),
        ("DELETE", &server, ""),
    ] {
        assert_eq!(
            call(&service, method, &anita, path, body).await.code(),
            "403004",
            "{method}"
        );
    }
    assert_eq!(call(&service, "DELETE", &token, &server, "").await.status, 204);
    for (method, body) in [("GET", ""), ("PUT", body), ("DELETE", "")] {
        assert_eq!(
            call(&service, method, &token, &server, body).await.code(),
            "404003",
            "{method}"
        );
    }
    number(&service, &jwt, 10089).await;
}
