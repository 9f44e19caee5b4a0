//! Calls without their types: what the table says about arguments and bodies is what goes over the wire.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, also in what its tests share"
)]

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Map, Value, json};
use tableau_wire::{
    Arguments, BodyKind, Entry, Format, Incoming, Outgoing, Place, Reply, Shape, Target, ValueKind, Version,
    endpoints,
};

const TARGET: Target<'static> = Target {
    prefix: "",
    version: Version::NEWEST,
    site: Some("site-id"),
};

fn entry(name: &str) -> &'static Entry {
    let mut entries = endpoints();
    entries.find(|entry| entry.operation.full_name() == name).unwrap()
}

/// A value of a kind, as text where text is enough.
fn sample(kind: ValueKind) -> Value {
    of_kind(kind, &[]).unwrap()
}

/// A value of a kind; `None` where it would contain itself, as conditions do.
fn of_kind(kind: ValueKind, above: &[Shape]) -> Option<Value> {
    Some(match kind {
        ValueKind::Number => json!("7"),
        ValueKind::Boolean => json!("true"),
        ValueKind::Timestamp => json!("2026-01-01T00:00:00Z"),
        ValueKind::Version => json!("3.29"),
        ValueKind::Filter => json!("name:eq:x"),
        ValueKind::Sort => json!("name:asc"),
        ValueKind::Fields => json!("_all_"),
        ValueKind::OneOf(words) => json!(words[0]),
        ValueKind::Object(shape) if above.contains(shape) => return None,
        ValueKind::Object(shape) => samples(*shape, above),
        ValueKind::List(kind) => json!([of_kind(*kind, above)?]),
        _ => json!("text"),
    })
}

fn samples(shape: Shape, above: &[Shape]) -> Value {
    let above = [above, &[shape]].concat();
    let fields = shape.fields().iter();
    let members = fields.filter_map(|field| Some((field.name.to_owned(), of_kind(field.kind, &above)?)));
    Value::Object(members.collect())
}

/// The names in a document, with those of their parents.
fn names(value: &Value, path: &str, found: &mut Vec<String>) {
    for (name, value) in value.as_object().unwrap_or(&Map::new()) {
        let path = format!("{path}/{name}");
        names(value, &path, found);
        // A choice is said by an empty element.
        if value.as_object().is_none_or(|members| !members.is_empty()) {
            found.push(path);
        }
    }
}

#[test]
fn every_argument_and_every_member_of_a_body_arrives() {
    for entry in endpoints() {
        let operation = entry.operation;
        let name = operation.full_name();
        let mut arguments = Arguments::default();
        for param in operation.all_params() {
            assert!(!param.doc.is_empty(), "{name}: {}", param.name);
            let text = sample(param.kind).as_str().unwrap().to_owned();
            match param.place {
                Place::Path => arguments.path.push(text),
                Place::Query => arguments.query.0.push((param.name.to_owned(), text)),
                Place::Header => arguments.headers.0.push((param.name.to_owned(), text)),
                Place::QuerySet => arguments.query.0.push((format!("{}x", param.name), text)),
            }
        }
        let body = match entry.body {
            BodyKind::Document { child, shape } => {
                // What runs a task is an empty document.
                let is_empty = ["runExtractRefresh", "runFlow", "runNow"].contains(&operation.name);
                assert_eq!(
                    shape.fields().is_empty(),
                    is_empty,
                    "{name}: nothing says what its body has"
                );
                let members = samples(shape, &[]);
                child.map_or(members.clone(), |child| json!({child: members}))
            }
            _ => Value::Null,
        };
        if let BodyKind::File { .. } = entry.body {
            continue;
        }
        let bytes = match &body {
            Value::Null => Bytes::new(),
            body => body.to_string().into(),
        };
        let request = entry
            .encode_request(&arguments, &Incoming::document(bytes), &TARGET, Format::Json)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let uri = request.uri().to_string();
        for (key, _) in &arguments.query.0 {
            assert!(
                uri.contains(&format!("{key}=")),
                "{name}: {key} is missing in {uri}"
            );
        }
        if body.is_null() {
            assert_eq!(*request.body(), Outgoing::Empty, "{name}");
            continue;
        }
        let (mut expected, mut sent) = (Vec::new(), Vec::new());
        names(&body, "", &mut expected);
        names(
            &serde_json::from_slice(&request.into_body().with_file(b"")).unwrap(),
            "",
            &mut sent,
        );
        // A schedule of a subscription's own is written beside it.
        let inside = |path: &String| match path.strip_prefix("/schedule") {
            Some(rest) if operation.group == "subscriptions" => format!("/subscription/schedule{rest}"),
            _ => path.clone(),
        };
        let mut sent: Vec<_> = sent.iter().map(inside).collect();
        sent.sort();
        expected.sort();
        assert_eq!(sent, expected, "{name}");
    }
}

#[test]
fn what_is_not_of_its_kind_is_refused() {
    let list = entry("workbooks.list");
    let with = |name: &str, value: &str| {
        let mut arguments = Arguments::default();
        arguments.query.0.push((name.to_owned(), value.to_owned()));
        list.encode_request(&arguments, &Incoming::default(), &TARGET, Format::Xml)
    };
    assert_eq!(
        with("pageSize", "7").unwrap().uri(),
        "/api/3.29/sites/site-id/workbooks?pageSize=7"
    );
    let error = with("pageSize", "many").unwrap_err().to_string();
    assert!(error.contains("pageSize"), "{error}");
    let get = entry("workbooks.get");
    let error = get.encode_request(&Arguments::default(), &Incoming::default(), &TARGET, Format::Xml);
    assert!(error.unwrap_err().to_string().contains("id: is missing"));
}

#[test]
fn replies_are_lists_things_or_nothing() {
    let page = br#"{"pagination":{"pageNumber":"1","pageSize":"1","totalAvailable":"3"},"workbooks":{"workbook":[{"id":"w","size":"5"}]}}"#;
    let reply = entry("workbooks.list")
        .decode_reply(StatusCode::OK, page)
        .unwrap();
    let Reply::Page {
        items,
        total_available,
        ..
    } = &reply
    else {
        panic!("{reply:?}")
    };
    assert_eq!(*total_available, 3);
    assert_eq!(items[0].value().unwrap(), json!({"id": "w", "size": 5}));
    // What a reply holds may be secret.
    assert_eq!(format!("{reply:?}"), "Page(1 of 3)");

    let xml = br#"<tsResponse><workbook id="w" name="Sales"/></tsResponse>"#;
    let reply = entry("workbooks.get").decode_reply(StatusCode::OK, xml).unwrap();
    let Reply::One(workbook) = reply else {
        panic!("{reply:?}")
    };
    assert_eq!(workbook["name"], "Sales");

    let reply = entry("auth.signOut").decode_reply(StatusCode::NO_CONTENT, b"");
    assert_eq!(reply.unwrap(), Reply::Nothing);
    let error = br#"{"error":{"summary":"s","detail":"d","code":"404006"}}"#;
    let reply = entry("workbooks.get").decode_reply(StatusCode::NOT_FOUND, error);
    assert!(reply.is_err());
}
