//! A list is complete or an error: the reader of pages, held against a model of a server.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tableau_client::wire::Announced;
use tableau_client::{ErrorKind, Identities, ListReader};

/// What is wrong with the answer for one page.
#[derive(Debug, Clone)]
enum Fault {
    None,
    Number(u64),
    Size(u64),
    /// The total on this page alone.
    Total(u64),
    NoTotals,
    Without(usize),
    Twice(usize),
    WithoutIdentity(usize),
    Empty,
    /// Its items begin this much later.
    Later(usize),
    /// Its items begin this much earlier.
    Earlier(usize),
    /// It is the page before it, by its number too.
    Stuck,
    /// From this page on the list has more items at this place.
    Grows(usize, usize),
    /// From this page on the list lacks some items at this place.
    Shrinks(usize, usize),
    /// It shrinks with this page, and grows again after it.
    Wavers(usize),
}

#[derive(Debug, Clone)]
struct Case {
    total: usize,
    size: usize,
    page: u64,
    fault: Fault,
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::None),
        (0..9_u64).prop_map(Fault::Number),
        (0..9_u64).prop_map(Fault::Size),
        prop_oneof![0..60_u64, Just(u64::MAX), Just(1_000_000)].prop_map(Fault::Total),
        Just(Fault::NoTotals),
        (0..7_usize).prop_map(Fault::Without),
        (0..7_usize).prop_map(Fault::Twice),
        (0..7_usize).prop_map(Fault::WithoutIdentity),
        Just(Fault::Empty),
        (1..7_usize).prop_map(Fault::Later),
        (1..7_usize).prop_map(Fault::Earlier),
        Just(Fault::Stuck),
        (0..40_usize, 1..9_usize).prop_map(|(at, count)| Fault::Grows(at, count)),
        (0..40_usize, 1..9_usize).prop_map(|(at, count)| Fault::Shrinks(at, count)),
        (1..9_usize).prop_map(Fault::Wavers),
    ]
}

fn case() -> impl Strategy<Value = Case> {
    (0..41_usize, 1..8_usize, 1..9_u64, fault()).prop_map(|(total, size, page, fault)| Case {
        total,
        size,
        page,
        fault,
    })
}

/// A server with a fault.
struct Model {
    case: Case,
    list: Vec<String>,
    is_struck: bool,
}

type Answer = Option<(Announced, Vec<String>)>;

impl Model {
    fn new(case: Case) -> Self {
        let list = (0..case.total).map(|number| number.to_string()).collect();
        Self {
            case,
            list,
            is_struck: false,
        }
    }

    /// The answer for a page; `None` for one beyond the end.
    fn answer(&mut self, number: u64) -> Answer {
        let is_first_time = number == self.case.page && !self.is_struck;
        if is_first_time {
            self.is_struck = true;
            self.change();
        }
        let size = self.case.size;
        let mut from = (usize::try_from(number).unwrap() - 1) * size;
        if number > 1 && from >= self.list.len() {
            return None;
        }
        let mut announced = Announced {
            page_number: Some(number),
            page_size: Some(size as u64),
            total_available: Some(self.list.len() as u64),
        };
        if is_first_time {
            match self.case.fault {
                Fault::Later(by) => from += by,
                Fault::Earlier(by) => from = from.saturating_sub(by),
                Fault::Stuck if number > 1 => {
                    from -= size;
                    announced.page_number = Some(number - 1);
                }
                _ => {}
            }
        }
        let mut items: Vec<_> = self.list.iter().skip(from).take(size).cloned().collect();
        if is_first_time {
            spoil(&self.case.fault, &mut announced, &mut items);
            if let Fault::Wavers(_) = self.case.fault {
                self.list.extend((0..3).map(|number| format!("late {number}")));
            }
        }
        Some((announced, items))
    }

    fn change(&mut self) {
        match self.case.fault {
            Fault::Grows(at, count) => {
                let at = at.min(self.list.len());
                let new = (0..count).map(|number| format!("new {number}"));
                self.list.splice(at..at, new);
            }
            Fault::Shrinks(at, count) => {
                let at = at.min(self.list.len());
                let end = (at + count).min(self.list.len());
                self.list.drain(at..end);
            }
            Fault::Wavers(count) => self.list.truncate(self.list.len().saturating_sub(count)),
            _ => {}
        }
    }
}

fn spoil(fault: &Fault, announced: &mut Announced, items: &mut Vec<String>) {
    match *fault {
        Fault::Number(number) => announced.page_number = Some(number),
        Fault::Size(size) => announced.page_size = Some(size),
        Fault::Total(total) => announced.total_available = Some(total),
        Fault::NoTotals => *announced = Announced::default(),
        Fault::Without(at) if at < items.len() => _ = items.remove(at),
        Fault::Twice(at) if at < items.len() => {
            let twice = items.get(at).cloned();
            items.rotate_left(1);
            items.splice(at..=at, twice);
        }
        Fault::WithoutIdentity(at) if at < items.len() => _ = items.splice(at..=at, [String::new()]),
        Fault::Empty => items.clear(),
        _ => {}
    }
}

/// What reading has given, and how many requests it took.
struct Read {
    items: Vec<String>,
    requests: u64,
    result: Result<(), ErrorKind>,
    is_incomplete: bool,
    most_announced: u64,
}

fn read(case: &Case, allows_incomplete: bool) -> Read {
    let mut model = Model::new(case.clone());
    let mut reader = ListReader::new(1, case.size as u64);
    if allows_incomplete {
        reader.allow_incomplete();
    }
    let mut read = Read {
        items: Vec::new(),
        requests: 0,
        result: Ok(()),
        is_incomplete: false,
        most_announced: case.total as u64,
    };
    while let Some(number) = reader.next() {
        read.requests += 1;
        assert!(read.requests <= 200, "no end: {case:?}");
        // The reader asks for no page beyond the end that was announced last: this one has no items.
        let (announced, items) = model.answer(number).unwrap_or_else(|| {
            let announced = Announced {
                page_number: Some(number),
                page_size: Some(case.size as u64),
                total_available: Some(model.list.len() as u64),
            };
            (announced, Vec::new())
        });
        read.most_announced = read
            .most_announced
            .max(announced.total_available.unwrap_or(0).min(100));
        let identities = Identities::OfItems(|item: &String| Some(item.as_str()));
        match reader.take(announced, items, &identities) {
            Ok(items) => read.items.extend(items),
            Err(error) => {
                assert!(reader.next().is_none(), "an error is the end");
                read.result = Err(error.kind());
            }
        }
    }
    read.is_incomplete = reader.incomplete().is_some();
    read
}

/// The items that were there all the time.
fn lasting(case: &Case) -> Vec<String> {
    let mut model = Model::new(case.clone());
    let before = model.list.clone();
    if (1..=case.total.div_ceil(case.size).max(1) as u64).contains(&case.page) {
        model.change();
    }
    before
        .into_iter()
        .filter(|item| model.list.contains(item))
        .collect()
}

/// Whether the first page says that the list ends with it, in a way that no further answer can contradict.
fn is_undetectable(case: &Case) -> bool {
    let announced = match case.fault {
        Fault::Total(total) => total,
        _ => return false,
    };
    case.page == 1 && announced <= case.size as u64
}

fn check(case: &Case) -> Result<(), TestCaseError> {
    let strict = read(case, false);
    let pages = strict.most_announced.div_ceil(case.size as u64);
    prop_assert!(
        strict.requests <= pages + 2,
        "{} requests: {case:?}",
        strict.requests
    );
    match strict.result {
        Err(kind) => prop_assert_eq!(kind, ErrorKind::PaginationInconsistent),
        Ok(()) => {
            let mut once = strict.items.clone();
            once.sort();
            once.dedup();
            prop_assert_eq!(once.len(), strict.items.len(), "an item came twice: {:?}", case);
            if !is_undetectable(case) {
                let missing = lasting(case)
                    .into_iter()
                    .find(|item| !strict.items.contains(item));
                prop_assert_eq!(missing, None, "short, and no error: {:?}", case);
            }
        }
    }
    let lenient = read(case, true);
    prop_assert!(lenient.result.is_ok(), "{case:?}");
    prop_assert!(lenient.requests <= 2 * pages + 2);
    prop_assert!(lenient.items.len() >= strict.items.len(), "{case:?}");
    prop_assert_eq!(
        lenient.is_incomplete,
        strict.result.is_err(),
        "it says so: {:?}",
        case
    );
    Ok(())
}

#[test]
fn a_list_is_complete_or_an_error_in_100_000_cases() {
    let config = Config {
        cases: 100_000,
        failure_persistence: None,
        ..Config::default()
    };
    let run = TestRunner::new(config).run(&case(), |case| check(&case));
    if let Err(error) = run {
        panic!("{error}");
    }
}

#[test]
fn a_list_without_a_fault_is_complete() {
    for (total, size) in [(0, 1), (1, 1), (7, 7), (8, 7), (40, 1), (40, 7)] {
        let case = Case {
            total,
            size,
            page: 1,
            fault: Fault::None,
        };
        let read = read(&case, false);
        assert_eq!((read.items.len(), read.result), (total, Ok(())));
        assert_eq!(read.requests, total.div_ceil(size).max(1) as u64);
    }
}

/// A list that changes once is read on, and nothing that was there all the time is missing.
#[test]
fn a_list_that_changes_once_is_read_on() {
    for fault in [
        Fault::Grows(1, 3),
        Fault::Shrinks(0, 5),
        Fault::Shrinks(12, 2),
        Fault::Grows(30, 1),
    ] {
        let case = Case {
            total: 30,
            size: 5,
            page: 3,
            fault,
        };
        let read = read(&case, false);
        assert_eq!(read.result, Ok(()), "{case:?}");
        for item in lasting(&case) {
            assert!(read.items.contains(&item), "{item}: {case:?}");
        }
    }
}
