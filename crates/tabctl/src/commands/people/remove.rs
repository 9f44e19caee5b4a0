//! `tabctl users remove`.

use serde_json::Value;
use tableau_client::{Blocking, Id, Site, User};

use super::roster::Roster;
use super::{Action, COLUMNS, file, shown};
use crate::args::{Global, RemoveUsers};
use crate::commands::reference::{Collection, Finder};
use crate::commands::several::{ended, in_parallel, tally};
use crate::commands::style;
use crate::failure::Failure;
use crate::output::{Members, Printer};
use crate::session::settings;
use crate::terminal::prompt::Terminal;
use crate::terminal::text::say;

/// How many users are removed at a time.
const AT_ONCE: usize = 4;

pub(in crate::commands) fn run(args: &RemoveUsers, global: &Global) -> Result<(), Failure> {
    // Before signing in, which would end another session of the same token.
    let names = file::names(&args.file)?;
    let style = style::settle(args.output.clone(), global.no_pager);
    style.check(COLUMNS, &Members::Named(&[]))?;
    let asks = !args.yes && !args.dry_run;
    let terminal = if asks { Terminal::find()? } else { None };
    if asks && terminal.is_none() {
        let message = "a removal is confirmed at a terminal, and there is none: add --yes";
        return Err(Failure::Usage(message.to_owned()));
    }
    let connected = settings::connect(&args.connection, global)?;
    let server = connected.address.clone();
    let (lines, failed) = connected.run(|site| {
        let finder = Finder {
            site,
            server: &server,
        };
        let heir = args
            .map_assets_to
            .as_ref()
            .map(|heir| finder.id(Collection::of("users")?, heir));
        let heir = heir.transpose()?.map(Id::<User>::new);
        let users = known(site, &names)?;
        let there = users.iter().filter(|named| named.id.is_ok()).count();
        if let Some(terminal) = terminal
            && !terminal.confirm(&format!("Remove {there} users from the site?"))?
        {
            return Err(Failure::Local("nothing was removed".to_owned()));
        }
        let removed = in_parallel(&users, AT_ONCE, |named| match &named.id {
            Err(reason) => Err(reason.clone()),
            Ok(_) if args.dry_run => Ok(()),
            Ok(id) => remove(site, id, heir.as_ref()).map_err(|error| error.to_string()),
        });
        let failed = removed.iter().filter(|result| result.is_err()).count();
        let lines: Vec<Value> = users
            .iter()
            .zip(removed)
            .map(|(named, result)| match result {
                Ok(()) => shown(&named.name, Action::Remove, !args.dry_run, ""),
                Err(reason) => shown(&named.name, Action::Fail, !args.dry_run, &reason),
            })
            .collect();
        Ok((lines, failed))
    })?;
    let mut printer = Printer::new(style, COLUMNS);
    for line in &lines {
        printer.item(line)?;
    }
    printer.finish()?;
    say(&tally(&lines));
    ended(failed, lines.len())
}

fn remove(
    site: &Site<Blocking>,
    id: &Id<User>,
    heir: Option<&Id<User>>,
) -> Result<(), tableau_client::Error> {
    let call = site.users().delete(id);
    match heir {
        Some(heir) => call.map_assets_to(heir).send(),
        None => call.send(),
    }
}

/// A name of the file.
struct Named {
    name: String,
    /// The user of the site who has it, or why there is none.
    id: Result<Id<User>, String>,
}

/// The names of a file with the users of the site who have them, without regard to case.
fn known(site: &Site<Blocking>, names: &[String]) -> Result<Vec<Named>, Failure> {
    let roster = Roster::of(site)?;
    let named = |name: &String| Named {
        name: name.clone(),
        id: roster.user(name).map(|user| user.id.clone()),
    };
    Ok(names.iter().map(named).collect())
}
