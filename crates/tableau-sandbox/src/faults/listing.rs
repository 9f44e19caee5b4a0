//! A page of a list that was written already, to be changed without the types of its items.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};
use tableau_wire::Format;

use super::effect::PageFault;

/// A page of a list: its totals, its items as they are written, and what stands around them.
#[derive(Debug)]
pub(crate) struct Listing {
    pub(crate) number: u64,
    pub(crate) size: u64,
    total: u64,
    items: Vec<String>,
    frame: Frame,
}

#[derive(Debug)]
enum Frame {
    /// What stands before the totals, between them and the items, and after the items.
    Xml { parts: [String; 3] },
    /// The names of the list and of its items.
    Json { list: String, item: String },
}

impl Listing {
    /// Reads a page; `None` if the document is none.
    pub(crate) fn read(document: &[u8], format: Format) -> Option<Self> {
        let text = std::str::from_utf8(document).ok()?;
        match format {
            Format::Xml => Self::of_xml(text),
            Format::Json => Self::of_json(text),
        }
    }

    fn of_json(text: &str) -> Option<Self> {
        let mut document: Value = serde_json::from_str(text).ok()?;
        let totals = document.as_object_mut()?.remove("pagination")?;
        let total = |name: &str| totals.get(name)?.as_str()?.parse().ok();
        let (list, items) = document.as_object()?.iter().next()?;
        let (item, items) = items.as_object()?.iter().next()?;
        Some(Self {
            number: total("pageNumber")?,
            size: total("pageSize")?,
            total: total("totalAvailable")?,
            items: items.as_array()?.iter().map(Value::to_string).collect(),
            frame: Frame::Json {
                list: list.clone(),
                item: item.clone(),
            },
        })
    }

    fn of_xml(text: &str) -> Option<Self> {
        let Places {
            totals,
            numbers: [number, size, total],
            list,
            items,
        } = Places::find(text)?;
        let part = |range: Range<usize>| text.get(range).map(str::to_owned);
        // A list that is empty may be one tag: it is opened.
        let (between, after) = match part(list.clone())?.strip_suffix("/>") {
            Some(tag) => {
                let name = tag.trim_start_matches('<').split_whitespace().next()?;
                (format!("{tag}>"), format!("</{name}>"))
            }
            None => (part(list.clone())?, String::new()),
        };
        let end = items.last().map_or(list.end, |item| item.end);
        let parts = [
            part(0..totals.start)?,
            part(totals.end..list.start)? + &between,
            after + text.get(end..)?,
        ];
        Some(Self {
            number: number?,
            size: size?,
            total: total?,
            items: items.into_iter().map(part).collect::<Option<_>>()?,
            frame: Frame::Xml { parts },
        })
    }

    /// Whether the page begins later (1) or earlier (-1) with this fault, for which its neighbor is needed.
    pub(crate) fn neighbor(fault: &PageFault) -> i64 {
        match fault {
            PageFault::Shift(by) => by.signum(),
            _ => 0,
        }
    }

    /// Makes the page wrong; the neighbor is the page from which items come, if there is one.
    pub(crate) fn spoil(&mut self, fault: &PageFault, neighbor: Option<Self>) {
        let length = self.items.len();
        match fault {
            PageFault::Empty => self.items.clear(),
            PageFault::Short(by) => self.items.truncate(length.saturating_sub(count(*by))),
            PageFault::Shift(by) => {
                let by_items = count(by.unsigned_abs()).min(length);
                let theirs = neighbor.map(|neighbor| neighbor.items).unwrap_or_default();
                if *by < 0 {
                    let from = theirs.len().saturating_sub(by_items);
                    self.items.splice(0..0, theirs.into_iter().skip(from));
                    self.items.truncate(length);
                } else {
                    self.items.drain(..by_items);
                    self.items.extend(theirs.into_iter().take(by_items));
                }
            }
            PageFault::Duplicate => {
                let first = self.items.first().cloned();
                if let (Some(first), Some(last)) = (first, self.items.last_mut()) {
                    *last = first;
                }
            }
            PageFault::WithoutIds => {
                for item in &mut self.items {
                    *item = without_id(item, &self.frame);
                }
            }
            PageFault::Number(number) => self.number = *number,
            PageFault::Size(size) => self.size = *size,
            PageFault::Total(total) => self.total = *total,
            PageFault::TotalOffBy(by) => self.total = self.total.saturating_add_signed(*by),
        }
    }

    /// Writes the page.
    pub(crate) fn write(self) -> String {
        let Self {
            number,
            size,
            total,
            items,
            frame,
        } = self;
        match frame {
            Frame::Xml {
                parts: [before, between, after],
            } => {
                let items = items.concat();
                format!(
                    "{before}<pagination pageNumber=\"{number}\" pageSize=\"{size}\" totalAvailable=\"{total}\"/>{between}{items}{after}"
                )
            }
            Frame::Json { list, item } => {
                let text = |number: u64| number.to_string();
                let totals = json!({"pageNumber": text(number), "pageSize": text(size), "totalAvailable": text(total)});
                let items = items.join(",");
                format!(
                    "{{\"pagination\":{totals},{}:{{{}:[{items}]}}}}",
                    Value::from(list),
                    Value::from(item)
                )
            }
        }
    }
}

fn count(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn without_id(item: &str, frame: &Frame) -> String {
    match frame {
        Frame::Json { .. } => {
            let mut value: Value = serde_json::from_str(item).unwrap_or_default();
            if let Some(object) = value.as_object_mut() {
                object.remove("id");
            }
            value.to_string()
        }
        Frame::Xml { .. } => {
            let found = item.split_once('>').and_then(|(tag, rest)| {
                let (before, after) = tag.split_once(" id=\"")?;
                let (_, after) = after.split_once('"')?;
                Some(format!("{before}{after}>{rest}"))
            });
            found.unwrap_or_else(|| item.to_owned())
        }
    }
}

/// Where the parts of a page stand in its XML.
struct Places {
    totals: Range<usize>,
    /// Number, size and total.
    numbers: [Option<u64>; 3],
    /// The first tag of the list.
    list: Range<usize>,
    items: Vec<Range<usize>>,
}

impl Places {
    fn find(text: &str) -> Option<Self> {
        let mut reader = Reader::from_str(text);
        let place = |reader: &Reader<&[u8]>| usize::try_from(reader.buffer_position()).ok();
        let (mut depth, mut begun) = (0_u32, 0);
        let (mut totals, mut list) = (None, None);
        let (mut numbers, mut items) = ([None; 3], Vec::new());
        loop {
            let start = place(&reader)?;
            let event = reader.read_event().ok()?;
            let end = place(&reader)?;
            match event {
                Event::Empty(tag) if depth == 1 && tag.local_name().as_ref() == "pagination" => {
                    let number = |name: &str| {
                        let value = tag.try_get_attribute(name).ok()??.value;
                        value.parse().ok()
                    };
                    numbers = ["pageNumber", "pageSize", "totalAvailable"].map(number);
                    totals = Some(start..end);
                }
                Event::Start(_) => {
                    if depth == 1 {
                        list = Some(start..end);
                    } else if depth == 2 {
                        begun = start;
                    }
                    depth += 1;
                }
                Event::Empty(_) if depth == 1 => list = Some(start..end),
                Event::Empty(_) if depth == 2 => items.push(start..end),
                Event::End(_) => {
                    depth = depth.checked_sub(1)?;
                    if depth == 2 {
                        items.push(begun..end);
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        Some(Self {
            totals: totals?,
            numbers,
            list: list?,
            items,
        })
    }
}
