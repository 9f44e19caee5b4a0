//! Workbooks beyond those that are listed: numbered variants of them, so that a site can have any number.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tableau_wire::rest::{View, Workbook};
use uuid::Uuid;

use super::row::Row;
use super::{State, luid};
use crate::clock::time;
use crate::content_url::content_url;
use crate::rng::Rng;

/// The seeded world ends here.
const END: &str = "2026-09-01T00:00:00Z";
/// The variants are created from here on, after every listed workbook: lists are in the order of creation.
const START: &str = "2026-04-24T00:00:00Z";
/// The time between variants, in seconds.
const SECONDS: i64 = 100;

/// Variants of workbooks with their views. A database has what they are made of, from which they are made again whenever it is read: how they are
/// made never changes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Variants {
    /// That of the site.
    pub(crate) id: Uuid,
    /// The name of the site in addresses.
    content_url: String,
    /// How many workbooks the site has with them.
    count: u32,
    /// What they are variants of.
    workbooks: Vec<Row<Workbook>>,
    views: Vec<Row<View>>,
}

impl Variants {
    /// Variants of the workbooks of a site, until it has so many.
    pub(crate) fn until(state: &State, site: Uuid, content_url: &str, count: u32) -> Self {
        let workbooks: Vec<_> = state.workbooks.of_site(site).cloned().collect();
        let views = workbooks.iter().flat_map(|of| state.views.within(of.id)).cloned();
        Self {
            id: site,
            content_url: content_url.to_owned(),
            count,
            views: views.collect(),
            workbooks,
        }
    }

    /// Puts them into the state.
    pub(super) fn put_into(&self, state: &mut State) {
        let listed = u32::try_from(self.workbooks.len()).unwrap_or(u32::MAX).max(1);
        let more = usize::try_from(self.count)
            .unwrap_or(usize::MAX)
            .saturating_sub(self.workbooks.len());
        let views: Vec<Vec<&Row<View>>> = self.workbooks.iter().map(|of| self.views_of(of.id)).collect();
        state.workbooks.reserve(more);
        state
            .views
            .reserve(more.saturating_mul(self.views.len()) / self.workbooks.len().max(1));
        let listed_ones = self.workbooks.iter().zip(&views).cycle();
        for (number, (of, views)) in (0..self.count).zip(listed_ones).skip(self.workbooks.len()) {
            let name = format!("{} {}", of.shown.name, number / listed + 1);
            let workbook = workbook(of, &self.content_url, name, number);
            for of in views {
                state.views.put_derived(view(of, &workbook));
            }
            state.workbooks.put_derived(workbook);
        }
    }

    fn views_of(&self, workbook: Uuid) -> Vec<&Row<View>> {
        let views = self.views.iter();
        views.filter(|view| view.parent == Some(workbook)).collect()
    }
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
