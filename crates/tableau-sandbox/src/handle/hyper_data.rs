//! Changes of the rows of extracts, by jobs. The actions are checked; the sandbox keeps no rows.

use std::io::Read as _;

use jiff::Timestamp;
use tableau_wire::Id;
use tableau_wire::rest::datasources::{UpdateConnectionData, UpdateData};
use tableau_wire::rest::hyper_data::{DataAction, DataActionKind, DataCondition, DataConst};
use tableau_wire::rest::{Datasource, FileUpload, Job};
use uuid::Uuid;

use super::file_uploads::publish_file;
use super::{job_answer, jobs};
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::content_file::HYPER;
use crate::files::Spool;
use crate::kept::{Kept as _, row, verbs};
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::unshown::JobOf;

pub(crate) fn update(call: &Call<'_>, caller: &Caller, update: &UpdateData) -> Result<Job, Refusal> {
    queue(
        call,
        caller,
        &Asked {
            datasource: &update.id,
            connection: None,
            request: update.request_id.as_deref(),
            upload: update.upload_session_id.as_ref(),
            actions: &update.actions.actions,
        },
    )
}

pub(crate) fn update_connection(
    call: &Call<'_>,
    caller: &Caller,
    update: &UpdateConnectionData,
) -> Result<Job, Refusal> {
    queue(
        call,
        caller,
        &Asked {
            datasource: &update.id,
            connection: Some(update.connection_id.as_str()),
            request: update.request_id.as_deref(),
            upload: update.upload_session_id.as_ref(),
            actions: &update.actions.actions,
        },
    )
}

/// What a request to change rows says.
struct Asked<'a> {
    datasource: &'a Id<Datasource>,
    connection: Option<&'a str>,
    request: Option<&'a str>,
    upload: Option<&'a Id<FileUpload>>,
    actions: &'a [DataAction],
}

/// Queues a change of rows; for a request that there was before it answers with the job of that.
fn queue(call: &Call<'_>, caller: &Caller, asked: &Asked<'_>) -> Result<Job, Refusal> {
    let state = call.store.read();
    let (datasource, connection) = target(&state, caller, asked)?;
    let request = asked.request.filter(|request| !request.is_empty());
    let request = request.ok_or_else(|| unfit("the header RequestID is missing"))?;
    let same = |of: &JobOf| {
        matches!(of, JobOf::UpdateData { datasource: other, request: known, .. }
            if *other == datasource && known == request)
    };
    let mut queued = state.jobs.of_site(caller.site.id);
    if let Some(job) = queued.find(|job| same(&job.unshown.of)) {
        return Ok(job_answer::queued(job, &verbs::context(call, &state)));
    }
    drop(state);
    check(asked.actions)?;
    let needs_file = asked.actions.iter().any(takes_rows);
    if needs_file && asked.upload.is_none() {
        return Err(unfit("the actions take rows of a file: name its upload session"));
    }
    publish_file(call, caller, asked.upload, false, |file| {
        if let Some(spool) = file {
            check_file(spool)?;
        }
        call.store.write(|transaction| {
            // Checked again: the state may have changed.
            target(transaction, caller, asked)?;
            let of = JobOf::UpdateData {
                datasource,
                connection,
                request: request.to_owned(),
            };
            let job = jobs::queue(transaction, call, caller, of)?;
            *file = None;
            Ok(job)
        })
    })
}

/// The data source and its connection, for a caller who may change it. The code of the refusal is inferred.
fn target(state: &State, caller: &Caller, asked: &Asked<'_>) -> Result<(Uuid, Uuid), Refusal> {
    let refusal = (Datasource::UNCHANGED.write, "change the rows of");
    let id = asked.datasource.as_str();
    let item = row::allowed::<Datasource>(state, caller, id, Datasource::MAY_WRITE, refusal)?;
    let connections: Vec<_> = state.connections.within(item.id).map(|row| row.id).collect();
    let connection = match (asked.connection, connections.as_slice()) {
        (Some(named), all) => parse_id(named)
            .filter(|id| all.contains(id))
            .ok_or_else(|| Refusal::not_found("404020", "Connection", named))?,
        (None, [only]) => *only,
        (None, _) => {
            return Err(unfit(
                "the data source has not exactly one connection: name the one whose rows change",
            ));
        }
    };
    if item.shown.has_extracts != Some(true) {
        return Err(unfit("the data source has no extract"));
    }
    Ok((item.id, connection))
}

// The code is that of malformed requests, for any reason; the texts are inferred.
fn unfit(reason: impl std::fmt::Display) -> Refusal {
    Refusal::bad_request("400000", format_args!("The rows cannot be changed: {reason}."))
}

fn check_file(file: &mut Spool) -> Result<(), Refusal> {
    let mut magic = Vec::new();
    let length = HYPER.len() as u64;
    file.reader()
        .take(length)
        .read_to_end(&mut magic)
        .map_err(Refusal::internal)?;
    if magic == HYPER {
        return Ok(());
    }
    Err(unfit("the uploaded file is not a .hyper file"))
}

fn takes_rows(action: &DataAction) -> bool {
    action.action != DataActionKind::Delete || action.source_table.is_some()
}

/// Checks actions by the documentation of the schema: what each kind needs.
fn check(actions: &[DataAction]) -> Result<(), Refusal> {
    if actions.is_empty() {
        return Err(unfit("there are no actions"));
    }
    actions.iter().try_for_each(check_action)
}

fn check_action(action: &DataAction) -> Result<(), Refusal> {
    let kind = action.action.as_str();
    let needs_condition = match action.action {
        DataActionKind::Insert | DataActionKind::Replace | DataActionKind::Delete => false,
        DataActionKind::Update | DataActionKind::Upsert => true,
        _ => return Err(unfit(format_args!("there is no action '{kind}'"))),
    };
    let named = |table: &Option<String>| table.as_ref().is_some_and(|table| !table.is_empty());
    if !named(&action.target_table) {
        return Err(unfit(format_args!("an action '{kind}' needs a target-table")));
    }
    if action.action != DataActionKind::Delete && !named(&action.source_table) {
        return Err(unfit(format_args!("an action '{kind}' needs a source-table")));
    }
    match &action.condition {
        None if needs_condition => Err(unfit(format_args!("an action '{kind}' needs a condition"))),
        Some(condition) => check_condition(condition, takes_rows(action)),
        None => Ok(()),
    }
}

/// Checks a condition; `has_source` whether it can compare columns of a file.
fn check_condition(condition: &DataCondition, has_source: bool) -> Result<(), Refusal> {
    let op = condition.op.as_str();
    let DataCondition {
        source_col,
        target_col,
        r#const,
        args,
        ..
    } = condition;
    match op {
        "and" | "or" | "not" => {
            let fits = if op == "not" {
                args.len() == 1
            } else {
                !args.is_empty()
            };
            if !fits {
                return Err(unfit(format_args!("'{op}' has a wrong number of args")));
            }
            args.iter().try_for_each(|arg| check_condition(arg, has_source))
        }
        _ if !args.is_empty() => Err(unfit(format_args!("'{op}' takes no args"))),
        _ if target_col.is_none() => Err(unfit(format_args!("'{op}' needs a target-col"))),
        _ if source_col.is_some() && !has_source => Err(unfit("a source-col needs a source-table")),
        _ => match (source_col, r#const) {
            (Some(_), Some(_)) => Err(unfit(format_args!(
                "'{op}' compares with a source-col or a const"
            ))),
            (None, Some(value)) => check_const(value),
            _ => Ok(()),
        },
    }
}

fn check_const(value: &DataConst) -> Result<(), Refusal> {
    let text = value.v.as_str();
    let fits = match value.r#type.as_str() {
        "boolean" => matches!(text, "true" | "false"),
        "integer" => text.parse::<i64>().is_ok(),
        "double" => text.parse::<f64>().is_ok(),
        "datetime" => text.parse::<Timestamp>().is_ok() || text.parse::<jiff::civil::DateTime>().is_ok(),
        "string" => true,
        other => return Err(unfit(format_args!("there is no type '{other}'"))),
    };
    if fits {
        return Ok(());
    }
    let expected = &value.r#type;
    Err(unfit(format_args!("'{text}' is not of the type {expected}")))
}
