//! Members of documents that refer to items, which are typed by their names.

use tableau_client::wire::ValueKind;

/// A member that refers to an item, or to several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refers {
    /// The group of the items: `users`.
    pub(crate) group: &'static str,
    /// A shorter name than the path: `user` for `user.id`, `users` for `users.user`.
    pub(super) short: Option<String>,
    is_list: bool,
}

impl Refers {
    /// What the member at a path refers to.
    pub(crate) fn of(path: &str, kind: ValueKind) -> Option<Self> {
        if path.rsplit('.').next() == Some("parentProjectId") {
            return Some(Self {
                group: "projects",
                short: None,
                is_list: false,
            });
        }
        // The schedules whose states are set at once.
        if path == "scheduleLuids.scheduleLuid" {
            return Some(Self {
                group: "schedules",
                short: Some("schedules".to_owned()),
                is_list: true,
            });
        }
        let is_list = matches!(kind, ValueKind::List(ValueKind::Object(_)));
        let (item, short) = match (path.strip_suffix(".id"), path.split_once('.')) {
            (Some(item), _) => (item, item.to_owned()),
            // A list of items by their identifiers: `users.user`.
            (None, Some((list, item))) if is_list && list.strip_suffix('s') == Some(item) => {
                (item, list.to_owned())
            }
            _ => return None,
        };
        let group = match item.rsplit('.').next()? {
            "project" => "projects",
            "owner" | "user" => "users",
            "workbook" => "workbooks",
            "datasource" => "datasources",
            "view" => "views",
            "group" => "groups",
            "schedule" => "schedules",
            _ => return None,
        };
        Some(Self {
            group,
            short: Some(short).filter(|short| !short.contains('.')),
            is_list,
        })
    }

    /// What help says of it.
    pub(super) fn help(&self) -> String {
        let nouns = match self.group {
            "datasources" => "data sources",
            group => group,
        };
        let noun = nouns.strip_suffix('s').unwrap_or(nouns);
        match (self.is_list, self.short.as_deref()) {
            (true, _) => format!("The {nouns}, each by name or LUID; may be repeated"),
            (false, Some("owner")) => "The owner, by name or LUID".to_owned(),
            (false, None) => format!("The {noun} above, by name, path or LUID"),
            (false, _) => format!("The {noun}, by name or LUID"),
        }
    }
}
