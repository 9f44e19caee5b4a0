//! What the file of a workbook or a data source names: the tables of its data sources, their columns and fields, and which sheets use them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::luid;

/// What the file of an item names; one record an item, replaced by each publish.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct ItemModel {
    /// Derived from the item.
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    /// The workbook or the data source.
    pub(crate) item: Uuid,
    pub(crate) model: FileModel,
}

impl ItemModel {
    pub(crate) fn new(site: Uuid, item: Uuid, model: FileModel) -> Self {
        Self {
            id: Self::id_of(item),
            site,
            item,
            model,
        }
    }

    /// The identifier of the record of an item.
    pub(crate) fn id_of(item: Uuid) -> Uuid {
        luid::<Self>(&[&item.to_string()])
    }
}

/// The data sources and the sheets of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct FileModel {
    pub(crate) datasources: Vec<ModelDatasource>,
    pub(crate) sheets: Vec<ModelSheet>,
}

/// A data source of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ModelDatasource {
    /// The name by which the sheets of the file know it.
    pub(crate) name: String,
    /// The name that users see.
    pub(crate) caption: String,
    pub(crate) has_extracts: bool,
    /// The content URLs of the published data sources that it reads.
    pub(crate) published: Vec<String>,
    pub(crate) tables: Vec<ModelTable>,
    pub(crate) fields: Vec<ModelField>,
}

/// A table that a data source reads, or a query in its place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ModelTable {
    /// The name by which the fields of the data source know it.
    pub(crate) relation: String,
    pub(crate) database: ModelDatabase,
    pub(crate) schema: String,
    /// The name in the database.
    pub(crate) name: String,
    /// The text of a custom SQL query.
    pub(crate) query: Option<String>,
    pub(crate) columns: Vec<ModelColumn>,
    /// The row of the table, which a query has not.
    pub(crate) row: Option<Uuid>,
    /// The row of its database.
    pub(crate) database_row: Option<Uuid>,
    /// The rows of the tables that a query reads.
    pub(crate) reads: Vec<Uuid>,
    /// Whether what a query reads is not known.
    pub(crate) is_unsupported: bool,
}

/// A database, or a file in its place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ModelDatabase {
    /// The kind of the connection: `sqlserver`.
    pub(crate) class: String,
    pub(crate) server: String,
    pub(crate) port: String,
    pub(crate) name: String,
    /// The path of a file.
    pub(crate) path: String,
}

/// A column of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ModelColumn {
    pub(crate) name: String,
    /// Its type in the database, by the name of OLE DB: `WSTR`.
    pub(crate) remote_type: String,
}

/// A field of a data source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ModelField {
    /// The name by which formulas and sheets know it, without brackets.
    pub(crate) name: String,
    /// The name that users see.
    pub(crate) caption: String,
    pub(crate) of: FieldOf,
    /// `DIMENSION` or `MEASURE`.
    pub(crate) role: String,
    /// `STRING`, `INTEGER`, `REAL`, `DATE`, `DATETIME`, `BOOLEAN`, ….
    pub(crate) data_type: String,
    /// `NOMINAL`, `ORDINAL` or `QUANTITATIVE`.
    pub(crate) data_category: String,
    /// `SUM`, `COUNT`, ….
    pub(crate) aggregation: Option<String>,
    pub(crate) default_format: Option<String>,
    pub(crate) semantic_role: Option<String>,
    pub(crate) folder: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) is_hidden: bool,
}

/// What a field comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum FieldOf {
    /// A column, by the relation and the name.
    Column(String, String),
    /// A formula.
    Calculation(String),
    /// Spans of equal size of another field.
    Bin(String),
    /// Groups of the values of another field.
    Group(String),
    /// Fields above each other: a country, its regions, their cities.
    Hierarchy(Vec<String>),
    /// A field of the published data source that is read.
    #[default]
    Published,
}

/// A sheet of a workbook, whether or not it is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ModelSheet {
    pub(crate) name: String,
    /// Whether it is a dashboard or a story, which contain other sheets.
    pub(crate) is_dashboard: bool,
    /// The data sources that it uses, by their names in the file.
    pub(crate) datasources: Vec<String>,
    /// The fields that it uses: each with the name of its data source.
    pub(crate) fields: Vec<(String, String)>,
    /// The sheets inside it, by their names.
    pub(crate) sheets: Vec<String>,
}
