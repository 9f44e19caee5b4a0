//! What comes due, and is run then: schedules, tasks and subscriptions with schedules of their own, data-driven alerts.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tableau_wire::rest::Schedule;
use tableau_wire::rest::schedules::ScheduleState;
use tableau_wire::rest::tasks::{ExtractRefreshTask, FlowRunTask};
use uuid::Uuid;

use super::{alert_mails, cloud_tasks, jobs, linked_tasks, schedules, subscription_mails, tasks};
use crate::clock::{Clock, time};
use crate::jobs::JobPlan;
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::store::row::Row;
use crate::store::{State, Store, Transaction};

/// How much of the time that has passed is caught up with: a clock may be moved by centuries. What came due before runs once, at the begin.
const CAUGHT_UP: SignedDuration = SignedDuration::from_hours(366 * 24);

/// Runs what has come due since the last time, in its order.
pub(crate) fn run_due(
    store: &Store,
    clock: &Clock,
    settings: &Settings,
    next_due: &NextDue,
) -> Result<(), Refusal> {
    let now = clock.now();
    if !next_due.is_past(&store.read(), now) {
        return Ok(());
    }
    let plan = settings.job_plan();
    let begin = now.checked_sub(CAUGHT_UP).unwrap_or(Timestamp::MIN);
    store.write(|transaction| {
        while let Some((due, what)) = first_due(transaction, now) {
            let due = due.max(begin);
            // A job that ends before does not stand in the way of the next.
            jobs::advance(transaction, &plan, due)?;
            run(transaction, &plan, what, due)?;
        }
        Ok(())
    })
}

/// When something comes due next, looked up once as long as nothing changes.
#[derive(Debug, Default)]
pub(crate) struct NextDue(Mutex<Option<(u64, Option<Timestamp>)>>);

impl NextDue {
    /// Whether something has come due.
    fn is_past(&self, state: &State, now: Timestamp) -> bool {
        // A panic here leaves no partial change.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let version = state.version();
        let next = match *known {
            Some((of, next)) if of == version => next,
            _ => first_due(state, Timestamp::MAX).map(|(due, _)| due),
        };
        *known = Some((version, next));
        next.is_some_and(|due| due <= now)
    }
}

/// What comes due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Schedule(Uuid),
    /// A task with a schedule of its own.
    Extract(Uuid),
    Flow(Uuid),
    /// A subscription with a schedule of its own.
    Subscription(Uuid),
    /// A data-driven alert that looks at its view.
    Alert(Uuid),
}

/// What has come due first, with that time.
fn first_due(state: &State, now: Timestamp) -> Option<(Timestamp, Due)> {
    let active = |row: &&Row<Schedule>| row.shown.state == Some(ScheduleState::Active);
    let schedules = state.schedules.iter().filter(active).filter_map(|row| {
        let due = row.shown.next_run_at.as_ref()?.instant()?;
        (due <= now).then_some((due, Due::Schedule(row.id)))
    });
    let alone = [
        cloud_tasks::due::<ExtractRefreshTask>(state, now).map(|(due, id)| (due, Due::Extract(id))),
        cloud_tasks::due::<FlowRunTask>(state, now).map(|(due, id)| (due, Due::Flow(id))),
        subscription_mails::own_due(state, now).map(|(due, id)| (due, Due::Subscription(id))),
        alert_mails::due(state, now).map(|(due, id)| (due, Due::Alert(id))),
    ];
    schedules.chain(alone.into_iter().flatten()).min()
}

/// Runs what has come due.
fn run(transaction: &mut Transaction<'_>, plan: &JobPlan, what: Due, due: Timestamp) -> Result<(), Refusal> {
    match what {
        Due::Schedule(id) => run_schedule(transaction, plan, id, due),
        Due::Extract(id) => match cloud_tasks::advance(transaction, id, due)? {
            Some(task) => tasks::run_extract(transaction, plan, &task, due),
            None => Ok(()),
        },
        Due::Flow(id) => match cloud_tasks::advance(transaction, id, due)? {
            Some(task) => tasks::run_flow(transaction, plan, &task, due),
            None => Ok(()),
        },
        Due::Subscription(id) => subscription_mails::send(transaction, id, due),
        Due::Alert(id) => alert_mails::look(transaction, id, due),
    }
}

/// Runs what belongs to a schedule of the server.
fn run_schedule(
    transaction: &mut Transaction<'_>,
    plan: &JobPlan,
    id: Uuid,
    due: Timestamp,
) -> Result<(), Refusal> {
    if let Some(mut row) = transaction.schedules.get(id).cloned() {
        row.shown.next_run_at = schedules::next(&row.shown, transaction, due).map(time);
        transaction.put(row)?;
    }
    let extracts: Vec<_> = tasks::extracts_of(transaction, id).cloned().collect();
    for task in extracts {
        tasks::run_extract(transaction, plan, &task, due)?;
    }
    let flows: Vec<_> = tasks::flows_of(transaction, id).cloned().collect();
    for task in flows {
        tasks::run_flow(transaction, plan, &task, due)?;
    }
    let linked: Vec<_> = linked_tasks::of_schedule(transaction, id).collect();
    for task in linked {
        linked_tasks::run(transaction, plan, task, due)?;
    }
    let subscriptions: Vec<_> = subscription_mails::of_schedule(transaction, id).collect();
    for subscription in subscriptions {
        subscription_mails::send(transaction, subscription, due)?;
    }
    Ok(())
}
