//! The form in which data is printed.

use std::io::{self, IsTerminal as _};

use super::out::Paging;

/// How data is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Columns that fit the terminal.
    Table,
    /// One line for each item, fields separated by tabs, without a header.
    Tabs,
    /// One array of objects.
    Json,
    /// Comma-separated values with a header.
    Csv,
    /// One identifier on each line.
    Ids,
}

/// The chosen form and columns, or those that suit standard output.
#[derive(Debug, Clone)]
pub(crate) struct Style {
    pub(crate) form: Form,
    /// The chosen columns, instead of a command's own.
    pub(crate) columns: Option<Vec<String>>,
    pub(crate) paging: Paging,
}

impl Style {
    /// The style with the form that suits standard output, unless one was chosen.
    pub(crate) fn settle(form: Option<Form>, columns: Option<Vec<String>>, no_pager: bool) -> Self {
        let suitable = || match io::stdout().is_terminal() {
            true => Form::Table,
            false => Form::Tabs,
        };
        Self {
            form: form.unwrap_or_else(suitable),
            columns,
            paging: Paging::settle(no_pager),
        }
    }

    /// Whether items are printed as they come; a table is printed when all of them are there.
    pub(crate) fn streams(&self) -> bool {
        self.form != Form::Table
    }
}
