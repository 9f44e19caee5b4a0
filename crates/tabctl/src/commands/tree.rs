//! `tabctl tree`: projects with their content, from a handful of lists.

use std::collections::HashMap;
use std::io::Write as _;

use serde_json::{Value, json};
use tableau_client::wire::rest::Flow;
use tableau_client::{Blocking, Datasource, Id, Project, Site, View, Workbook};

use super::reference::{Collection, Finder};
use super::style;
use crate::args::{self, Global};
use crate::failure::Failure;
use crate::output::{Form, Members, Out, Printer, Style};
use crate::session::settings;
use crate::terminal::text::{plain, say};

/// A project or a piece of content, with what is inside.
struct Node {
    kind: &'static str,
    name: String,
    id: String,
    inside: Vec<Node>,
}

/// What is on the site.
struct Lists {
    projects: Vec<Project>,
    /// The content of projects, by their identifiers.
    content: HashMap<String, Vec<Node>>,
}

pub(super) fn run(args: &args::Tree, global: &Global) -> Result<(), Failure> {
    let style = style::settle(args.output.clone(), global.no_pager);
    style.check(&[], &Members::Named(&["type", "name", "id", "path"]))?;
    let connected = settings::connect(&args.connection, global)?;
    let server = connected.address.clone();
    let nodes = connected.run(|site| {
        let begin = match &args.project {
            None => None,
            Some(typed) => {
                let finder = Finder {
                    site,
                    server: &server,
                };
                Some(finder.id(Collection::of("projects")?, typed)?)
            }
        };
        let mut lists = Lists::fetch(site, args)?;
        match begin {
            None => Ok(lists.below(None)),
            Some(id) => Ok(lists.project(&id).into_iter().collect()),
        }
    })?;
    print(&nodes, style)
}

impl Lists {
    fn fetch(site: &Site<Blocking>, args: &args::Tree) -> Result<Self, Failure> {
        let mut lists = Self {
            projects: all(site.projects().list().all())?,
            content: HashMap::new(),
        };
        if args.projects {
            return Ok(lists);
        }
        let mut views: HashMap<String, Vec<Node>> = HashMap::new();
        if args.views {
            for view in all::<View>(site.views().list().all())? {
                let workbook = view.workbook.map(|workbook| workbook.id.to_string());
                let node = Node::new("view", view.name, view.id.to_string());
                views.entry(workbook.unwrap_or_default()).or_default().push(node);
            }
        }
        for workbook in all::<Workbook>(site.workbooks().list().all())? {
            let id = workbook.id.to_string();
            let mut node = Node::new("workbook", workbook.name, id.clone());
            node.inside = views.remove(&id).unwrap_or_default();
            lists.put(workbook.project.as_deref(), node);
        }
        for datasource in all::<Datasource>(site.datasources().list().all())? {
            let node = Node::new("datasource", datasource.name, datasource.id.to_string());
            lists.put(datasource.project.as_deref(), node);
        }
        for flow in all::<Flow>(site.flows().list().all())? {
            let node = Node::new("flow", flow.name, flow.id.to_string());
            lists.put(flow.project.as_deref(), node);
        }
        Ok(lists)
    }

    fn put(&mut self, project: Option<&Project>, node: Node) {
        let project = project.map(|project| project.id.to_string());
        self.content
            .entry(project.unwrap_or_default())
            .or_default()
            .push(node);
    }

    /// The projects inside a project, or at the top, each with what is inside. A project whose parent the user may not see is at the top.
    fn below(&mut self, parent: Option<&str>) -> Vec<Node> {
        let is_known = |id: &str| self.projects.iter().any(|project| project.id.as_str() == id);
        let is_below = |project: &&Project| {
            let of = project.parent_project_id.as_ref().map(Id::as_str);
            of.filter(|id| is_known(id)) == parent
        };
        let mut ids: Vec<_> = self.projects.iter().filter(is_below).collect();
        ids.sort_by_key(|project| project.name.to_lowercase());
        let ids: Vec<_> = ids.into_iter().map(|project| project.id.to_string()).collect();
        ids.iter().filter_map(|id| self.project(id)).collect()
    }

    /// A project with what is inside, which is in the tree once.
    fn project(&mut self, id: &str) -> Option<Node> {
        let project = self.projects.iter().find(|project| project.id.as_str() == id)?;
        let mut node = Node::new("project", project.name.clone(), id.to_owned());
        node.inside = self.below(Some(id));
        let mut content = self.content.remove(id).unwrap_or_default();
        content.sort_by_key(|node| (node.kind, node.name.to_lowercase()));
        node.inside.extend(content);
        Some(node)
    }
}

impl Node {
    fn new(kind: &'static str, name: String, id: String) -> Self {
        Self {
            kind,
            name,
            id,
            inside: Vec::new(),
        }
    }

    fn json(&self) -> Value {
        let inside: Vec<_> = self.inside.iter().map(Self::json).collect();
        match inside.is_empty() {
            true => json!({ "type": self.kind, "name": self.name, "id": self.id }),
            false => json!({ "type": self.kind, "name": self.name, "id": self.id, "inside": inside }),
        }
    }
}

fn all<T>(pages: impl Iterator<Item = Result<T, tableau_client::Error>>) -> Result<Vec<T>, Failure> {
    pages.map(|item| item.map_err(Failure::from)).collect()
}

fn print(nodes: &[Node], style: Style) -> Result<(), Failure> {
    match style.form {
        Form::Json if style.columns.is_none() => {
            let mut printer = Printer::new(style, &[]);
            nodes.iter().try_for_each(|node| printer.item(&node.json()))?;
            printer.finish()
        }
        Form::Table | Form::Tabs if style.columns.is_none() => {
            if nodes.is_empty() {
                say("Nothing found");
                return Ok(());
            }
            let mut out = Out::open(&style.paging);
            nodes.iter().try_for_each(|node| draw(&mut out, node, ["", ""]))?;
            Ok(out.finish()?)
        }
        _ => {
            let mut printer = Printer::new(style, &[]);
            nodes.iter().try_for_each(|node| list(&mut printer, node, ""))?;
            printer.finish()
        }
    }
}

/// Draws a node and what is inside; `before` stands before its line, and before those of what is inside.
fn draw(out: &mut Out, node: &Node, [before, inside]: [&str; 2]) -> Result<(), Failure> {
    let kind = match node.kind {
        "project" => String::new(),
        kind => format!("  ({kind})"),
    };
    writeln!(out, "{before}{}{kind}", plain(&node.name))?;
    let last = node.inside.len().saturating_sub(1);
    for (position, child) in node.inside.iter().enumerate() {
        let (branch, below) = if position == last {
            ("└── ", "    ")
        } else {
            ("├── ", "│   ")
        };
        let before = [format!("{inside}{branch}"), format!("{inside}{below}")];
        draw(out, child, [&before[0], &before[1]])?;
    }
    Ok(())
}

/// A row for a node and each that is inside.
fn list(printer: &mut Printer, node: &Node, above: &str) -> Result<(), Failure> {
    let path = format!("{above}/{}", node.name);
    printer.item(&json!({ "type": node.kind, "name": node.name, "path": path, "id": node.id }))?;
    node.inside
        .iter()
        .try_for_each(|child| list(printer, child, &path))
}
