//! Calls without a type: those of the table of endpoints, and requests by hand.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, HeaderName, TRANSFER_ENCODING};
use http::{Method, Request, Response, Uri};
use percent_encoding::percent_decode_str;
use tableau_wire::codec::decode;
use tableau_wire::endpoint::Place;
use tableau_wire::query::FieldSets;
use tableau_wire::rest::auth::SignOut;
use tableau_wire::{
    ApiError, Arguments, Availability, BodyKind, Entry, Family, Format, Incoming, Json, Operation, Reply,
    ReplyError, Retry, Root, Scope, Summary, Target, Version, decode_reply, endpoints, recognize,
};

use super::Site;
use crate::core::Core;
use crate::error::{Error, ErrorKind};
use crate::exchange::AUTH_HEADER;
use crate::execute::{self, Caller};
use crate::files::Expected;
use crate::mode::Mode;
use crate::transport::{File, RequestBody};

/// A call of the table of endpoints ([`endpoints`](tableau_wire::endpoints)), with its arguments as text.
#[derive(Clone)]
pub struct Untyped {
    /// The call.
    pub entry: Entry,
    /// The arguments in path and query.
    pub arguments: Arguments,
    /// The document that it sends, in either format, and the file with it.
    pub body: Incoming,
    /// The bytes of the file.
    pub file: Bytes,
}

impl fmt::Debug for Untyped {
    // A file may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Untyped")
            .field("entry", &self.entry)
            .field("arguments", &self.arguments)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

impl<M: Mode> Site<M> {
    /// Any call of the table of endpoints, without its type.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] if an argument is not of its type, and the errors of the call itself.
    pub fn call_untyped(&self, call: Untyped) -> M::Output<Result<Reply, Error>> {
        let this = self.clone();
        self.mode().run(async move { this.send_untyped(call).await })
    }

    /// The file that a call of the table of endpoints gives, in memory.
    ///
    /// # Errors
    /// Those of [`call_untyped`](Self::call_untyped), and an answer that is a page for browsers instead.
    pub fn download_untyped(&self, call: Untyped) -> M::Output<Result<Bytes, Error>> {
        let this = self.clone();
        self.mode().run(async move {
            let caller = this.caller(&call.entry.operation)?;
            let read = |entry: &Entry, answer: &Response<Bytes>| {
                entry.decode_reply(answer.status(), answer.body())?;
                Ok(answer.body().clone())
            };
            call.read(this.core(), caller, read).await
        })
    }

    /// Checks what [`download_untyped`](Self::download_untyped) gave as downloads are checked before they are saved: a picture begins like one, a PDF
    /// has its end.
    ///
    /// # Errors
    /// [`ErrorKind::Foreign`] if it is no file of the kind that the call gives, [`ErrorKind::Interrupted`] if it is cut off.
    pub fn check_file(operation: &Operation, file: &[u8]) -> Result<(), Error> {
        Expected::of(operation).check_whole(file)
    }

    pub(crate) async fn send_untyped(&self, call: Untyped) -> Result<Reply, Error> {
        let caller = self.caller(&call.entry.operation)?;
        call.send(self.core(), caller).await
    }

    /// Checks a request by hand as [`request`](Self::request) does before it is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Input`], as for [`request`](Self::request).
    pub fn check_request(request: &Request<Bytes>) -> Result<(), Error> {
        check_headers(request)?;
        absolute(request.uri(), Version::NEWEST).map(drop)
    }

    /// A request by hand, for calls that have no type: with the token of the session, which is renewed, and redirects as for any call.
    ///
    /// The path begins after the version (`/sites/…/workbooks`), or with `/api/`. An answer with a status of success
    /// is given as it is, unless its document is an error. A path of the table of endpoints is retried, and waited for, as that call is; of others, only GET, HEAD, PUT and DELETE
    /// are retried.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] for an address with a host, a path that leads upwards, or a header that this library sets; the server's error, which has
    /// the whole [`answer`](Error::answer).
    pub fn request(&self, request: Request<Bytes>) -> M::Output<Result<Response<Bytes>, Error>> {
        let this = self.clone();
        self.mode().run(async move {
            let operation = by_hand(&request, Scope::Server);
            let caller = this.caller(&operation)?;
            send(this.core(), caller, operation, request).await
        })
    }
}

impl Untyped {
    /// Refuses arguments in path and query that the call does not have: they would be left out without a word, and a filter with a slip in its name would give everything.
    fn check(&self) -> Result<(), Error> {
        let operation = &self.entry.operation;
        let of = |place: Place| {
            let params = operation.all_params();
            params
                .filter(move |param| param.place == place)
                .map(|param| param.name)
        };
        let given = self.arguments.query.0.iter().map(|(name, _)| name);
        let is_known = |name: &&String| {
            of(Place::Query).any(|known| known == *name)
                || of(Place::QuerySet).any(|set| name.starts_with(set))
        };
        let unknown: Vec<_> = given.filter(|name| !is_known(name)).cloned().collect();
        let message = if !unknown.is_empty() {
            let sets = of(Place::QuerySet).map(|set| format!("{set}NAME"));
            let known: Vec<_> = of(Place::Query).map(str::to_owned).chain(sets).collect();
            let known = match known.as_slice() {
                [] => "there are none".to_owned(),
                known => format!("there are {}", known.join(", ")),
            };
            format!("there is no parameter {}; {known}", unknown.join(", "))
        } else if self.arguments.path.len() > of(Place::Path).count() {
            format!(
                "its path takes {} arguments, and {} were given",
                of(Place::Path).count(),
                self.arguments.path.len()
            )
        } else {
            return Ok(());
        };
        Err(Error::new(ErrorKind::Input, message)
            .with_hint("`Site::request` sends what the table of endpoints does not have."))
    }

    /// Makes the request.
    pub(crate) fn encode(&self, target: &Target<'_>, format: Format) -> Result<Request<RequestBody>, Error> {
        self.check()?;
        let request = self
            .entry
            .encode_request(&self.arguments, &self.body, target, format)?;
        let file = File::in_memory(self.file.clone());
        Ok(request.map(|body| RequestBody::of(body, Some(file))))
    }

    pub(crate) async fn send(self, core: &Arc<Core>, caller: Caller<'_>) -> Result<Reply, Error> {
        let read =
            |entry: &Entry, answer: &Response<Bytes>| entry.decode_reply(answer.status(), answer.body());
        self.read(core, caller, read).await
    }

    async fn read<T>(
        self,
        core: &Arc<Core>,
        caller: Caller<'_>,
        read: impl FnOnce(&Entry, &Response<Bytes>) -> Result<T, ReplyError>,
    ) -> Result<T, Error> {
        let operation = self.entry.operation;
        if caller.is_none() && operation.scope != Scope::Open {
            let name = operation.full_name();
            let message = format!("{name} needs a session: sign in first");
            return Err(Error::new(ErrorKind::SessionEnded, message));
        }
        let version = core.version().await?;
        let write = |target: &Target<'_>, format: Format| self.encode(target, format);
        let read = |answer: &Response<Bytes>| read(&self.entry, answer);
        let answer = execute::run(core, version, caller, operation, write, read).await;
        answer.map_err(|error| match error.status() {
            Some(400) => self.hint_about_missing(error),
            _ => error,
        })
    }

    /// The error of a request whose document lacks members that the call requires says which.
    fn hint_about_missing(&self, error: Error) -> Error {
        let (BodyKind::Document { child, shape } | BodyKind::File { child, shape, .. }) = self.entry.body
        else {
            return error;
        };
        let document = &self.body.document;
        let read = || decode::<Json>(document, Format::sniff(document)?).ok();
        let Json(document) = read().unwrap_or_default();
        let members = child.map_or(Some(&document), |child| document.get(child));
        match shape.missing(members.unwrap_or_default()).as_slice() {
            [] => error,
            [one] => error.with_hint(format!("Give `{one}`: this call usually requires it.")),
            several => error.with_hint(format!(
                "Give {}: this call usually requires them.",
                several
                    .iter()
                    .map(|name| format!("`{name}`"))
                    .collect::<Vec<_>>()
                    .join(", ")
            )),
        }
    }
}

/// What is known of a request by hand.
fn by_hand(request: &Request<Bytes>, scope: Scope) -> Operation {
    let known = in_the_table(request);
    let by_method = || match *request.method() {
        Method::GET | Method::HEAD | Method::PUT | Method::DELETE => Retry::Idempotent,
        _ => Retry::Never,
    };
    Operation {
        scope,
        retry: known.map_or_else(by_method, |known| known.retry),
        slow: known.is_some_and(|known| known.slow),
        ..BY_HAND
    }
}

/// The call of the table that a request is.
fn in_the_table(request: &Request<Bytes>) -> Option<Operation> {
    let path = request.uri().path().trim_matches('/');
    let path = match path.strip_prefix("api/") {
        Some(versioned) => versioned.split_once('/')?.1,
        None => path,
    };
    let decoded = |segment: &str| percent_decode_str(segment).decode_utf8_lossy().into_owned();
    let segments: Vec<_> = path.split('/').map(decoded).collect();
    let table = endpoints().map(|entry| (entry.operation, entry.operation));
    let known = recognize(table, Root::Version, request.method(), &segments);
    known.ok().map(|known| known.entry)
}

/// The hint for a request by hand, where the cause may be the caller's own method or path.
fn hint_by_hand(error: &Error, is_head: bool) -> Option<&'static str> {
    match (error.code(), error.kind()) {
        (None, ErrorKind::Foreign) if is_head => {
            Some("No answer to HEAD has a document that says why: make the same request by GET.")
        }
        (Some("404003"), _) => Some(
            "Check the path, and the identifiers in it: it begins behind the version (`sites/…/workbooks`) or with `/api/`.",
        ),
        (Some(_), ErrorKind::MethodNotAllowed) => {
            Some("Check the method and the path: Tableau has nothing of this method there.")
        }
        _ => None,
    }
}

const BY_HAND: Operation = Operation {
    family: Family::Rest,
    group: "api",
    name: "request",
    summary: Summary::Text("A request by hand."),
    method: tableau_wire::Method::GET,
    root: Root::Version,
    base: &[],
    path: &[],
    params: &[],
    options: &[],
    since: Version::new(0, 0),
    until: None,
    scope: Scope::Server,
    availability: Availability::Everywhere,
    retry: Retry::Never,
    jwt_scope: None,
    missing: None,
    status: 200,
    json: false,
    slow: false,
    rendering: false,
    filters: &[],
    fields: FieldSets::NONE,
};

/// Headers that a request by hand must not set: the token would go to another server, or the message would be malformed.
const OURS: [HeaderName; 5] = [AUTH_HEADER, HOST, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING];

/// A request by hand without a session.
pub(crate) async fn send_without_session(
    core: &Arc<Core>,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    let operation = by_hand(&request, Scope::Open);
    send(core, None, operation, request).await
}

async fn send(
    core: &Arc<Core>,
    caller: Caller<'_>,
    operation: Operation,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    check_headers(&request)?;
    let version = core.version().await?;
    let path = request.uri().path().to_owned();
    let is_head = request.method() == Method::HEAD;
    let write = |target: &Target<'_>, _| {
        let mut request = request.map(RequestBody::from);
        *request.uri_mut() = absolute(request.uri(), target.version)?;
        Ok(request)
    };
    let mut kept = None;
    let read = |answer: &Response<Bytes>| {
        let is_graphql = path.ends_with("/graphql");
        // Answers of GraphQL have errors beside their data, which are part of the reply.
        let error =
            ApiError::in_success(answer.body()).filter(|_| answer.status().is_success() && !is_graphql);
        if answer.status().is_success() && error.is_none() {
            return Ok(answer.clone());
        }
        kept = Some(answer.clone());
        if let Some(error) = error {
            return Err(ReplyError::Api(error));
        }
        // The type does not matter here: errors are read the same for all calls.
        decode_reply::<SignOut>(answer.status(), answer.body()).map(|()| answer.clone())
    };
    let answer = execute::run(core, version, caller, operation, write, read).await;
    answer.map_err(|error| {
        let error = match hint_by_hand(&error, is_head) {
            Some(hint) => error.with_hint(hint),
            None => error,
        };
        match kept {
            Some(answer) => error.with_answer(answer),
            None => error,
        }
    })
}

fn check_headers(request: &Request<Bytes>) -> Result<(), Error> {
    match OURS.iter().find(|name| request.headers().contains_key(*name)) {
        Some(name) => Err(refused(&format!("the header `{name}` cannot be set by hand"))),
        None => Ok(()),
    }
}

/// The absolute path of a request by hand.
fn absolute(uri: &Uri, version: Version) -> Result<Uri, Error> {
    if uri.authority().is_some() {
        return Err(refused(
            "only the path of an address can be given: the server is the one that is known",
        ));
    }
    let path = uri.path().trim_start_matches('/');
    let upwards = |segment: &str| {
        let segment = percent_decode_str(segment).collect::<Vec<u8>>();
        matches!(segment.as_slice(), b"." | b"..") || segment.contains(&b'\\')
    };
    if path.split('/').any(upwards) {
        return Err(refused("a path with `.` or `..` in it is not sent"));
    }
    let base = if path.starts_with("api/") {
        "/".to_owned()
    } else {
        format!("/api/{version}/")
    };
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{base}{path}{query}")
        .parse()
        .map_err(|error| refused("the path cannot stand in an address").caused_by(error))
}

fn refused(message: &str) -> Error {
    Error::new(ErrorKind::Input, message.to_owned())
}
