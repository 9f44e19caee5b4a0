//! The rows that the package of a data source carries as text (`.csv`, `.txt`).

use std::io::{Read, Seek};

use super::Unfit;
use super::package::{has_extension, unreadable};
use crate::data_service::TextRows;
use crate::package::{names, open};
use crate::store::model::{ModelDatasource, ModelTable};

/// The maximum size of a file of rows, in bytes; what follows is not read.
const MAX_SIZE: u64 = 32 * 1024 * 1024;
/// The maximum number of rows.
const MAX_ROWS: usize = 100_000;

/// The rows of the first table of a data source that its package has as text; `None` if there is none.
pub(crate) fn text_rows(file: impl Read + Seek, model: &ModelDatasource) -> Result<Option<TextRows>, Unfit> {
    let mut package = open(file).map_err(Unfit::new)?;
    let files = names(&package).map_err(Unfit::new)?;
    let mut found = model.tables.iter().filter_map(|table| {
        let name = files.iter().find(|name| is_of(table, name))?;
        Some((table.relation.clone(), name.clone()))
    });
    let Some((relation, name)) = found.next() else {
        return Ok(None);
    };
    let mut text = Vec::new();
    let entry = package.by_name(&name).map_err(unreadable)?;
    entry.take(MAX_SIZE).read_to_end(&mut text).map_err(Unfit::new)?;
    Ok(Some(read(relation, &text)))
}

/// Whether a file of the package is that of a table: the connection has its path, and the table is called `orders#csv`.
fn is_of(table: &ModelTable, file: &str) -> bool {
    if !has_extension(file, &["csv", "txt"]) {
        return false;
    }
    let base = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let named = [base(&table.database.path), table.name.replace('#', ".")];
    named.iter().any(|name| name.eq_ignore_ascii_case(&base(file)))
}

fn read(relation: String, text: &[u8]) -> TextRows {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    // The separator is the one that the names of the columns have most of.
    let count = |separator: &u8| first.iter().filter(|byte| *byte == separator).count();
    let separator = [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .from_reader(text);
    let line = |line: &csv::ByteRecord| -> Vec<String> {
        line.iter()
            .map(|value| String::from_utf8_lossy(value).into_owned())
            .collect()
    };
    TextRows {
        relation,
        columns: reader.byte_headers().map(line).unwrap_or_default(),
        rows: reader
            .byte_records()
            .flatten()
            .take(MAX_ROWS)
            .map(|record| line(&record))
            .collect(),
    }
}
