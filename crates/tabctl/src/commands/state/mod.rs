//! `tabctl plan`, `tabctl apply` and `tabctl export-state`: groups, projects and permissions as a file says.
//!
//! What a file wants ([`mod@parse`]) and what a site has ([`read`]) are one [`model`]; the steps between them are computed without I/O ([`mod@plan`]), shown
//! ([`show`]) and done ([`carry_out`]). [`mod@write`] makes a file of a site.

mod carry_out;
mod model;
mod parse;
mod plan;
mod read;
mod show;
#[cfg(test)]
mod tests;
mod write;

use std::io::{self, Write as _};
use std::path::Path;

use tableau_client::wire::resource::ContentKind;
use tableau_client::{Blocking, Site};

pub(in crate::commands) use self::model::ALL_USERS;
use self::model::{Actual, Desired, Problem};
use self::plan::{Prune, Step};
use self::read::Needs;
use self::show::{CHANGES, RESULTS};
use super::several::{ended, tally};
use super::style;
use crate::args::{ApplyState, ExportState, Global, PlanState, PruneKind};
use crate::failure::Failure;
use crate::input;
use crate::output::{Form, Members, Out, Printer, Style};
use crate::session::settings;
use crate::terminal::prompt::Terminal;
use crate::terminal::text::say;

/// A file of desired state, and what is removed where it does not name it.
struct Wanted<'w> {
    file: &'w Path,
    desired: Desired,
    prune: Prune,
}

impl<'w> Wanted<'w> {
    fn read(file: &'w Path, prune: &[PruneKind], allow_empty: bool) -> Result<Self, Failure> {
        let text = input::read_text(file)?;
        let text = text.trim_start_matches('\u{feff}');
        let desired = parse::parse(text).map_err(|problems| wrong(file, &problems))?;
        let prune = pruned(prune);
        // What a template or an export that failed leaves behind.
        let empties = [
            ("groups", prune.groups && desired.groups.is_empty()),
            ("projects", prune.projects && desired.projects.is_empty()),
        ];
        match empties.into_iter().find(|(_, empties)| *empties) {
            Some((kind, _)) if !allow_empty => Err(Failure::Usage(format!(
                "{} names no {kind}, and --prune {kind} would remove all of them: add --allow-empty if that is meant",
                file.display()
            ))),
            _ => Ok(Self { file, desired, prune }),
        }
    }

    /// What the site has, and the steps to what the file wants.
    fn plan(&self, site: &Site<Blocking>) -> Result<(Actual, Vec<Step>), Failure> {
        let actual = Needs::of(&self.desired, self.prune).read(site)?;
        let steps =
            plan::plan(&self.desired, &actual, self.prune).map_err(|problems| wrong(self.file, &problems))?;
        Ok((actual, steps))
    }
}

fn pruned(kinds: &[PruneKind]) -> Prune {
    let has = |kind| kinds.contains(&kind);
    Prune {
        groups: has(PruneKind::Groups),
        members: has(PruneKind::Members),
        projects: has(PruneKind::Projects),
        permissions: has(PruneKind::Permissions),
        default_permissions: has(PruneKind::DefaultPermissions),
    }
}

/// All that is wrong with a file, line by line.
fn wrong(file: &Path, problems: &[Problem]) -> Failure {
    let line = |problem: &Problem| format!("{}:{}: {}", file.display(), problem.line, problem.text);
    Failure::Usage(problems.iter().map(line).collect::<Vec<_>>().join("\n"))
}

pub(super) fn plan(args: &PlanState, global: &Global) -> Result<(), Failure> {
    // Before signing in, which would end another session of the same token.
    let wanted = Wanted::read(&args.file, &args.prune, args.allow_empty)?;
    let style = style::settle(args.output.clone(), global.no_pager);
    style.check(CHANGES, &Members::Named(&[]))?;
    let connected = settings::connect(&args.connection, global)?;
    let (_, steps) = connected.run(|site| wanted.plan(site))?;
    show_plan(style, &steps)
}

/// Prints a plan: as a diff, unless a form for programs or columns were asked for.
fn show_plan(style: Style, steps: &[Step]) -> Result<(), Failure> {
    if matches!(style.form, Form::Table | Form::Tabs) && style.columns.is_none() {
        let mut out = Out::open(&style.paging);
        out.write_all(show::diff(steps, &io::stdout()).as_bytes())?;
        out.finish()?;
    } else {
        let mut printer = Printer::new(style, CHANGES);
        for line in steps.iter().flat_map(Step::lines) {
            printer.item(&line)?;
        }
        printer.finish()?;
    }
    say(&show::summary(steps));
    Ok(())
}

pub(super) fn apply(args: &ApplyState, global: &Global) -> Result<(), Failure> {
    let wanted = Wanted::read(&args.file, &args.prune, args.allow_empty)?;
    let style = style::settle(args.output.clone(), global.no_pager);
    let columns = if args.dry_run { CHANGES } else { RESULTS };
    style.check(columns, &Members::Named(&[]))?;
    // Only what is pruned is ever removed.
    let asks = !args.prune.is_empty() && !args.yes && !args.dry_run;
    let terminal = if asks { Terminal::find()? } else { None };
    if asks && terminal.is_none() {
        let message = "what --prune removes is confirmed at a terminal, and there is none: add --yes";
        return Err(Failure::Usage(message.to_owned()));
    }
    let connected = settings::connect(&args.connection, global)?;
    let (steps, results) = connected.run(|site| {
        let (actual, steps) = wanted.plan(site)?;
        if args.dry_run {
            return Ok((steps, Vec::new()));
        }
        if let Some(terminal) = terminal.filter(|_| show::removes(&steps)) {
            say(show::diff_for_question(&steps).trim_end());
            if !terminal.confirm("Apply these changes?")? {
                return Err(Failure::Local("nothing was changed".to_owned()));
            }
        }
        let results = carry_out::carry_out(site, &actual, &steps);
        Ok((steps, results))
    })?;
    match args.dry_run {
        true => show_plan(style, &steps),
        false => show_results(style, &steps, &results),
    }
}

fn show_results(style: Style, steps: &[Step], results: &[Result<(), Failure>]) -> Result<(), Failure> {
    let lines: Vec<_> = steps
        .iter()
        .zip(results)
        .map(|(step, result)| step.result(result))
        .collect();
    let failed = results.iter().filter(|result| result.is_err()).count();
    let mut printer = Printer::new(style, RESULTS);
    if lines.is_empty() {
        // "Nothing found" would be said of an empty table.
        say("nothing to change");
    }
    for line in &lines {
        printer.item(line)?;
    }
    if !lines.is_empty() || printer.is_for_programs() {
        printer.finish()?;
        if !lines.is_empty() {
            say(&tally(&lines));
        }
    }
    ended(failed, results.len())
}

pub(super) fn export(args: &ExportState, global: &Global) -> Result<(), Failure> {
    let connected = settings::connect(&args.connection, global)?;
    let actual = connected.run(|site| {
        let version = site.api_version()?;
        let current = |kind: &&ContentKind| {
            let begun = kind.since().is_some_and(|since| version >= since);
            begun && kind.until().is_none_or(|until| version <= until)
        };
        let kinds = match &args.default_permissions {
            Some(named) => named.clone(),
            None => ContentKind::KNOWN.iter().filter(current).cloned().collect(),
        };
        Needs::all(kinds).read(site)
    })?;
    let mut out = Out::Stdout(io::BufWriter::new(io::stdout().lock()));
    out.text(write::write(&actual).as_bytes())?;
    out.finish()?;
    Ok(())
}
