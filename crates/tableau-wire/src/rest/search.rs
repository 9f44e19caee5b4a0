//! Search: finds content of every kind by its words.

use crate::endpoint::calls;
use crate::value::Timestamp;
use crate::{Filter, document, endpoint, part};

/// Searches the content of the site of the session: for words, or by a filter alone.
// Tableau's reference has no scope for it; Tableau's MCP server searches with this one.
#[endpoint(
    GET,
    "search",
    since = "3.16",
    root = services,
    jwt = "tableau:content:read",
    reply = SearchResults
)]
pub struct Search {
    /// The words to search for.
    pub terms: Option<String>,
    /// Which content: `type:in:[workbook,view]`, `ownerId:eq:…`, `modifiedTime:gte:…`, separated by commas.
    pub filter: Option<Filter>,
    /// In which order: `hitsTotal:desc`, `hitsSmallSpanTotal`, …, separated by commas; by relevance if not given.
    #[param("order_by")]
    pub order_by: Option<String>,
    /// The page, from 0; the first if not given.
    pub page: Option<u64>,
    /// The greatest number of results on a page, up to 2000; 10 if not given.
    pub limit: Option<u64>,
}

/// Suggests content with a word that begins with what was typed so far.
// Tableau's reference says that no scope of a JWT reaches it.
#[endpoint(
    GET,
    "suggestions",
    since = "3.19",
    root = services,
    reply = SearchResults
)]
pub struct Suggest {
    /// What was typed so far.
    pub terms: String,
    /// The greatest number of suggestions; 10 if not given.
    pub limit: Option<u64>,
    /// The identifiers of content that comes first, separated by commas: what the user looked at lately.
    pub recents_luids: Option<String>,
    /// Which content: `type:in:[workbook,view]`.
    pub filter: Option<Filter>,
}

/// The answer to a search.
#[document]
pub struct SearchResults {
    /// The page of results. Tableau's MCP server reads it from this member; Tableau's reference does not show it.
    pub hits: SearchHits,
}

/// A page of the results of a search. Its numbers are numbers in JSON, which counts of the REST API are not.
#[part]
pub struct SearchHits {
    /// The address of the next page, if there is one.
    pub next: Option<String>,
    /// The address of the page before, if there is one.
    pub prev: Option<String>,
    /// The number of this page, from 0.
    pub page_index: Option<i64>,
    /// The position of its first result, from 0.
    pub start_index: Option<i64>,
    /// The number of results on all pages together.
    pub total: Option<i64>,
    /// The greatest number of results on a page.
    pub limit: Option<i64>,
    /// The results.
    pub items: Vec<SearchResult>,
}

/// A result of a search.
#[part]
pub struct SearchResult {
    /// The address of the item in Tableau's services.
    pub uri: Option<String>,
    /// What was found.
    pub content: FoundContent,
}

/// Content that was found.
///
/// Servers give further members for some kinds, which are not read.
#[part]
pub struct FoundContent {
    /// The identifier.
    pub luid: Option<String>,
    /// The kind: `workbook`, `view`, `datasource`, ….
    pub r#type: Option<String>,
    /// The name.
    pub title: Option<String>,
    /// The caption.
    pub caption: Option<String>,
    /// When it was made.
    pub created_time: Option<Timestamp>,
    /// When it was last changed.
    pub modified_time: Option<Timestamp>,
    /// The identifier of its owner, in the server's database.
    pub owner_id: Option<i64>,
    /// The name of its owner.
    pub owner_name: Option<String>,
    /// The email address of its owner.
    pub owner_email: Option<String>,
    /// The name of its project.
    pub project_name: Option<String>,
    /// The name of what it is in.
    pub container_name: Option<String>,
    /// The kind of what it is in.
    pub container_type: Option<String>,
    /// Where it is.
    pub location_name: Option<String>,
    /// `view`, `dashboard` or `story`.
    pub sheet_type: Option<String>,
    /// The description of its workbook.
    pub workbook_description: Option<String>,
    /// The site it is on.
    pub site_luid: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// How often it was looked at.
    pub hits_total: Option<i64>,
    /// How often in the last month.
    pub hits_small_span_total: Option<i64>,
    /// How often in the last three months.
    pub hits_medium_span_total: Option<i64>,
    /// How often in the last year.
    pub hits_large_span_total: Option<i64>,
    /// For how many users it is a favorite.
    pub favorites_total: Option<i64>,
}

calls!(; Search, Suggest);
