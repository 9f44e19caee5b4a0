//! `tabctl workbooks`, `tabctl users` and their like: calls of a group, printed with columns of its own.

use super::{call, download, export, publish};
use crate::args::{Files, Global, Renderings, Resource};
use crate::failure::Failure;
use crate::output::Column;

pub(super) fn run(args: Resource, global: &Global) -> Result<(), Failure> {
    let (group, endpoint) = match args {
        Resource::Call { group, endpoint } => (group, endpoint),
        Resource::Files(Files::Publish(args)) => return publish::run(&args, global),
        Resource::Files(Files::Download(args)) => return download::run(&args, global),
        Resource::Renderings(Renderings::Export(args)) => return export::run(&args, global),
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
