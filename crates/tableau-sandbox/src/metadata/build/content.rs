//! Workbooks, with their sheets and dashboards.

use std::collections::HashMap;

use async_graphql::Value;
use tableau_wire::rest::{View, Workbook};
use uuid::Uuid;

use super::{Build, optional, time};
use crate::content_url::content_url;
use crate::metadata::graph::Place;
use crate::store::model::{FileModel, ItemModel, ModelDatasource, ModelSheet};
use crate::store::row::Row;

/// The fields of the data sources of a workbook, by the names that its sheets know them by.
type Fields = HashMap<String, (Place, HashMap<String, Place>)>;

impl Build<'_> {
    pub(super) fn workbooks(&mut self) {
        let state = self.state;
        for row in state.workbooks.of_site(self.caller.site.id) {
            let place = self.workbook(row);
            match state.models.get(ItemModel::id_of(row.id)) {
                Some(model) => self.published_workbook(row, place, &model.model),
                None => self.seeded_workbook(row, place),
            }
        }
    }

    fn workbook(&mut self, row: &Row<Workbook>) -> Place {
        let shown = &row.shown;
        let site = self.graph.site;
        let values = vec![
            ("name", Value::from(shown.name.clone())),
            ("description", optional(shown.description.as_ref())),
            (
                "uri",
                Value::from(format!("sites/{site}/workbooks/{}", row.number)),
            ),
            ("createdAt", time(shown.created_at.as_ref())),
            ("updatedAt", time(shown.updated_at.as_ref())),
            ("containsUnsupportedCustomSql", Value::from(false)),
        ];
        self.content("Workbook", row, shown.tags.as_ref(), values)
    }

    /// A workbook whose file says what is in it.
    fn published_workbook(&mut self, row: &Row<Workbook>, place: Place, model: &FileModel) {
        let mut fields = Fields::new();
        for datasource in &model.datasources {
            let embedded = self.embedded((place, row.id), datasource, row.shown.updated_at.as_ref());
            let of_datasource = self.reads(embedded, row.id, datasource);
            fields.insert(datasource.name.clone(), (embedded, of_datasource));
        }
        let state = self.state;
        let views: Vec<_> = state.views.within(row.id).collect();
        let mut sheets = HashMap::new();
        for sheet in &model.sheets {
            let view = views.iter().find(|view| view.shown.name == sheet.name).copied();
            let added = self.sheet(row, place, sheet, view);
            self.uses(added, sheet, &fields);
            sheets.insert(sheet.name.as_str(), added);
        }
        for sheet in &model.sheets {
            let inside = sheet.sheets.iter().filter(|name| **name != sheet.name);
            let inside = inside.filter_map(|name| sheets.get(name.as_str()).copied());
            let Some(dashboard) = sheets.get(sheet.name.as_str()).copied() else {
                continue;
            };
            for inside in inside.collect::<Vec<_>>() {
                self.contains(dashboard, inside);
            }
        }
    }

    /// A workbook without a file: its sheets are its views, and its connections belong to its data sources.
    fn seeded_workbook(&mut self, row: &Row<Workbook>, place: Place) {
        let state = self.state;
        let mut embedded: Vec<Place> = Vec::new();
        let mut names: Vec<String> = Vec::new();
        for connection in state.connections.within(row.id) {
            let named = connection
                .shown
                .datasource
                .as_ref()
                .map(|datasource| &datasource.name);
            let Some(name) = named.filter(|name| !names.contains(name)) else {
                continue;
            };
            names.push(name.clone());
            let datasource = ModelDatasource {
                name: name.clone(),
                caption: name.clone(),
                has_extracts: row.shown.has_extracts == Some(true),
                ..ModelDatasource::default()
            };
            embedded.push(self.embedded((place, row.id), &datasource, row.shown.updated_at.as_ref()));
        }
        let (mut sheets, mut dashboards) = (Vec::new(), Vec::new());
        for view in state.views.within(row.id) {
            let sheet = ModelSheet {
                name: view.shown.name.clone(),
                is_dashboard: view.shown.sheet_type.as_deref() != Some("view"),
                ..ModelSheet::default()
            };
            let added = self.sheet(row, place, &sheet, Some(view));
            match sheet.is_dashboard {
                true => dashboards.push(added),
                false => sheets.push(added),
            }
            for datasource in &embedded {
                self.graph.refer(added, "parentEmbeddedDatasources", *datasource);
                self.graph.flow(*datasource, added);
            }
        }
        // Which of its sheets a dashboard shows, no file says: all of them.
        for dashboard in dashboards {
            for sheet in &sheets {
                self.contains(dashboard, *sheet);
            }
        }
    }

    fn contains(&mut self, dashboard: Place, sheet: Place) {
        self.graph.refer(dashboard, "sheets", sheet);
        self.graph.refer(sheet, "containedInDashboards", dashboard);
        self.graph.flow(sheet, dashboard);
    }

    /// A sheet; one that is hidden has no view, and so neither a LUID nor a path.
    fn sheet(
        &mut self,
        workbook: &Row<Workbook>,
        of: Place,
        sheet: &ModelSheet,
        view: Option<&Row<View>>,
    ) -> Place {
        let times = |time: fn(&View) -> Option<&tableau_wire::Timestamp>| {
            let at = view.and_then(|view| time(&view.shown)).cloned();
            at.or_else(|| workbook.shown.updated_at.clone())
        };
        let (created_at, updated_at) = (
            times(|view| view.created_at.as_ref()),
            times(|view| view.updated_at.as_ref()),
        );
        let path = view.and_then(|view| {
            let own = view
                .shown
                .view_url_name
                .clone()
                .unwrap_or_else(|| content_url(&sheet.name));
            Some(format!("{}/{own}", workbook.shown.content_url.as_ref()?))
        });
        let index = view.map(|view| view.unshown.sheet_number).unwrap_or_default();
        let values = vec![
            ("name", Value::from(sheet.name.clone())),
            ("path", Value::from(path.unwrap_or_default())),
            ("index", Value::from(i32::try_from(index).unwrap_or(i32::MAX))),
            ("createdAt", time(created_at.as_ref())),
            ("updatedAt", time(updated_at.as_ref())),
        ];
        let kind = if sheet.is_dashboard { "Dashboard" } else { "Sheet" };
        let place = match view {
            Some(view) => self.content(kind, view, view.shown.tags.as_ref(), values),
            None => self.hidden(kind, workbook.id, of, sheet, values),
        };
        self.graph.refer(place, "workbook", of);
        self.graph.refer(of, "views", place);
        let list = if sheet.is_dashboard {
            "dashboards"
        } else {
            "sheets"
        };
        self.graph.refer(of, list, place);
        self.graph.flow(place, of);
        place
    }

    fn hidden(
        &mut self,
        kind: &'static str,
        workbook: Uuid,
        of: Place,
        sheet: &ModelSheet,
        mut values: super::Values,
    ) -> Place {
        let is_visible = self.graph.node(of).is_some_and(|node| node.is_visible);
        values.push(("luid", Value::from("")));
        let key = format!("{workbook} {}", sheet.name);
        self.graph.add(kind, &key, is_visible, values)
    }

    /// Connects a sheet to the fields that it uses, or to its data sources if it names no field.
    fn uses(&mut self, place: Place, sheet: &ModelSheet, fields: &Fields) {
        let mut named: Vec<&String> = sheet.datasources.iter().collect();
        named.extend(sheet.fields.iter().map(|(datasource, _)| datasource));
        for (datasource, _) in named.into_iter().filter_map(|name| fields.get(name)) {
            self.graph.refer(place, "parentEmbeddedDatasources", *datasource);
        }
        let mut has_field = false;
        for (datasource, field) in &sheet.fields {
            let known = fields.get(datasource).and_then(|(_, fields)| fields.get(field));
            let Some(field) = known.copied() else {
                continue;
            };
            has_field = true;
            for list in ["sheetFieldInstances", "datasourceFields"] {
                self.graph.refer(place, list, field);
            }
            self.graph.refer(field, "sheets", place);
            self.graph.flow(field, place);
        }
        if !has_field {
            for datasource in self.graph.links(place, "parentEmbeddedDatasources").to_vec() {
                self.graph.flow(datasource, place);
            }
        }
    }
}
