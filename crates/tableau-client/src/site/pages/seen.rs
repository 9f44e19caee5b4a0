//! The identifiers of the items that have come.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, BuildHasherDefault, Hasher, RandomState};

/// The identifiers that have come, by their hashes: a list of a million items takes 16 MB.
#[derive(Debug, Default)]
pub(super) struct Seen {
    hashes: HashSet<u64, BuildHasherDefault<AsItIs>>,
    hasher: RandomState,
}

impl Seen {
    /// Notes an identifier; false if it has come before.
    pub(super) fn insert(&mut self, identity: &str) -> bool {
        self.hashes.insert(self.hasher.hash_one(identity))
    }
}

/// The hash of a number that is one already.
#[derive(Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
