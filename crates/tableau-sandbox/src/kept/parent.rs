//! Parents: how a kind refers to the one that it is part of.

use super::field::related;
use super::plan::put_related;
use super::resource::{Kept, Parent, owner, project};

impl Parent {
    /// A parent of this kind, in the member with this name.
    pub(crate) const fn of<P: Kept>(name: &'static str) -> Self {
        Self {
            name,
            element: P::ELEMENT,
            exists: |state, id| P::table(state).get(id).is_some(),
            owner: |state, id| owner(state, P::table(state).get(id)?),
            project: |state, id| project(state, P::table(state).get(id)?),
            item: |state, id| P::item(P::table(state).get(id)?, state),
            field: related::<P>,
            put: put_related::<P>,
        }
    }
}
