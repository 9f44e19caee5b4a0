//! Control by tests: what they set and read without a request.

use std::collections::BTreeSet;

use tableau_wire::Version;
use tableau_wire::tsm::{AsyncJob, ProcessStatus, Registration};

use super::jobs::Fate;
use super::plan::Plan;
use super::service::Service;
use super::state::Configuration;

impl Service {
    /// Sets how the next requested job ends; several calls set it for as many jobs, in order.
    pub fn next_job(&self, fate: Fate) {
        self.state().jobs.next(fate);
    }

    /// The jobs, oldest first.
    #[must_use]
    pub fn jobs(&self) -> Vec<AsyncJob> {
        self.state().jobs.list(self.now())
    }

    /// The keys of the configuration whose values are pending, and `topology` if the topology is.
    #[must_use]
    pub fn pending_changes(&self) -> BTreeSet<String> {
        let (state, now) = (self.state(), self.now());
        let (world, requested) = (state.world(now), state.requested());
        let mut pending = BTreeSet::new();
        if let (Some(old), Some(new)) = (
            state.configuration(world.configuration),
            state.configuration(requested.0),
        ) {
            pending = differences(old, new);
        }
        if state.topology(world.topology) != state.topology(requested.1) {
            pending.insert("topology".to_owned());
        }
        pending
    }

    /// Applies the pending changes by a job, as `tsm pending-changes apply` does: no endpoint for it is known.
    pub fn apply_pending_changes(&self) -> AsyncJob {
        let (mut state, now) = (self.state(), self.now());
        let (configuration, topology) = state.requested();
        state
            .jobs
            .add(Plan::deploy(configuration, topology), Fate::Succeed, now)
    }

    /// Sets the status of a service's processes on a node, until it is set to `None`; `false` if there is no such service.
    pub fn set_process_status(
        &self,
        node: &str,
        service: &str,
        status: impl Into<Option<ProcessStatus>>,
    ) -> bool {
        let (mut state, now) = (self.state(), self.now());
        let there_is = |topology: &tableau_wire::tsm::Topology| {
            let node = topology.nodes.get(node);
            node.is_some_and(|node| node.services.contains_key(service))
        };
        if !state.current_topology(now).is_some_and(there_is) {
            return false;
        }
        let key = (node.to_owned(), service.to_owned());
        match status.into() {
            Some(status) => state.processes.insert(key, status),
            None => state.processes.remove(&key),
        };
        true
    }

    /// Sets whether a version in addresses is answered; otherwise it is an unknown address.
    pub fn serve_version(&self, version: Version, served: bool) {
        let mut state = self.state();
        if served {
            state.versions.insert(version);
        } else {
            state.versions.remove(&version);
        }
    }

    /// The number of sessions.
    #[must_use]
    pub fn session_count(&self) -> usize {
        self.state().sessions.count(self.now())
    }

    /// Ends every session, as `logout/all` does; returns how many there were.
    pub fn end_sessions(&self) -> usize {
        let now = self.now();
        self.state().sessions.end_all(now)
    }

    /// The names of the backups.
    #[must_use]
    pub fn backups(&self) -> BTreeSet<String> {
        self.state().world(self.now()).backups
    }

    /// The last registration of the server.
    #[must_use]
    pub fn registration(&self) -> Option<Registration> {
        self.state().registration.clone()
    }
}

fn differences(old: &Configuration, new: &Configuration) -> BTreeSet<String> {
    let keys = new
        .keys
        .iter()
        .filter(|(key, value)| old.keys.get(*key) != Some(value));
    let entities = new
        .entities
        .iter()
        .filter(|(name, entity)| old.entities.get(*name) != Some(entity));
    let names = keys.map(|(key, _)| key).chain(entities.map(|(name, _)| name));
    names.cloned().collect()
}
