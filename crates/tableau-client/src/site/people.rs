//! The calls of users, groups and group sets beyond the common verbs.

use tableau_wire::rest::group_sets::{AddGroup, RemoveGroup};
use tableau_wire::rest::groups::{AddUsers, ListUsers, RemoveUser, RemoveUsers, UsersToAdd};
use tableau_wire::rest::users::{
    DeleteUsers, ImportUsers, ImportedUser, ListFlows, ListGroups, ListWorkbooks, ListedUser, UserImport,
    UserRemoval,
};
use tableau_wire::rest::{Group, GroupSet, Job, User};
use tableau_wire::value::{SiteRole, UserAuthSetting};
use tableau_wire::{Create, Created, Delete, FilePart, Id, Multipart, Secret};

use super::{Call, Collection};
use crate::error::Error;
use crate::mode::Mode;
use crate::transport::File;

/// A user in a file of users, which a job adds to the site: see [`Collection::import`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserEntry {
    /// The name; with the domain before it where that is needed: `example\jsmith`.
    pub name: String,
    /// The password, for servers that keep passwords themselves.
    pub password: Option<Secret>,
    /// The name that is shown.
    pub full_name: Option<String>,
    /// What the user may do on the site.
    pub site_role: SiteRole,
    /// The address for subscriptions and alerts.
    pub email: Option<String>,
    /// How the user signs in.
    pub auth_setting: Option<UserAuthSetting>,
}

impl UserEntry {
    /// A user with a role.
    pub fn new(name: impl Into<String>, site_role: SiteRole) -> Self {
        Self {
            name: name.into(),
            password: None,
            full_name: None,
            site_role,
            email: None,
            auth_setting: None,
        }
    }

    /// Changes any member.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// The line of Tableau's CSV format, which has no header.
    fn write(&self, csv: &mut String) {
        let [license, administrator, publisher] = self.site_role.to_columns();
        let columns = [
            self.name.as_str(),
            self.password.as_ref().map_or("", Secret::expose),
            self.full_name.as_deref().unwrap_or_default(),
            license,
            administrator,
            publisher,
            self.email.as_deref().unwrap_or_default(),
            self.auth_setting
                .as_ref()
                .map(UserAuthSetting::as_str)
                .unwrap_or_default(),
        ];
        write_line(csv, &columns);
    }
}

/// Writes a line of CSV.
fn write_line(csv: &mut String, columns: &[&str]) {
    for (at, column) in columns.iter().enumerate() {
        if at > 0 {
            csv.push(',');
        }
        if column.contains([',', '"', '\n', '\r']) || column.trim() != *column {
            csv.push('"');
            csv.push_str(&column.replace('"', "\"\""));
            csv.push('"');
        } else {
            csv.push_str(column);
        }
    }
    csv.push('\n');
}

impl<R: Created, M: Mode> Collection<R, M> {
    /// Creates items one after the other; gives what became of each, in their order. One that is refused does not keep the others from it.
    pub fn create_each(
        &self,
        items: impl IntoIterator<Item = R::New>,
    ) -> M::Output<Vec<Result<R::Answer, Error>>>
    where
        R::Answer: Send,
    {
        let (site, items) = (self.site().clone(), items.into_iter().collect::<Vec<_>>());
        self.site().mode().run(async move {
            let mut results = Vec::with_capacity(items.len());
            for item in items {
                results.push(site.send(Create::<R>::new(item)).await);
            }
            results
        })
    }
}

impl<M: Mode> Collection<User, M> {
    /// Lists the workbooks that a user may see: one page, or with [`Call::all`] every one.
    pub fn workbooks(&self, id: impl Into<Id<User>>) -> Call<ListWorkbooks, M> {
        self.site().call(ListWorkbooks::new(id))
    }

    /// Lists the flows that a user may see: one page, or with [`Call::all`] every one.
    pub fn flows(&self, id: impl Into<Id<User>>) -> Call<ListFlows, M> {
        self.site().call(ListFlows::new(id))
    }

    /// Lists the groups that a user is in.
    pub fn groups(&self, id: impl Into<Id<User>>) -> Call<ListGroups, M> {
        self.site().call(ListGroups::new(id))
    }

    /// Adds users to the site, and changes those that there are, by one job, which [`wait`](Collection::wait) waits for.
    ///
    /// ```no_run
    /// # use tableau_client::{Site, UserEntry, wire::value::SiteRole};
    /// # async fn run(site: Site) -> tableau_client::Result<()> {
    /// let job = site
    ///     .users()
    ///     .import([UserEntry::new("jsmith", SiteRole::Viewer), UserEntry::new("ada", SiteRole::Creator)])
    ///     .await?;
    /// println!("{}", job.id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Any refusal of the server; what is wrong with a user is counted by the job.
    pub fn import(&self, users: impl IntoIterator<Item = UserEntry>) -> M::Output<Result<Job, Error>> {
        let (site, users) = (self.site().clone(), users.into_iter().collect::<Vec<_>>());
        self.site().mode().run(async move {
            let mut csv = String::new();
            let mut document = UserImport::new();
            for user in &users {
                user.write(&mut csv);
                let name = user.name.rsplit_once('\\').map_or(&*user.name, |(_, name)| name);
                document.users.push(ImportedUser::new().with(|imported| {
                    imported.name = Some(name.to_owned());
                    imported.auth_setting.clone_from(&user.auth_setting);
                }));
            }
            let call = ImportUsers::new(with_users(Some(document)));
            let file = File::in_memory(csv.into());
            site.send_if_refused_again(call, Some(file)).await
        })
    }

    /// Removes users from the site by their names, by one job. Those who own content become unlicensed instead.
    ///
    /// # Errors
    /// Any refusal of the server.
    pub fn delete_all(
        &self,
        names: impl IntoIterator<Item = impl Into<String>>,
    ) -> M::Output<Result<Option<Job>, Error>> {
        let mut csv = String::new();
        for name in names {
            write_line(&mut csv, &[&name.into()]);
        }
        let site = self.site().clone();
        self.site().mode().run(async move {
            let call = DeleteUsers::new(with_users(UserRemoval));
            let file = File::in_memory(csv.into());
            site.send_if_refused_again(call, Some(file)).await
        })
    }
}

/// What stands beside a file of users, and the file.
fn with_users<D>(document: D) -> Multipart<D> {
    Multipart {
        document,
        file: Some(FilePart::new("users.csv")),
    }
}

impl<M: Mode> Call<Delete<User>, M> {
    /// Gives what the user owns to another; without it, a user who owns content cannot be removed.
    pub fn map_assets_to(self, heir: impl Into<Id<User>>) -> Self {
        self.with(|delete| delete.options.map_assets_to = Some(heir.into()))
    }
}

impl<M: Mode> Collection<Group, M> {
    /// Lists the users of a group: one page, or with [`Call::all`] every one.
    pub fn users(&self, id: impl Into<Id<Group>>) -> Call<ListUsers, M> {
        self.site().call(ListUsers::new(id))
    }

    /// Adds a user to a group.
    pub fn add_user(&self, id: impl Into<Id<Group>>, user: impl Into<Id<User>>) -> Call<AddUsers, M> {
        self.site().call(AddUsers::new(id, UsersToAdd::one(user)))
    }

    /// Adds several users to a group; needs version 3.21 of the API.
    pub fn add_users(
        &self,
        id: impl Into<Id<Group>>,
        users: impl IntoIterator<Item: Into<Id<User>>>,
    ) -> Call<AddUsers, M> {
        let users = users.into_iter().map(Into::into);
        self.site().call(AddUsers::new(id, UsersToAdd::many(users)))
    }

    /// Removes a user from a group.
    pub fn remove_user(&self, id: impl Into<Id<Group>>, user: impl Into<Id<User>>) -> Call<RemoveUser, M> {
        self.site().call(RemoveUser::new(id, user))
    }

    /// Removes several users from a group; needs version 3.21 of the API.
    pub fn remove_users(
        &self,
        id: impl Into<Id<Group>>,
        users: impl IntoIterator<Item: Into<Id<User>>>,
    ) -> Call<RemoveUsers, M> {
        let users = users.into_iter().map(|id| ListedUser { id: id.into() });
        let users = users.collect();
        self.site().call(RemoveUsers::new(id, users))
    }
}

impl<M: Mode> Collection<GroupSet, M> {
    /// Adds a group to a group set.
    pub fn add_group(&self, id: impl Into<Id<GroupSet>>, group: impl Into<Id<Group>>) -> Call<AddGroup, M> {
        self.site().call(AddGroup::new(id, group))
    }

    /// Removes a group from a group set.
    pub fn remove_group(
        &self,
        id: impl Into<Id<GroupSet>>,
        group: impl Into<Id<Group>>,
    ) -> Call<RemoveGroup, M> {
        self.site().call(RemoveGroup::new(id, group))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_columns_of_tableaus_format() {
        let mut csv = String::new();
        UserEntry::new("ada", SiteRole::SiteAdministratorCreator)
            .with(|user| {
                user.full_name = Some("Lovelace, \"Ada\"".to_owned());
                user.email = Some("ada@example.com".to_owned());
                user.auth_setting = Some(UserAuthSetting::Saml);
            })
            .write(&mut csv);
        UserEntry::new("bob", SiteRole::Unlicensed).write(&mut csv);
        assert_eq!(
            csv,
            "ada,,\"Lovelace, \"\"Ada\"\"\",Creator,Site,1,ada@example.com,SAML\nbob,,,Unlicensed,None,0,,\n"
        );
    }
}
