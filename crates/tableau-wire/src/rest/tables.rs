//! Tables of databases, and their columns; part of Data Management.

use super::auth::UserId;
pub use super::columns::Column;
use super::{Location, Site, Tag, User};
use crate::endpoint::calls;
use crate::page::Page;
use crate::value::{Id, Items, Shared};
use crate::{element, endpoint, resource};

/// A table of a database (schema: `tableType`).
#[resource(
    "tables",
    element = "table",
    since = "3.5",
    jwt = "tableau:tables:read",
    jwt_writes = "tables",
    list,
    get,
    update(TablePatch { is_certified, certification_note, description, contact: UserId }),
    delete,
    permissions,
    tags(since = "3.9")
)]
pub struct Table {
    pub id: Id<Table>,
    pub name: String,
    /// The schema that it is in: `dbo`.
    pub schema: Option<String>,
    /// Whether only embedded content reads it.
    pub is_embedded: Option<bool>,
    /// Whether it is certified.
    pub is_certified: Option<bool>,
    /// Why it is certified.
    pub certification_note: Option<String>,
    /// What is said about it.
    pub description: Option<String>,
    /// The site it is on.
    pub site: Option<Shared<Site>>,
    /// Whom to ask about it.
    pub contact: Option<Shared<User>>,
    /// Who certified it.
    pub certifier: Option<Shared<User>>,
    /// Where it is.
    pub location: Option<Shared<Location>>,
    /// Its tags.
    pub tags: Option<Items<Tag>>,
}

/// Lists the columns of a table, a page at a time.
#[endpoint(
    GET,
    "tables/{table_id}/columns",
    since = "3.5",
    jwt = "tableau:columns:read",
    reply = Page<Column>
)]
pub struct ListColumns {
    /// The table.
    pub table_id: Id<Table>,
    /// The page, from 1; the first if not given.
    pub page_number: Option<u64>,
    /// The greatest number of items on a page, from 1 to 1000; 100 if not given.
    pub page_size: Option<u64>,
}

/// Gets a column of a table.
#[endpoint(GET, "tables/{table_id}/columns/{id}", since = "3.5", jwt = "tableau:columns:read", reply = Column)]
pub struct GetColumn {
    /// The table.
    pub table_id: Id<Table>,
    /// The column.
    pub id: Id<Column>,
}

/// Changes what is said about a column of a table.
#[endpoint(PUT, "tables/{table_id}/columns/{id}", since = "3.5", jwt = "tableau:columns:update", reply = Column)]
pub struct UpdateColumn {
    /// The table.
    pub table_id: Id<Table>,
    /// The column.
    pub id: Id<Column>,
    /// What changes.
    #[body]
    pub column: ColumnPatch,
}

/// What may be changed about a column.
#[element("column", exhaustive)]
pub struct ColumnPatch {
    /// What is said about it.
    pub description: Option<String>,
}

/// Removes a column of a table that is not there any more.
#[endpoint(
    DELETE,
    "tables/{table_id}/columns/{id}",
    since = "3.5",
    jwt = "tableau:columns:delete"
)]
pub struct DeleteColumn {
    /// The table.
    pub table_id: Id<Table>,
    /// The column.
    pub id: Id<Column>,
}

calls!(Table; ListColumns, GetColumn, UpdateColumn, DeleteColumn);
