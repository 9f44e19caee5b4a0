//! Reads a file of desired state: TOML, of which every mistake is told with its line.

#[cfg(test)]
mod tests;
mod values;

use std::borrow::Cow;

use tableau_client::wire::resource::{CapabilityMode, CapabilityName, ContentKind};
use tableau_client::wire::rest::{Database, Flow, Table, VirtualConnection};
use tableau_client::wire::value::{ContentPermissions, SiteRole};
use tableau_client::{Datasource, Decidable as _, Project, Workbook};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::model::{
    Desired, DesiredGroup, DesiredProject, DesiredRule, Noted, Party, Problem, ProjectPath, folded,
};
use values::{known, unknown_value};

type Value<'v> = Spanned<DeValue<'v>>;

/// The capabilities that there are for what rules are about, if they are known.
type ThereAre = Option<&'static [CapabilityName]>;

fn capabilities(kind: &ContentKind) -> ThereAre {
    Some(match kind {
        ContentKind::Databases => Database::CAPABILITIES,
        ContentKind::Datasources => Datasource::CAPABILITIES,
        ContentKind::Flows => Flow::CAPABILITIES,
        ContentKind::Tables => Table::CAPABILITIES,
        ContentKind::VirtualConnections => VirtualConnection::CAPABILITIES,
        ContentKind::Workbooks => Workbook::CAPABILITIES,
        _ => return None,
    })
}

/// Whether it is known of which kinds a capability is; servers may have newer ones.
fn is_of_some_kind(capability: &CapabilityName) -> bool {
    let of_content = ContentKind::KNOWN.iter().filter_map(capabilities).flatten();
    of_content
        .chain(Project::CAPABILITIES)
        .any(|known| known == capability)
}

/// What a text wants, or all that is wrong with it.
pub(super) fn parse(text: &str) -> Result<Desired, Vec<Problem>> {
    let mut reader = Reader {
        lines: text.match_indices('\n').map(|(at, _)| at).collect(),
        problems: Vec::new(),
    };
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| reader.line_at(span.start));
        vec![Problem::new(
            line,
            format!("this is not TOML: {}", error.message()),
        )]
    })?;
    let desired = reader.file(table.get_ref());
    if reader.problems.is_empty() {
        return Ok(desired);
    }
    reader.problems.sort_by_key(|problem| problem.line);
    Err(reader.problems)
}

struct Reader {
    /// Where the lines end.
    lines: Vec<usize>,
    problems: Vec<Problem>,
}

impl Reader {
    fn line_at(&self, at: usize) -> usize {
        1 + self.lines.partition_point(|end| *end < at)
    }

    fn line<T>(&self, spanned: &Spanned<T>) -> usize {
        self.line_at(spanned.span().start)
    }

    fn wrong<T>(&mut self, at: &Spanned<T>, text: impl Into<String>) {
        let line = self.line(at);
        self.problems.push(Problem::new(line, text));
    }

    fn file(&mut self, table: &DeTable<'_>) -> Desired {
        let mut desired = Desired::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "groups" => self.each(value, "groups", |reader, name, value| {
                    desired.groups.extend(reader.group(name, value));
                }),
                "projects" => self.each(value, "projects", |reader, path, value| {
                    desired.projects.extend(reader.project(path, value));
                }),
                other => self.unknown(key, other, "groups, projects"),
            }
        }
        desired.groups.sort_by_key(|group| group.line);
        desired.projects.sort_by_key(|project| project.line);
        self.refuse_repetitions(&desired);
        desired
    }

    fn refuse_repetitions(&mut self, desired: &Desired) {
        let groups = desired
            .groups
            .iter()
            .map(|group| (group.line, folded(&group.name), &group.name));
        let projects: Vec<_> = desired
            .projects
            .iter()
            .map(|project| {
                (
                    project.line,
                    project.path.key().to_string(),
                    project.path.to_string(),
                )
            })
            .collect();
        let mut repeated = Vec::new();
        let mut seen = std::collections::HashMap::new();
        for (line, key, name) in groups {
            if let Some(before) = seen.insert(format!("group {key}"), line) {
                repeated.push(Problem::new(
                    line,
                    format!("the group {name:?} is named at line {before} already"),
                ));
            }
        }
        for (line, key, name) in &projects {
            if let Some(before) = seen.insert(format!("project {key}"), *line) {
                repeated.push(Problem::new(
                    *line,
                    format!("the project {name:?} is named at line {before} already"),
                ));
            }
        }
        self.problems.extend(repeated);
    }

    fn group(&mut self, name: &Spanned<Cow<'_, str>>, value: &Value<'_>) -> Option<DesiredGroup> {
        let table = self.table(value, "a group")?;
        let mut group = DesiredGroup {
            line: self.line(name),
            name: name.get_ref().trim().to_owned(),
            minimum_site_role: None,
            external_user_enabled: None,
            members: None,
        };
        if group.name.is_empty() {
            self.wrong(name, "a group needs a name");
        }
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "minimumSiteRole" => {
                    group.minimum_site_role =
                        self.one_of(value, "minimumSiteRole", SiteRole::KNOWN, SiteRole::as_str);
                }
                "externalUserEnabled" => {
                    group.external_user_enabled = self.flag(value, "externalUserEnabled");
                }
                "members" => group.members = self.texts(value, "members"),
                other => self.unknown(key, other, "minimumSiteRole, externalUserEnabled, members"),
            }
        }
        Some(group)
    }

    fn project(&mut self, path: &Spanned<Cow<'_, str>>, value: &Value<'_>) -> Option<DesiredProject> {
        let table = self.table(value, "a project")?;
        let Some(parsed) = ProjectPath::parse(path.get_ref()) else {
            self.wrong(
                path,
                "a project is named by its path, as Finance/Monthly Close; a slash in a name is written \\/",
            );
            return None;
        };
        let mut project = DesiredProject {
            line: self.line(path),
            path: parsed,
            description: None,
            content_permissions: None,
            owner: None,
            permissions: None,
            default_permissions: Default::default(),
        };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "description" => project.description = self.text(value, "description"),
                "contentPermissions" => {
                    let known = ContentPermissions::KNOWN;
                    project.content_permissions =
                        self.one_of(value, "contentPermissions", known, ContentPermissions::as_str);
                }
                "owner" => {
                    let line = self.line(value);
                    let owner = self.text(value, "owner");
                    project.owner = owner.map(|value| Noted { value, line });
                }
                "permissions" => {
                    project.permissions = self.rules(value, "permissions", Some(Project::CAPABILITIES));
                }
                "defaultPermissions" => self.each(value, "defaultPermissions", |reader, kind, value| {
                    reader.default_permissions(&mut project, kind, value);
                }),
                other => self.unknown(
                    key,
                    other,
                    "description, contentPermissions, owner, permissions, defaultPermissions",
                ),
            }
        }
        Some(project)
    }

    fn default_permissions(
        &mut self,
        project: &mut DesiredProject,
        kind: &Spanned<Cow<'_, str>>,
        value: &Value<'_>,
    ) {
        let known = ContentKind::from(kind.get_ref().as_ref());
        if let ContentKind::Other(other) = &known {
            let kinds: Vec<_> = ContentKind::KNOWN.iter().map(ContentKind::as_str).collect();
            self.unknown(kind, other, &kinds.join(", "));
            return;
        }
        if let Some(rules) = self.rules(value, known.as_str(), capabilities(&known)) {
            project.default_permissions.insert(known, rules);
        }
    }

    fn rules(&mut self, value: &Value<'_>, what: &str, there_are: ThereAre) -> Option<Vec<DesiredRule>> {
        self.table(value, what)?;
        let mut rules = Vec::new();
        self.each(value, what, |reader, grantee, value| {
            let Some(party) = Party::parse(grantee.get_ref()) else {
                let text = format!(
                    "{:?} is no grantee: write \"user:NAME\", \"group:NAME\" or \"groupSet:NAME\"",
                    grantee.get_ref()
                );
                return reader.wrong(grantee, text);
            };
            reader.rules_of(&party, value, there_are, &mut rules);
        });
        Some(rules)
    }

    fn rules_of(
        &mut self,
        party: &Party,
        value: &Value<'_>,
        there_are: ThereAre,
        rules: &mut Vec<DesiredRule>,
    ) {
        let Some(table) = self.table(value, "what a grantee may do") else {
            return;
        };
        for (key, value) in table {
            let mode = match key.get_ref().as_ref() {
                "allow" => CapabilityMode::Allow,
                "deny" => CapabilityMode::Deny,
                other => {
                    self.unknown(key, other, "allow, deny");
                    continue;
                }
            };
            for name in self.texts(value, mode.as_str()).unwrap_or_default() {
                match self.rule(party, &mode, &name, there_are, rules) {
                    Ok(rule) => rules.push(rule),
                    Err(text) => self.problems.push(Problem::new(name.line, text)),
                }
            }
        }
    }

    fn rule(
        &self,
        party: &Party,
        mode: &CapabilityMode,
        name: &Noted<String>,
        there_are: ThereAre,
        rules: &[DesiredRule],
    ) -> Result<DesiredRule, String> {
        let capability =
            known(&name.value, CapabilityName::KNOWN, CapabilityName::as_str).ok_or_else(|| {
                unknown_value(
                    &name.value,
                    "capability",
                    CapabilityName::KNOWN,
                    CapabilityName::as_str,
                )
            })?;
        if capability == CapabilityName::InheritedProjectLeader {
            return Err(
                "InheritedProjectLeader comes from the project around: name ProjectLeader there".to_owned(),
            );
        }
        if let Some(there_are) = there_are.filter(|there_are| !there_are.contains(&capability))
            && is_of_some_kind(&capability)
        {
            let there_are: Vec<_> = there_are.iter().map(CapabilityName::as_str).collect();
            return Err(format!(
                "{capability} is no capability here; there are: {}",
                there_are.join(", ")
            ));
        }
        let repeated = rules
            .iter()
            .find(|rule| rule.party == *party && rule.capability == capability);
        match repeated {
            Some(before) => Err(format!(
                "{capability} is named for {party} at line {} already",
                before.line
            )),
            None => Ok(DesiredRule {
                line: name.line,
                party: party.clone(),
                capability,
                mode: mode.clone(),
            }),
        }
    }

    fn unknown<T>(&mut self, at: &Spanned<T>, name: &str, known: &str) {
        self.wrong(at, format!("{name:?} is not known here; there are: {known}"));
    }
}
