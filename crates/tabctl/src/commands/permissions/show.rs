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
    Column {
        title: "capability",
        path: "capability",
    },
    Column {
        title: "allowed",
        path: "allowed",
    },
    Column {
        title: "because",
        path: "because",
    },
];

pub(crate) fn run(args: &ShowRights, global: &Global) -> Result<(), Failure> {
    let style = style::settle(args.output.clone(), global.no_pager);
    let (columns, members): (_, &[_]) = match args.user {
        Some(_) => (COLUMNS, &["capability", "allowed", "because"]),
        None => (rules::COLUMNS, rules::MEMBERS),
    };
    style.check(columns, &Members::Named(members))?;
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
        let names = Names::of(site, &effective)?;
        Ok(effective
            .decisions()
            .map(|decision| names.shown(&decision))
            .collect::<Vec<_>>())
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

/// The names of what decisions speak of.
struct Names {
    known: Vec<(String, String)>,
}

impl Names {
    /// Those of the groups and projects that the facts name.
    fn of(site: &Site<Blocking>, effective: &Effective) -> Result<Self, Failure> {
        let facts = effective.facts();
        let mut known = Vec::new();
        for group in site.users().groups(&facts.user).all() {
            let group = group?;
            known.push((group.id.to_string(), group.name));
        }
        if !facts.projects.is_empty() {
            for project in site.projects().list().all() {
                let project = project?;
                known.push((project.id.to_string(), project.name));
            }
        }
        for id in &facts.group_sets {
            let set = site.group_sets().get(id).send()?;
            known.push((set.id.to_string(), set.name));
        }
        Ok(Self { known })
    }

    fn name<'n>(&'n self, id: &'n str) -> &'n str {
        let found = self.known.iter().find(|(known, _)| known == id);
        found.map_or(id, |(_, name)| name)
    }

    fn shown(&self, decision: &Decision) -> Value {
        json!({
            "capability": decision.capability.as_str(),
            "allowed": decision.allowed,
            "because": self.because(&decision.because),
        })
    }

    fn because(&self, because: &Because) -> String {
        match because {
            Because::Administrator => "the user is an administrator".to_owned(),
            Because::SiteRole(role) => format!("the role {role} does not have it"),
            Because::Owner => "the user owns the item".to_owned(),
            Because::ProjectOwner(id) => format!("the user owns the project {}", self.name(id.as_str())),
            Because::ProjectLeader(id) => format!("the user leads the project {}", self.name(id.as_str())),
            Because::Rule(rule) => self.rule(rule),
            Because::NoRule => "no rule gives it".to_owned(),
            _ => String::new(),
        }
    }

    fn rule(&self, rule: &PermissionRule) -> String {
        let verb = match rule.mode {
            CapabilityMode::Allow => "allows",
            _ => "denies",
        };
        match &rule.grantee {
            Grantee::User(_) => format!("a rule for the user {verb} it"),
            Grantee::Group(id) => format!("a rule for the group {} {verb} it", self.name(id.as_str())),
            Grantee::GroupSet(id) => format!("a rule for the group set {} {verb} it", self.name(id.as_str())),
            _ => format!("a rule {verb} it"),
        }
    }
}
