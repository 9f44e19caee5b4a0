//! Columns that fit a width; where they cannot, one line for each field.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Between two columns.
const GAP: usize = 2;
/// The least width to which a column is shortened.
const LEAST: usize = 12;
/// The least width of an identifier: its first eight letters, which tell items apart, and `…`.
const LEAST_OF_ID: usize = 9;

/// A column of a table.
pub(super) struct Heading {
    pub(super) title: String,
    pub(super) holds: Holds,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// Identifiers in a command's own columns: they are shortened before all else.
    Ids,
    /// Identifiers that were asked for, to be copied: never cut.
    AskedIds,
    /// Anything else.
    Values,
}

/// The lines of a table; `bold` begins and ends what stands out.
pub(super) fn lines(
    headings: &[Heading],
    rows: &[Vec<String>],
    width: usize,
    bold: [&str; 2],
) -> Vec<String> {
    let short: Vec<Vec<_>> = rows
        .iter()
        .map(|row| row.iter().map(|text| shown(text)).collect())
        .collect();
    match widths(headings, &short, width) {
        Some(widths) => {
            let titles: Vec<_> = headings.iter().map(|heading| Cow::from(&heading.title)).collect();
            let [begin, end] = bold;
            let header = format!("{begin}{}{end}", line(&titles, &widths));
            let rows = short.iter().map(|row| line(row, &widths));
            std::iter::once(header).chain(rows).collect()
        }
        None => {
            let blocks = rows.iter().map(|row| record(headings, row, width, bold));
            blocks.collect::<Vec<_>>().join(&[String::new()][..])
        }
    }
}

/// One item, a field on each line; fields without a value are left out.
pub(super) fn record(
    headings: &[Heading],
    row: &[String],
    width: usize,
    [begin, end]: [&str; 2],
) -> Vec<String> {
    let shown = || headings.iter().zip(row).filter(|(_, text)| !text.is_empty());
    let titles = shown()
        .map(|(heading, _)| heading.title.width())
        .max()
        .unwrap_or(0);
    let mut lines = Vec::new();
    for (Heading { title, holds }, text) in shown() {
        let padding = " ".repeat(titles - title.width() + GAP);
        if titles + GAP + text.width() <= width {
            lines.push(format!("{begin}{title}{end}{padding}{text}"));
            continue;
        }
        lines.push(format!("{begin}{title}{end}"));
        let room = match holds {
            Holds::Ids | Holds::AskedIds => usize::MAX,
            Holds::Values => width.saturating_sub(GAP).max(LEAST),
        };
        lines.extend(
            wrapped(text, room)
                .iter()
                .map(|part| format!("{:GAP$}{part}", "")),
        );
    }
    lines
}

/// The width of each column; `None` if they cannot be made to fit.
fn widths(headings: &[Heading], rows: &[Vec<Cow<'_, str>>], width: usize) -> Option<Vec<usize>> {
    let mut widths: Vec<usize> = headings.iter().map(|heading| heading.title.width()).collect();
    for row in rows {
        for (width, text) in widths.iter_mut().zip(row) {
            *width = (*width).max(text.as_ref().width());
        }
    }
    let gaps = GAP * headings.len().saturating_sub(1);
    for holds in [Holds::Ids, Holds::Values] {
        while widths.iter().sum::<usize>() + gaps > width {
            let of_kind = widths
                .iter_mut()
                .zip(headings)
                .filter(|(_, heading)| heading.holds == holds);
            let widest = of_kind.map(|(width, _)| width).max_by_key(|width| **width);
            match widest.filter(|width| **width > holds.least()) {
                Some(widest) => *widest -= 1,
                None => break,
            }
        }
    }
    (widths.iter().sum::<usize>() + gaps <= width).then_some(widths)
}

impl Holds {
    /// The least width to which such a column is shortened.
    fn least(self) -> usize {
        match self {
            Self::Ids => LEAST_OF_ID,
            Self::AskedIds => usize::MAX,
            Self::Values => LEAST,
        }
    }
}

/// A text as a table shows it: an instant by its minute, `2026-03-01 12:18`; what is printed for programs has it whole.
fn shown(text: &str) -> Cow<'_, str> {
    let is_instant = text.len() == 20 && text.ends_with('Z') && text.parse::<jiff::Timestamp>().is_ok();
    match text.split_at_checked(16).filter(|_| is_instant) {
        Some((minute, _)) => Cow::Owned(minute.replace('T', " ")),
        None => Cow::Borrowed(text),
    }
}

fn line(cells: &[Cow<'_, str>], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        let cell = cut(cell, *width);
        let padding = " ".repeat(width.saturating_sub(cell.width()) + GAP);
        line.push_str(&cell);
        line.push_str(&padding);
    }
    line.truncate(line.trim_end().len());
    line
}

/// A text with at most this width; what was cut off shows as `…`.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut room = width.saturating_sub(1);
    let mut kept: String = text
        .chars()
        .take_while(|letter| {
            let left = room.checked_sub(letter.width().unwrap_or(0));
            room = left.unwrap_or(0);
            left.is_some()
        })
        .collect();
    kept.push('…');
    kept
}

/// A text in lines of at most this width, broken between words where that is possible.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && line.width() + 1 + word.width() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        for letter in word.chars() {
            if line.width() + letter.width().unwrap_or(0) > width {
                lines.push(std::mem::take(&mut line));
            }
            line.push(letter);
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headings(id: Holds) -> Vec<Heading> {
        let heading = |title: &str| Heading {
            title: title.to_owned(),
            holds: if title == "id" { id } else { Holds::Values },
        };
        ["name", "project", "id"].map(heading).into()
    }

    fn rows() -> Vec<Vec<String>> {
        let id = "9a8b7c6d-0000-4000-8000-000000000001";
        [
            ["Sales", "Finance", id],
            [
                "Überraschend lange Übersicht über alle Verkäufe",
                "売上の一覧表と分析",
                id,
            ],
        ]
        .map(|row| row.map(str::to_owned).into())
        .into()
    }

    #[test]
    fn every_width_is_kept_and_identifiers_that_were_asked_for_stay_whole() {
        for width in 38..200 {
            let lines = lines(&headings(Holds::AskedIds), &rows(), width, ["", ""]);
            let too_long = lines.iter().find(|line| line.width() > width);
            assert_eq!(too_long, None, "{width}");
            let ids = lines.iter().filter(|line| line.contains("000000000001"));
            assert_eq!(ids.count(), 2, "{lines:?}");
        }
    }

    #[test]
    fn identifiers_give_way_before_names() {
        let expected = "\
name                                             project              id
Sales                                            Finance              9a8b7c6d…
Überraschend lange Übersicht über alle Verkäufe  売上の一覧表と分析  9a8b7c6d…";
        let title = "Überraschend lange Übersicht über alle Verkäufe".width() + 2;
        let width = title + "売上の一覧表と分析".width() + 2 + LEAST_OF_ID;
        let shown = lines(&headings(Holds::Ids), &rows(), width, ["", ""]).join("\n");
        assert_eq!(
            shown.split_whitespace().collect::<Vec<_>>(),
            expected.split_whitespace().collect::<Vec<_>>()
        );
        let narrower = lines(&headings(Holds::Ids), &rows(), width - 1, ["", ""]).join("\n");
        assert!(
            narrower.contains("Verkäu…") && narrower.contains("9a8b7c6d…"),
            "{narrower}"
        );
        let wide = lines(&headings(Holds::Ids), &rows(), 200, ["", ""]).join("\n");
        assert!(!wide.contains('…'), "{wide}");
    }

    #[test]
    fn instants_are_short_in_tables_only() {
        let row = [
            "2026-03-01T12:18:34Z",
            "2026-03-01T12:18:34",
            "at 2026-03-01T12:18:34Z",
        ];
        let rows = [row.map(str::to_owned).into()];
        let table = lines(&headings(Holds::Ids), &rows, 80, ["", ""]);
        let expected = "2026-03-01 12:18  2026-03-01T12:18:34  at 2026-03-01T12:18:34Z";
        assert_eq!(table.last().map(String::as_str), Some(expected));
        let record = record(&headings(Holds::Ids), &rows[0], 80, ["", ""]);
        assert_eq!(
            record.first().map(String::as_str),
            Some("name     2026-03-01T12:18:34Z")
        );
    }

    #[test]
    fn what_is_cut_says_so() {
        let lines = lines(&headings(Holds::AskedIds), &rows(), 80, ["", ""]);
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert!(
            lines[2].starts_with("Überraschend l") && lines[2].contains('…'),
            "{lines:?}"
        );
        assert!(!lines[1].contains('…'), "{lines:?}");
    }

    #[test]
    fn what_cannot_fit_gets_a_line_for_each_field() {
        let expected = "\
name     Sales
project  Finance
id
  9a8b7c6d-0000-4000-8000-000000000001

name
  Überraschend lange Übersicht über alle
  Verkäufe
project  売上の一覧表と分析
id
  9a8b7c6d-0000-4000-8000-000000000001";
        let headings = headings(Holds::AskedIds);
        assert_eq!(lines(&headings, &rows(), 40, ["", ""]).join("\n"), expected);
    }
}
