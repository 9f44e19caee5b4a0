//! Webhooks: refusals, and the addresses that a test calls.

use std::io::{Read, Write};
use std::net::TcpListener;

use serde_json::{Value, json};

use crate::fixture::*;

fn document(url: &str) -> Value {
    json!({ "webhook": {
        "name": "Failed",
        "webhook-source": { "webhook-source-event-workbook-refresh-failed": {} },
        "webhook-destination": { "webhook-destination-http": { "method": "POST", "url": url } },
    }})
}

#[tokio::test]
async fn what_is_not_a_webhook_is_refused() {
    let service = service();
    let admin = admin(&service, "").await;
    let path = format!("sites/{}/webhooks", admin.site);
    let mut nameless = document("https://example.com");
    nameless["webhook"]["name"] = json!(" ");
    let mut eventless = document("https://example.com");
    eventless["webhook"]["webhook-source"] = json!({ "webhook-source-event-sunrise": {} });
    for body in [
        document("http://example.com"),
        document("http://192.0.2.1/"),
        document("ftp://127.0.0.1/"),
        document(""),
        nameless,
        eventless,
        json!({ "webhook": {} }),
        json!({}),
    ] {
        let answer = call(&service, "POST", &admin.token, &path, body.to_string()).await;
        assert_eq!(answer.code(), "400000", "{body}");
    }
    for query in ["filter=name:eq:a", "sort=name:asc"] {
        let code = get(&service, &admin.token, &format!("{path}?{query}"))
            .await
            .code();
        assert!(code.starts_with("40006"), "{query}: {code}");
    }
}

#[tokio::test]
async fn a_test_calls_this_machine_and_no_other() {
    let service = service();
    let admin = admin(&service, "").await;
    let path = format!("sites/{}/webhooks", admin.site);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let here = format!("http://{}/hook", listener.local_addr().unwrap());
    let answering = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut buffer = [0; 1024];
        while !request.ends_with(b"}") {
            let count = stream.read(&mut buffer).unwrap();
            request.extend_from_slice(&buffer[..count]);
        }
        stream.write_all(b"HTTP/1.0 202 Accepted\r\n\r\ntaken").unwrap();
        String::from_utf8(request).unwrap()
    });
    let test = async |url: &str| {
        let created = call(&service, "POST", &admin.token, &path, document(url).to_string())
            .await
            .json();
        // What the server adds.
        assert_eq!(created["webhook"]["event"], "WorkbookRefreshFailed");
        assert_eq!(created["webhook"]["owner"]["name"], "admin");
        let id = created["webhook"]["id"].as_str().unwrap();
        get(&service, &admin.token, &format!("{path}/{id}/test"))
            .await
            .ok()["webhookTestResult"]
            .clone()
    };
    let result = test(&here).await;
    assert_eq!(
        (&result["status"], &result["body"]),
        (&json!("202"), &json!("taken"))
    );
    let request = answering.join().unwrap();
    assert!(request.starts_with("POST /hook HTTP/1.0\r\n"), "{request}");
    assert!(
        request.contains("\"event_type\":\"WorkbookRefreshFailed\""),
        "{request}"
    );
    let elsewhere = test("https://192.0.2.1/").await;
    assert!(elsewhere.get("status").is_none(), "{elsewhere}");
}
