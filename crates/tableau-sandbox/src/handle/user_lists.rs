//! Lists that begin with a user or a group: the workbooks and groups of a user, the users of a group.

use tableau_wire::rest::groups::ListUsers;
use tableau_wire::rest::users::{ListFlows, ListGroups, ListWorkbooks};
use tableau_wire::rest::{Flow, Group, User, Workbook};
use tableau_wire::{List, Listed, Page};

use crate::auth::Caller;
use crate::call::Call;
use crate::kept::{Kept, Rights, row, verbs};
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::{Row, UserRow};
use crate::store::rules::{Grantee, all_users};

/// The workbooks that a user may see, or those that the user owns.
pub(crate) fn workbooks(
    call: &Call<'_>,
    caller: &Caller,
    list: &ListWorkbooks,
) -> Result<Page<Workbook>, Refusal> {
    let ListWorkbooks {
        user_id,
        owned_by,
        page_number,
        page_size,
        filter,
        sort,
        fields,
        ..
    } = list.clone();
    let list = List::new().with(|list| {
        (list.page_number, list.page_size) = (page_number, page_size);
        (list.filter, list.sort, list.fields) = (filter, sort, fields);
    });
    of_user(call, caller, user_id.as_str(), owned_by, &list)
}

/// The flows that a user may see, or those that the user owns.
pub(crate) fn flows(call: &Call<'_>, caller: &Caller, list: &ListFlows) -> Result<Page<Flow>, Refusal> {
    let (user, owned_by) = (list.user_id.as_str(), list.owned_by);
    let list = List::new().with(|of| {
        (of.page_number, of.page_size) = (list.page_number, list.page_size);
    });
    of_user(call, caller, user, owned_by, &list)
}

/// A list of what a user may see or owns, as the user would have it.
fn of_user<R: Kept + Listed>(
    call: &Call<'_>,
    caller: &Caller,
    id: &str,
    owned_by: Option<bool>,
    list: &List<R>,
) -> Result<Page<R>, Refusal> {
    let state = call.store.read();
    let user = user(&state, caller, id, "403018")?;
    let of_user = Caller {
        session: caller.session,
        site: caller.site.clone(),
        user: user.clone(),
        scopes: None,
    };
    let owned = owned_by == Some(true);
    let rows: Vec<&Row<R>> = R::table(&state)
        .of_site(caller.site.id)
        .filter(|row| !owned || row.owner == Some(user.id))
        .filter(|row| R::MAY_LIST.allow(row, &state, &of_user))
        .collect();
    verbs::page(call, &of_user, &state, rows.into_iter(), list)
}

/// The groups that a user is in; every user is in that of all users.
pub(crate) fn groups(call: &Call<'_>, caller: &Caller, list: &ListGroups) -> Result<Page<Group>, Refusal> {
    let state = call.store.read();
    let user = user(&state, caller, list.user_id.as_str(), "403004")?.id;
    let all = all_users(caller.site.id);
    let groups = state.groups.of_site(caller.site.id);
    let rows: Vec<&Row<Group>> = groups
        .filter(|group| Grantee::Group(group.id) == all || is_member(&state, group, user))
        .collect();
    let list = List::new().with(|of| {
        (of.page_number, of.page_size) = (list.page_number, list.page_size);
    });
    verbs::page(call, caller, &state, rows.into_iter(), &list)
}

fn is_member(state: &State, group: &Row<Group>, user: uuid::Uuid) -> bool {
    let mut inside = state.memberships.within(group.id);
    inside.any(|membership| membership.user == user)
}

/// The users of a group, for administrators.
pub(crate) fn users(call: &Call<'_>, caller: &Caller, list: &ListUsers) -> Result<Page<User>, Refusal> {
    let state = call.store.read();
    let rights = ("403004", "see the users of");
    let group = row::allowed::<Group>(
        &state,
        caller,
        list.group_id.as_str(),
        Rights::Administrators,
        rights,
    )?;
    let rows: Vec<&UserRow> = if Grantee::Group(group.id) == all_users(caller.site.id) {
        state.users.of_site(caller.site.id).collect()
    } else {
        let inside = state.memberships.within(group.id);
        inside
            .filter_map(|membership| state.users.get(membership.user))
            .collect()
    };
    let list = List::new().with(|of| {
        (of.page_number, of.page_size) = (list.page_number, list.page_size);
    });
    verbs::page(call, caller, &state, rows.into_iter(), &list)
}

/// The user, if the caller is an administrator or the user themselves; `code` is that of the refusal.
fn user<'s>(state: &'s State, caller: &Caller, id: &str, code: &str) -> Result<&'s UserRow, Refusal> {
    let user = row::find::<User>(state, caller, id)?;
    if caller.is_administrator() || user.id == caller.user.id {
        return Ok(user);
    }
    Err(Refusal::forbidden(
        code,
        "Only administrators can see what others have.",
    ))
}
