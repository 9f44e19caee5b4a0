//! A fault, and the requests that it is for.

use std::time::Duration;

use http::Method;
use serde::{Deserialize, Serialize};
use tableau_wire::{Family, Operation, endpoints};

use super::effect::{Effect, RetryAfter, StatusAnswer, StatusBody};
use super::plan::InvalidFaults;

/// A fault for the next requests that match: what a server, a gateway or a network does wrong.
///
/// ```
/// use std::time::Duration;
/// use tableau_sandbox::{Effect, Fault, Sandbox};
///
/// let service = Sandbox::builder().build()?;
/// let controls = service.controls();
/// controls.inject(Fault::new(429, "429000").on("workbooks.list").retry_after(Duration::from_secs(3)).times(2));
/// controls.inject(Fault::of(Effect::CommitThenReset).on("workbooks.publish"));
/// controls.inject(Fault::of(Effect::StallAfter { bytes: 100 }).on("*.list").page(2));
/// # Ok::<(), tableau_sandbox::StartError>(())
/// ```
///
/// Each fault counts the requests that match it. It is due from the [`nth`](Self::nth) of them on, for as many requests as
/// [`times`](Self::times) says. A request gets the first fault that is due for it, and no other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Given by the sandbox, unless it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    #[serde(default, skip_serializing_if = "On::is_any")]
    on: On,
    #[serde(default = "one")]
    pub(super) nth: u64,
    #[serde(default)]
    pub(super) times: Times,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) probability: Option<f64>,
    #[serde(rename = "fault")]
    pub(super) effect: Effect,
}

/// The requests that a fault is for: those that have everything that is named.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct On {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    page: Option<u64>,
}

/// For how many requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "`times` is a number or \"always\"")]
pub(super) enum Times {
    Count(u64),
    Always(Always),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Always {
    Always,
}

impl Default for Times {
    fn default() -> Self {
        Self::Count(1)
    }
}

fn one() -> u64 {
    1
}

/// What a fault asks of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) operation: Option<&'a Operation>,
    pub(crate) method: &'a Method,
    /// The path after `/api`.
    pub(crate) path: &'a str,
    /// The number of the page that is asked for.
    pub(crate) page: u64,
}

impl Fault {
    /// A fault with this effect, once, for any request.
    #[must_use]
    pub fn of(effect: Effect) -> Self {
        Self {
            id: None,
            on: On::default(),
            nth: 1,
            times: Times::default(),
            probability: None,
            effect,
        }
    }

    /// A fault with a status and one of Tableau's codes, once, for any request.
    ///
    /// Summary and detail default to the code's known meaning.
    #[must_use]
    pub fn new(status: u16, code: &str) -> Self {
        Self::of(Effect::Status(StatusAnswer {
            error: Some(code.to_owned()),
            ..StatusAnswer::new(status)
        }))
    }

    /// A fault with a status and the HTML page of a gateway, once, for any request.
    #[must_use]
    pub fn gateway(status: u16) -> Self {
        Self::of(Effect::Status(StatusAnswer {
            body: StatusBody::Gateway,
            ..StatusAnswer::new(status)
        }))
    }

    /// With an id, by which the log names it. A fault with the same id is replaced.
    #[must_use]
    pub fn named(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Only for this call, by its group and name: `workbooks.list`. A `*` stands for any group or any name: `*.list`, `jobs.*`.
    #[must_use]
    pub fn on(mut self, operation: impl Into<String>) -> Self {
        self.on.operation = Some(operation.into());
        self
    }

    /// Only for paths that begin with this after `/api`, without regard to case: `/-/search`. The path need not be a call of the sandbox.
    #[must_use]
    pub fn on_path(mut self, prefix: impl Into<String>) -> Self {
        self.on.path = Some(prefix.into());
        self
    }

    /// Only for this HTTP method.
    #[must_use]
    pub fn on_method(mut self, method: impl Into<String>) -> Self {
        self.on.method = Some(method.into());
        self
    }

    /// Only for this page of a list; a request that names no page asks for the first.
    #[must_use]
    pub fn page(mut self, number: u64) -> Self {
        self.on.page = Some(number);
        self
    }

    /// From this one of the matching requests on, instead of the first.
    #[must_use]
    pub fn nth(mut self, number: u64) -> Self {
        self.nth = number;
        self
    }

    /// For this many requests, instead of one.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Times::Count(times.into());
        self
    }

    /// For every request that matches, until it is removed.
    #[must_use]
    pub fn always(mut self) -> Self {
        self.times = Times::Always(Always::Always);
        self
    }

    /// With this probability, from 0 to 1, for each request that is due.
    ///
    /// It follows from the seed, the id of the fault and the number of the request among those that match, so a run can be repeated.
    #[must_use]
    pub fn probability(mut self, probability: f64) -> Self {
        self.probability = Some(probability);
        self
    }

    /// With this summary, if it is a status.
    #[must_use]
    pub fn summary(mut self, summary: impl Into<String>) -> Self {
        if let Effect::Status(answer) = &mut self.effect {
            answer.summary = Some(summary.into());
        }
        self
    }

    /// With this detail, if it is a status.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        if let Effect::Status(answer) = &mut self.effect {
            answer.detail = Some(detail.into());
        }
        self
    }

    /// With a `Retry-After`, in seconds, if it is a status. Whether Tableau Cloud sends one is not known.
    #[must_use]
    pub fn retry_after(mut self, after: Duration) -> Self {
        if let Effect::Status(answer) = &mut self.effect {
            answer.retry_after = Some(RetryAfter::Seconds(after.as_secs()));
        }
        self
    }

    /// With this body, if it is a status.
    #[must_use]
    pub fn body(mut self, body: StatusBody) -> Self {
        if let Effect::Status(answer) = &mut self.effect {
            answer.body = body;
        }
        self
    }

    pub(super) fn is_for(&self, asked: &Asked<'_>) -> bool {
        let On {
            operation,
            path,
            method,
            page,
        } = &self.on;
        let is_operation = |wanted: &String| asked.operation.is_some_and(|known| fits(wanted, known));
        let is_path = |prefix: &String| asked.path.to_lowercase().starts_with(&prefix.to_lowercase());
        operation.as_ref().is_none_or(is_operation)
            && path.as_ref().is_none_or(is_path)
            && method
                .as_ref()
                .is_none_or(|method| asked.method.as_str().eq_ignore_ascii_case(method))
            && page.is_none_or(|page| page == asked.page)
    }

    /// Checks that it can happen, as is done for the faults of a plan.
    ///
    /// [`Controls::inject`](crate::Controls::inject) takes any fault.
    ///
    /// # Errors
    /// Why it would never do anything, or cannot.
    pub fn check(&self) -> Result<(), InvalidFaults> {
        self.problem()
            .map_or(Ok(()), |reason| Err(InvalidFaults { reason }))
    }

    /// Why it would never do anything, or cannot; `None` if it is in order.
    pub(super) fn problem(&self) -> Option<String> {
        let never = || match self.probability {
            _ if self.times == Times::Count(0) => Some("`times` is at least 1"),
            Some(probability) if !(0.0..=1.0).contains(&probability) => {
                Some("`probability` is a number from 0 to 1")
            }
            Some(0.0) => Some("`probability` is greater than 0"),
            _ => None,
        };
        let changes_page = matches!(self.effect, Effect::Page(_));
        self.on
            .problem(changes_page)
            .or_else(|| never().map(str::to_owned))
            .or_else(|| self.effect.problem())
    }
}

impl On {
    fn is_any(&self) -> bool {
        *self == Self::default()
    }

    /// Why no request is one of these; with `changes_page`, why there is no page of a list among the answers.
    fn problem(&self, changes_page: bool) -> Option<String> {
        if let Some(method) = &self.method
            && !METHODS.iter().any(|known| known.eq_ignore_ascii_case(method))
        {
            return Some(format!("`{method}` is no HTTP method"));
        }
        let wanted = self.operation.as_ref()?;
        let mut calls: Vec<_> = endpoints()
            .map(|entry| &entry.operation)
            .filter(|operation| operation.family == Family::Rest && fits(wanted, operation))
            .collect();
        if calls.is_empty() {
            return Some(format!(
                "there is no call `{wanted}`: `tabctl call --list` shows their names, and `*` stands for any group or any name"
            ));
        }
        if let Some(method) = &self.method {
            calls.retain(|call| Method::from(call.method).as_str().eq_ignore_ascii_case(method));
            if calls.is_empty() {
                return Some(format!("the call `{wanted}` has another method than {method}"));
            }
        }
        let needs_pages = self.page.is_some() || changes_page;
        (needs_pages && !calls.into_iter().any(Operation::is_paged))
            .then(|| format!("the call `{wanted}` has no pages"))
    }
}

/// The methods that a request can have.
const METHODS: [&str; 9] = [
    "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE",
];

/// Whether a call has this name, in which `*` stands for any group or any name.
fn fits(wanted: &str, operation: &Operation) -> bool {
    let name = operation.full_name();
    let (Some((group, call)), Some((wanted_group, wanted_call))) =
        (name.split_once('.'), wanted.split_once('.'))
    else {
        return name == wanted || wanted == "*";
    };
    let is = |wanted: &str, it: &str| wanted == "*" || wanted == it;
    is(wanted_group, group) && is(wanted_call, call)
}
