//! Sites: how they are created, changed and deleted, and how all extracts of one are encrypted.

use tableau_wire::rest::sites::{DecryptExtracts, EncryptExtracts, ReencryptExtracts};
use tableau_wire::rest::{Datasource, Group, Project, Site, Workbook};
use tableau_wire::value::SiteRole;
use tableau_wire::{Create, Delete, Update};
use uuid::Uuid;

use super::people::{self, Person};
use super::sites;
use crate::auth::Caller;
use crate::call::Call;
use crate::clock::time;
use crate::kept::row::{self, References};
use crate::kept::{Kept, Rights, set, verbs};
use crate::refusal::Refusal;
use crate::store::row::{Row, SiteRow};
use crate::store::rules::{Grantee, all_users};
use crate::store::{State, Transaction};

/// Creates a site with a default project and the group of all users; who creates it administers it.
pub(crate) fn create(call: &Call<'_>, caller: &Caller, create: &Create<Site>) -> Result<Site, Refusal> {
    Rights::ServerAdministrators.admit::<Site>(caller)?;
    let mut members = row::members::<Site>(&create.item)?;
    if create.item.content_url.is_none() {
        // The call wants one; that servers make it from the name is inferred from what pages for administrators do.
        let from_name: String = create.item.name.chars().filter(|c| is_in_url(*c)).collect();
        members.insert("contentUrl".to_owned(), from_name.into());
    }
    let shown = row::shown(members)?;
    call.store.write(|transaction| {
        let now = call.clock.now();
        let site = row::begin::<Site>(transaction, Uuid::nil(), None, References::default(), shown, now)?;
        check(transaction, &site)?;
        transaction.put(site.clone())?;
        let administrator = Person {
            name: &caller.user.shown.name,
            domain: None,
            full_name: caller.user.shown.full_name.as_deref(),
            email: caller.user.shown.email.as_deref(),
            role: SiteRole::ServerAdministrator,
            auth_setting: None,
            idp_configuration_id: None,
        };
        let administrator = people::add(transaction, &site, administrator, now)?;
        furnish(transaction, &site, administrator.id, now)?;
        verbs::one(call, transaction, site.id)
    })
}

/// What every site has from its first day.
fn furnish(
    transaction: &mut Transaction<'_>,
    site: &SiteRow,
    owner: Uuid,
    now: jiff::Timestamp,
) -> Result<(), Refusal> {
    if let Grantee::Group(id) = all_users(site.id) {
        let mut group = Group::default();
        group.id = id.to_string().into();
        group.name = "All Users".to_owned();
        transaction.put(Row::new(id, site.id, group))?;
    }
    let mut project = Project::default();
    project.name = "default".to_owned();
    project.description = Some("The default project that was automatically created by Tableau.".to_owned());
    let references = References {
        owner: Some(owner),
        ..References::default()
    };
    let project = row::begin::<Project>(transaction, site.id, None, references, project, now)?;
    transaction.put(project)
}

fn is_in_url(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

fn check(state: &State, site: &SiteRow) -> Result<(), Refusal> {
    let shown = &site.shown;
    let content_url = site.content_url();
    if shown.name.trim().is_empty() || !content_url.chars().all(is_in_url) {
        return Err(Refusal::incomplete_payload());
    }
    let numbers = [
        ("storage quota", &shown.storage_quota),
        ("user quota", &shown.user_quota),
        ("capacity", &shown.tier_creator_capacity),
        ("capacity", &shown.tier_explorer_capacity),
        ("capacity", &shown.tier_viewer_capacity),
    ];
    for (what, number) in numbers {
        if number.as_deref().is_some_and(|text| text.parse::<i64>().is_err()) {
            return Err(Refusal::bad_request("400000", format_args!("Invalid {what}.")));
        }
    }
    let tiers = [
        &shown.tier_creator_capacity,
        &shown.tier_explorer_capacity,
        &shown.tier_viewer_capacity,
    ];
    if matches!(
        &shown.admin_mode,
        Some(tableau_wire::rest::sites::AdminMode::Other(_))
    ) {
        return Err(Refusal::bad_request("400013", "Invalid administrator mode."));
    }
    if shown.user_quota.is_some() && tiers.iter().any(|tier| tier.is_some()) {
        return Err(conflict(
            "409004",
            "A site has a user quota or capacities for licences, not both.",
        ));
    }
    for other in state.sites.iter().filter(|other| other.id != site.id) {
        if other.shown.name.to_lowercase() == shown.name.to_lowercase() {
            return Err(conflict("409001", "A site of this name exists."));
        }
        if other.content_url().to_lowercase() == content_url.to_lowercase() {
            return Err(conflict("409002", "A site with this content URL exists."));
        }
    }
    Ok(())
}

fn conflict(code: &str, detail: &str) -> Refusal {
    Refusal::new(code, "Resource Conflict", detail)
}

/// Changes a site: server administrators any, site administrators their own, except what licences and storage it has (documented).
pub(crate) fn update(call: &Call<'_>, caller: &Caller, update: &Update<Site>) -> Result<Site, Refusal> {
    let members = row::members::<Site>(&update.patch)?;
    call.store.write(|transaction| {
        let id = update.id.as_str();
        let before = sites::find(transaction, caller, None, id)?.clone();
        let administers = caller.is_administrator() && before.id == caller.site.id;
        let patch = &update.patch;
        let of_the_server = patch.user_quota.is_some()
            || patch.storage_quota.is_some()
            || patch.tier_creator_capacity.is_some()
            || patch.tier_explorer_capacity.is_some()
            || patch.tier_viewer_capacity.is_some()
            || patch.state.is_some()
            || patch.admin_mode.is_some();
        if !caller.is_server_administrator() && (!administers || of_the_server) {
            return Err(Refusal::forbidden(
                "403004",
                "Only server administrators can change this about a site.",
            ));
        }
        // Documented: the Default site has no content URL, and never gets one.
        if before.content_url().is_empty() && patch.content_url.as_deref().is_some_and(|url| !url.is_empty())
        {
            return Err(Refusal::bad_request(
                "400000",
                "The Default site has no content URL.",
            ));
        }
        let row = row::changed(
            &before,
            transaction,
            References::default(),
            members,
            call.clock.now(),
        )?;
        check(transaction, &row)?;
        transaction.put(row)?;
        verbs::one(call, transaction, before.id)
    })
}

/// Deletes a site with everything on it; the Default site stays.
pub(crate) fn delete(call: &Call<'_>, caller: &Caller, delete: &Delete<Site>) -> Result<(), Refusal> {
    Rights::ServerAdministrators.admit::<Site>(caller)?;
    call.store.write(|transaction| {
        let key = delete.options.key.as_deref();
        let site = sites::find(transaction, caller, key, delete.id.as_str())?.clone();
        if site.content_url().is_empty() {
            return Err(Refusal::forbidden(
                "403002",
                "The Default site cannot be deleted.",
            ));
        }
        transaction.remove_site(site.id);
        Ok(())
    })
}

pub(crate) fn encrypt(call: &Call<'_>, caller: &Caller, _: &EncryptExtracts) -> Result<(), Refusal> {
    set_encryption(call, caller, Some(true))
}

pub(crate) fn decrypt(call: &Call<'_>, caller: &Caller, _: &DecryptExtracts) -> Result<(), Refusal> {
    set_encryption(call, caller, Some(false))
}

/// New keys change nothing that answers show, but when the items were last changed (inferred).
pub(crate) fn reencrypt(call: &Call<'_>, caller: &Caller, _: &ReencryptExtracts) -> Result<(), Refusal> {
    set_encryption(call, caller, None)
}

/// Documented for server administrators and administrators of the site.
fn set_encryption(call: &Call<'_>, caller: &Caller, encrypted: Option<bool>) -> Result<(), Refusal> {
    Rights::Administrators.admit::<Site>(caller)?;
    call.store.write(|transaction| {
        let (site, now) = (caller.site.id, call.clock.now());
        set_of::<Workbook>(transaction, site, encrypted, now, |shown| {
            (shown.has_extracts, shown.encrypt_extracts)
        })?;
        set_of::<Datasource>(transaction, site, encrypted, now, |shown| {
            (shown.has_extracts, shown.encrypt_extracts)
        })
    })
}

fn set_of<R: Kept>(
    transaction: &mut Transaction<'_>,
    site: Uuid,
    encrypted: Option<bool>,
    now: jiff::Timestamp,
    is: fn(&R) -> (Option<bool>, Option<bool>),
) -> Result<(), Refusal> {
    let rows = R::table(transaction).of_site(site);
    let concerned: Vec<Row<R>> = rows
        .filter(|row| {
            let (has, is_encrypted) = is(&row.shown);
            has == Some(true) && (encrypted.is_some() || is_encrypted == Some(true))
        })
        .cloned()
        .collect();
    for mut row in concerned {
        if encrypted.is_some() {
            set(&mut row.shown, "encryptExtracts", encrypted);
        }
        set(&mut row.shown, "updatedAt", Some(time(now)));
        transaction.put(row)?;
    }
    Ok(())
}
