//! The data of a view: a small table that is the same for the same seed.

use crate::rng::Rng;

/// The fields by which the data can be filtered.
pub(super) const DIMENSIONS: [&str; 3] = ["Region", "Category", "Month"];
const REGIONS: [&str; 4] = ["Central", "East", "South", "West"];
const CATEGORIES: [&str; 3] = ["Furniture", "Office Supplies", "Technology"];
pub(super) const MONTHS: [&str; 6] = ["January", "February", "March", "April", "May", "June"];

/// The data of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) rows: Vec<Row>,
}

/// A row, with its amounts in cents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) dimensions: [&'static str; 3],
    /// The number of its month, from 1.
    pub(crate) month: i8,
    pub(crate) sales: i64,
    pub(crate) profit: i64,
}

impl Table {
    pub(super) fn of(seed: &str) -> Self {
        let mut rng = Rng::of(&["rendering", seed]);
        let mut amount = |limit: u64| i64::try_from(rng.below(limit)).unwrap_or_default();
        let mut rows = Vec::new();
        for region in REGIONS {
            for category in CATEGORIES {
                for (number, month) in (1..).zip(MONTHS) {
                    let sales = 10_000 + amount(990_000);
                    rows.push(Row {
                        dimensions: [region, category, month],
                        month: number,
                        sales,
                        profit: sales / 4 - amount(100_000),
                    });
                }
            }
        }
        Self { rows }
    }

    /// Keeps the rows with one of these values in a field; gives the field's name, or nothing if there is no such field or no value.
    pub(super) fn keep(&mut self, field: &str, values: &[String]) -> Option<&'static str> {
        let place = DIMENSIONS
            .iter()
            .position(|name| name.eq_ignore_ascii_case(field))?;
        // An empty value widens a filter.
        if values.is_empty() {
            return None;
        }
        self.rows.retain(|row| {
            let is = |value: &String| row.dimensions.get(place).is_some_and(|is| is == value);
            values.iter().any(is)
        });
        DIMENSIONS.get(place).copied()
    }

    /// Region and sales, of those regions that have some.
    pub(super) fn bars(&self) -> Vec<(&'static str, i64)> {
        let sum = |region: &&'static str| {
            let rows = self.rows.iter().filter(|row| row.dimensions[0] == *region);
            (*region, rows.map(|row| row.sales).sum())
        };
        let sums = REGIONS.iter().map(sum);
        sums.filter(|(_, sales)| *sales > 0).collect()
    }
}

/// The values of a filter: separated by commas, with `\,` and `\\` for the characters themselves.
pub(super) fn values(text: &str) -> Vec<String> {
    let (mut values, mut value, mut letters) = (Vec::new(), String::new(), text.chars());
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => value.extend(letters.next()),
            ',' => values.push(std::mem::take(&mut value)),
            _ => value.push(letter),
        }
    }
    values.push(value);
    values.retain(|value| !value.is_empty());
    values
}

/// An amount in cents as text.
pub(crate) fn amount(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let cents = cents.unsigned_abs();
    format!("{sign}{}.{:02}", cents / 100, cents % 100)
}
