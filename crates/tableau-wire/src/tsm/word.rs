//! The words of TSM for states and kinds.
//!
//! They are known from programs that compare them with and without blanks, in upper, lower and mixed case and with a letter more or less. So a
//! word that reads like a known one is that one; any other word is kept.

use crate::value::open_enum;

/// Whether two words read the same: letters and digits only, without case, a doubled letter once.
///
/// `StatusUnAvailable` is `Status Unavailable`, and `DecomisioningReadOnly`, which real servers have said, is `DecommissioningReadOnly`.
fn reads_like(known: &str, text: &str) -> bool {
    let mut letters = [known, text].map(|word| {
        let mut before = None;
        word.chars()
            .filter(|letter| letter.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .filter(move |letter| before.replace(*letter) != Some(*letter))
    });
    let [known, text] = &mut letters;
    known.eq(text)
}

open_enum! {
    /// The overall status of a cluster, a node or a service (documented).
    RollupStatus by reads_like {
        /// Everything runs.
        Running = "Running",
        /// A process does not run, but others take over its work.
        Degraded = "Degraded",
        /// A process does not run.
        Error = "Error",
        /// It was stopped.
        Stopped = "Stopped",
    }
}

open_enum! {
    /// Whether something is meant to run (observed).
    DeploymentState by reads_like {
        /// It is.
        Enabled = "Enabled",
        /// It is not: that it does not run is no fault.
        Disabled = "Disabled",
    }
}

open_enum! {
    /// The status of one process of a service (observed).
    ProcessStatus by reads_like {
        /// It works.
        Active = "Active",
        /// It works, and others are synchronizing with it.
        ActiveSyncing = "ActiveSyncing",
        /// It works at full capacity.
        Busy = "Busy",
        /// It runs.
        Running = "Running",
        /// It stands by.
        Passive = "Passive",
        /// It takes no changes.
        ReadOnly = "ReadOnly",
        /// It has no license.
        Unlicensed = "Unlicensed",
        /// It does not run.
        Down = "Down",
        /// It was stopped.
        Stopped = "Stopped",
        /// It runs, and something is wrong.
        Warning = "Warning",
        /// It failed.
        Error = "Error",
        /// Part of it does not run.
        Degraded = "Degraded",
        /// It does not report its status.
        StatusNotAvailable = "StatusNotAvailable",
        /// It does not report its status, in another word.
        StatusUnavailable = "StatusUnavailable",
        /// It does not report its status while it synchronizes.
        StatusNotAvailableSyncing = "StatusNotAvailableSyncing",
        /// It cannot be reached.
        NotAvailable = "NotAvailable",
        /// Its content was moved away.
        DecommissionedReadOnly = "DecommissionedReadOnly",
        /// Its content is being moved away.
        DecommissioningReadOnly = "DecommissioningReadOnly",
        /// Its content could not be moved away.
        DecommissionFailedReadOnly = "DecommissionFailedReadOnly",
    }
}

impl ProcessStatus {
    /// Whether the process does its work.
    ///
    /// Tableau publishes no such grouping: it is that of Overwatch, an open program that watches real servers. An unknown word counts as not well;
    /// a process of a service that is [`Disabled`](DeploymentState::Disabled) need not do any work.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        matches!(
            self,
            Self::Active | Self::ActiveSyncing | Self::Busy | Self::Running | Self::Passive | Self::ReadOnly
        )
    }
}

open_enum! {
    /// The status of a job or one of its steps (the first four are documented, the others observed).
    JobStatus by reads_like {
        /// It is known to the server.
        Created = "Created",
        /// It runs.
        Running = "Running",
        /// It succeeded.
        Succeeded = "Succeeded",
        /// It did not.
        Failed = "Failed",
        /// It was cancelled.
        Cancelled = "Cancelled",
        /// It waits for others.
        Queued = "Queued",
    }
}

impl JobStatus {
    /// Whether it has ended.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

open_enum! {
    /// What a job does (the first is documented, the others observed).
    JobType by reads_like {
        /// Stops the server.
        StopServer = "StopServerJob",
        /// Starts the server.
        StartServer = "StartServerJob",
        /// Stops the server and starts it.
        RestartServer = "RestartServerJob",
        /// Applies changes of the configuration or the topology.
        Deployments = "DeploymentsJob",
        /// Makes a backup.
        GenerateBackup = "GenerateBackupJob",
        /// Removes data that is not needed any more.
        Cleanup = "CleanupJob",
        /// Builds the search index again.
        RebuildSearchIndex = "RebuildSearchIndex",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_words_are_known_however_they_are_spelled() {
        for text in ["StatusUnAvailable", "statusunavailable", " Status Unavailable"] {
            assert_eq!(
                ProcessStatus::from(text),
                ProcessStatus::StatusUnavailable,
                "{text}"
            );
        }
        for (text, status) in [
            ("DecomisioningReadOnly", ProcessStatus::DecommissioningReadOnly),
            ("DecommisionedReadOnly", ProcessStatus::DecommissionedReadOnly),
            ("PASSIVE", ProcessStatus::Passive),
            ("StatusNotAvailable", ProcessStatus::StatusNotAvailable),
            ("NotAvailable", ProcessStatus::NotAvailable),
        ] {
            assert_eq!(ProcessStatus::from(text), status, "{text}");
        }
        assert_eq!(JobStatus::from("Canceled"), JobStatus::Cancelled);
        assert_eq!(RollupStatus::from("RUNNING"), RollupStatus::Running);
    }

    #[test]
    fn other_words_stay_as_they_are() {
        for text in ["", "Run ning!s", "Starting", "é"] {
            let status = ProcessStatus::from(text);
            assert_eq!(status, ProcessStatus::Other(text.to_owned()));
            assert!(!status.is_ok());
        }
    }

    #[test]
    fn no_two_known_words_read_alike() {
        for known in ProcessStatus::KNOWN {
            let same = ProcessStatus::KNOWN
                .iter()
                .filter(|other| reads_like(known.as_str(), other.as_str()));
            assert_eq!(same.count(), 1, "{known}");
        }
    }
}
