//! Random files applied to random sites of the sandbox.

use std::collections::BTreeMap;

use support::{InProcess, Random};
use tableau_client::wire::resource::{CapabilityMode, CapabilityName as Name, ContentKind};
use tableau_client::wire::rest::users::NewUser;
use tableau_client::wire::value::{ContentPermissions, SiteRole};
use tableau_client::{Blocking, Client, PersonalAccessToken, Site};
use tableau_sandbox::well_known::{PAT_NAME, PAT_SECRET};
use tableau_sandbox::{Fault, Sandbox, Service};

use super::carry_out::carry_out;
use super::model::{
    Actual, Desired, DesiredGroup, DesiredProject, DesiredRule, Noted, Party, ProjectPath, controlling,
};
use super::parse::parse;
use super::plan::{Prune, Step, plan};
use super::read::Needs;
use super::write::write;

const USERS: [&str; 4] = ["user0", "user1", "user2", "user3"];
const GROUPS: [&str; 4] = ["Crew", "Team \"A\"", "Sales, North", "Ünïon"];
/// Those around others first.
const PATHS: [&[&str]; 7] = [
    &["Outer"],
    &["Other"],
    &["default"],
    &["Outer", "In/ner"],
    &["Other", "Inner"],
    &["Outer", "In/ner", "Deep"],
    &["Samples"],
];
const KINDS: [ContentKind; 3] = [
    ContentKind::Workbooks,
    ContentKind::Flows,
    ContentKind::Datasources,
];
const CAPABILITIES: [Name; 4] = [Name::Read, Name::Write, Name::ChangePermissions, Name::Delete];

struct World {
    service: Service,
    site: Site<Blocking>,
}

impl World {
    fn new() -> Self {
        let service = Sandbox::builder().build().unwrap();
        let client = Client::builder("https://sandbox.invalid")
            .transport(InProcess(service.clone()))
            .build()
            .unwrap();
        let credentials = PersonalAccessToken::new(PAT_NAME, PAT_SECRET);
        let site = client.blocking().unwrap().sign_in(credentials).unwrap();
        for name in USERS {
            let new = NewUser::new(name, SiteRole::ExplorerCanPublish);
            site.users().create(new).send().unwrap();
        }
        Self { service, site }
    }

    fn read(&self, desired: &Desired, prune: Prune) -> Actual {
        Needs::of(desired, prune).read(&self.site).unwrap()
    }

    fn steps(&self, desired: &Desired, prune: Prune) -> (Actual, Vec<Step>) {
        let actual = self.read(desired, prune);
        let steps = plan(desired, &actual, prune).unwrap();
        (actual, steps)
    }

    /// A random file that can be applied.
    fn desired(&self, random: &mut Random, prune: Prune) -> Desired {
        let mut desired = desired(random);
        loop {
            let actual = self.read(&desired, prune);
            let Err(problems) = plan(&desired, &actual, prune) else {
                return desired;
            };
            let is_wrong = |line: usize| problems.iter().any(|problem| problem.line == line);
            desired.projects.retain_mut(|project| {
                let wrong = is_wrong(project.line);
                let had_rules = project.rule_sets().next().is_some();
                if wrong {
                    project.permissions = None;
                    project.default_permissions.clear();
                }
                !wrong || had_rules
            });
        }
    }

    fn apply(&self, desired: &Desired, prune: Prune) -> Vec<Step> {
        let (actual, steps) = self.steps(desired, prune);
        for (step, result) in steps.iter().zip(carry_out(&self.site, &actual, &steps)) {
            result.unwrap_or_else(|failure| panic!("{step:?}: {failure}"));
        }
        steps
    }
}

/// A file of which the lines are the numbers of groups and projects.
fn desired(random: &mut Random) -> Desired {
    let mut desired = Desired::default();
    for (line, name) in GROUPS.iter().enumerate() {
        if random.chance(60) {
            desired.groups.push(group(random, line, name));
        }
    }
    for (line, path) in PATHS.iter().enumerate() {
        if random.chance(70) {
            let groups = desired.groups.clone();
            desired.projects.push(project(random, 100 + line, path, &groups));
        }
    }
    desired
}

fn group(random: &mut Random, line: usize, name: &str) -> DesiredGroup {
    let members = USERS.iter().filter(|_| random.chance(50));
    let members: Vec<_> = members.map(|name| noted(line, name)).collect();
    DesiredGroup {
        line,
        name: name.to_owned(),
        minimum_site_role: random
            .chance(40)
            .then(|| random.one(&[SiteRole::Unlicensed, SiteRole::Viewer]).clone()),
        external_user_enabled: None,
        members: random.chance(70).then_some(members),
    }
}

fn noted(line: usize, name: &str) -> Noted<String> {
    Noted {
        value: name.to_owned(),
        line,
    }
}

fn project(random: &mut Random, line: usize, path: &[&str], groups: &[DesiredGroup]) -> DesiredProject {
    let modes = [
        ContentPermissions::ManagedByOwner,
        ContentPermissions::ManagedByOwner,
        ContentPermissions::LockedToProjectWithoutNested,
        ContentPermissions::LockedToProject,
    ];
    let descriptions = ["", "Numbers", "two\nlines", "\"quoted\" \\ & <b>"];
    let kinds: Vec<_> = KINDS.iter().filter(|_| random.chance(40)).cloned().collect();
    DesiredProject {
        line,
        path: ProjectPath(path.iter().map(|name| (*name).to_owned()).collect()),
        description: random.chance(50).then(|| (*random.one(&descriptions)).to_owned()),
        content_permissions: random.chance(60).then(|| random.one(&modes).clone()),
        owner: random.chance(30).then(|| noted(line, random.one::<&str>(&USERS))),
        permissions: random.chance(60).then(|| {
            rules(
                random,
                line,
                groups,
                &[Name::Read, Name::Write, Name::ProjectLeader],
            )
        }),
        default_permissions: kinds
            .into_iter()
            .map(|kind| (kind, rules(random, line, groups, &CAPABILITIES)))
            .collect(),
    }
}

fn rules(
    random: &mut Random,
    line: usize,
    groups: &[DesiredGroup],
    capabilities: &[Name],
) -> Vec<DesiredRule> {
    let mut rules: BTreeMap<(Party, Name), CapabilityMode> = BTreeMap::new();
    for _ in 0..random.below(6) {
        let party = match random.below(3) {
            0 => Party::User((*random.one(&USERS)).to_owned()),
            1 if !groups.is_empty() => Party::Group(random.one(groups).name.clone()),
            _ => Party::Group("All Users".to_owned()),
        };
        let mode = random.one(&[CapabilityMode::Allow, CapabilityMode::Deny]).clone();
        rules.insert((party, random.one(capabilities).clone()), mode);
    }
    let rule = |((party, capability), mode)| DesiredRule {
        line,
        party,
        capability,
        mode,
    };
    rules.into_iter().map(rule).collect()
}

fn prune(random: &mut Random) -> Prune {
    Prune {
        groups: random.chance(30),
        members: random.chance(50),
        projects: random.chance(30),
        permissions: random.chance(50),
        default_permissions: random.chance(50),
    }
}

/// Looks whether a site is as a file says, without the planner.
fn check(seed: u64, actual: &Actual, desired: &Desired, prune: Prune) {
    for wanted in &desired.groups {
        let group = actual.group(&wanted.name);
        let group = group.unwrap_or_else(|| panic!("seed {seed}: no {}", wanted.name));
        let members = group.members.as_ref().unwrap();
        for name in wanted.members.iter().flatten() {
            assert!(members.contains(&name.value), "seed {seed}: {group:?} {wanted:?}");
        }
        if let (Some(wanted), true) = (&wanted.members, prune.members) {
            assert_eq!(members.len(), wanted.len(), "seed {seed}: {group:?}");
        }
    }
    for wanted in &desired.projects {
        let project = actual.project(&wanted.path);
        let project = project.unwrap_or_else(|| panic!("seed {seed}: no {}", wanted.path));
        if let Some(description) = &wanted.description {
            assert_eq!(*description, project.description, "seed {seed}");
        }
        if let Some(mode) = &wanted.content_permissions {
            assert_eq!(Some(mode), project.content_permissions.as_ref(), "seed {seed}");
        }
        if let Some(owner) = &wanted.owner {
            assert_eq!(Some(&owner.value), project.owner.as_ref(), "seed {seed}");
        }
        for (kind, rules) in wanted.rule_sets() {
            let found = &project.rules[&kind.cloned()];
            for rule in rules {
                let key = (rule.party.clone(), rule.capability.clone());
                assert_eq!(found.get(&key), Some(&rule.mode), "seed {seed}: {rule:?}");
            }
            let exactly = match kind {
                None => prune.permissions,
                Some(_) => prune.default_permissions,
            };
            assert!(
                !exactly || found.len() == rules.len(),
                "seed {seed}: {found:?} {rules:?}"
            );
        }
    }
    if prune.projects {
        let named = |path: &ProjectPath| {
            let wanted = |other: &DesiredProject| other.path == *path || other.path.is_within(path);
            desired.projects.iter().any(wanted)
        };
        for project in &actual.projects {
            let path = &project.path;
            assert!(
                named(path) || path.name() == "default",
                "seed {seed}: {path} is left"
            );
        }
    }
}

fn whole(site: &Site<Blocking>) -> Actual {
    Needs::all(KINDS.to_vec()).read(site).unwrap()
}

#[test]
fn a_random_file_applied_to_a_random_site_leaves_an_empty_plan() {
    let mut done = 0;
    for seed in 0..40 {
        let random = &mut random(seed);
        let world = World::new();
        let before = world.desired(random, Prune::default());
        world.apply(&before, Prune::default());
        let prune = prune(random);
        let desired = world.desired(random, prune);
        let steps = world.apply(&desired, prune);
        done += steps.len();
        assert_eq!(
            world.steps(&desired, prune).1,
            [],
            "seed {seed}: {prune:?} {steps:#?}"
        );
        check(seed, &whole(&world.site), &desired, prune);
    }
    assert!(done > 200, "{done} steps in all are too few to show anything");
}

#[test]
fn what_was_interrupted_anywhere_is_applied_again() {
    let mut interrupted = 0;
    for seed in 100..130 {
        let random = &mut random(seed);
        let world = World::new();
        let before = world.desired(random, Prune::default());
        world.apply(&before, Prune::default());
        let prune = prune(random);
        let desired = world.desired(random, prune);
        let (actual, steps) = world.steps(&desired, prune);
        let at = 1 + random.below(2 * steps.len().max(1) as u64);
        for method in ["POST", "PUT", "DELETE"] {
            let fault = Fault::new(403, "403004").on_method(method).nth(at).always();
            world.service.controls().inject(fault);
        }
        let results = carry_out(&world.site, &actual, &steps);
        interrupted += usize::from(results.iter().any(Result::is_err));
        world.service.controls().clear_faults();
        world.apply(&desired, prune);
        assert_eq!(world.steps(&desired, prune).1, [], "seed {seed}");
        check(seed, &whole(&world.site), &desired, prune);
    }
    assert!(interrupted > 15, "only {interrupted} were interrupted");
}

#[test]
fn a_site_as_a_file_plans_empty_and_makes_another_site_alike() {
    for seed in 200..215 {
        let random = &mut random(seed);
        let world = World::new();
        let before = world.desired(random, Prune::default());
        world.apply(&before, Prune::default());
        let actual = whole(&world.site);
        let text = write(&actual);
        let file = parse(&text).unwrap_or_else(|problems| panic!("{problems:?} in {text}"));
        let everything = Prune {
            groups: true,
            members: true,
            projects: true,
            permissions: true,
            default_permissions: true,
        };
        assert_eq!(world.steps(&file, everything).1, [], "seed {seed}: {text}");

        let other = World::new();
        other.apply(&file, everything);
        let made = whole(&other.site);
        let paths = |actual: &Actual| {
            let mut paths: Vec<_> = actual
                .projects
                .iter()
                .map(|project| project.path.clone())
                .collect();
            paths.sort();
            paths
        };
        assert_eq!(paths(&made), paths(&actual), "seed {seed}");
        for project in &actual.projects {
            let alike = made.project(&project.path).unwrap();
            assert_eq!(alike.rules, project.rules, "seed {seed}: {}", project.path);
            assert_eq!(alike.description, project.description, "seed {seed}");
        }
    }
}

/// Neighboring seeds give numbers that have nothing in common.
fn random(seed: u64) -> Random {
    Random::new((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// The requests of a plan, by operation.
fn requests(world: &World, text: &str) -> BTreeMap<String, usize> {
    let desired = parse(text).unwrap();
    world.service.log().clear();
    let (_, steps) = world.steps(&desired, Prune::default());
    assert_eq!(steps, []);
    let mut counts = BTreeMap::new();
    for entry in world.service.log().entries() {
        *counts.entry(entry.operation.unwrap_or_default()).or_default() += 1;
    }
    counts
}

/// The number of projects that a large file names.
const LARGE: usize = 500;

/// A file with three sets of rules for each of many projects: rules for two grantees, of which each has all of these capabilities. A project
/// itself has no more than the first two.
fn large_file(capabilities: &[Name]) -> String {
    let set = |capabilities: &[Name]| {
        let names: Vec<_> = capabilities.iter().map(|name| format!("'{name}'")).collect();
        let allowed = names.join(", ");
        format!("'user:user0' = {{ allow = [{allowed}] }}\n'group:All Users' = {{ allow = [{allowed}] }}\n")
    };
    let own = set(capabilities.get(..2).unwrap_or(capabilities));
    let given = set(capabilities);
    let mut file = String::new();
    for number in 0..LARGE {
        file.push_str(&format!("[projects.P{number}.permissions]\n{own}"));
        for kind in ["workbooks", "flows"] {
            file.push_str(&format!(
                "[projects.P{number}.defaultPermissions.{kind}]\n{given}"
            ));
        }
    }
    file.push_str("[groups.Crew]\nmembers = ['user0']\n[groups.Team]\n");
    file
}

#[test]
fn a_plan_asks_once_for_each_set_of_rules_however_many_rules_there_are() {
    let world = World::new();
    let few = large_file(&[Name::Read]);
    let many = large_file(&CAPABILITIES);
    world.apply(&parse(&few).unwrap(), Prune::default());
    let counts = requests(&world, &few);
    // One page of each list, one for the members that are named, and one for each set of rules.
    let expected = [
        ("groups.list", 1),
        ("groups.listUsers", 1),
        ("projects.getDefaultPermissions", 2 * LARGE),
        ("projects.getPermissions", LARGE),
        ("projects.list", 1),
        ("users.list", 1),
    ];
    let expected: BTreeMap<String, usize> = expected.map(|(name, count)| (name.to_owned(), count)).into();
    assert_eq!(counts, expected);
    // Twenty rules for each project now, and as many requests.
    let desired = parse(&many).unwrap();
    let sets = desired.projects.iter().flat_map(DesiredProject::rule_sets);
    assert_eq!(sets.map(|(_, rules)| rules.len()).sum::<usize>(), 20 * LARGE);
    world.apply(&desired, Prune::default());
    let counts = requests(&world, &many);
    assert_eq!(counts, expected);
    // As docs/guide/state.md has it.
    assert_eq!(counts.values().sum::<usize>(), 1_504);
    // What the file does not name is not read.
    assert_eq!(
        requests(&world, "[groups.Team]\n"),
        [("groups.list".to_owned(), 1)].into()
    );
    assert_eq!(requests(&world, ""), BTreeMap::new());
}

#[test]
fn locks_are_found_by_the_modes_of_the_projects_around() {
    let locked = ProjectPath(vec!["a".to_owned()]);
    let mode = |path: &ProjectPath| (*path == locked).then_some(ContentPermissions::LockedToProject);
    let inside = ProjectPath(vec!["a".to_owned(), "b".to_owned()]);
    assert_eq!(controlling(&inside, mode), Some(locked.clone()));
    assert_eq!(controlling(&locked, mode), None);
}
