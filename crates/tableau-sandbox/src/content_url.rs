//! The names of content in addresses.

/// The name in addresses: letters and digits, as Tableau makes it from a name.
pub(crate) fn content_url(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).collect()
}
