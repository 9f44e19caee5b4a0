//! Queries: groups, columns, order.

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;
use serde_json::{Map, Value as Json};
use tableau_wire::rest::vizql_data_service::{
    DatasourceQuery, Function, QueryField, QueryOptions, ReturnFormat, SortDirection,
};

use super::Unanswered;
use super::data::Data;
use super::filter::Filters;
use super::formula::{Formula, Terms};
use super::value::Value;

/// A column of the answer.
struct Column {
    name: String,
    formula: Formula,
    decimals: Option<i32>,
    /// Whether the query names what is done with its values.
    has_function: bool,
    /// Its place in the order, and whether the greatest comes first.
    sort: Option<(i64, bool)>,
}

/// The rows that answer a query. `today` is the day that relative dates count from.
pub(crate) fn answer(
    data: &Data,
    query: &DatasourceQuery,
    options: &QueryOptions,
    today: Date,
) -> Result<Vec<Json>, Unanswered> {
    if options.return_server_sent_events == Some(true) {
        return Err(Unanswered::invalid("The sandbox does not answer with events."));
    }
    if let Some(parameter) = query.parameters.iter().flatten().next() {
        return Err(Unanswered::invalid(format_args!(
            "Unknown Parameter: {}.",
            parameter.parameter_caption
        )));
    }
    let by_name = options.interpret_field_captions_as_field_names == Some(true);
    let terms = Terms::of(&data.fields).by_name(by_name);
    let columns = columns(&terms, query)?;
    let filters = Filters::of(&terms, query.filters.as_deref().unwrap_or_default(), today)?;
    let limit = limit(options)?;
    let kept = filters.rows(data.rows());
    let mut rows = match options.disaggregate {
        Some(true) => every(&columns, &kept)?,
        _ => grouped(&columns, &filters, &kept),
    };
    sort(&columns, &mut rows);
    rows.truncate(limit);
    let as_lists = options.return_format == Some(ReturnFormat::Arrays);
    Ok(rows
        .into_iter()
        .map(|row| shown(&columns, row, as_lists))
        .collect())
}

fn columns(terms: &Terms<'_>, query: &DatasourceQuery) -> Result<Vec<Column>, Unanswered> {
    if query.fields.is_empty() {
        return Err(Unanswered::invalid("A query has at least one field."));
    }
    let columns: Vec<_> = query
        .fields
        .iter()
        .map(|field| column(terms, field))
        .collect::<Result<_, _>>()?;
    let mut names = HashSet::new();
    match columns.iter().find(|column| !names.insert(column.name.as_str())) {
        Some(column) => Err(Unanswered::invalid(format_args!(
            "The query has several fields with the name {}: give them an alias.",
            column.name
        ))),
        None => Ok(columns),
    }
}

fn column(terms: &Terms<'_>, field: &QueryField) -> Result<Column, Unanswered> {
    let caption = &field.field_caption;
    if field.table_calculation.is_some()
        || field
            .nested_table_calculations
            .as_ref()
            .is_some_and(|all| !all.is_empty())
    {
        return Err(Unanswered::invalid(format_args!(
            "The sandbox does not compute table calculations: {caption} has one."
        )));
    }
    let formula = match (&field.calculation, &field.bin_size, &field.function) {
        (Some(text), None, None) => terms.parse(text)?,
        (None, Some(size), None) => {
            let size = size.as_f64().filter(|size| *size > 0.0 && size.is_finite());
            let size = size.ok_or_else(|| Unanswered::invalid("binSize is a number greater than 0."))?;
            Formula::Bin(size, Box::new(terms.field(caption, Some(&Function::None))?))
        }
        (None, None, function) => terms.field(caption, function.as_ref())?,
        _ => {
            return Err(Unanswered::invalid(format_args!(
                "The field {caption} has one of function, calculation and binSize."
            )));
        }
    };
    let decimals = match field.max_decimal_places {
        Some(places) => Some(
            i32::try_from(places)
                .ok()
                .filter(|places| (0..=15).contains(places))
                .ok_or_else(|| Unanswered::invalid("maxDecimalPlaces is a number from 0 to 15."))?,
        ),
        None => None,
    };
    let default = || match &field.function {
        Some(function) => format!("{}({caption})", function.as_str()),
        None => caption.clone(),
    };
    Ok(Column {
        name: field.field_alias.clone().unwrap_or_else(default),
        formula,
        decimals,
        has_function: field.function.is_some() || field.calculation.is_some(),
        sort: sorted(field)?,
    })
}

/// A field is sorted by if it has a priority; its direction is ascending if it has none.
fn sorted(field: &QueryField) -> Result<Option<(i64, bool)>, Unanswered> {
    let descends = match &field.sort_direction {
        None | Some(SortDirection::Asc) => false,
        Some(SortDirection::Desc) => true,
        Some(other) => {
            let other = other.as_str();
            return Err(Unanswered::invalid(format_args!(
                "sortDirection is ASC or DESC, and not {other}."
            )));
        }
    };
    match (field.sort_priority, &field.sort_direction) {
        (Some(place), _) if place < 1 => Err(Unanswered::invalid("sortPriority is at least 1.")),
        (Some(place), _) => Ok(Some((place, descends))),
        // Inferred: a direction alone sorts after those with a priority.
        (None, Some(_)) => Ok(Some((i64::MAX, descends))),
        (None, None) => Ok(None),
    }
}

fn limit(options: &QueryOptions) -> Result<usize, Unanswered> {
    match options.row_limit {
        None => Ok(usize::MAX),
        Some(limit) => usize::try_from(limit)
            .ok()
            .filter(|limit| *limit > 0)
            .ok_or_else(|| Unanswered::invalid("rowLimit is at least 1.")),
    }
}

type Values = Vec<Value>;

/// Every row by itself, without aggregations.
fn every(columns: &[Column], rows: &[&Vec<Value>]) -> Result<Vec<Values>, Unanswered> {
    let plain = |column: &Column| match &column.formula {
        // The default of a measure, which is left out.
        Formula::Aggregate(_, inner) if !column.has_function => (**inner).clone(),
        formula => formula.clone(),
    };
    let formulas: Vec<_> = columns.iter().map(plain).collect();
    if formulas.iter().any(Formula::is_aggregate) {
        return Err(Unanswered::invalid(
            "A query that is disaggregated has no functions that aggregate.",
        ));
    }
    let of_row = |row: &&Vec<Value>| {
        let row = std::slice::from_ref(row);
        formulas.iter().map(|formula| formula.value(row)).collect()
    };
    Ok(rows.iter().map(of_row).collect())
}

/// A row for each combination of the columns that are no aggregations.
fn grouped(columns: &[Column], filters: &Filters, rows: &[&Vec<Value>]) -> Vec<Values> {
    let mut groups: BTreeMap<Values, Vec<&Vec<Value>>> = BTreeMap::new();
    let keys: Vec<_> = columns
        .iter()
        .filter(|column| !column.formula.is_aggregate())
        .collect();
    for row in rows {
        let one = std::slice::from_ref(row);
        let key = keys.iter().map(|column| column.formula.value(one)).collect();
        groups.entry(key).or_default().push(row);
    }
    let kept = groups.into_values().filter(|rows| filters.keep(rows));
    kept.map(|rows| columns.iter().map(|column| column.formula.value(&rows)).collect())
        .collect()
}

fn sort(columns: &[Column], rows: &mut [Values]) {
    let mut keys: Vec<_> = columns
        .iter()
        .enumerate()
        .filter_map(|(place, column)| {
            column
                .sort
                .map(|(priority, descends)| (priority, place, descends))
        })
        .collect();
    keys.sort_unstable();
    rows.sort_by(|one, other| {
        let orders = keys.iter().map(|(_, place, descends)| {
            let order = one.get(*place).cmp(&other.get(*place));
            if *descends { order.reverse() } else { order }
        });
        orders
            .into_iter()
            .find(|order| order.is_ne())
            .unwrap_or(std::cmp::Ordering::Equal)
    });
}

fn shown(columns: &[Column], row: Values, as_list: bool) -> Json {
    let values = columns.iter().zip(row).map(|(column, value)| {
        let value = match (column.decimals, value) {
            (Some(places), Value::Number(number)) => {
                let scale = 10_f64.powi(places);
                Value::Number((number * scale).round() / scale)
            }
            (_, value) => value,
        };
        (column.name.clone(), value.json())
    });
    if as_list {
        return Json::Array(values.map(|(_, value)| value).collect());
    }
    Json::Object(values.collect::<Map<_, _>>())
}
