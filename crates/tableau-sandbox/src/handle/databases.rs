//! Databases and tables that content is connected to, and their columns.

use tableau_wire::rest::tables::{Column, DeleteColumn, GetColumn, ListColumns, UpdateColumn};
use tableau_wire::rest::{Database, Table, User};
use tableau_wire::{Page, Shared};

use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::kept::{Computed, Content, Context, Kept, Paging, Parent, Plan, Rights, row};
use crate::refusal::Refusal;
use crate::store::row::Row;
use crate::store::{State, Transaction};

/// From the documentation of the calls that add permissions.
const DATABASE: Content = Content {
    kind: "databases",
    capabilities: &["Read", "Write", "ChangeHierarchy", "ChangePermissions"],
    template: &["Read"],
};
const TABLE: Content = Content {
    kind: "tables",
    capabilities: &["Read", "Write", "ChangeHierarchy", "ChangePermissions"],
    template: &["Read"],
};

/// A user by the identifier that the row has, with the name.
fn named(user: Option<Shared<User>>, context: &Context<'_>) -> Option<Shared<User>> {
    let id = parse_id(user?.id.as_str())?;
    let row = context.state.users.get(id)?;
    Some(Shared::new(Plan::with(&["id", "name"]).show(row, context)))
}

impl Kept for Database {
    const MAY_READ: Rights = Rights::Capability("Read");
    const MAY_WRITE: Rights = Rights::Capability("Write");
    /// Documented for administrators.
    const MAY_DELETE: Rights = Rights::Administrators;
    const CONTENT: Option<&'static Content> = Some(&DATABASE);
    const COMPUTED: &'static [Computed<Self>] = &[
        Computed::Member("site", |database, row, context| {
            let site = context.state.sites.get(row.site);
            database.site = site.map(|site| Shared::new(Plan::with(&["id"]).show(site, context)));
        }),
        Computed::Member("contact", |database, _, context| {
            database.contact = named(database.contact.take(), context);
        }),
        Computed::Member("certifier", |database, _, context| {
            database.certifier = named(database.certifier.take(), context);
        }),
    ];

    fn begin(row: &mut Row<Self>, _: &State) {
        let shown = &mut row.shown;
        shown.is_certified.get_or_insert(false);
        shown.is_embedded.get_or_insert(false);
        shown
            .content_permissions
            .get_or_insert_with(|| "ManagedByOwner".to_owned());
        shown.tags.get_or_insert_default();
    }
}

impl Kept for Table {
    const MAY_READ: Rights = Rights::Capability("Read");
    const MAY_WRITE: Rights = Rights::Capability("Write");
    const MAY_DELETE: Rights = Rights::Administrators;
    const CONTENT: Option<&'static Content> = Some(&TABLE);
    const PARENT: Option<Parent> = Some(Parent::of::<Database>("database"));
    const COMPUTED: &'static [Computed<Self>] = &[
        Computed::Member("site", |table, row, context| {
            let site = context.state.sites.get(row.site);
            table.site = site.map(|site| Shared::new(Plan::with(&["id"]).show(site, context)));
        }),
        Computed::Member("contact", |table, _, context| {
            table.contact = named(table.contact.take(), context);
        }),
        Computed::Member("certifier", |table, _, context| {
            table.certifier = named(table.certifier.take(), context);
        }),
    ];

    fn begin(row: &mut Row<Self>, _: &State) {
        let shown = &mut row.shown;
        shown.is_certified.get_or_insert(false);
        shown.is_embedded.get_or_insert(false);
        shown.tags.get_or_insert_default();
    }
}

/// A column has the permissions of its table.
impl Kept for Column {
    const MAY_READ: Rights = Table::MAY_READ;
    const MAY_WRITE: Rights = Table::MAY_WRITE;
    const MAY_DELETE: Rights = Table::MAY_DELETE;
    const PARENT: Option<Parent> = Some(Parent::of::<Table>("parentTable"));
}

/// The table with an identifier, for a caller with a right on it.
fn table<'s>(state: &'s State, caller: &Caller, id: &str, rights: Rights) -> Result<&'s Row<Table>, Refusal> {
    row::allowed::<Table>(state, caller, id, rights, ("403004", "use"))
}

pub(crate) fn columns(call: &Call<'_>, caller: &Caller, list: &ListColumns) -> Result<Page<Column>, Refusal> {
    let paging = Paging::new(list.page_number, list.page_size)?;
    let state = call.store.read();
    let table = table(&state, caller, list.table_id.as_str(), Table::MAY_READ)?.id;
    let all: Vec<_> = state.columns.within(table).collect();
    paging.page(&all, |row| row.shown.clone())
}

/// The column with an identifier, for a caller with a right on its table.
fn column<'s>(
    state: &'s State,
    caller: &Caller,
    (table, column): (&str, &str),
    rights: Rights,
) -> Result<&'s Row<Column>, Refusal> {
    let table = self::table(state, caller, table, rights)?.id;
    let row = parse_id(column).and_then(|id| state.columns.get(id));
    // The code is inferred.
    row.filter(|row| row.parent == Some(table))
        .ok_or_else(|| Refusal::not_found("404003", "Column", column))
}

pub(crate) fn get_column(call: &Call<'_>, caller: &Caller, get: &GetColumn) -> Result<Column, Refusal> {
    let of = (get.table_id.as_str(), get.id.as_str());
    column(&call.store.read(), caller, of, Table::MAY_READ).map(|row| row.shown.clone())
}

pub(crate) fn update_column(
    call: &Call<'_>,
    caller: &Caller,
    update: &UpdateColumn,
) -> Result<Column, Refusal> {
    let of = (update.table_id.as_str(), update.id.as_str());
    call.store.write(|transaction| {
        let mut row = column(transaction, caller, of, Table::MAY_WRITE)?.clone();
        if update.column.description.is_some() {
            row.shown.description.clone_from(&update.column.description);
        }
        let shown = row.shown.clone();
        transaction.put(row)?;
        Ok(shown)
    })
}

pub(crate) fn delete_column(call: &Call<'_>, caller: &Caller, delete: &DeleteColumn) -> Result<(), Refusal> {
    let of = (delete.table_id.as_str(), delete.id.as_str());
    call.store.write(|transaction: &mut Transaction<'_>| {
        let id = column(transaction, caller, of, Rights::Administrators)?.id;
        transaction.remove_whole::<Row<Column>>(id);
        Ok(())
    })
}
