//! What comes before a change: references are resolved, a deletion is confirmed, and `--dry-run` shows the call instead.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use tableau_client::Untyped;
use tableau_client::wire::{BodyKind, Entry, Place, Reply, ValueKind};

use super::body::Member;
use super::{body, own, print};
use crate::args::{Endpoint, Refers, in_imperative, is_deletion};
use crate::commands::reference::{Collection, Finder, add_shown, filters, text};
use crate::env::is_luid;
use crate::failure::Failure;
use crate::output::jq::Filter;
use crate::output::{Form, Style};
use crate::terminal::prompt::Terminal;
use crate::terminal::text::plain;

/// A call that may change something.
pub(super) struct Change {
    entry: &'static Entry,
    /// What the variables of the path refer to.
    references: Vec<Option<Collection>>,
    /// The members of the body, some of which refer to items.
    members: Vec<Member>,
    file: Option<PathBuf>,
    /// Whether to ask before deleting, and where.
    asks: Option<Terminal>,
    dry_run: bool,
    /// The document as it was typed, without secrets.
    document: Value,
}

impl Change {
    /// Fails before a sign-in if a deletion can be confirmed neither by an option nor at a terminal.
    pub(super) fn of(endpoint: &Endpoint) -> Result<Self, Failure> {
        let by_reference = endpoint.by_reference;
        let unconfirmed =
            by_reference && is_deletion(&endpoint.entry.operation) && !endpoint.yes && !endpoint.dry_run;
        let asks = if unconfirmed { Terminal::find()? } else { None };
        if unconfirmed && asks.is_none() {
            let message = "a deletion is confirmed at a terminal, and there is none: add --yes";
            return Err(Failure::Usage(message.to_owned()));
        }
        Ok(Self {
            entry: endpoint.entry,
            references: if by_reference {
                Collection::in_path(endpoint.entry, &endpoint.values)
            } else {
                Vec::new()
            },
            asks,
            dry_run: endpoint.dry_run,
            document: shown(endpoint.dry_run, &endpoint.members, endpoint.file.as_deref())?,
            members: match by_reference {
                true => endpoint.members.clone(),
                false => Vec::new(),
            },
            file: endpoint.file.clone(),
        })
    }

    /// Whether the call is shown instead of made.
    pub(super) fn is_shown(&self) -> bool {
        self.dry_run
    }

    pub(super) fn has_references(&self) -> bool {
        let in_body = |(path, kind, typed): &Member| referred(path, *kind, typed).is_some();
        self.references.iter().any(Option::is_some) || self.members.iter().any(in_body)
    }

    /// Replaces references by identifiers, and asks before a deletion.
    pub(super) fn settle(&mut self, finder: Finder<'_>, call: &mut Untyped) -> Result<(), Failure> {
        let mut is_changed = false;
        let content = content_group(&self.members);
        for (path, kind, typed) in &mut self.members {
            if let Some(group) = referred(path, *kind, typed) {
                let group = match group {
                    Refers::CONTENT => content.ok_or_else(|| {
                        Failure::Usage("the content is named: say with --content.type whether it is a Workbook or a View".to_owned())
                    })?,
                    group => group,
                };
                *typed = finder.id(Collection::of(group)?, typed)?;
                is_changed = true;
            }
        }
        if is_changed {
            (call.body, call.file) = body::of(self.entry, &self.members, self.file.as_deref())?;
            self.document = shown(self.dry_run, &self.members, self.file.as_deref())?;
        }
        if !self.references.is_empty() {
            let shown = call.arguments.path.first().map(|typed| filters(typed));
            let shown = self.as_parameters(shown.unwrap_or_default())?;
            let query = &mut call.arguments.query.0;
            add_shown(query, shown);
            for (name, value) in query {
                if name == "mapAssetsTo" && !is_luid(value) {
                    *value = finder.id(Collection::of("users")?, value)?;
                }
            }
        }
        let mut about = Vec::new();
        for (typed, collection) in call.arguments.path.iter_mut().zip(&self.references) {
            match collection {
                None => about.push(typed.clone()),
                Some(collection) if self.asks.is_none() => *typed = finder.id(*collection, typed)?,
                Some(collection) => {
                    let item = finder.item(*collection, typed)?;
                    text(&item, "id").clone_into(typed);
                    about.push(match text(&item, "name") {
                        "" => format!("{} {typed}", collection.noun()),
                        name => format!("{} {} ({typed})", collection.noun(), plain(name)),
                    });
                }
            }
        }
        let Some(terminal) = self.asks else {
            return Ok(());
        };
        if terminal.confirm(&self.question(&about))? {
            return Ok(());
        }
        Err(Failure::Local("nothing was deleted".to_owned()))
    }

    /// What the address of a view filters by, as parameters of a call that renders it.
    fn as_parameters(&self, shown: Vec<(String, String)>) -> Result<Vec<(String, String)>, Failure> {
        let operation = &self.entry.operation;
        if shown.is_empty() || !operation.rendering {
            return Ok(Vec::new());
        }
        let Some(set) = operation
            .all_params()
            .find(|param| param.place == Place::QuerySet)
        else {
            return Err(Failure::Usage(format!(
                "the address filters, which {} cannot: leave `?…` out",
                operation.full_name()
            )));
        };
        let named = |(field, value)| (format!("{}{field}", set.name), value);
        Ok(shown.into_iter().map(named).collect())
    }

    /// What is asked before a deletion, which is about these.
    fn question(&self, about: &[String]) -> String {
        let operation = &self.entry.operation;
        let is_found = self.references.iter().any(Option::is_some);
        let what = in_imperative(&operation.summary.to_string());
        match about {
            [item] if operation.name == "delete" && is_found => format!("Delete the {item}?"),
            [] => format!("{what}?"),
            about => format!("{what}: {}?", about.join(", ")),
        }
    }

    /// Prints the call.
    pub(super) fn show(self, call: &Untyped, style: Style, filter: Option<&Filter>) -> Result<(), Failure> {
        let operation = &self.entry.operation;
        let mut path = operation.template();
        let variables = operation.params.iter().filter(|param| param.place == Place::Path);
        for (param, value) in variables.zip(&call.arguments.path) {
            path = path.replace(&format!("{{{}}}", param.name), value);
        }
        let mut shown = Map::from_iter([
            ("call".to_owned(), json!(operation.full_name())),
            ("method".to_owned(), json!(operation.method.as_str())),
            ("path".to_owned(), json!(path)),
        ]);
        let query = call.arguments.query.0.iter();
        let query: Map<_, _> = query.map(|(name, value)| (name.clone(), json!(value))).collect();
        if !query.is_empty() {
            shown.insert("query".to_owned(), Value::Object(query));
        }
        let document = match (self.entry.body, &self.file) {
            (BodyKind::Document { .. }, Some(_)) => own::shown(self.entry, &call.body.document),
            _ => self.document,
        };
        if !document.is_null() {
            shown.insert("body".to_owned(), document);
        }
        if style.form != Form::Json && style.columns.is_none() && filter.is_none() {
            // Whole, where an item would be shown by its name.
            for value in shown.values_mut().filter(|value| value.is_object()) {
                *value = json!(value.to_string());
            }
        }
        print::reply(Reply::One(Value::Object(shown)), style, &[], filter)
    }
}

/// The group of the item that a member of a body refers to, unless it is named by its LUID already, by a document, or by nothing.
fn referred(path: &str, kind: ValueKind, typed: &str) -> Option<&'static str> {
    let refers = Refers::of(path, kind)?;
    let is_name = !typed.is_empty() && !typed.starts_with('{') && !is_luid(typed);
    is_name.then_some(refers.group)
}

/// The group of the content that a document is about, by the type that was typed.
fn content_group(members: &[Member]) -> Option<&'static str> {
    let (_, _, typed) = members.iter().find(|(path, ..)| path == "content.type")?;
    match typed.to_ascii_lowercase().as_str() {
        "workbook" => Some("workbooks"),
        "view" => Some("views"),
        _ => None,
    }
}

/// The document of a call as `--dry-run` shows it: a file by its name, and no secret.
fn shown(dry_run: bool, members: &[Member], file: Option<&Path>) -> Result<Value, Failure> {
    if !dry_run {
        return Ok(Value::Null);
    }
    let hidden = members.iter().map(|(path, kind, typed)| match kind {
        ValueKind::Secret => (path.clone(), ValueKind::Text, "[…]".to_owned()),
        ValueKind::List(ValueKind::Secret) => {
            (path.clone(), ValueKind::List(&ValueKind::Text), "[…]".to_owned())
        }
        _ => (path.clone(), *kind, typed.clone()),
    });
    let mut document = body::object(&hidden.collect::<Vec<_>>())?;
    if let (Some(file), Some(members)) = (file, document.as_object_mut()) {
        members.insert("file".to_owned(), json!(file.display().to_string()));
    }
    Ok(match document.as_object() {
        Some(members) if members.is_empty() => Value::Null,
        _ => document,
    })
}
