//! The rows of a list: which ones, and in which order; found once, and brought up to date by what has changed since.

use std::cmp::Ordering;

use tableau_wire::{Direction, Filter, Sort};
use uuid::Uuid;

use super::field::{Field, Reference};
use super::filter::{self, Test};
use super::resource::{Context, Kept};
use super::sort::{self, Key};
use super::value::Value;
use crate::auth::Caller;
use crate::refusal::Refusal;
use crate::store::row::Row;

/// A filter and a sort, checked against the description of a resource.
pub(super) struct Selection<R: Kept> {
    tests: Vec<Test<R>>,
    keys: Vec<Key<R>>,
}

impl<R: Kept> Selection<R> {
    pub(super) fn new(filter: Option<&Filter>, sort: Option<&Sort>) -> Result<Self, Refusal> {
        Ok(Self {
            tests: filter.map(filter::tests).transpose()?.unwrap_or_default(),
            keys: sort.map(sort::keys).transpose()?.unwrap_or_default(),
        })
    }

    /// Whether a change of other rows, such as owners and projects, changes nothing about it for a caller.
    pub(super) fn is_of_rows_alone(&self, caller: &Caller) -> bool {
        let mut fields = self
            .tests
            .iter()
            .map(|test| &test.field)
            .chain(self.keys.iter().map(|(field, _)| field));
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
        let has = |(_, row): &(u64, &Row<R>)| self.has(row, context, caller);
        let found: Vec<_> = match self.candidates(context, site) {
            // There is nothing else to look at.
            Some(numbers) if self.is_of_candidates_alone(caller) => return numbers,
            Some(numbers) => {
                let rows = numbers
                    .into_iter()
                    .filter_map(|number| Some((number, table.numbered(site, number)?)));
                rows.filter(has).collect()
            }
            None => table.numbers_of_site(site).filter(has).collect(),
        };
        let sorted = self.sorted(found, context).into_iter();
        sorted.map(|(number, _)| number).collect()
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
        let rows = rows.filter(|row| self.has(row, context, caller));
        let rows = self.sorted((0..).zip(rows).collect(), context);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    fn sorted<'s>(&self, rows: Vec<(u64, &'s Row<R>)>, context: &Context<'_>) -> Vec<(u64, &'s Row<R>)> {
        if self.keys.is_empty() {
            return rows;
        }
        let keyed = rows
            .into_iter()
            .map(|(number, row)| ((self.values(row, context), number), row));
        let mut keyed: Vec<_> = keyed.collect();
        // Numbers differ, so that an unstable sort gives the order of a stable one.
        keyed.sort_unstable_by(|(left, _), (right, _)| self.order(left, right));
        keyed
            .into_iter()
            .map(|((_, number), row)| (number, row))
            .collect()
    }

    /// The numbers of the rows that can be the only ones to pass: those of the owners or in the projects that a test is about.
    fn candidates(&self, context: &Context<'_>, site: Uuid) -> Option<Vec<u64>> {
        // What is part of something else has the owner and the project of that.
        if R::PARENT.is_some() {
            return None;
        }
        let (state, table) = (context.state, R::table(context.state));
        let mut numbers: Vec<u64> = self.tests.iter().find_map(|test| match test.field.reference()? {
            Reference::Owner => {
                let users = state.users.of_site(site).map(|user| user.id);
                let owners = users.filter(|id| test.passes_for(*id, context));
                Some(owners.flat_map(|owner| table.numbers_of(site, owner)).collect())
            }
            Reference::Project => {
                let projects = state.projects.of_site(site).map(|project| project.id);
                let projects = projects.filter(|id| test.passes_for(*id, context));
                Some(
                    projects
                        .flat_map(|project| table.numbers_within(site, project))
                        .collect(),
                )
            }
            Reference::Parent => None,
        })?;
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
            let new = (self.values(row, context), number);
            let at = found.partition_point(|known| {
                let values = match table.numbered(site, *known) {
                    Some(row) if !self.keys.is_empty() => self.values(row, context),
                    _ => Vec::new(),
                };
                self.order(&(values, *known), &new).is_lt()
            });
            found.insert(at, number);
        }
    }

    fn values(&self, row: &Row<R>, context: &Context<'_>) -> Vec<Value> {
        self.keys
            .iter()
            .map(|(field, _)| field.value(row, context))
            .collect()
    }

    /// The order of rows by the values of their keys, and else that of their creation.
    ///
    /// Texts are ordered by code point, capitals first; the collation of real servers depends on their configuration.
    fn order(&self, (left, first): &(Vec<Value>, u64), (right, second): &(Vec<Value>, u64)) -> Ordering {
        let values = left.iter().zip(right).zip(&self.keys);
        let mut compared = values.map(|((left, right), (_, direction))| match direction {
            Direction::Asc => left.cmp(right),
            Direction::Desc => right.cmp(left),
        });
        let decided = compared.find(|order| order.is_ne());
        decided.unwrap_or_else(|| first.cmp(second))
    }
}
