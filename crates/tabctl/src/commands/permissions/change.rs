//! `tabctl permissions allow`, `deny` and `clear`.

use serde_json::json;
use tableau_client::wire::resource::CapabilityName;
use tableau_client::{Blocking, Decidable, Grantee, PermissionChange, PermissionRule, Site};

use super::grantee;
use super::kind::{self, OfAnyKind};
use crate::args::{ChangeRights, Global};
use crate::commands::reference::Finder;
use crate::commands::style;
use crate::failure::Failure;
use crate::output::{Column, Members, Printer};
use crate::session::settings;
use crate::terminal::text::say;

const COLUMNS: &[Column] = &[Column::of("change"), Column::of("capability"), Column::of("mode")];

/// What becomes of the capabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ToDo {
    Allow,
    Deny,
    Clear,
}

pub(crate) fn run(args: &ChangeRights, to_do: ToDo, global: &Global) -> Result<(), Failure> {
    if args.capabilities.is_empty() && to_do != ToDo::Clear {
        let message = "no capability is named: Read (see it), ExportImage, ExportData, ExportXml (download it), Write (overwrite it), ChangePermissions, Delete and others";
        return Err(Failure::Usage(message.to_owned()));
    }
    if to_do != ToDo::Clear
        && args
            .capabilities
            .contains(&CapabilityName::InheritedProjectLeader)
    {
        let message = "InheritedProjectLeader comes from the project around: name ProjectLeader there";
        return Err(Failure::Usage(message.to_owned()));
    }
    let style = style::settle(args.output.clone(), global.no_pager);
    style.check(COLUMNS, &Members::Named(&[]))?;
    let connected = settings::connect(&args.connection, global)?;
    let server = connected.address.clone();
    let change = connected.run(|site| {
        let finder = Finder {
            site,
            server: &server,
        };
        let (user, group, set) = (&args.user, &args.group, &args.group_set);
        let named = grantee::find(finder, user.as_deref(), group.as_deref(), set.as_deref())?;
        let rules = Rules {
            grantee: named.ok_or_else(|| Failure::Usage("give --user, --group or --group-set".to_owned()))?,
            capabilities: &args.capabilities,
            to_do,
            dry_run: args.dry_run,
        };
        kind::with_item(&rules, args.kind, &args.item, &finder)
    })?;
    let mut printer = Printer::new(style, COLUMNS);
    for (what, rules) in [("removed", &change.removed), ("added", &change.added)] {
        for rule in rules {
            printer.item(&json!({
                "change": what,
                "capability": rule.capability.as_str(),
                "mode": rule.mode.as_str(),
            }))?;
        }
    }
    if change.is_empty() && !printer.is_for_programs() {
        say("nothing to change: the rules are as you want them");
        return Ok(());
    }
    printer.finish()
}

/// The rules that are changed, and how.
struct Rules<'a> {
    grantee: Grantee,
    capabilities: &'a [CapabilityName],
    to_do: ToDo,
    dry_run: bool,
}

impl OfAnyKind for &Rules<'_> {
    type Result = PermissionChange;

    fn of<R: Decidable>(self, site: &Site<Blocking>, id: &str) -> Result<PermissionChange, Failure> {
        let permissions = site.collection::<R>().permissions(id);
        let now = PermissionRule::all_of(&permissions.get().send()?);
        let wanted = self.wanted(&now);
        if self.dry_run {
            return Ok(PermissionChange::between(&now, wanted));
        }
        Ok(permissions.set_exactly(wanted)?)
    }
}

impl Rules<'_> {
    /// All rules as they should be.
    fn wanted(&self, now: &[PermissionRule]) -> Vec<PermissionRule> {
        let is_meant = |rule: &&PermissionRule| {
            rule.grantee == self.grantee
                && (self.capabilities.is_empty() || self.capabilities.contains(&rule.capability))
        };
        let others = now.iter().filter(|rule| !is_meant(rule)).cloned();
        let rule = match self.to_do {
            ToDo::Allow => PermissionRule::allow,
            ToDo::Deny => PermissionRule::deny,
            ToDo::Clear => return others.collect(),
        };
        let new = self.capabilities.iter().cloned();
        others
            .chain(new.map(|capability| rule(self.grantee.clone(), capability)))
            .collect()
    }
}
