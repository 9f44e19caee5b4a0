//! The facts about a call.

use std::fmt;

use super::ValueKind;
use crate::codec::Format;
use crate::value::Version;

/// The facts about a call: data, which whatever walks [`ENDPOINTS`](crate::ENDPOINTS) reads.
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
    /// The path below the version, or below the site.
    pub path: &'static [Segment],
    /// Its arguments in path and query.
    pub params: &'static [Param],
    /// Further arguments in the query, which a verb has for one resource and not for another.
    pub options: &'static [Param],
    /// The first version that has it.
    pub since: Version,
    /// Whether it belongs to a site or to the server, and whether it needs a session.
    pub scope: Scope,
    /// Whether both products have it.
    pub availability: Availability,
    /// Whether it may be sent twice.
    pub repeat: Repeat,
    /// The scope a JWT session needs for it; `None` where no scope opens it or none is needed.
    pub jwt_scope: Option<&'static str>,
    /// The status of the answer that says it worked.
    pub status: u16,
}

/// An API: which server has the call, and how it writes documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// The REST API of Tableau Server and Tableau Cloud.
    Rest,
    /// The API of Tableau Services Manager: plain JSON, never XML.
    Tsm,
}

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Summary {
    /// The first paragraph of its documentation.
    Text(&'static str),
    /// A verb that many resources share, and the resource.
    Verb(&'static str, &'static str),
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
    /// A keyword; servers do not look at its case.
    Literal(&'static str),
    /// A value, by the name of its argument.
    Variable(&'static str),
}

/// An argument in the path or the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Param {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// Where it goes. What is in the path is required, what is in the query is not.
    pub place: Place,
    /// What it is.
    pub kind: ValueKind,
}

/// Where an argument goes.
#[expect(missing_docs, reason = "the names say it")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Path,
    Query,
}

/// What a call is about, and so what its path starts with.
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

/// Whether a call may be sent twice when it is not known whether it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Twice is the same as once.
    Safe,
    /// Twice may do it twice.
    Never,
}

impl Operation {
    /// Group and name: `workbooks.list`; calls of TSM say so: `tsm.session.login`.
    #[must_use]
    pub fn full_name(&self) -> String {
        let family = match self.family {
            Family::Rest => "",
            Family::Tsm => "tsm.",
        };
        format!("{family}{}.{}", self.group, self.name)
    }

    /// The format the call is written in where `wanted` is asked for.
    pub(crate) fn format(&self, wanted: Format) -> Format {
        match self.family {
            Family::Rest => wanted,
            Family::Tsm => Format::Json,
        }
    }

    /// The path as a template: `sites/{site}/workbooks/{id}`.
    #[must_use]
    pub fn template(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        if self.scope == Scope::Site {
            parts.push("sites/{site}".to_owned());
        }
        parts.extend(self.path.iter().map(|segment| match segment {
            Segment::Literal(word) => (*word).to_owned(),
            Segment::Variable(name) => format!("{{{name}}}"),
        }));
        parts.join("/")
    }

    /// Recognizes the (decoded) segments of a path below `/api/{version}`; gives the site and the variables, or `None` if it is another call.
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
        if rest.len() != self.path.len() {
            return None;
        }
        let mut variables = Vec::new();
        for (segment, text) in self.path.iter().zip(rest) {
            match segment {
                Segment::Literal(word) if word.eq_ignore_ascii_case(text) => {}
                Segment::Literal(_) => return None,
                Segment::Variable(_) => variables.push(text.clone()),
            }
        }
        Some((site, variables))
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Verb(verb, noun) => write!(f, "{verb} {noun}."),
        }
    }
}

impl Method {
    /// The method as it is written.
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
