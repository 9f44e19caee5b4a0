//! Pages in PDF.

use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};

use crate::render::scene::{BAR, INK, Scene};
use crate::render::{Page, Rendered, Sheet};

const FONT: Name<'static> = Name(b"F1");

pub(in crate::render) fn write(sheets: &[Sheet], page: Page) -> Rendered {
    let mut next = 1..;
    let mut id = move || Ref::new(next.next().unwrap_or(i32::MAX));
    let (catalog, tree, font) = (id(), id(), id());
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    pdf.type1_font(font)
        .base_font(Name(b"Helvetica"))
        .encoding_predefined(Name(b"WinAnsiEncoding"));
    let mut pages = Vec::new();
    for sheet in sheets {
        let (this, drawing) = (id(), id());
        pages.push(this);
        let mut written = pdf.page(this);
        written
            .media_box(Rect::new(0.0, 0.0, page.width, page.height))
            .parent(tree)
            .contents(drawing);
        written.resources().fonts().pair(FONT, font);
        written.finish();
        let scene = sheet.scene(page.width, page.height);
        pdf.stream(drawing, &draw(&scene).finish());
    }
    let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(pages).count(count);
    Ok(pdf.finish())
}

/// The drawing of a page, whose origin is at the lower left.
fn draw(scene: &Scene) -> Content {
    let mut content = Content::new();
    let fill = |content: &mut Content, color: [u8; 3]| {
        let [red, green, blue] = color.map(|part| f32::from(part) / 255.0);
        content.set_fill_rgb(red, green, blue);
    };
    fill(&mut content, BAR);
    for bar in &scene.bars {
        let bottom = scene.height - bar.y - bar.height;
        content.rect(bar.x, bottom, bar.width, bar.height).fill_nonzero();
    }
    fill(&mut content, INK);
    for line in &scene.texts {
        let baseline = scene.height - line.y - line.size() * 0.8;
        content
            .begin_text()
            .set_font(FONT, line.size())
            .next_line(line.x, baseline)
            .show(Str(&latin(&line.text)))
            .end_text();
    }
    content
}

/// The text in the encoding of the font, which has the letters of western Europe.
fn latin(text: &str) -> Vec<u8> {
    let letter = |letter: char| match u8::try_from(letter) {
        Ok(byte) if !letter.is_control() => byte,
        _ => b'?',
    };
    text.chars().map(letter).collect()
}
