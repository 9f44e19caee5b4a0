//! Webhooks: addresses that the server calls when an event happens on the site.

use super::User;
use crate::endpoint::calls;
use crate::value::{Id, Named, Shared, Text, Timestamp};
use crate::{choice, element, endpoint, part, resource};

/// A webhook: an address that the server calls when an event happens on the site (schema: `webhookType`).
#[resource(
    "webhooks",
    element = "webhook",
    since = "3.6",
    jwt = "tableau:webhooks:read",
    jwt_writes = "webhooks",
    list,
    get,
    create(NewWebhook { name, event?, is_enabled?, source, destination }),
    update(WebhookPatch { name, event, is_enabled, status_change_reason, source, destination }, since = "3.8"),
    delete
)]
pub struct Webhook {
    pub id: Id<Webhook>,
    pub name: String,
    /// The event: `WorkbookRefreshFailed`. Since 2020.3 it may stand here, in `source`, or in both if they agree.
    pub event: Option<Named<WebhookEvent>>,
    /// Whether it is called.
    pub is_enabled: Option<bool>,
    /// Why it was enabled or disabled.
    pub status_change_reason: Option<String>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    /// The event, as older servers have it.
    #[serde(rename = "webhook-source")]
    pub source: Option<WebhookEvent>,
    /// What is called.
    #[serde(rename = "webhook-destination")]
    pub destination: Option<WebhookDestination>,
    /// Who created it.
    pub owner: Option<Shared<User>>,
}

/// What a webhook calls.
#[part(exhaustive)]
pub struct WebhookDestination {
    /// A call by HTTP.
    #[serde(rename = "webhook-destination-http")]
    pub http: HttpDestination,
}

impl WebhookDestination {
    /// A POST to this address.
    pub fn post(url: impl Into<String>) -> Self {
        let (method, url) = (Some("POST".to_owned()), url.into());
        let http = HttpDestination { method, url };
        Self { http }
    }
}

/// A call by HTTP.
#[part(exhaustive)]
pub struct HttpDestination {
    /// `POST`.
    pub method: Option<String>,
    /// The address: `https://…`.
    pub url: String,
}

/// What a webhook waits for (schema: `webhookSourceType`; those of users and sites are in Tableau's list of events only).
#[choice("webhook-source-event-")]
pub enum WebhookEvent {
    AdminDemoted = "webhook-event-user-demoted-admin",
    AdminPromoted = "webhook-event-user-promoted-admin",
    DatasourceCreated,
    DatasourceDeleted,
    DatasourceRefreshFailed,
    DatasourceRefreshStarted,
    DatasourceRefreshSucceeded,
    DatasourceUpdated,
    FlowCompleted,
    LabelCreated,
    LabelDeleted,
    LabelUpdated,
    SiteCreated,
    SiteDeleted,
    SiteUpdated,
    UserDeleted,
    ViewDeleted,
    WorkbookCreated,
    WorkbookDeleted,
    WorkbookRefreshFailed,
    WorkbookRefreshStarted,
    WorkbookRefreshSucceeded,
    WorkbookUpdated,
}

/// Tests a webhook: calls its address and says what was answered.
#[endpoint(GET, "webhooks/{id}/test", since = "3.6", jwt = "tableau:webhooks:test", reply = WebhookTestResult)]
pub struct Test {
    /// The webhook.
    pub id: Id<Webhook>,
}

/// What the address of a webhook answered (schema: `webhookTestResultType`).
#[element("webhookTestResult")]
pub struct WebhookTestResult {
    /// The webhook.
    pub id: Option<Id<Webhook>>,
    /// The status of HTTP.
    pub status: Option<u64>,
    /// The answer.
    pub body: Text<String>,
}

calls!(Webhook; Test);
