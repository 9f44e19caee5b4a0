//! The mails of subscriptions.

use jiff::Timestamp;
use tableau_wire::rest::subscriptions::SubscribedType;
use tableau_wire::rest::{Schedule, Subscription, View, Workbook};
use uuid::Uuid;

use super::workbooks::views_of;
use super::{harmless, mailing, schedules};
use crate::auth::{Caller, parse_id};
use crate::clock::time;
use crate::kept::{Kept, Rights};
use crate::mail::{self, Attachment, Mail, Sender};
use crate::refusal::Refusal;
use crate::render::{Page, SCREEN};
use crate::store::row::Row;
use crate::store::{State, Transaction};

/// Documented: a subscription that fails so often, one time after the other, is suspended.
const MOST_FAILURES: u32 = 5;
/// The pages of a PDF if the subscription names none (inferred).
const PAGES: &str = "letter";

/// The subscriptions of a schedule.
pub(super) fn of_schedule(state: &State, schedule: Uuid) -> impl Iterator<Item = Uuid> {
    let by = move |row: &&Row<Subscription>| {
        let given = row.shown.schedule.as_ref();
        given.and_then(|given| parse_id(given.id.as_str())) == Some(schedule)
    };
    state.subscriptions.iter().filter(by).map(|row| row.id)
}

/// The subscription whose own schedule has come due first by a time, with that time.
pub(super) fn own_due(state: &State, now: Timestamp) -> Option<(Timestamp, Uuid)> {
    let due = state.subscriptions.iter().filter_map(|row| {
        let due = own_schedule(row)?.next_run_at.as_ref()?.instant()?;
        (due <= now).then_some((due, row.id))
    });
    due.min()
}

/// The schedule that belongs to a subscription alone, as on Tableau Cloud.
fn own_schedule(row: &Row<Subscription>) -> Option<&Schedule> {
    row.shown
        .schedule
        .as_deref()
        .filter(|schedule| schedule.id.is_empty())
}

/// Sets when a subscription with a schedule of its own comes due after a time.
pub(super) fn advance(row: &mut Row<Subscription>, state: &State, after: Timestamp) {
    if own_schedule(row).is_none() {
        return;
    }
    if let Some(schedule) = row.shown.schedule.as_mut() {
        schedule.next_run_at = schedules::next(schedule, state, after).map(time);
    }
}

/// Sends the mail of a subscription that has come due.
pub(super) fn send(transaction: &mut Transaction<'_>, id: Uuid, due: Timestamp) -> Result<(), Refusal> {
    let Some(mut row) = transaction.subscriptions.get(id).cloned() else {
        return Ok(());
    };
    advance(&mut row, transaction, due);
    if row.shown.suspended != Some(true) && are_allowed(transaction, row.site) {
        match mail(transaction, &row, due) {
            Some(mail) => {
                row.unshown.failures = 0;
                transaction.mail(mail);
            }
            None => {
                row.unshown.failures += 1;
                row.shown.suspended = Some(row.unshown.failures >= MOST_FAILURES);
            }
        }
    }
    transaction.put(row)
}

/// Sends the mails of the subscriptions to a workbook or its views that wait for its extracts.
pub(super) fn refreshed(
    transaction: &mut Transaction<'_>,
    workbook: Uuid,
    at: Timestamp,
) -> Result<(), Refusal> {
    let waits = |row: &&Row<Subscription>| {
        row.shown.refresh_extract_triggered == Some(true)
            && content(row).is_some_and(|of| {
                let view = transaction.views.get(of);
                of == workbook || view.is_some_and(|view| view.parent == Some(workbook))
            })
    };
    let waiting: Vec<_> = transaction
        .subscriptions
        .iter()
        .filter(waits)
        .map(|row| row.id)
        .collect();
    waiting.into_iter().try_for_each(|id| send(transaction, id, at))
}

fn content(row: &Row<Subscription>) -> Option<Uuid> {
    parse_id(&row.shown.content.as_ref()?.id)
}

/// Whether a site has subscriptions at all.
fn are_allowed(state: &State, site: Uuid) -> bool {
    let site = state.sites.get(site);
    site.is_some_and(|site| site.shown.disable_subscriptions != Some(true))
}

/// The mail of a subscription; `None` if its user has no mail address, or no longer sees the content.
fn mail(state: &State, row: &Row<Subscription>, at: Timestamp) -> Option<Mail> {
    let user = Caller::of_user(state, row.owner?)?;
    let (name, views) = seen(state, row, &user)?;
    let shown = &row.shown;
    let mut attachments = Vec::new();
    if shown.attach_image == Some(true) {
        attachments.extend(views.iter().map(|view| {
            let name = format!("{}.png", harmless(&view.name));
            Attachment::image(name, view.clone())
        }));
    }
    if shown.attach_pdf == Some(true) {
        let name = format!("{}.pdf", harmless(&name));
        attachments.push(Attachment::pdf(name, views, page(shown)));
    }
    Some(Mail {
        number: 0,
        at,
        site: row.site,
        sender: Sender::Subscription(row.id),
        to: mailing::address(&user)?,
        subject: shown.subject.clone().unwrap_or_default(),
        text: shown.message.clone().unwrap_or_default(),
        attachments,
    })
}

/// The name of the content, and its views, as far as the user sees them.
fn seen(state: &State, row: &Row<Subscription>, user: &Caller) -> Option<(String, Vec<mail::View>)> {
    let read = Rights::Capability("Read");
    let (id, given) = (content(row)?, row.shown.content.as_ref()?);
    let of = |view: &Row<View>| mail::View {
        name: view.shown.name.clone(),
        id: view.id,
    };
    if given.r#type == SubscribedType::View {
        let view = state.views.get(id).filter(|view| read.allow(view, state, user))?;
        return Some((view.shown.name.clone(), vec![of(view)]));
    }
    let workbook: &Row<Workbook> = state
        .workbooks
        .get(id)
        .filter(|row| read.allow(row, state, user))?;
    let views = views_of(state, id).into_iter();
    let views = views.filter(|view| View::MAY_READ.allow(view, state, user));
    Some((workbook.shown.name.clone(), views.map(of).collect()))
}

/// The pages of the PDF.
fn page(shown: &Subscription) -> Page {
    let orientation = shown.page_orientation.as_deref().unwrap_or_default();
    let is_landscape = orientation.eq_ignore_ascii_case("landscape");
    let name = shown.page_size_option.as_deref().unwrap_or(PAGES);
    Page::new(name, is_landscape, SCREEN)
        .or_else(|| Page::new(PAGES, is_landscape, SCREEN))
        .unwrap_or(Page {
            width: 612.0,
            height: 792.0,
        })
}
