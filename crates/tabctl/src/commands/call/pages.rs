//! Every page of a list; the next one is fetched while one is printed.

use std::thread::{self, ScopedJoinHandle};

use serde_json::Value;
use tableau_client::wire::Reply;
use tableau_client::{Blocking, Error, Site, Untyped};

use crate::failure::Failure;
use crate::terminal::progress::Progress;

/// As many items as servers give at once.
const PAGE_SIZE: usize = 1000;

/// A page that is being fetched.
type Coming<'scope> = ScopedJoinHandle<'scope, Result<Reply, Error>>;

/// Calls a function with each item, up to a limit; `streams` says whether the function writes to standard output.
pub(in crate::commands) fn each(
    site: &Site<Blocking>,
    call: &Untyped,
    limit: usize,
    streams: bool,
    mut act: impl FnMut(Value) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut call = call.clone();
    let query = &mut call.arguments.query.0;
    if !query.iter().any(|(name, _)| name == "pageSize") {
        let size = limit.clamp(1, PAGE_SIZE);
        query.push(("pageSize".to_owned(), size.to_string()));
    }
    let mut progress = Progress::new(streams);
    thread::scope(|scope| {
        let fetch = |number: u64| {
            let mut page = call.clone();
            let parameter = ("pageNumber".to_owned(), number.to_string());
            page.arguments.query.0.push(parameter);
            scope.spawn(move || site.call_untyped(page))
        };
        let mut coming = fetch(1);
        let mut left = limit;
        let mut came = 0_u64;
        for number in 1_u64.. {
            let (items, total_available) = match page(coming) {
                Ok(page) => page,
                // A list that shrinks while it is read may end between two pages.
                Err(Failure::Call(error)) if number > 1 && is_beyond_the_end(&error) => break,
                Err(failure) => return Err(failure),
            };
            came += items.len() as u64;
            let is_last = items.is_empty() || items.len() >= left || came >= total_available;
            // Started before the items are printed, which may take its time.
            let next = (!is_last).then(|| fetch(number + 1));
            progress.add(items.len());
            for item in items.into_iter().take(left) {
                left -= 1;
                act(item)?;
            }
            match next {
                Some(next) => coming = next,
                None => break,
            }
        }
        Ok(())
    })
}

fn page(coming: Coming<'_>) -> Result<(Vec<Value>, u64), Failure> {
    let panicked = |_| Failure::Local("a page could not be fetched".to_owned());
    match coming.join().map_err(panicked)?? {
        Reply::Page {
            items,
            total_available,
        } => Ok((items, total_available)),
        _ => Err(Failure::Local("the answer is not a page of a list".to_owned())),
    }
}

/// Whether the error means a page beyond the end, as real servers report it.
fn is_beyond_the_end(error: &Error) -> bool {
    error.code() == Some("400006")
}
