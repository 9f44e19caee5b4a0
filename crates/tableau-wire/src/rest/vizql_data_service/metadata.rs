//! What a data source has: fields and parameters.

use super::{DataType, Function, QueriedDatasource};
use crate::value::{Json, open_enum};
use crate::{document, part};

/// A published data source whose fields or tables are asked for.
#[document(new)]
pub struct MetadataRequest {
    /// The data source.
    pub datasource: QueriedDatasource,
    /// How the answer is to be.
    pub options: Option<MetadataOptions>,
}

/// How the answer about a data source is to be.
#[part(new)]
pub struct MetadataOptions {
    /// Whether errors have further details.
    pub debug: Option<bool>,
    /// Whether the data source is read anew, and not what the service remembers of it.
    #[described(since = "3.27")]
    pub bypass_metadata_cache: Option<bool>,
    /// Whether fields are named by their names in the data source, and not by what users see.
    #[described(since = "3.27")]
    pub interpret_field_captions_as_field_names: Option<bool>,
    /// Whether fields that users do not see are among those of the answer.
    #[described(since = "3.28")]
    pub include_hidden_fields: Option<bool>,
    /// Whether it is told what the groups of group fields are made of.
    #[described(since = "3.28")]
    pub include_group_formulas: Option<bool>,
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
    /// Whether it is a dimension or a measure.
    pub field_role: Option<FieldRole>,
    /// How its values are ordered.
    pub field_type: Option<FieldType>,
    /// The description.
    pub description: Option<String>,
    /// Whether users do not see it; such a field comes only if it was asked for.
    pub hidden: Option<bool>,
    /// What kind of picture its values name.
    pub image_role: Option<ImageRole>,
    /// How its values are shown if nothing is said.
    pub default_formatting: Option<FieldFormatting>,
    /// Whether it is a calculation with a level of detail of its own.
    #[serde(rename = "isLODCalc")]
    pub is_lod_calc: Option<bool>,
    /// Other names of its values.
    pub aliases: Option<Vec<FieldAlias>>,
    /// What the groups of a group field are made of, if that was asked for.
    pub group_formula: Option<GroupFormula>,
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

open_enum! {
    /// Whether a field is a dimension or a measure.
    FieldRole {
        /// What values are measured by.
        Dimension = "DIMENSION",
        /// What is measured.
        Measure = "MEASURE",
        /// A role that the service does not tell.
        Unknown = "UNKNOWN",
    }
}

open_enum! {
    /// How the values of a field are ordered.
    FieldType {
        /// They are numbers or times on an axis.
        Continuous = "CONTINUOUS",
        /// They have no order.
        Nominal = "NOMINAL",
        /// They have an order.
        Ordinal = "ORDINAL",
        /// In a way that the service does not tell.
        Unknown = "UNKNOWN",
    }
}

open_enum! {
    /// What kind of picture the values of a field name.
    ImageRole {
        /// Addresses of pictures.
        Url = "URL",
    }
}

/// How the values of a field are shown.
#[part]
pub struct FieldFormatting {
    /// How many decimal places numbers have.
    pub decimal_places: Option<String>,
}

/// Another name of a value.
#[part]
pub struct FieldAlias {
    /// The value.
    pub member: Json,
    /// What is shown in its place.
    pub value: Json,
}

/// What the groups of a group field are made of.
#[part]
pub struct GroupFormula {
    /// The name of the field whose values are grouped.
    pub base_field_name: String,
    /// The groups.
    pub groupings: Vec<Grouping>,
    /// Whether all other values are a group together.
    pub has_include_other: bool,
}

/// A group of values.
#[part]
pub struct Grouping {
    /// What the group is called.
    pub alias: Option<String>,
    /// The values.
    pub members: Vec<Json>,
}
