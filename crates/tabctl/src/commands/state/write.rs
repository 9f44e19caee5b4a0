//! Writes a site as a file of desired state.

use std::fmt::Write as _;

use tableau_client::wire::resource::{CapabilityMode, CapabilityName, ContentKind};

use super::model::{Actual, ActualGroup, ActualProject, Party, ProjectPath, Rules, controlling, folded};

/// The site as a file whose plan is empty.
pub(super) fn write(actual: &Actual) -> String {
    let mut text = String::from(
        "# The groups, projects and permissions of a site. `tabctl plan` shows what differs; what is not named here is left alone.\n",
    );
    for group in &actual.groups {
        write_group(&mut text, group);
    }
    for project in &actual.projects {
        write_project(&mut text, project, actual);
    }
    text
}

fn write_group(text: &mut String, group: &ActualGroup) {
    if group.of_directory || folded(&group.name) == folded(super::model::ALL_USERS) {
        return;
    }
    let _ = writeln!(text, "\n[groups.{}]", key(&group.name));
    if let Some(role) = &group.minimum_site_role {
        let _ = writeln!(text, "minimumSiteRole = {}", quoted(role.as_str()));
    }
    if let Some(enabled) = group.external_user_enabled {
        let _ = writeln!(text, "externalUserEnabled = {enabled}");
    }
    let Some(members) = &group.members else {
        return;
    };
    text.push_str("members = [");
    let mut members: Vec<_> = members.iter().map(|name| quoted(name)).collect();
    members.sort();
    for member in &members {
        let _ = write!(text, "\n    {member},");
    }
    text.push_str(if members.is_empty() { "]\n" } else { "\n]\n" });
}

fn write_project(text: &mut String, project: &ActualProject, actual: &Actual) {
    let path = key(&project.path.to_string());
    let _ = writeln!(text, "\n[projects.{path}]");
    let _ = writeln!(text, "description = {}", quoted(&project.description));
    if let Some(mode) = &project.content_permissions {
        let _ = writeln!(text, "contentPermissions = {}", quoted(mode.as_str()));
    }
    if let Some(owner) = &project.owner {
        let _ = writeln!(text, "owner = {}", quoted(owner));
    }
    let mode = |above: &ProjectPath| actual.project(above)?.content_permissions.clone();
    if let Some(locked) = controlling(&project.path, mode) {
        let locked = locked.to_string().replace(char::is_control, " ");
        let _ = writeln!(text, "# The permissions are those of {locked}, which is locked.");
        return;
    }
    for (kind, rules) in &project.rules {
        write_rules(text, &path, kind.as_ref(), rules);
    }
}

fn write_rules(text: &mut String, path: &str, kind: Option<&ContentKind>, rules: &Rules) {
    match kind {
        None => _ = writeln!(text, "\n[projects.{path}.permissions]"),
        Some(kind) => _ = writeln!(text, "\n[projects.{path}.defaultPermissions.{kind}]"),
    }
    let mut parties: Vec<&Party> = rules.keys().map(|(party, _)| party).collect();
    parties.dedup();
    for party in parties {
        let of_mode = |wanted: CapabilityMode| {
            let rules = rules
                .iter()
                .filter(|((of, _), mode)| of == party && **mode == wanted);
            rules.map(|((_, capability), _)| capability).collect::<Vec<_>>()
        };
        let (allow, deny) = (of_mode(CapabilityMode::Allow), of_mode(CapabilityMode::Deny));
        let mut unknown = allow
            .iter()
            .chain(&deny)
            .filter(|name| !is_known(name))
            .peekable();
        if unknown.peek().is_some() {
            let names: Vec<_> = unknown
                .map(|name| name.as_str().replace(char::is_control, " "))
                .collect();
            let _ = writeln!(
                text,
                "# Unknown to this version, and left alone: {}.",
                names.join(", ")
            );
        }
        let lists: Vec<_> = [("allow", allow), ("deny", deny)]
            .into_iter()
            .filter_map(|(mode, names)| {
                let names = names.into_iter().filter(|name| is_known(name));
                let names: Vec<_> = names.map(|name| quoted(name.as_str())).collect();
                (!names.is_empty()).then(|| format!("{mode} = [{}]", names.join(", ")))
            })
            .collect();
        if !lists.is_empty() {
            let _ = writeln!(
                text,
                "{} = {{ {} }}",
                quoted(&party.to_string()),
                lists.join(", ")
            );
        }
    }
}

fn is_known(name: &CapabilityName) -> bool {
    !matches!(name, CapabilityName::Other(_))
}

/// A key as TOML has it, without quotes where it needs none.
fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    match !name.is_empty() && name.chars().all(is_bare) {
        true => name.to_owned(),
        false => quoted(name),
    }
}

/// A text as TOML has it, on one line.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            other if other.is_control() => _ = write!(quoted, "\\U{:08X}", u32::from(other)),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
