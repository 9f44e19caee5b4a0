//! Fields of a query: values of nodes, and the lists and pages of what nodes refer to.

use std::sync::Arc;

use async_graphql::dynamic::{FieldFuture, FieldValue, ResolverContext};
use async_graphql::{Error, Value};

use super::asked::Asked;
use super::graph::{Direction, Graph, Node, Place};
use super::list::{List, Page};

/// A field that refers to other nodes.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    name: Arc<str>,
    /// The type of the nodes, and the object types that it stands for.
    target: Arc<str>,
    kinds: Arc<[String]>,
    is_interface: bool,
    of: Of,
}

/// What a field refers to.
#[derive(Debug, Clone, Copy)]
enum Of {
    /// All nodes of its kinds.
    Site,
    Lineage(Direction),
    Links,
}

impl Relation {
    pub(super) fn new(
        is_root: bool,
        name: String,
        target: &str,
        kinds: Vec<String>,
        is_interface: bool,
    ) -> Self {
        let of = if is_root {
            Of::Site
        } else if name.starts_with("upstream") {
            Of::Lineage(Direction::Upstream)
        } else if name.starts_with("downstream") {
            Of::Lineage(Direction::Downstream)
        } else {
            Of::Links
        };
        Self {
            name: name.into(),
            target: target.into(),
            kinds: kinds.into(),
            is_interface,
            of,
        }
    }

    fn places(&self, graph: &Graph, parent: Option<Place>) -> Vec<Place> {
        match (self.of, parent) {
            (Of::Site, _) => graph.of_kinds(&self.kinds),
            (Of::Lineage(direction), Some(place)) => graph.lineage(place, direction, &self.kinds),
            (Of::Links, Some(place)) => graph.links(place, &self.name).to_vec(),
            (_, None) => Vec::new(),
        }
    }

    /// The nodes, unless the caller may not see the one that refers to them.
    fn found<'a>(&self, context: &ResolverContext<'a>) -> Option<(&'a Asked, Vec<Place>)> {
        let asked = asked(context)?;
        let parent = place(context);
        let is_hidden = parent
            .and_then(|place| asked.graph.node(place))
            .is_some_and(|node| !node.is_visible);
        let places = match is_hidden {
            true => Vec::new(),
            false => self.places(&asked.graph, parent),
        };
        Some((asked, places))
    }

    /// The one node that the field refers to; null once the limits are reached.
    pub(super) fn one<'a>(&self, context: &ResolverContext<'a>) -> Option<FieldValue<'a>> {
        let (asked, places) = self.found(context)?;
        let place = *places.first()?;
        asked.take(1).then(|| shown(asked, place, self.is_interface))?
    }

    /// All nodes that meet the filter, in order.
    pub(super) fn list<'a>(&self, context: &ResolverContext<'a>) -> Result<Option<FieldValue<'a>>, Error> {
        let Some((asked, places)) = self.found(context) else {
            return Ok(None);
        };
        let list = List::of(&context.args, asked, &self.name)?;
        let places = list.select(&asked.graph, places);
        Ok(Some(taken(asked, &places, self.is_interface)))
    }

    /// A page of them.
    pub(super) fn page<'a>(&self, context: &ResolverContext<'a>) -> Result<Option<FieldValue<'a>>, Error> {
        let Some((asked, places)) = self.found(context) else {
            return Ok(None);
        };
        let list = List::of(&context.args, asked, &format!("{}Connection", self.name))?;
        let places = list.select(&asked.graph, places);
        let page = list.page(&context.args, asked, &self.target, places)?;
        Ok(Some(FieldValue::owned_any(page)))
    }
}

/// What a query is about, and what it has taken so far.
fn asked<'a>(context: &ResolverContext<'a>) -> Option<&'a Asked> {
    context.ctx.data_opt::<Arc<Asked>>().map(|asked| &**asked)
}

fn place(context: &ResolverContext<'_>) -> Option<Place> {
    context.parent_value.downcast_ref::<Place>().copied()
}

fn node<'a>(context: &ResolverContext<'a>) -> Option<&'a Node> {
    asked(context)?.graph.node(place(context)?)
}

/// The value of a field of a node.
pub(super) fn value(context: &ResolverContext<'_>, name: &str) -> Value {
    node(context).map_or(Value::Null, |node| node.value(name))
}

/// A node as the value of a field; one of an interface says its type.
fn shown<'a>(asked: &Asked, place: Place, is_interface: bool) -> Option<FieldValue<'a>> {
    let kind = asked.graph.node(place)?.kind;
    let value = FieldValue::owned_any(place);
    Some(match is_interface {
        true => value.with_type(kind),
        false => value,
    })
}

/// As many nodes as the limits allow.
fn taken<'a>(asked: &Asked, places: &[Place], is_interface: bool) -> FieldValue<'a> {
    let taken = places.iter().take_while(|_| asked.take(1));
    FieldValue::list(taken.filter_map(|place| shown(asked, *place, is_interface)))
}

/// The nodes of a page.
pub(super) fn nodes<'a>(context: &ResolverContext<'a>, is_interface: bool) -> Option<FieldValue<'a>> {
    let page = context.parent_value.downcast_ref::<Page>()?;
    Some(taken(asked(context)?, &page.places, is_interface))
}

pub(super) fn page_info<'a>(context: &ResolverContext<'a>) -> Option<FieldValue<'a>> {
    let page = context.parent_value.downcast_ref::<Page>()?;
    Some(FieldValue::owned_any(page.clone()))
}

/// The number of nodes on all pages together.
pub(super) fn total(context: &ResolverContext<'_>) -> Option<Value> {
    let page = context.parent_value.downcast_ref::<Page>()?;
    Some(Value::from(i32::try_from(page.total).unwrap_or(i32::MAX)))
}

pub(super) fn of_page(context: &ResolverContext<'_>, name: &str) -> Option<Value> {
    let page = context.parent_value.downcast_ref::<Page>()?;
    match name {
        "hasNextPage" => Some(Value::from(page.has_next)),
        _ => page.end_cursor.clone().map(Value::from),
    }
}

/// The future of a field that may be refused.
pub(super) fn future<'a>(result: Result<Option<FieldValue<'a>>, Error>) -> FieldFuture<'a> {
    match result {
        Ok(value) => FieldFuture::Value(value),
        Err(error) => FieldFuture::new(async move { Err::<Option<FieldValue<'a>>, _>(error) }),
    }
}
