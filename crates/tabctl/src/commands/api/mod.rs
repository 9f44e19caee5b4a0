//! `tabctl api`: a request by hand.

mod fields;
mod pages;
mod print;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Response};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tableau_client::{Blocking, Format, Site};

use crate::args;
use crate::failure::Failure;
use crate::input::read;
use crate::output::Paging;
use crate::output::jq::Filter;
use crate::session::settings;
use fields::Field;

pub(crate) fn run(args: &args::Api, global: &args::Global) -> Result<(), Failure> {
    // Before signing in, which would end another session of the same token.
    let filter = args.jq.as_deref().map(Filter::parse).transpose()?;
    let request = Request::settle(args)?;
    let connected = settings::connect(&args.connection, global)?;
    let answer = connected.run(|site| {
        if args.paginate {
            return pages::get(site, &request, args.allow_incomplete)
                .map(|document| Response::new(Bytes::from(document)));
        }
        Ok(site.request(request.build(site)?)?)
    });
    // After signing out: the reader of the output may take its time.
    let print = |answer: &Response<Bytes>, filter| {
        print::answer(answer, args.include, filter, &Paging::settle(global.no_pager))
    };
    match answer {
        Ok(answer) => print(&answer, filter.as_ref()),
        Err(Failure::Call(error)) => {
            // The error goes to standard error, and the server's answer to standard output. A filter applies to replies only.
            if let Some(answer) = error.answer().filter(|_| filter.is_none()) {
                // The refusal decides the exit code, even if printing it fails.
                let _ = print(answer, None);
            }
            Err(Failure::Call(error))
        }
        Err(failure) => Err(failure),
    }
}

/// Characters to encode in a path; existing encodings stay.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'|');
/// Characters to encode in a query; the separators of filters stay readable.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':')
    .remove(b',')
    .remove(b'[')
    .remove(b']');

/// A request as it was typed.
#[derive(Clone)]
struct Request {
    method: Method,
    /// With its placeholders, without its query.
    path: String,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
}

impl Request {
    fn settle(args: &args::Api) -> Result<Self, Failure> {
        let method = args.method.as_deref().unwrap_or("GET").to_ascii_uppercase();
        let method: Method = method
            .parse()
            .map_err(|_| Failure::Usage(format!("`{method}` is no method")))?;
        if args.input.is_some() && args.method.is_none() {
            return Err(Failure::Usage(
                "--input needs a METHOD: POST, for example".to_owned(),
            ));
        }
        if args.paginate && method != Method::GET {
            return Err(Failure::Usage("--paginate is for GET".to_owned()));
        }
        let (path, query) = args.path.split_once('?').unwrap_or((&args.path, ""));
        if path.contains("://") {
            let message = "PATH is a path without the server: `sites/{site}/workbooks`";
            return Err(Failure::Usage(message.to_owned()));
        }
        if let Some(unknown) = unknown_placeholder(path) {
            let message = format!("`{unknown}` is not known: {{site}} and {{user}} are");
            return Err(Failure::Usage(message));
        }
        let raw = args.raw_fields.iter().map(|field| Field::raw(field));
        let typed = args.fields.iter().map(|field| Field::typed(field));
        let fields = raw.chain(typed).collect::<Result<Vec<_>, _>>()?;
        let mut this = Self {
            path: path.trim_start_matches('/').to_owned(),
            query: tableau_client::wire::endpoint::Query::parse(query).0,
            headers: headers(&args.headers)?,
            body: Bytes::new(),
            method,
        };
        let format = if args.xml { Format::Xml } else { Format::Json };
        this.default_header(ACCEPT, format.media_type());
        if let Some(file) = &args.input {
            this.body = read(file)?.into();
            if let Some(format) = Format::sniff(&this.body) {
                this.default_header(CONTENT_TYPE, format.media_type());
            }
            this.query.extend(fields.into_iter().map(parameter));
        } else if matches!(this.method, Method::GET | Method::HEAD | Method::DELETE) {
            this.query.extend(fields.into_iter().map(parameter));
        } else if !fields.is_empty() {
            this.body = fields::body(fields)?.to_string().into();
            this.default_header(CONTENT_TYPE, Format::Json.media_type());
        }
        if args.paginate && this.has_query("pageNumber") {
            return Err(Failure::Usage(
                "--paginate gets every page: leave out pageNumber".to_owned(),
            ));
        }
        Site::<Blocking>::check_request(&this.with("site", "user")?)?;
        Ok(this)
    }

    fn default_header(&mut self, name: HeaderName, value: &'static str) {
        self.headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }

    fn has_query(&self, name: &str) -> bool {
        self.query.iter().any(|(key, _)| key == name)
    }

    /// The request, with the identifiers of the session.
    fn build(&self, site: &Site<Blocking>) -> Result<http::Request<Bytes>, Failure> {
        let session = site.session();
        self.with(session.site_id().as_str(), session.user_id().as_str())
    }

    fn with(&self, site: &str, user: &str) -> Result<http::Request<Bytes>, Failure> {
        let path = self.path.replace("{site}", site).replace("{user}", user);
        let mut uri = format!("/{}", utf8_percent_encode(&path, PATH));
        for (index, (name, value)) in self.query.iter().enumerate() {
            uri.push(if index == 0 { '?' } else { '&' });
            uri.extend(utf8_percent_encode(name, QUERY));
            uri.push('=');
            uri.extend(utf8_percent_encode(value, QUERY));
        }
        let mut request = http::Request::builder().method(self.method.clone()).uri(uri);
        if let Some(all) = request.headers_mut() {
            all.clone_from(&self.headers);
        }
        request
            .body(self.body.clone())
            .map_err(|error| Failure::Usage(format!("this is no path: {error}")))
    }
}

fn parameter(Field { key, value }: Field) -> (String, String) {
    let text = match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    (key, text)
}

fn headers(typed: &[String]) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    for header in typed {
        let parsed = header.split_once(':').and_then(|(name, value)| {
            let name: HeaderName = name.trim().parse().ok()?;
            let mut value: HeaderValue = value.trim().parse().ok()?;
            // The placeholder's meaning is not known.
            value.set_sensitive(true);
            Some((name, value))
        });
        let Some((name, value)) = parsed else {
            // The argument may be a secret, so it is not repeated.
            return Err(Failure::Usage("--header wants NAME: VALUE".to_owned()));
        };
        headers.append(name, value);
    }
    Ok(headers)
}

/// The first unknown placeholder in braces.
fn unknown_placeholder(path: &str) -> Option<&str> {
    let mut rest = path;
    while let Some((_, behind)) = rest.split_once('{') {
        let (name, _) = behind.split_once('}').unwrap_or((behind, ""));
        if !matches!(name, "site" | "user") {
            return Some(name);
        }
        rest = behind;
    }
    None
}
