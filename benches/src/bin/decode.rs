//! Measures reading: a page of a thousand workbooks, in XML and JSON, beside what a parser alone takes.
//!
//! `cargo run --release -p tableau-benches --bin decode`
//!
//! The ways take turns in one process, round after round, so that whatever else the machine does hits all of them alike; what is compared is the
//! ratio within a round, never a figure of one run with a figure of another.

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use quick_xml::XmlVersion;
use quick_xml::events::Event;
use tableau_wire::codec::{Root, decode, encode};
use tableau_wire::rest::{Project, Tag, User, Workbook};
use tableau_wire::{Format, Page, Pagination, Shared, Version};

const ITEMS: u64 = 1000;
const ROUNDS: usize = 15;
/// Long enough for the clock and for a scheduler's hiccup to be small beside it.
const TURN: Duration = Duration::from_millis(60);

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let page = page()?;
    let xml = encode(&page, Root::Response(Version::NEWEST), Format::Xml)?;
    let json = encode(&page, Root::Response(Version::NEWEST), Format::Json)?;
    check(&page, &xml, &json)?;
    println!(
        "{ITEMS} workbooks: {} bytes of XML and {} of JSON each",
        xml.len() as u64 / ITEMS,
        json.len() as u64 / ITEMS
    );

    let ways: [Way<'_>; 5] = [
        Way::new("a  XML, scanned", &xml, &|bytes| Ok(scan(bytes)? as usize)),
        Way::new("b  XML, attributes unescaped", &xml, &|bytes| {
            Ok(attributes(bytes)? as usize)
        }),
        Way::new("c  XML to Page<Workbook>", &xml, &|bytes| {
            Ok(decode::<Page<Workbook>>(bytes, Format::Xml)?.items.len())
        }),
        Way::new("d  JSON to Page<Workbook>", &json, &|bytes| {
            Ok(decode::<Page<Workbook>>(bytes, Format::Json)?.items.len())
        }),
        Way::new("e  JSON to serde_json::Value", &json, &|bytes| {
            let value: serde_json::Value = serde_json::from_slice(bytes)?;
            Ok(value.as_object().map_or(0, serde_json::Map::len))
        }),
    ];
    let lid = warm_up(&ways, &xml, &json)?;
    let mut rounds: Vec<Vec<f64>> = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        rounds.push(ways.iter().map(Way::turn).collect::<Outcome<_>>()?);
    }
    drop(lid);
    report(&ways, &rounds);
    Ok(())
}

/// One turn for each way, and something to hold on to.
///
/// A process that does nothing but read and drop gives its memory back to the system each time, and pays a third of its time for getting it
/// again. Programs do other things too: what is allocated here, above everything else, keeps the memory below it.
fn warm_up(ways: &[Way<'_>], xml: &[u8], json: &[u8]) -> Outcome<Vec<u8>> {
    let pages = (
        decode::<Page<Workbook>>(xml, Format::Xml)?,
        decode::<Page<Workbook>>(json, Format::Json)?,
    );
    let value: serde_json::Value = serde_json::from_slice(json)?;
    let lid = black_box(vec![1; 100_000]);
    drop((pages, value));
    for way in ways {
        way.turn()?;
    }
    Ok(lid)
}

/// One way to read, over one document.
struct Way<'a> {
    name: &'static str,
    bytes: &'a [u8],
    read: &'a dyn Fn(&[u8]) -> Outcome<usize>,
}

impl<'a> Way<'a> {
    fn new(name: &'static str, bytes: &'a [u8], read: &'a dyn Fn(&[u8]) -> Outcome<usize>) -> Self {
        Self { name, bytes, read }
    }

    /// Reads for the length of a turn; gives the seconds for one document.
    fn turn(&self) -> Outcome<f64> {
        let start = Instant::now();
        let mut count = 0_u32;
        while start.elapsed() < TURN {
            black_box((self.read)(black_box(self.bytes))?);
            count += 1;
        }
        Ok(start.elapsed().as_secs_f64() / f64::from(count))
    }
}

/// Median, least and greatest.
fn spread(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
    (at(values.len() / 2), at(0), at(values.len().saturating_sub(1)))
}

fn report(ways: &[Way<'_>], rounds: &[Vec<f64>]) {
    println!(
        "{:<30} {:>22} {:>30} {:>22}",
        "", "MB/s", "workbooks/s", "time, as multiple of a"
    );
    for (index, way) in ways.iter().enumerate() {
        let column = |of: &dyn Fn(f64, f64) -> f64| {
            let value = |round: &Vec<f64>| Some(of(*round.get(index)?, *round.first()?));
            spread(rounds.iter().filter_map(value).collect())
        };
        let (speed, slowest, fastest) = column(&|own, _| way.bytes.len() as f64 / own / 1e6);
        let (items, least, most) = column(&|own, _| ITEMS as f64 / own);
        let (ratio, low, high) = column(&|own, scan| own / scan);
        println!(
            "{:<30} {:>22} {:>30} {:>22}",
            way.name,
            format!("{speed:.0} ({slowest:.0}–{fastest:.0})"),
            format!("{items:.0} ({least:.0}–{most:.0})"),
            format!("{ratio:.2} ({low:.2}–{high:.2})"),
        );
    }
}

fn scan(bytes: &[u8]) -> Outcome<u64> {
    let mut reader = quick_xml::Reader::from_str(std::str::from_utf8(bytes)?);
    let mut count = 0;
    while !matches!(reader.read_event()?, Event::Eof) {
        count += 1;
    }
    Ok(count)
}

fn attributes(bytes: &[u8]) -> Outcome<u64> {
    let mut reader = quick_xml::Reader::from_str(std::str::from_utf8(bytes)?);
    let mut count = 0;
    loop {
        match reader.read_event()? {
            Event::Start(start) | Event::Empty(start) => {
                let mut attributes = start.attributes();
                for attribute in attributes.with_checks(false) {
                    count += attribute?.normalized_value(XmlVersion::Implicit1_0)?.len() as u64;
                }
            }
            Event::Eof => return Ok(count),
            _ => {}
        }
    }
}

/// What is measured is worth measuring: both documents give the whole page back.
fn check(page: &Page<Workbook>, xml: &[u8], json: &[u8]) -> Outcome<()> {
    for (bytes, format) in [(xml, Format::Xml), (json, Format::Json)] {
        let read: Page<Workbook> = decode(bytes, format)?;
        if read != *page || read.items.len() as u64 != ITEMS {
            return Err(format!("{format:?} does not give the page back").into());
        }
    }
    Ok(())
}

/// A page as a server gives it: every workbook with its project, owner, tags and dates, some with text that needs escaping.
fn page() -> Outcome<Page<Workbook>> {
    let items = (0..ITEMS).map(workbook).collect::<Outcome<_>>()?;
    Ok(Page::new(
        items,
        Pagination {
            page_number: 1,
            page_size: ITEMS,
            total_available: 12 * ITEMS,
        },
    ))
}

fn workbook(number: u64) -> Outcome<Workbook> {
    let luid = |kind: u64| {
        format!(
            "{:08x}-{kind:04x}-4a6d-9f3e-{:012x}",
            number * 2_654_435_761 % (1 << 32),
            number * 97 + kind
        )
    };
    let date = |minute: u64| {
        format!(
            "2026-{:02}-{:02}T{:02}:{:02}:07Z",
            number % 12 + 1,
            number % 28 + 1,
            number % 24,
            minute % 60
        )
    };
    let mut project = Project::default();
    (project.id, project.name) = (
        luid(number % 20).into(),
        format!("Region {} & partners", number % 20),
    );
    let mut owner = User::default();
    (owner.id, owner.name) = (luid(number % 90).into(), format!("analyst{}", number % 90));
    let mut workbook = Workbook::default();
    (workbook.id, workbook.name) = (
        luid(1).into(),
        format!("Quarterly revenue by region, number {number}"),
    );
    workbook.content_url = Some(format!("Quarterlyrevenuebyregionnumber{number}"));
    workbook.description = number
        .is_multiple_of(3)
        .then(|| "Revenue against plan; \"actuals\" come at 6:00.\nAsk finance.".to_owned());
    workbook.created_at = Some(date(number).parse()?);
    workbook.updated_at = Some(date(number + 7).parse()?);
    workbook.last_published_at = Some(date(number + 5).parse()?);
    (
        workbook.show_tabs,
        workbook.encrypt_extracts,
        workbook.has_extracts,
    ) = (Some(number.is_multiple_of(2)), Some(false), Some(true));
    (workbook.size, workbook.sheet_count) = (Some(number % 300), Some(number % 12 + 1));
    workbook.default_view_id = Some(luid(2).into());
    workbook.webpage_url = Some(format!(
        "https://tableau.example.com/#/site/marketing/workbooks/{number}/views"
    ));
    (workbook.project, workbook.owner) = (Some(Shared::new(project)), Some(Shared::new(owner)));
    workbook.tags = Some(
        ["finance", "quarterly", "review"]
            .into_iter()
            .take(number as usize % 4)
            .map(Tag::from)
            .collect(),
    );
    Ok(workbook)
}
