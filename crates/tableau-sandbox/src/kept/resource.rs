//! What a resource of the sandbox says of itself; the rest follows from its description in `tableau-wire`.

use std::any::Any;

use jiff::Timestamp;
use tableau_wire::Resource;
use uuid::Uuid;

use super::content::Content;
use super::value::{Kind, Value};
use crate::auth::parse_id;
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::{Row, Stored};

/// The sources of members other than the row.
#[derive(Clone, Copy)]
pub(crate) struct Context<'s> {
    pub(crate) state: &'s State,
    /// The address of the sandbox.
    pub(crate) origin: &'s str,
}

/// A resource that is stored as it is shown.
///
/// Everything here has a default; a resource gives what is its own.
pub(crate) trait Kept: Resource + Stored {
    /// Who may list it; rows that a caller may not see are left out.
    const MAY_LIST: Rights = Self::MAY_READ;
    /// Who may get one.
    const MAY_READ: Rights = Rights::Administrators;
    /// Who may create one; a capability is one on the project or the parent that will contain it.
    const MAY_CREATE: Rights = Self::MAY_WRITE;
    /// Who may change one.
    const MAY_WRITE: Rights = Rights::Administrators;
    /// Who may delete one.
    const MAY_DELETE: Rights = Self::MAY_WRITE;
    /// The codes of the refusals to change one.
    const UNCHANGED: ChangeCodes = ChangeCodes {
        write: "403004",
        owner: "403004",
        project: "403004",
    };
    /// The code of the refusal to get one that the caller may not see, where Tableau documents one ("Read forbidden"). Where it documents
    /// only that it is not found, as for views, or nothing, it is as if there were none.
    const UNSEEN: Option<&'static str> = None;
    /// The member with its identifier.
    const ID: &'static str = "id";
    /// The permissions it has as content; without any it has those of its parent.
    const CONTENT: Option<&'static Content> = None;
    /// The kind that it is part of.
    const PARENT: Option<Parent> = None;
    /// Fields that filters, sorting and `fields` name differently from its members: each with the path of the member.
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[];
    /// The members that are not stored but follow from other rows.
    const COMPUTED: &'static [Computed<Self>] = &[];

    /// Whether its computed members follow from a row without what the answer shows already.
    const COMPUTED_ALONE: bool = false;

    /// The members that the options of a list or a get ask for.
    fn asked(_options: &dyn Any) -> &'static [&'static str] {
        &[]
    }

    /// The members that the options of a list leave out.
    fn unwanted(_options: &dyn Any) -> &'static [&'static str] {
        &[]
    }

    /// The value that a filter's text stands for.
    fn meant<'v>(_field: &str, text: &'v str) -> &'v str {
        text
    }

    /// The row that an identifier in a path means.
    fn find<'s>(state: &'s State, site: Uuid, id: &str) -> Option<&'s Row<Self>> {
        let row = parse_id(id).and_then(|id| Self::table(state).get(id));
        row.filter(|row| row.site == site)
    }

    /// Sets what the server adds to a new one, apart from its identifier and times.
    fn begin(_row: &mut Row<Self>, _state: &State) {}

    /// Sets what the server changes at every change, apart from its time.
    fn touch(_row: &mut Row<Self>, _state: &State, _now: Timestamp) {}

    /// Checks one before it is stored.
    fn check(_row: &Row<Self>, _state: &State) -> Result<(), Refusal> {
        Ok(())
    }

    /// The item whose permissions decide about a row.
    fn item(row: &Row<Self>, state: &State) -> Option<Item> {
        item_of(row, state)
    }
}

/// A member that follows from other rows, or a field that only filters and sorting know.
pub(crate) enum Computed<R: Stored> {
    Member(&'static str, fn(&mut R, &Row<R>, &Context<'_>)),
    Field(&'static str, Kind, fn(&Row<R>, &Context<'_>) -> Value),
}

/// The refusal for an unknown identifier, by the description of the resource.
pub(crate) fn missing<R: Resource>(id: &str) -> Refusal {
    Refusal::not_found(R::MISSING, &capitalized(R::NOUN), id)
}

fn capitalized(noun: &str) -> String {
    let mut letters = noun.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Sets a member by its name, if the type has it.
pub(crate) fn set<R: Resource, T: 'static>(shown: &mut R, name: &str, value: T) {
    if let Some(member) = shown.member(name).and_then(<dyn Any>::downcast_mut) {
        *member = value;
    }
}

/// The name of what is shown; empty if it has none.
pub(crate) fn name<R: Resource>(shown: &mut R) -> &str {
    let Some(member) = shown.member("name").map(|member| &*member) else {
        return "";
    };
    match member.downcast_ref() {
        Some(name) => Option::<String>::as_deref(name).unwrap_or_default(),
        None => member.downcast_ref().map_or("", String::as_str),
    }
}

/// The codes of the refusals to change a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ChangeCodes {
    /// To change it at all.
    pub(crate) write: &'static str,
    /// To give it another owner.
    pub(crate) owner: &'static str,
    /// To move it to another project.
    pub(crate) project: &'static str,
}

/// Who may do something with the rows of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rights {
    /// Users with a capability, by the permissions of content.
    Capability(&'static str),
    /// Administrators, and the owner of the row.
    Owner,
    /// Administrators, the owner of the row, and users with a capability on its item.
    OwnerOr(&'static str),
    /// Administrators, the owner of the row, and the owners and leaders of its project and those above; to create one, those of the project or
    /// the parent that will contain it.
    OwnerOrLeaders,
    /// Administrators of the site.
    Administrators,
    /// Administrators of the server.
    ServerAdministrators,
    /// Every user of the site.
    Everyone,
}

/// The kind that another is part of.
#[derive(Clone, Copy)]
pub(crate) struct Parent {
    /// The member that holds it, which is also how the names of fields begin: `workbook` in `workbookName`.
    pub(crate) name: &'static str,
    /// The kind, as a database names it.
    pub(crate) element: &'static str,
    pub(super) exists: fn(&State, Uuid) -> bool,
    pub(super) owner: fn(&State, Uuid) -> Option<Uuid>,
    pub(super) project: fn(&State, Uuid) -> Option<Uuid>,
    pub(super) item: fn(&State, Uuid) -> Option<Item>,
    pub(super) field: fn(&str) -> RelatedField,
    pub(super) put: fn(&mut dyn Any, &Context<'_>, Uuid, &[&'static str]),
}

/// A field of a related row, by the identifier of that row.
pub(super) struct RelatedField {
    pub(super) kind: Kind,
    pub(super) value: Box<RelatedValue>,
}

pub(super) type RelatedValue = dyn Fn(&Context<'_>, Uuid) -> Value;

/// The item that rules apply to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item {
    pub(crate) content: &'static Content,
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    pub(super) owner: Option<Uuid>,
    /// The project that contains it.
    pub(crate) project: Option<Uuid>,
    /// The item whose rules it begins with.
    pub(super) parent: Option<Uuid>,
}

impl Item {
    /// The item as a project inside another, which took over the rules of that when it was created: what changes there later does not reach it.
    pub(crate) fn inside(self, project: Option<Uuid>) -> Self {
        Self {
            project,
            parent: None,
            ..self
        }
    }
}

/// The item of a row: itself if its kind is content, or else that of its parent.
pub(crate) fn item_of<R: Kept>(row: &Row<R>, state: &State) -> Option<Item> {
    let Some(content) = R::CONTENT else {
        return (R::PARENT?.item)(state, row.parent?);
    };
    Some(Item {
        content,
        id: row.id,
        site: row.site,
        owner: owner(state, row),
        project: project(state, row),
        parent: row.parent,
    })
}

/// The owner of a row, or of its parent.
pub(crate) fn owner<R: Kept>(state: &State, row: &Row<R>) -> Option<Uuid> {
    row.owner.or_else(|| (R::PARENT?.owner)(state, row.parent?))
}

/// The project that contains a row, or its parent.
pub(crate) fn project<R: Kept>(state: &State, row: &Row<R>) -> Option<Uuid> {
    row.project.or_else(|| (R::PARENT?.project)(state, row.parent?))
}
