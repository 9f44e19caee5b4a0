//! `tabctl lineage`: what an item reads, and what reads it, by the Metadata API.

use serde_json::{Map, Value, json};

use super::reference::{Collection, Finder, text};
use super::style;
use crate::args::{self, Global, LineageKind};
use crate::failure::Failure;
use crate::output::{Column, Members, Printer};
use crate::session::settings;
use crate::terminal::text::say;

const COLUMNS: &[Column] = &[
    Column::of("direction"),
    Column::of("type"),
    Column::of("name"),
    Column::of("in"),
    Column::of("id"),
];

/// How the lineage of a kind is asked for.
struct Asked {
    kind: LineageKind,
    /// The group of the REST API that names are looked up in.
    group: &'static str,
    /// The fields of the query's root: a view is a sheet or a dashboard.
    roots: &'static [&'static str],
    upstream: &'static [&'static str],
    downstream: &'static [&'static str],
}

const ASKED: [Asked; 6] = [
    Asked {
        kind: LineageKind::Workbook,
        group: "workbooks",
        roots: &["workbooks"],
        upstream: &[
            "upstreamDatasources",
            "upstreamFlows",
            "upstreamTables",
            "upstreamDatabases",
        ],
        downstream: &[],
    },
    Asked {
        kind: LineageKind::Datasource,
        group: "datasources",
        roots: &["publishedDatasources"],
        upstream: &["upstreamFlows", "upstreamTables", "upstreamDatabases"],
        downstream: &[
            "downstreamFlows",
            "downstreamWorkbooks",
            "downstreamSheets",
            "downstreamDashboards",
        ],
    },
    Asked {
        kind: LineageKind::View,
        group: "views",
        roots: &["sheets", "dashboards"],
        upstream: &["upstreamDatasources", "upstreamTables", "upstreamDatabases"],
        downstream: &[],
    },
    Asked {
        kind: LineageKind::Flow,
        group: "flows",
        roots: &["flows"],
        upstream: &["upstreamDatasources", "upstreamTables", "upstreamDatabases"],
        downstream: &["downstreamDatasources", "downstreamWorkbooks"],
    },
    Asked {
        kind: LineageKind::Table,
        group: "tables",
        roots: &["databaseTables"],
        upstream: &["upstreamDatabases"],
        downstream: &DOWNSTREAM_OF_DATA,
    },
    Asked {
        kind: LineageKind::Database,
        group: "databases",
        roots: &["databases"],
        upstream: &[],
        downstream: &DOWNSTREAM_OF_DATA,
    },
];
const DOWNSTREAM_OF_DATA: [&str; 5] = [
    "downstreamFlows",
    "downstreamDatasources",
    "downstreamWorkbooks",
    "downstreamSheets",
    "downstreamDashboards",
];

impl Asked {
    /// What is asked of the items of a field: their names, and where they are. Data sources upstream of a workbook are published.
    fn shown(&self, field: &str) -> &'static str {
        let of = field
            .trim_start_matches("upstream")
            .trim_start_matches("downstream");
        match (of, self.kind) {
            ("Tables", _) => "__typename luid name schema database { name }",
            ("Databases", _) => "__typename luid name connectionType",
            ("Sheets" | "Dashboards", _) => "__typename luid name workbook { name }",
            (
                "Datasources",
                LineageKind::View | LineageKind::Flow | LineageKind::Table | LineageKind::Database,
            ) => {
                "__typename name ... on PublishedDatasource { luid projectName } ... on EmbeddedDatasource { workbook { name } }"
            }
            _ => "__typename luid name projectName",
        }
    }

    fn query(&self, directions: [bool; 2]) -> String {
        let fields = [(self.upstream, directions[0]), (self.downstream, directions[1])];
        let fields = fields
            .iter()
            .filter(|(_, wanted)| *wanted)
            .flat_map(|(fields, _)| *fields);
        let fields: Vec<_> = fields
            .map(|field| format!("{field} {{ {} }}", self.shown(field)))
            .collect();
        let fields = fields.join(" ");
        let roots = self.roots.iter();
        let roots: Vec<_> = roots
            .map(|root| format!("{root}(filter: {{luid: $luid}}) {{ id {fields} }}"))
            .collect();
        format!("query lineage($luid: String) {{ {} }}", roots.join(" "))
    }
}

pub(super) fn run(args: &args::Lineage, global: &Global) -> Result<(), Failure> {
    let style = style::settle(args.output.clone(), global.no_pager);
    style.check(COLUMNS, &Members::Named(&[]))?;
    let directions = [!args.downstream, !args.upstream];
    let connected = settings::connect(&args.connection, global)?;
    let server = connected.address.clone();
    let items = connected.run(|site| {
        let finder = Finder {
            site,
            server: &server,
        };
        let (asked, luid) = find(finder, args)?;
        let query = asked.query(directions);
        let answer = site
            .metadata()
            .query::<Value>(query, json!({ "luid": luid }))
            .send()?;
        for error in &answer.errors {
            say(&format!(
                "warning: {}",
                crate::terminal::text::plain(&error.message)
            ));
        }
        items(asked, &answer.data)
    })?;
    let mut printer = Printer::new(style, COLUMNS);
    items.iter().try_for_each(|item| printer.item(item))?;
    printer.finish()
}

/// The item that is meant, among all kinds unless one was named.
fn find(finder: Finder<'_>, args: &args::Lineage) -> Result<(&'static Asked, String), Failure> {
    let mut found = Vec::new();
    for asked in ASKED
        .iter()
        .filter(|asked| args.kind.is_none_or(|kind| kind == asked.kind))
    {
        let collection = Collection::of(asked.group)?;
        match finder.item(collection, &args.item) {
            Ok(item) => found.push((asked, text(&item, "id").to_owned())),
            Err(failure) if args.kind.is_none() && failure.is_not_found() => {}
            Err(failure) => return Err(failure),
        }
    }
    match found.len() {
        0 => Err(Failure::NotFound(format!(
            "there is no workbook, data source, view, flow, table or database {:?}, or you may not see it",
            args.item
        ))),
        1 => found.pop().ok_or_else(|| Failure::NotFound(args.item.clone())),
        _ => {
            let kinds: Vec<_> = found
                .iter()
                .map(|(asked, _)| asked.group.trim_end_matches('s'))
                .collect();
            Err(Failure::Usage(format!(
                "{:?} is the name of several items: add --kind {}",
                args.item,
                kinds.join(" or --kind ")
            )))
        }
    }
}

/// The items of an answer, one a row.
fn items(asked: &Asked, data: &Value) -> Result<Vec<Value>, Failure> {
    let roots = asked.roots.iter().filter_map(|root| data[*root].as_array());
    let Some(node) = roots.flatten().next() else {
        return Err(Failure::NotFound(
            "the Metadata API does not know the item, or you may not see it".to_owned(),
        ));
    };
    let mut items = Vec::new();
    for field in asked.upstream.iter().chain(asked.downstream) {
        let direction = if field.starts_with("up") {
            "upstream"
        } else {
            "downstream"
        };
        for item in node[*field].as_array().into_iter().flatten() {
            items.push(row(direction, item));
        }
    }
    Ok(items)
}

fn row(direction: &str, item: &Value) -> Value {
    let place = ["projectName", "workbook.name", "database.name", "connectionType"];
    let place = place
        .into_iter()
        .map(|path| text(item, path))
        .find(|text| !text.is_empty());
    let mut row = Map::new();
    row.insert("direction".to_owned(), direction.into());
    row.insert("type".to_owned(), item["__typename"].clone());
    row.insert("name".to_owned(), item["name"].clone());
    row.insert("in".to_owned(), place.into());
    row.insert("id".to_owned(), item["luid"].clone());
    Value::Object(row)
}
