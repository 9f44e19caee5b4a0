//! Files of users: a job adds those in a CSV file to the site, or removes them, line by line.

use std::io::Read;

use tableau_wire::rest::Job;
use tableau_wire::rest::users::{DeleteUsers, ImportUsers, ImportedUser};
use tableau_wire::value::SiteRole;

use super::jobs::queue;
use super::people::{self, Person};
use crate::auth::Caller;
use crate::call::Call;
use crate::files::Spool;
use crate::refusal::Refusal;
use crate::store::Transaction;
use crate::store::row::SiteRow;
use crate::store::unshown::{Counts, JobOf, UserLine};
use crate::xml_text;

/// The greatest size of a file of users. That servers have one is inferred; a line has about 100 bytes.
const MAX_BYTES: u64 = 16 << 20;

/// Queues a job that adds the users of a file, and changes those that there are.
pub(crate) fn import(call: &Call<'_>, caller: &Caller, import: &ImportUsers) -> Result<Job, Refusal> {
    people::admit(caller)?;
    let beside = import.body.document.as_ref();
    let beside = beside
        .map(|document| document.users.as_slice())
        .unwrap_or_default();
    let lines = read(call)?
        .into_iter()
        .map(|columns| line(caller, &columns, beside))
        .collect::<Result<Vec<_>, _>>()?;
    call.store.write(|transaction| {
        for user in beside {
            super::users::check_configuration(transaction, caller, user.idp_configuration_id.as_deref())?;
        }
        let counts = Counts::default();
        queue(transaction, call, caller, JobOf::ImportUsers { lines, counts })
    })
}

/// Queues a job that removes the users of a file.
pub(crate) fn remove(call: &Call<'_>, caller: &Caller, _: &DeleteUsers) -> Result<Option<Job>, Refusal> {
    people::admit(caller)?;
    let names = read(call)?
        .into_iter()
        .filter_map(|columns| columns.into_iter().next())
        .collect();
    call.store.write(|transaction| {
        let counts = Counts::default();
        queue(transaction, call, caller, JobOf::RemoveUsers { names, counts }).map(Some)
    })
}

/// The lines of the file in the request, column by column. Empty lines are left out.
fn read(call: &Call<'_>) -> Result<Vec<Vec<String>>, Refusal> {
    let missing = || Refusal::bad_request("400020", "Missing file data: there is no CSV file.");
    let mut spool: Spool = call.file.take().ok_or_else(missing)?;
    if spool.length() > MAX_BYTES {
        return Err(Refusal::body_too_large(MAX_BYTES));
    }
    let mut text = String::new();
    spool
        .reader()
        .read_to_string(&mut text)
        .map_err(|_| malformed("it is not UTF-8"))?;
    xml_text::check(&text).map_err(malformed)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(malformed)?;
        let columns: Vec<String> = record.iter().map(str::to_owned).collect();
        if columns.iter().any(|column| !column.is_empty()) {
            lines.push(columns);
        }
    }
    Ok(lines)
}

// The code is inferred.
fn malformed(reason: impl std::fmt::Display) -> Refusal {
    Refusal::bad_request(
        "400000",
        format_args!("The CSV file of users cannot be read: {reason}."),
    )
}

/// A line of a file with what the document beside it says of its user; a document without names is about all.
fn line(caller: &Caller, columns: &[String], beside: &[ImportedUser]) -> Result<UserLine, Refusal> {
    let column = |at: usize| columns.get(at).map(String::as_str).unwrap_or_default();
    let given = |at: usize| Some(column(at).to_owned()).filter(|text| !text.is_empty());
    // Documented: an `@` that separates no domain is written so.
    let whole = column(0).replace("\\0x40", "@");
    let (domain, name) = whole
        .split_once('\\')
        .map_or((None, whole.as_str()), |(domain, name)| {
            (Some(domain.to_owned()), name)
        });
    let role = SiteRole::from_columns(column(3), column(4), column(5))
        .ok_or_else(|| malformed(format_args!("the role of '{name}' has an unknown word")))?;
    people::check_role(&caller.site, caller, &role)?;
    let beside = beside.iter().find(|user| {
        user.name
            .as_deref()
            .is_none_or(|named| named.eq_ignore_ascii_case(name))
    });
    Ok(UserLine {
        name: name.to_owned(),
        domain,
        password: given(1).map(Into::into),
        full_name: given(2),
        role,
        email: given(6),
        auth_setting: given(7).or_else(|| {
            let setting = beside?.auth_setting.as_ref()?;
            Some(setting.as_str().to_owned())
        }),
        idp_configuration_id: beside.and_then(|user| user.idp_configuration_id.clone()),
    })
}

/// Adds and changes the users of a file: a line that cannot be done does not keep others from it.
pub(super) fn settle_import(
    transaction: &mut Transaction<'_>,
    site: &SiteRow,
    lines: &[UserLine],
    now: jiff::Timestamp,
) -> Result<Counts, Refusal> {
    let mut counts = Counts::default();
    for line in lines {
        counts.add("CountOfUsersProcessed");
        match one(transaction, site, line, now) {
            Ok(what) => counts.add(what),
            Err(refusal) if refusal.error.code == "409014" => {
                counts.add("CountOfUsersWithInsufficientLicenses");
            }
            Err(_) => counts.add("CountOfUsersSkipped"),
        }
    }
    Ok(counts)
}

/// Adds or changes one user; gives what is counted.
fn one(
    transaction: &mut Transaction<'_>,
    site: &SiteRow,
    line: &UserLine,
    now: jiff::Timestamp,
) -> Result<&'static str, Refusal> {
    let existing = people::named(transaction, site.id, &line.name);
    let what = if let Some(mut user) = existing {
        let before = user.clone();
        people::set_role(transaction, site, &mut user, line.role.clone())?;
        let role_changed = before.role() != user.role();
        for (member, given) in [
            (&mut user.shown.full_name, &line.full_name),
            (&mut user.shown.email, &line.email),
            (&mut user.shown.idp_configuration_id, &line.idp_configuration_id),
        ] {
            if given.is_some() {
                member.clone_from(given);
            }
        }
        if let Some(setting) = &line.auth_setting {
            user.shown.auth_setting = Some(setting.as_str().into());
        }
        let changed = before.shown != user.shown;
        transaction.put(user)?;
        match (role_changed, changed) {
            (true, _) => "CountOfUsersSiteRoleUpdated",
            (false, true) => "CountOfUsersInformationUpdated",
            (false, false) => "CountOfUsersSkipped",
        }
    } else {
        let person = Person {
            name: &line.name,
            domain: line.domain.as_deref(),
            full_name: line.full_name.as_deref(),
            email: line.email.as_deref(),
            role: line.role.clone(),
            auth_setting: line.auth_setting.as_deref().map(Into::into),
            idp_configuration_id: line.idp_configuration_id.clone(),
        };
        people::add(transaction, site, person, now)?;
        "CountOfUsersAddedToSite"
    };
    if let Some(password) = &line.password
        && let Some(account) = transaction.accounts.get(crate::auth::account_id(&line.name))
    {
        let mut account = account.clone();
        account.password = password.clone();
        transaction.put(account)?;
    }
    Ok(what)
}

/// Removes the users of a file. Those who own content become unlicensed instead (inferred from what users see on the page for it).
pub(super) fn settle_removal(
    transaction: &mut Transaction<'_>,
    site: &SiteRow,
    names: &[String],
) -> Result<Counts, Refusal> {
    let mut counts = Counts::default();
    for name in names {
        counts.add("CountOfUsersProcessed");
        let name = name.rsplit_once('\\').map_or(name.as_str(), |(_, name)| name);
        let Some(mut user) = people::named(transaction, site.id, name) else {
            counts.add("CountOfUsersSkipped");
            continue;
        };
        match people::remove(transaction, &user, None) {
            Ok(()) => counts.add("CountOfUsersRemovedFromSite"),
            Err(refusal) if refusal.error.code == "409003" => {
                people::set_role(transaction, site, &mut user, SiteRole::Unlicensed)?;
                transaction.put(user)?;
                counts.add("CountOfUsersUnlicensed");
            }
            Err(_) => counts.add("CountOfUsersSkipped"),
        }
    }
    Ok(counts)
}
