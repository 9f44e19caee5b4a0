//! Exchanges: requests as other clients write them and answers as servers write them, read and written by the table of endpoints without loss.
//!
//! A line of `exchanges.jsonl` is one exchange: `method`, `path`, `query`, `request`, `status` and `reply`. What is sent says all that the request says, and what
//! is read says all that the answer says.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, also in what its tests share"
)]

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::Value;
use tableau_wire::body::{Incoming, Outgoing};
use tableau_wire::endpoint::Query;
use tableau_wire::{
    Arguments, Entry, Format, Reply, ReplyError, Root, Target, Version, endpoints, recognize,
};

const EXCHANGES: &str = include_str!("exchanges.jsonl");

struct Exchange(Value);

impl Exchange {
    /// The exchanges of a text, one a line.
    fn all(text: &str) -> Vec<Self> {
        let lines = text.lines().filter(|line| !line.is_empty());
        lines
            .map(|line| Self(serde_json::from_str(line).unwrap()))
            .collect()
    }

    fn text(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap_or_default()
    }

    /// The call it is, and the arguments in its address.
    fn call(&self) -> Option<(&'static Entry, Arguments)> {
        // Before them: nothing, `api`, and the version or another root.
        let mut segments = self.text("path").split('/').skip(2);
        let root = match segments.next() {
            Some("-") => Root::Services,
            Some("exp") => Root::Experimental,
            Some("metadata") => Root::Metadata,
            Some("v1") => {
                segments.next();
                Root::VizqlDataService
            }
            _ => Root::Version,
        };
        let segments: Vec<String> = segments.map(str::to_owned).collect();
        let query = Query::parse(self.text("query"));
        let table = endpoints().map(|entry| (entry.operation, entry));
        let method = self.text("method").parse().unwrap();
        let recognized = recognize(table, root, &method, &segments).ok()?;
        let (entry, path) = (recognized.entry, recognized.variables);
        Some((
            entry,
            Arguments {
                path,
                query,
                ..Default::default()
            },
        ))
    }

    /// What the request says and ours does not.
    fn lost_of_request(&self, entry: &Entry, arguments: &Arguments) -> Result<Vec<String>, String> {
        let target = Target {
            prefix: "",
            version: Version::NEWEST,
            site: Some("site"),
        };
        let body = Incoming::document(self.text("request").to_owned());
        let request = entry.encode_request(arguments, &body, &target, Format::Xml);
        let request = request.map_err(|error| error.to_string())?;
        let query = request.uri().query().unwrap_or_default();
        let written = Query::parse(query).0;
        let said = arguments.query.0.iter().filter(|pair| !written.contains(pair));
        let mut lost: Vec<String> = said.map(|(name, value)| format!("{name}={value}")).collect();
        if let Outgoing::Document(document) = request.body() {
            let written = String::from_utf8_lossy(&document.bytes);
            lost.extend(missing(leaves(self.text("request")), leaves(&written)));
        }
        Ok(lost)
    }

    /// What the answer says and what is read does not.
    fn lost_of_reply(&self, entry: &Entry) -> Result<Vec<String>, String> {
        let status = self.0["status"]
            .as_u64()
            .and_then(|status| u16::try_from(status).ok());
        let status = StatusCode::from_u16(status.unwrap()).unwrap();
        let mut read = Vec::new();
        match entry.decode_reply(status, self.text("reply").as_bytes()) {
            Ok(Reply::One(value)) => of_json(&value, &mut read),
            Ok(Reply::Page { items, .. }) => items
                .iter()
                .for_each(|item| of_json(&item.value().unwrap(), &mut read)),
            Ok(_) => {}
            Err(ReplyError::Api(error)) => read.extend([error.code, error.summary.0, error.detail.0]),
            Err(error) => return Err(error.to_string()),
        }
        Ok(missing(leaves(self.text("reply")), read))
    }

    /// What is wrong with how it is read and written; `None` if the table does not have the call.
    fn wrong(&self) -> Option<Vec<String>> {
        let (entry, arguments) = self.call()?;
        let mut wrong = Vec::new();
        for (part, lost) in [
            ("request", self.lost_of_request(entry, &arguments)),
            ("reply", self.lost_of_reply(entry)),
        ] {
            match lost {
                Ok(lost) => wrong.extend(lost.iter().map(|lost| format!("{part} loses {lost:?}"))),
                Err(error) => wrong.push(format!("{part}: {error}")),
            }
        }
        Some(wrong)
    }
}

/// What is in the first and not in the second, as often as it is in each.
fn missing(expected: Vec<String>, found: Vec<String>) -> Vec<String> {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for leaf in found {
        *times.entry(leaf).or_default() += 1;
    }
    let mut take = |leaf: &String| match times.get_mut(leaf) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    };
    expected.into_iter().filter(|leaf| take(leaf)).collect()
}

fn of_json(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.values().for_each(|member| of_json(member, found)),
        Value::Array(items) => items.iter().for_each(|item| of_json(item, found)),
        Value::Null => {}
        Value::String(text) => found.push(text.clone()),
        other => found.push(other.to_string()),
    }
}

/// Every attribute and text of a document in XML without entities, or every scalar of one in JSON, but for those of its root and of pages.
fn leaves(document: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(json) = serde_json::from_str(document) {
        of_json(&json, &mut found);
        return found;
    }
    for tag in document.split('<').skip(1) {
        let (tag, text) = tag.split_once('>').unwrap_or((tag, ""));
        let of_frame = ["?xml", "tsRequest", "tsResponse", "pagination"]
            .iter()
            .any(|name| tag.starts_with(name));
        // Between quotes, and every second time behind them.
        if !of_frame {
            let quote = if tag.contains("='") { '\'' } else { '"' };
            found.extend(tag.split(quote).skip(1).step_by(2).map(str::to_owned));
        }
        found.extend(
            Some(text.trim())
                .filter(|text| !text.is_empty())
                .map(str::to_owned),
        );
    }
    found
}

#[test]
fn exchanges_are_read_and_written_without_loss() {
    let exchanges = Exchange::all(EXCHANGES);
    for exchange in &exchanges {
        let wrong = exchange
            .wrong()
            .unwrap_or_else(|| panic!("no call is {}", exchange.0));
        assert!(wrong.is_empty(), "{}: {wrong:#?}", exchange.0);
    }
    for group in endpoints().map(|entry| entry.operation.group) {
        let mut calls = exchanges.iter().filter_map(Exchange::call);
        assert!(
            calls.any(|(entry, _)| entry.operation.group == group),
            "no exchange is one of {group}"
        );
    }
}

#[test]
fn a_loss_is_noticed() {
    let exchange = Exchange(serde_json::json!({
        "method": "GET",
        "path": "/api/3.29/sites/site/workbooks/w",
        "query": "includeUsage=true",
        "status": 200,
        "reply": "<tsResponse><workbook id='w' name='Sales' mood='good'/></tsResponse>",
    }));
    let wrong = exchange.wrong().unwrap();
    assert_eq!(
        wrong,
        [r#"request loses "includeUsage=true""#, r#"reply loses "good""#]
    );
}
