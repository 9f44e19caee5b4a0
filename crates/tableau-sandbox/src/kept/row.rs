//! Rows as documents make them: creates and updates are merged in JSON, member by member, so no resource lists its members.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tableau_wire::rest::{Project, User};
use tableau_wire::{Document, Format, Id, Resource, codec};
use uuid::Uuid;

use super::happening::{Happening, announce};
use super::resource::{Kept, Rights, missing, set};
use super::rights::{default_rules_of, has_every_capability, may};
use crate::auth::{Caller, parse_id};
use crate::clock::time;
use crate::refusal::Refusal;
use crate::store::row::Row;
use crate::store::rules::{Rules, default_rules};
use crate::store::{State, Transaction};
use crate::token;

/// The members that a document gives, in the spelling of the wire: those of the item, and what stands beside it.
pub(crate) fn members<R: Resource>(document: &impl Document) -> Result<Map<String, Value>, Refusal> {
    let json = document
        .encode(codec::Root::Request, Format::Json)
        .map_err(Refusal::internal)?;
    let mut json: Map<String, Value> = serde_json::from_slice(&json).map_err(Refusal::internal)?;
    match json.remove(R::ELEMENT) {
        Some(Value::Object(mut members)) => {
            members.extend(json);
            Ok(members)
        }
        _ => Err(Refusal::incomplete_payload()),
    }
}

/// The references that a document gives: other rows by their identifiers.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct References {
    pub(crate) owner: Option<Uuid>,
    pub(crate) project: Option<Uuid>,
    /// A parent, or none where the document says that there is to be none.
    pub(crate) parent: Option<Option<Uuid>>,
}

impl References {
    /// Takes the references out of the members of a document; each has to be one of the site.
    pub(crate) fn take<R: Kept>(
        members: &mut Map<String, Value>,
        state: &State,
        site: Uuid,
    ) -> Result<Self, Refusal> {
        let mut references = Self::default();
        if let Some(id) = identifier(members.remove("owner")) {
            references.owner = Some(existing::<User>(state, site, &id)?);
        }
        if let Some(id) = identifier(members.remove("project")) {
            references.project = Some(existing::<Project>(state, site, &id)?);
        }
        let Some(parent) = R::PARENT else {
            return Ok(references);
        };
        let flat = members.remove(&format!("{}Id", parent.name));
        if let Some(id) = identifier(members.remove(parent.name)).or_else(|| identifier(flat)) {
            // An empty identifier means no parent: so a project is moved to the top.
            let parent = match id.as_str() {
                "" => None,
                text => {
                    let id = parse_id(text).filter(|id| (parent.exists)(state, *id));
                    Some(id.ok_or_else(|| Refusal::not_found("404003", parent.name, text))?)
                }
            };
            references.parent = Some(parent);
        }
        Ok(references)
    }
}

fn identifier(member: Option<Value>) -> Option<String> {
    match member? {
        Value::String(id) => Some(id),
        object => object.get("id")?.as_str().map(str::to_owned),
    }
}

fn existing<P: Kept>(state: &State, site: Uuid, text: &str) -> Result<Uuid, Refusal> {
    let row = parse_id(text).and_then(|id| P::table(state).get(id));
    row.filter(|row| row.site == site)
        .map(|row| row.id)
        .ok_or_else(|| missing::<P>(text))
}

/// A new row of what a document shows, with what the server adds.
pub(crate) fn begin<R: Kept>(
    state: &State,
    site: Uuid,
    id: Option<Uuid>,
    references: References,
    shown: R,
    now: Timestamp,
) -> Result<Row<R>, Refusal> {
    let id = match id {
        Some(id) => id,
        None => token::identifier()?,
    };
    let last = R::table(state).of_site(site).next_back();
    let mut row = Row {
        number: last.map_or(0, |last| last.number) + 1,
        owner: references.owner,
        project: references.project,
        parent: references.parent.flatten(),
        ..Row::new(id, site, shown)
    };
    if row.shown.id().is_empty() {
        set(&mut row.shown, R::ID, Id::<R::One>::new(id.to_string()));
    }
    for stamp in ["createdAt", "updatedAt"] {
        let member = row
            .shown
            .member(stamp)
            .and_then(<dyn std::any::Any>::downcast_mut);
        if let Some(member @ None) = member {
            *member = Some(time(now));
        }
    }
    R::begin(&mut row, state);
    R::touch(&mut row, state, now);
    Ok(row)
}

/// What a document gives for a new one.
pub(crate) fn shown<R: Kept>(members: Map<String, Value>) -> Result<R, Refusal> {
    decoded(&Value::Object(members))
}

/// A row with members replaced.
pub(crate) fn changed<R: Kept>(
    row: &Row<R>,
    state: &State,
    references: References,
    members: Map<String, Value>,
    now: Timestamp,
) -> Result<Row<R>, Refusal> {
    // By its text: a writer of texts is there already, for databases, and not compiled anew for every kind.
    let text = serde_json::to_string(&row.shown).map_err(Refusal::internal)?;
    let mut json = serde_json::from_str(&text).map_err(Refusal::internal)?;
    if let Value::Object(of) = &mut json {
        of.extend(members);
    }
    let mut row = Row {
        owner: references.owner.or(row.owner),
        project: references.project.or(row.project),
        parent: references.parent.unwrap_or(row.parent),
        shown: decoded(&json)?,
        ..row.clone()
    };
    set(&mut row.shown, "updatedAt", Some(time(now)));
    R::touch(&mut row, state, now);
    Ok(row)
}

/// Decoding takes `"true"` for a boolean, as in a request.
fn decoded<R: Kept>(json: &Value) -> Result<R, Refusal> {
    let document = json!({ R::ELEMENT: json });
    R::decode(document.to_string().as_bytes(), Format::Json).map_err(|_| Refusal::incomplete_payload())
}

/// The row with an identifier.
pub(crate) fn find<'s, R: Kept>(state: &'s State, caller: &Caller, id: &str) -> Result<&'s Row<R>, Refusal> {
    R::find(state, caller.site.id, id).ok_or_else(|| missing::<R>(id))
}

/// The row with an identifier, for a caller with a right on it; `code` is that of the refusal, and `verb` what the caller cannot do.
pub(crate) fn allowed<'s, R: Kept>(
    state: &'s State,
    caller: &Caller,
    id: &str,
    rights: Rights,
    (code, verb): (&str, &str),
) -> Result<&'s Row<R>, Refusal> {
    rights.admit::<R>(caller)?;
    let row = find::<R>(state, caller, id)?;
    if rights.allow(row, state, caller) {
        return Ok(row);
    }
    Err(Refusal::forbidden(
        code,
        format_args!("The user is not allowed to {verb} this {}.", R::NOUN),
    ))
}

/// The row with an identifier, for a caller who may see it.
pub(crate) fn seen<'s, R: Kept>(state: &'s State, caller: &Caller, id: &str) -> Result<&'s Row<R>, Refusal> {
    let seen = allowed::<R>(
        state,
        caller,
        id,
        R::MAY_READ,
        (R::UNSEEN.unwrap_or("403004"), "see"),
    );
    // Only administrators are told of kinds that are theirs alone.
    let is_hidden = R::UNSEEN.is_none() && R::MAY_READ.admit::<R>(caller).is_ok();
    if is_hidden {
        seen.map_err(|_| missing::<R>(id))
    } else {
        seen
    }
}

/// Refuses a caller who may not put a row into its project or its parent; without either only administrators may.
///
/// `code` is that of the refusal, and `verb` what the caller cannot do.
pub(crate) fn admit_into<R: Kept>(
    row: &Row<R>,
    state: &State,
    caller: &Caller,
    (code, verb): (&str, &str),
) -> Result<(), Refusal> {
    R::MAY_CREATE.admit::<R>(caller)?;
    let container = || {
        let project = row.project.and_then(|id| state.projects.get(id));
        match project {
            Some(project) => Project::item(project, state),
            None => R::PARENT.and_then(|parent| (parent.item)(state, row.parent?)),
        }
    };
    let allowed = match R::MAY_CREATE {
        Rights::Capability(capability) => container().map_or_else(
            || caller.is_administrator(),
            |item| may(state, caller, &item, capability),
        ),
        Rights::OwnerOrLeaders => container().map_or_else(
            || caller.is_administrator(),
            |item| has_every_capability(state, caller, &item),
        ),
        _ => true,
    };
    if allowed {
        return Ok(());
    }
    Err(Refusal::forbidden(
        code,
        format_args!("The user is not allowed to {verb} this {}.", R::NOUN),
    ))
}

/// Checks and stores a row. New content takes over the rules that its project gives to its kind.
pub(crate) fn put<R: Kept>(transaction: &mut Transaction<'_>, row: Row<R>) -> Result<(), Refusal> {
    R::check(&row, transaction)?;
    let is_new = R::table(transaction).get(row.id).is_none();
    if let (true, Some(content), Some(project)) = (is_new, R::CONTENT, row.project) {
        let given = default_rules(project, content.kind);
        if transaction.rules.get(given).is_some() {
            let rules = default_rules_of(transaction, project, row.site, content);
            transaction.put(Rules {
                id: row.id,
                site: row.site,
                rules,
            })?;
        }
    }
    let happening = if is_new {
        Happening::Created
    } else {
        Happening::Updated
    };
    announce(transaction, &row, happening);
    transaction.put(row)
}

/// Removes a row with everything inside it.
pub(crate) fn remove<R: Kept>(transaction: &mut Transaction<'_>, id: Uuid) {
    if let Some(row) = R::table(transaction).get(id).cloned() {
        announce(transaction, &row, Happening::Deleted);
        transaction.remove_whole::<Row<R>>(id);
    }
}
