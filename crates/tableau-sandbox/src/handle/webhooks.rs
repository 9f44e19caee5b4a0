//! Webhooks.

use jiff::Timestamp;
use tableau_wire::rest::Webhook;
use tableau_wire::rest::webhooks::{Test, WebhookEvent, WebhookTestResult};
use tableau_wire::value::Named;

use crate::auth::Caller;
use crate::call::Call;
use crate::kept::{Computed, Kept, row};
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::Row;
use crate::{delivery, loopback};

impl Kept for Webhook {
    const COMPUTED: &'static [Computed<Self>] = &[Computed::Member("event", |webhook, row, _| {
        webhook.event = row.shown.source.clone().map(Named);
    })];

    fn begin(row: &mut Row<Self>, _: &State) {
        row.shown.is_enabled.get_or_insert(true);
    }

    /// Tableau prefers the event of newer servers; both names are the same event.
    fn touch(row: &mut Row<Self>, _: &State, _: Timestamp) {
        let event = row.shown.event.take().map(|event| event.0);
        row.shown.source = event.or(row.shown.source.take());
    }

    // The code is inferred: the page of the call names none. An address has to be https, and one of this machine may be http here.
    fn check(row: &Row<Self>, _: &State) -> Result<(), Refusal> {
        let known = !matches!(row.shown.source, None | Some(WebhookEvent::Other(_)));
        if row.shown.name.trim().is_empty() || !known {
            return Err(Refusal::incomplete_payload());
        }
        let url = delivery::url(&row.shown);
        if url.starts_with("https://") || loopback::is_loopback(url) {
            return Ok(());
        }
        let detail = format_args!("The URL of a webhook has to begin with https: '{url}'.");
        Err(Refusal::bad_request("400000", detail))
    }
}

pub(crate) fn test(call: &Call<'_>, caller: &Caller, test: &Test) -> Result<WebhookTestResult, Refusal> {
    let (id, unseen) = (test.id.as_str(), ("403004", "test"));
    let webhook =
        row::allowed::<Webhook>(&call.store.read(), caller, id, Webhook::MAY_WRITE, unseen)?.clone();
    let delivery = delivery::test(&webhook, call.clock.now());
    let mut result = WebhookTestResult::default();
    result.id = Some(webhook.shown.id);
    result.status = delivery.status.map(u64::from);
    result.body.0 = delivery.answer;
    Ok(result)
}
