//! The facts about a call.

use std::fmt;

use super::{Param, Place, Query};
use crate::codec::Format;
use crate::query::{FieldSets, FilterField};
use crate::value::Version;

/// The facts about a call, as data for code that walks [`endpoints`](crate::endpoints).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// The API it belongs to.
    pub family: Family,
    /// The group it belongs to: `workbooks`.
    pub group: &'static str,
    /// Its name within the group: `list`.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub summary: Summary,
    /// The HTTP method.
    pub method: Method,
    /// The root of its path.
    pub root: Root,
    /// The beginning of the path below the root or the site: the path of a collection.
    pub base: &'static [Segment],
    /// The rest of the path.
    pub path: &'static [Segment],
    /// Its arguments in path and query.
    pub params: &'static [Param],
    /// Further arguments in the query, specific to a verb of one resource.
    pub options: &'static [Param],
    /// The first version that has it.
    pub since: Version,
    /// The last version that has it; `None` if the newest has it.
    pub until: Option<Version>,
    /// Whether it belongs to a site or to the server, and whether it needs a session.
    pub scope: Scope,
    /// Whether both products have it.
    pub availability: Availability,
    /// Whether it may be retried.
    pub retry: Retry,
    /// The scope that a JWT session needs for it; `None` where there is no such scope or none is needed.
    pub jwt_scope: Option<&'static str>,
    /// The code of the answer where the item in its path is not there; `None` where its path names no item of a resource.
    pub missing: Option<&'static str>,
    /// The status of a successful answer.
    pub status: u16,
    /// Whether its documents are always JSON, regardless of the chosen format.
    pub json: bool,
    /// Whether the server may work for minutes before it begins to answer: it prepares a file, or takes one in.
    pub slow: bool,
    /// Whether the server renders content for it: an image, a PDF, a presentation, the data of a view. Tableau Cloud answers at most 20 of them at once
    /// for a site, and refuses others with status 429.
    pub rendering: bool,
    /// The fields of its filter; empty if it has no filter, or if they are not documented.
    pub filters: &'static [FilterField],
    /// Which fields it gives by default, and which only on request.
    pub fields: FieldSets,
}

/// The root of a call's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Root {
    /// `/api/3.29`: the version in use.
    #[default]
    Version,
    /// `/api/exp`: calls that may change (custom views).
    Experimental,
    /// `/api/-`: services with versions of their own (Pulse, search).
    Services,
    /// `/api/metadata`: the Metadata API.
    Metadata,
    /// `/api/v1/vizql-data-service`: the VizQL Data Service.
    VizqlDataService,
}

impl Root {
    /// Every root.
    pub const ALL: &'static [Self] = &[
        Self::Version,
        Self::Experimental,
        Self::Services,
        Self::Metadata,
        Self::VizqlDataService,
    ];

    /// The segments after `/api/`; `None` where they are the version.
    #[must_use]
    pub const fn segments(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Version => None,
            Self::Experimental => Some(&["exp"]),
            Self::Services => Some(&["-"]),
            Self::Metadata => Some(&["metadata"]),
            Self::VizqlDataService => Some(&["v1", "vizql-data-service"]),
        }
    }
}

/// An API: the server that has the call, and the form of its documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// The REST API of Tableau Server and Tableau Cloud.
    Rest,
    /// The API of Tableau Services Manager: plain JSON, never XML.
    Tsm,
}

/// The summary of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Summary {
    /// The first paragraph of its documentation.
    Text(&'static str),
    /// The summary of a call that many resources have: it says `an item` or `items`, which these nouns replace.
    Of {
        /// The first paragraph of its documentation.
        text: &'static str,
        /// The noun for the resource: `workbook`.
        noun: &'static str,
        /// Its plural: `workbooks`.
        nouns: &'static str,
    },
}

/// The HTTP methods the API uses.
#[expect(missing_docs, reason = "they are known by these names")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    GET,
    POST,
    PUT,
    PATCH,
    DELETE,
}

/// A part of a path between two slashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment {
    /// A keyword; servers ignore its case.
    Literal(&'static str),
    /// A value, by the name of its argument.
    Variable(&'static str),
}

/// What a call belongs to, which determines the beginning of its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The site of the session: `sites/{site}/…`.
    Site,
    /// The server; needs a session.
    Server,
    /// The server; needs no session.
    Open,
}

/// Which products have a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// Tableau Server and Tableau Cloud.
    Everywhere,
    /// Tableau Server.
    ServerOnly,
    /// Tableau Cloud.
    CloudOnly,
}

/// Whether a call may be retried when it is not known whether it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Idempotent: may be retried.
    Idempotent,
    /// Not idempotent: never retried.
    Never,
}

impl Operation {
    /// Group and name: `workbooks.list`; those of TSM with a prefix: `tsm.session.login`.
    #[must_use]
    pub fn full_name(&self) -> String {
        let family = match self.family {
            Family::Rest => "",
            Family::Tsm => "tsm.",
        };
        format!("{family}{}.{}", self.group, self.name)
    }

    /// Whether a version has it.
    #[must_use]
    pub fn is_in(&self, version: Version) -> bool {
        self.since <= version && self.until.is_none_or(|until| version <= until)
    }

    /// The format of the call where `wanted` was chosen.
    pub(crate) fn format(&self, wanted: Format) -> Format {
        if self.json { Format::Json } else { wanted }
    }

    /// The segments of the path below the root, or below the site.
    pub fn segments(&self) -> impl Iterator<Item = &'static Segment> + Clone + use<> {
        self.base.iter().chain(self.path)
    }

    /// The headers of a request that are arguments of the call.
    #[must_use]
    pub fn headers(&self, headers: &http::HeaderMap) -> Query {
        let of_call = self.params.iter().filter(|param| param.place == Place::Header);
        let found = of_call.filter_map(|param| {
            let value = headers.get(param.name)?.to_str().ok()?;
            Some((param.name.to_owned(), value.to_owned()))
        });
        Query(found.collect())
    }

    /// The path as a template: `sites/{site}/workbooks/{id}`.
    #[must_use]
    pub fn template(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        if let Some(root) = self.root.segments() {
            parts.push("/api".to_owned());
            parts.extend(root.iter().map(|&segment| segment.to_owned()));
        }
        if self.scope == Scope::Site {
            parts.push("sites/{site}".to_owned());
        }
        parts.extend(self.segments().map(|segment| match segment {
            Segment::Literal(word) => (*word).to_owned(),
            Segment::Variable(name) => format!("{{{name}}}"),
        }));
        parts.join("/")
    }

    /// Recognizes the (decoded) segments of a path below its root; gives the site and the variables, or `None` if it is another call.
    ///
    /// Keywords match without regard to case, as real servers match them.
    #[must_use]
    pub fn recognize<'p>(&self, segments: &'p [String]) -> Option<(Option<&'p str>, Vec<String>)> {
        let (site, rest) = match (self.scope, segments) {
            (Scope::Site, [sites, site, rest @ ..]) if sites.eq_ignore_ascii_case("sites") => {
                (Some(site.as_str()), rest)
            }
            (Scope::Site, _) => return None,
            _ => (None, segments),
        };
        if rest.len() != self.base.len() + self.path.len() {
            return None;
        }
        let mut variables = Vec::new();
        for (segment, text) in self.segments().zip(rest) {
            match segment {
                Segment::Literal(word) if word.eq_ignore_ascii_case(text) => {}
                Segment::Literal(_) => return None,
                Segment::Variable(_) => variables.push(text.clone()),
            }
        }
        Some((site, variables))
    }

    /// The rank of its path among those that match a request: the smallest wins, and a literal is smaller than a variable.
    fn variables(&self) -> Vec<bool> {
        let variable = |segment: &Segment| matches!(segment, Segment::Variable(_));
        self.segments().map(variable).collect()
    }
}

/// A call that was found in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognized<'p, T> {
    /// The entry in the table.
    pub entry: T,
    /// The site in the path.
    pub site: Option<&'p str>,
    /// The values of the variables in the path.
    pub variables: Vec<String>,
}

/// Why no call was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unrecognized {
    /// There is no such path.
    Path,
    /// There is the path, but not with this method.
    Method,
}

/// Finds the call of a request in a table: below the root, by its path and method; a literal wins over a variable (`flows/runs` over `flows/{id}`).
///
/// # Errors
/// Whether the path or only the method is unknown.
pub fn recognize<'p, T>(
    table: impl IntoIterator<Item = (Operation, T)>,
    root: Root,
    method: &http::Method,
    segments: &'p [String],
) -> Result<Recognized<'p, T>, Unrecognized> {
    let mut why = Unrecognized::Path;
    let mut best: Option<(Vec<bool>, Recognized<'p, T>)> = None;
    for (operation, entry) in table.into_iter().filter(|(operation, _)| operation.root == root) {
        let Some((site, variables)) = operation.recognize(segments) else {
            continue;
        };
        why = Unrecognized::Method;
        let order = operation.variables();
        if http::Method::from(operation.method) == *method
            && best.as_ref().is_none_or(|(best, _)| order < *best)
        {
            let recognized = Recognized {
                entry,
                site,
                variables,
            };
            best = Some((order, recognized));
        }
    }
    best.map(|(_, recognized)| recognized).ok_or(why)
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Of { text, noun, nouns } => {
                let article = if noun.starts_with(['a', 'e', 'i', 'o']) {
                    "an"
                } else {
                    "a"
                };
                let one = text.replace("an item", &format!("{article} {noun}"));
                f.write_str(&one.replace("items", nouns))
            }
        }
    }
}

impl Method {
    /// The method's name in a request.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GET => "GET",
            Self::POST => "POST",
            Self::PUT => "PUT",
            Self::PATCH => "PATCH",
            Self::DELETE => "DELETE",
        }
    }
}

impl From<Method> for http::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::GET => Self::GET,
            Method::POST => Self::POST,
            Method::PUT => Self::PUT,
            Method::PATCH => Self::PATCH,
            Method::DELETE => Self::DELETE,
        }
    }
}

/// For the derives: the last segment of a module path, which is the group's name.
#[doc(hidden)]
#[must_use]
pub const fn last_segment(path: &'static str) -> &'static str {
    let bytes = path.as_bytes();
    let mut at = bytes.len();
    while at > 0 {
        let (before, after) = path.split_at(at);
        if let Some(b':') = before.as_bytes().last() {
            return after;
        }
        at -= 1;
    }
    path
}
