//! Fields by which lists are filtered and sorted, found by their names.

use tableau_wire::Operator;
use tableau_wire::rest::{Project, User};
use uuid::Uuid;

use super::resource::{Computed, Context, Kept, RelatedField, owner, project};
use super::value::{Kind, Value, kind_in};
use crate::store::State;
use crate::store::row::Row;

/// The path of the labels in tags, which filters call `tags`.
const TAGS: (&str, &str) = ("tags", "tags.tag.label");

/// A field, and where its values are.
pub(crate) struct Field<R: Kept> {
    kind: Kind,
    source: Source<R>,
}

/// What a row refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reference {
    Owner,
    Project,
    Parent,
}

impl Reference {
    /// The identifier of the row that another refers to.
    fn of<R: Kept>(self, row: &Row<R>, state: &State) -> Option<Uuid> {
        match self {
            Self::Owner => owner(state, row),
            Self::Project => project(state, row),
            Self::Parent => row.parent,
        }
    }
}

enum Source<R: Kept> {
    Shown(String),
    Member(fn(&mut R, &Row<R>, &Context<'_>), String),
    Value(fn(&Row<R>, &Context<'_>) -> Value),
    Related(Reference, RelatedField),
    Unshown(String),
}

/// A field by which lists of the resource are filtered and sorted, with the operators that it takes.
pub(super) fn described<R: Kept>(name: &str) -> Option<(&'static [Operator], Field<R>)> {
    let described = R::FILTERS.iter().find(|field| field.name == name)?;
    Some((
        described.operators,
        Field::new(described.name, described.operators),
    ))
}

/// A field of related rows of a kind.
pub(super) fn related<P: Kept>(name: &str) -> RelatedField {
    let field = Field::<P>::new(name, &[]);
    RelatedField {
        kind: field.kind,
        value: Box::new(move |context, id| {
            let row = P::table(context.state).get(id);
            row.map_or(Value::Missing, |row| field.value(row, context))
        }),
    }
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
        Self::of_related(path).unwrap_or_else(|| Self {
            kind,
            source: Source::Unshown(path.to_owned()),
        })
    }

    fn of_related(path: &str) -> Option<Self> {
        let (reference, field) = if let Some(name) = within(path, "owner") {
            (Reference::Owner, related::<User>(&name))
        } else if let Some(name) = within(path, "project") {
            (Reference::Project, related::<Project>(&name))
        } else {
            let parent = R::PARENT?;
            (Reference::Parent, (parent.field)(&within(path, parent.name)?))
        };
        Some(Self {
            kind: field.kind,
            source: Source::Related(reference, field),
        })
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    pub(crate) fn value(&self, row: &Row<R>, context: &Context<'_>) -> Value {
        match &self.source {
            Source::Shown(path) => Value::at(&row.shown, path, self.kind),
            Source::Member(put, path) => {
                let mut shown = R::default();
                put(&mut shown, row, context);
                Value::at(&shown, path, self.kind)
            }
            Source::Value(value) => value(row, context),
            Source::Unshown(path) => Value::at(&row.unshown, path, self.kind),
            Source::Related(reference, field) => {
                let id = reference.of(row, context.state);
                id.map_or(Value::Missing, |id| (field.value)(context, id))
            }
        }
    }

    /// Whether its values are those of the row alone.
    pub(super) fn is_of_row(&self) -> bool {
        matches!(self.source, Source::Shown(_) | Source::Unshown(_))
    }

    /// What a row refers to that has the value.
    pub(super) fn reference(&self) -> Option<Reference> {
        match self.source {
            Source::Related(reference, _) => Some(reference),
            _ => None,
        }
    }

    /// The value of the rows that refer to another one, where the value is that of the other.
    pub(super) fn related_value(&self, referred: Uuid, context: &Context<'_>) -> Value {
        match &self.source {
            Source::Related(_, field) => (field.value)(context, referred),
            _ => Value::Missing,
        }
    }
}

/// The field of a related row that a flat name means: `name` for `ownerName`.
fn within(name: &str, relation: &str) -> Option<String> {
    let rest = name.strip_prefix(relation)?;
    if let Some(dotted) = rest.strip_prefix('.') {
        return Some(dotted.to_owned());
    }
    let mut letters = rest.chars();
    let first = letters.next().filter(|letter| letter.is_uppercase())?;
    Some(first.to_lowercase().chain(letters).collect())
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
