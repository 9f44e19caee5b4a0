//! Columns of tables: their tags. The other calls about columns stand below tables.

use super::{Table, Tag};
use crate::endpoint::calls;
use crate::resource;
use crate::value::{Id, Items};

/// A column of a table (schema: `columnType`).
#[resource("columns", element = "column", since = "3.5", tags(since = "3.9"))]
pub struct Column {
    pub id: Id<Column>,
    pub name: String,
    /// What is said about it.
    pub description: Option<String>,
    /// Its type in the database: `WSTR`, `I4`, ….
    pub remote_type: Option<String>,
    /// The table.
    pub parent_table_id: Option<Id<Table>>,
    /// Its tags.
    pub tags: Option<Items<Tag>>,
}

calls!(Column);
