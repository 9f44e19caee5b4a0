//! What is delivered: messages of webhooks about events, posted to addresses of this machine, and mails, put into a mail box.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use tableau_wire::rest::Webhook;
use tableau_wire::rest::webhooks::WebhookEvent;
use tableau_wire::value::Choice as _;
use uuid::Uuid;

use crate::clock::{Clock, time};
use crate::loopback;
use crate::mail::Mail;
use crate::store::event::Event;
use crate::store::row::Row;
use crate::store::{State, Store};

/// How many deliveries are remembered, and how many mails.
const REMEMBERED: usize = 10_000;

/// A message that a webhook has sent, or would have sent to another machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Delivery {
    /// When the event happened, by the sandbox's clock.
    pub at: Timestamp,
    /// The webhook.
    pub webhook: Uuid,
    /// The address.
    pub url: String,
    /// The message.
    pub message: Value,
    /// The HTTP status of the answer; none if there was no answer.
    pub status: Option<u16>,
    /// The answer, or why there is none.
    pub answer: String,
}

/// The last deliveries, in the order in which they ended, and those that are still to be sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Deliveries(Arc<Mutex<Queue>>);

#[derive(Debug, Default)]
struct Queue {
    due: VecDeque<Delivery>,
    /// Whether a thread sends them.
    sending: bool,
    sent: VecDeque<Delivery>,
}

impl Deliveries {
    pub(crate) fn all(&self) -> Vec<Delivery> {
        self.lock().sent.iter().cloned().collect()
    }

    /// Sends what the events since the last call are to be told to. The addresses are called one after the other, while requests go on.
    pub(crate) fn send(&self, store: &Store, clock: &Clock) {
        let events = store.take_events();
        if events.is_empty() {
            return;
        }
        let (state, at) = (store.read(), clock.now());
        let due: Vec<_> = events.iter().flat_map(|event| due(&state, event, at)).collect();
        drop(state);
        if due.is_empty() {
            return;
        }
        let mut queue = self.lock();
        queue.due.extend(due);
        if !queue.sending {
            let deliveries = self.clone();
            // If no thread can be had, they stay due.
            queue.sending = std::thread::Builder::new()
                .spawn(move || deliveries.drain())
                .is_ok();
        }
    }

    /// Sends what is due, until nothing is.
    fn drain(&self) {
        loop {
            let mut queue = self.lock();
            let Some(delivery) = queue.due.pop_front() else {
                queue.sending = false;
                return;
            };
            drop(queue);
            let delivery = sent(delivery);
            let mut queue = self.lock();
            if queue.sent.len() == REMEMBERED {
                queue.sent.pop_front();
            }
            queue.sent.push_back(delivery);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The last mails, in the order in which they were sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct MailBox(Arc<Mutex<VecDeque<Mail>>>);

impl MailBox {
    pub(crate) fn all(&self) -> Vec<Mail> {
        self.lock().iter().cloned().collect()
    }

    /// Puts in mails, and numbers them.
    pub(crate) fn put(&self, mails: Vec<Mail>) {
        let mut all = self.lock();
        for mut mail in mails {
            mail.number = all.back().map_or(0, |last| last.number) + 1;
            if all.len() == REMEMBERED {
                all.pop_front();
            }
            all.push_back(mail);
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Mail>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The messages about an event, before they are sent.
fn due(state: &State, event: &Event, at: Timestamp) -> Vec<Delivery> {
    let webhooks = state.webhooks.of_site(event.site).filter(|webhook| {
        webhook.shown.is_enabled == Some(true) && webhook.shown.source.as_ref() == Some(&event.kind)
    });
    webhooks.map(|webhook| delivery(webhook, event, at)).collect()
}

/// Sends a message about an event that did not happen.
pub(crate) fn test(webhook: &Row<Webhook>, at: Timestamp) -> Delivery {
    let event = Event {
        site: webhook.site,
        kind: webhook.shown.source.clone().unwrap_or_default(),
        resource: Uuid::nil(),
        name: "test".to_owned(),
    };
    sent(delivery(webhook, &event, at))
}

/// The members are those of Tableau's page of events and payloads.
fn delivery(webhook: &Row<Webhook>, event: &Event, at: Timestamp) -> Delivery {
    Delivery {
        at,
        webhook: webhook.id,
        url: url(&webhook.shown).to_owned(),
        message: json!({
            "resource": resource(&event.kind), "event_type": event.kind.name(), "resource_name": event.name,
            "site_luid": event.site, "resource_luid": event.resource, "created_at": time(at),
        }),
        status: None,
        answer: String::new(),
    }
}

/// The address that a webhook calls.
pub(crate) fn url(webhook: &Webhook) -> &str {
    let destination = webhook.destination.as_ref();
    destination.map_or("", |destination| &destination.http.url)
}

/// What an event is about, by Tableau's list of events: refreshes are of extracts.
fn resource(kind: &WebhookEvent) -> String {
    let name = kind.name();
    if name.contains("Refresh") {
        return "EXTRACTS".to_owned();
    }
    if name.starts_with("Admin") {
        return "USER".to_owned();
    }
    let verb = name.rfind(|letter: char| letter.is_ascii_uppercase());
    name.get(..verb.unwrap_or_default())
        .unwrap_or_default()
        .to_uppercase()
}

/// Calls an address of this machine; no other is ever called.
fn sent(mut delivery: Delivery) -> Delivery {
    if !loopback::is_loopback(&delivery.url) {
        "The sandbox calls http addresses of this machine only.".clone_into(&mut delivery.answer);
        return delivery;
    }
    match loopback::post(&delivery.url, &delivery.message.to_string()) {
        Ok(answer) => {
            delivery.status = Some(answer.status);
            delivery.answer = String::from_utf8_lossy(&answer.body).into_owned();
        }
        Err(error) => delivery.answer = error.to_string(),
    }
    delivery
}
