//! Work on several items, some of them in parallel.

use std::sync::{Mutex, PoisonError};
use std::thread;

use serde_json::Value;

use crate::failure::Failure;

/// How many items are processed in parallel.
const AT_ONCE: usize = 4;

/// Calls a function for each item, and gives the successful results in order.
///
/// A failure does not stop the others: it is reported at once, with the item's name, and the second value is the overall outcome.
pub(super) fn each<T: Sync, V: Send>(
    all: &[T],
    name: impl Fn(&T) -> String + Sync,
    as_json: bool,
    act: impl Fn(&T) -> Result<V, Failure> + Sync,
) -> (Vec<V>, Result<(), Failure>) {
    each_at_once(all, AT_ONCE, name, as_json, act)
}

/// The same for a number of items in parallel.
pub(super) fn each_at_once<T: Sync, V: Send>(
    all: &[T],
    at_once: usize,
    name: impl Fn(&T) -> String + Sync,
    as_json: bool,
    act: impl Fn(&T) -> Result<V, Failure> + Sync,
) -> (Vec<V>, Result<(), Failure>) {
    // The lines about one failure stand together.
    let saying = Mutex::new(());
    let act = |item: &T| {
        let result = act(item);
        if let (Err(failure), true) = (&result, all.len() > 1) {
            let _saying = saying.lock();
            failure.report_about(&name(item), as_json);
        }
        result
    };
    let done = in_parallel(all, at_once, act);
    let (mut values, mut first, mut failed) = (Vec::new(), None, 0);
    for result in done {
        match result {
            Ok(value) => values.push(value),
            Err(failure) => {
                failed += 1;
                first.get_or_insert(failure);
            }
        }
    }
    let ended = match first {
        None => Ok(()),
        Some(failure) if all.len() == 1 => Err(failure),
        Some(failure) if values.is_empty() => Err(Failure::Said(Box::new(failure))),
        Some(_) => Err(Failure::Partly(format!("{failed} of {} failed", all.len()))),
    };
    (values, ended)
}

/// Calls a function for each item, for some of them in parallel, and gives its results in order.
pub(super) fn in_parallel<T: Sync, V: Send>(
    all: &[T],
    at_once: usize,
    act: impl Fn(&T) -> V + Sync,
) -> Vec<V> {
    let next = Mutex::new(0..all.len());
    let done = Mutex::new(Vec::with_capacity(all.len()));
    let work = || {
        loop {
            let index = next.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((index, item)) = index.and_then(|index| Some((index, all.get(index)?))) else {
                break;
            };
            let result = act(item);
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            done.push((index, result));
        }
    };
    thread::scope(|scope| {
        for _ in 1..all.len().min(at_once) {
            scope.spawn(work);
        }
        work();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// How a command about several lines ends.
pub(super) fn ended(failed: usize, all: usize) -> Result<(), Failure> {
    match failed {
        0 => Ok(()),
        failed => Err(Failure::Partly(format!("{failed} of {all} failed"))),
    }
}

/// How many lines have each action, in words: `2 added, 1 unchanged`.
pub(super) fn tally(lines: &[Value]) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for action in lines.iter().filter_map(|line| line.get("action")?.as_str()) {
        match counts.iter_mut().find(|(known, _)| *known == action) {
            Some((_, count)) => *count += 1,
            None => counts.push((action, 1)),
        }
    }
    let counts: Vec<_> = counts
        .iter()
        .map(|(action, count)| format!("{count} {action}"))
        .collect();
    counts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing(number: &u32) -> Result<u32, Failure> {
        match number % 2 {
            0 => Ok(number * 10),
            _ => Err(Failure::NotFound(format!("{number} is odd"))),
        }
    }

    #[test]
    fn what_worked_comes_in_order_whatever_fails() {
        let (values, ended) = each(&[0, 2, 4, 6, 8, 10, 12], u32::to_string, false, failing);
        assert_eq!(values, [0, 20, 40, 60, 80, 100, 120]);
        assert!(ended.is_ok());
        let (values, ended) = each(&[1, 2, 3, 4], u32::to_string, false, failing);
        assert_eq!(values, [20, 40]);
        assert!(matches!(ended, Err(Failure::Partly(text)) if text == "2 of 4 failed"));
        assert!(matches!(
            each(&[1, 3], u32::to_string, false, failing).1,
            Err(Failure::Said(_))
        ));
        assert!(matches!(
            each(&[1], u32::to_string, false, failing).1,
            Err(Failure::NotFound(_))
        ));
    }
}
