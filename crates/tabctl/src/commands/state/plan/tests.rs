use super::*;
use crate::commands::state::model::{Known, Rules};
use crate::commands::state::parse::parse;

const SITE: &str = "
[groups.Sales]
members = ['ada']
[groups.Old]
[projects.default]
[projects.Finance]
contentPermissions = 'ManagedByOwner'
[projects.Finance.permissions]
'group:Sales' = { allow = ['Read', 'Write'] }
[projects.'Finance/Inner']
[projects.Legacy]
[projects.'Legacy/Deep']
";

/// A site that has what a file says.
fn site(text: &str) -> Actual {
    let desired = parse(text).unwrap();
    let known = |name: &str| Known {
        name: name.to_owned(),
        id: format!("id of {name}"),
    };
    let rules = |rules: &[crate::commands::state::model::DesiredRule]| -> Rules {
        let rule = |rule: &crate::commands::state::model::DesiredRule| {
            ((rule.party.clone(), rule.capability.clone()), rule.mode.clone())
        };
        rules.iter().map(rule).collect()
    };
    let groups = desired.groups.iter().map(|group| ActualGroup {
        name: group.name.clone(),
        id: format!("id of {}", group.name),
        members: group
            .members
            .as_ref()
            .map(|all| all.iter().map(|name| name.value.clone()).collect()),
        minimum_site_role: group.minimum_site_role.clone(),
        ..ActualGroup::default()
    });
    let all_users = ActualGroup {
        name: ALL_USERS.to_owned(),
        id: "everyone".to_owned(),
        ..ActualGroup::default()
    };
    let projects = desired.projects.iter().map(|project| ActualProject {
        path: project.path.clone(),
        id: format!("id of {}", project.path),
        description: project.description.clone().unwrap_or_default(),
        content_permissions: project.content_permissions.clone(),
        owner: None,
        rules: project
            .rule_sets()
            .map(|(kind, set)| (kind.cloned(), rules(set)))
            .collect(),
    });
    Actual {
        version: Some(tableau_client::wire::Version::NEWEST),
        users: ["ada", "ben"].map(known).to_vec(),
        group_sets: vec![known("Leads")],
        groups: groups.chain([all_users]).collect(),
        projects: projects.collect(),
    }
}

fn planned(text: &str, prune: Prune) -> Vec<Step> {
    plan(&parse(text).unwrap(), &site(SITE), prune).unwrap()
}

fn shown(steps: &[Step]) -> Vec<String> {
    let shown = |step: &Step| {
        let item = match &step.item {
            Item::Group(name) => name.clone(),
            Item::Project(path) => path.to_string(),
        };
        format!("{:?} {item}", step.stage)
    };
    steps.iter().map(shown).collect()
}

const EVERYTHING: Prune = Prune {
    groups: true,
    members: true,
    projects: true,
    permissions: true,
    default_permissions: true,
};

#[test]
fn what_is_so_already_needs_no_step() {
    assert_eq!(planned(SITE, Prune::default()), []);
    assert_eq!(planned(SITE, EVERYTHING), []);
    assert_eq!(planned("", Prune::default()), []);
}

#[test]
fn steps_come_after_those_that_they_need() {
    let steps = planned(
        "
[projects.'New/Inner/Deep']
[projects.'New/Inner']
[projects.New]
[projects.New.permissions]
'group:Team' = { allow = ['Read'] }
[groups.Team]
members = ['ben']
",
        Prune::default(),
    );
    assert_eq!(
        shown(&steps),
        [
            "Groups Team",
            "Members Team",
            "Projects(1) New",
            "Projects(2) New/Inner",
            "Projects(3) New/Inner/Deep",
            "Rules New"
        ]
    );
    assert!(matches!(
        steps.last().unwrap().deed,
        Deed::SetRules {
            set: RuleSet::Later { prune: false, .. },
            ..
        }
    ));
}

#[test]
fn only_what_is_pruned_is_removed() {
    let file = "[groups.Sales]\nmembers = []\n[projects.Finance.permissions]\n";
    assert_eq!(planned(file, Prune::default()), []);
    let only = |prune: Prune| shown(&planned(file, prune));
    let none = Prune::default();
    assert_eq!(only(Prune { groups: true, ..none }), ["RemoveGroups Old"]);
    assert_eq!(
        only(Prune {
            members: true,
            ..none
        }),
        ["Members Sales"]
    );
    assert_eq!(
        only(Prune {
            permissions: true,
            ..none
        }),
        ["Rules Finance"]
    );
    assert_eq!(
        only(Prune {
            default_permissions: true,
            ..none
        }),
        [] as [&str; 0]
    );
    // The default project stays, and a project goes with those inside it.
    assert_eq!(
        only(Prune {
            projects: true,
            ..none
        }),
        ["RemoveProjects Finance/Inner", "RemoveProjects Legacy"]
    );
}

#[test]
fn a_group_that_a_rule_names_is_not_pruned() {
    let file = "[projects.Finance.permissions]\n'group:old' = { allow = ['Read'] }\n";
    let steps = planned(
        file,
        Prune {
            groups: true,
            ..Prune::default()
        },
    );
    assert_eq!(shown(&steps), ["Rules Finance", "RemoveGroups Sales"]);
}

#[test]
fn a_rule_whose_mode_changes_is_deleted_before_it_is_added() {
    let file = "[projects.finance.permissions]\n'group:sales' = { deny = ['Write'] }\n";
    let steps = planned(file, Prune::default());
    let [step] = steps.as_slice() else {
        panic!("{steps:?}");
    };
    let Deed::SetRules {
        kind: None,
        set: RuleSet::Known(change),
    } = &step.deed
    else {
        panic!("{step:?}");
    };
    assert_eq!((change.removed.len(), change.added.len()), (1, 1));
    let [change] = step.changes.as_slice() else {
        panic!("{step:?}");
    };
    assert_eq!(change.action, Action::Change);
    assert_eq!(
        (change.from.as_deref(), change.to.as_deref()),
        (Some("Allow"), Some("Deny"))
    );
}

#[test]
fn rules_of_a_project_that_is_unlocked_are_compared_when_it_is() {
    let locked = SITE.replace("ManagedByOwner", "LockedToProject");
    let file = "
[projects.Finance]
contentPermissions = 'ManagedByOwner'
[projects.'Finance/Inner'.defaultPermissions.flows]
'user:ada' = { allow = ['Read'] }
";
    let steps = plan(&parse(file).unwrap(), &site(&locked), Prune::default()).unwrap();
    assert_eq!(shown(&steps), ["Projects(1) Finance", "Rules Finance/Inner"]);
    assert!(matches!(
        steps[1].deed,
        Deed::SetRules {
            kind: Some(ContentKind::Flows),
            set: RuleSet::Later { .. }
        }
    ));
}

#[test]
fn what_cannot_be_done_is_told_with_its_line() {
    for (file, line, reason) in [
        (
            "[groups.Sales]\nmembers = [\n'ada',\n'zoe']\n",
            4,
            "there is no user \"zoe\"",
        ),
        ("\n[groups.'all users']\nmembers = []\n", 2, "every user"),
        (
            "[projects.'Nowhere/Inner']\n",
            1,
            "there is no project \"Nowhere\"",
        ),
        ("[projects.Finance]\nowner = 'zoe'\n", 2, "there is no user"),
        (
            "[projects.Finance.permissions]\n'group:Nobody' = { allow = ['Read'] }\n",
            2,
            "there is no group:Nobody",
        ),
        (
            "[projects.Finance.permissions]\n'groupSet:Nobody' = { allow = ['Read'] }\n",
            2,
            "there is no groupSet:Nobody",
        ),
        (
            "[projects.Finance]\ncontentPermissions = 'LockedToProject'\n[projects.'Finance/Inner'.permissions]\n'user:ada' = { allow = ['Read'] }\n",
            4,
            "are those of Finance, which is locked",
        ),
    ] {
        let problems = plan(&parse(file).unwrap(), &site(SITE), Prune::default()).unwrap_err();
        let [problem] = problems.as_slice() else {
            panic!("{file}: {problems:?}");
        };
        assert_eq!(problem.line, line, "{file}: {problem:?}");
        assert!(problem.text.contains(reason), "{file}: {problem:?}");
    }
}

#[test]
fn a_kind_that_the_server_does_not_know_is_told() {
    let mut actual = site(SITE);
    actual.version = Some(tableau_client::wire::Version::new(3, 10));
    let file = "[projects.Finance.defaultPermissions.tables]\n'user:ada' = { allow = ['Read'] }\n";
    let problems = plan(&parse(file).unwrap(), &actual, Prune::default()).unwrap_err();
    assert!(problems[0].text.contains("since version 3.23"), "{problems:?}");
}
