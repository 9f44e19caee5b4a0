//! Users.

use tableau_wire::rest::User;
use tableau_wire::rest::users::UserPatch;
use tableau_wire::{Create, Delete, Update};

use super::people::{self, Person};
use super::pool_users;
use crate::auth::{Caller, account_id, parse_id};
use crate::call::Call;
use crate::kept::{Computed, Kept, Kind, Rights, Value, missing, row, verbs};
use crate::refusal::Refusal;
use crate::store::row::{Row, UserRow};
use crate::store::unshown::Product;
use crate::store::{State, Transaction};

impl Kept for User {
    const MAY_LIST: Rights = Rights::Administrators;
    /// A user owns what it is.
    const MAY_READ: Rights = Rights::Owner;
    const UNSEEN: Option<&'static str> = Some("403133");
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[
        ("friendlyName", "fullName"),
        ("domain", "domain.name"),
        ("domainName", "domain.name"),
        ("luid", "id"),
    ];
    const COMPUTED: &'static [Computed<Self>] = &[
        Computed::Field("isLocal", Kind::Flag, |row, _| {
            let domain = row.shown.domain.as_ref();
            domain.map_or(Value::Missing, |domain| Value::Flag(domain.name == "local"))
        }),
        pool_users::NAME,
        pool_users::UUID,
        pool_users::IDENTITY,
    ];

    fn begin(row: &mut Row<Self>, _: &State) {
        row.owner = Some(row.id);
        // Empty for users without an identity provider, as recorded.
        row.shown.external_auth_user_id.get_or_insert_default();
    }
}

pub(crate) fn create(call: &Call<'_>, caller: &Caller, create: &Create<User>) -> Result<User, Refusal> {
    people::admit(caller)?;
    let new = &create.item;
    people::check_role(&caller.site, caller, &new.site_role)?;
    call.store.write(|transaction| {
        check_configuration(transaction, caller, new.idp_configuration_id.as_deref())?;
        // A name of a directory comes with its domain: `example\jsmith`.
        let (domain, name) = new
            .name
            .split_once('\\')
            .map_or((None, new.name.as_str()), |(domain, name)| (Some(domain), name));
        let person = Person {
            name,
            domain,
            full_name: None,
            email: new.email.as_deref(),
            role: new.site_role.clone(),
            auth_setting: new.auth_setting.clone(),
            idp_configuration_id: new.idp_configuration_id.clone(),
        };
        let user = people::add(transaction, &caller.site, person, call.clock.now())?;
        verbs::one(call, transaction, user.id)
    })
}

pub(crate) fn update(call: &Call<'_>, caller: &Caller, update: &Update<User>) -> Result<User, Refusal> {
    people::admit(caller)?;
    let patch = &update.patch;
    call.store.write(|transaction| {
        let mut user = row::find::<User>(transaction, caller, update.id.as_str())?.clone();
        if let Some(role) = &patch.site_role {
            people::check_role(&caller.site, caller, role)?;
            if user.id == caller.user.id && role != user.role() {
                return Err(Refusal::forbidden(
                    "403009",
                    "Administrators cannot change their own role.",
                ));
            }
            people::set_role(transaction, &caller.site, &mut user, role.clone())?;
        }
        check_configuration(transaction, caller, patch.idp_configuration_id.as_deref())?;
        change(transaction, caller, &mut user, patch)?;
        transaction.put(user.clone())?;
        verbs::one(call, transaction, user.id)
    })
}

/// Changes everything but the role. On Tableau Cloud a person's own facts are those of the identity provider: giving them anew as they are
/// changes nothing, and another value is refused (the code is inferred).
fn change(
    transaction: &mut Transaction<'_>,
    caller: &Caller,
    user: &mut UserRow,
    patch: &UserPatch,
) -> Result<(), Refusal> {
    let shown = &mut user.shown;
    if patch
        .email
        .as_deref()
        .is_some_and(|email| !people::is_email(email))
    {
        return Err(Refusal::bad_request("400000", "Invalid email address."));
    }
    let differs = |given: &Option<String>, is: &Option<String>| given.is_some() && given != is;
    let own = differs(&patch.full_name, &shown.full_name)
        || differs(&patch.email, &shown.email)
        || patch.password.is_some();
    if own && caller.site.product() == Product::Cloud {
        return Err(Refusal::forbidden(
            "403004",
            "On Tableau Cloud names, addresses and passwords of users cannot be changed.",
        ));
    }
    for (member, given) in [
        (&mut shown.full_name, &patch.full_name),
        (&mut shown.email, &patch.email),
        (&mut shown.idp_configuration_id, &patch.idp_configuration_id),
    ] {
        if given.is_some() {
            member.clone_from(given);
        }
    }
    if patch.auth_setting.is_some() {
        shown.auth_setting.clone_from(&patch.auth_setting);
    }
    let Some(password) = &patch.password else {
        return Ok(());
    };
    let account = transaction.accounts.get(account_id(&user.shown.name)).cloned();
    let mut account = account.ok_or_else(Refusal::incomplete_payload)?;
    account.password = password.clone();
    transaction.put(account)
}

/// Refuses a configuration of an identity provider that the site does not have. Tableau Server's are not known here, and not checked.
pub(super) fn check_configuration(state: &State, caller: &Caller, id: Option<&str>) -> Result<(), Refusal> {
    let Some(id) = id.filter(|_| caller.site.product() == Product::Cloud) else {
        return Ok(());
    };
    let known = super::oidc::configurations(state, &caller.site);
    if known
        .iter()
        .any(|known| known.idp_configuration_id.as_deref() == Some(id))
    {
        return Ok(());
    }
    Err(Refusal::not_found("404003", "Authentication configuration", id))
}

/// Removes a user; another takes over what they own.
pub(crate) fn delete(call: &Call<'_>, caller: &Caller, delete: &Delete<User>) -> Result<(), Refusal> {
    people::admit(caller)?;
    call.store.write(|transaction| {
        let user = row::find::<User>(transaction, caller, delete.id.as_str())?.clone();
        let heir = match &delete.options.map_assets_to {
            None => None,
            Some(id) => {
                let heir = parse_id(id.as_str()).and_then(|id| transaction.users.get(id));
                let heir = heir.filter(|heir| heir.site == caller.site.id && heir.id != user.id);
                Some(heir.ok_or_else(|| missing::<User>(id.as_str()))?.id)
            }
        };
        if user.id == caller.user.id {
            // The list of all codes has it for this call as "Deletion failed"; that this is a reason is inferred.
            return Err(Refusal::bad_request("400000", "Users cannot remove themselves."));
        }
        people::remove(transaction, &user, heir)
    })
}
