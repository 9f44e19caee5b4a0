//! The calls that have evidence, by name; each is described in `tableau_wire::tsm`.

use tableau_wire::tsm::async_jobs::{CancelAsyncJob, GetAsyncJob, GetLatestAsyncJob, ListAsyncJobs};
use tableau_wire::tsm::licensing::{GetLicensing, ListProductKeys, Register};
use tableau_wire::tsm::maintenance::{BackupFixedFile, Cleanup, ReindexSearch, RestoreFixedFile};
use tableau_wire::tsm::nodes::{GetNode, ListNodes};
use tableau_wire::tsm::repository::GetCurrentMaster;
use tableau_wire::tsm::server::{Disable, Enable, GetServerInfo, GetSupportInfo, Restart};
use tableau_wire::tsm::settings::{Export, Import};
use tableau_wire::tsm::status::GetStatus;
use tableau_wire::tsm::{JobId, Json, Registration, Settings, configurations, topologies};

use super::{TsmCall, TsmSession};
use crate::mode::Mode;

impl<M: Mode> TsmSession<M> {
    /// Gets the status of the cluster, its nodes, their services and each process.
    pub fn status(&self) -> TsmCall<GetStatus, M> {
        self.call(GetStatus)
    }

    /// Lists the nodes of the cluster.
    pub fn nodes(&self) -> TsmCall<ListNodes, M> {
        self.call(ListNodes)
    }

    /// Gets a node's address and hardware.
    pub fn node(&self, node_id: impl Into<String>) -> TsmCall<GetNode, M> {
        self.call(GetNode::new(node_id))
    }

    /// Gets what the server says about itself.
    pub fn server_info(&self) -> TsmCall<GetServerInfo, M> {
        self.call(GetServerInfo)
    }

    /// Gets the information that Tableau's support asks for.
    pub fn support_info(&self) -> TsmCall<GetSupportInfo, M> {
        self.call(GetSupportInfo)
    }

    /// Gets the node on which the repository takes changes.
    pub fn repository(&self) -> TsmCall<GetCurrentMaster, M> {
        self.call(GetCurrentMaster)
    }

    /// Lists the jobs.
    pub fn jobs(&self) -> TsmCall<ListAsyncJobs, M> {
        self.call(ListAsyncJobs::default())
    }

    /// Gets a job and its progress.
    pub fn job(&self, id: JobId) -> TsmCall<GetAsyncJob, M> {
        self.call(GetAsyncJob::new(id))
    }

    /// Gets the newest job and its progress.
    pub fn latest_job(&self) -> TsmCall<GetLatestAsyncJob, M> {
        self.call(GetLatestAsyncJob)
    }

    /// Requests the cancellation of a job: queued jobs can be cancelled, running ones only of some types.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict), as far as is known, if it cannot be cancelled any more.
    pub fn cancel_job(&self, id: JobId) -> TsmCall<CancelAsyncJob, M> {
        self.call(CancelAsyncJob::new(id))
    }

    /// Starts the server.
    pub fn enable(&self) -> TsmCall<Enable, M> {
        self.call(Enable)
    }

    /// Stops the server.
    pub fn disable(&self) -> TsmCall<Disable, M> {
        self.call(Disable)
    }

    /// Stops the server and starts it again.
    pub fn restart(&self) -> TsmCall<Restart, M> {
        self.call(Restart)
    }

    /// Makes a backup in a file of this name in the server's own directory for backups; [`BackupFixedFile`] has more to choose.
    pub fn backup_fixed_file(&self, write_path: impl Into<String>) -> TsmCall<BackupFixedFile, M> {
        self.call(BackupFixedFile::new(write_path))
    }

    /// Restores a backup from the server's own directory for backups.
    pub fn restore_fixed_file(&self, fixed_file: impl Into<String>) -> TsmCall<RestoreFixedFile, M> {
        self.call(RestoreFixedFile::new(fixed_file))
    }

    /// Removes data that is not needed any more, of the chosen kinds.
    pub fn cleanup(&self, what: Cleanup) -> TsmCall<Cleanup, M> {
        self.call(what)
    }

    /// Builds the search index again.
    pub fn reindex_search(&self) -> TsmCall<ReindexSearch, M> {
        self.call(ReindexSearch)
    }

    /// Gets the version of the configuration that was requested last, applied or not.
    pub fn requested_configuration(&self) -> TsmCall<configurations::GetRequestedVersion, M> {
        self.call(configurations::GetRequestedVersion)
    }

    /// Lists the keys of a version of the configuration.
    pub fn configuration_keys(&self, version: u64) -> TsmCall<configurations::ListKeys, M> {
        self.call(configurations::ListKeys::new(version))
    }

    /// Gets one key of a version of the configuration.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound), as far as is known, if there is no such key.
    pub fn configuration_key(
        &self,
        version: u64,
        key: impl Into<String>,
    ) -> TsmCall<configurations::GetKey, M> {
        self.call(configurations::GetKey::new(version, key))
    }

    /// Exports the configuration and the topology; the document has secrets of the server in it.
    pub fn export(&self) -> TsmCall<Export, M> {
        self.call(Export::default())
    }

    /// Imports a configuration and a topology; the changes are pending until they are applied. [`Import`] can choose one of them.
    pub fn import(&self, settings: Json<Settings>) -> TsmCall<Import, M> {
        self.call(Import::new(settings))
    }

    /// Lists links to the existing topologies.
    pub fn topologies(&self) -> TsmCall<topologies::ListTopologies, M> {
        self.call(topologies::ListTopologies)
    }

    /// Gets the version of the topology that was requested last, applied or not.
    pub fn requested_topology(&self) -> TsmCall<topologies::GetRequestedVersion, M> {
        self.call(topologies::GetRequestedVersion)
    }

    /// Gets a version of the topology.
    pub fn topology(&self, version: u64) -> TsmCall<topologies::GetTopology, M> {
        self.call(topologies::GetTopology::new(version))
    }

    /// Lists links to the licensing resources.
    pub fn licensing(&self) -> TsmCall<GetLicensing, M> {
        self.call(GetLicensing)
    }

    /// Lists the product keys.
    pub fn product_keys(&self) -> TsmCall<ListProductKeys, M> {
        self.call(ListProductKeys)
    }

    /// Registers the server with Tableau.
    pub fn register(&self, registration: Registration) -> TsmCall<Register, M> {
        self.call(Register::new(Json::new(registration)))
    }
}
