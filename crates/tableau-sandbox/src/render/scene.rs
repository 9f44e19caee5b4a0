//! What is drawn, whatever it is drawn with: a title, filters, and a bar chart.

use super::data::amount;

/// The blue of the bars.
pub(super) const BAR: [u8; 3] = [0x4e, 0x79, 0xa7];
/// The black of texts.
pub(super) const INK: [u8; 3] = [0x33, 0x33, 0x33];

/// Shapes on a white ground, with the origin at the upper left.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) bars: Vec<Bar>,
    pub(super) texts: Vec<Line>,
}

#[derive(Debug)]
pub(super) struct Bar {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

/// A line of text, by its upper left corner.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) is_title: bool,
    pub(super) text: String,
}

impl Line {
    /// The height of its letters.
    pub(super) fn size(&self) -> f32 {
        if self.is_title { 20.0 } else { 10.0 }
    }
}

impl Scene {
    pub(super) fn of(
        title: &str,
        filters: &[String],
        chart: &[(&str, i64)],
        width: f32,
        height: f32,
    ) -> Self {
        let margin = (width.min(height) / 20.0).max(4.0);
        let mut texts = vec![Line {
            x: margin,
            y: margin,
            is_title: true,
            text: title.to_owned(),
        }];
        let mut y = margin + 26.0;
        for filter in filters {
            texts.push(Line {
                x: margin,
                y,
                is_title: false,
                text: filter.clone(),
            });
            y += 14.0;
        }
        let (mut bars, label) = (Vec::new(), 60.0_f32.min(width / 4.0));
        let most = chart.iter().map(|(_, value)| *value).max().unwrap_or(1) as f32;
        let step = (height - y - 2.0 * margin).max(1.0) / chart.len().max(1) as f32;
        for (place, (name, value)) in chart.iter().enumerate() {
            let top = y + margin + step * place as f32;
            let length = (width - 2.0 * margin - 2.0 * label).max(1.0) * *value as f32 / most;
            bars.push(Bar {
                x: margin + label,
                y: top,
                width: length,
                height: step * 0.7,
            });
            let beside = top + step * 0.35 - 5.0;
            for (x, text) in [
                (margin, (*name).to_owned()),
                (margin + label + length + 4.0, amount(*value)),
            ] {
                texts.push(Line {
                    x,
                    y: beside,
                    is_title: false,
                    text,
                });
            }
        }
        Self {
            width,
            height,
            bars,
            texts,
        }
    }
}
