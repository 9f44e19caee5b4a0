//! The groups whose items can be referred to, from the table of endpoints.

use serde_json::Value;
use tableau_client::wire::{Entry, Family, Operator, ReplyKind, Segment, Shape, Summary, endpoints};

use super::text;
use crate::failure::Failure;

/// A group whose items have names, with its list.
#[derive(Debug, Clone, Copy)]
pub(in crate::commands) struct Collection {
    list: &'static Entry,
    item: Shape,
}

/// What the items of a collection are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    /// A project, which may be in another.
    Project,
    /// A workbook.
    Workbook,
}

impl Collection {
    /// The group of this name, whose items can be listed and have names.
    pub(in crate::commands) fn of(group: &str) -> Result<Self, Failure> {
        let found = Self::all().find(|collection| collection.group() == group);
        found.ok_or_else(|| Failure::Local(format!("{group} cannot be listed")))
    }

    /// The group that the variables of a call's path refer to, in their order: that of the list at the segment before, or of the kind of content that
    /// was typed there. Where `key` is given, the path names the item by something else.
    pub(in crate::commands) fn in_path(entry: &Entry, typed: &[(&str, String)]) -> Vec<Option<Self>> {
        let value = |name: &str| typed.iter().find(|(known, _)| *known == name);
        let segments: Vec<_> = entry.operation.segments().collect();
        let pairs = segments.iter().zip(segments.iter().skip(1));
        let variables = pairs.filter(|(_, segment)| matches!(segment, Segment::Variable(_)));
        let refers = |before: &Segment| match before {
            _ if value("key").is_some() => None,
            Segment::Variable("contentType") => {
                value("contentType").and_then(|(_, kind)| Self::of_kind(kind))
            }
            before => Self::listed_at(before),
        };
        variables.map(|(before, _)| refers(before)).collect()
    }

    /// The group of a kind of content, as calls name it: `workbooks` or `workbook`.
    fn of_kind(kind: &str) -> Option<Self> {
        let kind = kind.to_ascii_lowercase();
        let group = format!("{}s", kind.strip_suffix('s').unwrap_or(&kind));
        Self::all().find(|collection| collection.group().replace('_', "") == group)
    }

    fn listed_at(segment: &Segment) -> Option<Self> {
        Self::all().find(|collection| {
            let mut path = collection.list.operation.segments();
            path.next() == Some(segment) && path.next().is_none()
        })
    }

    fn all() -> impl Iterator<Item = Self> {
        endpoints().filter_map(|list| {
            let ReplyKind::Page { shape: item, .. } = list.reply else {
                return None;
            };
            let operation = &list.operation;
            let found = Self { list, item };
            let is_list = operation.name == "list" && operation.family == Family::Rest;
            (is_list && found.has("name") && found.has("id")).then_some(found)
        })
    }

    pub(in crate::commands) fn group(self) -> &'static str {
        self.list.operation.group
    }

    pub(super) fn list(self) -> &'static Entry {
        self.list
    }

    /// The call that gets one item.
    pub(super) fn get(self) -> Option<&'static Entry> {
        let is_get = |entry: &&Entry| (entry.operation.group, entry.operation.name) == (self.group(), "get");
        endpoints().find(is_get)
    }

    /// The item in the answer that gets one: the answer itself, or the member of its name where there is more beside it, as with flows.
    pub(super) fn item_in(self, answer: Value) -> Value {
        let ReplyKind::Page { element, .. } = self.list.reply else {
            return answer;
        };
        match answer {
            Value::Object(mut members) if !members.contains_key("id") => match members.remove(element) {
                Some(item) => item,
                None => Value::Object(members),
            },
            answer => answer,
        }
    }

    pub(in crate::commands) fn noun(self) -> &'static str {
        match self.list.operation.summary {
            Summary::Of { noun, .. } => noun,
            Summary::Text(_) => "item",
        }
    }

    pub(super) fn nouns(self) -> &'static str {
        match self.list.operation.summary {
            Summary::Of { nouns, .. } => nouns,
            Summary::Text(_) => "items",
        }
    }

    /// Whether its items have this member.
    pub(super) fn has(self, member: &str) -> bool {
        self.item.fields().iter().any(|field| field.name == member)
    }

    pub(super) fn filters_by(self, field: &str, operator: Operator) -> bool {
        let mut filters = self.list.operation.filters.iter();
        filters.any(|filter| filter.name == field && filter.operators.contains(&operator))
    }

    pub(super) fn container(self) -> Option<Container> {
        if self.group() == "projects" || (self.has("project") && !self.has("workbook")) {
            return Some(Container::Project);
        }
        self.has("workbook").then_some(Container::Workbook)
    }

    /// A content URL as the API has it: people see that of a view without its middle, `sheets`.
    pub(super) fn content_url(self, typed: &str) -> String {
        match (self.container(), typed.split('/').collect::<Vec<_>>().as_slice()) {
            (Some(Container::Workbook), [workbook, view]) => format!("{workbook}/sheets/{view}"),
            _ => typed.to_owned(),
        }
    }
}

impl Container {
    pub(super) fn collection(self) -> Result<Collection, Failure> {
        let group = match self {
            Self::Project => "projects",
            Self::Workbook => "workbooks",
        };
        Collection::of(group)
    }

    /// The identifier of the container of an item.
    pub(super) fn of(self, collection: Collection, item: &Value) -> Option<&str> {
        let id = match self {
            Self::Project if collection.group() == "projects" => text(item, "parentProjectId"),
            Self::Project => text(item, "project.id"),
            Self::Workbook => text(item, "workbook.id"),
        };
        (!id.is_empty()).then_some(id)
    }
}
