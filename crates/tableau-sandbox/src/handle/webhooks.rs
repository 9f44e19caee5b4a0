//! Webhooks.

use jiff::Timestamp;
use serde_json::json;
use tableau_wire::rest::Webhook;
use tableau_wire::rest::webhooks::{Test, WebhookEvent, WebhookTestResult};

use super::time;
use crate::auth::Caller;
use crate::call::Call;
use crate::kept::crud::{Kept, admit, row};
use crate::loopback;
use crate::refusal::Refusal;

impl Kept for Webhook {
    fn begin(&mut self, now: Timestamp) {
        self.created_at = Some(time(now));
        self.is_enabled = self.is_enabled.or(Some(true));
    }

    fn touch(&mut self, now: Timestamp) {
        self.updated_at = Some(time(now));
        // Newer servers name the event a second time; that both are always the same is inferred.
        self.event = self.source.as_ref().map(|event| format!("{event:?}"));
    }

    // The code is inferred: the page of the call names none. An address has to be https, and one of this machine may be http here.
    fn check(&self) -> Result<(), Refusal> {
        let url = self
            .destination
            .as_ref()
            .map_or("", |destination| &destination.http.url);
        let known = self
            .source
            .as_ref()
            .is_some_and(|event| !matches!(event, WebhookEvent::Other(_)));
        if self.name.trim().is_empty() || !known {
            return Err(Refusal::incomplete_payload());
        }
        if url.starts_with("https://") || loopback::is_loopback(url) {
            return Ok(());
        }
        Err(Refusal::bad_request(
            "400000",
            format_args!("The URL of a webhook has to begin with https: '{url}'."),
        ))
    }
}

/// Calls the address of a webhook, if it is one of this machine; no other is ever called.
pub(crate) fn test(call: &Call<'_>, caller: &Caller, test: &Test) -> Result<WebhookTestResult, Refusal> {
    admit::<Webhook>(caller)?;
    let webhook = row::<Webhook>(&call.store.read(), caller, test.id.as_str())?
        .shown
        .clone();
    let url = webhook
        .destination
        .map(|destination| destination.http.url)
        .unwrap_or_default();
    let mut result = WebhookTestResult::default();
    result.id = Some(webhook.id);
    if !loopback::is_loopback(&url) {
        "The sandbox calls http addresses of this machine only.".clone_into(&mut result.body.0);
        return Ok(result);
    }
    // The members are those of Tableau's documentation of webhooks.
    let message = json!({
        "resource": "WORKBOOK",
        "event_type": webhook.event,
        "resource_name": "test",
        "site_luid": caller.site.id,
        "resource_luid": "",
        "created_at": call.clock.now().to_string(),
    });
    match loopback::post(&url, &message.to_string()) {
        Ok(answer) => {
            result.status = Some(answer.status.into());
            result.body.0 = String::from_utf8_lossy(&answer.body).into_owned();
        }
        Err(error) => result.body.0 = error.to_string(),
    }
    Ok(result)
}
