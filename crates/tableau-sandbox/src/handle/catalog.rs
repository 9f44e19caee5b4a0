//! The databases, tables and columns that published files name: rows of their own, which stay when what names them changes.
//!
//! A row that is there already keeps what was said about it. What no file names any more stays as well: real servers remove it after a time that
//! is not documented.

use std::collections::HashSet;

use jiff::Timestamp;
use tableau_wire::rest::{Column, Database, Table};
use uuid::Uuid;

use crate::content_file::query;
use crate::kept::row::References;
use crate::kept::{Kept, row, set};
use crate::refusal::Refusal;
use crate::store::model::{FileModel, ItemModel, ModelDatabase, ModelTable};
use crate::store::row::Row;
use crate::store::{Transaction, luid};

/// The classes of connections to files.
const FILES: &[&str] = &[
    "csv",
    "dataengine",
    "excel",
    "excel-direct",
    "hyper",
    "msaccess",
    "ogrdirect",
    "semistructpassivestore-direct",
    "stat-direct",
    "textclean",
    "textscan",
];
/// The class of web data connectors.
const WEB: &str = "webdata-direct";
/// How the classes of connections to files at a provider begin.
const CLOUD_FILES: [&str; 2] = ["cloudfile", "google-sheets"];

/// How many tables the queries of one item lead to.
const MOST_READ: usize = 2000;

/// Stores what the file of an item names, in the place of what its former file named.
///
/// `embedded` says whether the item is a workbook: what only workbooks name is embedded.
pub(crate) fn link<R: Kept>(
    transaction: &mut Transaction<'_>,
    item: &Row<R>,
    mut model: FileModel,
    embedded: bool,
) -> Result<(), Refusal> {
    let mut tables: Vec<_> = model
        .datasources
        .iter_mut()
        .flat_map(|datasource| &mut datasource.tables)
        .filter(|table| !table.database.class.is_empty())
        .collect();
    // Tables first: queries name them in letters of either case.
    tables.sort_by_key(|table| table.query.is_some());
    let mut left = MOST_READ;
    for table in tables {
        let database = database(transaction, item, &table.database, embedded)?;
        table.database_row = Some(database);
        let Some(query) = &table.query else {
            table.row = Some(self::table(transaction, item.site, database, table, embedded)?);
            continue;
        };
        let named = query::tables(query);
        table.is_unsupported = named.is_none();
        table.reads.clear();
        for named in named.unwrap_or_default().into_iter().take(left) {
            let read = read(transaction, item.site, database, named, embedded)?;
            table.reads.push(read);
        }
        left -= table.reads.len();
    }
    transaction.put(ItemModel::new(item.site, item.id, model))
}

/// The database of a table, which is added if no content has named it before.
fn database<R: Kept>(
    transaction: &mut Transaction<'_>,
    item: &Row<R>,
    named: &ModelDatabase,
    embedded: bool,
) -> Result<Uuid, Refusal> {
    let kind = kind(&named.class);
    let name = named.shown_name(kind);
    let is_same = |row: &&Row<Database>| {
        let shown = &row.shown;
        let same = |one: Option<&String>, other: &str| {
            one.map(String::as_str)
                .unwrap_or_default()
                .eq_ignore_ascii_case(other)
        };
        same(shown.connection_type.as_ref(), &named.class)
            && (kind != "DatabaseServer" || same(shown.host_name.as_ref(), &named.server))
            // Files of the same name in two workbooks are two files.
            && (kind != "File" || !embedded || row.id == embedded_id(item.id, &name))
    };
    let before = transaction
        .databases
        .named(item.site, &name)
        .find(is_same)
        .cloned();
    if let Some(row) = before {
        return used(transaction, row, embedded);
    }
    let mut shown = Database::default();
    shown.name.clone_from(&name);
    shown.r#type = Some(kind.to_owned());
    shown.connection_type = Some(named.class.clone());
    shown.is_embedded = Some(embedded);
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let mut id = None;
    match kind {
        "DatabaseServer" => {
            shown.host_name = text(&named.server);
            shown.port = named.port.parse().ok();
        }
        "WebDataConnector" => shown.connector_url = text(&named.server),
        _ => {
            id = embedded.then(|| embedded_id(item.id, &name));
            shown.file_path = text(&named.path).or_else(|| text(&named.name));
            shown.file_extension = name.rsplit_once('.').map(|(_, extension)| extension.to_owned());
        }
    }
    add(transaction, item.site, id, None, shown)
}

/// A table that a query names, whatever the case of its name, which is added if the database has none like it.
fn read(
    transaction: &mut Transaction<'_>,
    site: Uuid,
    database: Uuid,
    (schema, name): query::Named,
    embedded: bool,
) -> Result<Uuid, Refusal> {
    let is_same = |row: &&Row<Table>| {
        let of = row.shown.schema.as_deref().unwrap_or_default();
        row.shown.name.eq_ignore_ascii_case(&name) && (schema.is_empty() || of.eq_ignore_ascii_case(&schema))
    };
    if let Some(row) = transaction.tables.within(database).find(is_same).cloned() {
        return used(transaction, row, embedded);
    }
    let named = ModelTable {
        schema,
        name,
        ..ModelTable::default()
    };
    table(transaction, site, database, &named, embedded)
}

/// A table of a database, which is added with its columns if no content has named it before.
fn table(
    transaction: &mut Transaction<'_>,
    site: Uuid,
    database: Uuid,
    named: &ModelTable,
    embedded: bool,
) -> Result<Uuid, Refusal> {
    let is_same = |row: &&Row<Table>| {
        row.shown.name == named.name
            && (named.schema.is_empty() || row.shown.schema.as_deref() == Some(named.schema.as_str()))
    };
    let before = transaction.tables.within(database).find(is_same).cloned();
    let id = match before {
        Some(row) => used(transaction, row, embedded)?,
        None => {
            let mut shown = Table::default();
            shown.name.clone_from(&named.name);
            shown.schema = Some(named.schema.clone()).filter(|schema| !schema.is_empty());
            shown.is_embedded = Some(embedded);
            add(transaction, site, None, Some(database), shown)?
        }
    };
    let known: HashSet<_> = transaction
        .columns
        .within(id)
        .map(|row| row.shown.name.clone())
        .collect();
    for column in named
        .columns
        .iter()
        .filter(|column| !known.contains(&column.name))
    {
        let mut shown = Column::default();
        let column_id = luid::<Row<Column>>(&[&id.to_string(), &column.name]);
        shown.id = column_id.to_string().into();
        shown.name.clone_from(&column.name);
        shown.remote_type = Some(column.remote_type.clone());
        shown.parent_table_id = Some(id.to_string().into());
        let mut row = Row::new(column_id, site, shown);
        row.parent = Some(id);
        transaction.put(row)?;
    }
    Ok(id)
}

fn add<R: Kept>(
    transaction: &mut Transaction<'_>,
    site: Uuid,
    id: Option<Uuid>,
    parent: Option<Uuid>,
    shown: R,
) -> Result<Uuid, Refusal> {
    let references = References {
        parent: Some(parent),
        ..References::default()
    };
    // They have no times.
    let row = row::begin(transaction, site, id, references, shown, Timestamp::default())?;
    let id = row.id;
    row::put(transaction, row)?;
    Ok(id)
}

/// A row that content names again: it is not embedded any more once a data source names it.
fn used<R: Kept>(
    transaction: &mut Transaction<'_>,
    mut row: Row<R>,
    embedded: bool,
) -> Result<Uuid, Refusal> {
    let id = row.id;
    if !embedded {
        set(&mut row.shown, "isEmbedded", Some(false));
        row::put(transaction, row)?;
    }
    Ok(id)
}

/// The identifier of a file inside an item.
fn embedded_id(item: Uuid, name: &str) -> Uuid {
    luid::<Row<Database>>(&[&item.to_string(), name])
}

/// The type of a database, by the class of its connection.
fn kind(class: &str) -> &'static str {
    if FILES.contains(&class) {
        "File"
    } else if class == WEB {
        "WebDataConnector"
    } else if CLOUD_FILES.iter().any(|start| class.starts_with(start)) {
        "CloudFile"
    } else {
        "DatabaseServer"
    }
}

impl ModelDatabase {
    /// The name of the database; that of a file is its file name.
    fn shown_name(&self, kind: &str) -> String {
        let path = match self.path.as_str() {
            "" => self.name.as_str(),
            path => path,
        };
        let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let names = match kind {
            "File" => [file, self.name.as_str(), self.class.as_str()],
            _ => [self.name.as_str(), self.server.as_str(), self.class.as_str()],
        };
        let named = names.into_iter().find(|name| !name.is_empty());
        named.unwrap_or_default().to_owned()
    }
}
