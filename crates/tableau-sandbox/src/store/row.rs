//! Rows that are stored as they are shown: the wire type, and references to other rows.

use std::fmt::Debug;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use tableau_wire::Element;
use tableau_wire::rest::groups::GrantLicenseMode;
use tableau_wire::rest::{Group, Project, Site, User};
use tableau_wire::value::{ContentPermissions, SiteRole};
use uuid::Uuid;

use super::unshown::Product;
use super::{Record, State, Table};
use crate::files::FileId;

/// A row: the members of answers, without those that other rows hold.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub(crate) struct Row<R: Stored> {
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    /// The number in addresses for a browser, from 1 on each site.
    #[serde(default)]
    pub(crate) number: u64,
    /// The user who owns it; if not given, the owner of the parent does.
    #[serde(default)]
    pub(crate) owner: Option<Uuid>,
    /// The project that contains it; if not given, the parent's project does.
    #[serde(default)]
    pub(crate) project: Option<Uuid>,
    /// The row that it is part of: the workbook of a view, the project around a project. It is deleted with that row.
    #[serde(default)]
    pub(crate) parent: Option<Uuid>,
    /// Its file.
    #[serde(default)]
    pub(crate) file: Option<RowFile>,
    pub(crate) shown: R,
    /// What answers never show.
    #[serde(default, deserialize_with = "read_unshown")]
    pub(crate) unshown: R::Unshown,
}

/// Reads what is not shown; a kind that had nothing of it when it was stored has the default.
fn read_unshown<'de, U: Deserialize<'de> + Default, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<U, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// The file of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RowFile {
    pub(crate) id: FileId,
    /// The type, which is also the extension of its name: `twbx`.
    pub(crate) extension: String,
    /// Its size.
    #[serde(default)]
    pub(crate) bytes: u64,
}

impl<R: Stored> Row<R> {
    /// A row without references.
    pub(crate) fn new(id: Uuid, site: Uuid, shown: R) -> Self {
        Self {
            id,
            site,
            number: 0,
            owner: None,
            project: None,
            parent: None,
            file: None,
            shown,
            unshown: R::Unshown::default(),
        }
    }

    /// A row that is part of another.
    pub(crate) fn inside<P: Stored>(parent: &Row<P>, id: Uuid, shown: R) -> Self {
        Self {
            parent: Some(parent.id),
            ..Self::new(id, parent.site, shown)
        }
    }
}

/// A wire type with a table of its own; the parent module lists all kinds.
pub(crate) trait Stored:
    Element + Serialize + DeserializeOwned + Clone + Debug + Default + Send + Sync + 'static
{
    /// What is stored of it and never shown.
    type Unshown: Serialize + DeserializeOwned + Clone + Debug + Default + Send + Sync + 'static;

    /// The name by which it is found in its project, and that by which it is found on its site.
    fn names(&self) -> [Option<&str>; 2] {
        [None, None]
    }

    /// What it is found by, other than its owner.
    fn key(_row: &Row<Self>) -> Option<Uuid> {
        None
    }

    /// When it is due to be looked at again; each site is a group.
    fn due(_row: &Row<Self>) -> Option<Timestamp> {
        None
    }

    fn table(state: &State) -> &Table<Row<Self>>;
    fn table_mut(state: &mut State) -> &mut Table<Row<Self>>;
}

impl<R: Stored> Record for Row<R> {
    const KIND: &'static str = R::ELEMENT;

    fn id(&self) -> Uuid {
        self.id
    }

    fn site(&self) -> Uuid {
        self.site
    }

    fn within(&self) -> [Option<Uuid>; 2] {
        [self.parent, self.project]
    }

    fn names(&self) -> [Option<(Uuid, &str)>; 2] {
        let [in_project, on_site] = self.shown.names();
        [
            self.project.zip(in_project),
            on_site.map(|name| (self.site, name)),
        ]
    }

    fn keys(&self) -> [Option<Uuid>; 2] {
        [self.owner, R::key(self)]
    }

    fn due(&self) -> Option<(Uuid, Timestamp)> {
        R::due(self).map(|time| (self.site, time))
    }

    /// What users did is not content: it stays theirs.
    fn owner(&self) -> Option<Uuid> {
        const HISTORY: [&str; 4] = ["user", "backgroundJob", "flowRun", "revision"];
        self.owner.filter(|_| !HISTORY.contains(&R::ELEMENT))
    }

    fn owned_by(self, owner: Uuid) -> Self {
        Self {
            owner: Some(owner),
            ..self
        }
    }

    fn file(&self) -> Option<&FileId> {
        self.file.as_ref().map(|file| &file.id)
    }

    fn table(state: &State) -> &Table<Self> {
        R::table(state)
    }

    fn table_mut(state: &mut State) -> &mut Table<Self> {
        R::table_mut(state)
    }
}

/// A site.
pub(crate) type SiteRow = Row<Site>;
/// A user of a site.
pub(crate) type UserRow = Row<User>;

impl SiteRow {
    pub(crate) fn product(&self) -> Product {
        self.unshown.product
    }

    /// The name in addresses; empty for the Default site.
    pub(crate) fn content_url(&self) -> &str {
        self.shown.content_url.as_deref().unwrap_or_default()
    }
}

impl UserRow {
    /// The person, whom the whole server knows.
    pub(crate) fn account(&self) -> Uuid {
        self.unshown.account
    }

    /// The site role; without one a user is unlicensed.
    pub(crate) fn role(&self) -> &SiteRole {
        self.shown.site_role.as_ref().unwrap_or(&SiteRole::Unlicensed)
    }
}

impl Row<Group> {
    /// The least role that its users get.
    pub(crate) fn least_role(&self) -> Option<&SiteRole> {
        let import = self.shown.import.as_ref();
        let imported = import.and_then(|import| import.site_role.as_ref());
        imported.or(self.shown.minimum_site_role.as_ref())
    }

    /// When they get it; `None` for groups of the site, whose users get it at once.
    pub(crate) fn grant_mode(&self) -> Option<&GrantLicenseMode> {
        self.shown.import.as_ref()?.grant_license_mode.as_ref()
    }
}

impl Row<Project> {
    /// Whether it decides about the permissions of what is directly inside.
    pub(crate) fn is_locked(&self) -> bool {
        self.is_locked_with_nested()
            || self.shown.content_permissions == Some(ContentPermissions::LockedToProjectWithoutNested)
    }

    /// Whether it decides about the permissions of everything inside, at any depth.
    pub(crate) fn is_locked_with_nested(&self) -> bool {
        self.shown.content_permissions == Some(ContentPermissions::LockedToProject)
    }
}
