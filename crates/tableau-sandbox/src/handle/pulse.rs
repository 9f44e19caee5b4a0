//! Pulse: a metric definition for each published data source, with metrics and insights over its rows, and what callers create and change.
//!
//! Each data source that has a measure and a date has a definition, with a default metric and one for a region; the caller follows the default one. They follow
//! from the data sources, and are stored once they are changed. A user who may define metrics sees every subscription and may end it (inferred); a user
//! who sees a metric may have others follow it (documented). What an expression of `filter` may say is not documented, so one is refused; an order by popularity (`order_by`) is left as it is.

mod bundles;
mod checks;
mod definitions;
mod followers;
mod given;
mod metrics;
mod there;

pub(crate) use self::bundles::{brief, bundle};
pub(crate) use self::definitions::{
    batch as batch_definitions, create as create_definition, delete as delete_definition,
    get as get_definition, list as list_definitions, some as some_definitions, update as update_definition,
};
pub(crate) use self::followers::{
    batch as batch_subscriptions, counts as follower_counts, create as create_subscription,
    create_all as create_subscriptions, delete as delete_subscription, get as get_subscription,
    list as list_subscriptions,
};
pub(crate) use self::metrics::{
    batch as batch_metrics, create as create_metric, delete as delete_metric, get as get_metric,
    get_or_create as get_or_create_metric, list as list_metrics, some as some_metrics,
    update as update_metric,
};

use super::file_uploads::may_publish;
use super::services::{absent, admit, denied, in_use, taken, unfit};
use crate::auth::Caller;
use crate::refusal::Refusal;

/// The greatest number of items on a page, and how many there are if nothing is said.
const MOST: u64 = 1000;

/// A part of a list.
struct Part<T> {
    items: Vec<T>,
    next: Option<String>,
    offset: Option<i64>,
    total: Option<i64>,
}

impl<T> Part<T> {
    /// The part that a token names.
    fn of(all: Vec<T>, token: Option<&str>, size: Option<u64>) -> Result<Self, Refusal> {
        let offset: usize = match token.filter(|token| !token.is_empty()) {
            None => 0,
            Some(token) => token
                .parse()
                .map_err(|_| unfit(format_args!("'{token}' is not the token of a page")))?,
        };
        let size = usize::try_from(size.unwrap_or(MOST).clamp(1, MOST)).map_err(Refusal::internal)?;
        let total = all.len();
        let next = offset.saturating_add(size);
        Ok(Self {
            items: all.into_iter().skip(offset).take(size).collect(),
            next: (next < total).then(|| next.to_string()),
            offset: i64::try_from(offset).ok(),
            total: i64::try_from(total).ok(),
        })
    }
}

/// The identifiers in a text, separated by commas.
fn ids(text: Option<&str>) -> impl Iterator<Item = &str> {
    let parts = text.unwrap_or_default().split(',').map(str::trim);
    parts.filter(|id| !id.is_empty())
}

fn refuse_filter(filter: Option<&str>) -> Result<(), Refusal> {
    match filter {
        None | Some("") => Ok(()),
        Some(filter) => Err(unfit(format_args!(
            "the sandbox does not understand the filter '{filter}'"
        ))),
    }
}

/// Whether the caller may define metrics: those whose role may publish (inferred from Tableau's list of roles that create metrics).
fn is_author(caller: &Caller) -> bool {
    may_publish(caller.user.role())
}

fn admit_author(caller: &Caller, verb: &str) -> Result<(), Refusal> {
    admit(is_author(caller), verb)
}
