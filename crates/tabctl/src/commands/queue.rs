//! `tabctl workbooks refresh`, `tabctl datasources refresh` and `tabctl flows run`.

use serde_json::{Value, json};
use tableau_client::wire::rest::jobs::QueuesJob;
use tableau_client::wire::rest::{Flow, flows};
use tableau_client::wire::{Described as _, Get};
use tableau_client::{Blocking, Call, Datasource, Id, Job, Site, Workbook};

use super::job::{self, Queued};
use super::reference::{Collection, Finder};
use super::{several, style};
use crate::args::{self, Connection, ContentKind as Kind, Global, Output, Queue};
use crate::failure::Failure;
use crate::output::{Column, Members, Printer};
use crate::session::settings;

pub(super) const JOBS: &[Column] = &[Column::of("type"), Column::of("createdAt"), Column::of("id")];
/// The columns of what would be queued.
const SHOWN: &[Column] = &[Column::of("call"), Column::of("id")];

pub(super) fn refresh(args: &args::Refresh, global: &Global) -> Result<(), Failure> {
    let group = args.kind.group();
    each(&args.items, &How::of(&args.queue), global, |finder, typed| {
        let id = finder.id(Collection::of(group)?, typed)?;
        if args.queue.dry_run {
            return Ok(shown(
                json!({"call": format!("{group}.refresh"), "id": id, "incremental": args.queue.incremental}),
            ));
        }
        let site = finder.site;
        match args.kind {
            Kind::Datasource => {
                let call = site.datasources().refresh(Id::<Datasource>::from(id));
                let call = if args.queue.incremental {
                    call.incremental()
                } else {
                    call
                };
                queue(site, call, &args.queue)
            }
            _ => {
                let call = site.workbooks().refresh(Id::<Workbook>::from(id));
                let call = if args.queue.incremental {
                    call.incremental()
                } else {
                    call
                };
                queue(site, call, &args.queue)
            }
        }
    })
}

pub(super) fn run(args: &args::Run, global: &Global) -> Result<(), Failure> {
    let parameters = args.parameters.iter().map(|typed| {
        let parts = typed.split_once('=').filter(|(name, _)| !name.is_empty());
        parts.ok_or_else(|| Failure::Usage(format!("--parameter: {typed:?} is not NAME=VALUE")))
    });
    let parameters: Vec<_> = parameters.collect::<Result<_, _>>()?;
    each(
        std::slice::from_ref(&args.flow),
        &How::of(&args.queue),
        global,
        |finder, typed| {
            let id = Id::<Flow>::from(finder.id(Collection::of("flows")?, typed)?);
            let mut call = finder.site.flows().run(&id);
            if args.queue.incremental {
                call = call.incremental();
            }
            if !(parameters.is_empty() && args.steps.is_empty()) {
                call = with_names(finder.site, &id, call, &parameters, &args.steps)?;
            }
            if args.queue.dry_run {
                return Ok(shown(json!({
                    "call": "flows.run",
                    "id": id,
                    "incremental": args.queue.incremental,
                    "parameters": args.parameters,
                    "steps": args.steps,
                })));
            }
            queue(finder.site, call, &args.queue)
        },
    )
}

/// The call with parameters and steps, which the API knows by identifiers and people by names.
fn with_names(
    site: &Site<Blocking>,
    id: &Id<Flow>,
    mut call: Call<flows::Run, Blocking>,
    parameters: &[(&str, &str)],
    steps: &[String],
) -> Result<Call<flows::Run, Blocking>, Failure> {
    let details = site.call(Get::<Flow>::new(id.clone())).send()?;
    let known = details.flow.parameters.unwrap_or_default();
    for (name, value) in parameters {
        let names = known.iter().map(|parameter| parameter.name.as_str());
        let found = known.iter().find(|parameter| parameter.name == *name);
        let found = found.ok_or_else(|| unknown("parameter", name, names))?;
        call = call.parameter(found.id.clone(), *value);
    }
    let known = details.flow_output_steps.unwrap_or_default();
    for name in steps {
        let names = known.iter().map(|step| step.name.as_str());
        let found = known.iter().find(|step| step.name == *name);
        let found = found.ok_or_else(|| unknown("output step", name, names))?;
        call = call.step(found.id.clone());
    }
    Ok(call)
}

fn unknown<'n>(what: &str, name: &str, known: impl Iterator<Item = &'n str>) -> Failure {
    let known: Vec<_> = known.collect();
    let known = match known.as_slice() {
        [] => "it has none".to_owned(),
        known => format!("it has: {}", known.join(", ")),
    };
    Failure::Usage(format!("the flow has no {what} {name:?}; {known}"))
}

fn shown(call: Value) -> Queued {
    (call, Ok(()))
}

/// Queues a job, and waits for it if that was asked for.
fn queue<E: QueuesJob>(
    site: &Site<Blocking>,
    call: Call<E, Blocking>,
    how: &Queue,
) -> Result<Queued, Failure> {
    let job = match how.or_queued {
        true => call.or_queued().send(),
        false => call.send(),
    }?;
    job::started(site, job, how.wait.time())
}

/// How jobs are queued and shown.
pub(super) struct How<'a> {
    pub(super) dry_run: bool,
    pub(super) output: &'a Output,
    pub(super) connection: &'a Connection,
    /// The columns of the jobs.
    pub(super) columns: &'static [Column],
}

impl<'a> How<'a> {
    fn of(queue: &'a Queue) -> Self {
        Self {
            dry_run: queue.dry_run,
            output: &queue.output,
            connection: &queue.connection,
            columns: JOBS,
        }
    }
}

/// Does it for each item, and prints the jobs.
pub(super) fn each(
    items: &[String],
    how: &How<'_>,
    global: &Global,
    act: impl Fn(Finder<'_>, &str) -> Result<Queued, Failure> + Sync,
) -> Result<(), Failure> {
    let style = style::settle(how.output.clone(), global.no_pager);
    let (columns, members) = match how.dry_run {
        true => (SHOWN, Members::Named(&["incremental", "parameters", "steps"])),
        false => (how.columns, Members::Of(Job::SHAPE)),
    };
    style.check(columns, &members)?;
    let connected = settings::connect(how.connection, global)?;
    let server = connected.address.clone();
    let (queued, ended) = connected.run(|site| {
        let finder = Finder {
            site,
            server: &server,
        };
        let as_json = how.output.json;
        Ok(several::each(items, String::clone, as_json, |typed| {
            let (job, ended) = act(finder, typed)?;
            match items.len() {
                1 => Ok((job, ended)),
                // Of several, each is reported as soon as it has failed.
                _ => ended.map(|()| (job, Ok(()))),
            }
        }))
    })?;
    let mut printer = Printer::new(style, columns);
    for (job, _) in &queued {
        printer.item(job)?;
    }
    if !queued.is_empty() {
        printer.finish()?;
    }
    let of_jobs = queued.into_iter().try_for_each(|(_, ended)| ended);
    ended.and(of_jobs)
}
