//! Whether a list that is read page by page is complete.

use tableau_wire::{Announced, Pagination};

use super::identities::Identities;
use super::seen::Seen;
use crate::error::{Error, ErrorKind};

/// Reads a list page by page, and checks that it is complete: it asks for pages by their numbers, and is fed with the answers. It does no I/O.
///
/// A page has to have the number and the size that were asked for (the first may be smaller: the others follow by its size), and as many items as its totals announce; each item comes once, with its
/// identifier. Anything else is an error of the kind [`PaginationInconsistent`](ErrorKind::PaginationInconsistent) that says what came and
/// what was announced.
///
/// A list whose total moves has changed while it was read. It is read on once: after that, items that come again are dropped, and where the list
/// has become shorter, the pages before are read again to which items have moved. A second change is an error.
#[derive(Debug)]
pub struct ListReader {
    first: u64,
    size: u64,
    next: Next,
    /// The total that was announced last.
    total: Option<u64>,
    /// The least total that was announced: this many items were there all the time.
    least: u64,
    change: Change,
    identified: bool,
    /// Items have come that have no identifier.
    unidentified: bool,
    allows_incomplete: bool,
    incomplete: Option<Error>,
    seen: Seen,
    /// How many different items have come.
    came: u64,
    /// The last page of a list that is not complete: twice as many as were announced first.
    limit: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Page(u64),
    /// Pages once more.
    Again(Again),
    End,
}

/// Pages that are read once more, since items have moved to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Again {
    page: u64,
    /// The last of them.
    last: u64,
    /// The page to go on with.
    on: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    No,
    /// A page that was announced does not exist: the totals of the page before it will say how the list has changed.
    Supposed,
    Seen,
}

impl ListReader {
    /// A reader from this page on (from 1), with pages of this size.
    #[must_use]
    pub fn new(first: u64, size: u64) -> Self {
        Self {
            first,
            size,
            next: Next::Page(first),
            total: None,
            least: u64::MAX,
            change: Change::No,
            identified: true,
            unidentified: false,
            allows_incomplete: false,
            incomplete: None,
            seen: Seen::default(),
            came: 0,
            limit: u64::MAX,
        }
    }

    /// Expects no identifiers: fields were chosen, and the identifier is none of them.
    #[must_use]
    pub fn without_identities(mut self) -> Self {
        self.identified = false;
        self
    }

    /// Takes what there is of a list that is not complete, and keeps the [reason](Self::incomplete).
    pub fn allow_incomplete(&mut self) {
        self.allows_incomplete = true;
    }

    /// Why the list is not complete, if that was [allowed](Self::allow_incomplete).
    #[must_use]
    pub fn incomplete(&self) -> Option<&Error> {
        self.incomplete.as_ref()
    }

    /// The page to ask for next; `None` at the end.
    #[must_use]
    pub fn next(&self) -> Option<u64> {
        match self.next {
            Next::Page(number) => Some(number),
            Next::Again(again) => Some(again.page),
            Next::End => None,
        }
    }

    /// The last page that may be asked for before the answer to [`next`](Self::next) has come: pages are fetched ahead up to it.
    #[must_use]
    pub fn ahead(&self) -> u64 {
        match (self.next, self.total) {
            (Next::Page(number), None) => number,
            (Next::Again(again), _) => again.page,
            (_, Some(total)) => self.last_page(total),
            (Next::End, None) => 0,
        }
    }

    /// How many items a page has.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// How many items the server announced last.
    #[must_use]
    pub fn total_available(&self) -> Option<u64> {
        self.total
    }

    /// Takes the page that was asked for, and gives the items of it that are new.
    ///
    /// # Errors
    /// [`ErrorKind::PaginationInconsistent`]; the list has ended then.
    pub fn take<R>(
        &mut self,
        announced: Announced,
        items: Vec<R>,
        identities: &Identities<R>,
    ) -> Result<Vec<R>, Error> {
        let Some(asked) = self.next() else {
            return Ok(Vec::new());
        };
        let count = items.len() as u64;
        let pagination = match announced {
            Announced {
                page_number: Some(page_number),
                page_size: Some(page_size),
                total_available: Some(total_available),
            } => Pagination {
                page_number,
                page_size,
                total_available,
            },
            _ => return self.take_without_totals(announced, asked, items, identities),
        };
        // A server, or a gateway, may give fewer at a time than were asked for: the others follow by its size.
        let is_smaller = pagination.page_size == count && count > 0 && count < self.size;
        if is_smaller && (asked, pagination.page_number) == (1, 1) && self.total.is_none() {
            self.size = count;
        }
        if (pagination.page_number, pagination.page_size) != (asked, self.size) || count > self.size {
            // All there is may come on a page of another size.
            if (asked, pagination.page_number, pagination.total_available) == (1, 1, count) {
                self.next = Next::End;
                self.total = Some(count);
                return self.fresh(asked, items, identities);
            }
            let message = format!(
                "page {asked} with {} items a page was asked for, and page {} with {} items a page came, with {count} items",
                self.size, pagination.page_number, pagination.page_size
            );
            self.next = Next::End;
            return self.inconsistent(&message).map(|()| Vec::new());
        }
        let again = self.note_total(asked, pagination.total_available)?;
        let announced = self.announced_on(asked, pagination.total_available);
        if count != announced {
            let message = format!(
                "page {asked} has {count} items, where {announced} were announced ({} in all)",
                pagination.total_available
            );
            self.inconsistent(&message)?;
        }
        let fresh = self.fresh(asked, items, identities)?;
        self.advance(asked, pagination.total_available, again, count, fresh.len())?;
        Ok(fresh)
    }

    /// Takes a refusal instead of a page: a page beyond the end (400006) means a list that has become shorter.
    ///
    /// # Errors
    /// The refusal, if it means anything else; [`ErrorKind::PaginationInconsistent`] if the list had changed before.
    pub fn refused(&mut self, error: Error) -> Result<(), Error> {
        let next = std::mem::replace(&mut self.next, Next::End);
        match next {
            Next::Page(number)
                if number > self.first && error.code() == Some("400006") && self.total.is_some() =>
            {
                if self.change != Change::No {
                    let message = format!("page {number} was announced, and the server has no such page");
                    return self.inconsistent_by(&message, Some(error));
                }
                self.change = Change::Supposed;
                self.next = Next::Again(Again {
                    page: number - 1,
                    last: number - 1,
                    on: number,
                });
                Ok(())
            }
            _ => Err(error),
        }
    }

    /// A list without totals is its own only page, unless others may follow.
    fn take_without_totals<R>(
        &mut self,
        announced: Announced,
        asked: u64,
        items: Vec<R>,
        identities: &Identities<R>,
    ) -> Result<Vec<R>, Error> {
        self.next = Next::End;
        let count = items.len() as u64;
        let is_whole = announced == Announced::default() && asked == 1 && count != self.size;
        if !is_whole {
            let message = format!(
                "page {asked} came with {count} items, and its totals cannot be read: whether others follow is not known"
            );
            self.inconsistent(&message)?;
        }
        self.total = Some(count);
        self.fresh(asked, items, identities)
    }

    /// Notes the total of an answer. If the list has become shorter, gives the first of the pages before this one to read again: those to which
    /// items have moved that were to come.
    fn note_total(&mut self, asked: u64, total: u64) -> Result<Option<u64>, Error> {
        let before = self.total.replace(total);
        self.least = self.least.min(total);
        let Some(before) = before else {
            self.limit = self.last_page(total).max(self.first).saturating_mul(2);
            return Ok(None);
        };
        if before == total && self.change != Change::Supposed {
            return Ok(None);
        }
        let moved = before.saturating_sub(total).div_ceil(self.size.max(1));
        let first_of = |after: u64| after.saturating_sub(moved).max(self.first);
        let message = match std::mem::replace(&mut self.change, Change::Seen) {
            Change::No if self.unidentified => format!(
                "it changed while it was read, from {before} to {total} items, which have no identifiers by which to tell them apart"
            ),
            Change::No => return Ok(Some(first_of(asked))),
            // This is the page before the one that was refused.
            Change::Supposed if total < before => return Ok(Some(first_of(asked + 1))),
            Change::Supposed => format!("{total} items are announced, and a page of them is refused"),
            Change::Seen => {
                format!("it changed twice while it was read, the second time from {before} to {total} items")
            }
        };
        self.inconsistent(&message)?;
        Ok(None)
    }

    /// The items that have not come before.
    fn fresh<R>(
        &mut self,
        asked: u64,
        mut items: Vec<R>,
        identities: &Identities<R>,
    ) -> Result<Vec<R>, Error> {
        let (mut index, mut problem) = (0, Ok(()));
        items.retain(|item| {
            let identity = identities.get(index, item);
            index += 1;
            problem.is_ok()
                && self.is_fresh(asked, identity).unwrap_or_else(|error| {
                    problem = Err(error);
                    false
                })
        });
        problem?;
        self.came += items.len() as u64;
        Ok(items)
    }

    /// Whether an item has not come before.
    fn is_fresh(&mut self, asked: u64, identity: Option<&str>) -> Result<bool, Error> {
        match identity {
            Some("") if self.identified => {
                self.inconsistent(&format!("an item of page {asked} has no identifier"))?;
                Ok(true)
            }
            None | Some("") => {
                self.unidentified = true;
                Ok(true)
            }
            Some(identity) if self.seen.insert(identity) => Ok(true),
            // It has moved, or the page is read again.
            Some(_) if self.change == Change::Seen => Ok(false),
            Some(identity) => {
                let problem = format!("the item {identity:?} came twice, the second time on page {asked}");
                self.inconsistent(&problem)?;
                Ok(false)
            }
        }
    }

    /// Decides which page comes next, and at the end whether all items have come.
    fn advance(
        &mut self,
        asked: u64,
        total: u64,
        again: Option<u64>,
        count: u64,
        fresh: usize,
    ) -> Result<(), Error> {
        let (later, on) = match self.next {
            Next::Again(Again { page, last, on }) => ((page < last).then_some((page + 1, last)), on),
            _ => (None, asked + 1),
        };
        // Pages beyond the new end have nothing any more.
        let last = self.last_page(total).min(asked - 1);
        let again = again.filter(|first| *first <= last).map(|first| (first, last));
        let is_over = on > self.last_page(total);
        // An incomplete list that was allowed: nothing new will come, or more and more.
        let nothing_new = count == 0 || fresh == 0 && self.change == Change::No;
        let is_stuck = self.incomplete.is_some() && (nothing_new || on > self.limit);
        self.next = match again.or(later) {
            Some((page, last)) => Next::Again(Again { page, last, on }),
            None if is_over || is_stuck => Next::End,
            None => Next::Page(on),
        };
        if self.next == Next::End {
            self.check_end()?;
        }
        Ok(())
    }

    fn check_end(&mut self) -> Result<(), Error> {
        let before = self.size.saturating_mul(self.first - 1);
        let announced = self.least.saturating_sub(before);
        if self.came >= announced || self.incomplete.is_some() {
            return Ok(());
        }
        let message = format!("{} items came, where {announced} were announced", self.came);
        self.inconsistent(&message)
    }

    fn last_page(&self, total: u64) -> u64 {
        total.div_ceil(self.size.max(1))
    }

    /// How many items a page has to have.
    fn announced_on(&self, page: u64, total: u64) -> u64 {
        let before = self.size.saturating_mul(page.saturating_sub(1));
        total.saturating_sub(before).min(self.size)
    }

    fn inconsistent(&mut self, message: &str) -> Result<(), Error> {
        self.inconsistent_by(message, None)
    }

    fn inconsistent_by(&mut self, message: &str, cause: Option<Error>) -> Result<(), Error> {
        let mut error = Error::new(
            ErrorKind::PaginationInconsistent,
            format!("the list is not complete: {message}"),
        )
        .reached_as(crate::error::Reached::Yes)
        .with_hint("Read the list again; `allow_incomplete` takes what there is.");
        if let Some(cause) = cause {
            error = error.caused_by(cause);
        }
        if self.allows_incomplete {
            self.incomplete.get_or_insert(error);
            return Ok(());
        }
        self.next = Next::End;
        Err(error)
    }
}
