//! What was measured, as text, as a page and as a plot.

mod machine;
mod page;
mod plot;
pub(crate) mod text;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::Outcome;
use crate::options::Options;
use crate::result::Row;
use crate::setup::Setup;

/// Writes `docs/performance.md` and its plot. Why a goal is missed is taken from `benches/reasons.toml`, which people write.
pub(crate) fn write(setup: &Setup, options: &Options, rows: &[Row], took: Duration) -> Outcome<()> {
    let reasons = std::fs::read_to_string(setup.root.join("benches/reasons.toml"))?;
    let reasons: BTreeMap<String, String> = toml::from_str(&reasons)?;
    let machine = machine::described(setup)?;
    let page = page::of(options, rows, &reasons, &machine, took);
    std::fs::write(setup.root.join("docs/performance.md"), page)?;
    plot::draw(rows, &setup.root.join("docs/performance.svg"))
}
