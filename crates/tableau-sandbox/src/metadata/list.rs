//! Lists of nodes: filtered, sorted, and in pages with cursors.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use async_graphql::dynamic::ObjectAccessor;
use async_graphql::{Error, Value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::asked::{Asked, Notice, invalid};
use super::graph::{Graph, Node, Place};
use super::schema::field_of;

/// The size of a page if none is asked for, and the greatest.
const PAGE: usize = 100;
pub(super) const MAX_PAGE: usize = 1000;
/// Attributes that filters may name without being about what a caller may not see.
const OPEN: [&str; 4] = ["id", "idWithin", "luid", "luidWithin"];

/// Which nodes of a list are wanted, and in which order.
pub(super) struct List {
    tests: Vec<(String, Test)>,
    order: Vec<(String, bool)>,
    /// Whether nodes that the caller may not see are left out, rather than shown by their identifiers.
    filtered: bool,
}

enum Test {
    OneOf(Vec<String>),
    Contains(String),
}

/// A page of nodes.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) places: Vec<Place>,
    pub(super) total: usize,
    pub(super) has_next: bool,
    pub(super) end_cursor: Option<String>,
}

/// Where a page ended: its last node, and the values by which the list is sorted.
#[derive(Serialize, Deserialize)]
struct Cursor {
    r#type: String,
    scope: String,
    #[serde(rename = "sortOrderValue")]
    at: BTreeMap<String, Value>,
}

/// The member of a cursor that names the last node.
const LAST: &str = "lastId";

impl List {
    /// The list that the arguments of a field ask for.
    pub(super) fn of(arguments: &ObjectAccessor<'_>, asked: &Asked, field: &str) -> Result<Self, Error> {
        let tests = tests(arguments)?;
        let mode = arguments.get("permissionMode");
        let mut filtered =
            mode.is_some_and(|mode| mode.enum_name().is_ok_and(|mode| mode == "FILTER_RESULTS"));
        let names = tests.iter().map(|(name, _)| name.as_str());
        let sensitive: Vec<_> = names
            .filter(|name| !OPEN.contains(name))
            .map(str::to_owned)
            .collect();
        if !filtered && !sensitive.is_empty() && !asked.is_administrator {
            filtered = true;
            let attributes = BTreeMap::from([(field.to_owned(), sensitive)]);
            asked.notice(Notice::PermissionsModeSwitched(attributes));
        }
        Ok(Self {
            tests,
            order: order(arguments)?,
            filtered,
        })
    }

    /// The nodes that are wanted, in order; the identifier decides between equals.
    pub(super) fn select(&self, graph: &Graph, places: Vec<Place>) -> Vec<Place> {
        let mut nodes: Vec<_> = places
            .into_iter()
            .filter_map(|place| Some((place, graph.node(place)?)))
            .filter(|(_, node)| node.is_visible || !self.filtered)
            .filter(|(_, node)| self.tests.iter().all(|(name, test)| test.holds(name, node)))
            .map(|(place, node)| (place, self.values(node), &node.id))
            .collect();
        nodes.sort_by(|(_, one, id), (_, other, other_id)| {
            self.compare(
                (one.as_slice(), id.as_str()),
                (other.as_slice(), other_id.as_str()),
            )
        });
        nodes.into_iter().map(|(place, ..)| place).collect()
    }

    /// The values of a node that the list is sorted by.
    fn values(&self, node: &Node) -> Vec<Value> {
        self.order.iter().map(|(field, _)| node.raw(field)).collect()
    }

    fn compare(&self, one: (&[Value], &str), other: (&[Value], &str)) -> Ordering {
        let pairs = one.0.iter().zip(other.0).zip(&self.order);
        let ordering = pairs.map(|((one, other), (_, descending))| match descending {
            true => compare(other, one),
            false => compare(one, other),
        });
        ordering
            .fold(Ordering::Equal, Ordering::then)
            .then_with(|| one.1.cmp(other.1))
    }

    /// The page that the arguments ask for.
    pub(super) fn page(
        &self,
        arguments: &ObjectAccessor<'_>,
        asked: &Asked,
        of: &str,
        places: Vec<Place>,
    ) -> Result<Page, Error> {
        let number = |name: &str| match arguments.get(name).filter(|value| !value.is_null()) {
            None => Ok(None),
            Some(value) => value.u64().map(Some).map_err(|_| {
                invalid(&format!(
                    "The argument \"{name}\" must be a number that is not negative."
                ))
            }),
        };
        let (first, offset) = (number("first")?, number("offset")?);
        let after = arguments.get("after").filter(|after| !after.is_null());
        let after = after.map(|after| after.string().map(str::to_owned)).transpose()?;
        if after.is_some() && offset.is_some() {
            return Err(invalid(
                "Can't use \"after\" and \"offset\" pagination at the same time. Remove one of the arguments from the query.",
            ));
        }
        let size = first.map_or(PAGE, |first| usize::try_from(first).unwrap_or(usize::MAX));
        if size > MAX_PAGE {
            asked.notice(Notice::MaxPageSize);
        }
        let graph = &asked.graph;
        let total = places.len();
        let start = match after {
            Some(after) => self.start(graph, of, &after, &places)?,
            None => usize::try_from(offset.unwrap_or_default())
                .unwrap_or(usize::MAX)
                .min(total),
        };
        let page: Vec<_> = places.into_iter().skip(start).take(size.min(MAX_PAGE)).collect();
        let last = page.last().and_then(|place| graph.node(*place));
        Ok(Page {
            total,
            has_next: start + page.len() < total,
            end_cursor: last.map(|last| self.cursor(graph, of, last)),
            places: page,
        })
    }

    fn cursor(&self, graph: &Graph, of: &str, last: &Node) -> String {
        let sorted = self
            .order
            .iter()
            .map(|(field, _)| (field.clone(), last.raw(field)));
        let cursor = Cursor {
            r#type: of.to_owned(),
            scope: format!("sites/{}", graph.site),
            at: sorted
                .chain([(LAST.to_owned(), Value::from(last.id.clone()))])
                .collect(),
        };
        STANDARD.encode(serde_json::to_vec(&cursor).unwrap_or_default())
    }

    /// The position of the first node behind a cursor. What was added or deleted meanwhile does not move the others.
    fn start(&self, graph: &Graph, of: &str, cursor: &str, places: &[Place]) -> Result<usize, Error> {
        let unreadable =
            "The query contains an invalid cursor. Make sure to use cursors that the server gave.";
        let json = STANDARD.decode(cursor).map_err(|_| invalid(unreadable))?;
        let mut cursor: Cursor = serde_json::from_slice(&json).map_err(|_| invalid(unreadable))?;
        if cursor.r#type != of {
            return Err(invalid(
                "The query contains an invalid cursor. Make sure to use cursors of the same type.",
            ));
        }
        if cursor.scope != format!("sites/{}", graph.site) {
            return Err(invalid(
                "The query contains an invalid cursor. Make sure to use cursors that belong to the same site.",
            ));
        }
        let Some(Value::String(last)) = cursor.at.remove(LAST) else {
            return Err(invalid(unreadable));
        };
        let sorted = self.order.iter().map(|(field, _)| cursor.at.remove(field));
        let Some(values) = sorted.collect::<Option<Vec<_>>>() else {
            return Err(invalid(
                "The query contains an invalid cursor. Make sure to use cursors of the same order.",
            ));
        };
        let is_before = |place: &Place| {
            graph.node(*place).is_some_and(|node| {
                self.compare(
                    (self.values(node).as_slice(), &node.id),
                    (values.as_slice(), &last),
                ) != Ordering::Greater
            })
        };
        Ok(places.partition_point(is_before))
    }
}

impl Test {
    fn holds(&self, name: &str, node: &Node) -> bool {
        let own = text(&node.raw(name));
        match self {
            Self::OneOf(values) => own.is_some_and(|own| values.contains(&own)),
            Self::Contains(part) => own.is_some_and(|own| own.to_lowercase().contains(part)),
        }
    }
}

/// The conditions of a filter, each with the field that it is about.
fn tests(arguments: &ObjectAccessor<'_>) -> Result<Vec<(String, Test)>, Error> {
    let Some(filter) = arguments.get("filter").filter(|filter| !filter.is_null()) else {
        return Ok(Vec::new());
    };
    // Of a list of filters, which servers take too, each has to be met.
    let filters = match filter.as_value() {
        Value::List(filters) => filters.iter().collect(),
        one => vec![one],
    };
    let conditions = filters.into_iter().filter_map(|filter| match filter {
        Value::Object(conditions) => Some(conditions),
        _ => None,
    });
    let mut tests = Vec::new();
    for (name, value) in conditions.flatten() {
        let test = match (name.as_str(), name.strip_suffix("Within"), value) {
            (_, _, Value::Null) => continue,
            ("text", _, value) => {
                let part = text(value).unwrap_or_default().to_lowercase();
                if part
                    .chars()
                    .all(|character| character.is_whitespace() || character == '\'')
                {
                    return Err(invalid(
                        "A text filter can't contain only the following characters: spaces or a single quotation mark. Replace the \
                         invalid characters and try again.",
                    ));
                }
                ("name", Test::Contains(part))
            }
            (_, Some(field), Value::List(values)) => {
                (field, Test::OneOf(values.iter().filter_map(text).collect()))
            }
            (field, _, value) => (field, Test::OneOf(text(value).into_iter().collect())),
        };
        tests.push((test.0.to_owned(), test.1));
    }
    Ok(tests)
}

/// The fields to sort by, each with whether it is descending.
fn order(arguments: &ObjectAccessor<'_>) -> Result<Vec<(String, bool)>, Error> {
    let Some(order) = arguments.get("orderBy").filter(|order| !order.is_null()) else {
        return Ok(Vec::new());
    };
    let key = |value: &Value| match value {
        Value::Object(key) => {
            let name = |name: &str| key.get(name).and_then(text).unwrap_or_default();
            Some((field_of(&name("field")), name("direction") == "DESC"))
        }
        _ => None,
    };
    // One key may stand alone, as in every list of GraphQL.
    Ok(match order.as_value() {
        Value::List(keys) => keys.iter().filter_map(key).collect(),
        value => key(value).into_iter().collect(),
    })
}

/// A value as text, by which it is compared with that of a filter.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Enum(name) => Some(name.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Boolean(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// Nothing comes first, then `false` and `true`, numbers by size, and texts by their characters.
fn compare(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            let (one, other) = (
                one.as_f64().unwrap_or_default(),
                other.as_f64().unwrap_or_default(),
            );
            one.total_cmp(&other)
        }
        _ => text(one).cmp(&text(other)),
    }
}
