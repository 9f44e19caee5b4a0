//! The printer: a table for terminals, tabs for pipes, JSON and CSV for programs. Data goes to standard output, messages to standard error.

mod cell;
mod columns;
pub(crate) mod file;
pub(crate) mod jq;
mod out;
mod printer;
mod style;
mod table;

pub(crate) use columns::{Column, Members};
pub(crate) use out::{Out, Paging};
pub(crate) use printer::Printer;
pub(crate) use style::{Form, Style};
