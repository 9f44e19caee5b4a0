//! Says commands of tabcmd in commands of tabctl: words that could be typed.

mod content;
mod extracts;
mod files;

pub(super) use content::{delete, export, get, publish};
pub(super) use extracts::{
    create_extracts, decrypt_extracts, delete_extracts, encrypt_extracts, reencrypt_extracts,
    refresh_extracts,
};

use super::parse::Typed;

/// What a command of tabcmd is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Plan {
    Login,
    Logout,
    /// These commands, one after the other; all are run even if one fails.
    Each(Vec<Ours>),
    /// The first of these whose item there is.
    FirstFound(Vec<Ours>),
}

/// A command of tabctl.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ours {
    pub(super) words: Vec<String>,
    /// Secrets that are given to it in files of their own: the option, and the secret.
    pub(super) secrets: Vec<(&'static str, String)>,
}

impl Ours {
    pub(super) fn new(words: &[&str]) -> Self {
        Self {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            secrets: Vec::new(),
        }
    }

    pub(super) fn and(mut self, words: &[&str]) -> Self {
        self.words.extend(words.iter().map(|word| (*word).to_owned()));
        self
    }

    /// With an option, if it was typed to tabcmd by this name.
    fn with(self, option: &str, typed: &Typed, name: &str) -> Self {
        match typed.value(name) {
            Some(value) => self.and(&[option, value]),
            None => self,
        }
    }

    /// With a word, if an option was typed to tabcmd.
    fn with_flag(self, word: &str, typed: &Typed, name: &str) -> Self {
        if typed.has(name) { self.and(&[word]) } else { self }
    }
}

impl From<Ours> for Plan {
    fn from(ours: Ours) -> Self {
        Self::Each(vec![ours])
    }
}

pub(super) type Translated = Result<Plan, String>;

pub(super) fn login(_: &Typed) -> Translated {
    Ok(Plan::Login)
}

pub(super) fn logout(_: &Typed) -> Translated {
    Ok(Plan::Logout)
}

/// A project by its path: by its name alone where no parent was typed.
fn project(parent: Option<&str>, name: Option<&str>) -> Option<String> {
    let parts: Vec<_> = [parent, name]
        .into_iter()
        .flatten()
        .map(|part| part.trim_matches('/'))
        .filter(|part| !part.is_empty())
        .collect();
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// An item by its path in a project.
fn within(project: Option<String>, name: &str) -> String {
    match project {
        Some(project) => format!("{project}/{name}"),
        None => name.to_owned(),
    }
}

pub(super) fn add_users(typed: &Typed) -> Translated {
    let file = typed.value("--users").unwrap_or_default();
    Ok(Ours::new(&["groups", "sync", typed.argument(), file, "--keep"]).into())
}

pub(super) fn remove_users(typed: &Typed) -> Translated {
    let file = typed.value("--users").unwrap_or_default();
    Ok(Ours::new(&["groups", "sync", typed.argument(), file, "--remove"]).into())
}

pub(super) fn create_site_users(typed: &Typed) -> Translated {
    let ours = Ours::new(&["users", "import", typed.argument()]);
    let ours = match typed.value("--role").map(current_role) {
        Some(role) => ours.and(&["--site-role", role]),
        None => ours,
    };
    Ok(ours.with("--auth-setting", typed, "--auth-type").into())
}

/// The role of today for one of those before 2018.1, which tabcmd still takes.
fn current_role(role: &str) -> &str {
    match role {
        "Interactor" => "Explorer",
        "Publisher" => "ExplorerCanPublish",
        "SiteAdministrator" => "SiteAdministratorExplorer",
        other => other,
    }
}

pub(super) fn delete_site_users(typed: &Typed) -> Translated {
    Ok(Ours::new(&["users", "remove", typed.argument(), "--yes"]).into())
}

pub(super) fn create_group(typed: &Typed) -> Translated {
    Ok(Ours::new(&["groups", "create", "--name", typed.argument()]).into())
}

pub(super) fn delete_group(typed: &Typed) -> Translated {
    Ok(Ours::new(&["groups", "delete", typed.argument(), "--yes"]).into())
}

pub(super) fn create_project(typed: &Typed) -> Translated {
    let ours = Ours::new(&["projects", "create"]).with("--name", typed, "--name");
    let ours = ours.with("--parent-project-id", typed, "--parent-project-path");
    Ok(ours.with("--description", typed, "--description").into())
}

pub(super) fn delete_project(typed: &Typed) -> Translated {
    let path = within(
        project(typed.value("--parent-project-path"), None),
        typed.argument(),
    );
    Ok(Ours::new(&["projects", "delete", &path, "--yes"]).into())
}

pub(super) fn publish_samples(typed: &Typed) -> Translated {
    let project = project(typed.value("--parent-project-path"), typed.value("--name"));
    let project = project.unwrap_or_default();
    Ok(Ours::new(&["projects", "update", &project, "--publish-samples", "true"]).into())
}

/// The settings of a site that both commands have.
fn site_settings(ours: Ours, typed: &Typed) -> Ours {
    let ours = ours.with("--user-quota", typed, "--user-quota");
    let ours = ours.with("--storage-quota", typed, "--storage-quota");
    let ours = ours.with("--extract-encryption-mode", typed, "--extract-encryption-mode");
    let ours = ours.with("--run-now-enabled", typed, "--run-now-enabled");
    match (typed.has("--site-mode"), typed.has("--no-site-mode")) {
        (true, _) => ours.and(&["--admin-mode", "ContentAndUsers"]),
        (_, true) => ours.and(&["--admin-mode", "ContentOnly"]),
        _ => ours,
    }
}

pub(super) fn create_site(typed: &Typed) -> Translated {
    let name = typed.argument();
    let url = typed.value("--site-id").or(typed.value("--url")).unwrap_or(name);
    let ours = Ours::new(&["sites", "create", "--name", name, "--content-url", url]);
    Ok(site_settings(ours, typed).into())
}

pub(super) fn edit_site(typed: &Typed) -> Translated {
    let ours = Ours::new(&["sites", "update", typed.argument()]).with("--name", typed, "--site-name");
    let ours = match typed.value("--site-id").or(typed.value("--url")) {
        Some(url) => ours.and(&["--content-url", url]),
        None => ours,
    };
    let ours = match typed.value("--status") {
        Some("SUSPENDED") => ours.and(&["--state", "Suspended"]),
        Some(_) => ours.and(&["--state", "Active"]),
        None => ours,
    };
    Ok(site_settings(ours, typed).into())
}

pub(super) fn delete_site(typed: &Typed) -> Translated {
    Ok(Ours::new(&["sites", "delete", typed.argument(), "--yes"]).into())
}

pub(super) fn list_sites(typed: &Typed) -> Translated {
    let columns = match typed.has("--get-extract-encryption-mode") {
        true => "name,id,extractEncryptionMode",
        false => "name,id",
    };
    Ok(Ours::new(&["sites", "list", "--columns", columns]).into())
}

pub(super) fn list(typed: &Typed) -> Translated {
    let group = typed.argument().to_lowercase();
    if !["projects", "workbooks", "datasources", "flows"].contains(&group.as_str()) {
        let text = format!("list takes projects, workbooks, datasources or flows, not {group:?}");
        return Err(text);
    }
    let has_url = group == "workbooks" || group == "datasources";
    let columns: Vec<_> = [
        ("id", true),
        ("name", typed.has("--name")),
        ("owner.id", typed.has("--owner")),
        ("contentUrl", typed.has("--address") && has_url),
        ("description", typed.has("--details")),
    ]
    .into_iter()
    .filter_map(|(column, is_wanted)| is_wanted.then_some(column))
    .collect();
    let ours = Ours::new(&[&group, "list", "--columns", &columns.join(",")]);
    Ok(ours.with_flag("--csv", typed, "--machine").into())
}
