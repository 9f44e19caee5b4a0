//! Queries: fields, filters, order, and the rows that answer.

use super::{Function, QueriedDatasource, TableCalculation};
use crate::value::{Json, open_enum};
use crate::{document, part};

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
    /// What is calculated with its values over the rows of the answer.
    #[described(since = "3.27")]
    pub table_calculation: Option<TableCalculation>,
    /// The same for calculations inside it that are over the rows of the answer, too.
    #[described(since = "3.27")]
    pub nested_table_calculations: Option<Vec<TableCalculation>>,
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
    /// What holds of the values that a `CONDITION` leaves.
    #[described(since = "3.28")]
    pub condition: Option<FilterCondition>,
    /// The same as a calculation that is true of them.
    #[described(since = "3.28")]
    pub calculation: Option<String>,
}

/// What holds of the values that a `CONDITION` leaves: a measure of each, compared with a value.
#[part(new)]
pub struct FilterCondition {
    /// The caption of a field.
    pub field_caption: String,
    /// How its values are taken together for each value of the filter.
    pub function: Function,
    /// How the result is compared.
    pub comparison: Comparison,
    /// What it is compared with: a number, a day or a time.
    pub value: Json,
}

open_enum! {
    /// How two values are compared.
    Comparison {
        /// They are the same.
        Equal = "=",
        /// They are not the same.
        Unequal = "<>",
        /// The first is less.
        Less = "<",
        /// The first is less, or the same.
        LessOrEqual = "<=",
        /// The first is greater.
        Greater = ">",
        /// The first is greater, or the same.
        GreaterOrEqual = ">=",
    }
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
        /// By what holds of them.
        Condition = "CONDITION",
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
    /// Why there are no further rows, where the service met an error after it had begun to answer.
    pub error: Option<Json>,
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
    #[described(since = "3.28")]
    pub row_limit: Option<i64>,
    /// Whether the data source is read anew, and not what the service remembers of it.
    #[described(since = "3.27")]
    pub bypass_metadata_cache: Option<bool>,
    /// Whether fields are named by their names in the data source, and not by what users see.
    #[described(since = "3.27")]
    pub interpret_field_captions_as_field_names: Option<bool>,
    /// Whether the answer is a stream of events and not a document. Such an answer is not read as a [`QueryResult`].
    #[described(since = "3.28")]
    pub return_server_sent_events: Option<bool>,
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
