//! How much of an answer is read into memory.

/// How much of an answer a client reads into memory, in bytes. Files are not bounded: they are never in memory as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The greatest document, decompressed: 64 MiB. A longer one is an error ([`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge)).
    ///
    /// Pages of a list are fetched three at a time, and count together: each may have a third.
    pub document: usize,
    /// How much is read of an answer that refuses a call: 1 MiB. The rest is not read.
    pub error: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document: 64 * 1024 * 1024,
            error: 1024 * 1024,
        }
    }
}
