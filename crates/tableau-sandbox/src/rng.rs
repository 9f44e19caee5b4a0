//! Pseudorandom numbers, the same at every start.

use uuid::Uuid;

/// A generator that is seeded with texts.
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn of(parts: &[&str]) -> Self {
        Self(fnv(0xcbf2_9ce4_8422_2325, parts))
    }

    /// The next number: `SplitMix64`, which is short, even, and fixed by its definition (a library's generator may change).
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// The next number below a limit.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }
}

/// An identifier in the form of a random UUID.
pub(crate) fn luid(kind: &str, parts: &[&str]) -> Uuid {
    let mut rng = Rng(fnv(fnv(0xcbf2_9ce4_8422_2325, &[kind]), parts));
    let value = u128::from(rng.next()) << 64 | u128::from(rng.next());
    uuid::Builder::from_random_bytes(value.to_be_bytes()).into_uuid()
}

/// FNV-1a; the separator keeps `["a", "b"]` and `["ab"]` apart.
fn fnv(start: u64, parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(start, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
