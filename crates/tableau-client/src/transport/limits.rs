//! How much a client does at once, and how much of an answer it reads into memory.

/// How much of an answer a client reads into memory, in bytes, and how many renderings it asks for at once. Files are not bounded: they are never in
/// memory as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The greatest document, decompressed: 64 MiB. A longer one is an error ([`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge)).
    ///
    /// Pages of a list are fetched together, and count together: three pages of 1000 items, of which each may have a third; of smaller pages up to eight.
    pub document: usize,
    /// How much is read of an answer that refuses a call: 1 MiB. The rest is not read.
    pub error: usize,
    /// How many renderings (images, PDFs, presentations, data of views) are under way at once on a site: 20, as many as Tableau Cloud allows; at least 1.
    /// Others wait until the answer to one of them begins: the server has made it then.
    pub renderings: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document: 64 * 1024 * 1024,
            error: 1024 * 1024,
            renderings: 20,
        }
    }
}
