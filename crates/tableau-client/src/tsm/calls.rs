//! The calls that have evidence, by name; each is described in `tableau_wire::tsm`.

use tableau_wire::tsm::async_jobs::{CancelAsyncJob, GetAsyncJob, GetLatestAsyncJob, ListAsyncJobs};
use tableau_wire::tsm::licensing::{GetLicensing, ListProductKeys, Register};
use tableau_wire::tsm::maintenance::{BackupFixedFile, Cleanup, ReindexSearch, RestoreFixedFile};
use tableau_wire::tsm::nodes::{GetNode, ListNodes};
use tableau_wire::tsm::repository::GetCurrentMaster;
use tableau_wire::tsm::server::{Disable, Enable, GetServerInfo, GetSupportInfo, Restart};
use tableau_wire::tsm::settings::{Export, Import};
use tableau_wire::tsm::status::GetStatus;
use tableau_wire::tsm::{
    AsyncJob, AsyncJobs, ClusterNodes, ClusterStatus, ConfigKeys, JobId, Json, Links, NodeInfo, ProductKeys,
    Registration, RepositoryNode, RequestedVersion, ServerInfo, Settings, SupportInfo, Topology,
    configurations, topologies,
};

use super::TsmSession;
use crate::error::Error;
use crate::mode::Mode;

/// The result of a call: a typed document, with the JSON that it came from.
pub type Reply<T, M> = <M as Mode>::Output<Result<Json<T>, Error>>;

impl<M: Mode> TsmSession<M> {
    /// Gets the status of the cluster, its nodes, their services and each process.
    pub fn status(&self) -> Reply<ClusterStatus, M> {
        self.call(GetStatus)
    }

    /// Lists the nodes of the cluster.
    pub fn nodes(&self) -> Reply<ClusterNodes, M> {
        self.call(ListNodes)
    }

    /// Gets a node's address and hardware.
    pub fn node(&self, node_id: impl Into<String>) -> Reply<NodeInfo, M> {
        self.call(GetNode::new(node_id))
    }

    /// Gets what the server says about itself.
    pub fn server_info(&self) -> Reply<ServerInfo, M> {
        self.call(GetServerInfo)
    }

    /// Gets the information that Tableau's support asks for.
    pub fn support_info(&self) -> Reply<SupportInfo, M> {
        self.call(GetSupportInfo)
    }

    /// Gets the node on which the repository takes changes.
    pub fn repository(&self) -> Reply<RepositoryNode, M> {
        self.call(GetCurrentMaster)
    }

    /// Lists the jobs.
    pub fn jobs(&self) -> Reply<AsyncJobs, M> {
        self.call(ListAsyncJobs::default())
    }

    /// Gets a job and its progress.
    pub fn job(&self, id: JobId) -> Reply<AsyncJob, M> {
        self.call(GetAsyncJob::new(id))
    }

    /// Gets the newest job and its progress.
    pub fn latest_job(&self) -> Reply<AsyncJob, M> {
        self.call(GetLatestAsyncJob)
    }

    /// Requests the cancellation of a job: queued jobs can be cancelled, running ones only of some types.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict), as far as is known, if it cannot be cancelled any more.
    pub fn cancel_job(&self, id: JobId) -> Reply<AsyncJob, M> {
        self.call(CancelAsyncJob::new(id))
    }

    /// Starts the server.
    pub fn enable(&self) -> Reply<AsyncJob, M> {
        self.call(Enable)
    }

    /// Stops the server.
    pub fn disable(&self) -> Reply<AsyncJob, M> {
        self.call(Disable)
    }

    /// Stops the server and starts it again.
    pub fn restart(&self) -> Reply<AsyncJob, M> {
        self.call(Restart)
    }

    /// Makes a backup in a file of this name in the server's own directory for backups; [`BackupFixedFile`] has more to choose.
    pub fn backup_fixed_file(&self, write_path: impl Into<String>) -> Reply<AsyncJob, M> {
        self.call(BackupFixedFile::new(write_path))
    }

    /// Restores a backup from the server's own directory for backups.
    pub fn restore_fixed_file(&self, fixed_file: impl Into<String>) -> Reply<AsyncJob, M> {
        self.call(RestoreFixedFile::new(fixed_file))
    }

    /// Removes data that is not needed any more, of the chosen kinds.
    pub fn cleanup(&self, what: Cleanup) -> Reply<AsyncJob, M> {
        self.call(what)
    }

    /// Builds the search index again.
    pub fn reindex_search(&self) -> Reply<AsyncJob, M> {
        self.call(ReindexSearch)
    }

    /// Gets the version of the configuration that was requested last, applied or not.
    pub fn requested_configuration(&self) -> Reply<RequestedVersion, M> {
        self.call(configurations::GetRequestedVersion)
    }

    /// Lists the keys of a version of the configuration.
    pub fn configuration_keys(&self, version: u64) -> Reply<ConfigKeys, M> {
        self.call(configurations::ListKeys::new(version))
    }

    /// Gets one key of a version of the configuration.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound), as far as is known, if there is no such key.
    pub fn configuration_key(&self, version: u64, key: impl Into<String>) -> Reply<ConfigKeys, M> {
        self.call(configurations::GetKey::new(version, key))
    }

    /// Exports the configuration and the topology; the document has secrets of the server in it.
    pub fn export(&self) -> Reply<Settings, M> {
        self.call(Export::default())
    }

    /// Imports a configuration and a topology; the changes are pending until they are applied. [`Import`] can choose one of them.
    pub fn import(&self, settings: Json<Settings>) -> M::Output<Result<(), Error>> {
        self.call(Import::new(settings))
    }

    /// Lists links to the existing topologies.
    pub fn topologies(&self) -> Reply<Links, M> {
        self.call(topologies::ListTopologies)
    }

    /// Gets the version of the topology that was requested last, applied or not.
    pub fn requested_topology(&self) -> Reply<RequestedVersion, M> {
        self.call(topologies::GetRequestedVersion)
    }

    /// Gets a version of the topology.
    pub fn topology(&self, version: u64) -> Reply<Topology, M> {
        self.call(topologies::GetTopology::new(version))
    }

    /// Lists links to the licensing resources.
    pub fn licensing(&self) -> Reply<Links, M> {
        self.call(GetLicensing)
    }

    /// Lists the product keys.
    pub fn product_keys(&self) -> Reply<ProductKeys, M> {
        self.call(ListProductKeys)
    }

    /// Registers the server with Tableau.
    pub fn register(&self, registration: Registration) -> M::Output<Result<(), Error>> {
        self.call(Register::new(Json::new(registration)))
    }
}
