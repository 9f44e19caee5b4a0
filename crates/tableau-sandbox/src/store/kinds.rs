//! The kinds of records, in one list, and the state that holds a table of each.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tableau_wire::resource::Revision;
use tableau_wire::rest::publishing::Connection;
use tableau_wire::rest::tasks::{ExtractRefreshTask, FlowRunTask};
use tableau_wire::rest::{
    self, BackgroundJob, Column, ConnectedApplication, CustomView, DataAlert, DataQualityWarning, Datasource,
    ExternalAuthorizationServer, Flow, FlowRun, Group, GroupSet, LinkedTask, Metric, OidcConfiguration,
    Project, Schedule, Site, Subscription, User, View, VirtualConnection, Webhook, Workbook,
};
use uuid::Uuid;

use super::hash::ById;
use super::record::{self, Record};
use super::row::{Row, SiteRow, Stored, UserRow};
use super::sqlite::{Change, REMOVED};
use super::table::Table;
use super::transaction::Transaction;
use super::variants::Variants;
use super::{model, pulse, rules, unshown};
use crate::files::FileId;
use crate::refusal::Refusal;

/// A kind of record: its name in a database, and what is done with all kinds alike.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    load: fn(&mut State, &str) -> Result<(), serde_json::Error>,
    forget: fn(&mut State, Uuid),
    dump: fn(&State) -> Result<Vec<Change>, serde_json::Error>,
    files: fn(&State) -> &ById<FileId, usize>,
    pub(super) remove_within: fn(&mut Transaction<'_>, Uuid),
    pub(super) remove_of_site: fn(&mut Transaction<'_>, Uuid),
    ids_owned: fn(&State, Uuid, Uuid) -> Vec<Uuid>,
    pub(super) pass_on: fn(&mut Transaction<'_>, Uuid, Uuid, Uuid) -> Result<(), Refusal>,
}

impl Kind {
    const fn of<R: Record>() -> Self {
        Self {
            name: R::KIND,
            load: |state, json| {
                R::table_mut(state).put(serde_json::from_str(json)?);
                Ok(())
            },
            forget: |state, id| _ = R::table_mut(state).remove(id),
            dump: |state| {
                let mut all = Vec::new();
                for record in R::table(state).iter() {
                    all.push(Change::of(record)?);
                }
                Ok(all)
            },
            files: |state| R::table(state).files(),
            remove_within: |transaction, outer| {
                // The newest first: so nothing has to move in the indexes.
                for id in R::table(transaction).ids_within(outer) {
                    transaction.remove_whole::<R>(id);
                }
            },
            remove_of_site: |transaction, site| {
                for id in R::table(transaction).ids_of_site(site) {
                    transaction.remove::<R>(id);
                }
            },
            ids_owned: |state, site, user| R::table(state).ids_owned(site, user),
            pass_on: |transaction, site, from, to| {
                for id in R::table(transaction).ids_owned(site, from) {
                    if let Some(record) = R::table(transaction).get(id).cloned() {
                        transaction.put(record.owned_by(to))?;
                    }
                }
                Ok(())
            },
        }
    }
}

macro_rules! kinds {
    (
        records { $($table:ident: $record:ty, $kind:literal, $site:expr $(, within $within:expr)? $(, names $of:expr)? $(, keys $keys:expr)? $(, due $ends:expr)? $(, shown $is_shown:literal)?;)* }
        shown { $($kept:ident: $shown:ty $(, $unshown:ty)? $(=> $names:expr)? $(, key $key:expr)? $(, due $due:expr)?;)* }
    ) => {
        /// Every record of every kind.
        #[derive(Debug, Default)]
        pub(crate) struct State {
            /// The time zone of the server, in which schedules come due; UTC if none is set.
            pub(super) zone: Option<TimeZone>,
            /// How often a record was put or removed that lists show.
            pub(super) version: u64,
            $(pub(crate) $table: Table<$record>,)*
            $(pub(crate) $kept: Table<Row<$shown>>,)*
        }

        /// Every kind.
        pub(crate) const KINDS: &[Kind] = &[
            $(Kind::of::<$record>(),)*
            $(Kind::of::<Row<$shown>>(),)*
        ];

        $(impl Stored for $shown {
            type Unshown = kinds!(@unshown $($unshown)?);

            $(fn names(&self) -> [Option<&str>; 2] {
                let names: for<'s> fn(&'s Self) -> [Option<&'s str>; 2] = $names;
                names(self)
            })?

            $(fn key(row: &Row<Self>) -> Option<Uuid> {
                let key: fn(&Row<Self>) -> Option<Uuid> = $key;
                key(row)
            })?

            $(fn due(row: &Row<Self>) -> Option<Timestamp> {
                let due: fn(&Row<Self>) -> Option<Timestamp> = $due;
                due(row)
            })?

            fn table(state: &State) -> &Table<Row<Self>> {
                &state.$kept
            }

            fn table_mut(state: &mut State) -> &mut Table<Row<Self>> {
                &mut state.$kept
            }
        })*

        $(impl Record for $record {
            const KIND: &'static str = $kind;
            $(const SHOWN: bool = $is_shown;)?

            fn id(&self) -> Uuid {
                self.id
            }

            fn site(&self) -> Uuid {
                let site: fn(&Self) -> Uuid = $site;
                site(self)
            }

            $(fn within(&self) -> [Option<Uuid>; 2] {
                let within: fn(&Self) -> [Option<Uuid>; 2] = $within;
                within(self)
            })?

            $(fn names(&self) -> [Option<(Uuid, &str)>; 2] {
                let names: for<'s> fn(&'s Self) -> [Option<(Uuid, &'s str)>; 2] = $of;
                names(self)
            })?

            $(fn keys(&self) -> [Option<Uuid>; 2] {
                let keys: fn(&Self) -> [Option<Uuid>; 2] = $keys;
                keys(self)
            })?

            $(fn due(&self) -> Option<(Uuid, Timestamp)> {
                let due: fn(&Self) -> Option<(Uuid, Timestamp)> = $ends;
                due(self)
            })?

            fn table(state: &State) -> &Table<Self> {
                &state.$table
            }

            fn table_mut(state: &mut State) -> &mut Table<Self> {
                &mut state.$table
            }
        })*
    };
    (@unshown) => { () };
    (@unshown $unshown:ty) => { $unshown };
}

kinds! {
    records {
    accounts: record::Account, "account", |_| Uuid::nil();
    personal_access_tokens: record::PersonalAccessToken, "personalAccessToken", |_| Uuid::nil(),
        names |token| [Some((Uuid::nil(), &token.name)), None], keys |token| [Some(token.account), token.session],
        shown false;
    sessions: record::Session, "session", |_| Uuid::nil(),
        due |session| Some((session.site, session.last_used_at)), shown false;
    credentials: record::Credential, "credential", |_| Uuid::nil(), shown false;
    used_jwts: record::UsedJwt, "usedJwt", |_| Uuid::nil(), due |jwt| Some((Uuid::nil(), jwt.expires_at)), shown false;
    rules: rules::Rules, "rules", |rules| rules.site;
    memberships: rules::Membership, "membership", |membership| membership.site,
        within |membership| [Some(membership.group), Some(membership.user)];
    set_memberships: rules::SetMembership, "groupSetMembership", |membership| membership.site,
        within |membership| [Some(membership.set), Some(membership.group)];
    server_extensions: record::ServerExtensions, "serverExtensions", |_| Uuid::nil();
    local_domain: record::LocalDomain, "localDomain", |_| Uuid::nil(), shown false;
    dismissals: record::Dismissal, "recommendationDismissal", |dismissal| dismissal.site,
        within |dismissal| [Some(dismissal.view), Some(dismissal.user)], shown false;
    favorites: record::Favorite, "favorite", |favorite| favorite.site,
        within |favorite| [Some(favorite.item), Some(favorite.user)];
    default_views: record::DefaultView, "defaultView", |default| default.site,
        within |default| [Some(default.custom_view), Some(default.user)];
    variants: Variants, "variants", |_| Uuid::nil();
    models: model::ItemModel, "model", |model| model.site, within |model| [Some(model.item), None];
    pulse_definitions: pulse::PulseDefinition, "pulseDefinition", |definition| definition.site,
        within |definition| [Some(definition.datasource), None];
    pulse_metrics: pulse::PulseMetric, "pulseMetric", |metric| metric.site,
        within |metric| [Some(metric.datasource), Some(metric.definition)];
    pulse_followings: pulse::PulseFollowing, "pulseFollowing", |following| following.site,
        within |following| [Some(following.datasource), Some(following.follower)],
        keys |following| [Some(following.metric), None];
    }
    shown {
        sites: Site, unshown::Site;
        users: User, unshown::User, key |user| Some(user.account());
        groups: Group;
        group_sets: GroupSet;
        oidc_configurations: OidcConfiguration, unshown::OidcConfiguration;
        projects: Project;
        workbooks: Workbook, unshown::Workbook
            => |shown| [Some(shown.name.as_str()), shown.content_url.as_deref()];
        views: View, unshown::View;
        connections: Connection;
        revisions: Revision;
        datasources: Datasource, unshown::Datasource
            => |shown| [Some(shown.name.as_str()), shown.content_url.as_deref()];
        flows: Flow, unshown::Flow => |shown| [Some(shown.name.as_str()), None];
        flow_runs: FlowRun, unshown::FlowRun;
        jobs: BackgroundJob, unshown::Job,
            due |job| job.unshown.ended().is_none().then_some(job.unshown.seen_at);
        virtual_connections: VirtualConnection => |shown| [Some(shown.name.as_str()), None];
        custom_views: CustomView;
        quality_warnings: DataQualityWarning;
        webhooks: Webhook;
        schedules: Schedule;
        extract_refreshes: ExtractRefreshTask, unshown::Task;
        flow_tasks: FlowRunTask, unshown::Task;
        linked_tasks: LinkedTask, unshown::LinkedTask;
        subscriptions: Subscription, unshown::Subscription;
        data_alerts: DataAlert, unshown::DataAlert;
        databases: rest::Database => |shown| [None, Some(shown.name.as_str())];
        tables: rest::Table;
        columns: Column;
        metrics: Metric;
        connected_apps: ConnectedApplication, unshown::ConnectedApplication;
        authorization_servers: ExternalAuthorizationServer;
    }
}

impl State {
    /// The time zone of the server, in which schedules come due.
    pub(crate) fn zone(&self) -> TimeZone {
        self.zone.clone().unwrap_or(TimeZone::UTC)
    }

    /// A site by its content URL, without regard to case: Tableau's own command writes it in lower case.
    pub(crate) fn site_by_content_url(&self, content_url: &str) -> Option<&SiteRow> {
        let wanted = content_url.to_lowercase();
        let is_wanted = |site: &&SiteRow| {
            site.content_url() == content_url || site.content_url().to_lowercase() == wanted
        };
        self.sites.iter().find(is_wanted)
    }

    /// Puts in a record from a database.
    pub(super) fn load(&mut self, kind: &str, key: &str, json: &str) -> Result<(), String> {
        let known = KINDS.iter().find(|known| known.name == kind);
        let known = known.ok_or_else(|| format!("records of an unknown kind `{kind}`"))?;
        if json == REMOVED {
            if let Ok(id) = key.parse() {
                (known.forget)(self, id);
            }
            return Ok(());
        }
        (known.load)(self, json).map_err(|error| format!("a record of the kind `{kind}`: {error}"))?;
        if kind == Variants::KIND
            && let Some(variants) = key.parse().ok().and_then(|id| self.variants.get(id)).cloned()
        {
            variants.put_into(self);
        }
        Ok(())
    }

    /// Every record.
    pub(super) fn dump(&self) -> Result<Vec<Change>, serde_json::Error> {
        let mut all = Vec::new();
        for kind in KINDS {
            all.extend((kind.dump)(self)?);
        }
        Ok(all)
    }

    /// The files that rows name; those of jobs that an earlier version has stored are named by what the jobs publish.
    pub(super) fn files(&self) -> HashSet<&FileId> {
        let published = KINDS.iter().flat_map(|kind| (kind.files)(self).keys());
        let pending = self.jobs.iter().filter_map(|job| job.unshown.of.file());
        published.chain(pending.map(|file| &file.id)).collect()
    }

    /// Another number after each change of what lists show, but for the times of last sign-ins: every sign-in changes its session and its
    /// credential.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// Whether a row names the file.
    pub(super) fn has_file(&self, file: &FileId) -> bool {
        KINDS.iter().any(|kind| (kind.files)(self).contains_key(file))
    }

    /// Whether a user owns content of a site.
    pub(crate) fn owns(&self, site: Uuid, user: Uuid) -> bool {
        let mut owned = KINDS.iter().map(|kind| (kind.ids_owned)(self, site, user));
        owned.any(|ids| !ids.is_empty())
    }

    /// The account behind a user.
    pub(crate) fn account(&self, user: &UserRow) -> Option<&record::Account> {
        self.accounts.get(user.account())
    }
}
