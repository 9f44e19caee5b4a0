//! Group sets, and which groups are in them.

use std::any::Any;

use tableau_wire::Delete;
use tableau_wire::rest::group_sets::{AddGroup, ListOptions, RemoveGroup, ResultLevel};
use tableau_wire::rest::{Group, GroupSet};

use super::rule_set;
use crate::auth::Caller;
use crate::call::Call;
use crate::kept::{Computed, Kept, Plan, Rights, missing, row};
use crate::refusal::Refusal;
use crate::store::row::Row;
use crate::store::rules::{Grantee, SetMembership};
use crate::store::{State, luid};

impl Kept for GroupSet {
    /// As for groups; inferred.
    const MAY_READ: Rights = Rights::Everyone;
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[("luid", "id")];
    const COMPUTED: &'static [Computed<Self>] = &[
        Computed::Member("groupCount", |set, row, context| {
            set.group_count = Some(context.state.set_memberships.count_within(row.id) as u64);
        }),
        Computed::Member("group", |set, row, context| {
            let inside = context.state.set_memberships.within(row.id);
            let groups = inside.filter_map(|membership| context.state.groups.get(membership.group));
            set.groups = groups
                .map(|group| Plan::<Group>::with(&["id", "name"]).show(group, context))
                .collect();
        }),
    ];

    /// A list that asks for the sets alone still counts their groups.
    fn unwanted(options: &dyn Any) -> &'static [&'static str] {
        let level = options
            .downcast_ref::<ListOptions>()
            .and_then(|options| options.resultlevel.as_ref());
        match level {
            Some(ResultLevel::Local) => &["group"],
            _ => &[],
        }
    }

    // The code of a name that is taken is the one that Tableau's migration SDK knows; none is documented for group sets.
    fn check(row: &Row<Self>, state: &State) -> Result<(), Refusal> {
        let name = row.shown.name.trim().to_lowercase();
        if name.is_empty() {
            return Err(Refusal::incomplete_payload());
        }
        let mut others = state
            .group_sets
            .of_site(row.site)
            .filter(|other| other.id != row.id);
        if others.any(|other| other.shown.name.to_lowercase() == name) {
            return Err(Refusal::new(
                "409120",
                "Resource Conflict",
                format_args!("A group set of the name '{}' exists.", row.shown.name),
            ));
        }
        Ok(())
    }
}

pub(crate) fn delete(call: &Call<'_>, caller: &Caller, delete: &Delete<GroupSet>) -> Result<(), Refusal> {
    Rights::Administrators.admit::<GroupSet>(caller)?;
    call.store.write(|transaction| {
        let set = row::find::<GroupSet>(transaction, caller, delete.id.as_str())?.clone();
        rule_set::forget(transaction, set.site, Grantee::GroupSet(set.id))?;
        transaction.remove_whole::<Row<GroupSet>>(set.id);
        Ok(())
    })
}

/// Adds a group; one that is inside already stays.
pub(crate) fn add(call: &Call<'_>, caller: &Caller, add: &AddGroup) -> Result<(), Refusal> {
    Rights::Administrators.admit::<GroupSet>(caller)?;
    call.store.write(|transaction| {
        let set = row::find::<GroupSet>(transaction, caller, add.group_set_id.as_str())?.id;
        let group = row::find::<Group>(transaction, caller, add.group_id.as_str())?.id;
        transaction.put(SetMembership {
            id: luid::<SetMembership>(&[&set.to_string(), &group.to_string()]),
            site: caller.site.id,
            set,
            group,
        })
    })
}

pub(crate) fn remove(call: &Call<'_>, caller: &Caller, remove: &RemoveGroup) -> Result<(), Refusal> {
    Rights::Administrators.admit::<GroupSet>(caller)?;
    call.store.write(|transaction| {
        let set = row::find::<GroupSet>(transaction, caller, remove.group_set_id.as_str())?.id;
        let id = remove.group_id.as_str();
        let group = row::find::<Group>(transaction, caller, id)?.id;
        let membership = luid::<SetMembership>(&[&set.to_string(), &group.to_string()]);
        if transaction.remove::<SetMembership>(membership) {
            return Ok(());
        }
        Err(missing::<Group>(id))
    })
}
