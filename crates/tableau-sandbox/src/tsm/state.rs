//! The state of the controller: accounts, sessions, settings, jobs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use tableau_wire::tsm::{ProcessStatus, Registration, Topology};
use tableau_wire::{Secret, Version, tsm};

use super::cluster;
use super::jobs::Jobs;
use super::plan::Effect;
use super::session::Sessions;
use crate::well_known;

/// The lifetime of cookies, in minutes (documented, with this default).
const EXPIRATION_KEY: &str = "tabadmincontroller.auth.expiration.minutes";
const EXPIRATION: i64 = 120;
/// The groups that administer the server, separated by commas (documented).
const GROUPS_KEY: &str = "tsm.authorized.groups";
const GROUP: &str = "tsmadmin";
/// The seeded backup.
pub(super) const SEEDED_BACKUP: &str = "sandbox.tsbak";

/// An account of the operating system.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) name: &'static str,
    pub(super) password: Secret,
    groups: &'static [&'static str],
}

/// A version of the configuration.
#[derive(Clone, PartialEq)]
pub(super) struct Configuration {
    pub(super) entities: Map<String, Value>,
    pub(super) keys: BTreeMap<String, Value>,
}

/// The whole state; values that change with time are computed on request.
pub(super) struct State {
    pub(super) accounts: Vec<Account>,
    pub(super) sessions: Sessions,
    /// The versions that were requested; the first is version 1.
    pub(super) configurations: Vec<Configuration>,
    pub(super) topologies: Vec<Topology>,
    pub(super) jobs: Jobs,
    /// The status of processes that tests have set: by node and service.
    pub(super) processes: BTreeMap<(String, String), ProcessStatus>,
    pub(super) registration: Option<Registration>,
    /// The versions in addresses that are answered.
    pub(super) versions: BTreeSet<Version>,
}

/// The effects of jobs by now.
#[derive(Debug)]
pub(super) struct World {
    pub(super) enabled: bool,
    pub(super) running: bool,
    /// The versions in force.
    pub(super) configuration: u64,
    pub(super) topology: u64,
    pub(super) backups: BTreeSet<String>,
}

impl State {
    pub(super) fn seeded() -> Self {
        let account = |name, groups| Account {
            name,
            password: Secret::new(well_known::PASSWORD),
            groups,
        };
        let keys = [
            (EXPIRATION_KEY, EXPIRATION.to_string()),
            (GROUPS_KEY, GROUP.to_owned()),
            ("gateway.public.host", "localhost".to_owned()),
            ("gateway.public.port", "80".to_owned()),
            ("ssl.protocols", "all +TLSv1.2 -SSLv2 -SSLv3".to_owned()),
            (
                "basefilepath.backuprestore",
                "/var/opt/tableau/backups".to_owned(),
            ),
            // With the defaults of Tableau's page of configuration keys.
            ("backgrounder.querylimit", "7200".to_owned()),
            ("gateway.timeout", "1800".to_owned()),
            ("vizqlserver.querylimit", "1800".to_owned()),
            ("vizqlserver.session.expiry.timeout", "30".to_owned()),
            ("wgserver.session.idle_limit", "240".to_owned()),
        ];
        let keys = keys.map(|(name, value)| (name.to_owned(), Value::from(value)));
        Self {
            accounts: vec![
                account(well_known::TSM_ACCOUNT, &[GROUP]),
                account(well_known::TSM_ACCOUNT_WITHOUT_GROUP, &[]),
            ],
            sessions: Sessions::default(),
            configurations: vec![Configuration {
                entities: Map::new(),
                keys: keys.into(),
            }],
            topologies: vec![cluster::topology()],
            jobs: Jobs::default(),
            processes: BTreeMap::new(),
            registration: None,
            versions: [tsm::VERSION_0_5, tsm::VERSION_1_0].into(),
        }
    }

    pub(super) fn world(&self, now: i64) -> World {
        let mut world = World {
            enabled: true,
            running: true,
            configuration: 1,
            topology: 1,
            backups: [SEEDED_BACKUP.to_owned()].into(),
        };
        for effect in self.jobs.effects(now) {
            match effect {
                Effect::Nothing => {}
                Effect::Enabled(enabled) => world.enabled = *enabled,
                Effect::Running(running) => world.running = *running,
                Effect::Backup(file) => {
                    world.backups.insert(file.clone());
                }
                Effect::Applied {
                    configuration,
                    topology,
                } => {
                    world.configuration = *configuration;
                    world.topology = *topology;
                }
            }
        }
        world
    }

    pub(super) fn configuration(&self, version: u64) -> Option<&Configuration> {
        numbered(&self.configurations, version)
    }

    pub(super) fn topology(&self, version: u64) -> Option<&Topology> {
        numbered(&self.topologies, version)
    }

    /// The topology in force.
    pub(super) fn current_topology(&self, now: i64) -> Option<&Topology> {
        self.topology(self.world(now).topology)
    }

    /// The numbers of the newest versions of configuration and topology.
    pub(super) fn requested(&self) -> (u64, u64) {
        (self.configurations.len() as u64, self.topologies.len() as u64)
    }

    /// The lifetime of a session that begins now, in milliseconds. A setting that is not a number is ignored.
    pub(super) fn session_lifetime(&self, now: i64) -> i64 {
        let minutes = self
            .key(EXPIRATION_KEY, now)
            .and_then(|minutes| minutes.parse().ok());
        minutes.unwrap_or(EXPIRATION).max(0).saturating_mul(60_000)
    }

    /// Whether an account may administer the server.
    pub(super) fn may_administer(&self, account: &Account, now: i64) -> bool {
        let groups = self.key(GROUPS_KEY, now).unwrap_or_default();
        let mut groups = groups.split(',').map(str::trim);
        groups.any(|group| account.groups.contains(&group))
    }

    /// The value of a key that is in force.
    fn key(&self, name: &str, now: i64) -> Option<String> {
        let configuration = self.configuration(self.world(now).configuration)?;
        match configuration.keys.get(name)? {
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }
}

fn numbered<T>(versions: &[T], number: u64) -> Option<&T> {
    let index = usize::try_from(number).ok()?.checked_sub(1)?;
    versions.get(index)
}
