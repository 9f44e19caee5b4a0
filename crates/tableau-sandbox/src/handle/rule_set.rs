//! Sets of rules: those of an item, and those that a project gives to its content. How they are changed and shown is written once.

use tableau_wire::resource::{Capability, CapabilityMode, CapabilityName, GranteeCapabilities, GranteeKind};
use uuid::Uuid;

use crate::auth::{Caller, parse_id};
use crate::kept::Content;
use crate::refusal::Refusal;
use crate::store::rules::{Grantee, Rule, Rules, all_users};
use crate::store::{State, Transaction};

/// The rules of one item, or for one kind of content in a project.
pub(crate) struct RuleSet {
    /// The identifier that they are stored by.
    pub(super) id: Uuid,
    pub(super) site: Uuid,
    /// What they are about.
    pub(super) content: &'static Content,
    pub(super) rules: Vec<Rule>,
}

impl RuleSet {
    /// Adds rules. One capability is allowed or denied to one grantee: the last rule wins.
    pub(super) fn add(
        &mut self,
        state: &State,
        caller: &Caller,
        added: &[GranteeCapabilities],
    ) -> Result<(), Refusal> {
        for of in added {
            let grantee = grantee(state, caller, of)?;
            for capability in of.capabilities.iter() {
                let new = self.rule(grantee, capability)?;
                self.rules
                    .retain(|old| (old.grantee, &old.capability) != (new.grantee, &new.capability));
                self.rules.push(new);
            }
        }
        Ok(())
    }

    /// Deletes a rule; `missing` is the code of the refusal if there is none.
    pub(super) fn delete(
        &mut self,
        grantee: Grantee,
        capability: &Capability,
        missing: &str,
    ) -> Result<(), Refusal> {
        let gone = self.rule(grantee, capability)?;
        let count = self.rules.len();
        self.rules.retain(|rule| *rule != gone);
        if self.rules.len() == count {
            return Err(Refusal::not_found(missing, "Capability", &gone.capability));
        }
        Ok(())
    }

    pub(super) fn put(self, transaction: &mut Transaction<'_>) -> Result<(), Refusal> {
        let Self { id, site, rules, .. } = self;
        transaction.put(Rules { id, site, rules })
    }

    /// The rules as answers show them, grantee by grantee.
    pub(super) fn shown(&self) -> Vec<GranteeCapabilities> {
        let mut grantees: Vec<Grantee> = Vec::new();
        for rule in &self.rules {
            if !grantees.contains(&rule.grantee) {
                grantees.push(rule.grantee);
            }
        }
        grantees
            .into_iter()
            .map(|grantee| self.shown_of(grantee))
            .collect()
    }

    fn shown_of(&self, grantee: Grantee) -> GranteeCapabilities {
        let rules = self.rules.iter().filter(|rule| rule.grantee == grantee);
        let capabilities = rules.map(|rule| {
            let name = CapabilityName::from(rule.capability.as_str());
            if rule.allow {
                Capability::allow(name)
            } else {
                Capability::deny(name)
            }
        });
        match grantee {
            Grantee::User(id) => GranteeCapabilities::user(id.to_string(), capabilities),
            Grantee::Group(id) => GranteeCapabilities::group(id.to_string(), capabilities),
            Grantee::GroupSet(id) => GranteeCapabilities::group_set(id.to_string(), capabilities),
        }
    }

    fn rule(&self, grantee: Grantee, capability: &Capability) -> Result<Rule, Refusal> {
        let name = capability.name.as_str();
        let allow = match capability.mode {
            CapabilityMode::Allow => Some(true),
            CapabilityMode::Deny => Some(false),
            _ => None,
        };
        let allow = allow.filter(|_| self.content.capabilities.contains(&name));
        let allow = allow.ok_or_else(|| {
            Refusal::bad_request(
                "400009",
                format_args!(
                    "Invalid capability '{name}' with mode '{}'.",
                    capability.mode.as_str()
                ),
            )
        })?;
        Ok(Rule {
            grantee,
            capability: name.to_owned(),
            allow,
        })
    }
}

fn grantee(state: &State, caller: &Caller, of: &GranteeCapabilities) -> Result<Grantee, Refusal> {
    match (&of.user, &of.group, &of.group_set) {
        (Some(named), None, None) => user(state, caller, named.id.as_str()),
        (None, Some(named), None) => group(state, caller, named.id.as_str()),
        (None, None, Some(named)) => group_set(state, caller, named.id.as_str()),
        _ => Err(Refusal::incomplete_payload()),
    }
}

/// The grantee that a path names.
pub(super) fn grantee_in_path(
    state: &State,
    caller: &Caller,
    kind: &GranteeKind,
    id: &str,
) -> Result<Grantee, Refusal> {
    match kind {
        GranteeKind::Users => user(state, caller, id),
        GranteeKind::Groups => group(state, caller, id),
        GranteeKind::GroupSets => group_set(state, caller, id),
        other => Err(Refusal::bad_request(
            "400008",
            format_args!(
                "Invalid parameter value '{other}' for 'grantee-type': it is users, groups or groupSets"
            ),
        )),
    }
}

fn user(state: &State, caller: &Caller, id: &str) -> Result<Grantee, Refusal> {
    parse_id(id)
        .and_then(|id| state.users.get(id))
        .filter(|user| user.site == caller.site.id)
        .map(|user| Grantee::User(user.id))
        .ok_or_else(|| Refusal::not_found("404002", "User", id))
}

/// A group of the site. That of all users is there even in folders that have no groups yet.
fn group(state: &State, caller: &Caller, id: &str) -> Result<Grantee, Refusal> {
    let all = all_users(caller.site.id);
    let known = |id: &Uuid| {
        let group = state.groups.get(*id);
        Grantee::Group(*id) == all || group.is_some_and(|group| group.site == caller.site.id)
    };
    parse_id(id)
        .filter(known)
        .map(Grantee::Group)
        .ok_or_else(|| Refusal::not_found("404012", "Group", id))
}

// The code for an unknown group set is inferred from that of groups.
fn group_set(state: &State, caller: &Caller, id: &str) -> Result<Grantee, Refusal> {
    parse_id(id)
        .and_then(|id| state.group_sets.get(id))
        .filter(|set| set.site == caller.site.id)
        .map(|set| Grantee::GroupSet(set.id))
        .ok_or_else(|| Refusal::not_found("404012", "Group set", id))
}

/// Forgets every rule for a grantee that is deleted.
pub(super) fn forget(transaction: &mut Transaction<'_>, site: Uuid, grantee: Grantee) -> Result<(), Refusal> {
    let of_site = transaction.rules.of_site(site);
    let changed: Vec<Rules> = of_site
        .filter(|rules| rules.rules.iter().any(|rule| rule.grantee == grantee))
        .cloned()
        .collect();
    for mut rules in changed {
        rules.rules.retain(|rule| rule.grantee != grantee);
        transaction.put(rules)?;
    }
    Ok(())
}
