//! Databases, their tables and columns, and the virtual connections and flows that read them.

use async_graphql::Value;
use tableau_wire::rest::publishing::Connection;
use tableau_wire::rest::{Database, Flow, VirtualConnection};
use uuid::Uuid;

use super::{Build, Values, flag, optional, text, time};
use crate::metadata::graph::Place;
use crate::store::row::Row;

impl Build<'_> {
    pub(super) fn databases(&mut self) {
        let state = self.state;
        for row in state.databases.of_site(self.caller.site.id) {
            let place = self.database(row);
            self.tables(row, place);
        }
    }

    fn database(&mut self, row: &Row<Database>) -> Place {
        let shown = &row.shown;
        let port = shown.port.and_then(|port| i32::try_from(port).ok());
        let values = vec![
            ("name", Value::from(shown.name.clone())),
            ("connectionType", optional(shown.connection_type.as_ref())),
            ("extendedConnectionType", optional(shown.connection_type.as_ref())),
            ("description", optional(shown.description.as_ref())),
            ("isEmbedded", flag(shown.is_embedded)),
            ("isCertified", flag(shown.is_certified)),
            ("certificationNote", optional(shown.certification_note.as_ref())),
            ("certifierDisplayName", self.name_of(shown.certifier.as_deref())),
            (
                "isControlledPermissionsEnabled",
                Value::from(shown.content_permissions.as_deref() == Some("LockedToDatabase")),
            ),
            ("hostName", optional(shown.host_name.as_ref())),
            ("port", port.map_or(Value::Null, Value::from)),
            ("service", Value::from("")),
            ("filePath", optional(shown.file_path.as_ref())),
            ("fileExtension", optional(shown.file_extension.as_ref())),
            ("fileId", optional(shown.file_id.as_ref())),
            ("provider", optional(shown.provider.as_ref())),
            ("mimeType", optional(shown.mime_type.as_ref())),
            ("connectorUrl", optional(shown.connector_url.as_ref())),
            ("requestUrl", optional(shown.request_url.as_ref())),
        ];
        let kind = match shown.r#type.as_deref() {
            Some("File") => "File",
            Some("CloudFile") => "CloudFile",
            Some("WebDataConnector") => "WebDataConnector",
            _ => "DatabaseServer",
        };
        let place = self.content(kind, row, shown.tags.as_ref(), values);
        self.person(place, "contact", shown.contact.as_deref());
        self.person(place, "certifier", shown.certifier.as_deref());
        place
    }

    fn tables(&mut self, database: &Row<Database>, of: Place) {
        let state = self.state;
        for row in state.tables.within(database.id) {
            let shown = &row.shown;
            let full_name = match shown.schema.as_deref() {
                Some(schema) if !schema.is_empty() => format!("[{schema}].[{}]", shown.name),
                _ => format!("[{}]", shown.name),
            };
            let values = vec![
                ("name", Value::from(shown.name.clone())),
                ("schema", text(Some(shown.schema.as_deref().unwrap_or_default()))),
                ("fullName", Value::from(full_name)),
                ("tableType", Value::from("table")),
                (
                    "connectionType",
                    optional(database.shown.connection_type.as_ref()),
                ),
                ("description", optional(shown.description.as_ref())),
                ("isEmbedded", flag(shown.is_embedded)),
                ("isCertified", flag(shown.is_certified)),
                ("certificationNote", optional(shown.certification_note.as_ref())),
                ("certifierDisplayName", self.name_of(shown.certifier.as_deref())),
            ];
            let place = self.content("DatabaseTable", row, shown.tags.as_ref(), values);
            self.person(place, "contact", shown.contact.as_deref());
            self.person(place, "certifier", shown.certifier.as_deref());
            self.graph.refer(place, "database", of);
            self.graph.refer(of, "tables", place);
            self.graph.flow(of, place);
            let is_visible = self.graph.node(place).is_some_and(|node| node.is_visible);
            for column in state.columns.within(row.id) {
                let values = vec![
                    ("luid", Value::from(column.id.to_string())),
                    ("description", optional(column.shown.description.as_ref())),
                    ("vizportalId", Value::from(column.number.to_string())),
                    ("hasActiveWarning", Value::from(self.is_warned(column.id))),
                ];
                let remote_type = column.shown.remote_type.as_deref();
                let named = (column.shown.name.as_str(), remote_type);
                let added = self.column(place, &column.id.to_string(), named, values, is_visible);
                self.rows.insert(column.id, added);
            }
        }
    }

    /// A column of a table, or of a query in its place.
    pub(super) fn column(
        &mut self,
        table: Place,
        key: &str,
        (name, remote_type): (&str, Option<&str>),
        mut values: Values,
        is_visible: bool,
    ) -> Place {
        values.extend([
            ("name", Value::from(name)),
            ("displayName", Value::from(name)),
            ("remoteType", text(remote_type)),
            ("isNullable", Value::from(true)),
        ]);
        let column = self.graph.add("Column", key, is_visible, values);
        self.graph.refer(column, "table", table);
        self.graph.refer(table, "columns", column);
        self.graph.flow(table, column);
        column
    }

    pub(super) fn virtual_connections(&mut self) {
        let state = self.state;
        for row in state.virtual_connections.of_site(self.caller.site.id) {
            let shown: &VirtualConnection = &row.shown;
            let connections: Vec<_> = state.connections.within(row.id).collect();
            let class = connections.first().and_then(|row| row.shown.r#type.as_ref());
            let site = self.graph.site;
            let values = vec![
                ("name", Value::from(shown.name.clone())),
                ("connectionType", optional(class)),
                ("isCertified", flag(shown.is_certified)),
                ("createdAt", time(shown.created_at.as_ref())),
                ("updatedAt", time(shown.updated_at.as_ref())),
                (
                    "uri",
                    Value::from(format!("sites/{site}/virtual-connections/{}", row.number)),
                ),
            ];
            let place = self.content("VirtualConnection", row, shown.tags.as_ref(), values);
            for database in self.databases_of(&connections) {
                self.graph.refer(place, "database", database);
                self.graph.refer(place, "databases", database);
                self.graph.flow(database, place);
            }
        }
    }

    pub(super) fn flows(&mut self) {
        let state = self.state;
        for row in state.flows.of_site(self.caller.site.id) {
            let shown: &Flow = &row.shown;
            let site = self.graph.site;
            let values = vec![
                ("name", Value::from(shown.name.clone())),
                ("description", optional(shown.description.as_ref())),
                ("createdAt", time(shown.created_at.as_ref())),
                ("updatedAt", time(shown.updated_at.as_ref())),
                ("uri", Value::from(format!("sites/{site}/flows/{}", row.number))),
            ];
            let place = self.content("Flow", row, shown.tags.as_ref(), values);
            let connections: Vec<_> = state.connections.within(row.id).collect();
            for database in self.databases_of(&connections) {
                self.graph.flow(database, place);
            }
        }
    }

    /// The databases at the addresses of connections.
    fn databases_of(&self, connections: &[&Row<Connection>]) -> Vec<Place> {
        let is_at = |database: &&Row<Database>| {
            connections.iter().any(|connection| {
                database.shown.host_name.is_some()
                    && database.shown.host_name == connection.shown.server_address
                    && database.shown.connection_type == connection.shown.r#type
            })
        };
        let databases = self.state.databases.of_site(self.caller.site.id).filter(is_at);
        databases.filter_map(|row| self.place(row.id)).collect()
    }

    pub(super) fn place(&self, row: Uuid) -> Option<Place> {
        self.rows.get(&row).copied()
    }
}
