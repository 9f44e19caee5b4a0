//! Labels of data. Certifications and data quality warnings are labels too: they are stored once, with the item and as warnings.
//!
//! Inferred: the names of the values that every site has, and that a user who may overwrite an item may label it.

use tableau_wire::Items;
use tableau_wire::rest::data_quality_warnings::{DataQualityWarning, NewDataQualityWarning, WarnedType};
use tableau_wire::rest::labels::{
    DeleteForItems, DeleteLabel, GetLabel, Label, LabelChange, LabeledItem, ListForItems, UpdateForItems,
    UpdateLabel,
};
use tableau_wire::rest::webhooks::WebhookEvent;
use uuid::Uuid;

use super::item_labels::{Found, Place, begin, certification, of_item, set_by};
use super::label_values::{self, Value, Words};
use super::quality_warnings::{self, Labeled, READ, WRITE};
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::clock::time;
use crate::kept::Rights;
use crate::refusal::Refusal;
use crate::store::event::Event;
use crate::store::row::Row;
use crate::store::{State, Transaction};
use crate::token;

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
    if list.is_empty() {
        return Err(Refusal::incomplete_payload());
    }
    list.iter().map(|of| item(state, caller, of, rights)).collect()
}

/// Whether a label is of one of the categories that a request names.
fn is_of(label: &Label, categories: Option<&str>) -> bool {
    let category = label.category.as_deref().unwrap_or_default();
    let names = categories.unwrap_or_default().split(',').map(str::trim);
    let mut names = names.filter(|name| !name.is_empty()).peekable();
    names.peek().is_none() || names.any(|name| name.eq_ignore_ascii_case(category))
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
        let label = own(transaction, call, caller, item, value, change)?;
        let message = transaction
            .labels
            .get(label)
            .and_then(|row| row.shown.message.clone());
        let note = change.active.unwrap_or(true).then_some(message.as_deref());
        if !(item.kind.certify)(transaction, item.id, note)? {
            let detail = format_args!("A {} cannot be certified.", item.kind.name.as_str());
            return Err(Refusal::bad_request("400000", detail));
        }
        label
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
    shown
        .map(|found| found.shown)
        .ok_or_else(|| Refusal::internal("the label is gone"))
}

/// Puts a stored label on an item, or changes the one of its value.
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
            let label = match value == label_values::CERTIFIED {
                true => certification(item.id),
                false => token::identifier()?,
            };
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
    set_by(shown, &caller.user);
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
            let label = certification(found.item.id);
            (found.item.kind.certify)(transaction, found.item.id, None)?;
            transaction.remove::<Row<Label>>(label);
            label
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
    all.find(|found| parse_id(found.shown.id.as_str()) == Some(label))
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
        if !new.eq_ignore_ascii_case(&value) && !revalue(transaction, call, caller, &found, new)? {
            remove(transaction, caller, &found)?;
        }
        change.message = change.message.or(found.shown.message);
        change.active = change.active.or(found.shown.active);
        change.elevated = change.elevated.or(found.shown.elevated);
        set(transaction, call, caller, &found.item, new, &change)
    })
}

/// Gives a label another value, so that it stays the same label; false if labels of that value are kept elsewhere.
fn revalue(
    transaction: &mut Transaction<'_>,
    call: &Call<'_>,
    caller: &Caller,
    found: &Found,
    new: &str,
) -> Result<bool, Refusal> {
    let words = Words::of(transaction, caller.site.id);
    let value = words.value(new)?;
    let mut others = of_item(transaction, caller.site.id, &found.item).into_iter();
    if others.any(|other| other.shown.value.as_deref() == Some(value.name)) {
        let detail = format_args!("The item has a label '{}' already.", value.name);
        return Err(Refusal::conflict(detail));
    }
    match (found.place, label_values::warning(value)) {
        (Place::Warning(warning), Some(of_type)) => {
            let Some(row) = transaction.quality_warnings.get(warning).cloned() else {
                return Ok(false);
            };
            let new = NewDataQualityWarning::new().with(|warning| warning.r#type = Some(of_type));
            quality_warnings::put(call, transaction, row, &new)?;
            Ok(true)
        }
        (Place::Own(label), None) if value != label_values::CERTIFIED => {
            let Some(mut row) = transaction.labels.get(label).cloned() else {
                return Ok(false);
            };
            row.shown.value = Some(value.name.to_owned());
            transaction.put(row)?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

pub(crate) fn delete(call: &Call<'_>, caller: &Caller, delete: &DeleteLabel) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        let found = find(transaction, caller, delete.id.as_str(), WRITE)?;
        remove(transaction, caller, &found)
    })
}
