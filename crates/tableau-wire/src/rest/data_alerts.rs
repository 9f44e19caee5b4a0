//! Data-driven alerts: mails that are sent when a value crosses a threshold.

use super::auth::UserId;
use super::{CustomView, User, View};
use crate::endpoint::calls;
use crate::value::{Id, Items, Shared, Timestamp, open_enum};
use crate::{element, endpoint, resource};

/// A data-driven alert (schema: `dataAlertType`).
#[resource(
    "dataAlerts",
    element = "dataAlert",
    noun = "data-driven alert",
    missing = "409023",
    since = "3.2",
    jwt = "tableau:data_driven_alerts:read",
    jwt_writes = "data_driven_alerts",
    list,
    get,
    create(NewDataAlert, since = "3.20"),
    update(DataAlertPatch { subject, frequency, public, alert_condition, alert_threshold, owner: UserId }),
    delete
)]
pub struct DataAlert {
    pub id: Id<DataAlert>,
    /// The subject of its mails.
    pub subject: Option<String>,
    /// How the value is compared.
    pub alert_condition: Option<AlertCondition>,
    /// What the value is compared with.
    pub alert_threshold: Option<String>,
    /// Who created it.
    pub creator_id: Option<Id<User>>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    /// How often mails are sent while the condition holds.
    pub frequency: Option<AlertFrequency>,
    /// Whether others may see it and add themselves.
    pub public: Option<bool>,
    /// Whether it is not looked at for now.
    pub suspended: Option<bool>,
    pub owner: Option<Shared<User>>,
    /// The view whose data it looks at.
    pub view: Option<Shared<View>>,
    /// Who gets its mails.
    pub recipients: Option<Items<AlertRecipient>>,
}

/// Who gets the mails of an alert (schema: `dataAlertsRecipientType`).
#[element("recipient")]
pub struct AlertRecipient {
    pub id: Id<User>,
    pub name: Option<String>,
    /// When a mail was last sent.
    pub last_sent: Option<Timestamp>,
}

open_enum! {
    /// How the value of an alert is compared with its threshold (schema: `dataAlertCreateAlertType`).
    AlertCondition {
        /// It is greater.
        Above = "above",
        /// It is not less.
        AboveEqual = "above-equal",
        /// It is less.
        Below = "below",
        /// It is not greater.
        BelowEqual = "below-equal",
        /// It is the same.
        Equal = "equal",
    }
}

open_enum! {
    /// How often the mails of an alert are sent (schema: `dataAlertType`).
    AlertFrequency by str::eq_ignore_ascii_case {
        /// Whenever the data is looked at.
        AsFrequentlyAsPossible = "AsFrequentlyAsPossible",
        /// At most once a day.
        Daily = "Daily",
        /// At most once an hour.
        Hourly = "Hourly",
        /// Once, when the condition begins to hold.
        Once = "Once",
        /// At most once a week.
        Weekly = "Weekly",
    }
}

/// What a data-driven alert is made from (schema: `dataAlertCreateAlertType`).
#[element("dataAlertCreateAlert", new, strict)]
pub struct NewDataAlert {
    /// The subject of its mails.
    pub subject: String,
    /// How the value is compared.
    pub alert_condition: AlertCondition,
    /// What the value is compared with.
    pub alert_threshold: String,
    /// How often mails are sent while the condition holds.
    pub frequency: AlertFrequency,
    /// `private` or `public`.
    pub visibility: Option<String>,
    /// The device whose layout is used: `default`, `desktop`, `phone` or `tablet`.
    pub device: Option<String>,
    /// The worksheet whose values are compared.
    pub worksheet_name: Option<String>,
    /// The view.
    pub view_id: Option<Id<View>>,
    /// The custom view.
    pub custom_view_id: Option<Id<CustomView>>,
    /// Who gets its mails.
    pub recipients: Option<Items<AlertRecipient>>,
}

/// Adds a user to those who get the mails of an alert.
#[endpoint(
    POST,
    "dataAlerts/{alert_id}/users",
    since = "3.2",
    jwt = "tableau:data_driven_alerts:update",
    retry = idempotent,
    status = 200,
    reply = User
)]
pub struct AddUser {
    /// The alert.
    pub alert_id: Id<DataAlert>,
    /// The user.
    #[body]
    pub user: AlertUser,
}

/// A user by identifier.
#[element("user", exhaustive)]
pub struct AlertUser {
    pub id: Id<User>,
}

/// Removes a user from those who get the mails of an alert.
#[endpoint(
    DELETE,
    "dataAlerts/{alert_id}/users/{user_id}",
    since = "3.2",
    jwt = "tableau:data_driven_alerts:update"
)]
pub struct RemoveUser {
    /// The alert.
    pub alert_id: Id<DataAlert>,
    /// The user.
    pub user_id: Id<User>,
}

calls!(DataAlert; AddUser, RemoveUser);
