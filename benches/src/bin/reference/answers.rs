//! What is asked for, and the answers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use tableau_benches::block::block;
use tableau_benches::documents;

use crate::file::Content;
use crate::upload;

/// What all connections share.
pub(crate) struct Server {
    items: u32,
    /// The length of the file that is downloaded.
    file: u64,
    block: Bytes,
    /// Pages by their size and number.
    pages: Mutex<HashMap<(u32, u32), Bytes>>,
    /// How much of each upload is there.
    uploads: Mutex<Vec<u64>>,
}

const XML: HeaderValue = HeaderValue::from_static("application/xml;charset=utf-8");

impl Server {
    pub(crate) fn new(items: u32, file: u64) -> Self {
        Self {
            items,
            file,
            block: block().into(),
            pages: Mutex::default(),
            uploads: Mutex::default(),
        }
    }

    pub(crate) async fn answer(self: &Arc<Self>, request: Request<Incoming>) -> Response<Content> {
        let (head, body) = request.into_parts();
        let path = head.uri.path().to_owned();
        // `/api/VERSION/…`, and for calls on a site `/api/VERSION/sites/ID/…`.
        let parts: Vec<&str> = path.split('/').skip(3).collect();
        let query = head.uri.query().unwrap_or_default();
        let found = match (&head.method, parts.as_slice()) {
            (&Method::GET, ["serverinfo" | "serverInfo"]) => Some(documents::server_info()),
            (&Method::GET, ["sessions", "current"]) => Some(documents::current_session()),
            (&Method::GET, ["sites", _, "users", _]) => Some(documents::user()),
            (&Method::GET, ["sites", _, "users", _, "personal-access-tokens"]) => {
                Some(documents::no_tokens())
            }
            (&Method::GET, ["sites", _, "projects"]) => Some(documents::projects()),
            (&Method::GET, ["sites", _, "workbooks"]) => Some(self.page(query)),
            (&Method::GET, ["sites", _, "workbooks", _, "content"]) => return self.download(),
            (&Method::PUT, ["sites", _, "fileUploads", upload]) => {
                let boundary = boundary(head.headers.get(CONTENT_TYPE));
                self.append(upload, &boundary, body).await
            }
            (&Method::POST, path) => return self.post(path, body).await,
            _ => None,
        };
        match found {
            Some(document) => document_of(StatusCode::OK, document),
            None => document_of(StatusCode::NOT_FOUND, documents::not_found()),
        }
    }

    async fn post(&self, path: &[&str], body: Incoming) -> Response<Content> {
        if body.collect().await.is_err() {
            return document_of(StatusCode::BAD_REQUEST, documents::wrong());
        }
        match path {
            ["auth", "signin"] => document_of(StatusCode::OK, documents::credentials()),
            ["auth", "signout"] => {
                let mut answer = Response::new(Content::Document(Bytes::new()));
                *answer.status_mut() = StatusCode::NO_CONTENT;
                answer
            }
            ["sites", _, "fileUploads"] => {
                let mut uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
                uploads.push(0);
                document_of(StatusCode::CREATED, documents::upload(uploads.len() - 1, 0))
            }
            ["sites", _, "workbooks"] => document_of(StatusCode::CREATED, documents::published()),
            _ => document_of(StatusCode::NOT_FOUND, documents::not_found()),
        }
    }

    /// A page, which is made when it is asked for first.
    fn page(&self, query: &str) -> Bytes {
        let number = |name: &str, otherwise| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            let found = pairs.find(|(found, _)| *found == name);
            found
                .and_then(|(_, value)| value.parse().ok())
                .unwrap_or(otherwise)
        };
        let (size, page) = (number("pageSize", 100), number("pageNumber", 1));
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages
            .entry((size, page))
            .or_insert_with(|| documents::page(self.items, size, page))
            .clone()
    }

    fn download(&self) -> Response<Content> {
        let mut answer = Response::new(Content::File {
            block: self.block.clone(),
            left: self.file,
        });
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        let name = HeaderValue::from_static("name=\"tableau_workbook\"; filename=\"Large.twbx\"");
        headers.insert(CONTENT_DISPOSITION, name);
        answer
    }

    /// Appends a chunk; `None` if it is not what has to come.
    async fn append(&self, upload: &str, boundary: &str, body: Incoming) -> Option<Bytes> {
        let number: usize = upload.parse().ok()?;
        let start = *self
            .uploads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(number)?;
        let chunk = upload::receive(body, boundary, start, &self.block).await?;
        if !chunk.is_right {
            return None;
        }
        let length = start + chunk.length;
        let mut uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        *uploads.get_mut(number)? = length;
        Some(documents::upload(number, length))
    }
}

fn document_of(status: StatusCode, document: Bytes) -> Response<Content> {
    let mut answer = Response::new(Content::Document(document));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, XML);
    answer
}

fn boundary(media_type: Option<&HeaderValue>) -> String {
    let text = media_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let (_, boundary) = text.split_once("boundary=").unwrap_or_default();
    boundary.trim_matches('"').to_owned()
}
