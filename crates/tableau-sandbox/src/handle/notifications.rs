//! Notification preferences of users. The sandbox sends no notifications that depend on them.

use tableau_wire::rest::User;
use tableau_wire::rest::notifications::{
    ListPreferences, NotificationChannel, NotificationPreference, NotificationType, PreferenceChange,
    PreferenceResult, PreferenceStatus, UpdatePreferences,
};
use tableau_wire::{Condition, Filter, Items, Operator, Page, Text};

use super::extensions::admit;
use crate::auth::Caller;
use crate::call::Call;
use crate::kept::{Paging, missing};
use crate::refusal::Refusal;

/// A PowerShell client documents these calls for administrators. That the preferences are the caller's own is inferred from their name.
const WHAT: &str = "notification preferences";

pub(crate) fn list(
    call: &Call<'_>,
    caller: &Caller,
    list: &ListPreferences,
) -> Result<Page<NotificationPreference>, Refusal> {
    admit(caller.is_administrator(), WHAT)?;
    let paging = Paging::new(list.page_number, list.page_size)?;
    let state = call.store.read();
    let user = state.users.get(caller.user.id).unwrap_or(&caller.user);
    let off = &user.unshown.notifications_off;
    let mut found = Vec::new();
    // That every channel has every type, and that all are on until they are turned off, is inferred.
    for channel in NotificationChannel::KNOWN {
        for kind in NotificationType::KNOWN {
            if meets(list.filter.as_ref(), channel, kind)? {
                let is_off = off.iter().any(|(of, off)| (of, off) == (channel, kind));
                found.push(preference(channel, kind, !is_off));
            }
        }
    }
    paging.page(&found, Clone::clone)
}

fn preference(
    channel: &NotificationChannel,
    kind: &NotificationType,
    enabled: bool,
) -> NotificationPreference {
    let mut preference = NotificationPreference::default();
    preference.channel = channel.clone();
    preference.notification_type = kind.clone();
    preference.enabled = Some(enabled);
    preference.disabled_by_override = Some(false);
    preference
}

/// Whether a preference meets a filter. The fields are documented; their names and operators are inferred from the members.
fn meets(
    filter: Option<&Filter>,
    channel: &NotificationChannel,
    kind: &NotificationType,
) -> Result<bool, Refusal> {
    let meets = |condition: &Condition| {
        let value = match condition.field.as_str() {
            "channel" => channel.as_str(),
            "notificationType" => kind.as_str(),
            _ => return Err(Refusal::unknown_key()),
        };
        match condition.operator {
            Operator::Eq | Operator::In => Ok(condition.values.iter().any(|wanted| wanted == value)),
            other => Err(Refusal::filter(format_args!(
                "The field '{}' cannot be compared by '{}'.",
                condition.field,
                other.as_str()
            ))),
        }
    };
    let mut all = true;
    for condition in filter.iter().flat_map(|filter| &filter.conditions) {
        all &= meets(condition)?;
    }
    Ok(all)
}

/// Sets preferences; one with an unknown channel or type keeps none of the others back.
pub(crate) fn update(
    call: &Call<'_>,
    caller: &Caller,
    update: &UpdatePreferences,
) -> Result<Items<PreferenceResult>, Refusal> {
    admit(caller.is_administrator(), WHAT)?;
    if update.preferences.is_empty() {
        return Err(Refusal::incomplete_payload());
    }
    call.store.write(|transaction| {
        let user = transaction.users.get(caller.user.id);
        let mut user = user
            .ok_or_else(|| missing::<User>(&caller.user.id.to_string()))?
            .clone();
        let off = &mut user.unshown.notifications_off;
        let mut results = Vec::new();
        for change in update.preferences.iter() {
            let unknown = unknown(change);
            if unknown.is_none() {
                let of = (change.channel.clone(), change.notification_type.clone());
                off.retain(|off| *off != of);
                if !change.enabled {
                    off.push(of);
                }
            }
            results.push(result(change, unknown));
        }
        transaction.put(user)?;
        Ok(results.into())
    })
}

/// Why a preference cannot be set; the code is inferred.
fn unknown(change: &PreferenceChange) -> Option<Refusal> {
    match (&change.channel, &change.notification_type) {
        (NotificationChannel::Other(channel), _) => Some(Refusal::invalid_value("channel", channel)),
        (_, NotificationType::Other(kind)) => Some(Refusal::invalid_value("notificationType", kind)),
        _ => None,
    }
}

fn result(change: &PreferenceChange, refusal: Option<Refusal>) -> PreferenceResult {
    let mut result = PreferenceResult::default();
    result.status = Text(match refusal {
        Some(_) => PreferenceStatus::Failed,
        None => PreferenceStatus::Success,
    });
    let of = &mut result.user_notifications_preference;
    of.channel = change.channel.clone();
    of.notification_type = change.notification_type.clone();
    of.enabled = Some(change.enabled);
    result.error = refusal.map(|refusal| refusal.error);
    result
}
