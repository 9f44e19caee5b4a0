//! The rows of a list: which ones, and in which order; found once, and brought up to date by what has changed since.

use std::cmp::Ordering;

use tableau_wire::{Direction, Filter, Sort};
use uuid::Uuid;

use super::field::{Field, Reference};
use super::filter::{self, Test};
use super::resource::{Context, Kept};
use super::sort;
use super::value::Value;
use crate::auth::Caller;
use crate::refusal::Refusal;
use crate::store::row::Row;

/// A filter and a sort, checked against the description of a resource.
pub(super) struct Selection<R: Kept> {
    tests: Vec<Test<R>>,
    keys: Vec<Field<R>>,
    order: Order,
}

impl<R: Kept> Selection<R> {
    pub(super) fn new(filter: Option<&Filter>, sort: Option<&Sort>) -> Result<Self, Refusal> {
        Ok(Self {
            tests: filter.map(filter::tests).transpose()?.unwrap_or_default(),
            keys: sort.map(sort::keys).transpose()?.unwrap_or_default(),
            order: Order(sort.map(sort::directions).unwrap_or_default()),
        })
    }

    /// Whether a change of other rows, such as owners and projects, changes nothing about it for a caller.
    pub(super) fn is_of_rows_alone(&self, caller: &Caller) -> bool {
        let mut fields = self.tests.iter().map(|test| &test.field).chain(&self.keys);
        caller.is_administrator() && fields.all(Field::is_of_row)
    }

    /// Whether the list has a row.
    pub(super) fn has(&self, row: &Row<R>, context: &Context<'_>, caller: &Caller) -> bool {
        R::MAY_LIST.allow(row, context.state, caller)
            && self.tests.iter().all(|test| test.passes(row, context))
    }

    /// The numbers of its rows on a site, in its order.
    pub(super) fn find(&self, context: &Context<'_>, site: Uuid, caller: &Caller) -> Vec<u64> {
        let table = R::table(context.state);
        let mut found = Vec::new();
        let mut look_at = |number, row| {
            if self.has(row, context, caller) {
                found.push(self.sort_key(number, row, context));
            }
        };
        match self.candidates(context, site) {
            // There is nothing else to look at.
            Some(numbers) if self.is_of_candidates_alone(caller) => return numbers,
            Some(numbers) => {
                for number in numbers {
                    if let Some(row) = table.numbered(site, number) {
                        look_at(number, row);
                    }
                }
            }
            None => table.each_of_site(site, &mut look_at),
        }
        self.order.sort(&mut found);
        found.into_iter().map(|key| key.number).collect()
    }

    /// Whether every candidate is in the list, and in its order.
    fn is_of_candidates_alone(&self, caller: &Caller) -> bool {
        self.tests.len() == 1 && self.keys.is_empty() && caller.is_administrator()
    }

    /// Those of some rows that the list has, in its order.
    pub(super) fn of<'s>(
        &self,
        rows: impl Iterator<Item = &'s Row<R>>,
        context: &Context<'_>,
        caller: &Caller,
    ) -> Vec<&'s Row<R>> {
        let (mut found, mut keys) = (Vec::new(), Vec::new());
        for row in rows {
            if self.has(row, context, caller) {
                keys.push(self.sort_key(found.len() as u64, row, context));
                found.push(row);
            }
        }
        self.order.sort(&mut keys);
        let mut sorted = Vec::with_capacity(found.len());
        for key in keys {
            let index = usize::try_from(key.number).ok();
            sorted.extend(index.and_then(|index| found.get(index)));
        }
        sorted
    }

    /// The numbers of the rows that can be the only ones to pass: those of the owners or in the projects that a test is about.
    fn candidates(&self, context: &Context<'_>, site: Uuid) -> Option<Vec<u64>> {
        // What is part of something else has the owner and the project of that.
        if R::PARENT.is_some() {
            return None;
        }
        let (state, table) = (context.state, R::table(context.state));
        let decides = |reference| matches!(reference, Some(Reference::Owner | Reference::Project));
        let test = self.tests.iter().find(|test| decides(test.field.reference()))?;
        let mut numbers = Vec::new();
        if test.field.reference() == Some(Reference::Owner) {
            for user in state.users.of_site(site) {
                if test.passes_for(user.id, context) {
                    numbers.append(&mut table.numbers_of(site, user.id));
                }
            }
        } else {
            for project in state.projects.of_site(site) {
                if test.passes_for(project.id, context) {
                    numbers.append(&mut table.numbers_within(site, project.id));
                }
            }
        }
        numbers.sort_unstable();
        Some(numbers)
    }

    /// Brings what was found up to date: these rows have changed since.
    pub(super) fn update(
        &self,
        found: &mut Vec<u64>,
        changed: impl IntoIterator<Item = u64>,
        (context, site, caller): (&Context<'_>, Uuid, &Caller),
    ) {
        let table = R::table(context.state);
        let changed: Vec<u64> = changed.into_iter().collect();
        found.retain(|number| changed.binary_search(number).is_err());
        for number in changed {
            let row = table.numbered(site, number);
            let Some(row) = row.filter(|row| self.has(row, context, caller)) else {
                continue;
            };
            let new = self.sort_key(number, row, context);
            let at = found.partition_point(|known| {
                let known = match table.numbered(site, *known) {
                    Some(row) => self.sort_key(*known, row, context),
                    None => SortKey::of_none(*known),
                };
                self.order.of(&known, &new).is_lt()
            });
            found.insert(at, number);
        }
    }

    fn sort_key(&self, number: u64, row: &Row<R>, context: &Context<'_>) -> SortKey {
        let mut key = SortKey::of_none(number);
        for field in &self.keys {
            key.values.push(field.value(row, context));
        }
        key
    }
}

/// What a row is sorted by.
struct SortKey {
    values: Vec<Value>,
    /// The number of the row, in the order of creation.
    number: u64,
}

impl SortKey {
    /// That of a row without values.
    fn of_none(number: u64) -> Self {
        let values = Vec::new();
        Self { values, number }
    }
}

/// The directions of the keys.
struct Order(Vec<Direction>);

impl Order {
    /// The order of rows by the values of their keys, and else that of their creation.
    ///
    /// Texts are ordered by code point, capitals first; the collation of real servers depends on their configuration.
    fn of(&self, left: &SortKey, right: &SortKey) -> Ordering {
        let values = left.values.iter().zip(&right.values).zip(&self.0);
        let mut compared = values.map(|((left, right), direction)| match direction {
            Direction::Asc => left.cmp(right),
            Direction::Desc => right.cmp(left),
        });
        let decided = compared.find(|order| order.is_ne());
        decided.unwrap_or_else(|| left.number.cmp(&right.number))
    }

    fn sort(&self, keys: &mut [SortKey]) {
        if !self.0.is_empty() {
            // Numbers differ, so that an unstable sort gives the order of a stable one.
            keys.sort_unstable_by(|left, right| self.of(left, right));
        }
    }
}
