//! The document of a workbook (`.twb`), XML with its data sources, sheets and windows, or that of a data source (`.tds`).

use std::collections::HashSet;
use std::io::{BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::limited::Limited;
use super::model::ModelReader;
use super::{ContentFile, DocumentKind, FileConnection, Sheet, SheetKind, Unfit};
use crate::xml_text;

/// The maximum size of a document, in bytes.
const MAX_DOCUMENT: u64 = 512 * 1024 * 1024;
/// The maximum size of an element or text, in bytes: pictures are embedded as text.
const MAX_EVENT: u64 = 8 * 1024 * 1024;
const MAX_DEPTH: usize = 512;
/// The maximum number of sheets, and of connections.
const MAX_ITEMS: usize = 10_000;

/// Reads a document.
pub(super) fn read(document: impl Read, kind: DocumentKind) -> Result<ContentFile, Unfit> {
    let (limited, since) = Limited::new(BufReader::new(document), MAX_DOCUMENT, MAX_EVENT);
    let mut reader = Reader::from_reader(limited);
    let mut buffer = Vec::new();
    let mut found = Found::new(kind);
    loop {
        buffer.clear();
        since.set(0);
        let event = reader.read_event_into(&mut buffer);
        match event.map_err(|error| Unfit::new(format_args!("the document is not XML: {error}")))? {
            Event::Start(element) => {
                found.begin(&element)?;
                found.path.push(name(&element));
            }
            Event::Empty(element) => {
                found.begin(&element)?;
                found.path.push(name(&element));
                found.end();
            }
            Event::End(_) => found.end(),
            Event::Text(text) => found.text(&text.xml10_content())?,
            Event::CData(text) => found.text(&text.xml10_content())?,
            Event::GeneralRef(reference) => found.text(&character(&reference))?,
            Event::Eof => break,
            _ => {}
        }
    }
    found.file()
}

/// The findings so far.
struct Found {
    kind: DocumentKind,
    /// The names of the elements that are open.
    path: Vec<String>,
    has_root: bool,
    datasource: String,
    connections: Vec<FileConnection>,
    has_extracts: bool,
    sheets: Vec<Sheet>,
    /// The names of the tabs, in order; hidden ones are kept separately.
    tabs: Vec<String>,
    hidden: HashSet<String>,
    model: ModelReader,
}

impl Found {
    fn new(kind: DocumentKind) -> Self {
        Self {
            kind,
            path: Vec::new(),
            has_root: false,
            datasource: String::new(),
            connections: Vec::new(),
            has_extracts: false,
            sheets: Vec::new(),
            tabs: Vec::new(),
            hidden: HashSet::new(),
            model: ModelReader::default(),
        }
    }

    fn begin(&mut self, element: &BytesStart<'_>) -> Result<(), Unfit> {
        if self.path.len() >= MAX_DEPTH {
            return Err(Unfit::new("the document is nested too deeply"));
        }
        let name = name(element);
        let open = std::mem::take(&mut self.path);
        let path: Vec<&str> = open.iter().map(String::as_str).chain([name.as_str()]).collect();
        let read = self.element(element, &path);
        self.path = open;
        read
    }

    /// An element by its path.
    fn element(&mut self, element: &BytesStart<'_>, path: &[&str]) -> Result<(), Unfit> {
        match (self.kind, path) {
            (DocumentKind::Workbook, ["workbook"]) => self.has_root = true,
            (DocumentKind::Datasource, ["datasource"]) => {
                self.has_root = true;
                self.inside_datasource(element, &[])?;
            }
            (kind, [_]) => {
                return Err(Unfit::new(format_args!(
                    "the root of the document is not a {}",
                    kind.noun()
                )));
            }
            (DocumentKind::Datasource, [_, inside @ ..])
            | (DocumentKind::Workbook, [_, "datasources", "datasource", inside @ ..]) => {
                self.inside_datasource(element, inside)?;
            }
            (DocumentKind::Workbook, [_, "worksheets", "worksheet"]) => {
                self.sheet(element, SheetKind::Worksheet)?;
            }
            (
                DocumentKind::Workbook,
                [_, "worksheets", "worksheet", inside @ ..] | [_, "dashboards", "dashboard", inside @ ..],
            ) if !inside.is_empty() => self.model.inside_sheet(element, inside)?,
            (DocumentKind::Workbook, [_, "dashboards", "dashboard"]) => {
                let kind = match attribute(element, "type")?.as_deref() {
                    Some("storyboard") => SheetKind::Story,
                    _ => SheetKind::Dashboard,
                };
                self.sheet(element, kind)?;
            }
            (DocumentKind::Workbook, [_, "windows", "window"]) => self.window(element)?,
            _ => {}
        }
        Ok(())
    }

    /// The end of an element.
    fn end(&mut self) {
        let open = std::mem::take(&mut self.path);
        let path: Vec<&str> = open.iter().map(String::as_str).collect();
        if let Some(inside) = self.in_datasource(&path) {
            self.model.datasource_end(inside);
        }
        self.path = open;
        self.path.pop();
    }

    fn text(&mut self, text: &str) -> Result<(), Unfit> {
        let is_inside = self.kind == DocumentKind::Datasource
            || self.path.get(1).is_some_and(|name| name == "datasources");
        if is_inside {
            xml_text::check(text).map_err(Unfit::new)?;
            self.model.text(text);
        }
        Ok(())
    }

    /// The path inside a data source.
    fn in_datasource<'p, 's>(&self, path: &'p [&'s str]) -> Option<&'p [&'s str]> {
        match (self.kind, path) {
            (DocumentKind::Datasource, [_, inside @ ..])
            | (DocumentKind::Workbook, [_, "datasources", "datasource", inside @ ..]) => Some(inside),
            _ => None,
        }
    }

    /// An element of a data source, by its path inside it.
    fn inside_datasource(&mut self, element: &BytesStart<'_>, inside: &[&str]) -> Result<(), Unfit> {
        self.model.datasource(element, inside)?;
        match inside {
            [] => {
                self.datasource = match attribute(element, "caption")? {
                    Some(caption) => caption,
                    None => attribute(element, "name")?.unwrap_or_default(),
                };
            }
            ["extract"] => {
                self.has_extracts |= attribute(element, "enabled")?.as_deref() == Some("true");
            }
            // A federated connection contains others.
            ["connection"]
            | [
                "connection",
                "named-connections",
                "named-connection",
                "connection",
            ] => {
                self.connection(element)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn connection(&mut self, element: &BytesStart<'_>) -> Result<(), Unfit> {
        let text = |name| text_attribute(element, name);
        let class = text("class")?;
        if class.is_empty() || class == "federated" {
            return Ok(());
        }
        within(self.connections.len())?;
        self.connections.push(FileConnection {
            datasource: self.datasource.clone(),
            class,
            server: text("server")?,
            port: text("port")?,
            database: text("dbname")?,
            user_name: text("username")?,
        });
        Ok(())
    }

    fn sheet(&mut self, element: &BytesStart<'_>, kind: SheetKind) -> Result<(), Unfit> {
        within(self.sheets.len())?;
        let name = text_attribute(element, "name")?;
        self.model.sheet(&name, kind != SheetKind::Worksheet);
        self.sheets.push(Sheet { name, kind });
        Ok(())
    }

    fn window(&mut self, element: &BytesStart<'_>) -> Result<(), Unfit> {
        within(self.tabs.len())?;
        let Some(name) = attribute(element, "name")? else {
            return Ok(());
        };
        if attribute(element, "hidden")?.as_deref() == Some("true") {
            self.hidden.insert(name.clone());
        }
        self.tabs.push(name);
        Ok(())
    }

    fn file(self) -> Result<ContentFile, Unfit> {
        if !self.has_root {
            return Err(Unfit::new("the document is empty"));
        }
        if !self.path.is_empty() {
            return Err(Unfit::new("the document has no end"));
        }
        if self.kind == DocumentKind::Datasource && self.connections.is_empty() {
            return Err(Unfit::new("the data source has no connection"));
        }
        let (tabs, hidden) = (self.tabs, self.hidden);
        let positions: std::collections::HashMap<_, _> = tabs
            .iter()
            .enumerate()
            .map(|(position, name)| (name.as_str(), position))
            .collect();
        let mut sheets: Vec<_> = self
            .sheets
            .into_iter()
            .filter(|sheet| !hidden.contains(&sheet.name))
            .collect();
        // Those without a tab come last, in the order of the document.
        sheets.sort_by_key(|sheet| positions.get(sheet.name.as_str()).copied().unwrap_or(usize::MAX));
        if self.kind == DocumentKind::Workbook && sheets.is_empty() {
            return Err(Unfit::new("the workbook has no sheets"));
        }
        Ok(ContentFile {
            sheets,
            connections: self.connections,
            has_extracts: self.has_extracts,
            model: self.model.into_model(),
        })
    }
}

fn within(count: usize) -> Result<(), Unfit> {
    if count >= MAX_ITEMS {
        return Err(Unfit::new(format_args!(
            "it has more than {MAX_ITEMS} of one thing"
        )));
    }
    Ok(())
}

/// The name of an element; what only some versions read has a name that ends with it: `_.fcp.ObjectModel.true...relation`.
fn name(element: &BytesStart<'_>) -> String {
    let local = element.local_name();
    let name = local.as_ref();
    let name = name.rsplit_once("...").map_or(name, |(_, name)| name);
    name.to_owned()
}

/// The character that a reference stands for; one that is not known stands for nothing.
fn character(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    let name = reference.xml10_content();
    quick_xml::escape::resolve_predefined_entity(&name)
        .unwrap_or_default()
        .to_owned()
}

/// An attribute; empty if it is not there.
pub(super) fn text_attribute(element: &BytesStart<'_>, name: &str) -> Result<String, Unfit> {
    attribute(element, name).map(Option::unwrap_or_default)
}

/// An attribute, if it is there.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, Unfit> {
    let attribute = element.try_get_attribute(name).map_err(Unfit::new)?;
    let Some(attribute) = attribute else {
        return Ok(None);
    };
    let text = quick_xml::escape::unescape(&attribute.value).map_err(Unfit::new)?;
    xml_text::check(&text).map_err(Unfit::new)?;
    Ok(Some(text.into_owned()))
}
