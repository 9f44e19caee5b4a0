//! A matrix over every entry of the table: rules that hold for every call, with no code for a single one.
//!
//! The requests are written from the descriptions, without the types that the sandbox reads them with.

mod call;
mod facets;
mod filters;
mod life;
mod reach;
mod same;
mod tsm;
mod world;

use tableau_wire::{BodyKind, Entry, Format, Method, ReplyKind, Root, Scope};

use self::call::{entries, name, other_methods, root, unknown_values, variables, version_before};
use self::same::{leaves, names};
use self::world::{World, XML};
use crate::fixture::Answer;

/// An identifier of no record.
const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

/// The failures, one line a call, so that one run names them all.
#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    fn unless(&mut self, right: bool, entry: &Entry, answer: &Answer) {
        if !right {
            self.say(entry, format!("{} {}", answer.status.as_u16(), answer.text()));
        }
    }

    fn say(&mut self, entry: &Entry, what: impl std::fmt::Display) {
        self.0.push(format!("{}: {what}", name(entry)));
    }

    #[track_caller]
    fn none(self) {
        assert!(self.0.is_empty(), "{:#?}", self.0);
    }
}

/// Unknown identifiers for the variables of a path.
fn unknown(entry: &Entry) -> Vec<String> {
    unknown_values(entry, UNKNOWN)
}

fn is(answer: &Answer, status: u16, code: &str) -> bool {
    let (found, found_code, ..) = answer.refusal();
    (found, found_code.as_str()) == (status, code)
}

fn with_session() -> impl Iterator<Item = &'static Entry> {
    entries().filter(|entry| entry.operation.scope != Scope::Open)
}

#[tokio::test]
async fn without_a_token_is_401000() {
    let (world, mut wrong) = (World::new().await, Wrong::default());
    for entry in with_session() {
        let answer = world
            .send(entry, &unknown(entry), |request| request.token = None)
            .await;
        wrong.unless(is(&answer, 401, "401000"), entry, &answer);
    }
    wrong.none();
}

#[tokio::test]
async fn a_token_of_no_session_is_401002() {
    let (world, mut wrong) = (World::new().await, Wrong::default());
    for entry in with_session() {
        let of_no_session = format!("{UNKNOWN}|x|{}", world.admin(entry).site);
        for token in ["x".to_owned(), of_no_session] {
            let answer = world
                .send(entry, &unknown(entry), |request| request.token = Some(token))
                .await;
            wrong.unless(is(&answer, 401, "401002"), entry, &answer);
        }
    }
    wrong.none();
}

#[tokio::test]
async fn a_version_below_since_is_404008() {
    let (world, mut wrong) = (World::new().await, Wrong::default());
    for entry in entries().filter(|entry| root(entry).is_none()) {
        let Some(before) = version_before(entry.operation.since) else {
            continue;
        };
        let before = before.to_string();
        let answer = world
            .send(entry, &unknown(entry), |request| request.version = before)
            .await;
        wrong.unless(is(&answer, 404, "404008"), entry, &answer);
    }
    wrong.none();
}

#[tokio::test]
async fn other_methods_are_405000() {
    let (world, mut wrong) = (World::new().await, Wrong::default());
    for entry in entries() {
        for method in other_methods(entry, entries()) {
            let answer = world
                .send(entry, &unknown(entry), |request| {
                    request.method = method.to_owned();
                })
                .await;
            wrong.unless(is(&answer, 405, "405000"), entry, &answer);
        }
    }
    wrong.none();
}

#[tokio::test]
async fn an_unknown_id_is_404() {
    let (world, mut wrong) = (World::new().await, Wrong::default());
    for entry in entries().filter(|entry| variables(entry) > 0) {
        for id in [UNKNOWN, "no-id", "%C3%A9%20%22"] {
            let values = unknown_values(entry, id);
            let answer = world.send(entry, &values, |_| {}).await;
            wrong.unless(
                // Of alerts, the code is another one, and Pulse has those of gRPC.
                answer.status == 404
                    && (answer.code().starts_with("404")
                        || ["409023", "5"].contains(&answer.code().as_str())),
                entry,
                &answer,
            );
        }
    }
    wrong.none();
}

#[tokio::test]
async fn on_the_other_product_is_403004() {
    let (world, mut wrong) = (World::new().await, Wrong::default());
    for entry in entries() {
        let Some(other) = world.other_product(entry) else {
            continue;
        };
        let answer = world
            .send(entry, &unknown(entry), |request| request.by(other))
            .await;
        // A service is not there at all.
        let is_absent = entry.operation.root == Root::Services && answer.status == 404;
        wrong.unless(is_absent || is(&answer, 403, "403004"), entry, &answer);
    }
    wrong.none();
}

#[tokio::test]
async fn a_malformed_document_is_400000() {
    let (world, mut wrong) = (World::new().await, Wrong::default());
    for entry in entries() {
        if !matches!(entry.body, BodyKind::Document { .. }) {
            continue;
        }
        let values = world.values(entry).await.unwrap_or_else(|| unknown(entry));
        for body in [
            "{",
            "[]",
            "5",
            "\"",
            "nonsense",
            "<tsRequest>",
            "<tsRequest><",
            "<x/>",
            "{}}",
            "<tsRequest/><tsRequest/>",
        ] {
            let answer = world
                .send(entry, &values, |request| request.body = body.to_owned())
                .await;
            wrong.unless(is(&answer, 400, "400000"), entry, &answer);
        }
    }
    wrong.none();
}

#[tokio::test]
async fn without_the_jwt_scope_is_401002() {
    /// Calls that every session may make, whatever its scopes.
    const FREE: &[&str] = &["auth.signOut", "server.getCurrentSession"];
    let (world, mut wrong) = (World::new().await, Wrong::default());
    let unscoped = world.unscoped().await;
    for entry in with_session() {
        if FREE.contains(&name(entry).as_str()) {
            continue;
        }
        let answer = world
            .send(entry, &unknown(entry), |request| request.by(&unscoped))
            .await;
        wrong.unless(is(&answer, 401, "401002"), entry, &answer);
    }
    wrong.none();
}

#[tokio::test]
async fn a_viewer_changes_nothing() {
    /// Calls about the session itself, and uploads: these change nothing until they are published, which needs the right.
    const OWN: &[&str] = &[
        "auth.signOut",
        "auth.switchSite",
        "file_uploads.initiateFileUpload",
        "file_uploads.appendToFileUpload",
        // What they name is looked for first.
        "schedules.batchUpdateState",
        "schedules.addWorkbook",
        "schedules.addDatasource",
        "schedules.addFlow",
        "data_alerts.create",
        "data_alerts.addUser",
        "tasks.createExtractRefresh",
        "tasks.updateExtractRefresh",
        "tasks.createFlowRun",
        "tasks.deleteDataAcceleration",
        "subscriptions.create",
        "recommendations.hide",
        "recommendations.unhide",
        // They ask, and change nothing.
        "usage.batchCount",
        "vizql_data_service.readMetadata",
        "vizql_data_service.queryDatasource",
        "vizql_data_service.getDatasourceModel",
        "vizql_data_service.listSupportedFunctions",
        "pulse.batchGetDefinitions",
        "pulse.batchGetMetrics",
        "pulse.generateInsightBundle",
        "pulse.generateInsightBrief",
        // The definition or the metric is looked up first; a viewer may create a metric and follow it.
        "pulse.createMetric",
        "pulse.getOrCreateMetric",
        "pulse.createSubscription",
        "pulse.batchCreateSubscriptions",
        "pulse.deleteSubscription",
        // A query changes nothing.
        "metadata.query",
    ];
    let (world, mut wrong) = (World::new().await, Wrong::default());
    for entry in with_session() {
        if entry.operation.method == Method::GET || OWN.contains(&name(entry).as_str()) {
            continue;
        }
        let Some(values) = world.values(entry).await else {
            continue;
        };
        let viewer = world.viewer(entry).await;
        let answer = world.send(entry, &values, |request| request.by(&viewer)).await;
        wrong.unless(answer.status == 403, entry, &answer);
    }
    wrong.none();
}

#[tokio::test]
async fn both_formats_say_the_same() {
    let (world, mut wrong) = (World::new().await, Wrong::default());
    for entry in with_session().filter(|entry| entry.operation.method == Method::GET) {
        let Some(values) = world.values(entry).await else {
            continue;
        };
        let json = world.send(entry, &values, |_| {}).await;
        let xml = world.send(entry, &values, |request| request.accept = XML).await;
        // What tells the time may be told in the next second.
        let again = world.send(entry, &values, |_| {}).await;
        wrong.unless(json.status.as_u16() == entry.operation.status, entry, &json);
        wrong.unless(xml.status == json.status, entry, &xml);
        if entry.reply == ReplyKind::Content {
            wrong.unless(xml.body == json.body, entry, &xml);
            continue;
        }
        let (json, xml) = (leaves(&json), leaves(&xml));
        if json != xml && leaves(&again) != xml {
            wrong.say(entry, format!("{json:?} in JSON, {xml:?} in XML"));
        }
    }
    wrong.none();
}

#[tokio::test]
async fn every_path_is_reached() {
    let mut unreached = Vec::new();
    for entry in entries() {
        if World::new().await.values(entry).await.is_none() {
            unreached.push(name(entry));
        }
    }
    assert!(
        unreached.is_empty(),
        "no call lists or creates what these are about: {unreached:?}"
    );
}

/// Calls that need a real document, credentials of one kind, a user or a group, a file, items that there are, or an extract.
const NOT_MADE_UP: &[&str] = &[
    "signIn",
    "addPermissions",
    "addDefaultPermissions",
    "addUsers",
    "removeUsers",
    "publish",
    "updateConnections",
    "run",
    "addFavorite",
    "orderFavorites",
    "batchAddTags",
    "batchDeleteTags",
    "batchAddTagsOfSession",
    "batchDeleteTagsOfSession",
    "deleteExtracts",
    // Incremental.
    "refresh",
    "updateData",
    "updateConnectionData",
    // The one revision that there is, is the current one.
    "deleteRevision",
    "subscriptions.create",
    "subscriptions.update",
    "data_alerts.create",
    "addUser",
    "addWorkbook",
    "addDatasource",
    "addFlow",
    // With a state, which is one of two words.
    "batchUpdateState",
    "createExtractRefresh",
    "updateExtractRefresh",
    "createFlowRun",
    "deleteDataAcceleration",
    // With a data source that there is, named in the document.
    "vizql_data_service.readMetadata",
    "vizql_data_service.queryDatasource",
    "vizql_data_service.getDatasourceModel",
    "vizql_data_service.listSupportedFunctions",
    // With definitions and metrics that there are, and specifications.
    "generateInsightBundle",
    "createDefinition",
    "updateDefinition",
    "createMetric",
    "getOrCreateMetric",
    "updateMetric",
    "createSubscription",
    "batchCreateSubscriptions",
    // With a view that there is, and one that is hidden.
    "recommendations.hide",
    "recommendations.unhide",
    // With the identifier of a domain.
    "updateDomain",
];

#[tokio::test]
async fn a_call_that_works_answers_with_its_status() {
    let mut wrong = Wrong::default();
    for entry in entries() {
        // A new world for each call: one call may end what the next one needs.
        let world = World::new().await;
        let Some(values) = world.values(entry).await else {
            continue;
        };
        let answer = world.send(entry, &values, |_| {}).await;
        let works = answer.status.as_u16() == entry.operation.status;
        wrong.unless(
            works
                != [entry.operation.name, name(entry).as_str()]
                    .iter()
                    .any(|name| NOT_MADE_UP.contains(name)),
            entry,
            &answer,
        );
    }
    wrong.none();
}

#[tokio::test]
async fn documents_in_both_formats_are_read_alike() {
    let mut wrong = Wrong::default();
    for entry in entries().filter(|entry| matches!(entry.body, BodyKind::Document { .. })) {
        let mut answers = Vec::new();
        for format in [Format::Json, Format::Xml] {
            let world = World::new().await;
            let Some(values) = world.values(entry).await else {
                break;
            };
            answers.push(world.send(entry, &values, |request| request.write(format)).await);
        }
        if let [json, xml] = answers.as_slice() {
            wrong.unless(json.status == xml.status, entry, xml);
            let (json, xml) = (names(json), names(xml));
            if json != xml {
                wrong.say(entry, format!("{json:?} for JSON, {xml:?} for XML"));
            }
        }
    }
    wrong.none();
}
