//! The graph that queries walk: what there is on a site, what refers to what, and what flows where.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::Value;
use uuid::Uuid;

use crate::rng;

/// The place of a node in its graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place(usize);

/// An object of the schema.
#[derive(Debug)]
pub(super) struct Node {
    /// Its type in the schema.
    pub(super) kind: &'static str,
    pub(super) id: String,
    /// Whether the caller may see it; of others only the identifier is shown.
    pub(super) is_visible: bool,
    values: Vec<(&'static str, Value)>,
    links: Vec<(&'static str, Vec<Place>)>,
    upstream: Vec<Place>,
    downstream: Vec<Place>,
}

/// How many graphs are kept: those of the callers who ask at the same time.
const KEPT: usize = 8;

/// The graphs that were asked for last, each for a user of a site: one is good until the state changes.
#[derive(Debug, Default)]
pub(crate) struct Graphs(Mutex<VecDeque<KeptGraph>>);

#[derive(Debug)]
struct KeptGraph {
    whose: (Uuid, Uuid),
    version: u64,
    graph: Arc<Graph>,
}

impl Graphs {
    pub(super) fn get(&self, whose: (Uuid, Uuid), version: u64) -> Option<Arc<Graph>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = kept
            .iter()
            .find(|kept| (kept.whose, kept.version) == (whose, version));
        kept.map(|kept| Arc::clone(&kept.graph))
    }

    pub(super) fn put(&self, whose: (Uuid, Uuid), version: u64, graph: &Arc<Graph>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|kept| kept.whose != whose);
        kept.truncate(KEPT - 1);
        kept.push_front(KeptGraph {
            whose,
            version,
            graph: Arc::clone(graph),
        });
    }
}

/// The objects of a site, as a caller may see them.
#[derive(Debug, Default)]
pub(super) struct Graph {
    nodes: Vec<Node>,
    of_kind: HashMap<&'static str, Vec<Place>>,
    /// The number of the site, which cursors name.
    pub(super) site: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Upstream,
    Downstream,
}

impl Graph {
    /// Adds a node; its identifier follows from its kind and a key.
    pub(super) fn add(
        &mut self,
        kind: &'static str,
        key: &str,
        is_visible: bool,
        values: Vec<(&'static str, Value)>,
    ) -> Place {
        let place = Place(self.nodes.len());
        self.nodes.push(Node {
            kind,
            id: rng::luid("metadata", &[kind, key]).to_string(),
            is_visible,
            values,
            links: Vec::new(),
            upstream: Vec::new(),
            downstream: Vec::new(),
        });
        self.of_kind.entry(kind).or_default().push(place);
        place
    }

    /// Lets a field of a node refer to another node.
    pub(super) fn refer(&mut self, from: Place, field: &'static str, to: Place) {
        let Some(node) = self.nodes.get_mut(from.0) else {
            return;
        };
        match node.links.iter_mut().find(|(name, _)| *name == field) {
            Some((_, places)) if places.contains(&to) => {}
            Some((_, places)) => places.push(to),
            None => node.links.push((field, vec![to])),
        }
    }

    /// Lets data flow from one node to another.
    pub(super) fn flow(&mut self, from: Place, to: Place) {
        if let Some(node) = self.nodes.get_mut(from.0)
            && !node.downstream.contains(&to)
        {
            node.downstream.push(to);
            if let Some(node) = self.nodes.get_mut(to.0) {
                node.upstream.push(from);
            }
        }
    }

    pub(super) fn node(&self, place: Place) -> Option<&Node> {
        self.nodes.get(place.0)
    }

    /// All nodes of some kinds.
    pub(super) fn of_kinds(&self, kinds: &[String]) -> Vec<Place> {
        let places = kinds.iter().filter_map(|kind| self.of_kind.get(kind.as_str()));
        places.flatten().copied().collect()
    }

    /// What a field of a node refers to.
    pub(super) fn links(&self, place: Place, field: &str) -> &[Place] {
        let node = self.node(place);
        let link = node.and_then(|node| node.links.iter().find(|(name, _)| *name == field));
        link.map(|(_, places)| places.as_slice()).unwrap_or_default()
    }

    fn link(&self, place: Place, field: &str) -> Option<Place> {
        self.links(place, field).first().copied()
    }

    fn is_field(&self, place: Place) -> bool {
        self.node(place).is_some_and(|node| node.kind.ends_with("Field"))
    }

    /// What is upstream or downstream of a node, of some kinds.
    ///
    /// Fields are followed one by one. The data source of a field counts as reached, and so does the workbook of a data source that is reached
    /// like that, but what else flows through them does not.
    pub(super) fn lineage(&self, start: Place, direction: Direction, kinds: &[String]) -> Vec<Place> {
        let own = self.own_fields(start);
        let mut seen: HashSet<Place> = HashSet::from([start]);
        let mut queue = VecDeque::from([start]);
        // A data source as a whole has the columns and the remote fields that its own fields have.
        if kinds
            .iter()
            .any(|kind| kind == "Column" || kind.ends_with("Field"))
        {
            queue.extend(own.iter().copied());
            seen.extend(own.iter().copied());
        }
        let mut reached = Vec::new();
        while let Some(place) = queue.pop_front() {
            let Some(node) = self.node(place) else {
                continue;
            };
            let next = match direction {
                Direction::Upstream => &node.upstream,
                Direction::Downstream => &node.downstream,
            };
            for next in next {
                if seen.insert(*next) {
                    reached.push(*next);
                    queue.push_back(*next);
                }
            }
        }
        let mut besides = Vec::new();
        for field in reached
            .iter()
            .chain([&start])
            .filter(|place| self.is_field(**place))
        {
            let datasource = self.link(*field, "datasource");
            besides.extend(datasource);
            if direction == Direction::Downstream {
                besides.extend(datasource.and_then(|datasource| self.link(datasource, "workbook")));
            }
        }
        reached.extend(besides.into_iter().filter(|place| seen.insert(*place)));
        if kinds == ["TableauUser"] {
            return self.owners(&reached);
        }
        let is_wanted = |place: &Place| {
            self.node(*place)
                .is_some_and(|node| kinds.iter().any(|kind| kind == node.kind))
        };
        reached.retain(|place| is_wanted(place) && !own.contains(place));
        reached
    }

    /// The fields of a data source, or of those of a workbook.
    fn own_fields(&self, place: Place) -> Vec<Place> {
        let mut fields = self.links(place, "fields").to_vec();
        match self.node(place).map(|node| node.kind) {
            Some("Workbook") => {
                for datasource in self.links(place, "embeddedDatasources") {
                    fields.extend(self.links(*datasource, "fields"));
                }
                fields
            }
            Some("PublishedDatasource" | "EmbeddedDatasource") => fields,
            // The fields of a field are what it is made of.
            _ => Vec::new(),
        }
    }

    fn owners(&self, places: &[Place]) -> Vec<Place> {
        let mut owners: Vec<Place> = Vec::new();
        for owner in places.iter().filter_map(|place| self.link(*place, "owner")) {
            if !owners.contains(&owner) {
                owners.push(owner);
            }
        }
        owners
    }
}

impl Node {
    /// The value of a field; null for what is not known and for what the caller may not see.
    pub(super) fn value(&self, field: &str) -> Value {
        if field == "id" {
            return Value::from(self.id.clone());
        }
        if !self.is_visible {
            return Value::Null;
        }
        let value = self.values.iter().find(|(name, _)| *name == field);
        value.map_or(Value::Null, |(_, value)| value.clone())
    }

    /// The value by which a field is filtered and sorted, whether or not it is shown.
    pub(super) fn raw(&self, field: &str) -> Value {
        if field == "id" {
            return Value::from(self.id.clone());
        }
        let value = self.values.iter().find(|(name, _)| *name == field);
        value.map_or(Value::Null, |(_, value)| value.clone())
    }
}
