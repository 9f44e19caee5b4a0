//! Fields by which lists are filtered and sorted, found by their names.

use tableau_wire::Operator;
use tableau_wire::rest::{Project, User};

use super::relation::{self, related_value, within};
use super::value::{Kind, Value, kind_in};
use super::{Computed, Context, Kept, Parent};
use crate::store::row::Row;

/// The path of the labels in tags, which filters call `tags`.
const TAGS: (&str, &str) = ("tags", "tags.tag.label");

/// A field, and where its values are.
pub(crate) struct Field<R: Kept> {
    kind: Kind,
    source: Source<R>,
}

enum Source<R: Kept> {
    Shown(String),
    Member(fn(&mut R, &Row<R>, &Context<'_>), String),
    Value(fn(&Row<R>, &Context<'_>) -> Value),
    Owner(String),
    Project(String),
    Parent(Parent, String),
    Unshown(String),
}

impl<R: Kept> Field<R> {
    /// The field with a name: a member that is computed or stored, one of a related row, or one that is never shown.
    pub(crate) fn new(name: &str, operators: &[Operator]) -> Self {
        let synonyms = R::SYNONYMS.iter().chain([&TAGS]);
        let path = synonyms
            .into_iter()
            .find(|(synonym, _)| *synonym == name)
            .map_or(name, |(_, path)| path);
        let head = path.split_once('.').map_or(path, |(head, _)| head);
        let of_shape = kind_in(R::SHAPE, path);
        let kind = of_shape.unwrap_or_else(|| by_name(name, operators));
        for computed in R::COMPUTED {
            match computed {
                Computed::Member(member, put) if *member == head => {
                    return Self {
                        kind,
                        source: Source::Member(*put, path.to_owned()),
                    };
                }
                Computed::Field(field, kind, value) if *field == name => {
                    return Self {
                        kind: *kind,
                        source: Source::Value(*value),
                    };
                }
                _ => {}
            }
        }
        if of_shape.is_some() && !["owner", "project"].contains(&head) {
            return Self {
                kind,
                source: Source::Shown(path.to_owned()),
            };
        }
        Self::related(path).unwrap_or_else(|| Self {
            kind,
            source: Source::Unshown(path.to_owned()),
        })
    }

    fn related(path: &str) -> Option<Self> {
        if let Some(name) = within(path, "owner") {
            return Some(Self {
                kind: Field::<User>::new(&name, &[]).kind,
                source: Source::Owner(name),
            });
        }
        if let Some(name) = within(path, "project") {
            return Some(Self {
                kind: Field::<Project>::new(&name, &[]).kind,
                source: Source::Project(name),
            });
        }
        let parent = R::PARENT?;
        let name = within(path, parent.name)?;
        Some(Self {
            kind: (parent.kind)(&name),
            source: Source::Parent(parent, name),
        })
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    pub(crate) fn value(&self, row: &Row<R>, context: &Context<'_>) -> Value {
        let state = context.state;
        let related = match &self.source {
            Source::Shown(path) => return Value::at(&row.shown, path, self.kind),
            Source::Member(put, path) => {
                let mut shown = R::default();
                put(&mut shown, row, context);
                return Value::at(&shown, path, self.kind);
            }
            Source::Value(value) => return value(row, context),
            Source::Unshown(path) => return Value::at(&row.unshown, path, self.kind),
            Source::Owner(name) => {
                relation::owner(state, row).map(|id| related_value::<User>(context, id, name))
            }
            Source::Project(name) => {
                relation::project(state, row).map(|id| related_value::<Project>(context, id, name))
            }
            Source::Parent(parent, name) => row.parent.map(|id| (parent.value)(context, id, name)),
        };
        related.unwrap_or(Value::Missing)
    }
}

/// The type of a field that no member has: by its name and by how it is compared.
fn by_name(name: &str, operators: &[Operator]) -> Kind {
    let is = |prefix: &str| {
        name.strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with(char::is_uppercase))
    };
    if operators.contains(&Operator::Gt) {
        if name.ends_with("At") {
            Kind::Time
        } else {
            Kind::Number
        }
    } else if is("is") || is("has") {
        Kind::Flag
    } else {
        Kind::Text
    }
}
