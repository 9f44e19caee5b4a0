//! Usage statistics, on Tableau Cloud: how often content is used.

use super::{Datasource, Flow, View, Workbook};
use crate::endpoint::calls;
use crate::{Resource, document, endpoint, part};

/// Counts how often an item is used; for its owner, those who may read it, and administrators.
// Tableau's reference says that no scope of a JWT reaches it.
#[endpoint(
    GET,
    "content/usage-stats/{content_type}/{luid}",
    since = "3.17",
    root = services,
    only = cloud,
    reply = UsageCounts
)]
pub struct Count {
    /// The kind of the item: `workbooks`, `views`, `datasources` or `flows`.
    pub content_type: String,
    /// The item.
    pub luid: String,
}

/// Counts how often each of several items is used.
#[endpoint(
    POST,
    "content/usage-stats",
    since = "3.17",
    root = services,
    only = cloud,
    retry = idempotent,
    status = 201,
    reply = UsageOfItems
)]
pub struct BatchCount {
    /// Which items.
    #[body]
    pub items: UsageItems,
}

/// A resource whose usage is counted.
pub trait HasUsage: Resource {
    /// Its kind in the address of the call.
    const COUNTED: &'static str;
}

macro_rules! counted {
    ($($resource:ident $kind:literal),*) => {$(
        impl HasUsage for $resource {
            const COUNTED: &'static str = $kind;
        }
    )*};
}

counted!(Datasource "datasources", Flow "flows", View "views", Workbook "workbooks");

/// The items whose usage is asked for.
#[document(new, snake_case)]
pub struct UsageItems {
    /// The items.
    pub content_items: Vec<UsageItem>,
}

impl FromIterator<UsageItem> for UsageItems {
    fn from_iter<I: IntoIterator<Item = UsageItem>>(items: I) -> Self {
        Self {
            content_items: items.into_iter().collect(),
        }
    }
}

/// An item whose usage is asked for.
#[part(new)]
pub struct UsageItem {
    /// The item.
    pub luid: String,
    /// Its kind: `workbook`, `view`, `datasource` or `flow`.
    pub r#type: String,
}

/// How often an item is used, directly or through others.
#[document]
pub struct UsageCounts {
    /// Since there is such an item.
    pub hits_total: Option<i64>,
    /// In the last two weeks.
    pub hits_last_two_weeks_total: Option<i64>,
    /// In the last month.
    pub hits_last_one_month_total: Option<i64>,
    /// In the last three months.
    pub hits_last_three_months_total: Option<i64>,
    /// In the last twelve months.
    pub hits_last_twelve_months_total: Option<i64>,
}

/// How often several items are used.
#[document(snake_case)]
pub struct UsageOfItems {
    /// Those whose usage is known.
    pub content_items: Vec<ItemUsage>,
    /// Why that of others is not.
    pub errors: Vec<UsageError>,
}

/// How often one of several items is used.
#[part]
pub struct ItemUsage {
    /// The item.
    pub content: UsageItem,
    /// How often it is used.
    pub usage: UsageCounts,
}

/// Why the usage of an item is not known.
#[part]
pub struct UsageError {
    /// The HTTP status that the item alone would have been refused with.
    pub http_error_code: Option<i64>,
    /// Why.
    pub message: String,
}

calls!(; Count, BatchCount);
