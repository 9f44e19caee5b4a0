//! What a query is about, and the limits that it is answered within.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_graphql::{ErrorExtensions as _, Value};
use serde_json::json;

use super::graph::Graph;
use crate::settings::MetadataLimits;

/// A query that is being answered.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) graph: Arc<Graph>,
    /// Administrators see everything.
    pub(super) is_administrator: bool,
    limits: MetadataLimits,
    begun: Instant,
    taken: AtomicUsize,
    notices: Mutex<Vec<Notice>>,
}

/// What is said of an answer beside its data. The texts are Tableau's: its documentation lists them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Notice {
    NodeLimit(usize),
    TimeLimit(Duration),
    MaxPageSize,
    /// The results of a field were filtered, as its filter names these attributes.
    PermissionsModeSwitched(BTreeMap<String, Vec<String>>),
}

impl Notice {
    /// The notice, as a member of `errors`.
    pub(super) fn json(&self) -> serde_json::Value {
        let (code, message, properties) = match self {
            Self::NodeLimit(limit) => (
                "NODE_LIMIT_EXCEEDED",
                format!(
                    "Showing partial results. The request exceeded the {limit} node limit. Use pagination, additional filtering, or both \
                     in the query to adjust results."
                ),
                json!({ "nodeLimit": limit }),
            ),
            Self::TimeLimit(limit) => (
                "TIME_LIMIT_EXCEEDED",
                format!(
                    "Showing partial results. The request exceeded the {} second time limit. Use pagination, additional filtering, or \
                     both in the query to adjust results.",
                    limit.as_secs()
                ),
                json!({ "timeLimit": limit.as_secs() }),
            ),
            Self::MaxPageSize => (
                "MAX_PAGE_SIZE_EXCEEDED",
                "The value chosen for \"first\" exceeded the maximum page size, so the query results will be limited to the maximum page \
                 size instead of the value chosen for \"first\"."
                    .to_owned(),
                json!({ "maxPageSize": super::list::MAX_PAGE }),
            ),
            Self::PermissionsModeSwitched(attributes) => (
                "PERMISSIONS_MODE_SWITCHED",
                "One or more of the attributes used in your filter contain sensitive data so your results have been automatically \
                 filtered to contain only the results you have permissions to see"
                    .to_owned(),
                json!(attributes),
            ),
        };
        json!({
            "message": message,
            "path": null,
            "extensions": { "severity": "WARNING", "code": code, "properties": properties },
        })
    }
}

impl Asked {
    pub(super) fn new(graph: Arc<Graph>, is_administrator: bool, limits: MetadataLimits) -> Self {
        Self {
            graph,
            is_administrator,
            limits,
            begun: Instant::now(),
            taken: AtomicUsize::new(0),
            notices: Mutex::default(),
        }
    }

    /// Takes nodes into the answer; `false` once a limit is reached.
    pub(super) fn take(&self, nodes: usize) -> bool {
        if self.begun.elapsed() >= self.limits.time {
            self.notice(Notice::TimeLimit(self.limits.time));
            return false;
        }
        if self.taken.fetch_add(nodes, Ordering::Relaxed) + nodes > self.limits.nodes {
            self.notice(Notice::NodeLimit(self.limits.nodes));
            return false;
        }
        true
    }

    /// Says something of the answer, once.
    pub(super) fn notice(&self, notice: Notice) {
        let mut notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner);
        if !notices.contains(&notice) {
            notices.push(notice);
        }
    }

    pub(super) fn notices(&self) -> Vec<Notice> {
        self.notices
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// The refusal of an argument.
pub(super) fn invalid(message: &str) -> async_graphql::Error {
    async_graphql::Error::new(message).extend_with(|_, extensions| {
        extensions.set("severity", Value::from("ERROR"));
        extensions.set("code", Value::from("INVALID_ARGUMENT"));
    })
}
