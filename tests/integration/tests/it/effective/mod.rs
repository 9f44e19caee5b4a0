//! What a user may do: the client's answer, the sandbox's decision, and Tableau's published rules, step by step, say the same.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod built;
mod doing;
mod item;
mod reference;
mod world;

use tableau_client::wire::resource::CapabilityName as Name;

use self::built::{build, sign_in};
use self::world::{Kind, Random, World};

/// How many worlds there are of each kind of item.
const WORLDS: u64 = 12;

async fn all_agree(kind: Kind) {
    for seed in 0..WORLDS {
        let world = World::new(kind, &mut Random(seed));
        let built = build(&world).await;
        for (number, user) in built.users.iter().enumerate() {
            let effective = built.item.effective(&built.site, user).await;
            let site = sign_in(&built.service, Some(user)).await;
            // Rules of projects are not about setting their permissions: owners and leaders may.
            let capabilities = kind.capabilities().iter().chain([&Name::ChangePermissions]);
            for capability in capabilities {
                let expected = reference::decide(&world, number, capability);
                let decision = effective.of(capability);
                let found = built.item.allows(&site, capability).await;
                assert!(
                    decision.allowed == expected && found.is_none_or(|found| found == expected),
                    "seed {seed}, user {number}, {capability}: {expected} by the rules, {found:?} by the sandbox, {decision:?} by the client, in {world:#?}"
                );
            }
        }
    }
}

/// A test of each kind.
macro_rules! kinds {
    ($($name:ident: $kind:ident),*) => {$(
        #[tokio::test]
        async fn $name() {
            all_agree(Kind::$kind).await;
        }
    )*};
}

kinds!(
    workbooks: Workbook,
    datasources: Datasource,
    flows: Flow,
    views: View,
    projects: Project,
    virtual_connections: VirtualConnection,
    databases: Database,
    tables: Table
);

/// Servers may keep rules of a view that do not count while its workbook shows its views as tabs.
#[tokio::test]
async fn of_a_view_among_tabs_the_rules_of_the_workbook_are_asked_for() {
    for tabs in [true, false] {
        let mut world = World::new(Kind::View, &mut Random(0));
        world.parent.decides = tabs;
        let built = build(&world).await;
        built.service.log().clear();
        built.item.effective(&built.site, &built.users[0]).await;
        let entries = built.service.log().entries();
        let asked = |name| {
            entries
                .iter()
                .any(|entry| entry.operation.as_deref() == Some(name))
        };
        assert_eq!(
            (asked("workbooks.getPermissions"), asked("views.getPermissions")),
            (tabs, !tabs)
        );
    }
}
