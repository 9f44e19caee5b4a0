//! The document of a workbook (`.twb`): XML with its data sources, sheets and windows.

use std::collections::HashSet;
use std::io::{BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::limited::Limited;
use super::{FileConnection, NotAWorkbook, Sheet, SheetKind, WorkbookFile};

/// The maximum size of a document, in bytes.
const MAX_DOCUMENT: u64 = 512 * 1024 * 1024;
/// The maximum size of an element or text, in bytes: pictures are embedded as text.
const MAX_EVENT: u64 = 8 * 1024 * 1024;
const MAX_DEPTH: usize = 512;
/// The maximum number of sheets, and of connections.
const MAX_ITEMS: usize = 10_000;

/// Reads a document.
pub(super) fn read(document: impl Read) -> Result<WorkbookFile, NotAWorkbook> {
    let (limited, since) = Limited::new(BufReader::new(document), MAX_DOCUMENT, MAX_EVENT);
    let mut reader = Reader::from_reader(limited);
    let mut buffer = Vec::new();
    let mut found = Found::default();
    loop {
        buffer.clear();
        since.set(0);
        let event = reader.read_event_into(&mut buffer);
        match event.map_err(|error| NotAWorkbook::new(format_args!("the document is not XML: {error}")))? {
            Event::Start(element) => {
                found.begin(&element)?;
                found.path.push(name(&element));
            }
            Event::Empty(element) => found.begin(&element)?,
            Event::End(_) => {
                found.path.pop();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    found.workbook()
}

/// The findings so far.
#[derive(Default)]
struct Found {
    /// The names of the elements that are open.
    path: Vec<String>,
    is_workbook: bool,
    datasource: String,
    connections: Vec<FileConnection>,
    has_extracts: bool,
    sheets: Vec<Sheet>,
    /// The names of the tabs, in order; hidden ones are kept separately.
    tabs: Vec<String>,
    hidden: HashSet<String>,
}

impl Found {
    fn begin(&mut self, element: &BytesStart<'_>) -> Result<(), NotAWorkbook> {
        if self.path.len() >= MAX_DEPTH {
            return Err(NotAWorkbook::new("the document is nested too deeply"));
        }
        let name = name(element);
        let path: Vec<&str> = self
            .path
            .iter()
            .map(String::as_str)
            .chain([name.as_str()])
            .collect();
        match path.as_slice() {
            ["workbook"] => self.is_workbook = true,
            [_] => return Err(NotAWorkbook::new("the root of the document is not a workbook")),
            [_, "datasources", "datasource"] => {
                let caption = attribute(element, "caption")?;
                self.datasource = match caption {
                    Some(caption) => caption,
                    None => attribute(element, "name")?.unwrap_or_default(),
                };
            }
            [_, "datasources", "datasource", "extract"] => {
                self.has_extracts |= attribute(element, "enabled")?.as_deref() == Some("true");
            }
            // A federated connection contains others.
            [_, "datasources", "datasource", "connection"]
            | [
                _,
                "datasources",
                "datasource",
                "connection",
                "named-connections",
                "named-connection",
                "connection",
            ] => self.connection(element)?,
            [_, "worksheets", "worksheet"] => self.sheet(element, SheetKind::Worksheet)?,
            [_, "dashboards", "dashboard"] => {
                let kind = match attribute(element, "type")?.as_deref() {
                    Some("storyboard") => SheetKind::Story,
                    _ => SheetKind::Dashboard,
                };
                self.sheet(element, kind)?;
            }
            [_, "windows", "window"] => self.window(element)?,
            _ => {}
        }
        Ok(())
    }

    fn connection(&mut self, element: &BytesStart<'_>) -> Result<(), NotAWorkbook> {
        let text = |name| attribute(element, name).map(Option::unwrap_or_default);
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

    fn sheet(&mut self, element: &BytesStart<'_>, kind: SheetKind) -> Result<(), NotAWorkbook> {
        within(self.sheets.len())?;
        let name = attribute(element, "name")?.unwrap_or_default();
        self.sheets.push(Sheet { name, kind });
        Ok(())
    }

    fn window(&mut self, element: &BytesStart<'_>) -> Result<(), NotAWorkbook> {
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

    fn workbook(self) -> Result<WorkbookFile, NotAWorkbook> {
        if !self.is_workbook {
            return Err(NotAWorkbook::new("the document is empty"));
        }
        if !self.path.is_empty() {
            return Err(NotAWorkbook::new("the document has no end"));
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
        if sheets.is_empty() {
            return Err(NotAWorkbook::new("the workbook has no sheets"));
        }
        Ok(WorkbookFile {
            sheets,
            connections: self.connections,
            has_extracts: self.has_extracts,
        })
    }
}

fn within(count: usize) -> Result<(), NotAWorkbook> {
    if count >= MAX_ITEMS {
        return Err(NotAWorkbook::new(format_args!(
            "it has more than {MAX_ITEMS} of one thing"
        )));
    }
    Ok(())
}

fn name(element: &BytesStart<'_>) -> String {
    element.local_name().as_ref().to_owned()
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, NotAWorkbook> {
    let attribute = element.try_get_attribute(name).map_err(NotAWorkbook::new)?;
    let Some(attribute) = attribute else {
        return Ok(None);
    };
    let text = quick_xml::escape::unescape(&attribute.value).map_err(NotAWorkbook::new)?;
    Ok(Some(text.into_owned()))
}
