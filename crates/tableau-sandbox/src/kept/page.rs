//! Pages of a list.

use std::ops::Range;

use tableau_wire::{Page, Pagination};

use crate::refusal::Refusal;

/// The default size of a page.
const DEFAULT_SIZE: u64 = 100;
/// The maximum size of a page.
const MAX_SIZE: u64 = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paging {
    pub(crate) number: u64,
    pub(crate) size: u64,
}

impl Paging {
    pub(crate) fn new(number: Option<u64>, size: Option<u64>) -> Result<Self, Refusal> {
        let (number, size) = (number.unwrap_or(1), size.unwrap_or(DEFAULT_SIZE));
        if number < 1 {
            return Err(Refusal::page_number(number));
        }
        match size {
            0 => Err(Refusal::page_size(size)),
            1..=MAX_SIZE => Ok(Self { number, size }),
            _ => Err(Refusal::page_size_limit(size, MAX_SIZE)),
        }
    }

    /// Which items of a list the page holds.
    ///
    /// The first page of an empty list is a page (inferred); any other page beyond the last is refused (documented).
    pub(crate) fn window(self, total: usize) -> Result<Range<usize>, Refusal> {
        let start = (self.number - 1)
            .checked_mul(self.size)
            .and_then(|start| usize::try_from(start).ok());
        let start = start.filter(|start| *start < total || self.number == 1);
        let start = start.ok_or_else(|| Refusal::page_number(self.number))?;
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        Ok(start..start.saturating_add(size).min(total))
    }

    /// The position of the page in a list of so many items.
    pub(super) fn pagination(self, total: usize) -> Pagination {
        Pagination {
            page_number: self.number,
            page_size: self.size,
            total_available: total as u64,
        }
    }

    /// The page of a list, with its items as the answer shows them.
    pub(crate) fn page<I, T>(self, items: &[I], show: impl FnMut(&I) -> T) -> Result<Page<T>, Refusal> {
        let window = items.get(self.window(items.len())?).unwrap_or_default();
        let pagination = self.pagination(items.len());
        Ok(Page::new(window.iter().map(show).collect(), pagination))
    }
}
