//! Calls that queue a job for content: refreshes of extracts and runs of flows, of which a server queues one at a time.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use tableau_wire::resource::{HasRefresh, Refresh};
use tableau_wire::rest::flows::{
    FlowOutputStep, FlowParameter, FlowParameterSpec, FlowRunSpec, Run, RunMode,
};
use tableau_wire::rest::jobs::QueuesJob;
use tableau_wire::rest::{BackgroundJob, Flow, Job};
use tableau_wire::value::JobStatus;
use tableau_wire::{Endpoint, Filter, Get, Id, List};

use super::{Call, Collection, JobOutcome, Site, jobs};
use crate::error::Error;
use crate::mode::{Async, Mode};

/// Tableau's code for a job that is queued already.
const ALREADY_QUEUED: &str = "409093";
/// How often a call is sent whose job ended between the refusal and the look-up.
const TRIES: u32 = 3;

impl<M: Mode> Collection<Flow, M> {
    /// Runs a flow: queues a job that does it; [`Call::wait`] waits for it.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use tableau_client::{Id, JobOutcome, Site, wire::rest::Flow};
    /// # async fn run(site: Site, id: Id<Flow>) -> tableau_client::Result<()> {
    /// let done = site.flows().run(&id).incremental().wait(Duration::from_secs(3600)).await?;
    /// println!("{}", matches!(done, JobOutcome::Succeeded(_)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn run(&self, id: impl Into<Id<Flow>>) -> Call<Run, M> {
        self.site().call(Run::new(id, Default::default()))
    }
}

impl<M: Mode> Call<Run, M> {
    /// Adds only what is new.
    pub fn incremental(self) -> Self {
        self.spec(|spec| spec.run_mode = Some(RunMode::Incremental))
    }

    /// Runs this output step, and others that are named so; without any, all run.
    pub fn step(self, id: impl Into<Id<FlowOutputStep>>) -> Self {
        let mut step = FlowOutputStep::default();
        step.id = id.into();
        self.spec(|spec| spec.flow_output_steps.get_or_insert_default().push(step))
    }

    /// Sets a parameter for this run.
    pub fn parameter(self, id: impl Into<Id<FlowParameter>>, value: impl Into<String>) -> Self {
        let set = FlowParameterSpec {
            parameter_id: Some(id.into()),
            override_value: Some(value.into()),
        };
        self.spec(|spec| spec.flow_parameter_specs.get_or_insert_default().push(set))
    }

    fn spec(self, change: impl FnOnce(&mut FlowRunSpec)) -> Self {
        self.with(|run| {
            let id = run.id.clone();
            let spec = run.request.flow_run_spec.get_or_insert_default();
            spec.flow_id = Some(id);
            change(spec);
        })
    }
}

impl<R: HasRefresh, M: Mode> Call<Refresh<R>, M> {
    /// Refreshes only what is new; the server needs version 3.25 of the API for it.
    pub fn incremental(self) -> Self {
        self.with(|refresh| {
            let how = refresh.request.extract_refresh.get_or_insert_default();
            how.incremental = Some(true);
        })
    }
}

impl<E: QueuesJob, M: Mode> Call<E, M> {
    /// Sends it, and waits until the job has ended, at most this long.
    ///
    /// # Errors
    /// As for sending it, and as for [`wait`](Collection::wait).
    pub fn wait(self, time: Duration) -> M::Output<Result<JobOutcome, Error>> {
        let site = self.site().clone();
        let call = self.into_endpoint();
        let mode = site.mode().clone();
        mode.run(async move {
            let job = site.send_if_refused_again(call, None).await?;
            jobs::wait(site, job.id, time).await
        })
    }

    /// Where the server refuses it because such a job is queued or running already (409093), gives that job instead of the error.
    ///
    /// The job is found among those of the site that have not ended, one call for each refresh or run among them.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use tableau_client::{Id, Site, Workbook};
    /// # async fn run(site: Site, id: Id<Workbook>) -> tableau_client::Result<()> {
    /// let done = site.workbooks().refresh(&id).or_queued().wait(Duration::from_secs(3600)).await?;
    /// # let _ = done;
    /// # Ok(())
    /// # }
    /// ```
    pub fn or_queued(self) -> OrQueued<E, M> {
        OrQueued(self)
    }
}

impl<M: Mode> Collection<BackgroundJob, M> {
    /// Makes a call that queues a job. Where the server refuses it because a job for the same content is queued or running already (409093), gives that
    /// job, which `is_it` tells among those that have not ended: for calls that do not say themselves which content they are for, as that of a task.
    ///
    /// # Errors
    /// As for the call; 409093 if the job that stands in its way cannot be seen.
    pub fn queue<E>(
        &self,
        call: E,
        is_it: impl Fn(&Job) -> bool + Send + Sync + 'static,
    ) -> M::Output<Result<Job, Error>>
    where
        E: Endpoint<Reply = Job> + Clone,
    {
        let site = self.site().clone();
        let mode = site.mode().clone();
        mode.run(async move { queue(&site, &call, is_it).await })
    }
}

/// A call that queues a job, or finds the one that is queued: see [`Call::or_queued`].
#[derive(Debug, Clone)]
#[must_use = "a call is sent by `.await`, `.send()` or `.wait()`"]
pub struct OrQueued<E: QueuesJob, M: Mode = Async>(Call<E, M>);

impl<E: QueuesJob, M: Mode> OrQueued<E, M> {
    /// Sends it: gives the job that it queued, or the one that was there.
    ///
    /// # Errors
    /// As for the call; 409093 if the job that stands in its way cannot be seen.
    pub fn send(self) -> M::Output<Result<Job, Error>> {
        let site = self.0.site().clone();
        let call = self.0.into_endpoint();
        let mode = site.mode().clone();
        mode.run(async move { queue(&site, &call, |job| call.is_done_by(job)).await })
    }

    /// Sends it, and waits until the job has ended, at most this long.
    ///
    /// # Errors
    /// As for [`send`](Self::send), and as for [`wait`](Collection::wait).
    pub fn wait(self, time: Duration) -> M::Output<Result<JobOutcome, Error>> {
        let site = self.0.site().clone();
        let call = self.0.into_endpoint();
        let mode = site.mode().clone();
        mode.run(async move {
            let job = queue(&site, &call, |job| call.is_done_by(job)).await?;
            jobs::wait(site, job.id, time).await
        })
    }
}

impl<E: QueuesJob> IntoFuture for OrQueued<E, Async> {
    type Output = Result<Job, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}

/// Queues a job, or finds the one that is queued.
async fn queue<E, M: Mode>(site: &Site<M>, call: &E, is_it: impl Fn(&Job) -> bool) -> Result<Job, Error>
where
    E: Endpoint<Reply = Job> + Clone,
{
    let mut tries = 1;
    loop {
        let refused = match site.send_if_refused_again(call.clone(), None).await {
            Err(error) if error.code() == Some(ALREADY_QUEUED) => error,
            answer => return answer,
        };
        if let Some(job) = find(site, &is_it).await? {
            return Ok(job);
        }
        if tries == TRIES {
            return Err(refused);
        }
        tries += 1;
    }
}

/// The job that is the one that is looked for, and has not ended.
async fn find<M: Mode>(site: &Site<M>, is_it: impl Fn(&Job) -> bool) -> Result<Option<Job>, Error> {
    let at_work = [JobStatus::Pending, JobStatus::InProgress];
    let mut list = List::<BackgroundJob>::new().page_size(1000);
    list.filter = Some(Filter::one_of("status", at_work.iter().map(JobStatus::as_str)));
    for number in 1.. {
        list.page_number = Some(number);
        let page = site.send(list.clone()).await?;
        let is_last = page.is_last() || page.items.is_empty();
        for listed in page.items.into_iter().filter(may_be) {
            let job = site.send(Get::<BackgroundJob>::new(listed.id)).await?;
            if is_it(&job) && job.completed_at.is_none() {
                return Ok(Some(job));
            }
        }
        if is_last {
            break;
        }
    }
    Ok(None)
}

/// Whether a job may be a refresh or a run of a flow, by its type, whose words differ from server to server.
fn may_be(job: &BackgroundJob) -> bool {
    let Some(job_type) = &job.job_type else {
        return true;
    };
    let job_type = job_type.to_ascii_lowercase();
    ["extract", "refresh", "flow"]
        .iter()
        .any(|word| job_type.contains(word))
}
