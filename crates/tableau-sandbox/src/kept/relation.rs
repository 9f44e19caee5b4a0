//! Relations between rows: the owner, the project and the parent, inside answers and in the fields of filters.

use std::any::Any;

use tableau_wire::rest::{Project, User};
use uuid::Uuid;

use super::field::Field;
use super::plan::only;
use super::rights::Item;
use super::value::{Kind, Value};
use super::{Context, Kept};
use crate::store::State;
use crate::store::row::Row;

/// The kind that another is part of.
#[derive(Clone, Copy)]
pub(crate) struct Parent {
    /// The member that holds it, which is also how the names of fields begin: `workbook` in `workbookName`.
    pub(crate) name: &'static str,
    /// The kind, as a database names it.
    pub(crate) element: &'static str,
    pub(super) exists: fn(&State, Uuid) -> bool,
    pub(super) owner: fn(&State, Uuid) -> Option<Uuid>,
    pub(super) project: fn(&State, Uuid) -> Option<Uuid>,
    pub(super) item: fn(&State, Uuid) -> Option<Item>,
    pub(super) kind: fn(&str) -> Kind,
    pub(super) value: fn(&Context<'_>, Uuid, &str) -> Value,
    pub(super) put: fn(&mut dyn Any, &Context<'_>, Uuid, &[&'static str]),
}

impl Parent {
    pub(crate) const fn of<P: Kept>(name: &'static str) -> Self {
        Self {
            name,
            element: P::ELEMENT,
            exists: |state, id| P::table(state).get(id).is_some(),
            owner: |state, id| owner(state, P::table(state).get(id)?),
            project: |state, id| project(state, P::table(state).get(id)?),
            item: |state, id| P::item(P::table(state).get(id)?, state),
            kind: |name| Field::<P>::new(name, &[]).kind(),
            value: related_value::<P>,
            put: put_related::<P>,
        }
    }
}

/// The owner of a row, or of its parent.
pub(crate) fn owner<R: Kept>(state: &State, row: &Row<R>) -> Option<Uuid> {
    row.owner.or_else(|| (R::PARENT?.owner)(state, row.parent?))
}

/// The project that contains a row, or its parent.
pub(crate) fn project<R: Kept>(state: &State, row: &Row<R>) -> Option<Uuid> {
    row.project.or_else(|| (R::PARENT?.project)(state, row.parent?))
}

/// The field of a related row that a flat name means: `name` for `ownerName`.
pub(super) fn within(name: &str, relation: &str) -> Option<String> {
    let rest = name.strip_prefix(relation)?;
    if let Some(dotted) = rest.strip_prefix('.') {
        return Some(dotted.to_owned());
    }
    let mut letters = rest.chars();
    let first = letters.next().filter(|letter| letter.is_uppercase())?;
    Some(first.to_lowercase().chain(letters).collect())
}

/// Shows the owner, the project and the parent where a type has them, each with the members named.
pub(super) fn put_owner<R: Kept>(shown: &mut R, row: &Row<R>, context: &Context<'_>, names: &[&'static str]) {
    if let (Some(member), Some(id)) = (shown.member("owner"), owner(context.state, row)) {
        put_related::<User>(member, context, id, names);
    }
}

pub(super) fn put_project<R: Kept>(
    shown: &mut R,
    row: &Row<R>,
    context: &Context<'_>,
    names: &[&'static str],
) {
    if let (Some(member), Some(id)) = (shown.member("project"), project(context.state, row)) {
        put_related::<Project>(member, context, id, names);
    }
}

fn put_related<P: Kept>(member: &mut dyn Any, context: &Context<'_>, id: Uuid, names: &[&'static str]) {
    let row = P::table(context.state).get(id);
    if let (Some(row), Some(member)) = (row, member.downcast_mut::<Option<Box<P>>>()) {
        *member = Some(Box::new(only(row, names, context)));
    }
}

pub(super) fn related_value<P: Kept>(context: &Context<'_>, id: Uuid, name: &str) -> Value {
    let row = P::table(context.state).get(id);
    row.map_or(Value::Missing, |row| {
        Field::<P>::new(name, &[]).value(row, context)
    })
}
