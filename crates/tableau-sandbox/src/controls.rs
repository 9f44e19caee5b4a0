//! What tests decide about a sandbox and look up in it, without a request.

use std::sync::Arc;

use crate::auth::{OpenSession, session};
use crate::clock::Clock;
use crate::delivery::{Deliveries, Delivery, MailBox};
use crate::faults::{DueFault, Fault, FaultPlan, Faults};
use crate::handle::due::{self, NextDue};
use crate::handle::jobs;
use crate::jobs::JobPlan;
use crate::lists::Lists;
use crate::log::RequestLog;
use crate::mail::Mail;
use crate::metadata::graph::Graphs;
use crate::settings::{InvalidKey, Issuer, MetadataLimits, Settings};
use crate::store::Store;
use crate::uploads::Uploads;
use uuid::Uuid;

/// Decides how a running sandbox behaves, and looks into it; clones act on the same sandbox.
///
/// ```
/// use tableau_sandbox::{Fault, JobPlan, Sandbox};
///
/// let service = Sandbox::builder().build()?;
/// service.controls().plan_jobs(JobPlan::fails("The database is offline."));
/// service.controls().inject(Fault::new(503, "503000").on("jobs.get"));
/// assert!(service.controls().sessions().is_empty());
/// # Ok::<(), tableau_sandbox::StartError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Controls(Arc<Shared>);

/// The parts of a sandbox that tests act on.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) uploads: Uploads,
    pub(crate) lists: Lists,
    pub(crate) graphs: Graphs,
    pub(crate) faults: Faults,
    pub(crate) log: RequestLog,
    pub(crate) deliveries: Deliveries,
    pub(crate) mail_box: MailBox,
    pub(crate) next_due: NextDue,
}

impl Controls {
    pub(crate) fn new(store: Store, clock: Clock) -> Self {
        Self(Arc::new(Shared {
            store,
            settings: Settings::default(),
            clock,
            uploads: Uploads::default(),
            lists: Lists::default(),
            graphs: Graphs::default(),
            faults: Faults::default(),
            log: RequestLog::default(),
            deliveries: Deliveries::default(),
            mail_box: MailBox::default(),
            next_due: NextDue::default(),
        }))
    }

    pub(crate) fn parts(&self) -> &Shared {
        &self.0
    }

    /// The time in the sandbox.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The log of requests and answers.
    #[must_use]
    pub fn log(&self) -> &RequestLog {
        &self.0.log
    }

    /// The live sessions, in the order in which they began.
    #[must_use]
    pub fn sessions(&self) -> Vec<OpenSession> {
        session::open(&self.0.store.read(), self.0.clock.now())
    }

    /// Ends a session as another sign-in would: its next call is refused with 401002. `false` if there is no such session.
    pub fn end_session(&self, id: Uuid) -> bool {
        let ended = self
            .0
            .store
            .write(|transaction| Ok(session::end(transaction, id)));
        ended.unwrap_or_default()
    }

    /// Expires every session as if it had been idle for too long: its next call is refused with 401002. Returns how many there were.
    ///
    /// Unlike moving the [`clock`](Self::clock), this changes nothing else.
    pub fn expire_sessions(&self) -> usize {
        let now = self.0.clock.now();
        let expired = self
            .0
            .store
            .write(|transaction| session::expire(transaction, now));
        expired.unwrap_or_default()
    }

    /// Accepts unified access tokens of an issuer for a tenant, on the site that plays Tableau Cloud; the key is a public RSA key in PEM.
    ///
    /// This is a setting of Tableau Cloud Manager. It is not kept when the sandbox stops.
    ///
    /// # Errors
    /// The text is not such a key.
    pub fn unified_access_token_issuer(
        &self,
        issuer: impl Into<String>,
        tenant_id: impl Into<String>,
        public_key_pem: &str,
    ) -> Result<(), InvalidKey> {
        let issuer = Issuer::new(issuer.into(), tenant_id.into(), public_key_pem)?;
        self.0.settings.trust(issuer);
        Ok(())
    }

    /// What webhooks have sent, at most the last ten thousand messages, in the order in which they were answered.
    ///
    /// Only http addresses of this machine are called; of others, the message is here that they would get. Messages about jobs are sent
    /// when the next request finds that the job has begun or ended.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.0.deliveries.all()
    }

    /// The mails of subscriptions and data-driven alerts, at most the last ten thousand, in the order in which they were sent.
    ///
    /// They stay in the sandbox. What has come due is sent when the clock is moved by the control below `/_sandbox`, or with the next request that
    /// needs a session.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.0.mail_box.all()
    }

    /// Sends the messages of webhooks about what has happened, and puts mails into the mail box.
    pub(crate) fn deliver(&self) {
        self.0.deliveries.send(&self.0.store, &self.0.clock);
        self.0.mail_box.put(self.0.store.take_mails());
    }

    /// Lets the jobs of all sites go on to the present.
    pub(crate) fn catch_up(&self) {
        // What has come due and cannot be stored now comes due with the next request.
        let _ = due::run_due(&self.0.store, &self.0.clock, &self.0.settings, &self.0.next_due);
        let sites: Vec<_> = self.0.store.read().sites.iter().map(|site| site.id).collect();
        for site in sites {
            // A job that cannot be stored now is looked at again with the next request.
            let _ = jobs::bring_up_to_date(&self.0.store, &self.0.clock, &self.0.settings, site);
        }
        self.deliver();
    }

    /// Sets the plan for jobs queued from now on.
    pub fn plan_jobs(&self, plan: JobPlan) {
        self.0.settings.plan_jobs(plan);
    }

    /// The bytes received so far of an upload, by its identifier.
    #[must_use]
    pub fn uploaded(&self, upload_session_id: &str) -> Option<Vec<u8>> {
        self.0.uploads.content(upload_session_id)
    }

    /// Sets whether an upload can be resumed in another session of the same user; the default is yes.
    ///
    /// What real servers do is not known.
    pub fn upload_session_survives_signin(&self, survives: bool) {
        self.0.uploads.set_survive_sign_in(survives);
    }

    /// Sets the maximum size of an upload, in bytes; the default is 10 GB.
    pub fn upload_limit(&self, bytes: u64) {
        self.0.uploads.set_limit(bytes);
    }

    /// Sets the limits of the Metadata API, within which a query is answered in part.
    pub fn metadata_limits(&self, limits: MetadataLimits) {
        self.0.settings.limit_metadata(limits);
    }

    /// Gives the next matching requests this fault. Returns its id, by which the log names it.
    ///
    /// One that can never happen is taken like any other: [`Fault::check`] tells.
    pub fn inject(&self, fault: Fault) -> String {
        self.0.faults.add(fault)
    }

    /// Gives the next matching requests these faults, and sets the seed of their probabilities if the plan has one. Returns their ids.
    pub fn inject_plan(&self, plan: FaultPlan) -> Vec<String> {
        if let Some(seed) = plan.seed {
            self.seed_faults(seed);
        }
        plan.faults.into_iter().map(|fault| self.inject(fault)).collect()
    }

    /// Sets the seed of the probabilities of faults; the default is 0.
    pub fn seed_faults(&self, seed: u64) {
        self.0.faults.set_seed(seed);
    }

    /// The seed of the probabilities of faults.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.0.faults.seed()
    }

    /// The faults that are still due, in the order in which they were injected.
    #[must_use]
    pub fn faults(&self) -> Vec<DueFault> {
        self.0.faults.due()
    }

    /// Removes a fault by its id; `false` if it is not due any more.
    pub fn remove_fault(&self, id: &str) -> bool {
        self.0.faults.remove(id)
    }

    /// Removes all faults and returns how many were still due.
    pub fn clear_faults(&self) -> usize {
        self.0.faults.clear()
    }

    /// Sets whether JWTs of connected apps and external authorization servers are accepted at all; the default is yes.
    ///
    /// If not, they are refused with 67 (`FEATURE_NOT_ENABLED`).
    pub fn connected_apps_enabled(&self, enabled: bool) {
        self.0.settings.enable_connected_apps(enabled);
    }

    /// Puts the site that plays Tableau Cloud on a pod, by its host: `10ax.online.tableau.com`.
    ///
    /// A sign-in to it at another host is then refused as for a site that does not exist, and so is a sign-in to another site at a pod. That a
    /// pod refuses sites of other pods like that is inferred from what users report.
    pub fn pod(&self, host: impl Into<String>) {
        self.0.settings.set_pod(host.into());
    }
}
