//! Rules of permissions in a plan.

use tableau_client::wire::resource::ContentKind;

use super::super::model::{ActualProject, DesiredProject, DesiredRule, ProjectPath, Rules, controlling};
use super::{Change, Deed, Item, Planner, RuleSet, Stage};

/// What makes a set of rules what is wanted. A rule whose mode changes is in both parts, as servers may keep a rule that contradicts a new one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::commands::state) struct RuleChange {
    pub(in crate::commands::state) removed: Rules,
    pub(in crate::commands::state) added: Rules,
}

impl RuleChange {
    /// The difference; rules that are not wanted stay unless they are pruned.
    pub(in crate::commands::state) fn between(now: &Rules, wanted: &Rules, prune: bool) -> Self {
        let added = wanted.iter().filter(|(key, mode)| now.get(key) != Some(mode));
        let removed = now.iter().filter(|(key, mode)| match wanted.get(key) {
            Some(wanted) => wanted != *mode,
            None => prune,
        });
        let owned = |(key, mode): (&_, &_)| (Clone::clone(key), Clone::clone(mode));
        Self {
            added: added.map(owned).collect(),
            removed: removed.map(owned).collect(),
        }
    }
}

/// The member that a set of rules is, as files and plans name it.
pub(in crate::commands::state) fn member(kind: Option<&ContentKind>) -> String {
    match kind {
        None => "permissions".to_owned(),
        Some(kind) => format!("defaultPermissions.{kind}"),
    }
}

impl Planner<'_> {
    pub(super) fn rules(&mut self, item: &Item, project: &DesiredProject, found: Option<&ActualProject>) {
        if project.rule_sets().next().is_none() {
            return;
        }
        if let Some(locked) = controlling(&project.path, |above| self.mode_after(above)) {
            let mut lines = project
                .rule_sets()
                .flat_map(|(_, rules)| rules)
                .map(|rule| rule.line);
            let line = lines.next().unwrap_or(project.line);
            let text = format!(
                "the permissions of {} are those of {locked}, which is locked: name them there, or give it other contentPermissions",
                project.path
            );
            return self.wrong(line, text);
        }
        self.rule_sets(item, project, found);
    }

    fn rule_sets(&mut self, item: &Item, project: &DesiredProject, found: Option<&ActualProject>) {
        let sets: Vec<(Option<ContentKind>, Vec<DesiredRule>)> = project
            .rule_sets()
            .map(|(kind, rules)| (kind.cloned(), rules.to_vec()))
            .collect();
        let is_later = found.is_none() || self.is_controlled(&project.path);
        for (kind, rules) in sets {
            if let Some(since) = self.too_new(kind.as_ref()) {
                self.wrong(project.line, since);
                continue;
            }
            let wanted: Rules = rules
                .iter()
                .filter_map(|rule| {
                    let party = self.party(&rule.party, rule.line)?;
                    Some(((party, rule.capability.clone()), rule.mode.clone()))
                })
                .collect();
            let prune = self.prune.of_rules(kind.as_ref());
            let now = found
                .and_then(|found| found.rules.get(&kind))
                .filter(|_| !is_later);
            let change = RuleChange::between(now.unwrap_or(&Rules::new()), &wanted, prune);
            let member = member(kind.as_ref());
            let mut changes = change.shown(&member);
            if changes.is_empty() && is_later && prune {
                changes.push(Change::of(
                    &member,
                    Some("the rules that it takes over".to_owned()),
                    None,
                ));
            }
            if changes.is_empty() {
                continue;
            }
            let set = match is_later {
                true => RuleSet::Later { wanted, prune },
                false => RuleSet::Known(change),
            };
            self.step(Stage::Rules, item, Deed::SetRules { kind, set }, changes);
        }
    }

    /// Whether a project around it decides about its permissions now.
    fn is_controlled(&self, path: &ProjectPath) -> bool {
        let mode = |above: &ProjectPath| self.actual.project(above)?.content_permissions.clone();
        controlling(path, mode).is_some()
    }

    /// Why the server has no default permissions for a kind.
    fn too_new(&self, kind: Option<&ContentKind>) -> Option<String> {
        let (kind, version) = (kind?, self.actual.version?);
        let since = kind.since().filter(|since| version < *since)?;
        Some(format!(
            "default permissions for {kind} are there since version {since} of the API, and the server has {version}"
        ))
    }
}
