//! Revisions of content: each publish adds one, with the file that was published.

use tableau_wire::resource::{DeleteRevision, HasRevisionFiles, HasRevisions, ListRevisions, Revision};
use tableau_wire::rest::User;
use tableau_wire::{Page, Shared};

use crate::auth::Caller;
use crate::call::Call;
use crate::kept::{Kept, Paging, Plan, Rights, row, verbs};
use crate::refusal::Refusal;
use crate::store::row::Row;
use crate::store::{State, Transaction};
use crate::token;

/// The number of revisions that a site keeps unless its settings say otherwise, from the documentation.
const LIMIT: usize = 25;
/// Inferred: the documentation says that administrators and those who may change the item see its revisions.
const WRITE: Rights = Rights::Capability("Write");

/// Adds the revision of a publish, with the file of the item and the time of its last change; the oldest goes where the site keeps no more.
pub(crate) fn add<R: Kept>(transaction: &mut Transaction<'_>, item: &Row<R>) -> Result<(), Refusal> {
    let numbers = numbers(transaction, item);
    let site = transaction.sites.get(item.site).map(|site| &site.shown);
    let limit = site.and_then(|site| site.revision_limit.as_deref()?.parse().ok());
    let is_enabled = site.is_none_or(|site| site.revision_history_enabled != Some(false));
    let limit = if is_enabled {
        limit.unwrap_or(LIMIT).max(1)
    } else {
        1
    };
    let over = (numbers.len() + 1).saturating_sub(limit);
    let gone: Vec<_> = numbers.iter().take(over).map(|revision| revision.id).collect();
    let number = numbers.last().map_or(0, |last| last.shown.revision_number) + 1;
    for revision in gone {
        transaction.remove::<Row<Revision>>(revision);
    }
    let mut shown = Revision::default();
    shown.revision_number = number;
    let mut of_item = item.shown.clone();
    let updated_at = of_item
        .member("updatedAt")
        .and_then(|member| member.downcast_mut());
    shown.published_at = updated_at.and_then(Option::take);
    shown.size_in_bytes = Some(item.file.as_ref().map_or(0, |file| file.bytes));
    let mut revision = Row::inside(item, token::identifier()?, shown);
    revision.owner = item.owner;
    revision.file.clone_from(&item.file);
    transaction.put(revision)
}

/// The revisions of an item, the oldest first.
fn numbers<'s, R: Kept>(state: &'s State, item: &Row<R>) -> Vec<&'s Row<Revision>> {
    let mut revisions: Vec<_> = state.revisions.within(item.id).collect();
    revisions.sort_by_key(|revision| revision.shown.revision_number);
    revisions
}

pub(crate) fn list<R: HasRevisions + Kept>(
    call: &Call<'_>,
    caller: &Caller,
    list: &ListRevisions<R>,
) -> Result<Page<Revision>, Refusal> {
    let paging = Paging::new(list.page_number, list.page_size)?;
    let state = call.store.read();
    let refusal = (code::<R>(), "see the revisions of");
    let item = row::allowed::<R>(&state, caller, list.id.as_str(), WRITE, refusal)?;
    let revisions = numbers(&state, item);
    let context = verbs::context(call, &state);
    let plan = Plan::<User>::with(&["id", "name"]);
    let current = revisions.last().map(|last| last.id);
    let show = |revision: &&Row<Revision>| {
        let mut shown = revision.shown.clone();
        shown.current = Some(current == Some(revision.id));
        shown.deleted = Some(false);
        let publisher = revision.owner.and_then(|id| state.users.get(id));
        shown.publisher = publisher.map(|user| Shared::new(plan.show(user, &context)));
        shown
    };
    paging.page(&revisions, show)
}

/// The code of the refusal to list revisions.
fn code<R: Kept>() -> &'static str {
    match R::ELEMENT {
        "workbook" => "403056",
        "datasource" => "403054",
        _ => "403004",
    }
}

/// A revision of an item by its number.
pub(super) fn find<'s, R: Kept>(
    state: &'s State,
    item: &Row<R>,
    number: u64,
) -> Result<&'s Row<Revision>, Refusal> {
    let mut revisions = state.revisions.within(item.id);
    let found = revisions.find(|revision| revision.shown.revision_number == number);
    found.ok_or_else(|| Refusal::not_found("404024", "Revision", &number.to_string()))
}

pub(crate) fn delete<R: HasRevisionFiles + Kept>(
    call: &Call<'_>,
    caller: &Caller,
    delete: &DeleteRevision<R>,
) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        let refusal = ("403004", "delete revisions of");
        let item = row::allowed::<R>(transaction, caller, delete.id.as_str(), WRITE, refusal)?;
        let revision = find(transaction, item, delete.revision_number)?.id;
        if numbers(transaction, item).last().map(|last| last.id) == Some(revision) {
            return Err(Refusal::forbidden(
                "403055",
                "The current revision cannot be deleted.",
            ));
        }
        transaction.remove::<Row<Revision>>(revision);
        Ok(())
    })
}
