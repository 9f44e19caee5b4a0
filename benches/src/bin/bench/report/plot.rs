//! The plot: how many times the limit's CPU each program takes, row by row.

use std::error::Error;
use std::path::Path;

use plotters::prelude::*;

use crate::Outcome;
use crate::result::{Line, Row};
use crate::rows::{BY_TOKEN, COMMAND, COMMAND_BY_TOKEN, LIBRARY, LIMIT, TABCMD, TSC};

const WIDTH: u32 = 900;
/// Of each row, in pixels.
const HEIGHT: u32 = 34;
/// The most that the axis shows.
const MOST: f64 = 1000.0;

/// The programs, and their colours.
const PROGRAMS: [(&str, RGBColor); 6] = [
    (TSC, RGBColor(214, 98, 20)),
    (TABCMD, RGBColor(168, 60, 9)),
    (LIBRARY, RGBColor(31, 111, 181)),
    (BY_TOKEN, RGBColor(115, 178, 216)),
    (COMMAND, RGBColor(35, 139, 69)),
    (COMMAND_BY_TOKEN, RGBColor(116, 196, 118)),
];

pub(crate) fn draw(rows: &[Row], file: &Path) -> Outcome<()> {
    let rows: Vec<&Row> = rows.iter().filter(|row| cpu(row, LIMIT).is_some()).collect();
    if rows.is_empty() {
        return Ok(());
    }
    draw_rows(&rows, file).map_err(|error| error.to_string().into())
}

fn cpu(row: &Row, program: &str) -> Option<f64> {
    let named = |line: &&Line| line.name == program;
    let line = row.lines.iter().find(named)?;
    let figure = line.figures.iter().find(|figure| figure.of == "CPU")?;
    Some(figure.spread.median)
}

fn draw_rows(rows: &[&Row], file: &Path) -> Result<(), Box<dyn Error>> {
    let count = u32::try_from(rows.len())?;
    let root = SVGBackend::new(file, (WIDTH, HEIGHT * (count + 4))).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption(
            "CPU of each program, in multiples of the limit's",
            ("sans-serif", 18),
        )
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(130)
        .build_cartesian_2d((0.5..MOST).log_scale(), -0.5..f64::from(count) - 0.5)?;
    let name = |y: &f64| {
        // The first row stands at the top.
        let index = f64::from(count) - 1.0 - y.round();
        let row = rows.get(index.max(0.0) as usize);
        row.filter(|_| (y - y.round()).abs() < 1e-6)
            .map_or_else(String::new, |row| row.key.to_owned())
    };
    chart
        .configure_mesh()
        .y_labels(rows.len() * 2)
        .y_label_formatter(&name)
        .x_label_formatter(&|x| format!("{x}"))
        .x_desc("× limit")
        .label_style(("sans-serif", 13))
        .light_line_style(RGBColor(240, 240, 240))
        .draw()?;
    let limit = vec![(1.0, -0.5), (1.0, f64::from(count) - 0.5)];
    chart
        .draw_series(LineSeries::new(limit, BLACK.stroke_width(2)))?
        .label(LIMIT)
        .legend(|(x, y)| PathElement::new([(x, y), (x + 14, y)], BLACK.stroke_width(2)));
    for (program, colour) in PROGRAMS {
        let points = rows.iter().enumerate().filter_map(|(index, row)| {
            let ratio = cpu(row, program)? / cpu(row, LIMIT)?;
            let y = f64::from(count) - 1.0 - f64::from(u32::try_from(index).ok()?);
            Some((ratio.clamp(0.5, MOST), y))
        });
        let points: Vec<_> = points.collect();
        chart
            .draw_series(
                points
                    .into_iter()
                    .map(|point| Circle::new(point, 5, colour.filled())),
            )?
            .label(program)
            .legend(move |(x, y)| Circle::new((x + 7, y), 5, colour.filled()));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .label_font(("sans-serif", 13))
        .background_style(WHITE.mix(0.85))
        .border_style(RGBColor(200, 200, 200))
        .draw()?;
    root.present()?;
    Ok(())
}
