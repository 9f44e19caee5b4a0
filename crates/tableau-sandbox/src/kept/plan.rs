//! Which members an answer shows: decided once for a request, by the description of the resource and by the `fields` that are asked for.

use std::any::Any;

use tableau_wire::query::FieldSets;
use tableau_wire::rest::{Location, Project, User};
use tableau_wire::{Fields, Segment, Shape, Shared};
use uuid::Uuid;

use super::resource::{Computed, Context, Kept, owner, project, set};
use crate::store::row::Row;

/// The members that a related row has in an answer where the description names none.
const BRIEF: &[&str] = &["id", "name"];

/// The members that each row of an answer has. Unknown names in `fields` are ignored.
pub(crate) struct Plan<R: Kept> {
    pub(super) members: Vec<&'static str>,
    computed: Vec<fn(&mut R, &Row<R>, &Context<'_>)>,
    pub(super) owner: Vec<&'static str>,
    pub(super) project: Vec<&'static str>,
    parent: Vec<&'static str>,
}

/// What the description of a resource says of its members.
struct Facts {
    element: &'static str,
    sets: FieldSets,
    shape: Shape,
    synonyms: &'static [(&'static str, &'static str)],
    /// The member that holds its parent.
    parent: Option<&'static str>,
}

impl Facts {
    fn of<R: Kept>() -> Self {
        Self {
            element: R::ELEMENT,
            sets: R::FIELDS,
            shape: R::SHAPE,
            synonyms: R::SYNONYMS,
            parent: R::PARENT.map(|parent| parent.name),
        }
    }

    /// The fields of the description that a request asks for: `name`, `owner.email`.
    fn asked(&self, asked: &Asked<'_>) -> Vec<&'static str> {
        let sets = self.sets;
        if sets.default.is_empty() {
            return self.asked_of_all(asked);
        }
        // All that there is.
        if asked.one && sets.one.contains(&"*") {
            return self.shape.fields().iter().map(|field| field.name).collect();
        }
        let mut fields: Vec<&'static str> = sets.default.to_vec();
        for more in [sets.more, sets.one] {
            fields.extend(more.iter().filter(|field| !sets.default.contains(field)));
        }
        fields.retain(|field| self.takes(asked, field));
        fields
    }

    /// The fields of a resource whose lists give all of them: all members, or those named.
    fn asked_of_all(&self, asked: &Asked<'_>) -> Vec<&'static str> {
        let named = |field: &str| asked.default || asked.names.iter().any(|name| self.is_named(name, field));
        let within = |related: &str| asked.names.iter().any(|name| is_within(name, related));
        let mut fields = Vec::new();
        for field in self.shape.fields() {
            let brief: &[&str] = match field.name {
                "owner" => &["owner.id", "owner.name"],
                "project" => &["project.id", "project.name"],
                name if named(name) || within(name) => {
                    fields.push(name);
                    continue;
                }
                _ => continue,
            };
            fields.extend(brief.iter().filter(|path| named(field.name) || named(path)));
        }
        fields
    }

    /// Whether a request asks for a field of the description.
    fn takes(&self, asked: &Asked<'_>, field: &str) -> bool {
        let (default, more) = (
            self.sets.default.contains(&field),
            self.sets.more.contains(&field),
        );
        asked.default && default
            || asked.one && self.sets.one.contains(&field)
            || asked.all && (default || more) && !self.sets.named.contains(&field)
            || asked.names.iter().any(|name| self.is_named(name, field))
    }

    /// Whether a name in a request means a field: `email` or `user.email` the member, `owner` the default members of the owner.
    fn is_named(&self, name: &str, field: &str) -> bool {
        if name.eq_ignore_ascii_case(field) {
            return true;
        }
        match (name.split_once('.'), field.split_once('.')) {
            (Some((element, name)), None) => {
                element.eq_ignore_ascii_case(self.element) && name.eq_ignore_ascii_case(field)
            }
            (None, Some((related, _))) => {
                name.eq_ignore_ascii_case(related) && self.sets.default.contains(&field)
            }
            _ => false,
        }
    }

    /// What an answer with some fields has.
    fn members(&self, fields: &[&'static str]) -> Members {
        let mut found = Members::default();
        for field in fields {
            let synonym = self.synonyms.iter().find(|(name, _)| name == field);
            let field = synonym.map_or(*field, |(_, path)| path);
            let (head, rest) = field
                .split_once('.')
                .map_or((field, None), |(head, rest)| (head, Some(rest)));
            match (head, rest) {
                ("owner", Some(name)) => found.owner.push(name),
                ("project", Some(name)) => found.project.push(name),
                (head, Some(name)) if Some(head) == self.parent => found.parent.push(name),
                _ => {}
            }
            if !found.members.contains(&head) {
                found.members.push(head);
            }
        }
        found
    }
}

/// The members of an answer, and those of what is related to its rows.
#[derive(Default)]
struct Members {
    members: Vec<&'static str>,
    owner: Vec<&'static str>,
    project: Vec<&'static str>,
    parent: Vec<&'static str>,
}

/// The fields that a request asks for.
struct Asked<'f> {
    default: bool,
    all: bool,
    one: bool,
    names: Vec<&'f str>,
}

impl<'f> Asked<'f> {
    /// Those of a list, with the members that other parameters ask for.
    fn of_list(fields: Option<&'f Fields>, others: &[&'f str]) -> Self {
        let mut names: Vec<&str> = Vec::new();
        if let Some(fields) = fields {
            names.extend(fields.names.iter().map(String::as_str));
        }
        let has = |wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
        let all = has("_all_");
        let default = fields.is_none() || all || has("_default_");
        names.extend(others);
        Self {
            default,
            all,
            one: false,
            names,
        }
    }
}

/// Whether a name in a request means a member of something related: `workbook.name` of the workbook.
fn is_within(name: &str, related: &str) -> bool {
    let head = name.split_once('.').map(|(head, _)| head);
    head.is_some_and(|head| head.eq_ignore_ascii_case(related))
}

impl<R: Kept> Plan<R> {
    /// The plan for a list, with the members that other parameters ask for.
    pub(crate) fn of_list(fields: Option<&Fields>, others: &[&str]) -> Self {
        Self::new(&Asked::of_list(fields, others))
    }

    /// The plan for an answer about one item.
    pub(crate) fn of_one(others: &[&str]) -> Self {
        Self::new(&Asked {
            default: true,
            all: false,
            one: true,
            names: others.to_vec(),
        })
    }

    fn new(asked: &Asked<'_>) -> Self {
        let facts = Facts::of::<R>();
        let mut members = facts.members(&facts.asked(asked));
        let shows_parent = facts
            .parent
            .is_some_and(|parent| members.members.contains(&parent));
        // A list that gives all fields names none of its parent.
        if facts.sets.default.is_empty() && shows_parent {
            members.parent = BRIEF.to_vec();
        }
        Self::of(members)
    }

    /// The plan that shows these fields: `name`, `owner.email`.
    pub(crate) fn with(fields: &[&'static str]) -> Self {
        Self::of(Facts::of::<R>().members(fields))
    }

    fn of(members: Members) -> Self {
        let computed = Self::computed(&members.members);
        let Members {
            members,
            owner,
            project,
            parent,
        } = members;
        Self {
            members,
            computed,
            owner,
            project,
            parent,
        }
    }

    /// The same plan without some members.
    pub(crate) fn without(mut self, unwanted: &[&str]) -> Self {
        if !unwanted.is_empty() {
            self.members.retain(|name| !unwanted.contains(name));
            self.computed = Self::computed(&self.members);
        }
        self
    }

    /// What computes these members.
    fn computed(members: &[&'static str]) -> Vec<fn(&mut R, &Row<R>, &Context<'_>)> {
        let mut all = Vec::new();
        for computed in R::COMPUTED {
            if let Computed::Member(name, put) = computed
                && members.contains(name)
            {
                all.push(*put);
            }
        }
        all
    }

    /// The row as the answer shows it.
    pub(crate) fn show(&self, row: &Row<R>, context: &Context<'_>) -> R {
        let mut shown = row.shown.clone();
        shown.retain(&|name| self.members.contains(&name));
        self.compute(&mut shown, row, context);
        let state = context.state;
        if let (false, Some(id)) = (self.owner.is_empty(), owner(state, row))
            && let Some(member) = shown.member("owner")
        {
            put_related::<User>(member, context, id, &self.owner);
        }
        if let (false, Some(id)) = (self.project.is_empty(), project(state, row))
            && let Some(member) = shown.member("project")
        {
            put_related::<Project>(member, context, id, &self.project);
        }
        self.place(&mut shown, row, context);
        shown
    }

    /// Sets the members that are neither stored nor those of the owner and the project.
    pub(super) fn make(&self, shown: &mut R, row: &Row<R>, context: &Context<'_>) {
        self.compute(shown, row, context);
        self.place(shown, row, context);
    }

    fn compute(&self, shown: &mut R, row: &Row<R>, context: &Context<'_>) {
        for put in &self.computed {
            put(shown, row, context);
        }
    }

    /// Says what the row is part of, and where it is.
    fn place(&self, shown: &mut R, row: &Row<R>, context: &Context<'_>) {
        if let (false, Some(parent), Some(id)) = (self.parent.is_empty(), R::PARENT, row.parent)
            && let Some(member) = shown.member(parent.name)
        {
            (parent.put)(member, context, id, &self.parent);
        }
        if self.members.contains(&"location") {
            set(shown, "location", location(row, context));
        }
        if self.members.contains(&"webpageUrl") {
            set(shown, "webpageUrl", webpage_url(row, context));
        }
    }

    /// Whether a member that it shows is made so.
    pub(super) fn makes(&self, name: &str) -> bool {
        let is_computed =
            |computed: &Computed<R>| matches!(computed, Computed::Member(known, _) if *known == name);
        let is_parent = R::PARENT.is_some_and(|parent| parent.name == name);
        R::COMPUTED.iter().any(is_computed)
            || is_parent && !self.parent.is_empty()
            || ["location", "webpageUrl"].contains(&name)
    }

    /// Whether it shows when users signed in last, which changes without a change of what lists show otherwise.
    pub(super) fn shows_last_login(&self) -> bool {
        let mut names = self.members.iter().chain(&self.owner).chain(&self.parent);
        names.any(|name| *name == "lastLogin")
    }
}

/// Whether a member holds a related row of a kind.
pub(super) fn takes<P: Kept>(member: &dyn Any) -> bool {
    member.is::<Option<Shared<P>>>()
}

/// Shows a related row inside another, with these members.
pub(super) fn put_related<P: Kept>(
    member: &mut dyn Any,
    context: &Context<'_>,
    id: Uuid,
    names: &[&'static str],
) {
    let row = P::table(context.state).get(id);
    if let (Some(row), Some(member)) = (row, member.downcast_mut::<Option<Shared<P>>>()) {
        *member = Some(Shared::new(Plan::with(names).show(row, context)));
    }
}

/// Where content is: the project that contains it.
fn location<R: Kept>(row: &Row<R>, context: &Context<'_>) -> Option<Shared<Location>> {
    let project = context.state.projects.get(project(context.state, row)?)?;
    let mut location = Location::default();
    location.id = Some(project.id.to_string().into());
    location.r#type = Some("Project".to_owned());
    location.name = Some(project.shown.name.clone());
    Some(Shared::new(location))
}

/// The address in a browser; the Default site is not named in addresses.
fn webpage_url<R: Kept>(row: &Row<R>, context: &Context<'_>) -> Option<String> {
    let Context { state, origin } = context;
    let Some(Segment::Literal(collection)) = R::COLLECTION.last() else {
        return None;
    };
    let number = row.number;
    Some(match state.sites.get(row.site)?.content_url() {
        "" => format!("{origin}/#/{collection}/{number}"),
        site => format!("{origin}/#/site/{site}/{collection}/{number}"),
    })
}
