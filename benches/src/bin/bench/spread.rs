//! What some rounds gave.

use std::fmt;

/// Median, least and greatest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

impl Spread {
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
        let last = values.len().saturating_sub(1);
        Self {
            median: f64::midpoint(at(last / 2), at(values.len() / 2)),
            least: at(0),
            most: at(last),
        }
    }

    pub(crate) fn shown(&self, unit: Unit) -> String {
        let [median, least, most] = [self.median, self.least, self.most].map(|value| unit.shown(value));
        match least == most {
            true => median,
            false => format!("{median} ({least}–{most})"),
        }
    }
}

/// What a figure is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Of time or CPU.
    Seconds,
    /// Of 1,000,000 bytes.
    Megabytes,
    /// Below 1 as a fraction: 1/43.
    Ratio,
    PerSecond,
}

impl Unit {
    pub(crate) fn shown(self, value: f64) -> String {
        match self {
            _ if value.is_nan() => "–".to_owned(),
            Self::Seconds if value < 1e-3 => format!("{} µs", Figures(value * 1e6)),
            Self::Seconds if value < 1.0 => format!("{} ms", Figures(value * 1e3)),
            Self::Seconds => format!("{} s", Figures(value)),
            Self::Megabytes => format!("{} MB", Figures(value)),
            Self::Ratio if value <= 0.5 => format!("1/{}", Figures(1.0 / value)),
            Self::Ratio => format!("{value:.2}"),
            Self::PerSecond => format!("{value:.0}/s"),
        }
    }
}

/// Three figures, or all before the point.
struct Figures(f64);

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = match self.0 {
            value if value < 10.0 => 2,
            value if value < 100.0 => 1,
            _ => 0,
        };
        write!(f, "{:.digits$}", self.0)
    }
}
