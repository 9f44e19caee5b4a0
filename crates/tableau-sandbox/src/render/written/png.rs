//! Pictures in PNG.

use std::convert::Infallible;

use embedded_graphics::Drawable;
use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Point, Size};
use embedded_graphics::mono_font::MonoTextStyle;
use embedded_graphics::mono_font::iso_8859_1::{FONT_6X10, FONT_10X20};
use embedded_graphics::pixelcolor::{Rgb888, RgbColor};
use embedded_graphics::primitives::{Primitive, PrimitiveStyle, Rectangle};
use embedded_graphics::text::{Baseline, Text};

use crate::render::scene::{BAR, INK};
use crate::render::{Rendered, SCREEN, Sheet};

/// Draws a view and writes the picture.
pub(in crate::render) fn write(sheet: &Sheet, width: u32, height: u32) -> Rendered {
    // Letters have a fixed size: in a large picture each of their points is a square.
    let scale = (width / SCREEN.0).min(height / SCREEN.1).max(1);
    let mut canvas = Canvas {
        width,
        height,
        scale,
        bytes: vec![0xff; (width as usize) * (height as usize) * 3],
    };
    let scene = sheet.scene((width / scale) as f32, (height / scale) as f32);
    let color = |[red, green, blue]: [u8; 3]| Rgb888::new(red, green, blue);
    for bar in &scene.bars {
        let size = Size::new(bar.width.round() as u32, bar.height.round() as u32);
        let bar = Rectangle::new(point(bar.x, bar.y), size);
        let Ok(()) = bar
            .into_styled(PrimitiveStyle::with_fill(color(BAR)))
            .draw(&mut canvas);
    }
    for line in &scene.texts {
        let font = if line.is_title { &FONT_10X20 } else { &FONT_6X10 };
        let style = MonoTextStyle::new(font, color(INK));
        let text = Text::with_baseline(&line.text, point(line.x, line.y), style, Baseline::Top);
        let Ok(_) = text.draw(&mut canvas);
    }
    encode(&canvas).map_err(|error| error.to_string())
}

fn point(x: f32, y: f32) -> Point {
    Point::new(x.round() as i32, y.round() as i32)
}

fn encode(canvas: &Canvas) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, canvas.width, canvas.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&canvas.bytes)?;
    writer.finish()?;
    Ok(bytes)
}

/// The points of a picture.
struct Canvas {
    width: u32,
    height: u32,
    /// How many of its points are one of the drawing, in each direction.
    scale: u32,
    bytes: Vec<u8>,
}

impl Canvas {
    fn set(&mut self, x: u32, y: u32, color: Rgb888) {
        if x >= self.width || y >= self.height {
            return;
        }
        let place = (y as usize * self.width as usize + x as usize) * 3;
        if let Some(point) = self.bytes.get_mut(place..place + 3) {
            point.copy_from_slice(&[color.r(), color.g(), color.b()]);
        }
    }
}

impl OriginDimensions for Canvas {
    fn size(&self) -> Size {
        Size::new(self.width / self.scale, self.height / self.scale)
    }
}

impl DrawTarget for Canvas {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(&mut self, pixels: I) -> Result<(), Infallible> {
        let scale = self.scale;
        for Pixel(point, color) in pixels {
            let (Ok(x), Ok(y)) = (u32::try_from(point.x), u32::try_from(point.y)) else {
                continue;
            };
            for (right, down) in (0..scale).flat_map(|right| (0..scale).map(move |down| (right, down))) {
                self.set(
                    x.saturating_mul(scale) + right,
                    y.saturating_mul(scale) + down,
                    color,
                );
            }
        }
        Ok(())
    }
}
