//! `tabctl workbooks`, `tabctl users` and their like: calls of a group, printed with columns of its own.

use super::permissions::ToDo;
use super::{call, download, export, favorites, metadata, people, permissions, publish, queue, tasks};
use crate::args::{Endpoint, Global, Group, Membership, Own, People, Resource, Rights};
use crate::failure::Failure;
use crate::output::Column;
use tableau_client::wire::ReplyKind;

pub(super) fn run(args: Resource, global: &Global) -> Result<(), Failure> {
    let (group, mut endpoint) = match args {
        Resource::Call { group, endpoint } => (group, endpoint),
        Resource::Own(own) => return self::own(&own, global),
    };
    let is_list = is_list_of(group, &endpoint);
    let columns: Vec<_> = group
        .columns()
        .filter(|_| is_list)
        .map(|(title, path)| Column::titled(title, path))
        .collect();
    if is_list {
        ask_for_columns(&mut endpoint, &columns);
    }
    call::make(*endpoint, &columns, global)
}

/// Whether a call lists what the columns of its group are about: also the refreshes of extracts among the tasks.
fn is_list_of(group: &Group, endpoint: &Endpoint) -> bool {
    let ReplyKind::Page { shape, .. } = endpoint.entry.reply else {
        return false;
    };
    let has = |path: &str| {
        shape
            .fields()
            .iter()
            .any(|field| path.split('.').next() == Some(field.name))
    };
    let name = endpoint.entry.operation.name;
    name == "list" || name.starts_with("list") && group.columns().all(|(_, path)| has(path))
}

/// Asks for the fields that columns show and servers leave out unless they are asked for: the name of a view's workbook.
fn ask_for_columns(endpoint: &mut Endpoint, columns: &[Column]) {
    let output = &endpoint.output;
    let is_asked = endpoint.values.iter().any(|(name, _)| *name == "fields");
    if is_asked || output.json || output.quiet || endpoint.jq.is_some() {
        return;
    }
    let path = |name: &str| {
        columns
            .iter()
            .find(|column| column.title == name)
            .map(|column| column.path.to_owned())
    };
    let shown: Vec<_> = match &output.columns {
        Some(names) => names
            .iter()
            .map(|name| path(name).unwrap_or_else(|| name.clone()))
            .collect(),
        None => columns.iter().map(|column| column.path.to_owned()).collect(),
    };
    let more = endpoint.entry.operation.fields.more;
    let wanted = more
        .iter()
        .filter(|field| shown.iter().any(|path| path == *field));
    let fields: Vec<_> = ["_default_"].iter().chain(wanted).copied().collect();
    if fields.len() > 1 {
        endpoint.values.push(("fields", fields.join(",")));
    }
}

/// Runs a command that is more than a call.
fn own(own: &Own, global: &Global) -> Result<(), Failure> {
    match own {
        Own::Publish(args) => publish::run(args, global),
        Own::Download(args) => download::run(args, global),
        Own::Export(args) => export::run(args, global),
        Own::Refresh(args) => queue::refresh(args, global),
        Own::Run(args) => queue::run(args, global),
        Own::RunTask(args) => tasks::run(args, global),
        Own::Watch(args) => tasks::watch(args, global),
        Own::Favorites(args) => favorites::run(args, global),
        Own::People(People::Import(args)) => people::import(args, global),
        Own::People(People::Remove(args)) => people::remove(args, global),
        Own::Membership(Membership::Sync(args)) => people::sync(args, global),
        Own::Rights(Rights::Show(args)) => permissions::show(args, global),
        Own::Rights(Rights::Allow(args)) => permissions::change(args, ToDo::Allow, global),
        Own::Rights(Rights::Deny(args)) => permissions::change(args, ToDo::Deny, global),
        Own::Rights(Rights::Clear(args)) => permissions::change(args, ToDo::Clear, global),
        Own::Metadata(args) => metadata::run(args, global),
    }
}
