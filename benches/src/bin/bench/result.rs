//! What was measured, in a form that all rows have.

use crate::spread::{Spread, Unit};

/// A row of the table: what was measured, and the goals.
#[derive(Debug)]
pub(crate) struct Row {
    /// The name by which `--only` and the file of reasons know it.
    pub(crate) key: &'static str,
    pub(crate) title: String,
    pub(crate) lines: Vec<Line>,
    pub(crate) goals: Vec<Judged>,
    pub(crate) rounds: usize,
}

/// The figures of one program, or of one request.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) figures: Vec<Figure>,
}

#[derive(Debug)]
pub(crate) struct Figure {
    /// What it is of: `CPU`, `time`, `memory`.
    pub(crate) of: &'static str,
    pub(crate) spread: Spread,
    pub(crate) unit: Unit,
}

/// A goal, and what was measured.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) what: String,
    pub(crate) measured: Spread,
    pub(crate) bound: Bound,
    pub(crate) unit: Unit,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

impl Judged {
    /// Whether the median meets it.
    pub(crate) fn is_met(&self) -> bool {
        match self.bound {
            Bound::AtMost(bound) => self.measured.median <= bound,
            Bound::AtLeast(bound) => self.measured.median >= bound,
        }
    }

    pub(crate) fn goal(&self) -> String {
        let (sign, bound) = match self.bound {
            Bound::AtMost(bound) => ("≤", bound),
            Bound::AtLeast(bound) => ("≥", bound),
        };
        let shown = self.unit.shown(bound);
        let (number, unit) = shown.split_once(' ').unwrap_or((&shown, ""));
        // Goals are round numbers.
        let number = match number.contains('.') {
            true => number.trim_end_matches('0').trim_end_matches('.'),
            false => number,
        };
        format!("{sign} {number} {unit}").trim_end().to_owned()
    }
}
