//! Content: what has permissions.

/// The permissions of a kind of content.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Content {
    /// The kind, as in the address of the default permissions that a project gives it: `workbooks`.
    pub(crate) kind: &'static str,
    /// The capabilities, from the documentation of the calls that add permissions.
    pub(crate) capabilities: &'static [&'static str],
    /// The capabilities of every user on content without rules of its own: Tableau's template "Explore". That new content has it is inferred.
    pub(crate) template: &'static [&'static str],
}
