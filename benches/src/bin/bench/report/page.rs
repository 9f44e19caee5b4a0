//! `docs/performance.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use crate::options::Options;
use crate::result::Row;

const METHOD: &str = "\
`benches/run all --write` measures everything here and writes this page; `benches/reasons.toml` has what people wrote about
goals that are missed. *TSC* is `tableauserverclient`, Tableau's library for Python, and *tabcmd* Tableau's command; *limit* is a program that does nothing
but the task, with hyper and with events of quick-xml (`benches/src/bin/limit`); *library* is `tableau-client`, *command* is `tabctl`. By password where
nothing else is said: servers see no difference, and neither do TSC and limit.

- No real Tableau server was measured. The server is bare hyper on the loopback interface with answers made before (`benches/src/bin/reference`): 772 bytes of
  XML for a workbook, with project, owner, tags and dates. Where an answer comes after 20 ms, the server sleeps; that is no network, where bandwidth and new
  connections cost too.
- Each run is a process of its own. The server has the first CPU and the client the second, so that clients in Python and in Rust have one each. CPU is that of user and kernel
  together, memory is the peak of the resident set, both the kernel's figures. Short programs run ten times for one sample.
  Cycles measure themselves from after the first one, and sessions from after what is imported.
- Programs of a row take turns, round after round. Ratios are those within a round. A figure is the median, in brackets are the least and the most.
- Clients of a list have to read the same: count, sum of sizes, tags, dates and names. The server compares what is published with the file. Downloads are of the
  same length. The runner stops on a difference.
- TLS is 1.3 with a certificate of ECDSA P-256, among the authorities of certifi.
- Trust the ratios, not the seconds: those depend on the machine and on what else it does.
";

pub(crate) fn of(
    options: &Options,
    rows: &[Row],
    reasons: &BTreeMap<String, String>,
    machine: &str,
    took: Duration,
) -> String {
    let mut page = "# Performance\n\nWhat work costs beside Tableau's own clients, and beside programs that do the least.\n\n".to_owned();
    let size = match options.is_whole {
        true => "",
        false => " **A quick run, at smaller sizes than the goals are for.**",
    };
    let _ = writeln!(
        page,
        "{machine} It took {} s.{size}\n\n![CPU of each program](performance.svg)\n",
        took.as_secs()
    );
    page.push_str("## Goals\n\nA ratio below 1 is written as a fraction.\n\n");
    goals(&mut page, rows);
    missed(&mut page, rows, reasons);
    // What this program cannot measure, since it would build itself.
    if let Some(text) = reasons.get("tests") {
        let _ = writeln!(page, "## The tests, from cold\n\n{}\n", text.trim());
    }
    page.push_str("## Figures\n\n");
    figures(&mut page, rows);
    let _ = write!(page, "\n## How it is measured\n\n{METHOD}");
    page
}

fn goals(page: &mut String, rows: &[Row]) {
    page.push_str("| row | what | goal | measured | |\n| --- | --- | --- | --- | --- |\n");
    for row in rows {
        for goal in &row.goals {
            let verdict = if goal.is_met() { "met" } else { "**missed**" };
            let measured = goal.measured.shown(goal.unit);
            let _ = writeln!(
                page,
                "| {} | {} | {} | {measured} | {verdict} |",
                row.key,
                goal.what,
                goal.goal()
            );
        }
    }
    page.push('\n');
}

fn missed(page: &mut String, rows: &[Row], reasons: &BTreeMap<String, String>) {
    let missed: Vec<&Row> = rows
        .iter()
        .filter(|row| row.goals.iter().any(|goal| !goal.is_met()))
        .collect();
    if missed.is_empty() {
        return;
    }
    page.push_str("## Goals that are missed\n\n");
    for row in missed {
        let reason = reasons
            .get(row.key)
            .map_or("the reason is not known yet.", |text| text.trim());
        let _ = writeln!(page, "- **{}** ({}): {reason}", row.key, row.title);
    }
    page.push('\n');
}

fn figures(page: &mut String, rows: &[Row]) {
    for row in rows {
        let _ = writeln!(page, "**{}**: {} ({} rounds)\n", row.key, row.title, row.rounds);
        let Some(first) = row.lines.first() else {
            continue;
        };
        let (mut head, mut rule) = ("| |".to_owned(), "| --- |".to_owned());
        for figure in &first.figures {
            let _ = write!(head, " {} |", figure.of);
            rule.push_str(" --- |");
        }
        let _ = writeln!(page, "{head}\n{rule}");
        for line in &row.lines {
            let _ = write!(page, "| {} |", line.name);
            for figure in &line.figures {
                let _ = write!(page, " {} |", figure.spread.shown(figure.unit));
            }
            page.push('\n');
        }
        page.push('\n');
    }
}
