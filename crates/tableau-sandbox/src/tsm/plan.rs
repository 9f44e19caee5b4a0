//! What each kind of job does, step by step.
//!
//! The steps of stopping are documented. The others are modelled on them; their names and all durations are assumed.

use tableau_wire::tsm::JobType;

/// The plan of a job: its type and its steps.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) kind: JobType,
    pub(super) steps: Vec<Step>,
    /// The timeout of a real server, in seconds; the sandbox has none.
    pub(super) timeout: u64,
}

#[derive(Debug)]
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) message: &'static str,
    pub(super) millis: i64,
    pub(super) effect: Effect,
}

/// The effect of a step that has succeeded.
#[derive(Debug)]
pub(super) enum Effect {
    Nothing,
    /// The services are enabled or disabled.
    Enabled(bool),
    /// The services run or are stopped.
    Running(bool),
    /// A backup exists.
    Backup(String),
    /// The pending settings are applied: the versions of configuration and topology.
    Applied {
        configuration: u64,
        topology: u64,
    },
}

/// The timeout of the documented job.
const TIMEOUT: u64 = 300;
/// The timeout that a program for backups was seen to ask for.
const LONG_TIMEOUT: u64 = 1800;

fn step(name: &'static str, message: &'static str, millis: i64, effect: Effect) -> Step {
    Step {
        name,
        message,
        millis,
        effect,
    }
}

fn stopping() -> [Step; 2] {
    [
        step(
            "DisableAllServices",
            "Disabling all services.",
            500,
            Effect::Enabled(false),
        ),
        step(
            "StopAllServices",
            "Waiting for the services to stop.",
            4000,
            Effect::Running(false),
        ),
    ]
}

fn starting() -> [Step; 2] {
    [
        step(
            "EnableAllServices",
            "Enabling all services.",
            500,
            Effect::Enabled(true),
        ),
        step(
            "StartAllServices",
            "Waiting for the services to start.",
            6000,
            Effect::Running(true),
        ),
    ]
}

impl Plan {
    pub(super) fn stop() -> Self {
        Self {
            kind: JobType::StopServer,
            steps: stopping().into(),
            timeout: TIMEOUT,
        }
    }

    pub(super) fn start() -> Self {
        Self {
            kind: JobType::StartServer,
            steps: starting().into(),
            timeout: TIMEOUT,
        }
    }

    pub(super) fn restart() -> Self {
        Self {
            kind: JobType::RestartServer,
            steps: stopping().into_iter().chain(starting()).collect(),
            timeout: TIMEOUT,
        }
    }

    pub(super) fn backup(file: String, skip_verification: bool, timeout: Option<u64>) -> Self {
        let mut steps = vec![step(
            "GenerateBackup",
            "Generating the backup.",
            6000,
            Effect::Nothing,
        )];
        if !skip_verification {
            steps.push(step(
                "VerifyBackup",
                "Verifying the backup.",
                2000,
                Effect::Nothing,
            ));
        }
        let effect = Effect::Backup(file);
        steps.push(step(
            "AssembleBackup",
            "Assembling the backup file.",
            1000,
            effect,
        ));
        Self {
            kind: JobType::GenerateBackup,
            steps,
            timeout: timeout.unwrap_or(LONG_TIMEOUT),
        }
    }

    pub(super) fn restore() -> Self {
        Self {
            // No source has the name.
            kind: JobType::from("RestoreBackupJob"),
            steps: vec![
                step("ReadBackup", "Reading the backup file.", 1000, Effect::Nothing),
                step("RestoreBackup", "Restoring the backup.", 8000, Effect::Nothing),
            ],
            timeout: LONG_TIMEOUT,
        }
    }

    pub(super) fn cleanup() -> Self {
        Self {
            kind: JobType::Cleanup,
            steps: vec![step(
                "Cleanup",
                "Removing files that are not needed.",
                3000,
                Effect::Nothing,
            )],
            timeout: TIMEOUT,
        }
    }

    pub(super) fn reindex_search() -> Self {
        Self {
            kind: JobType::RebuildSearchIndex,
            steps: vec![
                step("DeleteIndex", "Deleting the search index.", 1000, Effect::Nothing),
                step("BuildIndex", "Building the search index.", 5000, Effect::Nothing),
            ],
            timeout: TIMEOUT,
        }
    }

    pub(super) fn deploy(configuration: u64, topology: u64) -> Self {
        let applied = Effect::Applied {
            configuration,
            topology,
        };
        Self {
            kind: JobType::Deployments,
            steps: vec![
                step(
                    "ValidateChanges",
                    "Validating the pending changes.",
                    500,
                    Effect::Nothing,
                ),
                step("ApplyChanges", "Applying the pending changes.", 3000, applied),
            ],
            timeout: LONG_TIMEOUT,
        }
    }
}
