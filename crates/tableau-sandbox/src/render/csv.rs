//! Data in CSV.

use super::data::{DIMENSIONS, Table, amount};

/// The names of the columns, and the rows. No value has a comma, a quote or a line break.
pub(super) fn write(table: &Table) -> String {
    let mut csv = format!("{},Sales,Profit\n", DIMENSIONS.join(","));
    for row in &table.rows {
        let cells = [row.dimensions.join(","), amount(row.sales), amount(row.profit)];
        csv.push_str(&cells.join(","));
        csv.push('\n');
    }
    csv
}
