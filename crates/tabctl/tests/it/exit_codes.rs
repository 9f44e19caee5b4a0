//! The table of exit codes: one, wherever it is shown.

use crate::support::Bench;

/// The rows of a table in the guide that has this header.
fn rows(page: &str, header: &str) -> Vec<(String, String)> {
    let (_, table) = page.split_once(header).unwrap();
    let lines = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    lines
        .map(|line| {
            let (code, meaning) = line.trim_matches(['|', ' ']).split_once(" | ").unwrap();
            (code.to_owned(), meaning.to_owned())
        })
        .collect()
}

#[test]
fn the_guide_has_the_codes_that_help_shows() {
    let guide = include_str!("../../../../docs/guide/cli.md");
    let documented = rows(guide, "| exit code | meaning |");
    let help = Bench::new().run(&["--help"]).out;
    let (_, help) = help.split_once("Exit codes:\n").unwrap();
    let shown = help
        .lines()
        .filter(|line| line.trim_start().starts_with(|c: char| c.is_ascii_digit()));
    assert_eq!(shown.count(), documented.len(), "{help}");
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for (code, meaning) in documented {
        assert!(
            help.contains(&format!("{code} {meaning}")),
            "{code} {meaning}: {help}"
        );
    }
}
