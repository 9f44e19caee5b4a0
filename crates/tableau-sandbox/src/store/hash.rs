//! Hashing of identifiers, which are random already.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map by identifiers of the sandbox's own making.
pub(crate) type ById<K, V> = HashMap<K, V, BuildHasherDefault<Mixed>>;

/// Mixes the bits of what is hashed. Not for what clients choose.
#[derive(Debug, Default)]
pub(crate) struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut padded = [0; 8];
            padded.iter_mut().zip(part).for_each(|(to, from)| *to = *from);
            self.write_u64(u64::from_le_bytes(padded));
        }
    }

    fn write_u64(&mut self, value: u64) {
        // The finalizer of SplitMix64, shortened: every bit of the value reaches the low and the high bits.
        let mixed = (self.0.rotate_left(29) ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }

    /// The length, which is the same for all identifiers.
    fn write_usize(&mut self, _: usize) {}
}
