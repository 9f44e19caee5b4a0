//! Rows written as answers show them, without copying them first: the members of a row where they are stored, those of related rows where
//! those are.

use serde::ser::{Error as _, Serialize, SerializeStruct, Serializer};
use tableau_wire::rest::{Project, User};
use tableau_wire::{Listed, Pagination};

use super::members::{Pick, adapter, names};
use super::plan::{Plan, takes};
use super::resource::{Context, Kept, owner, project};
use crate::store::row::Row;

/// What is written for a member of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    /// Nothing: the answer does not show it.
    Left,
    /// The member of the row.
    Stored,
    /// A member that is made for the answer.
    Made,
    /// The row's owner.
    Owner,
    /// The project that contains it.
    Project,
}

/// Writes the rows of a kind by a plan.
pub(crate) struct Writer<R: Kept> {
    plan: Plan<R>,
    /// For each member, in the order in which the type is written.
    columns: Vec<Column>,
    owner: Option<Box<Writer<User>>>,
    project: Option<Box<Writer<Project>>>,
}

impl<R: Kept> Writer<R> {
    pub(crate) fn new(plan: Plan<R>) -> Self {
        let mut empty = R::default();
        let owners =
            !plan.owner.is_empty() && empty.member("owner").is_some_and(|member| takes::<User>(member));
        let projects = !plan.project.is_empty()
            && empty
                .member("project")
                .is_some_and(|member| takes::<Project>(member));
        let columns = names(&empty).into_iter().map(|name| match name {
            _ if !plan.members.contains(&name) => Column::Left,
            "owner" if owners => Column::Owner,
            "project" if projects => Column::Project,
            _ if plan.makes(name) => Column::Made,
            _ => Column::Stored,
        });
        Self {
            columns: columns.collect(),
            owner: owners.then(|| Box::new(Writer::new(Plan::with(&plan.owner)))),
            project: projects.then(|| Box::new(Writer::new(Plan::with(&plan.project)))),
            plan,
        }
    }

    /// A row as this writes it.
    pub(crate) fn row<'a>(&'a self, row: &'a Row<R>, context: &'a Context<'a>) -> Written<'a, R> {
        Written {
            writer: self,
            row,
            context,
        }
    }
}

/// A row as it is written.
pub(crate) struct Written<'a, R: Kept> {
    writer: &'a Writer<R>,
    row: &'a Row<R>,
    context: &'a Context<'a>,
}

impl<R: Kept> Serialize for Written<'_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let writer = self.writer;
        let made = writer.columns.contains(&Column::Made).then(|| {
            let mut made = if R::COMPUTED_ALONE {
                R::default()
            } else {
                self.row.shown.clone()
            };
            writer.plan.make(&mut made, self.row, self.context);
            made
        });
        self.row.shown.serialize(Members {
            out: serializer,
            of: self,
            made: made.as_ref(),
        })
    }
}

/// A page as it is written: a document of the same form as a [`Page`](tableau_wire::Page).
pub(super) struct WrittenPage<'a, R: Kept> {
    pub(super) pagination: Pagination,
    pub(super) rows: &'a [&'a Row<R>],
    pub(super) writer: &'a Writer<R>,
    pub(super) context: &'a Context<'a>,
}

impl<R: Kept + Listed> Serialize for WrittenPage<'_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut page = serializer.serialize_struct("page", 2)?;
        page.serialize_field("pagination", &self.pagination)?;
        page.serialize_field(R::WRAPPER, &Wrapper(self))?;
        page.end()
    }
}

/// The items of a page in their wrapper; an empty one has no list.
struct Wrapper<'a, 'p, R: Kept>(&'a WrittenPage<'p, R>);

impl<R: Kept + Listed> Serialize for Wrapper<'_, '_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let is_empty = self.0.rows.is_empty();
        let mut wrapper = serializer.serialize_struct("items", usize::from(!is_empty))?;
        if !is_empty {
            wrapper.serialize_field(R::LISTED, &Items(self.0))?;
        }
        wrapper.end()
    }
}

struct Items<'a, 'p, R: Kept>(&'a WrittenPage<'p, R>);

impl<R: Kept> Serialize for Items<'_, '_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(WrittenPage {
            rows,
            writer,
            context,
            ..
        }) = self;
        serializer.collect_seq(rows.iter().map(|row| writer.row(row, context)))
    }
}

/// Takes the members of a row one after the other, and writes those that the answer shows.
struct Members<'a, S, R: Kept> {
    out: S,
    of: &'a Written<'a, R>,
    made: Option<&'a R>,
}

impl<'a, S: Serializer, R: Kept> Serializer for Members<'a, S, R> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeStruct = Fields<'a, S::SerializeStruct, R>;
    adapter!(S::Ok, S::Error);

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Self::SerializeStruct, S::Error> {
        Ok(Fields {
            out: self.out.serialize_struct(name, self.of.writer.columns.len())?,
            of: self.of,
            made: self.made,
            at: 0,
        })
    }
}

struct Fields<'a, S, R: Kept> {
    out: S,
    of: &'a Written<'a, R>,
    made: Option<&'a R>,
    /// The index of the next member.
    at: usize,
}

impl<S: SerializeStruct, R: Kept> Fields<'_, S, R> {
    /// Writes a member that is not taken from the row; `false` if the row has it itself.
    fn other(&mut self, column: Column, at: usize, key: &'static str) -> Result<bool, S::Error> {
        let Written { writer, row, context } = self.of;
        let state = context.state;
        match column {
            Column::Left => {}
            Column::Stored => return Ok(false),
            Column::Made => {
                if let Some(made) = self.made {
                    made.serialize(Pick::new(&mut self.out, at))?;
                }
            }
            Column::Owner => {
                let user = owner(state, row).and_then(|id| state.users.get(id));
                let Some((user, writer)) = user.zip(writer.owner.as_ref()) else {
                    return Ok(false);
                };
                self.out.serialize_field(key, &writer.row(user, context))?;
            }
            Column::Project => {
                let found = project(state, row).and_then(|id| state.projects.get(id));
                let Some((project, writer)) = found.zip(writer.project.as_ref()) else {
                    return Ok(false);
                };
                self.out.serialize_field(key, &writer.row(project, context))?;
            }
        }
        Ok(true)
    }

    fn next(&mut self) -> Result<(Column, usize), S::Error> {
        let at = self.at;
        self.at += 1;
        let column = self.of.writer.columns.get(at).copied();
        column
            .map(|column| (column, at))
            .ok_or_else(|| S::Error::custom("a value has more members than its type"))
    }
}

impl<S: SerializeStruct, R: Kept> SerializeStruct for Fields<'_, S, R> {
    type Ok = S::Ok;
    type Error = S::Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), S::Error> {
        let (column, at) = self.next()?;
        if column == Column::Stored || !self.other(column, at, key)? {
            self.out.serialize_field(key, value)?;
        }
        Ok(())
    }

    /// A member that the row does not have.
    fn skip_field(&mut self, key: &'static str) -> Result<(), S::Error> {
        let (column, at) = self.next()?;
        if column != Column::Stored {
            self.other(column, at, key)?;
        }
        Ok(())
    }

    fn end(self) -> Result<S::Ok, S::Error> {
        self.out.end()
    }
}
