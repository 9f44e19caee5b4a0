//! The fields of a data source: those that its file names, or those of the sandbox's own data where it has no file.

use tableau_wire::rest::vizql_data_service::{
    ColumnClass, DataType, FieldMetadata, FieldRole, FieldType, Function, LogicalTable,
};

use super::formula::Terms;
use crate::rng;
use crate::store::model::{FieldOf, ModelDatasource, ModelField, ModelTable};

/// The table of the sandbox's own data.
const TABLE: &str = "Orders";

/// A field.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// The name in the data source, by which formulas may name it as well.
    pub(super) name: String,
    pub(super) caption: String,
    pub(super) data_type: DataType,
    aggregation: Function,
    class: ColumnClass,
    /// The formula of a calculation.
    pub(super) formula: Option<String>,
    /// Whether its values are those of its formula: the sandbox does not know all of Tableau's functions.
    pub(super) is_computed: bool,
    is_measure: bool,
    /// How its values are ordered.
    order: FieldType,
    description: Option<String>,
    /// Whether users do not see it; formulas may name it.
    pub(super) is_hidden: bool,
    /// The relation and the column that it comes from.
    pub(super) column: Option<(String, String)>,
}

impl Field {
    fn of(field: &ModelField) -> Self {
        let data_type = match DataType::from(field.data_type.as_str()) {
            DataType::Other(_) => DataType::Unknown,
            known => known,
        };
        let is_measure = field.role == "MEASURE";
        let (class, formula, column) = match &field.of {
            FieldOf::Column(relation, column) => (
                ColumnClass::Column,
                None,
                Some((relation.clone(), column.clone())),
            ),
            FieldOf::Calculation(formula) => (ColumnClass::Calculation, Some(formula.clone()), None),
            FieldOf::Bin(_) => (ColumnClass::Bin, None, None),
            FieldOf::Group(_) => (ColumnClass::Group, None, None),
            // It has no values of its own, and is left out.
            FieldOf::Hierarchy(_) => (ColumnClass::Column, None, None),
            FieldOf::Published => (ColumnClass::Column, None, None),
        };
        Self {
            name: field.name.clone(),
            caption: field.caption.clone(),
            aggregation: aggregation(field.aggregation.as_deref(), &data_type, is_measure),
            data_type,
            class,
            is_computed: formula.is_some(),
            formula,
            is_measure,
            order: match field.data_category.as_str() {
                "QUANTITATIVE" => FieldType::Continuous,
                "NOMINAL" => FieldType::Nominal,
                "ORDINAL" => FieldType::Ordinal,
                _ => FieldType::Unknown,
            },
            description: field.description.clone(),
            is_hidden: field.is_hidden,
            column,
        }
    }

    pub(super) fn is_measure(&self) -> bool {
        self.is_measure
    }

    /// What is done with its values if nothing is said.
    pub(super) fn aggregation(&self) -> &Function {
        &self.aggregation
    }

    pub(super) fn is_date(&self) -> bool {
        matches!(self.data_type, DataType::Date | DataType::DateTime)
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self.data_type, DataType::Integer | DataType::Real)
    }

    fn described(&self, seed: &str) -> FieldMetadata {
        let mut shown = FieldMetadata::default();
        shown.field_name = Some(self.name.clone());
        shown.field_caption = Some(self.caption.clone());
        shown.data_type = Some(self.data_type.clone());
        shown.default_aggregation = Some(self.aggregation.clone());
        shown.formula.clone_from(&self.formula);
        shown.column_class = Some(self.class.clone());
        shown.field_role = Some(if self.is_measure {
            FieldRole::Measure
        } else {
            FieldRole::Dimension
        });
        shown.field_type = Some(self.order.clone());
        shown.description.clone_from(&self.description);
        shown.hidden = Some(self.is_hidden);
        // Such a formula is in braces: `{ FIXED [Region] : SUM([Sales]) }`.
        let is_lod = |formula: &String| formula.trim_start().starts_with('{');
        shown.is_lod_calc = Some(self.formula.as_ref().is_some_and(is_lod));
        // Calculations are of no table.
        shown.logical_table_id = self.column.as_ref().map(|(relation, _)| table_id(seed, relation));
        shown
    }
}

/// The sandbox's own data, as a file would name it: what a data source has whose file names nothing.
pub(crate) fn own_model(caption: &str) -> ModelDatasource {
    let field = |name: &str, role: &str, data_type: &str, category: &str| ModelField {
        name: name.to_owned(),
        caption: name.to_owned(),
        of: FieldOf::Column(TABLE.to_owned(), name.to_owned()),
        role: role.to_owned(),
        data_type: data_type.to_owned(),
        data_category: category.to_owned(),
        ..ModelField::default()
    };
    let mut ratio = field("Profit Ratio", "MEASURE", "REAL", "QUANTITATIVE");
    ratio.of = FieldOf::Calculation("SUM([Profit]) / SUM([Sales])".to_owned());
    let table = ModelTable {
        relation: TABLE.to_owned(),
        name: TABLE.to_owned(),
        ..ModelTable::default()
    };
    ModelDatasource {
        name: caption.to_owned(),
        caption: caption.to_owned(),
        tables: vec![table],
        fields: vec![
            field("Region", "DIMENSION", "STRING", "NOMINAL"),
            field("Category", "DIMENSION", "STRING", "NOMINAL"),
            field("Month", "DIMENSION", "STRING", "NOMINAL"),
            field("Order Date", "DIMENSION", "DATE", "ORDINAL"),
            field("Sales", "MEASURE", "REAL", "QUANTITATIVE"),
            field("Profit", "MEASURE", "REAL", "QUANTITATIVE"),
            field("Quantity", "MEASURE", "INTEGER", "QUANTITATIVE"),
            ratio,
        ],
        ..ModelDatasource::default()
    }
}

/// The aggregation that a file names, or Tableau's for the type.
fn aggregation(named: Option<&str>, data_type: &DataType, is_measure: bool) -> Function {
    let named = named.map(Function::from).filter(|named| match named {
        Function::Year | Function::Quarter | Function::Month | Function::Week | Function::Day => {
            matches!(data_type, DataType::Date | DataType::DateTime)
        }
        Function::Sum | Function::Avg | Function::Median | Function::Stdev | Function::Var => {
            matches!(data_type, DataType::Integer | DataType::Real)
        }
        Function::Count | Function::CountD | Function::Min | Function::Max => true,
        _ => false,
    });
    named.unwrap_or(match data_type {
        DataType::Integer | DataType::Real if is_measure => Function::Sum,
        DataType::Date | DataType::DateTime => Function::Year,
        _ => Function::Count,
    })
}

/// The identifier of a table within a data source; the form is that of Tableau's.
fn table_id(seed: &str, relation: &str) -> String {
    let id = rng::luid("logical table", &[seed, relation]).simple().to_string();
    format!("{relation}_{}", id.to_ascii_uppercase())
}

/// The fields of a data source, and its tables.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    /// What tells it from others.
    seed: String,
    pub(super) all: Vec<Field>,
    relations: Vec<String>,
}

/// What a metric of a data source is made of: captions of fields.
pub(crate) struct Measured {
    pub(crate) measure: String,
    pub(crate) time: String,
    pub(crate) dimensions: Vec<String>,
}

impl Fields {
    /// The fields of the sandbox's own data.
    pub(crate) fn own(seed: &str) -> Self {
        Self::named(seed, &own_model(""))
    }

    /// The fields that a file names; `None` if it names none.
    pub(crate) fn of(seed: &str, model: &ModelDatasource) -> Option<Self> {
        let fields = Self::named(seed, model);
        fields.all.iter().any(|field| !field.is_hidden).then_some(fields)
    }

    fn named(seed: &str, model: &ModelDatasource) -> Self {
        let mut fields = Self {
            seed: seed.to_owned(),
            all: model
                .fields
                .iter()
                .filter(|field| !matches!(field.of, FieldOf::Hierarchy(_)))
                .map(Field::of)
                .collect(),
            relations: model.tables.iter().map(|table| table.relation.clone()).collect(),
        };
        let computed: Vec<_> = fields.all.iter().map(|field| fields.computed(field)).collect();
        for (field, computed) in fields.all.iter_mut().zip(computed) {
            field.is_computed = computed.is_some();
            if computed == Some(true) {
                field.aggregation = Function::Agg;
            }
        }
        fields
    }

    /// Whether the formula of a field aggregates; `None` if it has none, or one that the sandbox does not understand.
    fn computed(&self, field: &Field) -> Option<bool> {
        let formula = field.formula.as_deref()?;
        let formula = Terms::of(self).parse(formula).ok()?;
        Some(formula.is_aggregate())
    }

    /// The place of a field among the values of a row, and the field; calculations have no value there.
    pub(super) fn find(&self, name: &str) -> Option<(usize, &Field)> {
        let mut all = self.all.iter().enumerate();
        all.find(|(_, field)| field.caption.eq_ignore_ascii_case(name))
            .or_else(|| self.find_by_name(name))
    }

    /// The same by the name in the data source alone.
    pub(super) fn find_by_name(&self, name: &str) -> Option<(usize, &Field)> {
        let mut all = self.all.iter().enumerate();
        all.find(|(_, field)| field.name.eq_ignore_ascii_case(name))
    }

    /// Whether users see a field of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.find(name).is_some_and(|(_, field)| !field.is_hidden)
    }

    /// Whether a field has dates.
    pub(crate) fn has_times(&self, name: &str) -> bool {
        self.find(name).is_some_and(|(_, field)| field.is_date())
    }

    /// The fields as the service describes them: those that users see, or all.
    pub(crate) fn described(&self, with_hidden: bool) -> Vec<FieldMetadata> {
        let seen = self.all.iter().filter(|field| with_hidden || !field.is_hidden);
        seen.map(|field| field.described(&self.seed)).collect()
    }

    /// The tables as the service describes them.
    pub(crate) fn tables(&self) -> Vec<LogicalTable> {
        let table = |relation: &String| {
            let mut table = LogicalTable::default();
            table.logical_table_id = table_id(&self.seed, relation);
            table.caption = Some(relation.clone());
            table
        };
        self.relations.iter().map(table).collect()
    }

    /// The first measure, the first date, and the dimensions that have texts; `None` if there is no measure or no date.
    pub(crate) fn measured(&self) -> Option<Measured> {
        let seen = || self.all.iter().filter(|field| !field.is_hidden);
        let measure =
            seen().find(|field| field.is_measure && field.is_number() && field.formula.is_none())?;
        let time = seen().find(|field| field.is_date())?;
        let texts = seen().filter(|field| field.data_type == DataType::String && field.column.is_some());
        Some(Measured {
            measure: measure.caption.clone(),
            time: time.caption.clone(),
            dimensions: texts.take(2).map(|field| field.caption.clone()).collect(),
        })
    }
}
