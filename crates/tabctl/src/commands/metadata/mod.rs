//! `tabctl metadata`.

mod query;

use serde_json::json;

use super::style;
use crate::args::{self, Global, MetadataStatus};
use crate::failure::Failure;
use crate::output::{Members, Printer};
use crate::session::settings;

pub(super) fn run(args: &args::Metadata, global: &Global) -> Result<(), Failure> {
    match args {
        args::Metadata::Query(args) => query::run(args, global),
        args::Metadata::Status(args) => status(args, global),
    }
}

fn status(args: &MetadataStatus, global: &Global) -> Result<(), Failure> {
    let style = style::settle(args.output.clone(), global.no_pager);
    style.check(&[], &Members::Named(&["backfill", "eventing"]))?;
    let connected = settings::connect(&args.connection, global)?;
    let status = connected.run(|site| {
        let metadata = site.metadata();
        let (backfill, eventing) = (
            metadata.backfill_status().send()?,
            metadata.eventing_status().send()?,
        );
        Ok(json!({ "backfill": backfill.0, "eventing": eventing.0 }))
    })?;
    Printer::new(style, &[]).only(&status)
}
