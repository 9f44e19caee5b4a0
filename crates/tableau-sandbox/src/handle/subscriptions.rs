//! Subscriptions: views and workbooks that are sent by mail.

use jiff::Timestamp;
use serde_json::Value;
use tableau_wire::rest::schedules::ScheduleType;
use tableau_wire::rest::subscriptions::SubscribedType;
use tableau_wire::rest::{Schedule, Subscription, User, View, Workbook};
use tableau_wire::{Create, Shared, Update};
use uuid::Uuid;

use super::{cloud_tasks, mailing, subscription_mails};
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::kept::row::References;
use crate::kept::{Computed, Kept, Plan, Rights, row, verbs};
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::Row;

const BRIEF: &[&str] = &["id", "name"];

impl Kept for Subscription {
    /// Administrators see every subscription, users those that they get (inferred).
    const MAY_READ: Rights = Rights::Owner;
    const UNSEEN: Option<&'static str> = Some("403058");
    const MAY_CREATE: Rights = Rights::Everyone;
    const MAY_WRITE: Rights = Rights::Owner;
    const COMPUTED: &'static [Computed<Self>] = &[
        Computed::Member("user", |subscription, row, context| {
            let user = row.owner.and_then(|user| context.state.users.get(user));
            subscription.user = user.map(|user| Shared::new(Plan::<User>::with(BRIEF).show(user, context)));
        }),
        Computed::Member("schedule", |subscription, row, context| {
            if let Some(schedule) = schedule(row, context.state) {
                let shown = Plan::<Schedule>::with(BRIEF).show(schedule, context);
                subscription.schedule = Some(Shared::new(shown));
            }
        }),
        Computed::Member("content", |subscription, _, context| {
            if let Some(content) = &mut subscription.content {
                let of = parse_id(&content.id);
                content.name = of.and_then(|id| name(context.state, id));
            }
        }),
    ];

    fn begin(row: &mut Row<Self>, _: &State) {
        let shown = &mut row.shown;
        shown.suspended.get_or_insert(false);
        // Documented: a picture is what is sent if nothing is said.
        shown.attach_image.get_or_insert(true);
        shown.attach_pdf.get_or_insert(false);
        if let Some(content) = &mut shown.content {
            content.send_if_view_empty.get_or_insert(true);
        }
    }

    /// A subscription that is resumed may fail as often as a new one.
    fn touch(row: &mut Row<Self>, state: &State, now: Timestamp) {
        row.unshown.failures = 0;
        subscription_mails::advance(row, state, now);
    }

    fn check(row: &Row<Self>, state: &State) -> Result<(), Refusal> {
        let shown = &row.shown;
        if shown
            .subject
            .as_deref()
            .is_none_or(|subject| subject.trim().is_empty())
        {
            return Err(Refusal::bad_request("400067", "A subscription has a subject."));
        }
        let content = shown.content.as_ref().ok_or_else(Refusal::incomplete_payload)?;
        if matches!(content.r#type, SubscribedType::Other(_)) {
            let detail = format!(
                "'{}' is not a type of content: it is View or Workbook.",
                content.r#type
            );
            return Err(Refusal::bad_request("400069", detail));
        }
        if !exists(state, row.site, &content.id, &content.r#type) {
            return Err(match content.r#type {
                // It is of another kind.
                _ if exists(state, row.site, &content.id, &SubscribedType::View)
                    || exists(state, row.site, &content.id, &SubscribedType::Workbook) =>
                {
                    Refusal::bad_request("400068", "The target of the subscription is of another type.")
                }
                SubscribedType::View => crate::kept::missing::<View>(&content.id),
                _ => crate::kept::missing::<Workbook>(&content.id),
            });
        }
        check_schedule(row, state)
    }
}

/// The schedule of the server by which it is sent.
fn schedule<'s>(row: &Row<Subscription>, state: &'s State) -> Option<&'s Row<Schedule>> {
    let id = parse_id(row.shown.schedule.as_ref()?.id.as_str())?;
    state.schedules.get(id)
}

fn name(state: &State, of: Uuid) -> Option<String> {
    let view = state.views.get(of).map(|view| view.shown.name.clone());
    view.or_else(|| {
        state
            .workbooks
            .get(of)
            .map(|workbook| workbook.shown.name.clone())
    })
}

fn exists(state: &State, site: Uuid, id: &str, of: &SubscribedType) -> bool {
    let Some(id) = parse_id(id) else {
        return false;
    };
    match of {
        SubscribedType::View => state.views.get(id).is_some_and(|row| row.site == site),
        _ => state.workbooks.get(id).is_some_and(|row| row.site == site),
    }
}

/// A schedule of the server for subscriptions, or one of its own.
fn check_schedule(row: &Row<Subscription>, state: &State) -> Result<(), Refusal> {
    let given = row
        .shown
        .schedule
        .as_ref()
        .ok_or_else(Refusal::incomplete_payload)?;
    if given.id.is_empty() {
        let details = given
            .frequency_details
            .as_ref()
            .ok_or_else(Refusal::incomplete_payload)?;
        let frequency = given.frequency.as_ref().ok_or_else(Refusal::incomplete_payload)?;
        return cloud_tasks::recurrence(frequency, details).map(drop);
    }
    let schedule = schedule(row, state);
    let schedule = schedule.ok_or_else(|| crate::kept::missing::<Schedule>(given.id.as_str()))?;
    if schedule.shown.r#type != Some(ScheduleType::Subscription) {
        let detail = format!(
            "The schedule '{}' is not one of the type Subscription.",
            schedule.shown.name
        );
        return Err(Refusal::bad_request("400069", detail));
    }
    Ok(())
}

/// Creates a subscription; for another user if the caller administers the site or may write the content.
pub(crate) fn create(
    call: &Call<'_>,
    caller: &Caller,
    create: &Create<Subscription>,
) -> Result<Subscription, Refusal> {
    let mut members = row::members::<Subscription>(&create.item)?;
    let user = members.remove("user");
    let user = user
        .as_ref()
        .and_then(|user| user.get("id"))
        .and_then(Value::as_str);
    let user = user.ok_or_else(Refusal::incomplete_payload)?.to_owned();
    let shown: Subscription = row::shown(members)?;
    call.store.write(|transaction| {
        let owner = row::find::<User>(transaction, caller, &user)?.id;
        let recipient = Caller::of_user(transaction, owner);
        let content = shown
            .content
            .as_ref()
            .map(|content| content.id.as_str())
            .unwrap_or_default();
        // What is not there is refused by the check.
        let writes = !is_there(transaction, content) || may_write(transaction, caller, content);
        if owner != caller.user.id && !writes || !may_see(transaction, caller, content) {
            return Err(Refusal::forbidden(
                "403060",
                "The user has no permission to create this subscription.",
            ));
        }
        check_recipient(transaction, recipient.as_ref(), content)?;
        let references = References {
            owner: Some(owner),
            ..References::default()
        };
        let row = row::begin::<Subscription>(
            transaction,
            caller.site.id,
            None,
            references,
            shown,
            call.clock.now(),
        )?;
        let id = row.id;
        row::put(transaction, row)?;
        verbs::one(call, transaction, id)
    })
}

/// Refuses a user who cannot get the mails. The codes are documented, the texts inferred.
fn check_recipient(state: &State, user: Option<&Caller>, content: &str) -> Result<(), Refusal> {
    let Some(user) = user.filter(|user| may_see(state, user, content)) else {
        return Err(Refusal::forbidden(
            "403063",
            "The user has no permission to see the content of this subscription.",
        ));
    };
    if mailing::address(user).is_none() {
        let detail = format!("The user '{}' has no mail address.", user.user.shown.name);
        return Err(Refusal::forbidden("403064", detail));
    }
    Ok(())
}

/// Changes a subscription. What a document leaves out of the content stays: Tableau's library sends only whether empty views are sent.
pub(crate) fn update(
    call: &Call<'_>,
    caller: &Caller,
    update: &Update<Subscription>,
) -> Result<Subscription, Refusal> {
    let mut members = row::members::<Subscription>(&update.patch)?;
    call.store.write(|transaction| {
        let id = update.id.as_str();
        let before = row::find::<Subscription>(transaction, caller, id)?;
        if let Some(Value::Object(content)) = members.get_mut("content") {
            let known = serde_json::to_value(&before.shown.content).map_err(Refusal::internal)?;
            for (name, value) in known.as_object().into_iter().flatten() {
                let given = content.get(name).and_then(Value::as_str);
                if !content.contains_key(name) || given == Some("") {
                    content.insert(name.clone(), value.clone());
                }
            }
        }
        let row = verbs::changed::<Subscription>(call, transaction, caller, id, members)?;
        let id = row.id;
        row::put(transaction, row)?;
        verbs::one(call, transaction, id)
    })
}

fn may_write(state: &State, caller: &Caller, content: &str) -> bool {
    allows(state, caller, content, Rights::OwnerOr("Write"))
}

fn is_there(state: &State, content: &str) -> bool {
    parse_id(content).is_some_and(|id| name(state, id).is_some())
}

/// What is not there is refused by the check.
fn may_see(state: &State, caller: &Caller, content: &str) -> bool {
    !is_there(state, content) || allows(state, caller, content, Rights::Capability("Read"))
}

fn allows(state: &State, caller: &Caller, content: &str, rights: Rights) -> bool {
    row::find::<View>(state, caller, content).is_ok_and(|row| rights.allow(row, state, caller))
        || row::find::<Workbook>(state, caller, content).is_ok_and(|row| rights.allow(row, state, caller))
}
