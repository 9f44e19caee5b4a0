//! The initial state: the same sites, people and content at every start, with the same identifiers.

mod apps;
mod content;
mod documents;
mod people;
mod rows;

use jiff::Timestamp;
use tableau_wire::rest::Webhook;

use crate::refusal::Refusal;
use crate::store::record::{Product, Site};
use crate::store::{Transaction, luid};
use crate::well_known::{CLOUD_SITE, DEFAULT_SITE, MARKETING_SITE};

/// A site, and the word that stands for it in the lists of this module.
struct Seeded {
    word: &'static str,
    name: &'static str,
    content_url: &'static str,
    product: Product,
}

const SITES: &[Seeded] = &[
    Seeded {
        word: "default",
        name: "Default",
        content_url: DEFAULT_SITE,
        product: Product::Server,
    },
    Seeded {
        word: "marketing",
        name: "Marketing Team",
        content_url: MARKETING_SITE,
        product: Product::Server,
    },
    Seeded {
        word: "cloud",
        name: "Umbrella Corp",
        content_url: CLOUD_SITE,
        product: Product::Cloud,
    },
];

/// Fills an empty state; `workbooks` is the number on the Default site.
pub(crate) fn fill(transaction: &mut Transaction<'_>, workbooks: u32, now: Timestamp) -> Result<(), Refusal> {
    for Seeded {
        name,
        content_url,
        product,
        ..
    } in SITES
    {
        transaction.put(Site {
            id: luid::<Site>(&[content_url]),
            name: (*name).to_owned(),
            content_url: (*content_url).to_owned(),
            product: *product,
        })?;
    }
    people::fill(transaction, now)?;
    for seeded in SITES {
        apps::fill(transaction, seeded, now)?;
        content::projects(transaction, seeded)?;
        content::datasources(transaction, seeded)?;
        let count = (seeded.content_url == DEFAULT_SITE).then_some(workbooks);
        content::workbooks(transaction, seeded, count)?;
    }
    documents::fill::<Webhook>(transaction, include_str!("webhooks.json"), now)
}

#[cfg(test)]
mod tests;
