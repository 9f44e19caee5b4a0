//! Insights about metrics: what they are asked with, and their answers.

use crate::value::Json;
use crate::{document, endpoint, part};

/// Makes a bundle of insights about a metric.
#[endpoint(
    POST,
    "pulse/insights/{bundle_type}",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:insights:read",
    retry = idempotent,
    status = 200,
    slow,
    reply = InsightBundle
)]
pub struct GenerateInsightBundle {
    /// How much is told: `ban` (the value alone), `springboard`, `basic` or `detail`.
    pub bundle_type: String,
    /// The metric.
    #[body]
    pub request: BundleRequest,
}

/// Answers a question about metrics in words.
#[endpoint(
    POST,
    "pulse/insights/brief",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:insight_brief:create",
    retry = idempotent,
    status = 200,
    slow,
    reply = InsightBrief
)]
pub struct GenerateInsightBrief {
    /// The question, and the metrics that it is about.
    #[body]
    pub request: BriefRequest,
}

/// A metric that insights are asked for.
#[document(new, snake_case)]
pub struct BundleRequest {
    /// The metric (`input.metric`: `definition`, `metric_specification` and options), language and time zone.
    pub bundle_request: Json,
}

/// A bundle of insights.
#[document(snake_case)]
pub struct InsightBundle {
    /// The bundle.
    pub bundle_response: BundleAnswer,
}

/// What a bundle holds.
#[part]
pub struct BundleAnswer {
    /// The insights; none where no bundle could be made.
    pub result: Option<BundleResult>,
    /// Why no bundle could be made.
    pub error: Option<BundleError>,
}

/// Why a bundle of insights could not be made.
#[part]
pub struct BundleError {
    /// The code.
    pub code: String,
    /// The text.
    pub message: String,
}

/// The insights of a bundle.
#[part(snake_case)]
pub struct BundleResult {
    /// The insights, by their kind.
    pub insight_groups: Vec<Json>,
    /// Whether some could not be made.
    pub has_errors: bool,
    /// Whether all of it is good or bad news.
    pub characterization: String,
}

/// A question about metrics.
#[document(new, snake_case)]
pub struct BriefRequest {
    /// The language of the answer: `LANGUAGE_EN_US`.
    pub language: String,
    /// The locale of its numbers: `LOCALE_EN_US`.
    pub locale: String,
    /// The questions and answers so far, each with the metrics that it is about.
    pub messages: Vec<Json>,
    /// The time that periods count from.
    pub now: Option<String>,
    /// The time zone of that time.
    pub time_zone: Option<String>,
}

/// An answer about metrics in words.
#[document(snake_case)]
pub struct InsightBrief {
    /// Questions that may follow.
    pub follow_up_questions: Vec<Json>,
    /// The identifier of the answer.
    pub generation_id: String,
    /// The metrics that it is about.
    pub group_context: Vec<Json>,
    /// The answer.
    pub markup: String,
    /// Whether the question could not be answered.
    pub not_enough_information: bool,
    /// The insights that it comes from.
    pub source_insights: Vec<Json>,
}
