//! `tabctl search`.

use serde_json::Value;
use tableau_client::Filter;
use tableau_client::wire::Described as _;
use tableau_client::wire::rest::search::FoundContent;

use super::style;
use crate::args::{self, Global, SEARCHED, unknown_word};
use crate::failure::Failure;
use crate::output::{Column, Members, Printer};
use crate::session::settings;
use crate::terminal::text::say;

const FOUND: &[Column] = &[
    Column::of("type"),
    Column::of("title"),
    Column::titled("project", "projectName"),
    Column::titled("owner", "ownerName"),
    Column::of("modifiedTime"),
    Column::of("id"),
];

pub(super) fn run(args: &args::Search, global: &Global) -> Result<(), Failure> {
    let filter = args.filter.as_deref().map(str::parse::<Filter>).transpose();
    let filter = filter.map_err(|error| Failure::Usage(format!("--filter: {error}")))?;
    let style = style::settle(args.output.clone(), global.no_pager);
    style.check(FOUND, &Members::Of(FoundContent::SHAPE))?;
    for kind in &args.types {
        if let Some(warning) = unknown_word("--type", SEARCHED, kind) {
            say(&warning);
        }
    }
    let found = settings::connect(&args.connection, global)?.run(|site| {
        let mut search = site.search(args.words.join(" "));
        if !args.types.is_empty() {
            search = search.types(&args.types);
        }
        if let Some(filter) = filter.clone() {
            search = search.filter(filter);
        }
        if let Some(order) = &args.order_by {
            search = search.order_by(order);
        }
        Ok(search.first(args.limit)?)
    })?;
    let mut printer = Printer::new(style, FOUND);
    for result in found {
        let item = serde_json::to_value(result.content).map_err(|error| Failure::Local(error.to_string()))?;
        printer.item(&with_id(item))?;
    }
    printer.finish()
}

/// The result with its identifier by the name that it has everywhere else.
fn with_id(mut item: Value) -> Value {
    if let Some(members) = item.as_object_mut() {
        let id = members.get("luid").cloned().unwrap_or_default();
        members.insert("id".to_owned(), id);
    }
    item
}
