//! The identifiers of the items of a page.

/// Where the identifiers of items are: each is empty where it is missing, and `None` for an item of a kind that has none.
#[derive(Debug, Clone)]
pub enum Identities<R> {
    /// In the items.
    OfItems(fn(&R) -> Option<&str>),
    /// Beside them, in their order.
    Listed(Vec<Option<String>>),
}

impl<R> Identities<R> {
    pub(super) fn get<'a>(&'a self, index: usize, item: &'a R) -> Option<&'a str> {
        match self {
            Self::OfItems(identity) => identity(item),
            Self::Listed(identities) => identities.get(index)?.as_deref(),
        }
    }
}
