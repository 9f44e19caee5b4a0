//! Pictures in SVG.

use std::fmt::Write as _;

use quick_xml::escape::escape;

use super::scene::{BAR, INK, Scene};

pub(super) fn write(scene: &Scene) -> String {
    let color = |[red, green, blue]: [u8; 3]| format!("#{red:02x}{green:02x}{blue:02x}");
    let (width, height) = (scene.width, scene.height);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
    );
    // Writing to a `String` does not fail.
    for bar in &scene.bars {
        let _ = writeln!(
            svg,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{}\"/>",
            bar.x,
            bar.y,
            bar.width,
            bar.height,
            color(BAR)
        );
    }
    for line in &scene.texts {
        let printable: String = line.text.chars().filter(|letter| !letter.is_control()).collect();
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" font-family=\"sans-serif\" font-size=\"{}\" fill=\"{}\">{}</text>",
            line.x,
            line.y + line.size() * 0.8,
            line.size(),
            color(INK),
            escape(&printable)
        );
    }
    svg.push_str("</svg>\n");
    svg
}
