//! Workbooks beyond those that are listed: numbered variants of them, so that a site can have any number.

use jiff::{SignedDuration, Timestamp};
use tableau_wire::rest::{View, Workbook};
use uuid::Uuid;

use super::luid;
use crate::clock::time;
use crate::content_url::content_url;
use crate::refusal::Refusal;
use crate::rng::Rng;
use crate::store::Transaction;
use crate::store::row::Row;

/// The seeded world ends here.
const END: &str = "2026-09-01T00:00:00Z";
/// The variants are created from here on, after every listed workbook: lists are in the order of creation.
const START: &str = "2026-04-24T00:00:00Z";
/// The time between variants, in seconds.
const SECONDS: i64 = 100;

/// Adds variants of the workbooks of a site until it has a number of them.
pub(super) fn fill(
    transaction: &mut Transaction<'_>,
    site: Uuid,
    content_url: &str,
    count: u32,
) -> Result<(), Refusal> {
    let listed: Vec<_> = transaction.workbooks.of_site(site).cloned().collect();
    let length = u32::try_from(listed.len()).unwrap_or(u32::MAX).max(1);
    for (number, of) in (0..count).zip(listed.iter().cycle()).skip(listed.len()) {
        let name = format!("{} {}", of.shown.name, number / length + 1);
        let workbook = workbook(of, content_url, name, number);
        let views: Vec<_> = transaction.views.within(of.id).cloned().collect();
        for of in views {
            transaction.put(view(&of, &workbook))?;
        }
        transaction.put(workbook)?;
    }
    Ok(())
}

fn workbook(of: &Row<Workbook>, site: &str, name: String, number: u32) -> Row<Workbook> {
    let mut rng = Rng::of(&[site, "workbook", &name]);
    let mut row = of.clone();
    row.id = luid::<Row<Workbook>>(&[site, &name]);
    row.number = u64::from(number) + 1;
    row.shown.id = row.id.to_string().into();
    row.shown.content_url = Some(content_url(&name));
    row.shown.name = name;
    row.shown.size = Some(1 + rng.below(60));
    let end: Timestamp = END.parse().unwrap_or(Timestamp::MAX);
    let start: Timestamp = START.parse().unwrap_or(end);
    let within = i64::try_from(rng.below(SECONDS.unsigned_abs())).unwrap_or_default();
    let after = SignedDuration::from_secs(SECONDS * i64::from(number) + within);
    let created = start.checked_add(after).map_or(end, |time| time.min(end));
    let left = u64::try_from(end.duration_since(created).as_secs()).unwrap_or_default();
    let later = SignedDuration::from_secs(i64::try_from(rng.below(left)).unwrap_or_default());
    row.shown.created_at = Some(time(created));
    row.shown.updated_at = Some(time(created.checked_add(later).unwrap_or(end)));
    row
}

fn view(of: &Row<View>, workbook: &Row<Workbook>) -> Row<View> {
    let mut row = of.clone();
    row.id = luid::<Row<View>>(&[&workbook.id.to_string(), &of.shown.name]);
    row.parent = Some(workbook.id);
    row.shown.id = row.id.to_string().into();
    row.shown.created_at.clone_from(&workbook.shown.created_at);
    row.shown.updated_at.clone_from(&workbook.shown.updated_at);
    row
}
