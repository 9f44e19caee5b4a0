//! A recording gateway between client and sandbox, which can change requests.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use support::in_memory;
use tableau_client::{Format, RequestBody, ResponseBody, Transport, TransportFuture};
use tableau_sandbox::Service;

pub(crate) type Request = http::Request<Bytes>;

type Change = Box<dyn Fn(&mut Request) + Send>;

#[derive(Clone)]
pub(crate) struct Way {
    service: Service,
    tamper: Arc<Mutex<Option<Change>>>,
    last: Arc<Mutex<Option<http::Response<Bytes>>>>,
}

impl Way {
    pub(crate) fn to(service: &Service) -> Self {
        Self {
            service: service.clone(),
            tamper: Arc::default(),
            last: Arc::default(),
        }
    }

    /// Changes every request from now on.
    pub(crate) fn tamper(&self, change: impl Fn(&mut Request) + Send + 'static) {
        *self.tamper.lock().unwrap() = Some(Box::new(change));
    }

    /// Changes the path of every request from now on.
    pub(crate) fn tamper_path(&self, change: impl Fn(&str) -> String + Send + 'static) {
        self.tamper(move |request| {
            let path = request.uri().path_and_query().unwrap().as_str();
            *request.uri_mut() = format!("https://sandbox.invalid{}", change(path))
                .parse()
                .unwrap();
        });
    }

    /// Status, code, summary and detail of the last answer, read without the client's codec.
    pub(crate) fn last_refusal(&self, format: Format) -> (u16, String, String, String) {
        let last = self.last.lock().unwrap();
        let answer = last.as_ref().unwrap();
        let text = std::str::from_utf8(answer.body()).unwrap();
        let content_type = answer.headers().get("content-type").unwrap();
        let (code, summary, detail) = match format {
            Format::Json => {
                assert_eq!(content_type, "application/json;charset=UTF-8");
                let json: serde_json::Value = serde_json::from_str(text).unwrap();
                let part = |name: &str| json["error"][name].as_str().unwrap().to_owned();
                (part("code"), part("summary"), part("detail"))
            }
            Format::Xml => {
                assert_eq!(content_type, "application/xml;charset=UTF-8");
                assert!(text.starts_with(
                    "<?xml version='1.0' encoding='UTF-8'?><tsResponse xmlns=\"http://tableau.com/api\""
                ));
                let between = |start: &str, end: &str| {
                    let rest = text.split_once(start).unwrap().1;
                    rest.split_once(end).unwrap().0.to_owned()
                };
                (
                    between("<error code=\"", "\""),
                    between("<summary>", "</summary>"),
                    between("<detail>", "</detail>"),
                )
            }
        };
        (answer.status().as_u16(), code, summary, detail)
    }

    /// A header of the last answer.
    pub(crate) fn last_header(&self, name: &str) -> Option<String> {
        let last = self.last.lock().unwrap();
        let value = last.as_ref()?.headers().get(name)?;
        Some(value.to_str().unwrap().to_owned())
    }
}

impl Transport for Way {
    fn send(&self, request: http::Request<RequestBody>) -> TransportFuture {
        let Self {
            service,
            tamper,
            last,
        } = self.clone();
        Box::pin(async move {
            let mut request = in_memory(request).await?;
            if let Some(change) = &*tamper.lock().unwrap() {
                change(&mut request);
            }
            let answer = service.handle(request).await;
            *last.lock().unwrap() = Some(answer.clone());
            Ok(answer.map(ResponseBody::from))
        })
    }
}
