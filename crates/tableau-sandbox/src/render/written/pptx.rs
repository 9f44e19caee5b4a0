//! Slides in PowerPoint presentations: the parts that every program wants, and a picture on each slide.

use std::io::{Cursor, Write};

use quick_xml::escape::escape;
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::render::{Rendered, Sheet};

/// The size of a picture, in pixels.
const PICTURE: (u32, u32) = (960, 540);
/// The size of a slide, in units of which 914,400 are an inch: 10 by 5.625 inches.
const SLIDE: (u32, u32) = (9_144_000, 5_143_500);
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const NAMESPACES: &str = "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
    xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\"";
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const TYPE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const CONTENT: &str = "application/vnd.openxmlformats-officedocument.presentationml";
/// A group of shapes without any.
const NO_SHAPES: &str =
    "<p:nvGrpSpPr><p:cNvPr id=\"1\" name=\"\"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>";

pub(in crate::render) fn write(title: &str, sheets: &[Sheet]) -> Rendered {
    let pictures: Result<Vec<_>, _> = sheets.iter().map(|sheet| sheet.png(PICTURE)).collect();
    package(title, sheets, &pictures?).map_err(|error| error.to_string())
}

fn package(title: &str, sheets: &[Sheet], pictures: &[Vec<u8>]) -> ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let mut part = |name: &str, bytes: &[u8]| -> ZipResult<()> {
        zip.start_file(name, options)?;
        Ok(zip.write_all(bytes)?)
    };
    let xml = |text: &str| (DECLARATION.to_owned() + text).into_bytes();
    part("[Content_Types].xml", &xml(&content_types(sheets.len())))?;
    part(
        "_rels/.rels",
        &xml(&related(&[
            ("officeDocument", "ppt/presentation.xml".into()),
            ("metadata/core-properties", "docProps/core.xml".into()),
        ])),
    )?;
    part("docProps/core.xml", &xml(&properties(title)))?;
    part("ppt/presentation.xml", &xml(&presentation(sheets.len())))?;
    let slides = (1..=sheets.len()).map(|number| ("slide", format!("slides/slide{number}.xml")));
    let mut parts = vec![("slideMaster", "slideMasters/slideMaster1.xml".to_owned())];
    parts.extend(slides);
    part("ppt/_rels/presentation.xml.rels", &xml(&related(&parts)))?;
    part("ppt/slideMasters/slideMaster1.xml", &xml(&master()))?;
    let of_master = [
        ("slideLayout", "../slideLayouts/slideLayout1.xml".to_owned()),
        ("theme", "../theme/theme1.xml".to_owned()),
    ];
    part(
        "ppt/slideMasters/_rels/slideMaster1.xml.rels",
        &xml(&related(&of_master)),
    )?;
    part("ppt/slideLayouts/slideLayout1.xml", &xml(&layout()))?;
    let of_layout = [("slideMaster", "../slideMasters/slideMaster1.xml".to_owned())];
    part(
        "ppt/slideLayouts/_rels/slideLayout1.xml.rels",
        &xml(&related(&of_layout)),
    )?;
    part("ppt/theme/theme1.xml", &xml(&theme()))?;
    for (number, (sheet, picture)) in (1..).zip(sheets.iter().zip(pictures)) {
        part(
            &format!("ppt/slides/slide{number}.xml"),
            &xml(&slide(&sheet.title)),
        )?;
        let of_slide = [
            ("slideLayout", "../slideLayouts/slideLayout1.xml".to_owned()),
            ("image", format!("../media/image{number}.png")),
        ];
        part(
            &format!("ppt/slides/_rels/slide{number}.xml.rels"),
            &xml(&related(&of_slide)),
        )?;
        part(&format!("ppt/media/image{number}.png"), picture)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn content_types(slides: usize) -> String {
    let mut types = format!(
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"png\" ContentType=\"image/png\"/>\
         <Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
         <Override PartName=\"/ppt/presentation.xml\" ContentType=\"{CONTENT}.presentation.main+xml\"/>\
         <Override PartName=\"/ppt/slideMasters/slideMaster1.xml\" ContentType=\"{CONTENT}.slideMaster+xml\"/>\
         <Override PartName=\"/ppt/slideLayouts/slideLayout1.xml\" ContentType=\"{CONTENT}.slideLayout+xml\"/>\
         <Override PartName=\"/ppt/theme/theme1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.theme+xml\"/>"
    );
    for number in 1..=slides {
        types += &format!(
            "<Override PartName=\"/ppt/slides/slide{number}.xml\" ContentType=\"{CONTENT}.slide+xml\"/>"
        );
    }
    types + "</Types>"
}

/// The parts that a part refers to, as `rId1` and so on.
fn related(parts: &[(&str, String)]) -> String {
    let mut related = format!("<Relationships xmlns=\"{RELATIONSHIPS}\">");
    for (number, (kind, target)) in (1..).zip(parts) {
        // The properties are a part of the package rather than of the document.
        let base = if kind.contains('/') { RELATIONSHIPS } else { TYPE };
        related += &format!("<Relationship Id=\"rId{number}\" Type=\"{base}/{kind}\" Target=\"{target}\"/>");
    }
    related + "</Relationships>"
}

fn properties(title: &str) -> String {
    format!(
        "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title></cp:coreProperties>",
        text(title)
    )
}

fn presentation(slides: usize) -> String {
    let (width, height) = SLIDE;
    let mut list = String::new();
    for number in 1..=slides {
        list += &format!("<p:sldId id=\"{}\" r:id=\"rId{}\"/>", 255 + number, number + 1);
    }
    format!(
        "<p:presentation {NAMESPACES}><p:sldMasterIdLst><p:sldMasterId id=\"2147483648\" r:id=\"rId1\"/></p:sldMasterIdLst>\
         <p:sldIdLst>{list}</p:sldIdLst><p:sldSz cx=\"{width}\" cy=\"{height}\"/><p:notesSz cx=\"{height}\" cy=\"{width}\"/></p:presentation>"
    )
}

fn master() -> String {
    let colors = "bg1=\"lt1\" tx1=\"dk1\" bg2=\"lt2\" tx2=\"dk2\" accent1=\"accent1\" accent2=\"accent2\" accent3=\"accent3\" \
        accent4=\"accent4\" accent5=\"accent5\" accent6=\"accent6\" hlink=\"hlink\" folHlink=\"folHlink\"";
    format!(
        "<p:sldMaster {NAMESPACES}><p:cSld><p:spTree>{NO_SHAPES}</p:spTree></p:cSld><p:clrMap {colors}/>\
         <p:sldLayoutIdLst><p:sldLayoutId id=\"2147483649\" r:id=\"rId1\"/></p:sldLayoutIdLst></p:sldMaster>"
    )
}

fn layout() -> String {
    format!(
        "<p:sldLayout {NAMESPACES} type=\"blank\"><p:cSld name=\"Blank\"><p:spTree>{NO_SHAPES}</p:spTree></p:cSld>\
         <p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"
    )
}

fn theme() -> String {
    let color = |name: &str, value: &str| format!("<a:{name}><a:srgbClr val=\"{value}\"/></a:{name}>");
    let mut colors: String = [
        ("dk1", "000000"),
        ("lt1", "FFFFFF"),
        ("dk2", "333333"),
        ("lt2", "EEEEEE"),
    ]
    .map(|(name, value)| color(name, value))
    .concat();
    for number in 1..=6 {
        colors += &color(&format!("accent{number}"), "4E79A7");
    }
    colors += &(color("hlink", "4E79A7") + &color("folHlink", "4E79A7"));
    let font = |name: &str| {
        format!(
            "<a:{name}><a:latin typeface=\"Arial\"/><a:ea typeface=\"\"/><a:cs typeface=\"\"/></a:{name}>"
        )
    };
    let fill = "<a:solidFill><a:schemeClr val=\"phClr\"/></a:solidFill>";
    let line = format!("<a:ln w=\"9525\">{fill}</a:ln>");
    let effect = "<a:effectStyle><a:effectLst/></a:effectStyle>";
    format!(
        "<a:theme xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" name=\"Plain\"><a:themeElements>\
         <a:clrScheme name=\"Plain\">{colors}</a:clrScheme>\
         <a:fontScheme name=\"Plain\">{}{}</a:fontScheme>\
         <a:fmtScheme name=\"Plain\"><a:fillStyleLst>{}</a:fillStyleLst><a:lnStyleLst>{}</a:lnStyleLst>\
         <a:effectStyleLst>{}</a:effectStyleLst><a:bgFillStyleLst>{}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>",
        font("majorFont"),
        font("minorFont"),
        fill.repeat(3),
        line.repeat(3),
        effect.repeat(3),
        fill.repeat(3),
    )
}

/// A slide that its picture fills.
fn slide(title: &str) -> String {
    let (width, height) = SLIDE;
    format!(
        "<p:sld {NAMESPACES}><p:cSld><p:spTree>{NO_SHAPES}<p:pic><p:nvPicPr><p:cNvPr id=\"2\" name=\"{0}\" descr=\"{0}\"/>\
         <p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill><a:blip r:embed=\"rId2\"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>\
         <p:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm>\
         <a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></p:spPr></p:pic></p:spTree></p:cSld>\
         <p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>",
        text(title)
    )
}

/// A text as XML carries it.
fn text(text: &str) -> String {
    let printable: String = text.chars().filter(|letter| !letter.is_control()).collect();
    escape(&printable).into_owned()
}
