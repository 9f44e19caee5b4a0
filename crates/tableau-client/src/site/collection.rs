//! The verbs that all collections share.

use std::marker::PhantomData;

use tableau_wire::rest::{
    BackgroundJob, Column, ConnectedApplication, CustomView, DataAlert, Database, Datasource,
    ExternalAuthorizationServer, Flow, FlowRun, Group, GroupSet, LinkedTask, OidcConfiguration, Project,
    Schedule, Site as SiteInfo, Subscription, Table, User, View, VirtualConnection, Webhook, Workbook,
};
use tableau_wire::{
    Create, Created, Delete, Deleted, Fetched, Get, Id, List, Listed, Resource, Update, Updated,
};

use super::{Call, Site};
use crate::mode::{Async, Mode};

/// A collection on a site: its workbooks, its users, ….
#[derive(Debug, Clone)]
pub struct Collection<R: Resource, M: Mode = Async> {
    site: Site<M>,
    of: PhantomData<fn() -> R>,
}

impl<R: Resource, M: Mode> Collection<R, M> {
    pub(crate) fn new(site: Site<M>) -> Self {
        Self {
            site,
            of: PhantomData,
        }
    }

    pub(crate) fn site(&self) -> &Site<M> {
        &self.site
    }

    /// Lists the items: one page with its totals, or with [`Call::all`] every item.
    pub fn list(&self) -> Call<List<R>, M>
    where
        R: Listed,
    {
        self.site.call(List::new())
    }

    /// Gets one item by its identifier.
    pub fn get(&self, id: impl Into<Id<R::One>>) -> Call<Get<R>, M>
    where
        R: Fetched,
    {
        self.site.call(Get::new(id))
    }

    /// Creates an item.
    pub fn create(&self, item: R::New) -> Call<Create<R>, M>
    where
        R: Created,
    {
        self.site.call(Create::new(item))
    }

    /// Changes an item; fields that the patch leaves out stay as they are.
    pub fn update(&self, id: impl Into<Id<R::One>>, patch: R::Patch) -> Call<Update<R>, M>
    where
        R: Updated,
    {
        self.site.call(Update::new(id, patch))
    }

    /// Deletes an item.
    pub fn delete(&self, id: impl Into<Id<R::One>>) -> Call<Delete<R>, M>
    where
        R: Deleted,
    {
        self.site.call(Delete::new(id))
    }
}

impl<M: Mode> Site<M> {
    /// The workbooks of the site.
    #[must_use]
    pub fn workbooks(&self) -> Collection<Workbook, M> {
        self.collection()
    }

    /// The views of the site.
    #[must_use]
    pub fn views(&self) -> Collection<View, M> {
        self.collection()
    }

    /// The projects of the site.
    #[must_use]
    pub fn projects(&self) -> Collection<Project, M> {
        self.collection()
    }

    /// The published data sources of the site.
    #[must_use]
    pub fn datasources(&self) -> Collection<Datasource, M> {
        self.collection()
    }

    /// The flows of the site.
    #[must_use]
    pub fn flows(&self) -> Collection<Flow, M> {
        self.collection()
    }

    /// The runs of flows.
    #[must_use]
    pub fn flow_runs(&self) -> Collection<FlowRun, M> {
        self.collection()
    }

    /// The custom views of the site.
    #[must_use]
    pub fn custom_views(&self) -> Collection<CustomView, M> {
        self.collection()
    }

    /// The virtual connections of the site.
    #[must_use]
    pub fn virtual_connections(&self) -> Collection<VirtualConnection, M> {
        self.collection()
    }

    /// The users of the site.
    #[must_use]
    pub fn users(&self) -> Collection<User, M> {
        self.collection()
    }

    /// The groups of the site.
    #[must_use]
    pub fn groups(&self) -> Collection<Group, M> {
        self.collection()
    }

    /// The group sets of the site.
    #[must_use]
    pub fn group_sets(&self) -> Collection<GroupSet, M> {
        self.collection()
    }

    /// The configurations of OpenID Connect of the site; for site administrators, on Tableau Cloud.
    #[must_use]
    pub fn oidc_configurations(&self) -> Collection<OidcConfiguration, M> {
        self.collection()
    }

    /// The jobs of the site: what the server does in the background.
    #[must_use]
    pub fn jobs(&self) -> Collection<BackgroundJob, M> {
        self.collection()
    }

    /// The webhooks of the site; for site administrators.
    #[must_use]
    pub fn webhooks(&self) -> Collection<Webhook, M> {
        self.collection()
    }

    /// The schedules of the server; not on Tableau Cloud, where tasks have their own.
    #[must_use]
    pub fn schedules(&self) -> Collection<Schedule, M> {
        self.collection()
    }

    /// The linked tasks of the site: flows that run one after the other.
    #[must_use]
    pub fn linked_tasks(&self) -> Collection<LinkedTask, M> {
        self.collection()
    }

    /// The subscriptions of the site.
    #[must_use]
    pub fn subscriptions(&self) -> Collection<Subscription, M> {
        self.collection()
    }

    /// The data-driven alerts of the site.
    #[must_use]
    pub fn data_alerts(&self) -> Collection<DataAlert, M> {
        self.collection()
    }

    /// The databases that content of the site is connected to.
    #[must_use]
    pub fn databases(&self) -> Collection<Database, M> {
        self.collection()
    }

    /// The tables of these databases.
    #[must_use]
    pub fn tables(&self) -> Collection<Table, M> {
        self.collection()
    }

    /// The columns of these tables: their tags.
    #[must_use]
    pub fn columns(&self) -> Collection<Column, M> {
        self.collection()
    }

    /// The sites of the server; for server administrators, and not on Tableau Cloud.
    #[must_use]
    pub fn sites(&self) -> Collection<SiteInfo, M> {
        self.collection()
    }

    /// The connected apps of the site; for site administrators.
    #[must_use]
    pub fn connected_apps(&self) -> Collection<ConnectedApplication, M> {
        self.collection()
    }

    /// The external authorization servers of the site; for site administrators.
    #[must_use]
    pub fn external_authorization_servers(&self) -> Collection<ExternalAuthorizationServer, M> {
        self.collection()
    }

    /// A collection by its type.
    #[must_use]
    pub fn collection<R: Resource>(&self) -> Collection<R, M> {
        Collection::new(self.clone())
    }
}
