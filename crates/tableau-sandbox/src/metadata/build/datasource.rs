//! Data sources, published and embedded, with what they read and the fields that they have.

use std::collections::HashMap;

use async_graphql::Value;
use tableau_wire::rest::Datasource;
use uuid::Uuid;

use super::{Build, Values, flag, optional, time};
use crate::data_service::own_model;
use crate::metadata::graph::Place;
use crate::store::model::{FieldOf, ItemModel, ModelDatasource, ModelField, ModelTable};
use crate::store::row::Row;

/// The functions of formulas that ask who is looking.
const USER_FUNCTIONS: [&str; 5] = [
    "USERNAME(",
    "FULLNAME(",
    "USERDOMAIN(",
    "ISUSERNAME(",
    "ISMEMBEROF(",
];

impl Build<'_> {
    pub(super) fn datasources(&mut self) {
        let state = self.state;
        for row in state.datasources.of_site(self.caller.site.id) {
            let place = self.published(row);
            match state.models.get(ItemModel::id_of(row.id)) {
                Some(model) => {
                    for datasource in &model.model.datasources {
                        self.reads(place, row.id, datasource);
                    }
                }
                // The fields that queries of its data find.
                None => {
                    self.reads(place, row.id, &own_model(&row.shown.name));
                }
            }
        }
    }

    fn published(&mut self, row: &Row<Datasource>) -> Place {
        let shown = &row.shown;
        let site = self.graph.site;
        let mut values = vec![
            ("name", Value::from(shown.name.clone())),
            ("description", optional(shown.description.as_ref())),
            (
                "uri",
                Value::from(format!("sites/{site}/datasources/{}", row.number)),
            ),
            ("createdAt", time(shown.created_at.as_ref())),
            ("updatedAt", time(shown.updated_at.as_ref())),
            ("isCertified", flag(shown.is_certified)),
            ("certificationNote", optional(shown.certification_note.as_ref())),
            ("hasUserReference", Value::from(false)),
            ("containsUnsupportedCustomSql", Value::from(false)),
        ];
        values.extend(extract(
            shown.has_extracts == Some(true),
            shown.updated_at.as_ref(),
        ));
        self.content("PublishedDatasource", row, shown.tags.as_ref(), values)
    }

    /// A data source that is part of a workbook.
    pub(super) fn embedded(
        &mut self,
        workbook: (Place, Uuid),
        datasource: &ModelDatasource,
        updated_at: Option<&tableau_wire::Timestamp>,
    ) -> Place {
        let (of, id) = workbook;
        let is_visible = self.graph.node(of).is_some_and(|node| node.is_visible);
        let mut values = vec![
            ("name", Value::from(datasource.caption.clone())),
            ("updatedAt", time(updated_at)),
            ("hasUserReference", Value::from(false)),
            ("containsUnsupportedCustomSql", Value::from(false)),
        ];
        values.extend(extract(datasource.has_extracts, updated_at));
        let key = format!("{id} {}", datasource.name);
        let place = self.graph.add("EmbeddedDatasource", &key, is_visible, values);
        self.graph.refer(place, "workbook", of);
        self.graph.refer(of, "embeddedDatasources", place);
        self.graph.flow(place, of);
        place
    }

    /// Connects a data source to what it reads; gives its fields, by the names that sheets know them by.
    pub(super) fn reads(
        &mut self,
        place: Place,
        item: Uuid,
        datasource: &ModelDatasource,
    ) -> HashMap<String, Place> {
        for url in &datasource.published {
            let published = self.state.datasources.named(self.caller.site.id, url).next();
            if let Some(published) = published.and_then(|row| self.place(row.id)) {
                self.graph.refer(place, "parentPublishedDatasources", published);
                self.graph.flow(published, place);
            }
        }
        let mut columns = HashMap::new();
        for table in &datasource.tables {
            let key = format!("{item} {} {}", datasource.name, table.relation);
            if let Some(table_place) = self.table_of(place, &key, table) {
                self.graph.flow(table_place, place);
                for column in self.graph.links(table_place, "columns").to_vec() {
                    let name = self.graph.node(column).map(|node| node.raw("name"));
                    if let Some(Value::String(name)) = name {
                        columns.insert((table.relation.clone(), name), column);
                    }
                }
            }
        }
        self.fields(place, item, datasource, &columns)
    }

    /// The table of a data source, or the query in its place.
    fn table_of(&mut self, datasource: Place, key: &str, table: &ModelTable) -> Option<Place> {
        let Some(query) = &table.query else {
            return self.place(table.row?);
        };
        let is_visible = self.graph.node(datasource).is_some_and(|node| node.is_visible);
        let values = vec![
            ("name", Value::from(table.name.clone())),
            ("query", Value::from(query.clone())),
            ("connectionType", Value::from(table.database.class.clone())),
            ("isUnsupportedCustomSql", Value::from(table.is_unsupported)),
            ("isEmbedded", Value::from(true)),
        ];
        let place = self.graph.add("CustomSQLTable", key, is_visible, values);
        for column in &table.columns {
            let named = (column.name.as_str(), Some(column.remote_type.as_str()));
            let key = format!("{key} {}", column.name);
            self.column(place, &key, named, Values::new(), is_visible);
        }
        let database = table.database_row;
        if let Some(database_place) = database.and_then(|id| self.place(id)) {
            self.graph.refer(place, "database", database_place);
            self.graph.flow(database_place, place);
        }
        for row in &table.reads {
            let Some(read) = self.place(*row) else {
                continue;
            };
            self.graph.refer(place, "tables", read);
            self.graph.refer(read, "referencedByQueries", place);
            self.graph.flow(read, place);
        }
        Some(place)
    }

    fn fields(
        &mut self,
        of: Place,
        item: Uuid,
        datasource: &ModelDatasource,
        columns: &HashMap<(String, String), Place>,
    ) -> HashMap<String, Place> {
        let mut places = HashMap::new();
        for field in &datasource.fields {
            let place = self.field(of, item, datasource, field);
            places.insert(field.name.clone(), place);
        }
        for field in &datasource.fields {
            let Some(place) = places.get(&field.name).copied() else {
                continue;
            };
            match &field.of {
                FieldOf::Column(relation, name) => {
                    if let Some(column) = columns.get(&(relation.clone(), name.clone())) {
                        self.graph.refer(place, "columns", *column);
                        self.graph.refer(*column, "referencedByFields", place);
                        self.graph.flow(*column, place);
                        self.inherit(place, *column, "description");
                    }
                }
                FieldOf::Calculation(formula) => {
                    for name in named_fields(formula) {
                        let named = datasource.fields.iter().find(|other| other.is_named(name));
                        if let Some(used) = named.and_then(|other| places.get(&other.name).copied()) {
                            self.made_of(place, used, true);
                        }
                    }
                }
                FieldOf::Bin(of) | FieldOf::Group(of) => {
                    if let Some(used) = places.get(of).copied() {
                        self.made_of(place, used, false);
                    }
                }
                FieldOf::Hierarchy(of) => {
                    for used in of.iter().filter_map(|name| places.get(name).copied()) {
                        self.made_of(place, used, false);
                    }
                }
                FieldOf::Published => self.remote(of, place, field),
            }
        }
        places
    }

    fn field(&mut self, of: Place, item: Uuid, datasource: &ModelDatasource, field: &ModelField) -> Place {
        let is_visible = self.graph.node(of).is_some_and(|node| node.is_visible);
        let enumerated = |value: &str| match value {
            "" => Value::Null,
            value => Value::from(value),
        };
        let formula = match &field.of {
            FieldOf::Calculation(formula) => formula.as_str(),
            FieldOf::Bin(of) | FieldOf::Group(of) => of,
            FieldOf::Column(..) | FieldOf::Hierarchy(_) | FieldOf::Published => "",
        };
        let upper = formula.to_ascii_uppercase();
        let values = vec![
            ("name", Value::from(field.caption.clone())),
            (
                "fullyQualifiedName",
                Value::from(format!("[{}].[{}]", datasource.name, field.name)),
            ),
            ("description", optional(field.description.as_ref())),
            ("isHidden", Value::from(field.is_hidden)),
            ("folderName", optional(field.folder.as_ref())),
            ("dataCategory", enumerated(&field.data_category)),
            ("role", enumerated(&field.role)),
            ("dataType", enumerated(&field.data_type)),
            ("aggregation", optional(field.aggregation.as_ref())),
            ("defaultFormat", optional(field.default_format.as_ref())),
            ("semanticRole", optional(field.semantic_role.as_ref())),
            ("formula", Value::from(formula)),
            ("isAutoGenerated", Value::from(false)),
            (
                "hasUserReference",
                Value::from(USER_FUNCTIONS.iter().any(|function| upper.contains(function))),
            ),
            ("hasOther", Value::from(false)),
        ];
        let kind = match &field.of {
            FieldOf::Column(..) => "ColumnField",
            FieldOf::Calculation(_) => "CalculatedField",
            FieldOf::Bin(_) => "BinField",
            FieldOf::Group(_) => "GroupField",
            FieldOf::Hierarchy(_) => "HierarchyField",
            FieldOf::Published => "DatasourceField",
        };
        let key = format!("{item} {} {}", datasource.name, field.name);
        let place = self.graph.add(kind, &key, is_visible, values);
        self.graph.refer(place, "datasource", of);
        self.graph.refer(of, "fields", place);
        place
    }

    fn made_of(&mut self, field: Place, used: Place, is_calculation: bool) {
        self.graph.refer(field, "fields", used);
        self.graph.refer(used, "referencedByFields", field);
        if is_calculation {
            self.graph.refer(used, "referencedByCalculations", field);
        }
        self.graph.flow(used, field);
    }

    /// Connects a field to the one of the published data source that it stands for.
    fn remote(&mut self, datasource: Place, place: Place, field: &ModelField) {
        for published in self
            .graph
            .links(datasource, "parentPublishedDatasources")
            .to_vec()
        {
            let is_meant = |remote: &&Place| {
                let name = self.graph.node(**remote).map(|node| node.raw("name"));
                [&field.name, &field.caption]
                    .iter()
                    .any(|known| name == Some(Value::from((*known).clone())))
            };
            let remote = self
                .graph
                .links(published, "fields")
                .iter()
                .find(is_meant)
                .copied();
            if let Some(remote) = remote {
                self.graph.refer(place, "remoteField", remote);
                self.graph.flow(remote, place);
                self.inherit(place, remote, "description");
            }
        }
    }

    /// Lets a field have what is said about what it comes from.
    fn inherit(&mut self, place: Place, from: Place, attribute: &'static str) {
        let Some(node) = self.graph.node(from) else {
            return;
        };
        let (value, is_visible) = (node.raw(attribute), node.is_visible);
        if value == Value::Null {
            return;
        }
        let values = vec![
            ("attribute", Value::from(attribute)),
            ("value", value),
            ("distance", Value::from(1)),
        ];
        let key = format!("{place:?} {attribute}");
        let inherited = self.graph.add("InheritedStringResult", &key, is_visible, values);
        self.graph.refer(inherited, "asset", from);
        self.graph.refer(place, "descriptionInherited", inherited);
    }
}

/// What is said of the extract of a data source; when it was refreshed is when the data source was last changed.
fn extract(has_extracts: bool, updated_at: Option<&tableau_wire::Timestamp>) -> Values {
    let at = || match has_extracts {
        true => time(updated_at),
        false => Value::Null,
    };
    vec![
        ("hasExtracts", Value::from(has_extracts)),
        ("extractLastRefreshTime", at()),
        ("extractLastUpdateTime", at()),
        ("extractLastIncrementalUpdateTime", Value::Null),
    ]
}

/// The names in brackets of a formula; one after another data source is that of another field.
fn named_fields(formula: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = formula;
    while let Some((_, after)) = rest.split_once('[') {
        let Some((name, after)) = after.split_once(']') else {
            break;
        };
        let is_other = after.starts_with(".[");
        if !is_other {
            names.push(name);
        }
        rest = after;
    }
    names
}

impl ModelField {
    fn is_named(&self, name: &str) -> bool {
        self.name == name || self.caption == name
    }
}
