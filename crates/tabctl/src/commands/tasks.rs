//! `tabctl tasks run` and `tabctl jobs watch`.

use std::time::Duration;

use serde_json::json;
use tableau_client::wire::resource::Refresh;
use tableau_client::wire::rest::flows;
use tableau_client::wire::rest::jobs::QueuesJob as _;
use tableau_client::wire::rest::tasks::{
    ExtractRefreshTask, FlowRunTask, ListExtractRefreshes, ListFlowRuns, RunExtractRefresh, RunFlow, Task,
};
use tableau_client::wire::{Endpoint, Items};
use tableau_client::{Blocking, Datasource, Error, ErrorKind, Job, Site, Workbook};

use super::job::{self, Queued};
use super::queue::{self, How};
use super::reference::{Collection, Finder};
use crate::args::{self, Global};
use crate::env::is_luid;
use crate::failure::Failure;
use crate::output::Column;

/// The columns of jobs that were waited for.
const ENDED: &[Column] = &[
    Column::of("type"),
    Column::of("finishCode"),
    Column::of("completedAt"),
    Column::of("id"),
];

/// A task that can be run.
enum Runs {
    Extract(ExtractRefreshTask),
    Flow(FlowRunTask),
}

pub(super) fn run(args: &args::RunTask, global: &Global) -> Result<(), Failure> {
    let how = How {
        dry_run: args.dry_run,
        output: &args.output,
        connection: &args.connection,
        columns: queue::JOBS,
    };
    queue::each(&args.tasks, &how, global, |finder, typed| {
        let task = find(finder, typed)?;
        if args.dry_run {
            let (call, id) = match &task {
                Runs::Extract(task) => ("tasks.runExtractRefresh", task.id.as_str()),
                Runs::Flow(task) => ("tasks.runFlow", task.id.as_str()),
            };
            return Ok((json!({"call": call, "id": id}), Ok(())));
        }
        let job = begin(finder.site, task, args.or_queued)?;
        job::started(finder.site, job, args.wait.time())
    })
}

fn begin(site: &Site<Blocking>, task: Runs, or_queued: bool) -> Result<Job, Error> {
    match task {
        Runs::Extract(task) => {
            let run = RunExtractRefresh::new(task.id, Default::default());
            let workbook = task
                .workbook
                .map(|of| Refresh::<Workbook>::new(&of.id, Default::default()));
            let datasource = task
                .datasource
                .map(|of| Refresh::<Datasource>::new(&of.id, Default::default()));
            queue_or_find(site, run, or_queued, move |job| {
                workbook.as_ref().is_some_and(|refresh| refresh.is_done_by(job))
                    || datasource.as_ref().is_some_and(|refresh| refresh.is_done_by(job))
            })
        }
        Runs::Flow(task) => {
            let run = RunFlow::new(task.id, Default::default());
            let flow = task.flow.map(|of| flows::Run::new(&of.id, Default::default()));
            queue_or_find(site, run, or_queued, move |job| {
                flow.as_ref().is_some_and(|run| run.is_done_by(job))
            })
        }
    }
}

/// Makes a call that queues a job; where that is asked for, finds the one that is queued.
fn queue_or_find<E: Endpoint<Reply = Job> + Clone>(
    site: &Site<Blocking>,
    call: E,
    or_queued: bool,
    is_it: impl Fn(&Job) -> bool + Send + Sync + 'static,
) -> Result<Job, Error> {
    match or_queued {
        true => site.jobs().queue(call, is_it),
        false => site.call(call).send(),
    }
}

/// The task that was typed: one by its LUID, or the only one for some content.
fn find(finder: Finder<'_>, typed: &str) -> Result<Runs, Failure> {
    let (extracts, flows) = tasks(finder.site)?;
    let all = extracts.iter().chain(flows.iter());
    let content = match is_luid(typed) {
        true => vec![typed.to_owned()],
        false => content(finder, typed)?,
    };
    let fits = |task: &&Task| {
        let (id, of) = names(task);
        let of = of.into_iter().flatten();
        (is_luid(typed) && id == Some(typed)) || of.into_iter().any(|of| content.iter().any(|id| id == of))
    };
    let mut found: Vec<_> = all.filter(fits).filter_map(runs).collect();
    match (found.pop(), found.len()) {
        (Some(task), 0) => Ok(task),
        (None, _) => Err(Failure::NotFound(format!(
            "there is no task {typed:?}, or you may not see it: `tabctl tasks list-extract-refreshes` and `tabctl tasks list-flow-runs` list them"
        ))),
        (Some(_), others) => Err(Failure::Usage(format!(
            "{typed:?} has {} tasks: name one by its LUID",
            others + 1
        ))),
    }
}

/// The tasks of both kinds. Servers and users without flows have no tasks of flows.
fn tasks(site: &Site<Blocking>) -> Result<(Items<Task>, Items<Task>), Failure> {
    let extracts = site.call(ListExtractRefreshes::default()).send()?;
    let is_absent = |error: &Error| {
        matches!(
            error.kind(),
            ErrorKind::NotFound | ErrorKind::Forbidden | ErrorKind::UnsupportedVersion
        )
    };
    match site.call(ListFlowRuns::default()).send() {
        Ok(flows) => Ok((extracts, flows)),
        Err(error) if is_absent(&error) => Ok((extracts, Items::default())),
        Err(error) => Err(error.into()),
    }
}

/// The identifiers of the content that was typed, of every kind that has tasks.
fn content(finder: Finder<'_>, typed: &str) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    for group in ["workbooks", "datasources", "flows"] {
        match finder.id(Collection::of(group)?, typed) {
            Ok(id) => found.push(id),
            Err(Failure::NotFound(_)) => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(found)
}

/// The identifier of a task, and those of what it is for.
fn names(task: &Task) -> (Option<&str>, [Option<&str>; 3]) {
    let extract = task.extract_refresh.as_ref();
    let flow = task.flow_run.as_ref();
    let id = extract.map(|task| task.id.as_str());
    (
        id.or_else(|| flow.map(|task| task.id.as_str())),
        [
            extract.and_then(|task| Some(task.workbook.as_ref()?.id.as_str())),
            extract.and_then(|task| Some(task.datasource.as_ref()?.id.as_str())),
            flow.and_then(|task| Some(task.flow.as_ref()?.id.as_str())),
        ],
    )
}

fn runs(task: &Task) -> Option<Runs> {
    let extract = task.extract_refresh.clone().map(Runs::Extract);
    extract.or_else(|| Some(Runs::Flow(task.flow_run.clone()?)))
}

pub(super) fn watch(args: &args::Watch, global: &Global) -> Result<(), Failure> {
    let how = How {
        dry_run: false,
        output: &args.output,
        connection: &args.connection,
        columns: ENDED,
    };
    let time = Duration::from_secs(args.within);
    queue::each(
        &args.jobs,
        &how,
        global,
        |finder, typed| -> Result<Queued, Failure> {
            if !is_luid(typed) {
                return Err(Failure::Usage(format!(
                    "{typed:?} is not the LUID of a job: `tabctl jobs list` lists them"
                )));
            }
            job::wait(finder.site, &json!({"id": typed}), time)
        },
    )
}
