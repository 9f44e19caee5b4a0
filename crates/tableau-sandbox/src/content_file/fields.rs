//! Reading the fields of a data source: from the records of its columns, and from what its author said about them.

use std::collections::HashMap;

use quick_xml::events::BytesStart;

use super::Unfit;
use super::document::{attribute, text_attribute};
use super::model::unbracketed;
use super::remote_type::remote_type;
use crate::store::model::{FieldOf, ModelColumn, ModelField, ModelTable};

/// What a data source says about its columns.
#[derive(Default)]
pub(super) struct Columns {
    records: Vec<ColumnRecord>,
    /// The columns by the names of fields: `[orders].[order_id]` for `[order_id]`.
    maps: HashMap<String, String>,
    said: Vec<Said>,
    /// The folders of fields.
    folder: String,
    folders: HashMap<String, String>,
    /// Hierarchies, with the fields of each.
    hierarchies: Vec<(String, Vec<String>)>,
}

/// The record of a column, by the names of its elements.
#[derive(Default)]
struct ColumnRecord {
    is_column: bool,
    values: HashMap<&'static str, String>,
}

const RECORDED: [&str; 6] = [
    "remote-name",
    "remote-type",
    "local-name",
    "parent-name",
    "local-type",
    "aggregation",
];

/// What the author said about a field.
#[derive(Default)]
struct Said {
    name: String,
    caption: Option<String>,
    data_type: String,
    role: String,
    category: String,
    aggregation: Option<String>,
    default_format: Option<String>,
    semantic_role: Option<String>,
    is_hidden: bool,
    is_parameter: bool,
    description: String,
    /// The class and the formula of a calculation.
    calculation: Option<(String, String)>,
}

impl Columns {
    /// An element, by its path inside the data source.
    pub(super) fn begin(&mut self, element: &BytesStart<'_>, inside: &[&str]) -> Result<(), Unfit> {
        match inside {
            ["connection", "cols", "map"] => {
                let (key, value) = (text_attribute(element, "key")?, text_attribute(element, "value")?);
                self.maps.insert(unbracketed(&key), value);
            }
            ["connection", "metadata-records", "metadata-record"] => {
                self.records.push(ColumnRecord {
                    is_column: text_attribute(element, "class")? == "column",
                    values: HashMap::new(),
                });
            }
            ["column"] => self.said.push(Said {
                name: unbracketed(&text_attribute(element, "name")?),
                caption: attribute(element, "caption")?,
                data_type: text_attribute(element, "datatype")?,
                role: text_attribute(element, "role")?,
                category: text_attribute(element, "type")?,
                aggregation: attribute(element, "aggregation")?,
                default_format: attribute(element, "default-format")?,
                semantic_role: attribute(element, "semantic-role")?,
                is_hidden: text_attribute(element, "hidden")? == "true",
                is_parameter: attribute(element, "param-domain-type")?.is_some(),
                ..Said::default()
            }),
            ["column", "calculation"] => {
                // Groups name their field, and all others have a formula.
                let formula = match attribute(element, "column")? {
                    Some(column) => column,
                    None => text_attribute(element, "formula")?,
                };
                let calculation = (text_attribute(element, "class")?, formula);
                if let Some(said) = self.said.last_mut() {
                    said.calculation = Some(calculation);
                }
            }
            // Before version 10, folders stand in the data source itself.
            ["folders-common", "folder"] | ["folder"] => self.folder = text_attribute(element, "name")?,
            ["folders-common", "folder", "folder-item"] | ["folder", "folder-item"] => {
                let item = unbracketed(&text_attribute(element, "name")?);
                self.folders.insert(item, self.folder.clone());
            }
            ["drill-paths", "drill-path"] => {
                self.hierarchies
                    .push((text_attribute(element, "name")?, Vec::new()));
            }
            _ => {}
        }
        Ok(())
    }

    /// The end of an element, with the text inside it.
    pub(super) fn end(&mut self, inside: &[&str], text: &str) {
        match inside {
            ["connection", "metadata-records", "metadata-record", name] => {
                let known = RECORDED.iter().find(|known| *known == name);
                if let Some((known, record)) = known.zip(self.records.last_mut()) {
                    record.values.insert(known, text.trim().to_owned());
                }
            }
            ["drill-paths", "drill-path", "field"] => {
                if let Some((_, fields)) = self.hierarchies.last_mut() {
                    fields.push(unbracketed(text.trim()));
                }
            }
            ["column", "desc", .., "run"] => {
                if let Some(said) = self.said.last_mut() {
                    said.description.push_str(text.trim());
                }
            }
            _ => {}
        }
    }

    /// The fields; the columns of tables are completed by those that only fields name.
    pub(super) fn fields(self, tables: &mut [ModelTable], is_published: bool) -> Vec<ModelField> {
        let mut fields: Vec<ModelField> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut add = |field: ModelField| {
            if !places.contains_key(&field.name) {
                places.insert(field.name.clone(), fields.len());
                fields.push(field);
            }
        };
        for record in self.records.iter().filter(|record| record.is_column) {
            add(record.field(tables, is_published));
        }
        for (name, column) in sorted(&self.maps) {
            if let Some(of) = column_of(column) {
                let of = completed(tables, of, "");
                add(ModelField::of(name, of, ""));
            }
        }
        for (relation, column) in named_alike(tables) {
            let (name, of) = (column.name.clone(), FieldOf::Column(relation, column.name));
            add(ModelField::of(&name, of, of_remote(&column.remote_type)));
        }
        for said in &self.said {
            match places.get(&said.name).copied() {
                Some(place) => {
                    if let Some(field) = fields.get_mut(place) {
                        said.apply(field);
                    }
                }
                None => {
                    if let Some(field) = said.field(is_published) {
                        places.insert(field.name.clone(), fields.len());
                        fields.push(field);
                    }
                }
            }
        }
        for (name, of) in self.hierarchies {
            let mut field = ModelField::of(&name, FieldOf::Hierarchy(of), "");
            (field.role, field.data_category) = (String::new(), String::new());
            fields.push(field);
        }
        for field in &mut fields {
            field.folder = self.folders.get(&field.name).cloned();
        }
        fields
    }
}

/// The entries of a map in the order of their keys.
fn sorted(maps: &HashMap<String, String>) -> Vec<(&str, &str)> {
    let mut all: Vec<_> = maps
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    all.sort_unstable();
    all
}

/// The columns of tables that the document lists with the tables.
fn named_alike(tables: &[ModelTable]) -> Vec<(String, ModelColumn)> {
    let of = |table: &ModelTable| {
        let relation = table.relation.clone();
        let columns = table.columns.clone().into_iter();
        columns
            .map(move |column| (relation.clone(), column))
            .collect::<Vec<_>>()
    };
    tables.iter().flat_map(of).collect()
}

/// The relation and the column of `[orders].[order_id]`.
fn column_of(text: &str) -> Option<FieldOf> {
    let (relation, column) = text.strip_prefix('[')?.strip_suffix(']')?.rsplit_once("].[")?;
    Some(FieldOf::Column(relation.to_owned(), column.to_owned()))
}

/// Adds the column of a field to its table, unless it is there.
fn completed(tables: &mut [ModelTable], of: FieldOf, number: &str) -> FieldOf {
    let FieldOf::Column(relation, name) = &of else {
        return of;
    };
    if let Some(table) = tables.iter_mut().find(|table| table.relation == *relation) {
        match table.columns.iter_mut().find(|column| column.name == *name) {
            Some(column) if !number.is_empty() => column.remote_type = remote_type(number),
            Some(_) => {}
            None => table.columns.push(ModelColumn {
                name: name.clone(),
                remote_type: remote_type(number),
            }),
        }
    }
    of
}

impl ColumnRecord {
    fn field(&self, tables: &mut [ModelTable], is_published: bool) -> ModelField {
        let value = |name| self.values.get(name).map(String::as_str).unwrap_or_default();
        let remote = value("remote-name");
        let local = match value("local-name") {
            "" => remote.to_owned(),
            local => unbracketed(local),
        };
        let of = match is_published {
            true => FieldOf::Published,
            false => {
                let of = FieldOf::Column(unbracketed(value("parent-name")), remote.to_owned());
                completed(tables, of, value("remote-type"))
            }
        };
        let mut field = ModelField::of(&local, of, value("local-type"));
        let aggregation = value("aggregation");
        field.aggregation = Some(aggregation.to_ascii_uppercase()).filter(|text| !text.is_empty());
        field
    }
}

impl Said {
    fn apply(&self, field: &mut ModelField) {
        if let Some(caption) = &self.caption {
            field.caption.clone_from(caption);
        }
        if !self.data_type.is_empty() {
            field.data_type = data_type(&self.data_type).to_owned();
        }
        if !self.role.is_empty() {
            field.role = self.role.to_ascii_uppercase();
        }
        if !self.category.is_empty() {
            field.data_category = self.category.to_ascii_uppercase();
        }
        if let Some(aggregation) = &self.aggregation {
            field.aggregation = Some(aggregation.to_ascii_uppercase());
        }
        field.default_format.clone_from(&self.default_format);
        field.semantic_role.clone_from(&self.semantic_role);
        field.is_hidden = self.is_hidden;
        field.description = Some(self.description.clone()).filter(|text| !text.is_empty());
    }

    /// A field that no column stands for; `None` for parameters and for what servers make themselves.
    fn field(&self, is_published: bool) -> Option<ModelField> {
        if self.is_parameter || self.name.starts_with(':') {
            return None;
        }
        let of = match &self.calculation {
            Some((class, formula)) => match class.as_str() {
                "bin" => FieldOf::Bin(unbracketed(formula)),
                "categorical-bin" => FieldOf::Group(unbracketed(formula)),
                _ => FieldOf::Calculation(formula.clone()),
            },
            None if is_published => FieldOf::Published,
            None => return None,
        };
        let mut field = ModelField::of(&self.name, of, &self.data_type);
        self.apply(&mut field);
        Some(field)
    }
}

impl ModelField {
    /// A field as it is before its author has said anything. That numbers are measures is Tableau's rule; its exceptions are not known.
    fn of(name: &str, of: FieldOf, local_type: &str) -> Self {
        let data_type = data_type(local_type);
        let (role, category) = match data_type {
            "INTEGER" | "REAL" => ("MEASURE", "QUANTITATIVE"),
            "DATE" | "DATETIME" => ("DIMENSION", "ORDINAL"),
            _ => ("DIMENSION", "NOMINAL"),
        };
        Self {
            name: name.to_owned(),
            caption: name.to_owned(),
            of,
            role: role.to_owned(),
            data_type: data_type.to_owned(),
            data_category: category.to_owned(),
            ..Self::default()
        }
    }
}

/// The data type of a field, by the word of the document.
fn data_type(word: &str) -> &'static str {
    match word {
        "boolean" => "BOOLEAN",
        "date" => "DATE",
        "datetime" => "DATETIME",
        "integer" => "INTEGER",
        "real" => "REAL",
        "spatial" => "SPATIAL",
        "string" => "STRING",
        "table" => "TABLE",
        _ => "UNKNOWN",
    }
}

/// The word of a document for a type of a database.
fn of_remote(remote_type: &str) -> &'static str {
    match remote_type {
        "WSTR" => "string",
        "I8" => "integer",
        "R8" => "real",
        "BOOL" => "boolean",
        "DATE" => "date",
        "DBTIMESTAMP" => "datetime",
        _ => "",
    }
}
