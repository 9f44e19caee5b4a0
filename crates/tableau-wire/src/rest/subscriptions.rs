//! Subscriptions: views and workbooks that are sent by mail.

use super::auth::UserId;
use super::schedules::FrequencyDetails;
use super::{CustomView, Schedule, User};
use crate::codec::{self, DecodeError, EncodeError, Format, Root};
use crate::endpoint::calls;
use crate::value::{Id, Shared, open_enum};
use crate::{Described, Document, Shape, document, part, resource};

/// A subscription (schema: `subscriptionType`).
#[resource(
    "subscriptions",
    element = "subscription",
    missing = "404025",
    since = "2.3",
    // Subscriptions are tasks to the server.
    jwt = "tableau:tasks:read",
    jwt_writes = "tasks",
    list,
    get,
    create(NewSubscription {
        subject, message?, attach_image?, attach_pdf?, page_orientation?, page_size_option?, content, schedule?: SubscriptionSchedule, user: UserId
    }, part = true),
    update(SubscriptionPatch {
        subject, message, attach_image, attach_pdf, page_orientation, page_size_option, suspended, content,
        schedule: SubscriptionSchedule
    }, part = true),
    delete
)]
pub struct Subscription {
    pub id: Id<Subscription>,
    /// The subject of the mails.
    pub subject: Option<String>,
    /// The text of the mails.
    pub message: Option<String>,
    /// Whether a picture is attached.
    pub attach_image: Option<bool>,
    /// Whether a PDF is attached.
    pub attach_pdf: Option<bool>,
    /// `PORTRAIT` or `LANDSCAPE`.
    pub page_orientation: Option<String>,
    /// `A4`, `LETTER`, ….
    pub page_size_option: Option<String>,
    /// Whether it is sent whenever the extracts of the content were refreshed.
    pub refresh_extract_triggered: Option<bool>,
    /// Whether nothing is sent for now.
    pub suspended: Option<bool>,
    /// What is sent.
    pub content: Option<SubscriptionContent>,
    /// When it is sent.
    pub schedule: Option<Shared<Schedule>>,
    /// Who gets it.
    pub user: Option<Shared<User>>,
}

/// The document of what is sent: a schedule of the subscription's own, on Tableau Cloud, stands beside it; one of the server is a part of it.
macro_rules! sent {
    ($subscription:ty, $document:ident) => {
        #[document]
        struct $document {
            subscription: $subscription,
            schedule: Option<SubscriptionSchedule>,
        }

        impl Document for $subscription {
            const CHILD: Option<&'static str> = Some("subscription");
            const SHAPE: Shape = <Self as Described>::SHAPE;

            fn encode(&self, root: Root, format: Format) -> Result<Vec<u8>, EncodeError> {
                let mut subscription = self.clone();
                let schedule = subscription
                    .schedule
                    .take_if(|schedule| schedule.id.is_none());
                codec::encode(
                    &$document {
                        subscription,
                        schedule,
                    },
                    root,
                    format,
                )
            }

            fn decode(bytes: &[u8], format: Format) -> Result<Self, DecodeError> {
                codec::decode(bytes, format).map($document::whole)
            }

            fn decode_request(bytes: &[u8], format: Format) -> Result<Self, DecodeError> {
                codec::decode_request(bytes, format).map($document::whole)
            }
        }

        impl $document {
            /// The subscription with its schedule, which is taken from both places.
            fn whole(self) -> $subscription {
                let mut subscription = self.subscription;
                subscription.schedule = self.schedule.or(subscription.schedule);
                subscription
            }
        }
    };
}

sent!(NewSubscription, Created);
sent!(SubscriptionPatch, Changed);

/// What a subscription sends (schema: `subscriptionContentType`).
#[part(new)]
pub struct SubscriptionContent {
    /// The workbook or view.
    pub id: String,
    /// Which of both it is.
    pub r#type: SubscribedType,
    /// Whether a mail is sent if the view is empty.
    pub send_if_view_empty: Option<bool>,
    /// The name of the content.
    pub name: Option<String>,
    /// The custom view that is sent.
    pub custom_view_id: Option<Id<CustomView>>,
}

open_enum! {
    /// What a subscription is for (schema: `subscriptionContentType`).
    SubscribedType by str::eq_ignore_ascii_case {
        /// One view.
        View = "View",
        /// Every view of a workbook.
        Workbook = "Workbook",
    }
}

/// When a subscription is sent: a schedule of the server, or on Tableau Cloud one of its own.
#[part(new)]
pub struct SubscriptionSchedule {
    /// The schedule of the server.
    pub id: Option<Id<Schedule>>,
    /// `Hourly`, `Daily`, `Weekly` or `Monthly`, on Tableau Cloud.
    pub frequency: Option<super::schedules::Frequency>,
    /// When it comes due, on Tableau Cloud.
    pub frequency_details: Option<FrequencyDetails>,
}

calls!(Subscription);
