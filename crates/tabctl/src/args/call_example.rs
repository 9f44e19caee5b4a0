//! An example for the help of every call, made from its description.

use tableau_client::wire::{BodyKind, Entry, Family, Field, Method, Param, Place, ReplyKind, ValueKind};

use super::call::members;
use super::call_help::placeholder;

/// What is given to calls of groups whose descriptions do not tell it: words that fit each other.
const GIVEN: &[(&str, &str)] = &[
    (
        "schedules.create",
        "--name 'Early mornings' --priority 50 --type Extract --frequency Daily --frequencyDetails.start 06:00:00",
    ),
    (
        "schedules.addWorkbook",
        "'Weekday early mornings' --extractRefresh.workbook.id Samples/Superstore",
    ),
    (
        "schedules.addDatasource",
        "'Weekday early mornings' --extractRefresh.datasource.id Sales/Customers",
    ),
    (
        "schedules.addFlow",
        "'Flows at night' --flowRun.flow.id Sales/Orders",
    ),
    ("usage.count", "workbooks Samples/Superstore"),
    (
        "subscriptions.create",
        "--subject Overview --content.id Samples/Superstore/Overview --content.type View --schedule 'Monday mornings' --user anita.silva",
    ),
    (
        "tasks.createExtractRefresh",
        "--extractRefresh.workbook.id Samples/Superstore --schedule.frequency Weekly --schedule.frequencyDetails.start 06:00:00 --schedule.frequencyDetails.intervals.interval '{\"weekDay\": \"Monday\"}'",
    ),
    (
        "tasks.createFlowRun",
        "--task.flowRun.flow.id Sales/Orders --schedule.frequency Weekly --schedule.frequencyDetails.start 06:00:00 --schedule.frequencyDetails.intervals.interval '{\"weekDay\": \"Monday\"}'",
    ),
];

/// What is given to a call of a group.
pub(super) fn given(entry: &Entry) -> Option<&'static str> {
    let name = entry.operation.full_name();
    GIVEN
        .iter()
        .find(|(call, _)| *call == name)
        .map(|(_, given)| *given)
}

/// An example of a call: what has to be given, and little more. The members that the document requires are shown by `in_body`.
pub(super) fn of_call(
    entry: &Entry,
    command: &str,
    in_path: impl Fn(usize, &Param) -> String,
    in_body: impl Fn(&str, &Field) -> String,
) -> String {
    let operation = &entry.operation;
    let mut words = vec![command.to_owned()];
    let named = |param: &&Param| param.place == Place::Path;
    words.extend(
        operation
            .all_params()
            .filter(named)
            .enumerate()
            .map(|(at, param)| in_path(at, param)),
    );
    let required = |param: &&Param| param.required && param.place != Place::Path;
    for param in operation.all_params().filter(required) {
        words.push(format!("--{} {}", param.name, value(param.kind, param.doc)));
    }
    if operation.method == Method::GET && operation.filters.iter().any(|field| field.name == "name") {
        words.push("--filter name:eq:Sales".to_owned());
    } else if operation.is_paged() {
        words.push("--limit 10".to_owned());
    }
    let members = members(entry);
    let mut some: Vec<_> = members.iter().filter(|(_, field)| field.required).collect();
    if some.is_empty() && matches!(entry.body, BodyKind::Document { .. }) {
        some.extend(members.first());
    }
    words.extend(some.into_iter().map(|(path, field)| in_body(path, field)));
    match entry.body {
        BodyKind::File { child: None, .. } => words.push("--file FILE".to_owned()),
        // What has no description is sent whole.
        BodyKind::Document { .. } if members.is_empty() && operation.family == Family::Tsm => {
            words.push("--input FILE".to_owned());
        }
        _ => {}
    }
    if entry.reply == ReplyKind::Content {
        words.push("> FILE".to_owned());
    }
    words.join(" ")
}

/// A value of a kind, or the one that its documentation gives: `The time of the day: ``08:00:00``.`
pub(super) fn value(kind: ValueKind, doc: &str) -> String {
    let given = || Some(doc.split_once(": `")?.1.split_once('`')?.0.to_owned());
    match kind {
        ValueKind::Boolean => "true".to_owned(),
        ValueKind::Number => "10".to_owned(),
        ValueKind::OneOf(words) => words
            .first()
            .map_or_else(|| "TEXT".to_owned(), |word| (*word).to_owned()),
        kind => given().unwrap_or_else(|| placeholder(kind).to_owned()),
    }
}
