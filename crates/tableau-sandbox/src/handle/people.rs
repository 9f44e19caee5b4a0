//! What happens to users: they are added, get a role, and are removed. Used by calls about one user, by files of users, and by groups.

use tableau_wire::Secret;
use tableau_wire::rest::User;
use tableau_wire::rest::sites::AdminMode;
use tableau_wire::rest::users::Domain;
use tableau_wire::value::{SiteRole, UserAuthSetting};
use uuid::Uuid;

use super::rule_set;
use crate::auth::{Caller, account_id};
use crate::kept::row::{self, References};
use crate::licenses;
use crate::refusal::Refusal;
use crate::store::record::Account;
use crate::store::row::{SiteRow, UserRow};
use crate::store::rules::Grantee;
use crate::store::unshown::Product;
use crate::store::{State, Transaction};
use crate::token;

/// A user to add to a site.
pub(super) struct Person<'p> {
    pub(super) name: &'p str,
    /// The domain of the directory; `None` for one of the server itself.
    pub(super) domain: Option<&'p str>,
    pub(super) full_name: Option<&'p str>,
    pub(super) email: Option<&'p str>,
    pub(super) role: SiteRole,
    pub(super) auth_setting: Option<UserAuthSetting>,
    pub(super) idp_configuration_id: Option<String>,
}

/// Refuses callers who may not manage users: on a site whose administrators manage content only, server administrators alone may.
pub(super) fn admit(caller: &Caller) -> Result<(), Refusal> {
    let content_only = caller.site.shown.admin_mode == Some(AdminMode::ContentOnly);
    let admitted = match caller.site.product() {
        Product::Server if content_only => caller.is_server_administrator(),
        _ => caller.is_administrator(),
    };
    if admitted {
        return Ok(());
    }
    Err(Refusal::forbidden(
        "403004",
        "Only administrators can manage users.",
    ))
}

/// Adds a user to a site, with an account if the person has none.
pub(super) fn add(
    transaction: &mut Transaction<'_>,
    site: &SiteRow,
    person: Person<'_>,
    now: jiff::Timestamp,
) -> Result<UserRow, Refusal> {
    let name = person.name.trim();
    check_name(site, name)?;
    if named(transaction, site.id, name).is_some() {
        // The documented code is 409000; tabcmd and Tableau's migration SDK know this one.
        return Err(Refusal::new(
            "409017",
            "Resource Conflict",
            format_args!("The user '{name}' is on the site already."),
        ));
    }
    licenses::check(transaction, site, None, &person.role)?;
    let id = account_id(name);
    if transaction.accounts.get(id).is_none() {
        // The password is random and never shown: the user signs in once another is set.
        let password = Secret::new(token::identifier()?.to_string());
        transaction.put(Account {
            id,
            name: name.to_owned(),
            password,
        })?;
    }
    let mut shown = User::default();
    shown.name = name.to_owned();
    shown.full_name = Some(
        person
            .full_name
            .filter(|full| !full.is_empty())
            .unwrap_or(name)
            .to_owned(),
    );
    shown.email = person.email.map(str::to_owned);
    if site.product() == Product::Cloud {
        shown.email.get_or_insert_with(|| name.to_owned());
    }
    shown.site_role = Some(person.role);
    shown.auth_setting = person.auth_setting.or(Some(match site.product() {
        Product::Server => UserAuthSetting::ServerDefault,
        Product::Cloud => UserAuthSetting::TableauIdWithMfa,
    }));
    shown.idp_configuration_id = person.idp_configuration_id;
    let mut domain = Domain::default();
    domain.name = person
        .domain
        .unwrap_or(match site.product() {
            Product::Server => "local",
            Product::Cloud => "external",
        })
        .to_owned();
    shown.domain = Some(domain);
    let mut row = row::begin::<User>(transaction, site.id, None, References::default(), shown, now)?;
    row.unshown.account = id;
    transaction.put(row.clone())?;
    Ok(row)
}

// Documented: users of Tableau Cloud are named by their email addresses. The codes are inferred.
fn check_name(site: &SiteRow, name: &str) -> Result<(), Refusal> {
    if name.is_empty() {
        return Err(Refusal::incomplete_payload());
    }
    if name.eq_ignore_ascii_case("guest") {
        return Err(Refusal::new(
            "409005",
            "Resource Conflict",
            "The guest user cannot be added.",
        ));
    }
    if site.product() == Product::Cloud && !is_email(name) {
        return Err(Refusal::bad_request(
            "400000",
            format_args!("On Tableau Cloud the name of a user is an email address, which '{name}' is not."),
        ));
    }
    Ok(())
}

pub(super) fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(user, host)| {
        !user.is_empty() && host.contains('.') && !text.contains(char::is_whitespace)
    })
}

/// The user with a name on a site, without regard to case.
pub(super) fn named(state: &State, site: Uuid, name: &str) -> Option<UserRow> {
    let account = account_id(name);
    let mut users = state.users.of_site(site);
    users.find(|user| user.account() == account).cloned()
}

/// A role that can be given on a site; `by` is who gives it. Roles of earlier versions are not taken (inferred).
pub(super) fn check_role(site: &SiteRow, by: &Caller, role: &SiteRole) -> Result<(), Refusal> {
    let known = match role {
        SiteRole::ServerAdministrator => site.product() == Product::Server,
        SiteRole::Guest | SiteRole::SupportUser | SiteRole::Other(_) => false,
        _ => true,
    };
    if !known {
        return Err(Refusal::bad_request(
            "400013",
            format_args!("Invalid site role: '{role}'."),
        ));
    }
    if *role == SiteRole::ServerAdministrator && !by.is_server_administrator() {
        return Err(Refusal::forbidden(
            "403004",
            "Only server administrators can make others server administrators.",
        ));
    }
    Ok(())
}

/// Gives a user another role; that of server administrators is the same on every site.
pub(super) fn set_role(
    transaction: &mut Transaction<'_>,
    site: &SiteRow,
    user: &mut UserRow,
    role: SiteRole,
) -> Result<(), Refusal> {
    if *user.role() == role {
        return Ok(());
    }
    licenses::check(transaction, site, Some(user), &role)?;
    if user.role().is_administrator() && !role.is_administrator() {
        keep_an_administrator(transaction, user)?;
    }
    if role == SiteRole::ServerAdministrator {
        let account = user.account();
        let elsewhere: Vec<UserRow> = transaction
            .users
            .iter()
            .filter(|other| other.account() == account && other.id != user.id)
            .cloned()
            .collect();
        for mut other in elsewhere {
            other.shown.site_role = Some(SiteRole::ServerAdministrator);
            transaction.put(other)?;
        }
    }
    user.shown.site_role = Some(role);
    Ok(())
}

/// Refuses that a site loses its last administrator. The code is that of changes to oneself that would lock one out; it is inferred here.
pub(super) fn keep_an_administrator(state: &State, user: &UserRow) -> Result<(), Refusal> {
    let mut users = state.users.of_site(user.site);
    if users.any(|other| other.id != user.id && other.role().is_administrator()) {
        return Ok(());
    }
    Err(Refusal::forbidden(
        "403009",
        "The last administrator of a site cannot be removed, and keeps the role.",
    ))
}

/// Removes a user from a site with everything that is theirs; `heir` takes over what they own.
pub(super) fn remove(
    transaction: &mut Transaction<'_>,
    user: &UserRow,
    heir: Option<Uuid>,
) -> Result<(), Refusal> {
    if user.role().is_administrator() {
        keep_an_administrator(transaction, user)?;
    }
    if transaction.owns(user.site, user.id) {
        let Some(heir) = heir else {
            return Err(Refusal::new(
                "409003",
                "Resource Conflict",
                format_args!(
                    "The user '{}' owns content: name another user who takes it over.",
                    user.shown.name
                ),
            ));
        };
        transaction.pass_on(user.site, user.id, heir)?;
    }
    rule_set::forget(transaction, user.site, Grantee::User(user.id))?;
    transaction.remove_whole::<UserRow>(user.id);
    Ok(())
}
