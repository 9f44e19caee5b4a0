//! Labels of data. A certification is that of the item, and a data quality warning is that of its own calls: they are labels too, and no second ones.
//!
//! Inferred: the names of the values that every site has, and that a user who may overwrite an item may label it.

use tableau_wire::rest::data_quality_warnings::{DataQualityWarning, NewDataQualityWarning, WarnedType};
use tableau_wire::rest::labels::{
    DeleteForItems, DeleteLabel, GetLabel, Label, LabelChange, LabeledItem, ListForItems, UpdateForItems,
    UpdateLabel,
};
use tableau_wire::rest::webhooks::WebhookEvent;
use tableau_wire::rest::{Site, User};
use tableau_wire::{Items, Shared};
use uuid::Uuid;

use super::id;
use super::label_values::{self, Value, Words};
use super::quality_warnings::{self, Labeled, READ, WRITE};
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::clock::time;
use crate::kept::Rights;
use crate::refusal::Refusal;
use crate::rng;
use crate::store::event::Event;
use crate::store::row::Row;
use crate::store::{State, Transaction};
use crate::token;

/// A label, where it is kept, and the item.
struct Found {
    item: Labeled,
    place: Place,
    shown: Label,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    /// A label of its own.
    Own(Uuid),
    /// A data quality warning.
    Warning(Uuid),
    /// The certification of the item.
    Item,
}

fn certification(item: Uuid) -> Uuid {
    rng::luid("certification", &[&item.to_string()])
}

/// What all labels of an item show.
fn begin(label: Uuid, item: &Labeled, value: Value<'_>, site: Uuid) -> Label {
    let mut shown = Label::default();
    shown.id = id(label);
    shown.content_id = Some(item.id.to_string());
    shown.content_type = Some(item.kind.name.as_str().to_owned());
    shown.value = Some(value.name.to_owned());
    shown.category = Some(value.category.to_owned());
    let mut of_site = Site::default();
    of_site.id = id(site);
    shown.site = Some(Shared::new(of_site));
    shown
}

fn of_warning(warning: &Row<DataQualityWarning>, item: &Labeled) -> Label {
    let of_type = warning.shown.r#type.as_ref();
    let value = label_values::of_warning(of_type);
    let mut shown = begin(warning.id, item, value, warning.site);
    let from = warning.shown.clone();
    shown.message = from.message;
    shown.active = from.is_active;
    shown.elevated = from.is_severe;
    shown.user_display_name = from.user_display_name;
    shown.owner = from.owner;
    (shown.created_at, shown.updated_at) = (from.created_at, from.updated_at);
    shown
}

/// The labels of an item.
fn of_item(state: &State, site: Uuid, item: &Labeled) -> Vec<Found> {
    let mut found = Vec::new();
    let mut push = |place, shown| {
        let item = item.clone();
        found.push(Found { item, place, shown });
    };
    if let Some(note) = (item.kind.certified)(state, item.id) {
        let mut shown = begin(certification(item.id), item, label_values::CERTIFIED, site);
        shown.message = note;
        (shown.active, shown.elevated) = (Some(true), Some(false));
        push(Place::Item, shown);
    }
    for warning in state.quality_warnings.within(item.id) {
        push(Place::Warning(warning.id), of_warning(warning, item));
    }
    for label in state.labels.within(item.id) {
        push(Place::Own(label.id), label.shown.clone());
    }
    found
}

fn item(state: &State, caller: &Caller, of: &LabeledItem, rights: Rights) -> Result<Labeled, Refusal> {
    let kind = WarnedType::from(of.content_type.as_str());
    quality_warnings::find(state, caller, (&kind, &of.id), rights)
}

fn items(
    state: &State,
    caller: &Caller,
    list: &Items<LabeledItem>,
    rights: Rights,
) -> Result<Vec<Labeled>, Refusal> {
    if list.iter().next().is_none() {
        return Err(Refusal::incomplete_payload());
    }
    list.iter().map(|of| item(state, caller, of, rights)).collect()
}

/// Whether a label is of one of the categories that a request names.
fn is_of(label: &Label, categories: Option<&str>) -> bool {
    let category = label.category.as_deref().unwrap_or_default();
    categories.is_none_or(|names| {
        let mut names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
        names.any(|name| name.eq_ignore_ascii_case(category))
    })
}

pub(crate) fn list(call: &Call<'_>, caller: &Caller, list: &ListForItems) -> Result<Items<Label>, Refusal> {
    let state = call.store.read();
    let items = items(&state, caller, &list.items.content_list, READ)?;
    let labels = items
        .iter()
        .flat_map(|item| of_item(&state, caller.site.id, item));
    let labels = labels.map(|found| found.shown);
    Ok(labels
        .filter(|label| is_of(label, list.categories.as_deref()))
        .collect())
}

pub(crate) fn update_items(
    call: &Call<'_>,
    caller: &Caller,
    update: &UpdateForItems,
) -> Result<Items<Label>, Refusal> {
    call.store.write(|transaction| {
        let items = items(transaction, caller, &update.update.content_list, WRITE)?;
        let name = update.update.label.value.as_deref();
        let name = name.ok_or_else(Refusal::incomplete_payload)?;
        let set = |item: &Labeled| set(transaction, call, caller, item, name, &update.update.label);
        items.iter().map(set).collect()
    })
}

/// Puts a label on an item, or changes the one of its value that it has.
fn set(
    transaction: &mut Transaction<'_>,
    call: &Call<'_>,
    caller: &Caller,
    item: &Labeled,
    name: &str,
    change: &LabelChange,
) -> Result<Label, Refusal> {
    let words = Words::of(transaction, caller.site.id);
    let value = words.value(name)?;
    let there = of_item(transaction, caller.site.id, item);
    let is_there = there
        .iter()
        .any(|found| found.shown.value.as_deref() == Some(value.name));
    let label = if value == label_values::CERTIFIED {
        let is_active = change.active.unwrap_or(true);
        if !(item.kind.certify)(
            transaction,
            item.id,
            is_active.then_some(change.message.as_deref()),
        )? {
            let detail = format_args!("A {} cannot be certified.", item.kind.name.as_str());
            return Err(Refusal::bad_request("400000", detail));
        }
        certification(item.id)
    } else if let Some(of_type) = label_values::warning(value) {
        let new = NewDataQualityWarning::new().with(|warning| {
            warning.r#type = Some(of_type);
            warning.message.clone_from(&change.message);
            warning.is_active = change.active;
            warning.is_severe = change.elevated;
        });
        quality_warnings::set_label(call, transaction, caller, item, &new)?
    } else {
        own(transaction, call, caller, item, value, change)?
    };
    let kind = if is_there {
        WebhookEvent::LabelUpdated
    } else {
        WebhookEvent::LabelCreated
    };
    announce(transaction, caller, kind, label, value.name);
    let mut now = of_item(transaction, caller.site.id, item).into_iter();
    let shown = now.find(|found| found.shown.id.as_str() == label.to_string());
    // A certification that is not active is none, and is shown once more.
    Ok(shown.map(|found| found.shown).unwrap_or_else(|| {
        let mut shown = begin(label, item, value, caller.site.id);
        shown.active = Some(false);
        shown
    }))
}

/// A label of its own, put on an item or changed there.
fn own(
    transaction: &mut Transaction<'_>,
    call: &Call<'_>,
    caller: &Caller,
    item: &Labeled,
    value: Value<'_>,
    change: &LabelChange,
) -> Result<Uuid, Refusal> {
    let mut labels = transaction.labels.within(item.id);
    let there = labels
        .find(|label| label.shown.value.as_deref() == Some(value.name))
        .cloned();
    let now = time(call.clock.now());
    let mut row = match there {
        Some(row) => row,
        None => {
            let label = token::identifier()?;
            let mut shown = begin(label, item, value, caller.site.id);
            shown.created_at = Some(now.clone());
            shown.active = Some(true);
            shown.elevated = Some(value.is_elevated);
            let mut row = Row::new(label, caller.site.id, shown);
            row.parent = Some(item.id);
            row
        }
    };
    row.owner = Some(caller.user.id);
    let shown = &mut row.shown;
    shown.user_display_name.clone_from(&caller.user.shown.full_name);
    let mut owner = User::default();
    owner.id = id(caller.user.id);
    shown.owner = Some(Shared::new(owner));
    shown.message = change.message.clone().or(shown.message.take());
    shown.active = change.active.or(shown.active);
    shown.elevated = change.elevated.or(shown.elevated);
    shown.updated_at = Some(now);
    let label = row.id;
    transaction.put(row)?;
    Ok(label)
}

fn announce(
    transaction: &mut Transaction<'_>,
    caller: &Caller,
    kind: WebhookEvent,
    label: Uuid,
    value: &str,
) {
    transaction.announce(Event {
        site: caller.site.id,
        kind,
        resource: label,
        name: value.to_owned(),
    });
}

pub(crate) fn delete_items(call: &Call<'_>, caller: &Caller, delete: &DeleteForItems) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        for item in items(transaction, caller, &delete.items.content_list, WRITE)? {
            for found in of_item(transaction, caller.site.id, &item) {
                if is_of(&found.shown, delete.categories.as_deref()) {
                    remove(transaction, caller, &found)?;
                }
            }
        }
        Ok(())
    })
}

fn remove(transaction: &mut Transaction<'_>, caller: &Caller, found: &Found) -> Result<(), Refusal> {
    let label = match found.place {
        Place::Own(label) => {
            transaction.remove::<Row<Label>>(label);
            label
        }
        Place::Warning(warning) => {
            transaction.remove::<Row<DataQualityWarning>>(warning);
            warning
        }
        Place::Item => {
            (found.item.kind.certify)(transaction, found.item.id, None)?;
            certification(found.item.id)
        }
    };
    let value = found.shown.value.as_deref().unwrap_or_default();
    announce(transaction, caller, WebhookEvent::LabelDeleted, label, value);
    Ok(())
}

/// The label with an identifier, for a caller with a right on its item.
fn find(state: &State, caller: &Caller, text: &str, rights: Rights) -> Result<Found, Refusal> {
    let site = caller.site.id;
    // The code is inferred.
    let absent = || Refusal::not_found("404003", "Label", text);
    let label = parse_id(text).ok_or_else(absent)?;
    let own = state.labels.get(label).filter(|row| row.site == site);
    let warning = state.quality_warnings.get(label).filter(|row| row.site == site);
    let known = own.and_then(|row| Some((row.parent?, row.shown.content_type.clone()?)));
    let known =
        known.or_else(|| warning.and_then(|row| Some((row.parent?, row.shown.content_type.clone()?))));
    let (item, kind) = match known {
        Some((item, kind)) => (item, WarnedType::from(kind.as_str())),
        None => quality_warnings::certified(state, site)
            .find(|(item, _)| certification(*item) == label)
            .ok_or_else(absent)?,
    };
    let item = quality_warnings::find(state, caller, (&kind, &item.to_string()), rights)?;
    let mut all = of_item(state, site, &item).into_iter();
    all.find(|found| found.shown.id.as_str() == text)
        .ok_or_else(absent)
}

pub(crate) fn get(call: &Call<'_>, caller: &Caller, get: &GetLabel) -> Result<Label, Refusal> {
    find(&call.store.read(), caller, get.id.as_str(), READ).map(|found| found.shown)
}

pub(crate) fn update(call: &Call<'_>, caller: &Caller, update: &UpdateLabel) -> Result<Label, Refusal> {
    call.store.write(|transaction| {
        let found = find(transaction, caller, update.id.as_str(), WRITE)?;
        let value = found.shown.value.clone().unwrap_or_default();
        let new = update.label.value.as_deref().unwrap_or(&value);
        let mut change = update.label.clone();
        if !new.eq_ignore_ascii_case(&value) {
            // Checked before the old one goes.
            Words::of(transaction, caller.site.id).value(new)?;
            remove(transaction, caller, &found)?;
        }
        change.message = change.message.or(found.shown.message);
        change.active = change.active.or(found.shown.active);
        change.elevated = change.elevated.or(found.shown.elevated);
        set(transaction, call, caller, &found.item, new, &change)
    })
}

pub(crate) fn delete(call: &Call<'_>, caller: &Caller, delete: &DeleteLabel) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        let found = find(transaction, caller, delete.id.as_str(), WRITE)?;
        remove(transaction, caller, &found)
    })
}
