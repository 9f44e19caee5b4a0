//! The labels of an item, each from where it is kept.

use tableau_wire::Shared;
use tableau_wire::rest::data_quality_warnings::DataQualityWarning;
use tableau_wire::rest::labels::Label;
use tableau_wire::rest::{Site, User};
use uuid::Uuid;

use super::id;
use super::label_values::{self, Value, Words};
use super::quality_warnings::Labeled;
use crate::rng;
use crate::store::State;
use crate::store::row::Row;

/// A label, where it is kept, and the item.
pub(super) struct Found {
    pub(super) item: Labeled,
    pub(super) place: Place,
    pub(super) shown: Label,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// A label of its own.
    Own(Uuid),
    /// A data quality warning.
    Warning(Uuid),
    /// The certification of the item.
    Item,
}

pub(super) fn certification(item: Uuid) -> Uuid {
    rng::luid("certification", &[&item.to_string()])
}

/// What all labels of an item show.
pub(super) fn begin(label: Uuid, item: &Labeled, value: Value<'_>, site: Uuid) -> Label {
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

/// Shows who set a label.
pub(super) fn set_by(shown: &mut Label, user: &Row<User>) {
    shown.user_display_name.clone_from(&user.shown.full_name);
    let mut owner = User::default();
    owner.id = id(user.id);
    shown.owner = Some(Shared::new(owner));
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
pub(super) fn of_item(state: &State, site: Uuid, item: &Labeled) -> Vec<Found> {
    let mut found = Vec::new();
    let mut push = |place, shown| {
        let item = item.clone();
        found.push(Found { item, place, shown });
    };
    let label = certification(item.id);
    let said = state.labels.get(label).map(|row| row.shown.clone());
    match ((item.kind.certified)(state, item.id), said) {
        (None, None) => {}
        (None, Some(mut shown)) => {
            shown.active = Some(false);
            push(Place::Item, shown);
        }
        (Some(certification), said) => {
            let mut shown = said.unwrap_or_else(|| {
                let mut shown = begin(label, item, label_values::CERTIFIED, site);
                (shown.created_at, shown.updated_at) =
                    (certification.changed_at.clone(), certification.changed_at);
                shown.elevated = Some(false);
                let owner = certification.owner.and_then(|owner| state.users.get(owner));
                if let Some(owner) = owner {
                    set_by(&mut shown, owner);
                }
                shown
            });
            shown.message = certification.note;
            shown.active = Some(true);
            push(Place::Item, shown);
        }
    }
    for warning in state.quality_warnings.within(item.id) {
        push(Place::Warning(warning.id), of_warning(warning, item));
    }
    let words = Words::of(state, site);
    for row in state.labels.within(item.id).filter(|row| row.id != label) {
        let mut shown = row.shown.clone();
        // The value may have been moved to another category.
        if let Ok(value) = words.value(shown.value.as_deref().unwrap_or_default()) {
            shown.category = Some(value.category.to_owned());
        }
        push(Place::Own(row.id), shown);
    }
    found
}
