//! Licences: which one a role needs, how many of them a site has left, and which role is more than another.

use tableau_wire::value::SiteRole;

use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::{SiteRow, UserRow};

/// A licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum License {
    Creator,
    Explorer,
    Viewer,
}

impl License {
    /// The licence that a role needs.
    pub(crate) fn of(role: &SiteRole) -> Option<Self> {
        match role {
            SiteRole::Creator | SiteRole::SiteAdministratorCreator | SiteRole::ServerAdministrator => {
                Some(Self::Creator)
            }
            SiteRole::Explorer | SiteRole::ExplorerCanPublish | SiteRole::SiteAdministratorExplorer => {
                Some(Self::Explorer)
            }
            SiteRole::Viewer => Some(Self::Viewer),
            _ => None,
        }
    }
}

/// How many users of a site have each licence: Creators, Explorers, Viewers.
pub(crate) fn used(state: &State, site: uuid::Uuid) -> [u64; 3] {
    let mut used = [0; 3];
    let [creators, explorers, viewers] = &mut used;
    for user in state.users.of_site(site) {
        match License::of(user.role()) {
            Some(License::Creator) => *creators += 1,
            Some(License::Explorer) => *explorers += 1,
            Some(License::Viewer) => *viewers += 1,
            None => {}
        }
    }
    used
}

/// Refuses a role for which the site has no licence left: by the capacity for it, or by the quota for all users.
///
/// The server itself has licences without end: no call of the REST API tells how many it has.
///
/// The code is documented for updates as "Licensing conflict"; that an addition has it too is inferred.
pub(crate) fn check(
    state: &State,
    site: &SiteRow,
    user: Option<&UserRow>,
    role: &SiteRole,
) -> Result<(), Refusal> {
    let Some(license) = License::of(role) else {
        return Ok(());
    };
    let before = user.and_then(|user| License::of(user.role()));
    if before == Some(license) {
        return Ok(());
    }
    let limit = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<u64>().ok());
    let used @ [creators, explorers, viewers] = used(state, site.id);
    let shown = &site.shown;
    let (capacity, in_use) = match license {
        License::Creator => (&shown.tier_creator_capacity, creators),
        License::Explorer => (&shown.tier_explorer_capacity, explorers),
        License::Viewer => (&shown.tier_viewer_capacity, viewers),
    };
    let is_full = |limit: Option<u64>, in_use: u64| limit.is_some_and(|limit| in_use >= limit);
    // Documented: the quota is for all users with a licence but server administrators. A user with another licence is counted already.
    let is_counted = before.is_none() && *role != SiteRole::ServerAdministrator;
    let quota = limit(&shown.user_quota).filter(|_| is_counted);
    let counted = || used.iter().sum::<u64>() - server_administrators(state, site.id);
    if is_full(limit(capacity), in_use) || quota.is_some() && is_full(quota, counted()) {
        return Err(Refusal::new(
            "409014",
            "Resource Conflict",
            format_args!("The site has no licence left for the role '{role}'."),
        ));
    }
    Ok(())
}

fn server_administrators(state: &State, site: uuid::Uuid) -> u64 {
    let users = state.users.of_site(site);
    users
        .filter(|user| *user.role() == SiteRole::ServerAdministrator)
        .count() as u64
}

/// How much a role allows, for comparing the roles that groups give.
pub(crate) fn rank(role: &SiteRole) -> u8 {
    match role {
        SiteRole::ServerAdministrator => 7,
        SiteRole::SiteAdministratorCreator => 6,
        SiteRole::SiteAdministratorExplorer => 5,
        SiteRole::Creator => 4,
        SiteRole::ExplorerCanPublish => 3,
        SiteRole::Explorer => 2,
        SiteRole::Viewer => 1,
        _ => 0,
    }
}
