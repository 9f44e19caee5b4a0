//! The lists beside this module: one record a line, fields between bars.

/// The rows of a list for a site, with `N` fields each.
///
/// A row with another number of fields is skipped; a test checks that there is none.
pub(super) fn of_site<const N: usize>(
    text: &'static str,
    site: &str,
) -> impl Iterator<Item = [&'static str; N]> {
    all(text).filter_map(move |(of, fields)| (of == site).then_some(fields))
}

/// The rows of a list, each with the word for its site.
pub(super) fn all<const N: usize>(
    text: &'static str,
) -> impl Iterator<Item = (&'static str, [&'static str; N])> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut fields = line.split('|').map(str::trim);
            let site = fields.next()?;
            let fields: Vec<_> = fields.collect();
            Some((site, fields.try_into().ok()?))
        })
}

/// The items of a field, between commas.
pub(super) fn items(field: &'static str) -> impl Iterator<Item = &'static str> {
    field.split(',').map(str::trim).filter(|item| !item.is_empty())
}
