//! The Metadata API: GraphQL over what there is on a site, and how it is connected.
//!
//! The schema is that of Tableau as far as public catalogs and Tableau's own programs ask for it.

mod asked;
mod build;
pub(crate) mod graph;
mod list;
mod resolve;
mod schema;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use async_graphql::{Request, Response, Variables};
use serde_json::{Value, json};
use tableau_wire::Json;
use tableau_wire::rest::metadata::{
    GetBackfillStatus, GetEventingStatus, GraphqlReply, GraphqlRequest, Query,
};

use self::asked::Asked;
use self::graph::Graph;
use crate::auth::Caller;
use crate::call::Call;
use crate::refusal::Refusal;

/// The graph that the caller sees.
fn graph_of(call: &Call<'_>, caller: &Caller) -> Arc<Graph> {
    let state = call.store.read();
    let whose = (caller.site.id, caller.user.id);
    let version = state.version();
    let known = call.graphs.get(whose, version);
    known.unwrap_or_else(|| {
        let graph = Arc::new(build::graph(&state, caller));
        call.graphs.put(whose, version, &graph);
        graph
    })
}

/// Answers a query. One that cannot be answered is answered with its errors: the status is 200 all the same.
pub(crate) fn query(call: &Call<'_>, caller: &Caller, query: &Query) -> Result<GraphqlReply, Refusal> {
    let GraphqlRequest {
        query,
        variables,
        operation_name,
        ..
    } = &query.request;
    let schema = schema::schema().map_err(Refusal::internal)?;
    let graph = graph_of(call, caller);
    let asked = Arc::new(Asked::new(
        graph,
        caller.is_administrator(),
        call.settings.metadata_limits(),
    ));
    let mut request = Request::new(query.as_str()).data(Arc::clone(&asked));
    if let Some(variables) = variables {
        request = request.variables(Variables::from_json(variables.0.clone()));
    }
    if let Some(name) = operation_name {
        request = request.operation_name(name.as_str());
    }
    let response = at_once(schema.execute(request)).map_err(Refusal::internal)?;
    Ok(reply(response, &asked))
}

fn reply(response: Response, asked: &Asked) -> GraphqlReply {
    let invalid = response.data == async_graphql::Value::Null;
    let errors = response.errors.into_iter().map(|error| {
        let mut json = serde_json::to_value(&error).unwrap_or_default();
        // Servers say so of queries that do not fit the schema.
        if let Some(members) = json.as_object_mut().filter(|_| invalid) {
            let classified = || json!({ "classification": "ValidationError" });
            members.entry("extensions").or_insert_with(classified);
        }
        json
    });
    let errors: Vec<Value> = errors
        .chain(asked.notices().iter().map(asked::Notice::json))
        .collect();
    let errors = errors.into_iter().map(serde_json::from_value);
    let mut reply = GraphqlReply::default();
    reply.data = response.data.into_json().ok().map(Json);
    reply.errors = errors
        .collect::<Result<_, _>>()
        .ok()
        .filter(|errors: &Vec<_>| !errors.is_empty());
    reply
}

/// The result of work that waits for nothing.
fn at_once<F: Future>(work: F) -> Result<F::Output, &'static str> {
    let mut work = pin!(work);
    let mut context = Context::from_waker(Waker::noop());
    // Much work yields now and then, without waiting for anything.
    for _ in 0..1_000_000 {
        if let Poll::Ready(output) = work.as_mut().poll(&mut context) {
            return Ok(output);
        }
    }
    Err("a query waits for something")
}

/// What is published is indexed at once.
pub(crate) fn backfill(_: &Call<'_>, caller: &Caller, _: &GetBackfillStatus) -> Result<Json, Refusal> {
    status(caller)
}

pub(crate) fn eventing(_: &Call<'_>, caller: &Caller, _: &GetEventingStatus) -> Result<Json, Refusal> {
    status(caller)
}

// Who may ask, and the form of the answer, are inferred.
fn status(caller: &Caller) -> Result<Json, Refusal> {
    if !caller.is_administrator() {
        return Err(Refusal::forbidden(
            "403004",
            "Only administrators can see the state of the Metadata API.",
        ));
    }
    Ok(Json(json!({ "status": "COMPLETE" })))
}
