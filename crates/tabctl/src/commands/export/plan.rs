//! Which views are exported, with which filters, to which files.

use std::path::Path;

use crate::args::{Export, ExportFormat};
use crate::commands::reference::{add_shown, add_value, filters};
use crate::failure::Failure;
use crate::input;

/// One export: a view as it was typed, and values of fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) view: String,
    /// An empty value names a file and filters nothing.
    pub(super) fields: Vec<(String, String)>,
}

impl Item {
    pub(super) fn filters(&self) -> Vec<(String, String)> {
        let filters = self.fields.iter().filter(|(_, value)| !value.is_empty());
        filters.cloned().collect()
    }
}

/// The exports that were asked for: the typed views, then those of the list, each with the typed filters.
pub(super) fn items(args: &Export) -> Result<Vec<Item>, Failure> {
    let mut typed: Vec<(String, String)> = Vec::new();
    for filter in &args.filters {
        let parts = filter.split_once('=').filter(|(field, _)| !field.is_empty());
        let (field, value) =
            parts.ok_or_else(|| Failure::Usage(format!("--filter: {filter:?} is not FIELD=VALUE")))?;
        add_value(&mut typed, field, value);
    }
    let mut items: Vec<_> = args
        .views
        .iter()
        .map(|view| Item {
            view: view.clone(),
            fields: typed.clone(),
        })
        .collect();
    if let Some(list) = &args.list {
        items.extend(listed(list, &typed)?);
    }
    if items.is_empty() {
        return Err(Failure::Usage("the list names no view".to_owned()));
    }
    for item in &mut items {
        add_shown(&mut item.fields, filters(&item.view));
    }
    Ok(items)
}

/// The exports of a CSV file.
fn listed(file: &Path, typed: &[(String, String)]) -> Result<Vec<Item>, Failure> {
    let wrong = |reason: String| Failure::Usage(format!("--list: {}: {reason}", file.display()));
    let text = input::read_text(file)?;
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headers = reader
        .headers()
        .map_err(|error| wrong(error.to_string()))?
        .clone();
    let view = headers
        .iter()
        .position(|header| header.eq_ignore_ascii_case("view"))
        .ok_or_else(|| wrong("it needs a first line with a column named view".to_owned()))?;
    let mut items = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(error.to_string()))?;
        let named = record.get(view).unwrap_or_default();
        if named.is_empty() {
            let line = record.position().map_or(0, csv::Position::line);
            return Err(wrong(format!("line {line} names no view")));
        }
        let fields = headers.iter().zip(&record).enumerate();
        let fields = fields.filter(|(column, _)| *column != view);
        let fields = fields.map(|(_, (field, value))| (field.to_owned(), value.to_owned()));
        items.push(Item {
            view: named.to_owned(),
            fields: typed.iter().cloned().chain(fields).collect(),
        });
    }
    Ok(items)
}

/// The format: as it was chosen, or that of the file's extension, or PDF.
pub(super) fn format(args: &Export) -> Result<ExportFormat, Failure> {
    if let Some(format) = args.format {
        return Ok(format);
    }
    let extension = args.target.as_deref().filter(|target| !target.is_dir());
    let extension = extension.and_then(Path::extension).and_then(|text| text.to_str());
    match extension {
        None => Ok(ExportFormat::Pdf),
        Some(extension) => <ExportFormat as clap::ValueEnum>::from_str(extension, true).map_err(|_| {
            Failure::Usage(format!(
                "--output: no format has the extension {extension:?}: give --format"
            ))
        }),
    }
}

pub(super) fn extension(format: ExportFormat) -> &'static str {
    match format {
        ExportFormat::Png => "png",
        ExportFormat::Pdf => "pdf",
        ExportFormat::Csv => "csv",
        ExportFormat::Xlsx => "xlsx",
    }
}

/// The template with its parts replaced; an unknown part is a mistake.
pub(super) fn name(template: &str, parts: &[(&str, &str)]) -> Result<String, Failure> {
    let mut name = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (part, after) = after
            .split_once('}')
            .ok_or_else(|| Failure::Usage(format!("--name: {template:?} has a {{ without its }}")))?;
        let found = parts.iter().find(|(known, _)| *known == part);
        let (_, value) = found.ok_or_else(|| {
            let known: Vec<_> = parts.iter().map(|(known, _)| format!("{{{known}}}")).collect();
            Failure::Usage(format!(
                "--name: there is no {{{part}}}; there are: {}",
                known.join(", ")
            ))
        })?;
        name.push_str(before);
        name.push_str(value);
        rest = after;
    }
    Ok(name + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_from_the_template() {
        let parts = [("view", "Overview"), ("Region", "East")];
        assert_eq!(name("{view} of {Region}", &parts).unwrap(), "Overview of East");
        assert_eq!(name("all", &parts).unwrap(), "all");
        for wrong in ["{region}", "{view", "{}"] {
            assert!(matches!(name(wrong, &parts), Err(Failure::Usage(_))), "{wrong}");
        }
    }
}
