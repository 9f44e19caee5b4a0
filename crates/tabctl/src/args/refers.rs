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
    /// The group of what `content.type` names: a workbook or a view.
    pub(crate) const CONTENT: &'static str = "content";

    /// What the member at a path refers to.
    pub(crate) fn of(path: &str, kind: ValueKind) -> Option<Self> {
        let to = |group, short: Option<&str>, is_list| {
            let short = short.filter(|short| !short.contains('.')).map(str::to_owned);
            Some(Self {
                group,
                short,
                is_list,
            })
        };
        match path {
            "content.id" => return to(Self::CONTENT, None, false),
            // The schedules whose states are set at once.
            "scheduleLuids.scheduleLuid" => return to("schedules", Some("schedules"), true),
            _ => {}
        }
        if let Some(item) = path.strip_suffix(".id") {
            return to(group_of(last(item))?, Some(item), false);
        }
        if let Some(item) = last(path).strip_suffix("Id") {
            return to(group_of(item)?, None, false);
        }
        // A list of items by their identifiers: `users.user`.
        let (list, item) = path.split_once('.')?;
        let is_list = matches!(kind, ValueKind::List(ValueKind::Object(_)));
        match is_list && list.strip_suffix('s') == Some(item) {
            true => to(group_of(item)?, Some(list), true),
            false => None,
        }
    }

    /// What help says of it.
    pub(super) fn help(&self) -> String {
        let nouns = match self.group {
            "datasources" => "data sources".to_owned(),
            group => group.replace('_', " "),
        };
        let noun = nouns.strip_suffix('s').unwrap_or(&nouns);
        let how = match self.group {
            "users" | "groups" | "schedules" | "databases" | "tables" => "by name or LUID",
            _ => "by name, path or LUID",
        };
        match (self.group, self.short.as_deref()) {
            (Self::CONTENT, _) => format!("The workbook or view, {how}"),
            _ if self.is_list => format!("The {nouns}, each {how}; may be repeated"),
            (_, Some("owner")) => format!("The owner, {how}"),
            ("projects", None) => format!("The project above, {how}"),
            _ => format!("The {noun}, {how}"),
        }
    }
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// The group of an item, by the name that members have for it.
fn group_of(item: &str) -> Option<&'static str> {
    Some(match item {
        "project" | "parentProject" => "projects",
        "owner" | "user" | "contact" => "users",
        "workbook" => "workbooks",
        "datasource" => "datasources",
        "view" => "views",
        "customView" => "custom_views",
        "flow" => "flows",
        "virtualConnection" => "virtual_connections",
        "database" => "databases",
        "table" => "tables",
        "group" => "groups",
        "schedule" => "schedules",
        _ => return None,
    })
}
