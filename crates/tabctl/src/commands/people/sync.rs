//! `tabctl groups sync`.

use serde_json::Value;
use tableau_client::wire::rest::Group;
use tableau_client::{Blocking, Filter, Id, Site, User};

use super::roster::{Roster, bare};
use super::{Action, COLUMNS, file, shown};
use crate::args::{Global, SyncGroup};
use crate::commands::reference::{Collection, Finder};
use crate::commands::several::{ended, tally};
use crate::commands::state::ALL_USERS;
use crate::commands::style;
use crate::failure::Failure;
use crate::output::{Members, Printer};
use crate::session::settings;
use crate::terminal::text::say;

pub(in crate::commands) fn run(args: &SyncGroup, global: &Global) -> Result<(), Failure> {
    // Before signing in, which would end another session of the same token.
    let names = file::names(&args.file)?;
    if names.is_empty() && !args.allow_empty && Wanted::of(args) == Wanted::Exactly {
        return Err(Failure::Usage(format!(
            "{}: it names no user: add --allow-empty if no user is to stay in the group",
            args.file.display()
        )));
    }
    let style = style::settle(args.output.clone(), global.no_pager);
    style.check(COLUMNS, &Members::Named(&[]))?;
    let connected = settings::connect(&args.connection, global)?;
    let server = connected.address.clone();
    let (lines, ended) = connected.run(|site| {
        let finder = Finder {
            site,
            server: &server,
        };
        let group = Id::from(finder.id(Collection::of("groups")?, &args.group)?);
        // By its LUID too.
        let all = site
            .groups()
            .list()
            .filter(Filter::eq("name", ALL_USERS))
            .send()?;
        if all.items.iter().any(|all| all.id == group) {
            let message = "the group of all users has every user of the site: its members cannot be changed";
            return Err(Failure::Usage(message.to_owned()));
        }
        let steps = plan(site, &group, &names, Wanted::of(args))?;
        let done = !args.dry_run;
        let mut failed = 0;
        let mut lines = Vec::new();
        for step in &steps {
            let result = if done {
                step.carry_out(site, &group)
            } else {
                Ok(())
            };
            lines.push(match result {
                Ok(()) => {
                    failed += usize::from(step.action == Action::Fail);
                    shown(&step.name, step.action, done, &step.reason)
                }
                Err(error) => {
                    failed += 1;
                    shown(&step.name, Action::Fail, done, &error.to_string())
                }
            });
        }
        Ok((lines, ended(failed, steps.len())))
    })?;
    print(style, &lines)?;
    ended
}

fn print(style: crate::output::Style, lines: &[Value]) -> Result<(), Failure> {
    let mut printer = Printer::new(style, COLUMNS);
    for line in lines {
        printer.item(line)?;
    }
    printer.finish()?;
    say(&tally(lines));
    Ok(())
}

/// A user, and what is to be done about them.
struct Step {
    name: String,
    /// None if there is no such user on the site.
    user: Option<Id<User>>,
    action: Action,
    /// Why it cannot be done.
    reason: String,
}

impl Step {
    fn carry_out(&self, site: &Site<Blocking>, group: &Id<Group>) -> Result<(), tableau_client::Error> {
        let Some(user) = &self.user else {
            return Ok(());
        };
        match self.action {
            Action::Add => site.groups().add_user(group, user).send().map(|_| ()),
            Action::Remove => site.groups().remove_user(group, user).send(),
            Action::Change | Action::Keep | Action::Fail => Ok(()),
        }
    }
}

/// What the users of a file are to a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Exactly,
    AtLeast,
    Without,
}

impl Wanted {
    fn of(args: &SyncGroup) -> Self {
        match (args.keep, args.remove) {
            (true, _) => Self::AtLeast,
            (_, true) => Self::Without,
            _ => Self::Exactly,
        }
    }
}

/// What makes the users of a group those of the file: in the order of the file, then who is to leave.
fn plan(
    site: &Site<Blocking>,
    group: &Id<Group>,
    names: &[String],
    wanted: Wanted,
) -> Result<Vec<Step>, Failure> {
    let roster = Roster::of(site)?;
    let mut inside = Vec::new();
    for user in site.groups().users(group).all() {
        inside.push(user?);
    }
    let is_inside = |id: &Id<User>| inside.iter().any(|user| user.id == *id);
    let step = |name: &String| {
        let (user, reason) = match roster.user(name) {
            Ok(user) => (Some(user.id.clone()), String::new()),
            Err(reason) => (None, reason),
        };
        let action = match &user {
            None => Action::Fail,
            Some(id) => match (is_inside(id), wanted) {
                (true, Wanted::Without) => Action::Remove,
                (false, Wanted::Without) | (true, _) => Action::Keep,
                (false, _) => Action::Add,
            },
        };
        Step {
            name: name.clone(),
            user,
            action,
            reason,
        }
    };
    let mut steps: Vec<Step> = names.iter().map(step).collect();
    // A line that could not be done may mean one of the members who have that name.
    let named = |user: &User| {
        steps.iter().any(|step| match &step.user {
            Some(id) => *id == user.id,
            None => bare(&step.name) == bare(&user.name),
        })
    };
    // The file of another site, or of something else.
    let is_foreign = !steps.is_empty() && steps.iter().all(|step| step.action == Action::Fail);
    if is_foreign && wanted == Wanted::Exactly {
        say("no user of the file is on the site: no member is removed");
        return Ok(steps);
    }
    let leave: Vec<_> = inside
        .iter()
        .filter(|user| wanted == Wanted::Exactly && !named(user))
        .map(|user| Step {
            name: user.name.clone(),
            user: Some(user.id.clone()),
            action: Action::Remove,
            reason: String::new(),
        })
        .collect();
    steps.extend(leave);
    Ok(steps)
}
