//! Identifiers that are the same at every start.

use uuid::Uuid;

use super::Record;
use crate::rng;

/// The identifier of a record by its kind and by what makes it one of its kind.
pub(crate) fn luid<R: Record>(parts: &[&str]) -> Uuid {
    rng::luid(R::KIND, parts)
}
