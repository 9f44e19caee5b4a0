//! The one printer: a table for eyes, tabs for pipes, JSON and CSV for programs. Data goes to standard output, words to standard error.

mod cell;
mod columns;
pub(crate) mod jq;
mod out;
mod printer;
mod style;
mod table;

pub(crate) use columns::{Column, Members};
pub(crate) use out::{Out, Paging};
pub(crate) use printer::Printer;
pub(crate) use style::{Form, Style};
