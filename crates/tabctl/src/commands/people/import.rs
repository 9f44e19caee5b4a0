//! `tabctl users import`.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;
use tableau_client::wire::Version;
use tableau_client::wire::rest::users::{NewUser, UserPatch};
use tableau_client::wire::value::{SiteRole, UserAuthSetting};
use tableau_client::{Blocking, JobOutcome, Site, User, UserEntry};

use super::file::{self, Listed, decoded};
use super::roster::Roster;
use super::{Action, COLUMNS, shown};
use crate::args::{Global, ImportUsers, unknown_word};
use crate::commands::job::notes;
use crate::commands::several::{ended, tally};
use crate::commands::style;
use crate::failure::Failure;
use crate::output::{Members, Printer};
use crate::session::settings;
use crate::terminal::text::{plain, say};

/// Warns of ways to sign in that this version does not know.
fn tell_unknown(users: &[Listed]) {
    let words: Vec<_> = UserAuthSetting::KNOWN
        .iter()
        .map(UserAuthSetting::as_str)
        .collect();
    let settings = users
        .iter()
        .filter_map(|listed| listed.user.auth_setting.as_ref());
    let warnings: BTreeSet<_> = settings
        .filter_map(|setting| unknown_word("the authSetting", &words, setting.as_str()))
        .collect();
    warnings.iter().for_each(|warning| say(&plain(warning)));
}

/// The first version with a job for it.
const WITH_JOB: Version = Version::new(3, 15);

pub(in crate::commands) fn run(args: &ImportUsers, global: &Global) -> Result<(), Failure> {
    // Before signing in, which would end another session of the same token.
    let mut users = file::users(&args.file, args.site_role.as_ref())?;
    if let Some(setting) = &args.auth_setting {
        for Listed { user, .. } in &mut users {
            user.auth_setting = Some(setting.as_str().into());
        }
    }
    tell_unknown(&users);
    let style = style::settle(args.output.clone(), global.no_pager);
    style.check(COLUMNS, &Members::Named(&[]))?;
    let connected = settings::connect(&args.connection, global)?;
    let (lines, ended) = connected.run(|site| {
        let roster = Roster::of(site)?;
        keep_roles(&mut users, &roster);
        let plan = plan(&users, &roster);
        let undone = plan.iter().filter(|step| step.action == Action::Fail).count();
        if args.dry_run {
            let lines = plan.iter().map(|step| step.shown(false)).collect();
            return Ok((lines, ended(undone, plan.len())));
        }
        let is_due = |step: &&Step<'_>| matches!(step.action, Action::Add | Action::Change);
        let due: Vec<&Step<'_>> = plan.iter().filter(is_due).collect();
        if due.is_empty() {
            let lines = plan.iter().map(|step| step.shown(true)).collect();
            return Ok((lines, ended(undone, plan.len())));
        }
        say(&format!(
            "plan: {}",
            tally(&plan.iter().map(|step| step.shown(false)).collect::<Vec<_>>())
        ));
        // A file has no columns for some roles, as that of a guest.
        let can_be_written = |step: &&Step<'_>| {
            let role = &step.user.site_role;
            let [license, administrator, publisher] = role.to_columns();
            SiteRole::from_columns(license, administrator, publisher).as_ref() == Some(role)
        };
        if site.api_version()? >= WITH_JOB && due.iter().all(can_be_written) {
            by_job(site, &plan, &due, args.wait)
        } else {
            Ok(one_by_one(site, &plan, &roster))
        }
    })?;
    let summary = tally(&lines);
    let mut printer = Printer::new(style, COLUMNS);
    for line in &lines {
        printer.item(line)?;
    }
    printer.finish()?;
    say(&summary);
    ended
}

/// A user of the file, and what is to be done about them.
struct Step<'u> {
    user: &'u UserEntry,
    action: Action,
    /// What changes.
    detail: String,
}

impl Step<'_> {
    fn shown(&self, done: bool) -> Value {
        shown(&self.user.name, self.action, done, &self.detail)
    }
}

/// Gives users whose role the file does not say the role that they have.
fn keep_roles(users: &mut [Listed], roster: &Roster) {
    for Listed { user, .. } in users.iter_mut().filter(|listed| !listed.has_role) {
        let found = roster.find(&decoded(&user.name)).ok().flatten();
        if let Some(role) = found.and_then(|found| found.site_role.clone()) {
            user.site_role = role;
        }
    }
}

fn plan<'u>(users: &'u [Listed], roster: &Roster) -> Vec<Step<'u>> {
    let step = |user: &'u UserEntry| {
        let (action, detail) = match roster.find(&decoded(&user.name)) {
            Err(several) => (Action::Fail, several),
            Ok(None) => (Action::Add, user.site_role.to_string()),
            Ok(Some(found)) => match differences(user, found).join(", ") {
                same if same.is_empty() => (Action::Keep, same),
                detail => (Action::Change, detail),
            },
        };
        Step { user, action, detail }
    };
    users.iter().map(|listed| step(&listed.user)).collect()
}

/// What of a user is not as the file has it.
fn differences(user: &UserEntry, found: &User) -> Vec<String> {
    let role = found.site_role.as_ref().map(SiteRole::as_str);
    let auth_setting = found.auth_setting.as_ref().map(UserAuthSetting::as_str);
    let pairs = [
        ("siteRole", Some(user.site_role.as_str()), role),
        ("fullName", user.full_name.as_deref(), found.full_name.as_deref()),
        ("email", user.email.as_deref(), found.email.as_deref()),
        (
            "authSetting",
            user.auth_setting.as_ref().map(UserAuthSetting::as_str),
            auth_setting,
        ),
    ];
    pairs
        .into_iter()
        .filter_map(|(member, wanted, is)| {
            let wanted = wanted.filter(|wanted| Some(*wanted) != is)?;
            Some(format!("{member} {} -> {wanted}", is.unwrap_or("(none)")))
        })
        .collect()
}

type Done = (Vec<Value>, Result<(), Failure>);

/// Does it by one job, and looks afterwards what became of each line: the job only counts them.
fn by_job(
    site: &Site<Blocking>,
    plan: &[Step<'_>],
    due: &[&Step<'_>],
    time: Duration,
) -> Result<Done, Failure> {
    let job = site.users().import(due.iter().map(|step| step.user.clone()))?;
    let waited = site.jobs().wait(job.id.clone(), time)?;
    if let JobOutcome::TimedOut(_) = waited {
        return Err(Failure::StillRunning(format!(
            "job {} had not ended after {} s; it goes on: `tabctl jobs get {}`",
            job.id,
            time.as_secs(),
            job.id
        )));
    }
    // Counts, and what went wrong.
    let notes = match &waited {
        JobOutcome::Failed(job) => notes(job),
        _ => String::new(),
    };
    let roster = Roster::of(site)?;
    let mut failed = 0;
    let lines = plan
        .iter()
        .map(|step| {
            let left = match roster.find(&decoded(&step.user.name)) {
                Err(several) => Some(several),
                Ok(None) if !notes.is_empty() => Some(format!("the server did not add the user: {notes}")),
                Ok(None) => Some(roster.absent(&decoded(&step.user.name), "the server did not add the user")),
                Ok(Some(found)) => {
                    Some(differences(step.user, found).join(", ")).filter(|left| !left.is_empty())
                }
            };
            match left {
                None => step.shown(true),
                Some(left) => {
                    failed += 1;
                    shown(&step.user.name, Action::Fail, true, &left)
                }
            }
        })
        .collect();
    Ok((lines, ended(failed, plan.len())))
}

/// Does it line by line, for servers that have no job for it.
fn one_by_one(site: &Site<Blocking>, plan: &[Step<'_>], roster: &Roster) -> Done {
    let mut failed = 0;
    let mut lines = Vec::new();
    for step in plan {
        let done = match (step.action, roster.find(&decoded(&step.user.name))) {
            (Action::Fail, _) => Err(step.detail.clone()),
            (_, Err(several)) => Err(several),
            (Action::Add, _) => add(site, step.user).map_err(|error| error.to_string()),
            (Action::Change, Ok(Some(found))) => {
                change(site, step.user, found).map_err(|error| error.to_string())
            }
            _ => Ok(()),
        };
        lines.push(match done {
            Ok(()) => step.shown(true),
            Err(reason) => {
                failed += 1;
                shown(&step.user.name, Action::Fail, true, &reason)
            }
        });
    }
    (lines, ended(failed, plan.len()))
}

fn add(site: &Site<Blocking>, user: &UserEntry) -> Result<(), tableau_client::Error> {
    let new = NewUser::new(decoded(&user.name), user.site_role.clone()).with(|new| {
        new.auth_setting.clone_from(&user.auth_setting);
    });
    let added = site.users().create(new).send()?;
    change(site, user, &added)
}

fn change(site: &Site<Blocking>, user: &UserEntry, found: &User) -> Result<(), tableau_client::Error> {
    if differences(user, found).is_empty() && user.password.is_none() {
        return Ok(());
    }
    let patch = UserPatch::new().with(|patch| {
        patch.site_role = Some(user.site_role.clone());
        patch.full_name.clone_from(&user.full_name);
        patch.email.clone_from(&user.email);
        patch.auth_setting.clone_from(&user.auth_setting);
        patch.password.clone_from(&user.password);
    });
    site.users().update(&found.id, patch).send().map(|_| ())
}
