//! The graph of a site, made from the state: rows become nodes, and what published files name connects them.

mod content;
mod data;
mod datasource;

use std::collections::HashMap;

use async_graphql::Value;
use tableau_wire::Items;
use tableau_wire::rest::{Tag, User};
use uuid::Uuid;

use super::graph::{Graph, Place};
use crate::auth::Caller;
use crate::kept::{Kept, owner, project};
use crate::store::State;
use crate::store::row::Row;

/// The graph of the caller's site.
pub(super) fn graph(state: &State, caller: &Caller) -> Graph {
    let mut build = Build {
        state,
        caller,
        graph: Graph::default(),
        rows: HashMap::new(),
        tags: HashMap::new(),
        site: None,
    };
    build.graph.site = caller.site.number;
    build.site();
    build.users();
    build.databases();
    build.virtual_connections();
    build.datasources();
    build.workbooks();
    build.flows();
    build.warnings();
    build.graph
}

/// A graph that is being made.
struct Build<'s> {
    state: &'s State,
    caller: &'s Caller,
    graph: Graph,
    /// The nodes of rows.
    rows: HashMap<Uuid, Place>,
    tags: HashMap<String, Place>,
    site: Option<Place>,
}

/// The values of a node, field by field.
type Values = Vec<(&'static str, Value)>;

/// A text; null if there is none.
fn text(value: Option<&str>) -> Value {
    value.map_or(Value::Null, Value::from)
}

fn optional(value: Option<&String>) -> Value {
    text(value.map(String::as_str))
}

fn time(value: Option<&tableau_wire::Timestamp>) -> Value {
    value.map_or(Value::Null, |time| Value::from(time.to_string()))
}

fn flag(value: Option<bool>) -> Value {
    Value::from(value.unwrap_or_default())
}

impl Build<'_> {
    fn site(&mut self) {
        let site = &self.caller.site;
        let values = vec![
            ("luid", Value::from(site.id.to_string())),
            ("name", Value::from(site.shown.name.clone())),
            ("uri", Value::from(format!("sites/{}", site.number))),
        ];
        self.site = Some(self.graph.add("TableauSite", &site.id.to_string(), true, values));
    }

    /// The users. Only administrators, and users themselves, see addresses (inferred).
    fn users(&mut self) {
        for user in self.state.users.of_site(self.caller.site.id) {
            let shown = &user.shown;
            let sees = self.caller.is_administrator() || user.id == self.caller.user.id;
            let values = vec![
                ("luid", Value::from(user.id.to_string())),
                ("name", text(shown.full_name.as_deref().or(Some(&shown.name)))),
                ("username", Value::from(shown.name.clone())),
                ("email", optional(shown.email.as_ref().filter(|_| sees))),
                (
                    "domain",
                    text(shown.domain.as_ref().map(|domain| domain.name.as_str())),
                ),
            ];
            let place = self.graph.add("TableauUser", &user.id.to_string(), true, values);
            self.rows.insert(user.id, place);
        }
    }

    /// Adds the node of a row of content, with its owner, its site and its tags.
    fn content<R: Kept>(
        &mut self,
        kind: &'static str,
        row: &Row<R>,
        tags: Option<&Items<Tag>>,
        mut values: Values,
    ) -> Place {
        let is_visible = R::MAY_READ.allow(row, self.state, self.caller);
        values.push(("luid", Value::from(row.id.to_string())));
        values.push(("vizportalId", Value::from(row.number.to_string())));
        values.push(("vizportalUrlId", Value::from(row.number.to_string())));
        let project = project(self.state, row).and_then(|id| self.state.projects.get(id));
        if let Some(project) = project {
            values.push(("projectName", Value::from(project.shown.name.clone())));
            values.push(("projectLuid", Value::from(project.id.to_string())));
            values.push(("projectVizportalUrlId", Value::from(project.number.to_string())));
        }
        values.push(("hasActiveWarning", Value::from(self.is_warned(row.id))));
        let place = self.graph.add(kind, &row.id.to_string(), is_visible, values);
        self.rows.insert(row.id, place);
        if let Some(site) = self.site {
            self.graph.refer(place, "site", site);
        }
        if let Some(owner) = owner(self.state, row).and_then(|id| self.rows.get(&id).copied()) {
            self.graph.refer(place, "owner", owner);
            let owned: &[&'static str] = match kind {
                "Workbook" => &["ownedWorkbooks"],
                "PublishedDatasource" => &["ownedPublishedDatasources", "ownedDatasources"],
                "Flow" => &["ownedFlows"],
                _ => &[],
            };
            for owned in owned {
                self.graph.refer(owner, owned, place);
            }
        }
        self.tag(kind, place, tags, is_visible);
        place
    }

    /// Whether there is a warning about an item.
    fn is_warned(&self, id: Uuid) -> bool {
        let mut warnings = self.state.quality_warnings.within(id);
        warnings.any(|row| row.shown.is_active == Some(true))
    }

    fn tag(&mut self, kind: &'static str, place: Place, tags: Option<&Items<Tag>>, is_visible: bool) {
        let tagged = match kind {
            "Workbook" => "workbooks",
            "PublishedDatasource" => "publishedDatasources",
            "Flow" => "flows",
            "Sheet" | "Dashboard" => "views",
            "DatabaseTable" => "tables",
            _ => "databases",
        };
        for tag in tags.iter().flat_map(|tags| tags.iter()).filter(|_| is_visible) {
            let known = self.tags.get(&tag.label).copied();
            let tag = known.unwrap_or_else(|| {
                let values = vec![("name", Value::from(tag.label.clone()))];
                let site = self.caller.site.id.to_string();
                let place = self
                    .graph
                    .add("Tag", &format!("{site} {}", tag.label), true, values);
                self.tags.insert(tag.label.clone(), place);
                place
            });
            self.graph.refer(place, "tags", tag);
            self.graph.refer(tag, tagged, place);
        }
    }

    /// Refers to a user whom a document names.
    fn person(&mut self, from: Place, field: &'static str, user: Option<&User>) {
        let id = user.and_then(|user| crate::auth::parse_id(user.id.as_str()));
        if let Some(user) = id.and_then(|id| self.rows.get(&id).copied()) {
            self.graph.refer(from, field, user);
        }
    }

    /// The name of a user whom a document names.
    fn name_of(&self, user: Option<&User>) -> Value {
        let id = user.and_then(|user| crate::auth::parse_id(user.id.as_str()));
        let user = id.and_then(|id| self.state.users.get(id));
        text(user.map(|user| user.shown.full_name.as_deref().unwrap_or(&user.shown.name)))
    }

    fn warnings(&mut self) {
        for warning in self.state.quality_warnings.of_site(self.caller.site.id) {
            let Some(asset) = warning.parent.and_then(|id| self.rows.get(&id).copied()) else {
                continue;
            };
            let is_visible = self.graph.node(asset).is_some_and(|node| node.is_visible);
            let shown = &warning.shown;
            let kind = shown.r#type.as_ref().map(|kind| kind.as_str().to_owned());
            let values = vec![
                ("luid", Value::from(warning.id.to_string())),
                ("value", text(kind.as_deref())),
                ("category", Value::from("warning")),
                ("warningType", text(kind.as_deref())),
                ("message", optional(shown.message.as_ref())),
                ("isActive", flag(shown.is_active)),
                ("isSevere", flag(shown.is_severe)),
                ("isElevated", flag(shown.is_severe)),
                ("vizportalId", Value::from(warning.number.to_string())),
                ("authorDisplayName", optional(shown.user_display_name.as_ref())),
                ("createdAt", time(shown.created_at.as_ref())),
                ("updatedAt", time(shown.updated_at.as_ref())),
            ];
            let key = warning.id.to_string();
            let place = self.graph.add("DataQualityWarning", &key, is_visible, values);
            self.graph.refer(place, "asset", asset);
            self.person(place, "author", shown.owner.as_deref());
            self.graph.refer(asset, "dataQualityWarnings", place);
            self.graph.refer(asset, "dataQualityWarning", place);
        }
    }
}
