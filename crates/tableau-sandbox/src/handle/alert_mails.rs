//! When data-driven alerts look at their views, and the mails that they send.
//!
//! Servers look at views once an hour, and whenever their extracts were refreshed. What a view of the sandbox shows changes only if something is
//! done to it, so an alert looks again when it was changed, when extracts were refreshed, and when its frequency allows another mail.

use jiff::{SignedDuration, Timestamp};
use tableau_wire::rest::data_alerts::{AlertCondition, AlertFrequency};
use tableau_wire::rest::{DataAlert, View};
use uuid::Uuid;

use super::{harmless, mailing};
use crate::auth::{Caller, parse_id};
use crate::clock::time;
use crate::kept::Rights;
use crate::mail::{self, Attachment, Mail, Sender};
use crate::refusal::Refusal;
use crate::render::amount;
use crate::store::row::Row;
use crate::store::{State, Transaction};

const HOUR: i64 = 3600;

/// The next time at which servers look at views: the full hour.
pub(super) fn next_look(now: Timestamp) -> Option<Timestamp> {
    Timestamp::from_second((now.as_second().div_euclid(HOUR) + 1) * HOUR).ok()
}

/// The alert that looks first by a time, with that time.
pub(super) fn due(state: &State, now: Timestamp) -> Option<(Timestamp, Uuid)> {
    let due = state.data_alerts.iter().filter_map(|row| {
        let at = row.unshown.next_check.filter(|at| *at <= now)?;
        (row.shown.suspended != Some(true)).then_some((at, row.id))
    });
    due.min()
}

/// Lets the alerts of a workbook's views look again, as its extracts were refreshed.
pub(super) fn refreshed(
    transaction: &mut Transaction<'_>,
    workbook: Uuid,
    at: Timestamp,
) -> Result<(), Refusal> {
    let of = |row: &&Row<DataAlert>| {
        let view = row.parent.and_then(|view| transaction.views.get(view));
        view.is_some_and(|view| view.parent == Some(workbook))
    };
    let alerts: Vec<_> = transaction
        .data_alerts
        .iter()
        .filter(of)
        .filter(|row| row.shown.suspended != Some(true))
        .map(|row| row.id)
        .collect();
    alerts.into_iter().try_for_each(|id| look(transaction, id, at))
}

/// Looks at the view of an alert, and sends its mails if the condition holds and the frequency allows it.
pub(super) fn look(transaction: &mut Transaction<'_>, id: Uuid, at: Timestamp) -> Result<(), Refusal> {
    let Some(mut row) = transaction.data_alerts.get(id).cloned() else {
        return Ok(());
    };
    let view = row.parent.and_then(|view| transaction.views.get(view)).cloned();
    let met = view.and_then(|view| met(&row.shown, &view).map(|met| (view, met)));
    row.unshown.next_check = None;
    match met {
        Some((view, met)) if may_send(transaction, &row, at) => {
            send(transaction, &mut row, &view, &met, at);
            row.unshown.last_sent = Some(at);
        }
        Some(_) => {}
        None => row.unshown.last_sent = None,
    }
    row.unshown.next_check = again(&row);
    transaction.put(row)
}

/// Whether a site has alerts, and enough time has passed since the last mails of this one.
fn may_send(state: &State, row: &Row<DataAlert>, at: Timestamp) -> bool {
    let site = state.sites.get(row.site);
    let has_alerts = site.is_some_and(|site| site.shown.data_alerts_enabled != Some(false));
    let as_often_as_possible = row.shown.frequency == Some(AlertFrequency::AsFrequentlyAsPossible);
    has_alerts
        && (as_often_as_possible
            || row.unshown.last_sent.is_none()
            || again(row).is_some_and(|again| again <= at))
}

/// When an alert that has sent mails may send others.
fn again(row: &Row<DataAlert>) -> Option<Timestamp> {
    let hours = match row.shown.frequency.as_ref()? {
        AlertFrequency::AsFrequentlyAsPossible | AlertFrequency::Hourly => 1,
        AlertFrequency::Daily => 24,
        AlertFrequency::Weekly => 7 * 24,
        _ => return None,
    };
    row.unshown
        .last_sent?
        .checked_add(SignedDuration::from_hours(hours))
        .ok()
}

/// The first mark of the view for which the condition holds, with its value.
fn met(alert: &DataAlert, view: &Row<View>) -> Option<String> {
    let threshold: f64 = alert.alert_threshold.as_deref()?.trim().parse().ok()?;
    let condition = alert.alert_condition.as_ref()?;
    let marks = seen(view).sheet().marks();
    let (mark, cents) = marks.into_iter().find(|(_, cents)| {
        let value = *cents as f64 / 100.0;
        match condition {
            AlertCondition::Above => value > threshold,
            AlertCondition::AboveEqual => value >= threshold,
            AlertCondition::Below => value < threshold,
            AlertCondition::BelowEqual => value <= threshold,
            AlertCondition::Equal => value == threshold,
            _ => false,
        }
    })?;
    Some(format!("{mark}: {}", amount(cents)))
}

fn seen(view: &Row<View>) -> mail::View {
    mail::View {
        name: view.shown.name.clone(),
        id: view.id,
    }
}

/// Sends a mail to each recipient who has an address and sees the view.
fn send(
    transaction: &mut Transaction<'_>,
    row: &mut Row<DataAlert>,
    view: &Row<View>,
    met: &str,
    at: Timestamp,
) {
    let read = Rights::Capability("Read");
    let shown = &mut row.shown;
    let condition = shown.alert_condition.as_ref().map_or("", AlertCondition::as_str);
    let threshold = shown.alert_threshold.as_deref().unwrap_or_default();
    let text = format!("{}: {condition} {threshold}. {met}", view.shown.name);
    let subject = shown.subject.clone().unwrap_or_default();
    for recipient in shown.recipients.iter_mut().flat_map(|all| all.iter_mut()) {
        let user = parse_id(recipient.id.as_str()).and_then(|id| Caller::of_user(transaction, id));
        let user = user.filter(|user| read.allow(view, transaction, user));
        let Some(to) = user.and_then(|user| mailing::address(&user)) else {
            continue;
        };
        recipient.last_sent = Some(time(at));
        transaction.mail(Mail {
            number: 0,
            at,
            site: row.site,
            sender: Sender::DataAlert(row.id),
            to,
            subject: subject.clone(),
            text: text.clone(),
            attachments: vec![Attachment::image(
                format!("{}.png", harmless(&view.shown.name)),
                seen(view),
            )],
        });
    }
}
