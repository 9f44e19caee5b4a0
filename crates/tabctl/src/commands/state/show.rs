//! Plans and their results, as text and as items of a list.

use std::fmt::Write as _;
use std::io;

use serde_json::{Map, Value, json};

use super::plan::{Action, Change, Deed, Item, Step, member};
use crate::failure::Failure;
use crate::output::Column;
use crate::terminal::text::{is_colored, plain};

/// The columns of a plan: one line for each difference.
pub(super) const CHANGES: &[Column] = &[
    Column::of("action"),
    Column::of("kind"),
    Column::of("name"),
    Column::of("member"),
    Column::of("grantee"),
    Column::of("capability"),
    Column::of("from"),
    Column::of("to"),
];

/// The columns of what was done: one line for each step.
pub(super) const RESULTS: &[Column] = &[
    Column::of("action"),
    Column::of("kind"),
    Column::of("name"),
    Column::of("member"),
    Column::of("detail"),
];

impl Action {
    fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Change => "change",
            Self::Remove => "remove",
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Change => "~",
            Self::Remove => "-",
        }
    }

    fn color(self) -> &'static str {
        match self {
            Self::Add => "\x1b[32m",
            Self::Change => "\x1b[33m",
            Self::Remove => "\x1b[31m",
        }
    }
}

impl Item {
    fn kind(&self) -> &'static str {
        match self {
            Self::Group(_) => "group",
            Self::Project(_) => "project",
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Group(name) => name.clone(),
            Self::Project(path) => path.to_string(),
        }
    }
}

impl Step {
    /// The differences that it settles, as items.
    pub(super) fn lines(&self) -> impl Iterator<Item = Value> + '_ {
        self.changes.iter().map(|change| {
            let mut line = Map::new();
            line.insert("action".to_owned(), json!(change.action.word()));
            line.insert("kind".to_owned(), json!(self.item.kind()));
            line.insert("name".to_owned(), json!(self.item.name()));
            let (grantee, capability) = change.rule.clone().unzip();
            for (name, value) in [
                ("member", change.member.clone()),
                ("grantee", grantee.map(|grantee| grantee.to_string())),
                ("capability", capability.map(|capability| capability.to_string())),
                ("from", change.from.clone()),
                ("to", change.to.clone()),
            ] {
                line.extend(value.map(|value| (name.to_owned(), json!(value))));
            }
            Value::Object(line)
        })
    }

    /// What became of it, as an item.
    pub(super) fn result(&self, result: &Result<(), Failure>) -> Value {
        let done = match &self.deed {
            Deed::CreateGroup(_) | Deed::CreateProject(_) | Deed::AddMembers(_) => "added",
            Deed::UpdateGroup(_) | Deed::UpdateProject(_) | Deed::SetRules { .. } => "changed",
            Deed::RemoveMembers(_) | Deed::DeleteGroup | Deed::DeleteProject => "removed",
        };
        let member = match &self.deed {
            Deed::AddMembers(_) | Deed::RemoveMembers(_) => "members".to_owned(),
            Deed::SetRules { kind, .. } => member(kind.as_ref()),
            _ => String::new(),
        };
        json!({
            "action": if result.is_ok() { done } else { "failed" },
            "kind": self.item.kind(),
            "name": self.item.name(),
            "member": member,
            "detail": result.as_ref().err().map(ToString::to_string).unwrap_or_default(),
        })
    }

    fn is_removal(&self) -> bool {
        self.changes.iter().any(|change| change.action == Action::Remove)
    }
}

/// Whether a plan removes anything.
pub(super) fn removes(steps: &[Step]) -> bool {
    steps.iter().any(Step::is_removal)
}

/// How many differences there are, in words: `2 to add, 1 to remove`.
pub(super) fn summary(steps: &[Step]) -> String {
    let changes = || steps.iter().flat_map(|step| &step.changes);
    let counts: Vec<_> = [Action::Add, Action::Change, Action::Remove]
        .into_iter()
        .map(|action| (changes().filter(|change| change.action == action).count(), action))
        .filter(|(count, _)| *count > 0)
        .map(|(count, action)| format!("{count} to {}", action.word()))
        .collect();
    match counts.is_empty() {
        true => "nothing to change".to_owned(),
        false => counts.join(", "),
    }
}

/// A plan as a diff: each item once, with its differences below it.
pub(super) fn diff(steps: &[Step], stream: &impl anstream::stream::RawStream) -> String {
    let colored = is_colored(stream);
    let mut items: Vec<&Item> = Vec::new();
    for step in steps {
        if !items.contains(&&step.item) {
            items.push(&step.item);
        }
    }
    let mut text = String::new();
    for item in items {
        let changes = || {
            let steps = steps.iter().filter(|step| step.item == *item);
            steps.flat_map(|step| &step.changes)
        };
        let whole = changes().find(|change| change.member.is_none());
        let action = whole.map_or(Action::Change, |change| change.action);
        let head = format!("{} {}", item.kind(), plain(&item.name()));
        write_line(&mut text, action, "", &head, colored);
        let changes: Vec<&Change> = changes().filter(|change| change.member.is_some()).collect();
        for alike in changes.chunk_by(|change, next| are_alike(change, next)) {
            if let Some(first) = alike.first() {
                write_line(&mut text, first.action, "    ", &said(alike, first), colored);
            }
        }
    }
    text
}

fn write_line(text: &mut String, action: Action, before: &str, said: &str, colored: bool) {
    let (color, end) = if colored {
        (action.color(), "\x1b[0m")
    } else {
        ("", "")
    };
    let _ = writeln!(text, "{before}{color}{}{end} {said}", action.sign());
}

/// Whether two differences stand in one line: members of a group, or capabilities of one grantee.
fn are_alike(change: &Change, next: &Change) -> bool {
    let party = |change: &Change| change.rule.as_ref().map(|(party, _)| party.clone());
    let same = change.member == next.member && change.action == next.action && party(change) == party(next);
    match &change.rule {
        Some(_) => same && change.from == next.from && change.to == next.to,
        None => same && matches!(change.member.as_deref(), Some("members" | "projects")),
    }
}

/// Differences that are alike, in one line.
fn said(alike: &[&Change], first: &Change) -> String {
    let member = first.member.as_deref().unwrap_or_default();
    let value = |value: &Option<String>| value.as_deref().map(|text| plain(text).into_owned());
    let (from, to) = (value(&first.from), value(&first.to));
    if let Some((party, _)) = &first.rule {
        let names = alike.iter().filter_map(|change| change.rule.as_ref());
        let names: Vec<_> = names.map(|(_, capability)| capability.as_str()).collect();
        let mode = match (from, to) {
            (Some(from), Some(to)) => format!("{from} -> {to}"),
            (from, to) => from.or(to).unwrap_or_default(),
        };
        return format!(
            "{member} {}: {mode} {}",
            plain(&party.to_string()),
            names.join(", ")
        );
    }
    let all = |of: fn(&Change) -> &Option<String>| {
        let values: Vec<_> = alike.iter().filter_map(|change| value(of(change))).collect();
        values.join(", ")
    };
    match (from, to) {
        (Some(from), Some(to)) => format!("{member}: {from} -> {to}"),
        (Some(_), None) => format!("{member}: {}", all(|change| &change.from)),
        _ => format!("{member}: {}", all(|change| &change.to)),
    }
}

/// The diff on standard error, beside a question.
pub(super) fn diff_for_question(steps: &[Step]) -> String {
    diff(steps, &io::stderr())
}
