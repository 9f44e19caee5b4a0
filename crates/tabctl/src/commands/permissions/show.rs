//! `tabctl permissions show`.

use serde_json::{Value, json};
use tableau_client::wire::resource::CapabilityMode;
use tableau_client::{
    Because, Blocking, Decidable, Decision, Effective, Grantee, Id, PermissionRule, Site, User,
};

use super::kind::{self, OfAnyKind};
use super::rules;
use crate::args::{Global, ShowRights};
use crate::commands::reference::{Collection, Finder};
use crate::commands::style;
use crate::failure::Failure;
use crate::output::{Column, Members, Printer};
use crate::session::settings;

const COLUMNS: &[Column] = &[
    Column::of("capability"),
    Column::of("allowed"),
    Column::of("because"),
];

pub(crate) fn run(args: &ShowRights, global: &Global) -> Result<(), Failure> {
    let style = style::settle(args.output.clone(), global.no_pager);
    let columns = match args.user {
        Some(_) => COLUMNS,
        None => rules::COLUMNS,
    };
    style.check(columns, &Members::Named(&[]))?;
    let connected = settings::connect(&args.connection, global)?;
    let server = connected.address.clone();
    let lines = connected.run(|site| {
        let finder = Finder {
            site,
            server: &server,
        };
        let Some(user) = &args.user else {
            return rules::lines(args, finder);
        };
        let user = Id::from(finder.id(Collection::of("users")?, user)?);
        let effective = kind::with_item(Deciding(&user), args.kind, &args.item, &finder)?;
        let decisions = effective.decisions();
        Ok(decisions.map(|decision| shown(&effective, &decision)).collect())
    })?;
    let mut printer = Printer::new(style, columns);
    for line in &lines {
        printer.item(line)?;
    }
    printer.finish()
}

/// Decides what a user may do.
struct Deciding<'u>(&'u Id<User>);

impl OfAnyKind for Deciding<'_> {
    type Result = Effective;

    fn of<R: Decidable>(self, site: &Site<Blocking>, id: &str) -> Result<Effective, Failure> {
        Ok(site.collection::<R>().permissions(id).effective(self.0)?)
    }
}

fn shown(effective: &Effective, decision: &Decision) -> Value {
    json!({
        "capability": decision.capability.as_str(),
        "allowed": decision.allowed,
        "because": because(effective, &decision.because),
    })
}

fn because(effective: &Effective, because: &Because) -> String {
    match because {
        Because::Administrator => "the user is an administrator".to_owned(),
        Because::SiteRole(role) => format!("the role {role} does not have it"),
        Because::Owner => "the user owns the item".to_owned(),
        Because::ProjectOwner(id) => format!("the user owns the project {}", name(effective, id)),
        Because::ProjectLeader(id) => format!("the user leads the project {}", name(effective, id)),
        Because::Rule(rule) => by_rule(effective, rule),
        Because::NoRule => "no rule gives it".to_owned(),
        _ => String::new(),
    }
}

fn by_rule(effective: &Effective, rule: &PermissionRule) -> String {
    let verb = match rule.mode {
        CapabilityMode::Allow => "allows",
        _ => "denies",
    };
    match &rule.grantee {
        Grantee::User(_) => format!("a rule for the user {verb} it"),
        Grantee::Group(id) => format!("a rule for the group {} {verb} it", name(effective, id)),
        Grantee::GroupSet(id) => format!("a rule for the group set {} {verb} it", name(effective, id)),
        _ => format!("a rule {verb} it"),
    }
}

/// The name of what a decision speaks of, or its identifier.
fn name<'n, T>(effective: &'n Effective, id: &'n Id<T>) -> &'n str {
    effective.name(id).unwrap_or(id.as_str())
}
