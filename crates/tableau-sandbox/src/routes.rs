//! Routing: finds the call of a request. Addresses come from the descriptions of the calls; none is written here.

mod families;
mod served;
mod services;

use std::collections::HashMap;
use std::fmt;

use http::{Response, StatusCode};
use tableau_wire::endpoint::{Arguments, Content};
use tableau_wire::{
    Body, BodyKind, Document, Endpoint, List, Listed, Operation, Recognized, RequestError, Root, Scope,
    Segment, Unrecognized, Version, decode_request, encode_reply, recognize,
};

use self::served::served;
use crate::auth::Caller;
use crate::body::ResponseBody;
use crate::call::{Call, Download};
use crate::dialect;
use crate::kept::{Kept, verbs};
use crate::refusal::Refusal;

/// A call and its handler.
pub(crate) struct Route {
    // By reference: the table is made of many small arrays, which else take 2 MB of the stack where nothing is optimized.
    pub(crate) operation: &'static Operation,
    /// Whether its body has a file, which is spooled.
    pub(crate) takes_file: bool,
    run: Box<Run>,
}

type Answered = Result<Response<ResponseBody>, Refusal>;
type Run = dyn Fn(&Call<'_>, Option<&Caller>, &Arguments) -> Answered + Send + Sync;

impl Route {
    fn of<E: Endpoint>(
        run: impl Fn(&Call<'_>, Option<&Caller>, &Arguments) -> Answered + Send + Sync + 'static,
    ) -> Self {
        Self {
            operation: const { &E::OPERATION },
            takes_file: matches!(E::Body::KIND, BodyKind::File { .. }),
            run: Box::new(run),
        }
    }
}

/// A call that needs a session.
fn on<E: Endpoint<Reply: Document>>(
    handler: fn(&Call<'_>, &Caller, &E) -> Result<E::Reply, Refusal>,
) -> Route {
    Route::of::<E>(move |call, caller, arguments| {
        let caller = caller.ok_or_else(Refusal::no_credentials)?;
        reply::<E>(call, &handler(call, caller, &decode(call, arguments)?)?)
    })
}

/// A call that needs a session and may find what it would create: then the status of its answer is 200.
fn find_or_create<E: Endpoint<Reply: Document>>(
    handler: fn(&Call<'_>, &Caller, &E) -> Result<E::Reply, Refusal>,
    is_created: fn(&E::Reply) -> bool,
) -> Route {
    Route::of::<E>(move |call, caller, arguments| {
        let caller = caller.ok_or_else(Refusal::no_credentials)?;
        let answer = handler(call, caller, &decode(call, arguments)?)?;
        let mut response = reply::<E>(call, &answer)?;
        if !is_created(&answer) {
            *response.status_mut() = StatusCode::OK;
        }
        Ok(response)
    })
}

/// The list of a resource.
fn list<R: Kept + Listed>() -> Route {
    Route::of::<List<R>>(|call, caller, arguments| {
        let caller = caller.ok_or_else(Refusal::no_credentials)?;
        let response = verbs::list::<R>(call, caller, &decode(call, arguments)?, &arguments.query)?;
        Ok(response.map(ResponseBody::from))
    })
}

/// A call that needs none.
fn open<E: Endpoint<Reply: Document>>(handler: fn(&Call<'_>, &E) -> Result<E::Reply, Refusal>) -> Route {
    Route::of::<E>(move |call, _, arguments| reply::<E>(call, &handler(call, &decode(call, arguments)?)?))
}

/// A call whose answer is a file.
fn download<E: Endpoint<Reply = Content>>(
    handler: fn(&Call<'_>, &Caller, &E) -> Result<Download, Refusal>,
) -> Route {
    Route::of::<E>(move |call, caller, arguments| {
        let caller = caller.ok_or_else(Refusal::no_credentials)?;
        dialect::file(handler(call, caller, &decode(call, arguments)?)?)
    })
}

fn decode<E: Endpoint>(call: &Call<'_>, arguments: &Arguments) -> Result<E, Refusal> {
    decode_request(arguments, call.body).map_err(|error| match (E::OPERATION.root, &error) {
        (Root::Services, RequestError::Body(error)) => Refusal::of_service(400, "3", error),
        (Root::Services, RequestError::Argument(error)) if arguments.query.get(&error.name).is_none() => {
            Refusal::of_service(400, "3", error)
        }
        _ => Refusal::of_request(&error, &arguments.query),
    })
}

fn reply<E: Endpoint<Reply: Document>>(call: &Call<'_>, reply: &E::Reply) -> Answered {
    let response = encode_reply::<E>(reply, call.version, call.format).map_err(Refusal::internal)?;
    Ok(response.map(ResponseBody::from))
}

impl Route {
    pub(crate) fn run(&self, call: &Call<'_>, caller: Option<&Caller>, arguments: &Arguments) -> Answered {
        (self.run)(call, caller, arguments)
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}",
            self.operation.method.as_str(),
            self.operation.template()
        )
    }
}

/// The call that was found for a request.
#[derive(Debug)]
pub(crate) struct Match<'r> {
    pub(crate) route: &'r Route,
    /// The site in the path.
    pub(crate) site: Option<String>,
    /// The values of the path's variables.
    pub(crate) variables: Vec<String>,
}

/// The list of routes.
#[derive(Debug)]
pub(crate) struct Routes {
    all: Vec<Route>,
    /// Which of them a path can be, by what paths begin with.
    by_beginning: HashMap<Beginning, Vec<usize>>,
}

/// What a path begins with below its root: its length, whether it is one of a site, and its first keyword in lower case; none where that is a
/// variable.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Beginning {
    root: Root,
    length: usize,
    of_site: bool,
    keyword: Option<String>,
}

impl Beginning {
    fn of(operation: &Operation) -> Self {
        let of_site = operation.scope == Scope::Site;
        let mut segments = operation.segments();
        Self {
            root: operation.root,
            of_site,
            length: segments.clone().count() + if of_site { 2 } else { 0 },
            keyword: match segments.next() {
                Some(Segment::Literal(word)) => Some(word.to_ascii_lowercase()),
                _ => None,
            },
        }
    }

    /// What a path can begin with.
    fn of_path(root: Root, segments: &[String]) -> [Self; 4] {
        let beginning = |of_site, keyword: Option<&String>| Self {
            root,
            length: segments.len(),
            of_site,
            keyword: keyword.map(|word| word.to_ascii_lowercase()),
        };
        [
            beginning(true, segments.get(2)),
            beginning(false, segments.first()),
            beginning(true, None),
            beginning(false, None),
        ]
    }
}

impl Routes {
    pub(crate) fn new() -> Self {
        let all = served();
        let mut by_beginning: HashMap<Beginning, Vec<usize>> = HashMap::new();
        for (index, route) in all.iter().enumerate() {
            let beginning = Beginning::of(route.operation);
            by_beginning.entry(beginning).or_default().push(index);
        }
        Self { all, by_beginning }
    }

    /// Finds the call: the path decides first, then the method, then the version.
    pub(crate) fn find(
        &self,
        method: &http::Method,
        (root, version): (Root, Version),
        segments: &[String],
        raw: &str,
    ) -> Result<Match<'_>, Refusal> {
        let beginnings = Beginning::of_path(root, segments);
        let found = beginnings
            .iter()
            .filter_map(|beginning| self.by_beginning.get(beginning));
        let routes = found.flatten().filter_map(|index| self.all.get(*index));
        let table = routes.map(|route| (*route.operation, route));
        match recognize(table, root, method, segments) {
            Ok(Recognized {
                entry: route,
                site,
                variables,
            }) if route.operation.is_in(version) => Ok(Match {
                route,
                site: site.map(str::to_owned),
                variables,
            }),
            Ok(Recognized { entry: route, .. }) if route.operation.since <= version => {
                // What real servers say of what was retired is not known; they have no such address any more.
                Err(Refusal::unknown_resource(raw))
            }
            Ok(_) => Err(Refusal::newer_resource(version)),
            Err(Unrecognized::Method) => Err(Refusal::method_not_allowed(method)),
            Err(Unrecognized::Path) if root != Root::Version => Err(Refusal::not_served(raw)),
            // Tableau's migration SDK asks for the files of custom views below the version, and its Python library below `exp`.
            Err(Unrecognized::Path) => {
                match self.find(method, (Root::Experimental, version), segments, raw) {
                    Err(refusal) if refusal.error.code == "404003" => Err(Refusal::unknown_resource(raw)),
                    found => found,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tableau_wire::endpoints;

    #[test]
    fn every_endpoint_is_served() {
        let routes = Routes::new();
        let is_served = |operation| routes.all.iter().any(|route| *route.operation == operation);
        let missing = endpoints().filter(|entry| !is_served(entry.operation));
        let missing: Vec<_> = missing.map(|entry| entry.operation.full_name()).collect();
        assert!(missing.is_empty(), "not served: {missing:#?}");
    }

    #[test]
    fn no_call_is_served_twice() {
        let mut names: Vec<_> = served().iter().map(|route| format!("{route:?}")).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn a_call_below_a_site_needs_a_session() {
        let segments = ["sites".to_owned(), "x".to_owned(), "WORKBOOKS".to_owned()];
        let routes = Routes::new();
        let found = routes
            .find(
                &http::Method::GET,
                (Root::Version, Version::NEWEST),
                &segments,
                "",
            )
            .unwrap();
        assert_eq!(found.route.operation.scope, Scope::Site);
        assert_eq!(found.site.as_deref(), Some("x"));
    }
}
