//! `tabctl workbooks`, `tabctl users` and their like: calls of a group, printed with columns of its own.

use super::{call, download, export, favorites, people, permissions, publish, queue};
use crate::args::{Global, Membership, Own, People, Resource, Rights};
use crate::failure::Failure;
use crate::output::Column;

pub(super) fn run(args: Resource, global: &Global) -> Result<(), Failure> {
    let (group, endpoint) = match args {
        Resource::Call { group, endpoint } => (group, endpoint),
        Resource::Own(own) => return self::own(&own, global),
    };
    let is_list = endpoint.entry.operation.name == "list";
    let columns: Vec<_> = group
        .columns
        .iter()
        .filter(|_| is_list)
        .map(|&(title, path)| Column { title, path })
        .collect();
    call::make(*endpoint, &columns, global)
}

/// Runs a command that is more than a call.
fn own(own: &Own, global: &Global) -> Result<(), Failure> {
    match own {
        Own::Publish(args) => publish::run(args, global),
        Own::Download(args) => download::run(args, global),
        Own::Export(args) => export::run(args, global),
        Own::Refresh(args) => queue::refresh(args, global),
        Own::Run(args) => queue::run(args, global),
        Own::Favorites(args) => favorites::run(args, global),
        Own::People(People::Import(args)) => people::import(args, global),
        Own::Membership(Membership::Sync(args)) => people::sync(args, global),
        Own::Rights(Rights::Show(args)) => permissions::run(args, global),
    }
}
