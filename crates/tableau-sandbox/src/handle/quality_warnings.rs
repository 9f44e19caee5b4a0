//! Data quality warnings. An item has one; it goes with the item.

use tableau_wire::rest::data_quality_warnings::{
    Add, DataQualityWarning, Delete, DeleteForContent, Get, HasQualityWarnings, ListForContent,
    NewDataQualityWarning, Update, UpdateForContent, WarnedType,
};
use tableau_wire::rest::{
    Column, Database, Datasource, Flow, Site, Table, User, View, VirtualConnection, Workbook,
};
use tableau_wire::value::Timestamp;
use tableau_wire::{Items, Shared};
use uuid::Uuid;

use super::id;
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::clock::time;
use crate::kept::{Kept, Rights, owner, row, set};
use crate::refusal::Refusal;
use crate::store::row::Row;
use crate::store::{State, Transaction};
use crate::token;

type WarningRow = Row<DataQualityWarning>;

/// A kind of what can be warned about.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) name: WarnedType,
    /// Finds an item, for a caller with a right on it.
    find: fn(&State, &Caller, &str, Rights) -> Result<Uuid, Refusal>,
    /// Why an item is certified; none if it is not.
    pub(super) certified: fn(&State, Uuid) -> Option<Certification>,
    /// Certifies an item with a note that may stay as it is, or withdraws it; false if items of this kind cannot be certified.
    pub(super) certify: Certify,
    /// The items of a site.
    of_site: fn(&State, Uuid) -> Vec<Uuid>,
}

/// That an item is certified: by its owner, when it was changed last (both inferred).
pub(super) struct Certification {
    pub(super) note: Option<String>,
    pub(super) changed_at: Option<Timestamp>,
    pub(super) owner: Option<Uuid>,
}

type Certify = fn(&mut Transaction<'_>, Uuid, Option<Option<&str>>) -> Result<bool, Refusal>;

/// An item that can be warned about.
#[derive(Debug, Clone)]
pub(super) struct Labeled {
    pub(super) id: Uuid,
    pub(super) kind: &'static Kind,
}

impl Kind {
    const fn of<R: HasQualityWarnings + Kept>() -> Self {
        Self {
            name: R::WARNED,
            find: |state, caller, id, rights| {
                let verb = if rights == READ {
                    "see the labels of"
                } else {
                    "label"
                };
                row::allowed::<R>(state, caller, id, rights, ("403004", verb)).map(|row| row.id)
            },
            certified: |state, id| {
                let row = R::table(state).get(id)?;
                let mut shown = row.shown.clone();
                let is_certified: Option<bool> = member(&mut shown, "isCertified")?;
                (is_certified == Some(true)).then(|| Certification {
                    note: member(&mut shown, "certificationNote").flatten(),
                    changed_at: member(&mut shown, "updatedAt").flatten(),
                    owner: owner(state, row),
                })
            },
            certify: |transaction, id, note| {
                let Some(mut row) = R::table(transaction).get(id).cloned() else {
                    return Ok(false);
                };
                if member::<R, Option<bool>>(&mut row.shown, "isCertified").is_none() {
                    return Ok(false);
                }
                set(&mut row.shown, "isCertified", Some(note.is_some()));
                match note {
                    Some(Some(note)) => set(&mut row.shown, "certificationNote", Some(note.to_owned())),
                    Some(None) => {}
                    None => set(&mut row.shown, "certificationNote", None::<String>),
                }
                transaction.put(row)?;
                Ok(true)
            },
            of_site: |state, site| R::table(state).of_site(site).map(|row| row.id).collect(),
        }
    }
}

/// A member of what is shown, if the type has it.
fn member<R: Kept, T: Clone + 'static>(shown: &mut R, name: &str) -> Option<T> {
    shown.member(name)?.downcast_ref().cloned()
}

/// The items of a site that are certified.
pub(super) fn certified(state: &State, site: Uuid) -> impl Iterator<Item = (Uuid, WarnedType)> {
    KINDS.iter().flat_map(move |kind| {
        let mut items = (kind.of_site)(state, site);
        items.retain(|item| (kind.certified)(state, *item).is_some());
        items.into_iter().map(|item| (item, kind.name.clone()))
    })
}

const KINDS: &[Kind] = &[
    Kind::of::<Column>(),
    Kind::of::<Database>(),
    Kind::of::<Datasource>(),
    Kind::of::<Flow>(),
    Kind::of::<Table>(),
    Kind::of::<View>(),
    Kind::of::<VirtualConnection>(),
    Kind::of::<Workbook>(),
];

pub(super) const READ: Rights = Rights::Capability("Read");
/// Inferred: the documentation asks for the right to overwrite the item.
pub(super) const WRITE: Rights = Rights::Capability("Write");

pub(super) fn find(
    state: &State,
    caller: &Caller,
    (name, id): (&WarnedType, &str),
    rights: Rights,
) -> Result<Labeled, Refusal> {
    let kind = KINDS.iter().find(|kind| kind.name == *name);
    // The code for the kinds that the sandbox does not have is inferred.
    let kind = kind.ok_or_else(|| Refusal::not_found("404003", name.as_str(), id))?;
    let id = (kind.find)(state, caller, id, rights)?;
    Ok(Labeled { id, kind })
}

pub(crate) fn list(
    call: &Call<'_>,
    caller: &Caller,
    list: &ListForContent,
) -> Result<Items<DataQualityWarning>, Refusal> {
    let state = call.store.read();
    let item = find(&state, caller, (&list.content_type, &list.content_id), READ)?;
    let warnings = state.quality_warnings.within(item.id);
    Ok(warnings.map(|warning| warning.shown.clone()).collect())
}

/// Sets the warning of an item; one that it has is refused (inferred: 409).
pub(crate) fn add(call: &Call<'_>, caller: &Caller, add: &Add) -> Result<DataQualityWarning, Refusal> {
    call.store.write(|transaction| {
        let item = find(transaction, caller, (&add.content_type, &add.content_id), WRITE)?;
        if transaction.quality_warnings.count_within(item.id) > 0 {
            return Err(Refusal::conflict("The item has a data quality warning already."));
        }
        let row = begin(call, caller, &item)?;
        put(call, transaction, row, &add.warning)
    })
}

/// A warning about an item that says nothing yet.
fn begin(call: &Call<'_>, caller: &Caller, item: &Labeled) -> Result<WarningRow, Refusal> {
    let mut shown = DataQualityWarning::default();
    let warning = token::identifier()?;
    shown.id = id(warning);
    shown.content_id = Some(item.id.to_string());
    shown.content_type = Some(item.kind.name.as_str().to_uppercase());
    shown.user_display_name.clone_from(&caller.user.shown.full_name);
    shown.created_at = Some(time(call.clock.now()));
    let mut owner = User::default();
    owner.id = id(caller.user.id);
    shown.owner = Some(Shared::new(owner));
    let mut site = Site::default();
    site.id = id(caller.site.id);
    shown.site = Some(Shared::new(site));
    let mut row = Row::new(warning, caller.site.id, shown);
    row.parent = Some(item.id);
    row.owner = Some(caller.user.id);
    Ok(row)
}

/// Sets a warning of an item, or changes the one of its type; gives its identifier.
pub(super) fn set_label(
    call: &Call<'_>,
    transaction: &mut Transaction<'_>,
    caller: &Caller,
    item: &Labeled,
    new: &NewDataQualityWarning,
) -> Result<Uuid, Refusal> {
    let mut warnings = transaction.quality_warnings.within(item.id);
    let there = warnings
        .find(|warning| warning.shown.r#type == new.r#type)
        .cloned();
    let row = match there {
        Some(row) => row,
        None => begin(call, caller, item)?,
    };
    let id = row.id;
    put(call, transaction, row, new)?;
    Ok(id)
}

fn change(call: &Call<'_>, row: &mut WarningRow, new: &NewDataQualityWarning) -> Result<(), Refusal> {
    let shown = &mut row.shown;
    shown.r#type = new.r#type.clone().or(shown.r#type.take());
    shown.message = new.message.clone().or(shown.message.take());
    shown.is_active = new.is_active.or(shown.is_active).or(Some(true));
    shown.is_severe = new.is_severe.or(shown.is_severe).or(Some(false));
    shown.updated_at = Some(time(call.clock.now()));
    if shown.r#type.is_none() {
        return Err(Refusal::incomplete_payload());
    }
    Ok(())
}

pub(crate) fn update_for_content(
    call: &Call<'_>,
    caller: &Caller,
    update: &UpdateForContent,
) -> Result<DataQualityWarning, Refusal> {
    call.store.write(|transaction| {
        let of = (&update.content_type, update.content_id.as_str());
        let item = find(transaction, caller, of, WRITE)?;
        let row = transaction.quality_warnings.within(item.id).next();
        let row = row.ok_or_else(|| none(&update.content_id))?.clone();
        put(call, transaction, row, &update.warning)
    })
}

pub(super) fn put(
    call: &Call<'_>,
    transaction: &mut Transaction<'_>,
    mut row: WarningRow,
    new: &NewDataQualityWarning,
) -> Result<DataQualityWarning, Refusal> {
    change(call, &mut row, new)?;
    let shown = row.shown.clone();
    transaction.put(row)?;
    Ok(shown)
}

pub(crate) fn delete_for_content(
    call: &Call<'_>,
    caller: &Caller,
    delete: &DeleteForContent,
) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        let of = (&delete.content_type, delete.content_id.as_str());
        let item = find(transaction, caller, of, WRITE)?;
        let warnings: Vec<_> = transaction
            .quality_warnings
            .within(item.id)
            .map(|row| row.id)
            .collect();
        for warning in warnings {
            transaction.remove::<WarningRow>(warning);
        }
        Ok(())
    })
}

// The code is inferred.
fn none(id: &str) -> Refusal {
    Refusal::not_found("404003", "Data quality warning", id)
}

/// The warning with an identifier, for a caller with a right on what it is about.
fn warning<'s>(
    state: &'s State,
    caller: &Caller,
    id: &str,
    rights: Rights,
) -> Result<&'s WarningRow, Refusal> {
    let row = parse_id(id).and_then(|id| state.quality_warnings.get(id));
    let row = row
        .filter(|row| row.site == caller.site.id)
        .ok_or_else(|| none(id))?;
    let item = row.parent.unwrap_or_default().to_string();
    let of_type = row.shown.content_type.as_deref().unwrap_or_default();
    let kind = KINDS
        .iter()
        .find(|kind| kind.name.as_str().eq_ignore_ascii_case(of_type));
    let kind = kind.ok_or_else(|| none(id))?;
    (kind.find)(state, caller, &item, rights)?;
    Ok(row)
}

pub(crate) fn get(call: &Call<'_>, caller: &Caller, get: &Get) -> Result<DataQualityWarning, Refusal> {
    let state = call.store.read();
    warning(&state, caller, get.id.as_str(), READ).map(|row| row.shown.clone())
}

pub(crate) fn update(
    call: &Call<'_>,
    caller: &Caller,
    update: &Update,
) -> Result<DataQualityWarning, Refusal> {
    call.store.write(|transaction| {
        let row = warning(transaction, caller, update.id.as_str(), WRITE)?.clone();
        put(call, transaction, row, &update.warning)
    })
}

pub(crate) fn delete(call: &Call<'_>, caller: &Caller, delete: &Delete) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        let id = warning(transaction, caller, delete.id.as_str(), WRITE)?.id;
        transaction.remove::<WarningRow>(id);
        Ok(())
    })
}
