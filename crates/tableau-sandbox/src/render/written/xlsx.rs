//! Crosstabs in Excel workbooks.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

use crate::render::data::{DIMENSIONS, MONTHS, Row};
use crate::render::{Rendered, Sheet};

/// The longest name of a worksheet.
const NAME: usize = 31;

/// Sales by region and category, with a column for each month.
pub(in crate::render) fn write(sheet: &Sheet) -> Rendered {
    crosstab(sheet).map_err(|error| error.to_string())
}

fn crosstab(sheet: &Sheet) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // The same data is the same file.
    let made = ExcelDateTime::from_ymd(2026, 1, 1)?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title(&sheet.title)
            .set_creation_datetime(&made),
    );
    let page = workbook.add_worksheet();
    page.set_name(name(&sheet.title))?;
    let rows = &sheet.table.rows;
    let months = MONTHS
        .iter()
        .filter(|month| rows.iter().any(|row| row.dimensions[2] == **month));
    let months: Vec<_> = months.copied().collect();
    for (column, head) in (0..).zip(DIMENSIONS[..2].iter().chain(&months)) {
        page.write(0, column, *head)?;
    }
    let mut groups: Vec<Vec<&Row>> = Vec::new();
    for row in rows {
        match groups.last_mut() {
            Some(group)
                if group
                    .first()
                    .is_some_and(|first| first.dimensions[..2] == row.dimensions[..2]) =>
            {
                group.push(row);
            }
            _ => groups.push(vec![row]),
        }
    }
    for (line, group) in (1..).zip(&groups) {
        write_group(page, line, group, &months)?;
    }
    workbook.save_to_buffer()
}

fn write_group(page: &mut Worksheet, line: u32, group: &[&Row], months: &[&str]) -> Result<(), XlsxError> {
    for (column, name) in (0..).zip(group.first().iter().flat_map(|row| &row.dimensions[..2])) {
        page.write(line, column, *name)?;
    }
    for (column, month) in (2..).zip(months) {
        if let Some(row) = group.iter().find(|row| row.dimensions[2] == *month) {
            page.write(line, column, row.sales as f64 / 100.0)?;
        }
    }
    Ok(())
}

/// A name that Excel takes for a worksheet.
fn name(title: &str) -> String {
    let taken = |letter: &char| !letter.is_control() && !"[]:*?/\\".contains(*letter);
    let name: String = title.chars().filter(taken).take(NAME).collect();
    let name = name.trim_matches(['\'', ' ']);
    if name.is_empty() {
        "Sheet".to_owned()
    } else {
        name.to_owned()
    }
}
