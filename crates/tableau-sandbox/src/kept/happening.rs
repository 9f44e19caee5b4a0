//! What happens to rows, as events.

use tableau_wire::rest::webhooks::WebhookEvent;

use super::Kept;
use super::resource::name;
use crate::store::Transaction;
use crate::store::event::Event;
use crate::store::row::Row;

/// What happens to a row; with the name of its kind it is the name of an event: `Workbook` and `Created`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Happening {
    Created,
    Updated,
    Deleted,
    RefreshStarted,
    RefreshSucceeded,
    RefreshFailed,
    Completed,
}

/// Tells of an event at the commit, if there is one for this kind.
pub(crate) fn announce<R: Kept>(transaction: &mut Transaction<'_>, row: &Row<R>, happening: Happening) {
    let (first, rest) = R::ELEMENT.split_at_checked(1).unwrap_or_default();
    let kind = WebhookEvent::from(format!("{}{rest}{happening:?}", first.to_uppercase()).as_str());
    if matches!(kind, WebhookEvent::Other(_)) {
        return;
    }
    transaction.announce(Event {
        // What is on no site is a site.
        site: if row.site.is_nil() { row.id } else { row.site },
        kind,
        resource: row.id,
        name: name(&mut row.shown.clone()).to_owned(),
    });
}
