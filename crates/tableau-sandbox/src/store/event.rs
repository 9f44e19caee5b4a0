//! What happened to the state, of which webhooks tell.

use tableau_wire::rest::webhooks::WebhookEvent;
use uuid::Uuid;

/// Something that happened to a row.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) site: Uuid,
    pub(crate) kind: WebhookEvent,
    pub(crate) resource: Uuid,
    pub(crate) name: String,
}
