//! The positions of records that have something in common, in the order of creation.

use std::collections::{BTreeSet, btree_set};
use std::slice;

/// The number of positions from which on they are in a tree.
const MANY: usize = 32;

/// Positions: nearly always a few, which take little room, and else as many as there are.
#[derive(Debug, Clone)]
pub(super) enum Positions<P> {
    Few(Vec<P>),
    Many(BTreeSet<P>),
}

impl<P: Ord + Copy> Positions<P> {
    pub(super) fn of(position: P) -> Self {
        Self::Few(vec![position])
    }

    pub(super) fn insert(&mut self, position: P) {
        match self {
            Self::Few(few) => {
                let Err(at) = few.binary_search(&position) else {
                    return;
                };
                if few.len() == few.capacity() {
                    few.reserve_exact(few.len().div_ceil(2).max(1));
                }
                few.insert(at, position);
                if few.len() >= MANY {
                    *self = Self::Many(few.iter().copied().collect());
                }
            }
            Self::Many(many) => {
                many.insert(position);
            }
        }
    }

    pub(super) fn remove(&mut self, position: P) {
        match self {
            Self::Few(few) => {
                if let Ok(at) = few.binary_search(&position) {
                    few.remove(at);
                }
            }
            Self::Many(many) => {
                many.remove(&position);
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Few(few) => few.len(),
            Self::Many(many) => many.len(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn iter(&self) -> Iter<'_, P> {
        match self {
            Self::Few(few) => Iter::Few(few.iter()),
            Self::Many(many) => Iter::Many(many.iter()),
        }
    }
}

pub(super) enum Iter<'p, P> {
    Few(slice::Iter<'p, P>),
    Many(btree_set::Iter<'p, P>),
}

impl<P> Default for Iter<'_, P> {
    fn default() -> Self {
        Self::Few(slice::Iter::default())
    }
}

impl<'p, P> Iterator for Iter<'p, P> {
    type Item = &'p P;

    fn next(&mut self) -> Option<&'p P> {
        match self {
            Self::Few(few) => few.next(),
            Self::Many(many) => many.next(),
        }
    }
}

impl<P> DoubleEndedIterator for Iter<'_, P> {
    fn next_back(&mut self) -> Option<Self::Item> {
        match self {
            Self::Few(few) => few.next_back(),
            Self::Many(many) => many.next_back(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_are_in_order_and_given_once() {
        let mut positions = Positions::of(50);
        for position in (0..100).rev() {
            positions.insert(position);
            positions.insert(position);
        }
        assert!(positions.iter().copied().eq(0..100));
        for position in 0..99 {
            positions.remove(position);
            positions.remove(position);
        }
        assert!(positions.iter().rev().copied().eq([99]));
        positions.remove(99);
        assert!(positions.is_empty());
    }
}
