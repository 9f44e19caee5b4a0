//! Webhooks that are refused.

use serde_json::json;

use crate::fixture::*;

#[tokio::test]
async fn a_webhook_has_a_name_a_known_event_and_an_address_by_https() {
    let service = service();
    let admin = admin(&service, "").await;
    let path = format!("sites/{}/webhooks", admin.site);
    for (name, event, url) in [
        ("Failed", "WorkbookDeleted", "http://example.com"),
        ("Failed", "WorkbookDeleted", "http://192.0.2.1/"),
        ("Failed", "WorkbookDeleted", "ftp://127.0.0.1/"),
        ("Failed", "WorkbookDeleted", ""),
        (" ", "WorkbookDeleted", "https://example.com"),
        ("Failed", "Sunrise", "https://example.com"),
    ] {
        let to = json!({ "webhook-destination-http": { "url": url } });
        let document = json!({ "webhook": { "name": name, "event": event, "webhook-destination": to } });
        let answer = call(&service, "POST", &admin.token, &path, document.to_string()).await;
        assert_eq!(answer.code(), "400000", "{document}");
    }
}
