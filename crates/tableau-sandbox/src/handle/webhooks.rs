//! Webhooks.

use jiff::Timestamp;
use serde_json::json;
use tableau_wire::rest::Webhook;
use tableau_wire::rest::webhooks::{Test, WebhookEvent, WebhookTestResult};

use crate::auth::Caller;
use crate::call::Call;
use crate::kept::{Kept, row};
use crate::loopback;
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::Row;

impl Kept for Webhook {
    fn begin(row: &mut Row<Self>, _: &State) {
        row.shown.is_enabled.get_or_insert(true);
    }

    fn touch(row: &mut Row<Self>, _: Timestamp) {
        // Newer servers name the event a second time; that both are always the same is inferred.
        row.shown.event = row.shown.source.as_ref().map(|event| format!("{event:?}"));
    }

    // The code is inferred: the page of the call names none. An address has to be https, and one of this machine may be http here.
    fn check(row: &Row<Self>, _: &State) -> Result<(), Refusal> {
        let url = url(&row.shown);
        let source = row.shown.source.as_ref();
        let known = source.is_some_and(|event| !matches!(event, WebhookEvent::Other(_)));
        if row.shown.name.trim().is_empty() || !known {
            return Err(Refusal::incomplete_payload());
        }
        if url.starts_with("https://") || loopback::is_loopback(url) {
            return Ok(());
        }
        let detail = format_args!("The URL of a webhook has to begin with https: '{url}'.");
        Err(Refusal::bad_request("400000", detail))
    }
}

fn url(webhook: &Webhook) -> &str {
    let destination = webhook.destination.as_ref();
    destination.map_or("", |destination| &destination.http.url)
}

/// Calls the address of a webhook, if it is one of this machine; no other is ever called.
pub(crate) fn test(call: &Call<'_>, caller: &Caller, test: &Test) -> Result<WebhookTestResult, Refusal> {
    let id = test.id.as_str();
    let unseen = (Webhook::UNSEEN, "test");
    let webhook =
        row::allowed::<Webhook>(&call.store.read(), caller, id, Webhook::MAY_WRITE, unseen)?.clone();
    let url = url(&webhook.shown);
    let mut result = WebhookTestResult::default();
    result.id = Some(webhook.shown.id.clone());
    if !loopback::is_loopback(url) {
        "The sandbox calls http addresses of this machine only.".clone_into(&mut result.body.0);
        return Ok(result);
    }
    // The members are those of Tableau's documentation of webhooks.
    let message = json!({
        "resource": "WORKBOOK", "event_type": webhook.shown.event, "resource_name": "test",
        "site_luid": caller.site.id, "resource_luid": "", "created_at": call.clock.now().to_string(),
    });
    let answer = loopback::post(url, &message.to_string());
    result.status = answer.as_ref().ok().map(|answer| answer.status.into());
    result.body.0 = answer.map_or_else(
        |error| error.to_string(),
        |answer| String::from_utf8_lossy(&answer.body).into_owned(),
    );
    Ok(result)
}
