//! `tabctl workbooks`, `tabctl users` and their like: calls of a group, printed with columns of its own.

use super::call;
use crate::args::{Global, Resource};
use crate::failure::Failure;
use crate::output::Column;

pub(super) fn run(args: Resource, global: &Global) -> Result<(), Failure> {
    let is_list = args.endpoint.entry.operation.name == "list";
    let columns: Vec<_> = args
        .group
        .columns
        .iter()
        .filter(|_| is_list)
        .map(|&(title, path)| Column { title, path })
        .collect();
    call::make(*args.endpoint, &columns, global)
}
