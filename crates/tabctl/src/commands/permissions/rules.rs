//! `tabctl permissions show` without a user: the rules of an item, those of a group or all.

use std::collections::HashMap;

use serde_json::{Value, json};
use tableau_client::wire::resource::Permissions;
use tableau_client::{Blocking, Decidable, Grantee, PermissionRule, Site};

use super::grantee;
use super::kind::{self, OfAnyKind};
use crate::args::ShowRights;
use crate::commands::reference::Finder;
use crate::failure::Failure;
use crate::output::Column;
use crate::terminal::text::say;

pub(super) const COLUMNS: &[Column] = &[
    Column::of("grantee"),
    Column::of("capability"),
    Column::of("mode"),
];

/// The rules, a line each, those of one grantee together.
pub(super) fn lines(args: &ShowRights, finder: Finder<'_>) -> Result<Vec<Value>, Failure> {
    let wanted = grantee::find(finder, None, args.group.as_deref(), args.group_set.as_deref())?;
    let site = finder.site;
    let permissions = kind::with_item(Asking, args.kind, &args.item, &finder)?;
    if let Some(parent) = &permissions.parent {
        let parent = parent.r#type.as_deref().unwrap_or("Project").to_lowercase();
        say(&format!(
            "note: these are the rules of the {parent}, which is locked"
        ));
    }
    let mut rules = PermissionRule::all_of(&permissions);
    rules.retain(|rule| wanted.as_ref().is_none_or(|wanted| *wanted == rule.grantee));
    let mut names = Names::default();
    let line = |rule: &PermissionRule| {
        Ok(json!({
            "grantee": names.of(site, &rule.grantee)?,
            "capability": rule.capability.as_str(),
            "mode": rule.mode.as_str(),
        }))
    };
    rules.iter().map(line).collect()
}

/// Asks for the permissions of an item.
struct Asking;

impl OfAnyKind for Asking {
    type Result = Permissions;

    fn of<R: Decidable>(self, site: &Site<Blocking>, id: &str) -> Result<Permissions, Failure> {
        Ok(site.collection::<R>().permissions(id).get().send()?)
    }
}

/// The names of grantees, each asked for once.
#[derive(Default)]
struct Names {
    known: HashMap<String, String>,
    has_groups: bool,
}

impl Names {
    fn of(&mut self, site: &Site<Blocking>, grantee: &Grantee) -> Result<String, Failure> {
        let (noun, id) = match grantee {
            Grantee::User(id) => ("user", id.to_string()),
            Grantee::Group(id) => ("group", id.to_string()),
            Grantee::GroupSet(id) => ("group set", id.to_string()),
            _ => return Ok("unknown".to_owned()),
        };
        if !self.known.contains_key(&id) {
            match grantee {
                Grantee::User(user) => {
                    let user = site.users().get(user).send()?;
                    self.known.insert(id.clone(), user.name);
                }
                // There is no call for one group.
                Grantee::Group(_) if !self.has_groups => {
                    self.has_groups = true;
                    for group in site.groups().list().all() {
                        let group = group?;
                        self.known.insert(group.id.to_string(), group.name);
                    }
                }
                Grantee::GroupSet(set) => {
                    let set = site.group_sets().get(set).send()?;
                    self.known.insert(id.clone(), set.name);
                }
                _ => {}
            }
        }
        let name = self.known.get(&id).unwrap_or(&id);
        Ok(format!("{noun} {name}"))
    }
}
