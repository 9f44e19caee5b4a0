//! The `VizQL` Data Service: queries of published data sources, without a view.
//!
//! It speaks JSON only, and has errors of its own (`errorCode`, `message`), whose code and text [`ApiError`](crate::ApiError) has.

mod functions;
mod metadata;
mod query;
mod table_calculation;

use super::Datasource;
use super::publishing::Connection;
use crate::endpoint::calls;
use crate::value::{Id, Json, Secret, open_enum};
use crate::{document, endpoint, part};

pub use functions::{FunctionOverload, SupportedFunction, SupportedFunctions};
pub use metadata::{
    ColumnClass, DatasourceMetadata, ExtraData, FieldAlias, FieldFormatting, FieldMetadata, FieldRole,
    FieldType, GroupFormula, Grouping, ImageRole, MetadataOptions, MetadataRequest,
};
pub use query::{
    Comparison, DatasourceQuery, DateRangeType, FilterCondition, FilterType, FilteredField, PeriodType,
    QuantitativeFilterType, QueryField, QueryFilter, QueryOptions, QueryParameter, QueryRequest, QueryResult,
    ReturnFormat, SortDirection, TopDirection,
};
pub use table_calculation::{
    RankType, RelativeTo, RunningAggregation, TableCalculation, TableCalculationField, TableCalculationSort,
    TableCalculationType,
};

/// Gets the fields of a published data source.
#[endpoint(
    POST,
    "read-metadata",
    since = "3.25",
    root = vizql_data_service,
    jwt = "tableau:viz_data_service:read",
    retry = idempotent,
    status = 200,
    reply = DatasourceMetadata
)]
pub struct ReadMetadata {
    /// The data source.
    #[body]
    pub request: MetadataRequest,
}

/// Queries a published data source.
#[endpoint(
    POST,
    "query-datasource",
    since = "3.25",
    root = vizql_data_service,
    jwt = "tableau:viz_data_service:read",
    retry = idempotent,
    status = 200,
    slow,
    reply = QueryResult
)]
pub struct QueryDatasource {
    /// The data source, and what is asked.
    #[body]
    pub request: QueryRequest,
}

/// Gets the tables of a published data source, and how they are related.
#[endpoint(
    POST,
    "get-datasource-model",
    since = "3.27",
    root = vizql_data_service,
    jwt = "tableau:viz_data_service:read",
    retry = idempotent,
    status = 200,
    reply = DatasourceModel
)]
pub struct GetDatasourceModel {
    /// The data source.
    #[body]
    pub request: MetadataRequest,
}

/// Lists the functions that calculations of a published data source may use.
#[endpoint(
    POST,
    "list-supported-functions",
    since = "3.28",
    root = vizql_data_service,
    jwt = "tableau:viz_data_service:read",
    retry = idempotent,
    status = 200,
    reply = SupportedFunctions
)]
pub struct ListSupportedFunctions {
    /// The data source.
    #[body]
    pub request: MetadataRequest,
}

/// Asks whether the service answers. Its answer is a text without a meaning, which is not read.
#[endpoint(
    GET,
    "simple-request",
    since = "3.25",
    root = vizql_data_service,
    status = 200
)]
pub struct SimpleRequest {}

/// A published data source that is queried.
#[part(new)]
pub struct QueriedDatasource {
    /// The data source.
    pub datasource_luid: Id<Datasource>,
    /// The credentials of its connections, where they are not embedded.
    pub connections: Option<Vec<ConnectionCredentials>>,
}

/// The credentials of a connection.
#[part(new, strict)]
pub struct ConnectionCredentials {
    /// The connection; not needed if there is only one.
    pub connection_luid: Option<Id<Connection>>,
    /// The name of the database's user.
    pub connection_username: String,
    /// The user's password.
    pub connection_password: Secret,
}

open_enum! {
    /// The type of a field's values.
    DataType {
        /// Whole numbers.
        Integer = "INTEGER",
        /// Numbers.
        Real = "REAL",
        /// Text.
        String = "STRING",
        /// Times.
        DateTime = "DATETIME",
        /// `true` and `false`.
        Boolean = "BOOLEAN",
        /// Days.
        Date = "DATE",
        /// Places.
        Spatial = "SPATIAL",
        /// A type that the service does not tell.
        Unknown = "UNKNOWN",
    }
}

open_enum! {
    /// What is done with the values of a field in a row of the answer.
    Function {
        /// Their sum.
        Sum = "SUM",
        /// Their mean.
        Avg = "AVG",
        /// Their median.
        Median = "MEDIAN",
        /// How many there are.
        Count = "COUNT",
        /// How many different ones there are.
        CountD = "COUNTD",
        /// The least.
        Min = "MIN",
        /// The greatest.
        Max = "MAX",
        /// Their standard deviation.
        Stdev = "STDEV",
        /// Their variance.
        Var = "VAR",
        /// All places together.
        Collect = "COLLECT",
        /// The year of a date.
        Year = "YEAR",
        /// The quarter of a date, from 1.
        Quarter = "QUARTER",
        /// The month of a date, from 1.
        Month = "MONTH",
        /// The week of a date, from 1.
        Week = "WEEK",
        /// The day of the month of a date, from 1.
        Day = "DAY",
        /// The first day of the year of a date.
        TruncYear = "TRUNC_YEAR",
        /// The first day of its quarter.
        TruncQuarter = "TRUNC_QUARTER",
        /// The first day of its month.
        TruncMonth = "TRUNC_MONTH",
        /// The first day of its week.
        TruncWeek = "TRUNC_WEEK",
        /// The day itself.
        TruncDay = "TRUNC_DAY",
        /// A calculation that aggregates by itself.
        Agg = "AGG",
        /// Nothing.
        None = "NONE",
        /// Nothing that the service tells.
        Unspecified = "UNSPECIFIED",
    }
}

/// The tables of a data source.
#[document]
pub struct DatasourceModel {
    /// The tables.
    pub logical_tables: Vec<LogicalTable>,
    /// How they are related: objects with `fromLogicalTable`, `toLogicalTable` and `expression`.
    pub logical_table_relationships: Vec<Json>,
}

/// A table of a data source.
#[part]
pub struct LogicalTable {
    /// The identifier, within the data source.
    pub logical_table_id: String,
    /// The name that users see.
    pub caption: Option<String>,
    /// The description.
    pub description: Option<String>,
}

calls!(; ReadMetadata, QueryDatasource, GetDatasourceModel, ListSupportedFunctions, SimpleRequest);
