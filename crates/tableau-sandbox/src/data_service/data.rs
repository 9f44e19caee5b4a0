//! The fields and rows of a data source: the same for the same data source.

use jiff::civil::Date;
use tableau_wire::rest::vizql_data_service::{ColumnClass, DataType, FieldMetadata, Function};

use super::value::Value;
use crate::render;

/// The table that the fields come from.
pub(crate) const TABLE: (&str, &str) = ("orders_5F2B8D3A9C4E4F0D", "Orders");
/// The year of the rows.
const YEAR: i16 = 2026;

/// A field.
pub(super) struct Field {
    pub(super) caption: &'static str,
    data_type: DataType,
    aggregation: Function,
    /// The formula of a calculation; `None` for a column.
    pub(super) formula: Option<&'static str>,
}

impl Field {
    pub(super) fn is_measure(&self) -> bool {
        matches!(self.aggregation, Function::Sum | Function::Agg)
    }

    /// What is done with its values if nothing is said.
    pub(super) fn aggregation(&self) -> &Function {
        &self.aggregation
    }

    pub(super) fn is_date(&self) -> bool {
        self.data_type == DataType::Date
    }
}

static FIELDS: [Field; 8] = [
    column("Region", DataType::String, Function::Count),
    column("Category", DataType::String, Function::Count),
    column("Month", DataType::String, Function::Count),
    column("Order Date", DataType::Date, Function::Year),
    column("Sales", DataType::Real, Function::Sum),
    column("Profit", DataType::Real, Function::Sum),
    column("Quantity", DataType::Integer, Function::Sum),
    Field {
        caption: "Profit Ratio",
        data_type: DataType::Real,
        aggregation: Function::Agg,
        formula: Some("SUM([Profit]) / SUM([Sales])"),
    },
];

const fn column(caption: &'static str, data_type: DataType, aggregation: Function) -> Field {
    Field {
        caption,
        data_type,
        aggregation,
        formula: None,
    }
}

/// The fields and rows of a data source.
pub(crate) struct Data {
    rows: Vec<Vec<Value>>,
}

impl Data {
    /// The rows for a seed.
    pub(crate) fn of(seed: &str) -> Self {
        let rows = render::rows(seed).enumerate().map(|(place, row)| {
            let text = |text: &str| Value::Text(text.to_owned());
            let [region, category, month] = row.dimensions;
            let day = i8::try_from(place % 28).unwrap_or_default() + 1;
            let date = Date::new(YEAR, row.month, day).map_or(Value::Null, Value::Date);
            let cents = |cents: i64| Value::Number(cents as f64 / 100.0);
            let quantity = Value::Number((row.sales / 25_000 + 1) as f64);
            vec![
                text(region),
                text(category),
                text(month),
                date,
                cents(row.sales),
                cents(row.profit),
                quantity,
            ]
        });
        Self { rows: rows.collect() }
    }

    /// The last day that has rows.
    pub(crate) fn last_day(&self) -> Option<Date> {
        let dates = self.rows.iter().flatten().filter_map(Value::date);
        dates.max()
    }

    pub(super) fn rows(&self) -> &[Vec<Value>] {
        &self.rows
    }
}

/// The place of a field among the values of a row, and the field; calculations have no place of their own.
pub(super) fn field(caption: &str) -> Option<(usize, &'static Field)> {
    FIELDS
        .iter()
        .enumerate()
        .find(|(_, field)| field.caption.eq_ignore_ascii_case(caption))
}

/// The fields as the service describes them.
pub(crate) fn described() -> Vec<FieldMetadata> {
    let described = FIELDS.iter().map(|field| {
        let mut shown = FieldMetadata::default();
        shown.field_name = Some(field.caption.to_owned());
        shown.field_caption = Some(field.caption.to_owned());
        shown.data_type = Some(field.data_type.clone());
        shown.default_aggregation = Some(field.aggregation.clone());
        shown.formula = field.formula.map(str::to_owned);
        shown.column_class = Some(match field.formula {
            Some(_) => ColumnClass::Calculation,
            None => ColumnClass::Column,
        });
        // Calculations are of no table.
        shown.logical_table_id = field.formula.is_none().then(|| TABLE.0.to_owned());
        shown
    });
    described.collect()
}

/// The field at a place of the rows.
pub(super) fn at(place: usize) -> Option<&'static Field> {
    FIELDS.get(place)
}
