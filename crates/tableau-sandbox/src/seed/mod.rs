//! The initial state: the same sites, people and content at every start, with the same identifiers.

mod apps;
mod automation;
mod documents;
mod facets;
mod groups;
mod people;

use std::collections::HashSet;

use jiff::Timestamp;
use tableau_wire::rest::{
    CustomView, Datasource, Flow, Project, Site, View, VirtualConnection, Webhook, Workbook,
};

use crate::refusal::Refusal;
use crate::store::row::SiteRow;
use crate::store::variants::Variants;
use crate::store::{Transaction, luid};
use crate::well_known::{CLOUD_SITE, DEFAULT_SITE, MARKETING_SITE};

/// Fills an empty state; `workbooks` is the number on the Default site.
pub(crate) fn fill(transaction: &mut Transaction<'_>, workbooks: u32, now: Timestamp) -> Result<(), Refusal> {
    documents::fill::<Site>(transaction, include_str!("sites.json"), now)?;
    people::fill(transaction, include_str!("users.json"), now)?;
    groups::fill(transaction, include_str!("groups.json"))?;
    groups::fill_sets(transaction, include_str!("group_sets.json"))?;
    for site in [DEFAULT_SITE, MARKETING_SITE, CLOUD_SITE] {
        apps::fill(transaction, site, now)?;
    }
    documents::fill::<Project>(transaction, include_str!("projects.json"), now)?;
    documents::fill::<Datasource>(transaction, include_str!("datasources.json"), now)?;
    content(transaction, workbooks, now)?;
    documents::fill::<Flow>(transaction, include_str!("flows.json"), now)?;
    documents::fill::<VirtualConnection>(transaction, include_str!("virtual_connections.json"), now)?;
    facets::connections(transaction, include_str!("connections.json"))?;
    facets::first_revisions::<VirtualConnection>(transaction)?;
    facets::first_revisions::<Datasource>(transaction)?;
    let views: HashSet<_> = transaction.views.iter().map(|view| view.id).collect();
    documents::fill_with::<CustomView>(
        transaction,
        include_str!("custom_views.json"),
        now,
        |custom_view| custom_view.parent.is_some_and(|view| views.contains(&view)),
    )?;
    facets::favorites(transaction, include_str!("favorites.json"), now)?;
    automation::fill(transaction, now)?;
    facets::models(transaction, include_str!("models.json"))?;
    documents::fill::<Webhook>(transaction, include_str!("webhooks.json"), now)
}

/// The workbooks with their views: on the Default site as many as are asked for.
fn content(transaction: &mut Transaction<'_>, workbooks: u32, now: Timestamp) -> Result<(), Refusal> {
    let default = luid::<SiteRow>(&[DEFAULT_SITE]);
    let mut left = workbooks;
    documents::fill_with::<Workbook>(transaction, include_str!("workbooks.json"), now, |workbook| {
        if workbook.site != default {
            return true;
        }
        let wanted = left > 0;
        left = left.saturating_sub(1);
        wanted
    })?;
    let kept: HashSet<_> = transaction.workbooks.iter().map(|workbook| workbook.id).collect();
    documents::fill_with::<View>(transaction, include_str!("views.json"), now, |view| {
        view.parent.is_some_and(|workbook| kept.contains(&workbook))
    })?;
    facets::first_revisions::<Workbook>(transaction)?;
    let listed = transaction.workbooks.of_site(default).len();
    if usize::try_from(workbooks).is_ok_and(|workbooks| workbooks > listed) {
        let variants = Variants::until(transaction, default, DEFAULT_SITE, workbooks);
        transaction.derive(variants)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
