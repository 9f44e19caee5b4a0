//! Addresses of items, as they are copied from a browser.

use percent_encoding::percent_decode_str;

use crate::env::is_luid;
use crate::failure::Failure;

/// The parts of an address that say which item it shows.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) scheme: String,
    /// Host, with a port if there is one.
    pub(super) authority: String,
    /// The content URL of the site; empty for the Default site.
    pub(super) site: String,
    pub(super) shown: Shown,
    /// The values that fields are filtered by, where the page is of a view.
    pub(super) filters: Vec<(String, String)>,
}

/// The item that a page shows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// An item by the number that the REST API shows in `webpageUrl` only.
    Numbered { collection: String, number: String },
    /// A view, by the words of its content URL.
    View { workbook: String, view: String },
    /// A custom view of one, by its LUID.
    CustomView { id: String },
}

/// What the address of a view filters by, if this is one.
pub(in crate::commands) fn filters(typed: &str) -> Vec<(String, String)> {
    let address = is_address(typed).then(|| Address::parse(typed).ok()).flatten();
    address.map(|address| address.filters).unwrap_or_default()
}

/// Whether a reference is meant as an address.
pub(super) fn is_address(typed: &str) -> bool {
    typed.starts_with("https://") || typed.starts_with("http://")
}

impl Address {
    /// Reads an address: pages stand in the fragment (`/#/site/sales/workbooks/12`), embedded and linked views in the path (`/t/sales/views/…`).
    pub(super) fn parse(typed: &str) -> Result<Self, Failure> {
        let unknown = || {
            Failure::Usage(format!(
                "{typed:?} is not the address of a workbook, a view, a data source, a flow or a project: \
                 copy it from the page of the item, or give a path or the LUID"
            ))
        };
        let (scheme, rest) = typed.split_once("://").ok_or_else(unknown)?;
        let (authority, rest) = rest.split_once('/').ok_or_else(unknown)?;
        let (path, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let in_fragment = fragment.starts_with('/');
        let route = if in_fragment { fragment } else { path };
        let (route, query) = route.split_once('?').unwrap_or((route, ""));
        let decoded = route.split('/').filter(|segment| !segment.is_empty());
        let decoded = decoded.map(|segment| percent_decode_str(segment).decode_utf8());
        let segments: Vec<_> = decoded.collect::<Result<_, _>>().map_err(|_| unknown())?;
        let segments: Vec<_> = segments.iter().map(AsRef::as_ref).collect();
        let site_word = if in_fragment { "site" } else { "t" };
        let (site, segments) = match segments.as_slice() {
            [word, site, rest @ ..] if *word == site_word => (*site, rest),
            all => ("", all),
        };
        let shown = match segments {
            ["views", _, _, id, ..] if is_luid(id) => Shown::CustomView { id: (*id).to_owned() },
            ["views" | "authoring", workbook, view, ..] => Shown::View {
                workbook: (*workbook).to_owned(),
                view: (*view).to_owned(),
            },
            [collection, number, ..] if number.bytes().all(|byte| byte.is_ascii_digit()) => Shown::Numbered {
                collection: (*collection).to_owned(),
                number: (*number).to_owned(),
            },
            _ => return Err(unknown()),
        };
        Ok(Self {
            scheme: scheme.to_owned(),
            authority: authority.to_owned(),
            site: site.to_owned(),
            filters: match shown {
                Shown::Numbered { .. } => Vec::new(),
                _ => values(query.split('#').next().unwrap_or_default()),
            },
            shown,
        })
    }
}

/// The fields of a query with their values. Parameters with a colon are the page's own: `:iid=1`.
fn values(query: &str) -> Vec<(String, String)> {
    let decoded = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
    };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let mut values: Vec<(String, String)> = Vec::new();
    for (name, value) in pairs.map(|(name, value)| (decoded(name), decoded(value))) {
        let name = name.strip_prefix("Parameters.").unwrap_or(&name);
        if name.starts_with(':') || value.is_empty() {
            continue;
        }
        add_value(&mut values, name, &value);
    }
    values
}

/// Adds a value of a field. Of one that is named again, the values stand in one parameter: `vf_Region=East,West`.
pub(in crate::commands) fn add_value(fields: &mut Vec<(String, String)>, field: &str, value: &str) {
    match fields.iter_mut().find(|(known, _)| known == field) {
        Some((_, values)) => *values = format!("{values},{value}"),
        None => fields.push((field.to_owned(), value.to_owned())),
    }
}

/// Adds the fields of an address that are not there: what is typed counts more.
pub(in crate::commands) fn add_shown(typed: &mut Vec<(String, String)>, shown: Vec<(String, String)>) {
    for (field, value) in shown {
        if !typed.iter().any(|(known, _)| *known == field) {
            typed.push((field, value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(workbook: &str, view: &str) -> Shown {
        Shown::View {
            workbook: workbook.to_owned(),
            view: view.to_owned(),
        }
    }

    #[test]
    fn addresses_of_pages_name_site_and_item() {
        for (typed, site, shown) in [
            (
                "https://t.example/#/site/sales/workbooks/107927/views",
                "sales",
                Shown::Numbered {
                    collection: "workbooks".to_owned(),
                    number: "107927".to_owned(),
                },
            ),
            (
                "https://t.example/#/datasources/12?:origin=card",
                "",
                Shown::Numbered {
                    collection: "datasources".to_owned(),
                    number: "12".to_owned(),
                },
            ),
            (
                "https://t.example/#/site/sales/views/Superstore/Over%C3%A9?:iid=2",
                "sales",
                view("Superstore", "Overé"),
            ),
            (
                "http://t.example:8000/t/sales/views/Superstore/Overview?:embed=y#3",
                "sales",
                view("Superstore", "Overview"),
            ),
            (
                "https://t.example/views/Superstore/Overview",
                "",
                view("Superstore", "Overview"),
            ),
            (
                "https://t.example/#/authoring/Superstore/Overview/x",
                "",
                view("Superstore", "Overview"),
            ),
        ] {
            let address = Address::parse(typed).unwrap();
            assert_eq!((address.site.as_str(), address.shown), (site, shown), "{typed}");
        }
    }

    #[test]
    fn addresses_of_views_have_filters_and_custom_views() {
        let custom = "b74c6ffd-0000-4000-8000-000000000001";
        let typed = format!(
            "https://t.example/#/site/s/views/W/V/{custom}/Mine?:iid=1&Region=East,West&Parameters.Top+N=3%2B"
        );
        let address = Address::parse(&typed).unwrap();
        assert_eq!(
            address.shown,
            Shown::CustomView {
                id: custom.to_owned()
            }
        );
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            filters(&typed),
            [pair("Region", "East,West"), pair("Top N", "3+")]
        );
        let linked = "https://t.example/t/s/views/W/V?Region=East#3";
        assert_eq!(filters(linked), [pair("Region", "East")]);
        let again = "https://t.example/views/W/V?Region=East&Region=West&Year=&Old%20Parameters.X=1";
        assert_eq!(
            filters(again),
            [pair("Region", "East,West"), pair("Old Parameters.X", "1")]
        );
        assert_eq!(filters("https://t.example/#/workbooks/1?Region=East"), []);
        assert_eq!(filters("W/V?Region=East"), []);
    }

    #[test]
    fn other_addresses_are_refused() {
        for typed in [
            "https://",
            "https://t.example",
            "https://t.example/",
            "https://t.example/#/site/sales/home",
            "https://t.example/#/site/sales/workbooks/twelve",
            "https://t.example/#/site/%FF/workbooks/1",
            "http://#",
        ] {
            let refused = Address::parse(typed);
            assert!(matches!(refused, Err(Failure::Usage(_))), "{typed}: {refused:?}");
        }
    }
}
