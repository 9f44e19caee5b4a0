//! The names of content in addresses.

/// The name in addresses: letters and digits, as Tableau makes it from a name.
pub(crate) fn content_url(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The same, with a number appended if it is taken, in the form of real servers.
pub(crate) fn free_content_url(name: &str, is_free: impl Fn(&str) -> bool) -> String {
    let wanted = content_url(name);
    if is_free(&wanted) {
        return wanted;
    }
    let mut numbered = (1u64..).map(|number| format!("{wanted}_{number}"));
    numbered.find(|url| is_free(url)).unwrap_or_default()
}
