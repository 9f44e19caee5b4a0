//! Rows as text.

use std::fmt::Write as _;

use crate::result::Row;

/// A row as it is printed when it is done.
pub(crate) fn of(row: &Row) -> String {
    let mut text = format!("\n{}: {} [{} rounds]\n", row.key, row.title, row.rounds);
    for line in &row.lines {
        let mut figures = String::new();
        for figure in &line.figures {
            let shown = figure.spread.shown(figure.unit);
            let _ = write!(figures, "  {:<7} {shown:<28}", figure.of);
        }
        let _ = writeln!(text, "  {:<20}{}", line.name, figures.trim_end());
    }
    for goal in &row.goals {
        let verdict = if goal.is_met() { "met" } else { "NOT MET" };
        let measured = goal.measured.shown(goal.unit);
        let _ = writeln!(
            text,
            "  {:<40} {measured:<28} goal {:<10} {verdict}",
            goal.what,
            goal.goal()
        );
    }
    text
}
