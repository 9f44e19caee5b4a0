//! The `VizQL` Data Service: queries of published data sources, without a view.
//!
//! It speaks JSON only, and has errors of its own (`errorCode`, `message`), whose code and text [`ApiError`](crate::ApiError) has.

use super::Datasource;
use super::publishing::Connection;
use crate::endpoint::calls;
use crate::value::{Id, Json, Secret, open_enum};
use crate::{Endpoint, document, part};

/// Gets the fields of a published data source.
#[derive(Debug, Clone, PartialEq, Eq, Endpoint)]
#[endpoint(
    POST,
    "read-metadata",
    since = "3.25",
    root = vizql_data_service,
    scope = server,
    format = json,
    jwt = "tableau:viz_data_service:read",
    retry = idempotent,
    status = 200,
    reply = DatasourceMetadata
)]
#[non_exhaustive]
pub struct ReadMetadata {
    /// The data source.
    #[body]
    pub request: MetadataRequest,
}

/// Queries a published data source.
#[derive(Debug, Clone, PartialEq, Eq, Endpoint)]
#[endpoint(
    POST,
    "query-datasource",
    since = "3.25",
    root = vizql_data_service,
    scope = server,
    format = json,
    jwt = "tableau:viz_data_service:read",
    retry = idempotent,
    status = 200,
    slow,
    reply = QueryResult
)]
#[non_exhaustive]
pub struct QueryDatasource {
    /// The data source, and what is asked.
    #[body]
    pub request: QueryRequest,
}

/// Gets the tables of a published data source, and how they are related.
#[derive(Debug, Clone, PartialEq, Eq, Endpoint)]
#[endpoint(
    POST,
    "get-datasource-model",
    since = "3.27",
    root = vizql_data_service,
    scope = server,
    format = json,
    jwt = "tableau:viz_data_service:read",
    retry = idempotent,
    status = 200,
    reply = DatasourceModel
)]
#[non_exhaustive]
pub struct GetDatasourceModel {
    /// The data source.
    #[body]
    pub request: MetadataRequest,
}

/// Asks whether the service answers. Its answer is a text without a meaning, which is not read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Endpoint)]
#[endpoint(
    GET,
    "simple-request",
    since = "3.25",
    root = vizql_data_service,
    scope = server,
    format = json,
    status = 200
)]
#[non_exhaustive]
pub struct SimpleRequest {}

/// A published data source whose fields or tables are asked for.
#[document(new)]
pub struct MetadataRequest {
    /// The data source.
    pub datasource: QueriedDatasource,
    /// How the answer is to be.
    pub options: Option<QueryOptions>,
}

/// A published data source that is queried.
#[part(new)]
pub struct QueriedDatasource {
    /// The data source.
    pub datasource_luid: Id<Datasource>,
    /// The credentials of its connections, where they are not embedded.
    pub connections: Option<Vec<ConnectionCredentials>>,
}

/// The credentials of a connection.
#[part(new)]
pub struct ConnectionCredentials {
    /// The connection; not needed if there is only one.
    pub connection_luid: Option<Id<Connection>>,
    /// The name of the database's user.
    pub connection_username: String,
    /// The user's password.
    pub connection_password: Option<Secret>,
}

/// How the answer of a query is to be.
#[part(new)]
pub struct QueryOptions {
    /// Rows as objects with a member for each field, or as lists of values; objects if not given.
    pub return_format: Option<ReturnFormat>,
    /// Whether errors have further details.
    pub debug: Option<bool>,
    /// Whether every row of the data is given, instead of one for each combination of dimensions.
    pub disaggregate: Option<bool>,
    /// The greatest number of rows, at least 1.
    pub row_limit: Option<i64>,
}

open_enum! {
    /// The form of the rows of an answer.
    ReturnFormat {
        /// Objects with a member for each field.
        Objects = "OBJECTS",
        /// Lists of values, in the order of the fields.
        Arrays = "ARRAYS",
    }
}

/// The fields of a data source.
#[document]
pub struct DatasourceMetadata {
    /// The fields.
    pub data: Vec<FieldMetadata>,
    /// The parameters.
    pub extra_data: Option<ExtraData>,
}

/// What a data source has beside its fields.
#[part]
pub struct ExtraData {
    /// The parameters: objects with `parameterType` (`ANY_VALUE`, `LIST`, …), `parameterCaption`, `dataType`, `value` and others by their type.
    pub parameters: Vec<Json>,
}

/// A field of a data source.
#[part]
pub struct FieldMetadata {
    /// The name in the data source.
    pub field_name: Option<String>,
    /// The name that users see, by which queries name it.
    pub field_caption: Option<String>,
    /// The type of its values.
    pub data_type: Option<DataType>,
    /// How its values are aggregated if nothing is said.
    pub default_aggregation: Option<Function>,
    /// What it is made of.
    pub column_class: Option<ColumnClass>,
    /// The formula of a calculation.
    pub formula: Option<String>,
    /// The table that it comes from.
    pub logical_table_id: Option<String>,
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

open_enum! {
    /// What a field is made of.
    ColumnClass {
        /// A column of the data.
        Column = "COLUMN",
        /// Ranges of the values of another field.
        Bin = "BIN",
        /// Groups of the values of another field.
        Group = "GROUP",
        /// A calculation.
        Calculation = "CALCULATION",
        /// A calculation over the rows of a table.
        TableCalculation = "TABLE_CALCULATION",
    }
}

/// What is asked of a data source.
#[document(new)]
pub struct QueryRequest {
    /// The data source.
    pub datasource: QueriedDatasource,
    /// The fields, filters and parameters.
    pub query: DatasourceQuery,
    /// How the answer is to be.
    pub options: Option<QueryOptions>,
}

/// A query: the fields of the answer, and which data it is about.
#[part(new)]
pub struct DatasourceQuery {
    /// The fields, in the order of the columns: dimensions, and measures with their function.
    pub fields: Vec<QueryField>,
    /// Which data; all of it if not given.
    pub filters: Option<Vec<QueryFilter>>,
    /// The values of parameters.
    pub parameters: Option<Vec<QueryParameter>>,
}

/// A field of a query.
#[part(new)]
pub struct QueryField {
    /// Its caption in the data source, or the name of a calculation.
    pub field_caption: String,
    /// Its name in the answer.
    pub field_alias: Option<String>,
    /// What is done with its values; that of the data source if not given.
    pub function: Option<Function>,
    /// The formula of a calculation of the query.
    pub calculation: Option<String>,
    /// The size of the ranges that its numbers are put into.
    pub bin_size: Option<Json>,
    /// How many decimal places numbers have at most.
    pub max_decimal_places: Option<i64>,
    /// Whether rows are sorted by it, and how.
    pub sort_direction: Option<SortDirection>,
    /// Its place among the fields that rows are sorted by, from 1.
    pub sort_priority: Option<i64>,
}

open_enum! {
    /// The direction of an order.
    SortDirection {
        /// The least first.
        Asc = "ASC",
        /// The greatest first.
        Desc = "DESC",
    }
}

/// A filter of a query. Which members it has depends on its type.
#[part(new)]
pub struct QueryFilter {
    /// What is compared.
    pub field: FilteredField,
    /// How it is compared.
    pub filter_type: FilterType,
    /// Whether it is applied before the others, so that `TOP` counts what it leaves.
    pub context: Option<bool>,
    /// The values of a `SET`.
    pub values: Option<Vec<Json>>,
    /// Whether a `SET` or a `MATCH` leaves out what it fits.
    pub exclude: Option<bool>,
    /// How texts of a `MATCH` begin.
    pub starts_with: Option<String>,
    /// How texts of a `MATCH` end.
    pub ends_with: Option<String>,
    /// What texts of a `MATCH` contain.
    pub contains: Option<String>,
    /// Which bounds a quantitative filter has: `RANGE`, `MIN`, `MAX`, `ONLY_NULL` or `ONLY_NON_NULL`.
    pub quantitative_filter_type: Option<QuantitativeFilterType>,
    /// The least number.
    pub min: Option<Json>,
    /// The greatest number.
    pub max: Option<Json>,
    /// The first day.
    pub min_date: Option<String>,
    /// The last day.
    pub max_date: Option<String>,
    /// Whether missing values fit as well.
    pub include_nulls: Option<bool>,
    /// The unit of a `DATE`.
    pub period_type: Option<PeriodType>,
    /// Which periods of a `DATE`.
    pub date_range_type: Option<DateRangeType>,
    /// How many periods of a `DATE`.
    pub range_n: Option<i64>,
    /// The day that a `DATE` counts from; today if not given.
    pub anchor_date: Option<String>,
    /// How many values a `TOP` leaves.
    pub how_many: Option<i64>,
    /// What the values of a `TOP` are ordered by.
    pub field_to_measure: Option<FilteredField>,
    /// Whether a `TOP` leaves the greatest or the least values.
    pub direction: Option<TopDirection>,
}

/// What a filter compares.
#[part(new)]
pub struct FilteredField {
    /// The caption of a field.
    pub field_caption: Option<String>,
    /// What is done with its values before they are compared.
    pub function: Option<Function>,
    /// A calculation in place of a field.
    pub calculation: Option<String>,
}

open_enum! {
    /// How a filter compares.
    FilterType {
        /// With some values.
        Set = "SET",
        /// With a part of a text.
        Match = "MATCH",
        /// With bounds of numbers.
        QuantitativeNumerical = "QUANTITATIVE_NUMERICAL",
        /// With bounds of days.
        QuantitativeDate = "QUANTITATIVE_DATE",
        /// With periods around a day.
        Date = "DATE",
        /// With the greatest or the least.
        Top = "TOP",
    }
}

open_enum! {
    /// Which bounds a quantitative filter has.
    QuantitativeFilterType {
        /// Both.
        Range = "RANGE",
        /// The least value.
        Min = "MIN",
        /// The greatest value.
        Max = "MAX",
        /// None: values that are missing.
        OnlyNull = "ONLY_NULL",
        /// None: values that are not missing.
        OnlyNonNull = "ONLY_NON_NULL",
    }
}

open_enum! {
    /// A unit of time.
    PeriodType {
        /// Minutes.
        Minutes = "MINUTES",
        /// Hours.
        Hours = "HOURS",
        /// Days.
        Days = "DAYS",
        /// Weeks.
        Weeks = "WEEKS",
        /// Months.
        Months = "MONTHS",
        /// Quarters.
        Quarters = "QUARTERS",
        /// Years.
        Years = "YEARS",
    }
}

open_enum! {
    /// Periods around a day.
    DateRangeType {
        /// The one it is in.
        Current = "CURRENT",
        /// The one before.
        Last = "LAST",
        /// The one after.
        Next = "NEXT",
        /// Several, up to the one it is in.
        LastN = "LASTN",
        /// Several, from the one after.
        NextN = "NEXTN",
        /// The one it is in, up to the day.
        ToDate = "TODATE",
    }
}

open_enum! {
    /// Which end of an order.
    TopDirection {
        /// The greatest.
        Top = "TOP",
        /// The least.
        Bottom = "BOTTOM",
    }
}

/// The value of a parameter of the data source.
#[part(new)]
pub struct QueryParameter {
    /// The caption of the parameter.
    pub parameter_caption: String,
    /// Its value.
    pub value: Json,
}

/// The rows that answer a query.
#[document]
pub struct QueryResult {
    /// The rows: objects with a member for each field, or lists of values if that was asked for.
    pub data: Vec<Json>,
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

calls!(; ReadMetadata, QueryDatasource, GetDatasourceModel, SimpleRequest);
