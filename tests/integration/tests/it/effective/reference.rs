//! The reference: Tableau's help on effective permissions step by step, with what its table of site roles says.

use tableau_client::wire::resource::CapabilityName as Name;
use tableau_client::wire::value::{ContentPermissions, SiteRole};

use super::world::{Container, Kind, Of, Rule, World, can_lead};

fn role_permits(role: &SiteRole, capability: &Name) -> bool {
    match role {
        SiteRole::Viewer => matches!(
            capability,
            Name::Read | Name::Filter | Name::ExportImage | Name::ExportData | Name::Connect
        ),
        SiteRole::Explorer => !matches!(capability, Name::Write | Name::ProjectLeader),
        _ => true,
    }
}

fn applies(world: &World, of: Of, user: usize) -> bool {
    match of {
        Of::User(named) => named == user,
        Of::Group(group) => world.groups[user].contains(&group),
        Of::Everyone => true,
        Of::Set => world.groups[user].len() == 2,
    }
}

fn by_rules(world: &World, rules: &[Rule], user: usize, capability: &Name) -> bool {
    let of = |for_user: bool| {
        let about: Vec<bool> = rules
            .iter()
            .filter(|rule| rule.capability == *capability && applies(world, rule.of, user))
            .filter(|rule| matches!(rule.of, Of::User(_)) == for_user)
            .map(|rule| rule.allow)
            .collect();
        (!about.is_empty()).then(|| about.into_iter().all(|allow| allow))
    };
    of(true).or_else(|| of(false)).unwrap_or(false)
}

fn locks_all(container: &Container) -> bool {
    container.mode == ContentPermissions::LockedToProject
}

/// Whether a user has a capability.
pub(super) fn decide(world: &World, user: usize, capability: &Name) -> bool {
    let role = &world.roles[user];
    if *role == SiteRole::SiteAdministratorExplorer {
        return true;
    }
    if !role_permits(role, capability) {
        return false;
    }
    if world.owner == Some(user) && !(is_locked(world) && *capability == Name::ChangePermissions) {
        return true;
    }
    let rules = rules_of_item(world);
    if can_lead(role) {
        let of_inner = if locks_all(&world.outer) {
            &world.outer.own
        } else {
            &world.inner.own
        };
        for (container, rules) in [(&world.inner, of_inner), (&world.outer, &world.outer.own)] {
            if container.owner == Some(user) || by_rules(world, rules, user, &Name::ProjectLeader) {
                return true;
            }
        }
        // A project has an owner and leaders of its own.
        let leads = || world.owner == Some(user) || by_rules(world, rules, user, &Name::ProjectLeader);
        if world.kind == Kind::Project && leads() {
            return true;
        }
    }
    by_rules(world, rules, user, capability)
}

/// Whether a project around the item decides about its permissions. A project that is locked without nested ones leaves projects inside alone.
fn is_locked(world: &World) -> bool {
    let by_inner = match world.kind {
        Kind::Project => locks_all(&world.inner),
        _ => world.inner.mode != ContentPermissions::ManagedByOwner,
    };
    locks_all(&world.outer) || by_inner
}

/// The rules that apply: those of the outermost project that locks, or of what contains the item, or its own.
fn rules_of_item(world: &World) -> &[Rule] {
    if is_locked(world) {
        let container = if locks_all(&world.outer) {
            &world.outer
        } else {
            &world.inner
        };
        return match world.kind {
            Kind::Project => &container.own,
            _ => &container.default,
        };
    }
    match world.kind {
        Kind::View | Kind::Table if world.parent.decides => &world.parent.rules,
        _ => &world.rules,
    }
}
