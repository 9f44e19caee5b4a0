//! Workbooks out of the XML of a page, by its events.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::Outcome;

/// A workbook with what lists say of it.
pub(crate) struct Workbook {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) others: Others,
    pub(crate) size: u64,
    /// In seconds since 1970.
    pub(crate) created: i64,
    pub(crate) project: Named,
    pub(crate) owner: Named,
    pub(crate) tags: Vec<String>,
}

#[derive(Default)]
pub(crate) struct Others {
    description: String,
    content_url: String,
    webpage_url: String,
    default_view: String,
    updated: i64,
    show_tabs: bool,
    encrypt_extracts: bool,
    is_accelerated: bool,
}

#[derive(Default)]
pub(crate) struct Named {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// The workbooks of a page, and how many there are in all.
pub(crate) fn read(xml: &[u8]) -> Outcome<(Vec<Workbook>, u64)> {
    let mut reader = Reader::from_str(std::str::from_utf8(xml)?);
    let (mut all, mut total) = (Vec::with_capacity(1000), 0);
    loop {
        match reader.read_event()? {
            Event::Start(start) | Event::Empty(start) => match start.name().as_ref() {
                "pagination" => {
                    let text = attribute(&start, "totalAvailable")?;
                    total = text.ok_or("no total")?.parse()?;
                }
                "workbook" => all.push(workbook(&start)?),
                name => {
                    if let Some(last) = all.last_mut() {
                        within(last, name, &start)?;
                    }
                }
            },
            Event::Eof => return Ok((all, total)),
            _ => {}
        }
    }
}

fn workbook(start: &BytesStart<'_>) -> Outcome<Workbook> {
    let mut workbook = Workbook {
        id: String::new(),
        name: String::new(),
        others: Others::default(),
        size: 0,
        created: 0,
        project: Named::default(),
        owner: Named::default(),
        tags: Vec::with_capacity(2),
    };
    let others = &mut workbook.others;
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0)?;
        match attribute.key.as_ref() {
            "id" => workbook.id = value.into_owned(),
            "name" => workbook.name = value.into_owned(),
            "description" => others.description = value.into_owned(),
            "contentUrl" => others.content_url = value.into_owned(),
            "webpageUrl" => others.webpage_url = value.into_owned(),
            "defaultViewId" => others.default_view = value.into_owned(),
            "showTabs" => others.show_tabs = value == "true",
            "encryptExtracts" => others.encrypt_extracts = value == "true",
            "size" => workbook.size = value.parse()?,
            "createdAt" => workbook.created = seconds(&value)?,
            "updatedAt" => others.updated = seconds(&value)?,
            _ => {}
        }
    }
    Ok(workbook)
}

fn within(workbook: &mut Workbook, name: &str, start: &BytesStart<'_>) -> Outcome<()> {
    match name {
        "project" => workbook.project = named(start)?,
        "owner" => workbook.owner = named(start)?,
        "tag" => workbook.tags.extend(attribute(start, "label")?),
        "dataAccelerationConfig" => {
            let value = attribute(start, "accelerationEnabled")?;
            workbook.others.is_accelerated = value.as_deref() == Some("true");
        }
        _ => {}
    }
    Ok(())
}

fn named(start: &BytesStart<'_>) -> Outcome<Named> {
    let mut named = Named::default();
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0)?;
        match attribute.key.as_ref() {
            "id" => named.id = value.into_owned(),
            "name" => named.name = value.into_owned(),
            _ => {}
        }
    }
    Ok(named)
}

/// The value of one attribute.
pub(crate) fn attribute(start: &BytesStart<'_>, name: &str) -> Outcome<Option<String>> {
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute?;
        if attribute.key.as_ref() == name {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0)?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

/// The seconds since 1970 of `2026-11-28T21:05:07Z`.
fn seconds(text: &str) -> Outcome<i64> {
    let number =
        |range: std::ops::Range<usize>| -> Outcome<i64> { Ok(text.get(range).ok_or("not a date")?.parse()?) };
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    // Years that begin in March have their leap day last.
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468;
    Ok(days * 86_400 + number(11..13)? * 3600 + number(14..16)? * 60 + number(17..19)?)
}
