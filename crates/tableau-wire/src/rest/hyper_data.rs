//! Changes of the rows of extracts: the actions of an update of data (schema: `dataUpdateActionType`).

use crate::value::open_enum;
use crate::{document, part};

/// What is done to the rows of an extract, in this order; all of it or nothing.
#[document(new, exhaustive)]
pub struct DataActions {
    /// The actions.
    pub actions: Vec<DataAction>,
}

impl FromIterator<DataAction> for DataActions {
    fn from_iter<I: IntoIterator<Item = DataAction>>(actions: I) -> Self {
        Self {
            actions: actions.into_iter().collect(),
        }
    }
}

/// An action on the rows of a table.
#[part(new, strict)]
pub struct DataAction {
    /// What is done.
    pub action: DataActionKind,
    /// The table in the file that was uploaded; not for `delete`.
    #[serde(rename = "source-table")]
    pub source_table: Option<String>,
    /// Its schema.
    #[serde(rename = "source-schema")]
    pub source_schema: Option<String>,
    /// The table of the extract.
    #[serde(rename = "target-table")]
    pub target_table: Option<String>,
    /// Its schema.
    #[serde(rename = "target-schema")]
    pub target_schema: Option<String>,
    /// Which rows it is done to; not for `insert` and `replace`.
    pub condition: Option<DataCondition>,
}

open_enum! {
    /// What is done to the rows of an extract.
    DataActionKind {
        /// Adds the rows of the file.
        Insert = "insert",
        /// Changes the rows that meet the condition to those of the file.
        Update = "update",
        /// Deletes the rows that meet the condition.
        Delete = "delete",
        /// Replaces the whole table by that of the file.
        Replace = "replace",
        /// Changes the rows that meet the condition, and adds those of the file for which there are none.
        Upsert = "upsert",
    }
}

/// A condition on rows: a comparison, or several conditions (schema: `dataUpdateConditionType`).
#[part(new, strict)]
pub struct DataCondition {
    /// How it compares (`eq`, `neq`, `gt`, …), or `and`, `or` and `not` of its `args`.
    pub op: String,
    /// The column of the file that is compared.
    #[serde(rename = "source-col")]
    pub source_col: Option<String>,
    /// The column of the extract that is compared.
    #[serde(rename = "target-col")]
    pub target_col: Option<String>,
    /// The value that is compared.
    pub r#const: Option<DataConst>,
    /// The conditions that are combined.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<DataCondition>,
}

impl DataCondition {
    /// Compares a column of the extract with a column of the file: `eq`, `neq`, `gt`, `gte`, `lt` or `lte`.
    pub fn columns(target: impl Into<String>, op: impl Into<String>, source: impl Into<String>) -> Self {
        Self::new(op).with(|condition| {
            condition.target_col = Some(target.into());
            condition.source_col = Some(source.into());
        })
    }

    /// Compares a column of the extract with a value; by `is` with no value.
    pub fn value(target: impl Into<String>, op: impl Into<String>, value: Option<DataConst>) -> Self {
        Self::new(op).with(|condition| {
            condition.target_col = Some(target.into());
            condition.r#const = value;
        })
    }

    /// All of several conditions.
    pub fn all(conditions: impl IntoIterator<Item = Self>) -> Self {
        Self::new("and").with(|condition| condition.args = conditions.into_iter().collect())
    }

    /// Any of several conditions.
    pub fn any(conditions: impl IntoIterator<Item = Self>) -> Self {
        Self::new("or").with(|condition| condition.args = conditions.into_iter().collect())
    }
}

/// A value in a condition (schema: `dataUpdateConstConditionType`).
#[part(new, strict, exhaustive)]
pub struct DataConst {
    /// Its type: `boolean`, `datetime`, `double`, `integer` or `string`.
    pub r#type: String,
    /// The value as text.
    pub v: String,
}

impl From<&str> for DataConst {
    fn from(text: &str) -> Self {
        Self::new("string", text)
    }
}

impl From<i64> for DataConst {
    fn from(number: i64) -> Self {
        Self::new("integer", number.to_string())
    }
}

impl From<bool> for DataConst {
    fn from(value: bool) -> Self {
        Self::new("boolean", value.to_string())
    }
}
