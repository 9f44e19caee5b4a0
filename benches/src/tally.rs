//! What a client says of the list that it read, so that the runner sees whether all of them read the same.

use std::fmt;

/// Counts and sums over a list of workbooks.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// How many there are.
    pub items: u64,
    /// The sum of their sizes, in megabytes.
    pub sizes: u64,
    /// How many tags they have.
    pub tags: u64,
    /// The sum of the instants at which they were created, in seconds since 1970.
    pub created: i64,
    /// The length of all names of workbooks and of their projects, in bytes.
    pub names: u64,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "items={} sizes={} tags={} created={} names={}",
            self.items, self.sizes, self.tags, self.created, self.names
        )
    }
}

impl Tally {
    /// Adds that of another list.
    pub fn add(&mut self, other: &Self) {
        self.items += other.items;
        self.sizes += other.sizes;
        self.tags += other.tags;
        self.created += other.created;
        self.names += other.names;
    }
}
