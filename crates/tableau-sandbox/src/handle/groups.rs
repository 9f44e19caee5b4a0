//! Groups, and who is in them.

use tableau_wire::rest::groups::{AddUsers, AddedUsers, GroupImport, RemoveUser, RemoveUsers};
use tableau_wire::rest::publishing::Published;
use tableau_wire::rest::users::Domain;
use tableau_wire::rest::{Group, User};
use tableau_wire::value::SiteRole;
use tableau_wire::{Create, Delete, Shared, Update};
use uuid::Uuid;

use super::{directory, jobs, people, rule_set};
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::kept::row::References;
use crate::kept::{Computed, Kept, Kind, Plan, Rights, Value, missing, row, verbs};
use crate::licenses;
use crate::refusal::Refusal;
use crate::store::row::{Row, SiteRow, UserRow};
use crate::store::rules::{Grantee, Membership, all_users};
use crate::store::unshown::{Counts, JobOf};
use crate::store::{State, Transaction, luid};

impl Kept for Group {
    /// Leaders of projects give permissions to groups; that every user sees their names is inferred.
    const MAY_READ: Rights = Rights::Everyone;
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[
        ("domainName", "domain.name"),
        ("domainNickname", "domain.shortName"),
        ("isExternalUserEnabled", "externalUserEnabled"),
        ("luid", "id"),
    ];
    const COMPUTED: &'static [Computed<Self>] = &[
        Computed::Member("domain", |group, row, _| {
            let own = row.shown.domain.clone();
            group.domain = Some(own.unwrap_or_else(local));
        }),
        Computed::Member("userCount", |group, row, context| {
            let count = if Grantee::Group(row.id) == all_users(row.site) {
                context.state.users.of_site(row.site).len()
            } else {
                context.state.memberships.count_within(row.id)
            };
            group.user_count = Some(count as u64);
        }),
        Computed::Field("isLocal", Kind::Flag, |row, _| {
            Value::Flag(
                row.shown
                    .domain
                    .as_ref()
                    .is_none_or(|domain| domain.name == "local"),
            )
        }),
    ];

    fn check(row: &Row<Self>, state: &State) -> Result<(), Refusal> {
        let name = row.shown.name.trim();
        if name.is_empty() {
            return Err(Refusal::incomplete_payload());
        }
        if row
            .least_role()
            .is_some_and(|role| matches!(role, SiteRole::Other(_)))
        {
            return Err(Refusal::bad_request("400013", "Invalid site role."));
        }
        let domain = |row: &Row<Self>| row.shown.domain.clone().unwrap_or_else(local).name;
        let mut others = state.groups.of_site(row.site).filter(|other| other.id != row.id);
        let own = domain(row);
        if others.any(|other| other.shown.name.to_lowercase() == name.to_lowercase() && domain(other) == own)
        {
            return Err(Refusal::new(
                "409009",
                "Resource Conflict",
                format_args!("A group of the name '{name}' exists."),
            ));
        }
        Ok(())
    }
}

fn local() -> Domain {
    let mut domain = Domain::default();
    domain.name = "local".to_owned();
    domain
}

/// Creates a group of the site, or imports one of a directory, at once or by a job.
pub(crate) fn create(
    call: &Call<'_>,
    caller: &Caller,
    create: &Create<Group>,
) -> Result<Published<Group>, Refusal> {
    Rights::Administrators.admit::<Group>(caller)?;
    let new = &create.item;
    let mut group = Group::default();
    group.name.clone_from(&new.name);
    group.minimum_site_role.clone_from(&new.minimum_site_role);
    group.external_user_enabled = new.external_user_enabled;
    call.store.write(|transaction| {
        if let Some(import) = &new.import {
            directory::check(&caller.site, &new.name, import)?;
            import_from(&mut group, import);
        }
        let now = call.clock.now();
        let references = References::default();
        let row = row::begin::<Group>(transaction, caller.site.id, None, references, group, now)?;
        Group::check(&row, transaction)?;
        let is_imported = new.import.is_some();
        save(call, transaction, caller, row, is_imported, create.options.as_job)
    })
}

/// Changes a group of the site, or synchronizes one of a directory, at once or by a job.
pub(crate) fn update(
    call: &Call<'_>,
    caller: &Caller,
    update: &Update<Group>,
) -> Result<Published<Group>, Refusal> {
    Rights::Administrators.admit::<Group>(caller)?;
    let patch = &update.patch;
    call.store.write(|transaction| {
        let mut group = row::find::<Group>(transaction, caller, update.id.as_str())?.clone();
        let imported = group.shown.import.is_some();
        let name = patch.name.as_deref().filter(|name| *name != group.shown.name);
        if let Some(name) = name {
            if imported || Grantee::Group(group.id) == all_users(caller.site.id) {
                return Err(Refusal::forbidden(
                    "403020",
                    "This group keeps the name that it has.",
                ));
            }
            name.clone_into(&mut group.shown.name);
        }
        if patch.minimum_site_role.is_some() {
            group.shown.minimum_site_role.clone_from(&patch.minimum_site_role);
        }
        if patch.external_user_enabled.is_some() {
            group.shown.external_user_enabled = patch.external_user_enabled;
        }
        if let Some(import) = &patch.import {
            directory::check(&caller.site, &group.shown.name, import)?;
            import_from(&mut group.shown, import);
        }
        Group::check(&group, transaction)?;
        let synchronizes = patch.import.is_some();
        let answer = save(
            call,
            transaction,
            caller,
            group.clone(),
            synchronizes,
            update.options.as_job,
        )?;
        if !synchronizes {
            raise_all(transaction, &caller.site, &group)?;
        }
        Ok(answer)
    })
}

/// Stores a group, and has it synchronized if it is one of a directory: at once or by a job.
fn save(
    call: &Call<'_>,
    transaction: &mut Transaction<'_>,
    caller: &Caller,
    group: Row<Group>,
    synchronizes: bool,
    as_job: Option<bool>,
) -> Result<Published<Group>, Refusal> {
    let id = group.id;
    if synchronizes && as_job == Some(true) {
        let of = JobOf::SyncGroup {
            group: Box::new(group),
            counts: Counts::default(),
        };
        return jobs::queue(transaction, call, caller, of).map(|job| Published::Job(Box::new(job)));
    }
    transaction.put(group.clone())?;
    if synchronizes {
        directory::synchronize(transaction, &caller.site, &group, call.clock.now())?;
    }
    verbs::one(call, transaction, id).map(|group| Published::Item(Box::new(group)))
}

/// The domain of the directory, and what the group gives to its users.
fn import_from(group: &mut Group, import: &GroupImport) {
    let directory = &*directory::DIRECTORY;
    let mut domain = Domain::default();
    domain.name.clone_from(&directory.name);
    domain.short_name = Some(directory.nickname.clone());
    group.domain = Some(domain);
    let mut shown = GroupImport::default();
    shown.domain_name = Some(directory.name.clone());
    shown.site_role.clone_from(&import.site_role);
    shown.grant_license_mode.clone_from(&import.grant_license_mode);
    group.minimum_site_role.clone_from(&import.site_role);
    group.import = Some(shown);
}

/// What a job does that imports or synchronizes a group.
pub(super) fn settle(
    transaction: &mut Transaction<'_>,
    group: &Row<Group>,
    now: jiff::Timestamp,
) -> Result<Counts, Refusal> {
    let Some(site) = transaction.sites.get(group.site).cloned() else {
        return Ok(Counts::default());
    };
    transaction.put(group.clone())?;
    directory::synchronize(transaction, &site, group, now)
}

/// Deletes a group; its users stay. That of all users stays too (the code is inferred).
pub(crate) fn delete(call: &Call<'_>, caller: &Caller, delete: &Delete<Group>) -> Result<(), Refusal> {
    Rights::Administrators.admit::<Group>(caller)?;
    call.store.write(|transaction| {
        let group = row::find::<Group>(transaction, caller, delete.id.as_str())?.clone();
        refuse_all_users(&group)?;
        rule_set::forget(transaction, group.site, Grantee::Group(group.id))?;
        transaction.remove_whole::<Row<Group>>(group.id);
        Ok(())
    })
}

fn refuse_all_users(group: &Row<Group>) -> Result<(), Refusal> {
    if Grantee::Group(group.id) != all_users(group.site) {
        return Ok(());
    }
    Err(Refusal::forbidden(
        "403004",
        "The group of all users cannot be changed or deleted.",
    ))
}

/// The group that a path names, for a caller who may change who is in it.
fn changeable(state: &State, caller: &Caller, id: &str) -> Result<Row<Group>, Refusal> {
    Rights::Administrators.admit::<Group>(caller)?;
    let group = row::find::<Group>(state, caller, id)?.clone();
    refuse_all_users(&group)?;
    if group.shown.import.is_some() {
        return Err(Refusal::forbidden(
            "403004",
            "The users of this group are those that the directory has.",
        ));
    }
    Ok(group)
}

/// Adds one user, or several; several that are inside already are left as they are.
pub(crate) fn add_users(call: &Call<'_>, caller: &Caller, add: &AddUsers) -> Result<AddedUsers, Refusal> {
    call.store.write(|transaction| {
        let group = changeable(transaction, caller, add.group_id.as_str())?;
        let named = match (&add.users.user, &add.users.users) {
            (Some(user), None) => vec![user.id.as_str()],
            (None, Some(users)) if !users.is_empty() => users.iter().map(|user| user.id.as_str()).collect(),
            _ => return Err(Refusal::incomplete_payload()),
        };
        let mut added = Vec::new();
        for id in named {
            let mut user = row::find::<User>(transaction, caller, id)?.clone();
            if !join(transaction, &group, user.id)? && add.users.user.is_some() {
                return Err(Refusal::new(
                    "409011",
                    "Resource Conflict",
                    format_args!("The user '{}' is in the group already.", user.shown.name),
                ));
            }
            raise(transaction, &caller.site, &mut user, group.least_role())?;
            let context = verbs::context(call, transaction);
            let fields = ["externalAuthUserId", "id", "name", "siteRole"];
            added.push(Plan::with(&fields).show(&user, &context));
        }
        let mut answer = AddedUsers::default();
        if add.users.user.is_some() {
            answer.user = added.pop().map(Shared::new);
        } else {
            answer.users = Some(added.into());
        }
        Ok(answer)
    })
}

pub(crate) fn remove_user(call: &Call<'_>, caller: &Caller, remove: &RemoveUser) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        let group = changeable(transaction, caller, remove.group_id.as_str())?;
        let id = remove.user_id.as_str();
        let left = parse_id(id).is_some_and(|user| leave(transaction, &group, user));
        if left { Ok(()) } else { Err(missing::<User>(id)) }
    })
}

/// Removes several users; those who are not inside are no mistake (inferred).
pub(crate) fn remove_users(call: &Call<'_>, caller: &Caller, remove: &RemoveUsers) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        let group = changeable(transaction, caller, remove.group_id.as_str())?;
        if remove.users.is_empty() {
            return Err(Refusal::incomplete_payload());
        }
        for user in remove.users.iter() {
            let id = row::find::<User>(transaction, caller, user.id.as_str())?.id;
            leave(transaction, &group, id);
        }
        Ok(())
    })
}

/// Puts a user into a group; `false` if they are inside already.
pub(super) fn join(
    transaction: &mut Transaction<'_>,
    group: &Row<Group>,
    user: Uuid,
) -> Result<bool, Refusal> {
    let id = luid::<Membership>(&[&group.id.to_string(), &user.to_string()]);
    if transaction.memberships.get(id).is_some() {
        return Ok(false);
    }
    transaction.put(Membership {
        id,
        site: group.site,
        group: group.id,
        user,
    })?;
    Ok(true)
}

fn leave(transaction: &mut Transaction<'_>, group: &Row<Group>, user: Uuid) -> bool {
    transaction.remove::<Membership>(luid::<Membership>(&[&group.id.to_string(), &user.to_string()]))
}

/// Gives a user at least a role; `true` if that changed something. On Tableau Cloud and Server alike roles never fall so.
pub(super) fn raise(
    transaction: &mut Transaction<'_>,
    site: &SiteRow,
    user: &mut UserRow,
    least: Option<&SiteRole>,
) -> Result<bool, Refusal> {
    let Some(least) = least.filter(|least| licenses::rank(least) > licenses::rank(user.role())) else {
        return Ok(false);
    };
    people::set_role(transaction, site, user, least.clone())?;
    transaction.put(user.clone())?;
    Ok(true)
}

/// Gives every user of a group at least its role.
fn raise_all(transaction: &mut Transaction<'_>, site: &SiteRow, group: &Row<Group>) -> Result<(), Refusal> {
    let inside = transaction.memberships.within(group.id);
    let users: Vec<UserRow> = inside
        .filter_map(|membership| transaction.users.get(membership.user).cloned())
        .collect();
    for mut user in users {
        raise(transaction, site, &mut user, group.least_role())?;
    }
    Ok(())
}
