//! Recommendations: views that the signed-in user may want to see, and those that the user does not want to be recommended.

use super::content::ItemId;
use super::{User, View};
use crate::endpoint::calls;
use crate::value::{Id, Items, Shared, open_enum};
use crate::{element, endpoint, part};

/// A view that is recommended to a user (schema: `recommendationType`).
#[element("recommendation")]
pub struct Recommendation {
    /// The kind of what is recommended.
    pub content_type: Option<RecommendedContent>,
    /// The identifier of what is recommended.
    pub recommended_id: Option<String>,
    /// How well it suits the user: a decimal number.
    pub score: Option<String>,
    /// The view.
    pub view: Option<Shared<View>>,
    /// Why it is recommended.
    pub explanation: Option<Explanation>,
}

/// Why something is recommended (schema: `explanationType`).
#[part]
pub struct Explanation {
    /// The reason.
    pub r#type: Option<ExplanationType>,
    /// Users with similar interests, if that is the reason.
    pub users: Option<Items<User>>,
}

open_enum! {
    /// A kind of content that is recommended (schema: `recommendedContentType`).
    RecommendedContent {
        /// Views.
        View = "view",
    }
}

open_enum! {
    /// A reason for a recommendation (schema: `explanationTypeType`).
    ExplanationType {
        /// The user may want to be told of changes of its data.
        DataMonitoringCandidate = "data_monitoring_candidate",
        /// Many users look at it.
        Popular = "popular",
        /// Users with similar interests look at it.
        SimilarUsers = "similar_users",
    }
}

/// A view that is no longer to be recommended to the signed-in user (schema: `recommendationDismissalType`).
#[element("recommendationDismissal", new)]
pub struct RecommendationDismissal {
    /// The view.
    pub view: ItemId,
}

/// Gets the views that are recommended to the signed-in user, at most 100.
#[endpoint(
    GET,
    "recommendations",
    since = "3.7",
    jwt = "tableau:recommendations:read",
    reply = Items<Recommendation>
)]
pub struct GetRecommendations {
    /// The kind of content: `view`.
    #[param("type")]
    pub content_type: RecommendedContent,
}

/// Hides a view from the recommendations for the signed-in user.
// The status is inferred: the reference of this version was not found.
#[endpoint(
    PUT,
    "recommendations/dismissals",
    since = "3.7",
    jwt = "tableau:recommendation_dismissals:update",
    status = 200
)]
pub struct Hide {
    /// What is hidden.
    #[body]
    pub dismissal: RecommendationDismissal,
}

/// Lets a hidden view be recommended to the signed-in user again.
#[endpoint(
    DELETE,
    "recommendations/dismissals",
    since = "3.7",
    jwt = "tableau:recommendation_dismissals:delete"
)]
pub struct Unhide {
    /// The kind of content: `view`.
    #[param("type")]
    pub content_type: RecommendedContent,
    /// The view.
    pub id: Id<View>,
}

calls!(; GetRecommendations, Hide, Unhide);
