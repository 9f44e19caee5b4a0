//! Mistakes that can be seen by looking.

/// Mistakes in naming a site.
pub(super) fn of_site(site: &str) -> Vec<String> {
    let mut found = Vec::new();
    let is_uuid = site.len() == 36 && site.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    if site.eq_ignore_ascii_case("default") {
        found.push("the Default site has an empty name, not \"Default\"".to_owned());
    } else if is_uuid {
        found.push(
            "the site is named by its id; it has to be its content URL (from the address in a browser)"
                .to_owned(),
        );
    } else if site.contains(char::is_whitespace) {
        found.push(
            "the site's name has a space in it; content URLs have none, so this is probably its display name"
                .to_owned(),
        );
    }
    found
}
