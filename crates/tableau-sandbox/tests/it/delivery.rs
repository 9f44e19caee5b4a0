//! What webhooks send.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use tableau_sandbox::{JobPlan, Service};

use crate::fixture::*;

const PATIENCE: Duration = Duration::from_secs(20);

/// A server that takes every message.
fn receiver() -> (String, Receiver<(String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (sender, received) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 1024];
            while !request.ends_with(b"}") {
                let count = stream.read(&mut buffer).unwrap();
                request.extend_from_slice(&buffer[..count]);
            }
            stream.write_all(b"HTTP/1.0 202 Accepted\r\n\r\ntaken").unwrap();
            let request = String::from_utf8(request).unwrap();
            let (head, message) = request.split_once("\r\n\r\n").unwrap();
            if sender
                .send((head.to_owned(), serde_json::from_str(message).unwrap()))
                .is_err()
            {
                return;
            }
        }
    });
    (url, received)
}

/// Creates a webhook; gives its identifier.
async fn webhook(service: &Service, admin: &Session, event: &str, url: &str) -> String {
    let document = json!({ "webhook": {
        "name": event, "event": event, "webhook-destination": { "webhook-destination-http": { "method": "POST", "url": url } },
    }});
    let path = format!("sites/{}/webhooks", admin.site);
    let created = call(service, "POST", &admin.token, &path, document.to_string())
        .await
        .json();
    assert_eq!(created["webhook"]["event"], event);
    assert_eq!(created["webhook"]["owner"]["name"], "admin");
    created["webhook"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_test_calls_this_machine_and_no_other() {
    let service = service();
    let admin = admin(&service, "").await;
    let (here, received) = receiver();
    let test = async |url: &str| {
        let id = webhook(&service, &admin, "WorkbookRefreshFailed", url).await;
        let path = format!("sites/{}/webhooks/{id}/test", admin.site);
        get(&service, &admin.token, &path).await.ok()["webhookTestResult"].clone()
    };
    let result = test(&here).await;
    assert_eq!(
        (&result["status"], &result["body"]),
        (&json!("202"), &json!("taken"))
    );
    let (head, message) = received.recv_timeout(PATIENCE).unwrap();
    assert!(head.starts_with("POST /hook HTTP/1.0\r\n"), "{head}");
    assert_eq!(message["event_type"], "WorkbookRefreshFailed");
    let elsewhere = test("https://192.0.2.1/").await;
    assert!(elsewhere.get("status").is_none(), "{elsewhere}");
}

#[tokio::test]
async fn webhooks_are_told_what_happens_to_content() {
    let service = service();
    let admin = admin(&service, "").await;
    let (url, received) = receiver();
    for event in [
        "WorkbookUpdated",
        "WorkbookRefreshStarted",
        "WorkbookRefreshSucceeded",
        "WorkbookRefreshFailed",
        "WorkbookDeleted",
    ] {
        webhook(&service, &admin, event, &url).await;
    }
    let site = format!("sites/{}", admin.site);
    let path = format!("{site}/workbooks?filter=name:eq:Superstore");
    let workbook = get(&service, &admin.token, &path).await.ok()["workbooks"]["workbook"][0].clone();
    let path = format!("{site}/workbooks/{}", workbook["id"].as_str().unwrap());
    let told = |name: &str| {
        let (_, message) = received.recv_timeout(PATIENCE).unwrap();
        assert_eq!(message["resource_name"], name, "{message}");
        assert_eq!(message["site_luid"], json!(admin.site));
        assert_eq!(message["resource_luid"], workbook["id"]);
        let told = |member: &str| message[member].as_str().unwrap().to_owned();
        (told("event_type"), told("resource"))
    };
    let is = |event: &str, resource: &str| (event.to_owned(), resource.to_owned());

    let renamed = json!({ "workbook": { "name": "Superstore 2" } }).to_string();
    call(&service, "PUT", &admin.token, &path, renamed).await.ok();
    assert_eq!(told("Superstore 2"), is("WorkbookUpdated", "WORKBOOK"));

    for (plan, ending) in [
        (JobPlan::succeeds(), "WorkbookRefreshSucceeded"),
        (
            JobPlan::fails("The database is offline."),
            "WorkbookRefreshFailed",
        ),
    ] {
        service.controls().plan_jobs(plan);
        let refresh = format!("{path}/refresh");
        call(&service, "POST", &admin.token, &refresh, "{}".to_owned()).await;
        service.clock().advance(Duration::from_secs(60));
        get(&service, &admin.token, &path).await.ok();
        assert_eq!(told("Superstore 2"), is("WorkbookRefreshStarted", "EXTRACTS"));
        assert_eq!(told("Superstore 2"), is(ending, "EXTRACTS"));
    }

    let deleted = call(&service, "DELETE", &admin.token, &path, String::new()).await;
    assert_eq!(deleted.status, 204);
    assert_eq!(told("Superstore 2"), is("WorkbookDeleted", "WORKBOOK"));
    // A webhook of the seed waits for failed refreshes too, on another machine.
    let unanswered = service.controls().deliveries();
    let unanswered = unanswered.iter().filter(|delivery| delivery.status.is_none());
    let urls: Vec<_> = unanswered.map(|delivery| delivery.url.as_str()).collect();
    assert_eq!(urls, ["https://hooks.example.com/tableau/refresh-failed"]);
}

#[tokio::test]
async fn a_webhook_is_called_while_it_is_enabled() {
    let service = service();
    let admin = admin(&service, "").await;
    let (url, received) = receiver();
    let id = webhook(&service, &admin, "WorkbookUpdated", &url).await;
    let site = format!("sites/{}", admin.site);
    let workbooks = get(&service, &admin.token, &format!("{site}/workbooks"))
        .await
        .ok();
    let workbook = workbooks["workbooks"]["workbook"][0]["id"].as_str().unwrap();
    let rename = async |name: &str| {
        let document = json!({ "workbook": { "name": name } }).to_string();
        let path = format!("{site}/workbooks/{workbook}");
        call(&service, "PUT", &admin.token, &path, document).await.ok();
    };
    let enable = async |enabled: bool| {
        let document = json!({ "webhook": { "isEnabled": enabled } }).to_string();
        let path = format!("{site}/webhooks/{id}");
        call(&service, "PUT", &admin.token, &path, document).await.ok();
    };
    enable(false).await;
    rename("Unheard").await;
    enable(true).await;
    rename("Heard").await;
    let (_, message) = received.recv_timeout(PATIENCE).unwrap();
    assert_eq!(message["resource_name"], "Heard");
}
