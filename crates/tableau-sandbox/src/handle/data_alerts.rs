//! Data-driven alerts.

use jiff::Timestamp;
use tableau_wire::rest::data_alerts::{AddUser, AlertCondition, AlertFrequency, AlertRecipient, RemoveUser};
use tableau_wire::rest::{DataAlert, User, View};
use tableau_wire::{Create, Items, Shared};

use super::{alert_mails, id};
use crate::auth::Caller;
use crate::call::Call;
use crate::kept::row::References;
use crate::kept::{Computed, Item, Kept, Parent, Plan, Rights, item_of, row, verbs};
use crate::refusal::Refusal;
use crate::store::row::Row;
use crate::store::{State, Transaction};

impl Kept for DataAlert {
    /// A public alert is seen by those who see its view.
    const MAY_READ: Rights = Rights::OwnerOr("Read");
    const UNSEEN: Option<&'static str> = Some("403004");
    const MAY_WRITE: Rights = Rights::Owner;
    /// Shown by another name, with more members than other parents.
    const PARENT: Option<Parent> = Some(Parent::of::<View>("alertedView"));
    const COMPUTED: &'static [Computed<Self>] = &[
        Computed::Member("view", |alert, row, context| {
            let view = row.parent.and_then(|view| context.state.views.get(view));
            let fields = [
                "id",
                "name",
                "workbook.id",
                "workbook.name",
                "project.id",
                "project.name",
            ];
            alert.view = view.map(|view| Shared::new(Plan::with(&fields).show(view, context)));
        }),
        Computed::Member("recipients", |alert, _, context| {
            for recipient in alert
                .recipients
                .iter_mut()
                .flat_map(|recipients| recipients.iter_mut())
            {
                let user = crate::auth::parse_id(recipient.id.as_str());
                let user = user.and_then(|user| context.state.users.get(user));
                recipient.name = user.map(|user| user.shown.name.clone());
            }
        }),
    ];

    fn begin(row: &mut Row<Self>, _: &State) {
        row.shown.suspended.get_or_insert(false);
        row.shown.public.get_or_insert(false);
    }

    /// An alert that was changed looks at its view again.
    fn touch(row: &mut Row<Self>, _: &State, now: Timestamp) {
        row.unshown.next_check = alert_mails::next_look(now);
    }

    fn check(row: &Row<Self>, _: &State) -> Result<(), Refusal> {
        let shown = &row.shown;
        let threshold = shown.alert_threshold.as_deref().unwrap_or_default();
        if threshold.trim().parse::<f64>().is_err() {
            let detail = format!("The threshold of an alert is a number, and not '{threshold}'.");
            return Err(Refusal::bad_request("400000", detail));
        }
        if shown
            .subject
            .as_deref()
            .is_none_or(|subject| subject.trim().is_empty())
            || matches!(shown.alert_condition, None | Some(AlertCondition::Other(_)))
            || matches!(shown.frequency, None | Some(AlertFrequency::Other(_)))
        {
            return Err(Refusal::incomplete_payload());
        }
        Ok(())
    }

    fn item(row: &Row<Self>, state: &State) -> Option<Item> {
        let public = row.shown.public == Some(true);
        item_of(row, state).filter(|_| public)
    }
}

pub(crate) fn create(
    call: &Call<'_>,
    caller: &Caller,
    create: &Create<DataAlert>,
) -> Result<DataAlert, Refusal> {
    let new = &create.item;
    call.store.write(|transaction| {
        let view = new
            .view_id
            .as_ref()
            .ok_or_else(Refusal::incomplete_payload)?
            .as_str();
        let read = Rights::Capability("Read");
        let view =
            row::allowed::<View>(transaction, caller, view, read, ("403004", "create an alert for"))?.id;
        let references = References {
            owner: Some(caller.user.id),
            project: None,
            parent: Some(Some(view)),
        };
        let mut shown = DataAlert::default();
        shown.subject = Some(new.subject.clone());
        shown.alert_condition = Some(new.alert_condition.clone());
        shown.alert_threshold = Some(new.alert_threshold.clone());
        shown.frequency = Some(new.frequency.clone());
        shown.public = Some(new.visibility.as_deref() == Some("public"));
        shown.creator_id = Some(id(caller.user.id));
        let mut recipients = Vec::new();
        for given in new.recipients.iter().flat_map(|given| given.iter()) {
            recipients.push(recipient(transaction, caller, given.id.as_str())?.1);
        }
        if recipients.is_empty() {
            recipients.push(recipient(transaction, caller, &caller.user.id.to_string())?.1);
        }
        shown.recipients = Some(recipients.into());
        let site = caller.site.id;
        let row = row::begin::<DataAlert>(transaction, site, None, references, shown, call.clock.now())?;
        let id = row.id;
        row::put(transaction, row)?;
        verbs::one(call, transaction, id)
    })
}

/// A user of the site, and the same as a recipient.
fn recipient(
    transaction: &Transaction<'_>,
    caller: &Caller,
    text: &str,
) -> Result<(Row<User>, AlertRecipient), Refusal> {
    let user = row::find::<User>(transaction, caller, text)?.clone();
    let mut recipient = AlertRecipient::default();
    recipient.id = user.shown.id.clone();
    Ok((user, recipient))
}

/// Adds a recipient: the owner and administrators add anyone, others themselves (inferred).
pub(crate) fn add_user(call: &Call<'_>, caller: &Caller, add: &AddUser) -> Result<User, Refusal> {
    call.store.write(|transaction| {
        let (user, recipient) = recipient(transaction, caller, add.user.id.as_str())?;
        change(
            transaction,
            caller,
            (add.alert_id.as_str(), &user),
            ("409028", "add"),
            |all| {
                if !all.iter().any(|known| known.id == recipient.id) {
                    all.push(recipient);
                }
            },
        )?;
        let fields = ["id", "name", "siteRole", "externalAuthUserId"];
        Ok(Plan::<User>::with(&fields).show(&user, &verbs::context(call, transaction)))
    })
}

/// Removes a recipient, likewise.
pub(crate) fn remove_user(call: &Call<'_>, caller: &Caller, remove: &RemoveUser) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        let (user, recipient) = recipient(transaction, caller, remove.user_id.as_str())?;
        change(
            transaction,
            caller,
            (remove.alert_id.as_str(), &user),
            ("409029", "remove"),
            |all| {
                all.retain(|known| known.id != recipient.id);
            },
        )
    })
}

fn change(
    transaction: &mut Transaction<'_>,
    caller: &Caller,
    (alert, user): (&str, &Row<User>),
    (code, verb): (&str, &str),
    change: impl FnOnce(&mut Items<AlertRecipient>),
) -> Result<(), Refusal> {
    let rights = DataAlert::MAY_READ;
    let row = row::allowed::<DataAlert>(transaction, caller, alert, rights, ("403004", "see"))?;
    if user.id != caller.user.id && !DataAlert::MAY_WRITE.allow(row, transaction, caller) {
        let detail = format!("The user cannot {verb} other recipients of this alert.");
        return Err(Refusal::new(code, "Forbidden", detail));
    }
    let mut row = row.clone();
    change(row.shown.recipients.get_or_insert_default());
    transaction.put(row)
}
