//! Notification preferences: which notifications the signed-in user gets, and how.

use crate::endpoint::calls;
use crate::page::Page;
use crate::value::{Items, Text, open_enum};
use crate::{ApiError, Filter, element, endpoint};

/// Whether a user gets one type of notification through one channel (schema: `userNotificationsPreferenceType`).
#[element("userNotificationsPreference")]
pub struct NotificationPreference {
    /// The channel.
    pub channel: NotificationChannel,
    /// The type of notification.
    pub notification_type: NotificationType,
    /// Whether the user gets it.
    pub enabled: Option<bool>,
    /// Whether a setting of the site turns it off, whatever the user prefers.
    pub disabled_by_override: Option<bool>,
}

open_enum! {
    /// How a notification reaches a user.
    NotificationChannel {
        /// By mail.
        Email = "email",
        /// In Tableau itself.
        InApp = "in_app",
        /// In Slack.
        Slack = "slack",
    }
}

open_enum! {
    /// What a notification is about.
    NotificationType {
        /// A comment that mentions the user.
        Comments = "comments",
        /// A data-driven alert.
        DataAlerts = "dataalerts",
        /// A refresh of an extract.
        ExtractRefresh = "extractrefresh",
        /// A run of a flow.
        PrepFlow = "prepflow",
        /// Content that was shared with the user.
        Share = "share",
        /// A webhook.
        Webhooks = "webhooks",
    }
}

/// A notification preference to set.
#[element("userNotificationsPreference", new, strict)]
pub struct PreferenceChange {
    /// The channel.
    pub channel: NotificationChannel,
    /// The type of notification.
    pub notification_type: NotificationType,
    /// Whether the user gets it.
    pub enabled: bool,
}

/// Whether a preference was set (schema: `notificationPreferenceUpdateStatusType`).
#[element("notificationUpdateStatus", list = "notificationUpdateResult")]
pub struct PreferenceResult {
    /// How it ended.
    pub status: Text<PreferenceStatus>,
    /// The preference.
    pub user_notifications_preference: NotificationPreference,
    /// Why it was not set.
    pub error: Option<ApiError>,
}

open_enum! {
    /// How the change of a preference ended.
    PreferenceStatus {
        /// The preference is as before.
        Failed = "Failed",
        /// The preference was set.
        Success = "Success",
    }
}

/// Lists the notification preferences of the signed-in user, a page at a time; for administrators.
#[endpoint(
    GET,
    "settings/notifications",
    since = "3.15",
    jwt = "tableau:user_notifications:read",
    reply = Page<NotificationPreference>
)]
pub struct ListPreferences {
    /// Which preferences, by `channel` and `notificationType`: `channel:eq:email`.
    pub filter: Option<Filter>,
    /// The page, from 1; the first if not given.
    pub page_number: Option<u64>,
    /// The greatest number of preferences on a page, from 1 to 1000; 100 if not given.
    pub page_size: Option<u64>,
}

/// Sets notification preferences of the signed-in user; for administrators.
///
/// A preference that cannot be set does not keep the others back: the answer tells the status of each.
#[endpoint(
    PATCH,
    "settings/notifications",
    since = "3.15",
    jwt = "tableau:user_notifications:update",
    retry = idempotent,
    reply = Items<PreferenceResult>
)]
pub struct UpdatePreferences {
    /// The preferences to set; others stay.
    #[body]
    pub preferences: Items<PreferenceChange>,
}

calls!(; ListPreferences, UpdatePreferences);
