//! Data quality warnings: what the people who look after data say about it.

use super::{Column, Database, Datasource, Flow, Site, Table, User, View, VirtualConnection, Workbook};
use crate::endpoint::calls;
use crate::value::{Id, Items, Shared, Timestamp, open_enum};
use crate::{Resource, element, endpoint};

/// A data quality warning (schema: `dataQualityWarningType`).
#[element("dataQualityWarning", list = "dataQualityWarningList")]
pub struct DataQualityWarning {
    pub id: Id<DataQualityWarning>,
    /// The name of the user who set it.
    pub user_display_name: Option<String>,
    /// What it is about.
    pub content_id: Option<String>,
    /// The kind of what it is about: `DATASOURCE`, ….
    pub content_type: Option<String>,
    /// What it says.
    pub message: Option<String>,
    /// The kind of warning.
    pub r#type: Option<WarningType>,
    /// Whether it is shown.
    pub is_active: Option<bool>,
    /// Whether it is shown wherever the data is used.
    pub is_severe: Option<bool>,
    /// When it was set.
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    /// The site it is on.
    pub site: Option<Shared<Site>>,
    /// Who set it.
    pub owner: Option<Shared<User>>,
}

/// What a data quality warning is set to, or what may be changed about it: then what is not given stays.
#[element("dataQualityWarning", new)]
pub struct NewDataQualityWarning {
    /// The kind of warning.
    pub r#type: Option<WarningType>,
    /// What it says.
    pub message: Option<String>,
    /// Whether it is shown.
    pub is_active: Option<bool>,
    /// Whether it is shown wherever the data is used.
    pub is_severe: Option<bool>,
}

open_enum! {
    /// The kind of a data quality warning.
    WarningType {
        /// The data is no longer maintained.
        Deprecated = "DEPRECATED",
        /// The data is being worked on.
        Maintenance = "MAINTENANCE",
        /// The data is confidential.
        SensitiveData = "SENSITIVE_DATA",
        /// The data is old.
        Stale = "STALE",
        /// Something is to be heeded.
        Warning = "WARNING",
    }
}

open_enum! {
    /// The kind of what a data quality warning is about, as it stands in addresses.
    WarnedType by str::eq_ignore_ascii_case {
        /// A column of a table.
        Column = "column",
        /// A database.
        Database = "database",
        /// A published data source.
        Datasource = "datasource",
        /// A flow.
        Flow = "flow",
        /// A table.
        Table = "table",
        /// A view.
        View = "view",
        /// A virtual connection.
        VirtualConnection = "virtualconnection",
        /// A table of a virtual connection.
        VirtualConnectionTable = "virtualconnectiontable",
        /// A workbook.
        Workbook = "workbook",
    }
}

/// A resource whose items can have data quality warnings.
pub trait HasQualityWarnings: Resource {
    /// Its kind in the addresses of their calls.
    const WARNED: WarnedType;
}

macro_rules! warned {
    ($($resource:ident),*) => {$(
        impl HasQualityWarnings for $resource {
            const WARNED: WarnedType = WarnedType::$resource;
        }
    )*};
}

warned!(
    Column,
    Database,
    Datasource,
    Flow,
    Table,
    View,
    VirtualConnection,
    Workbook
);

/// Lists the data quality warnings of an item.
#[endpoint(GET, "dataQualityWarnings/{content_type}/{content_id}", since = "3.5", reply = Items<DataQualityWarning>)]
pub struct ListForContent {
    /// The kind of the item.
    pub content_type: WarnedType,
    /// The item.
    pub content_id: String,
}

/// Sets a data quality warning on an item.
// The status is that of Tableau's Python library's tests.
#[endpoint(
    POST,
    "dataQualityWarnings/{content_type}/{content_id}",
    since = "3.5",
    status = 200,
    reply = DataQualityWarning
)]
pub struct Add {
    /// The kind of the item.
    pub content_type: WarnedType,
    /// The item.
    pub content_id: String,
    /// The warning.
    #[body]
    pub warning: NewDataQualityWarning,
}

/// Changes the data quality warning of an item, by the address that Tableau's Python library uses.
#[endpoint(PUT, "dataQualityWarnings/{content_type}/{content_id}", since = "3.5", reply = DataQualityWarning)]
pub struct UpdateForContent {
    /// The kind of the item.
    pub content_type: WarnedType,
    /// The item.
    pub content_id: String,
    /// What changes.
    #[body]
    pub warning: NewDataQualityWarning,
}

/// Deletes every data quality warning of an item.
#[endpoint(DELETE, "dataQualityWarnings/{content_type}/{content_id}", since = "3.5")]
pub struct DeleteForContent {
    /// The kind of the item.
    pub content_type: WarnedType,
    /// The item.
    pub content_id: String,
}

/// Gets a data quality warning.
#[endpoint(GET, "dataQualityWarnings/{id}", since = "3.5", reply = DataQualityWarning)]
pub struct Get {
    /// The warning.
    pub id: Id<DataQualityWarning>,
}

/// Changes a data quality warning; what is not given stays.
#[endpoint(PUT, "dataQualityWarnings/{id}", since = "3.5", reply = DataQualityWarning)]
pub struct Update {
    /// The warning.
    pub id: Id<DataQualityWarning>,
    /// What changes.
    #[body]
    pub warning: NewDataQualityWarning,
}

/// Deletes a data quality warning.
#[endpoint(DELETE, "dataQualityWarnings/{id}", since = "3.5")]
pub struct Delete {
    /// The warning.
    pub id: Id<DataQualityWarning>,
}

calls!(; ListForContent, Add, UpdateForContent, DeleteForContent, Get, Update, Delete);
