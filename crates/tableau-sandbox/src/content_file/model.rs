//! Reading what a document says about its data, element by element.

use std::collections::HashMap;

use quick_xml::events::BytesStart;

use super::Unfit;
use super::document::{attribute, text_attribute};
use super::fields::Columns;
use super::remote_type::remote_type;
use crate::store::model::{FileModel, ModelColumn, ModelDatabase, ModelDatasource, ModelSheet, ModelTable};

/// The maximum number of tables, columns, fields and uses of fields together.
const MAX_PARTS: usize = 200_000;
/// The class of a connection to a published data source.
pub(crate) const PUBLISHED: &str = "sqlproxy";

/// The findings so far.
#[derive(Default)]
pub(super) struct ModelReader {
    model: FileModel,
    datasource: OpenDatasource,
    /// The data source whose fields the open sheet names.
    used: String,
    /// The text of the innermost element that is read for its text.
    text: String,
    parts: usize,
}

/// The data source that is open.
#[derive(Default)]
struct OpenDatasource {
    found: ModelDatasource,
    /// The databases, by the names of their connections; the only connection of an older document has none.
    connections: HashMap<String, ModelDatabase>,
    connection: String,
    /// The connection of each table.
    of_tables: Vec<String>,
    columns: Columns,
}

impl ModelReader {
    pub(super) fn into_model(self) -> FileModel {
        self.model
    }

    /// Counts a part of the model.
    fn count(&mut self) -> Result<(), Unfit> {
        self.parts += 1;
        if self.parts > MAX_PARTS {
            return Err(Unfit::new(format_args!(
                "it has more than {MAX_PARTS} tables, columns and fields"
            )));
        }
        Ok(())
    }

    /// An element of a data source, by its path inside it.
    pub(super) fn datasource(&mut self, element: &BytesStart<'_>, inside: &[&str]) -> Result<(), Unfit> {
        match inside {
            [] => {
                self.datasource = OpenDatasource::default();
                let name = text_attribute(element, "name")?;
                let caption = match attribute(element, "caption")? {
                    Some(caption) => caption,
                    None => attribute(element, "formatted-name")?.unwrap_or_else(|| name.clone()),
                };
                let found = &mut self.datasource.found;
                (found.name, found.caption) = (name, caption);
            }
            ["extract"] => {
                self.datasource.found.has_extracts |= text_attribute(element, "enabled")? == "true";
            }
            ["connection"] => self.connection(element, String::new())?,
            ["connection", "named-connections", "named-connection"] => {
                self.datasource.connection = text_attribute(element, "name")?;
            }
            [
                "connection",
                "named-connections",
                "named-connection",
                "connection",
            ] => {
                let name = self.datasource.connection.clone();
                self.connection(element, name)?;
            }
            ["connection", relations @ .., "columns", "column"] if is_relation(relations) => {
                self.count()?;
                let column = ModelColumn {
                    name: text_attribute(element, "name")?,
                    remote_type: remote_type(&text_attribute(element, "datatype")?),
                };
                if let Some(table) = self.datasource.found.tables.last_mut() {
                    table.columns.push(column);
                }
            }
            ["connection", relations @ ..] if is_relation(relations) => self.relation(element)?,
            ["connection", "cols" | "metadata-records", ..]
            | ["column" | "folders-common" | "folder" | "drill-paths", ..] => {
                self.count()?;
                self.text.clear();
                self.datasource.columns.begin(element, inside)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn connection(&mut self, element: &BytesStart<'_>, name: String) -> Result<(), Unfit> {
        let class = text_attribute(element, "class")?;
        if class.is_empty() || class == "federated" {
            return Ok(());
        }
        let database = text_attribute(element, "dbname")?;
        if class == PUBLISHED {
            self.datasource.found.published.push(database);
            return Ok(());
        }
        self.count()?;
        let file = text_attribute(element, "filename")?;
        let path = match attribute(element, "directory")? {
            Some(directory) if !file.is_empty() && !directory.is_empty() => format!("{directory}/{file}"),
            _ => file,
        };
        let found = ModelDatabase {
            class,
            server: text_attribute(element, "server")?,
            port: text_attribute(element, "port")?,
            name: database,
            path,
        };
        self.datasource.connections.insert(name, found);
        Ok(())
    }

    fn relation(&mut self, element: &BytesStart<'_>) -> Result<(), Unfit> {
        let kind = text_attribute(element, "type")?;
        if kind != "table" && kind != "text" {
            return Ok(());
        }
        let relation = text_attribute(element, "name")?;
        let named = attribute(element, "table")?.unwrap_or_else(|| relation.clone());
        let (schema, name) = match kind.as_str() {
            "text" => (String::new(), relation.clone()),
            _ => parted(&named),
        };
        self.text.clear();
        // Newer documents say some relations twice, for readers of two versions.
        let open = &mut self.datasource;
        let is_same = |table: &ModelTable| table.relation == relation && table.name == name;
        if open.found.tables.iter().any(is_same) {
            return Ok(());
        }
        let connection = text_attribute(element, "connection")?;
        open.of_tables.push(connection);
        open.found.tables.push(ModelTable {
            relation,
            schema,
            name,
            query: (kind == "text").then(String::new),
            ..ModelTable::default()
        });
        self.count()
    }

    /// Text inside an element of a data source.
    pub(super) fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// The end of an element of a data source, by its path inside it.
    pub(super) fn datasource_end(&mut self, inside: &[&str]) {
        match inside {
            [] => {
                let open = std::mem::take(&mut self.datasource);
                self.model.datasources.extend(open.finish());
            }
            ["connection", relations @ ..] if is_relation(relations) => {
                if let Some(query) = self
                    .datasource
                    .found
                    .tables
                    .last_mut()
                    .and_then(|table| table.query.as_mut())
                    && query.is_empty()
                {
                    self.text.trim().clone_into(query);
                }
            }
            _ => self.datasource.columns.end(inside, &self.text),
        }
        self.text.clear();
    }

    /// A sheet begins.
    pub(super) fn sheet(&mut self, name: &str, is_dashboard: bool) {
        self.used.clear();
        self.model.sheets.push(ModelSheet {
            name: name.to_owned(),
            is_dashboard,
            ..ModelSheet::default()
        });
    }

    /// An element of a sheet, by its path inside it.
    pub(super) fn inside_sheet(&mut self, element: &BytesStart<'_>, inside: &[&str]) -> Result<(), Unfit> {
        match inside {
            ["table", "view", "datasources", "datasource"] => {
                self.count()?;
                let name = text_attribute(element, "name")?;
                if let Some(sheet) = self.model.sheets.last_mut() {
                    sheet.datasources.push(name);
                }
            }
            ["table", "view", "datasource-dependencies"] => {
                self.used = text_attribute(element, "datasource")?;
            }
            ["table", "view", "datasource-dependencies", "column"] => {
                self.count()?;
                let field = unbracketed(&text_attribute(element, "name")?);
                let used = (self.used.clone(), field);
                if let Some(sheet) = self.model.sheets.last_mut() {
                    sheet.fields.push(used);
                }
            }
            ["zones", .., "zone"] => {
                self.count()?;
                let name = attribute(element, "name")?;
                if let Some(sheet) = self.model.sheets.last_mut() {
                    // Zones of other things have other names, or none.
                    sheet.sheets.extend(name);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl OpenDatasource {
    /// The data source; `None` for the parameters, which stand where data sources do.
    fn finish(self) -> Option<ModelDatasource> {
        let Self {
            mut found,
            connections,
            of_tables,
            columns,
            ..
        } = self;
        if found.name == "Parameters" {
            return None;
        }
        let only = connections.values().next().filter(|_| connections.len() == 1);
        for (table, connection) in found.tables.iter_mut().zip(of_tables) {
            let database = connections.get(&connection).or(only);
            table.database = database.cloned().unwrap_or_default();
        }
        if !found.published.is_empty() {
            // The one table of such a data source stands for the published one.
            found.tables.retain(|table| !table.database.class.is_empty());
        }
        let is_published = !found.published.is_empty();
        found.fields = columns.fields(&mut found.tables, is_published);
        Some(found)
    }
}

/// Whether a path inside a connection is that of a relation, which may contain others.
fn is_relation(inside: &[&str]) -> bool {
    !inside.is_empty() && inside.iter().all(|name| *name == "relation")
}

/// The schema and the name of a table: `[dbo].[orders]`.
fn parted(table: &str) -> (String, String) {
    let table = table.trim();
    let inner = table.strip_prefix('[').and_then(|table| table.strip_suffix(']'));
    match inner
        .map(|inner| inner.split("].[").collect::<Vec<_>>())
        .as_deref()
    {
        Some([.., schema, name]) => ((*schema).to_owned(), (*name).to_owned()),
        Some([name]) => (String::new(), (*name).to_owned()),
        _ => (String::new(), table.to_owned()),
    }
}

/// A name without the brackets around it.
pub(super) fn unbracketed(name: &str) -> String {
    let inner = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    inner.unwrap_or(name).replace("]]", "]")
}
