//! A call that a client takes apart is the call that a server puts together.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, also in what its tests share"
)]

use http::Request;
use percent_encoding::percent_decode_str;
use proptest::collection::vec;
use proptest::prelude::*;
use tableau_wire::codec::Root;
use tableau_wire::endpoint::{Arguments, Query};
use tableau_wire::rest::auth::{Credentials, SignIn, SignOut, UserId};
use tableau_wire::rest::file_uploads::{AppendToFileUpload, InitiateFileUpload};
use tableau_wire::rest::schedules::Frequency;
use tableau_wire::rest::server::GetServerInfo;
use tableau_wire::rest::subscriptions::{
    NewSubscription, SubscribedType, SubscriptionContent, SubscriptionSchedule,
};
use tableau_wire::rest::{Datasource, Project, Site, Subscription, User, View, Workbook};
use tableau_wire::{
    Body, BodyKind, Condition, Create, Direction, Document as _, Endpoint, Fetched, Fields, FilePart, Filter,
    Format, Get, Id, Incoming, List, Listed, Multipart, Operator, Outgoing, Secret, Sort, Target, Version,
    decode_request, encode_request, endpoints,
};

const SITE: &str = "9a8b 7c?6d";

fn target() -> Target<'static> {
    Target {
        prefix: "/gate%20way",
        version: Version::new(3, 29),
        site: Some(SITE),
    }
}

/// The server's half: from a request's address to the site, the arguments and the one entry that recognizes it.
fn arrive<E: Endpoint, B>(request: &Request<B>) -> Arguments {
    let path = request
        .uri()
        .path()
        .strip_prefix("/gate%20way/api/3.29/")
        .unwrap();
    let segments: Vec<String> = path
        .split('/')
        .map(|part| percent_decode_str(part).decode_utf8().unwrap().into_owned())
        .collect();
    let recognized: Vec<_> = endpoints()
        .filter(|entry| http::Method::from(entry.operation.method) == *request.method())
        .filter(|entry| entry.operation.recognize(&segments).is_some())
        .map(|entry| entry.operation.full_name())
        .collect();
    assert_eq!(recognized, [E::OPERATION.full_name()], "{path}");
    let (site, variables) = E::OPERATION.recognize(&segments).unwrap();
    assert!(site.is_none_or(|site| site == SITE), "{site:?}");
    Arguments {
        path: variables,
        query: Query::parse(request.uri().query().unwrap_or_default()),
        headers: E::OPERATION.headers(request.headers()),
    }
}

/// The bytes of every file that is sent.
const FILE: &[u8] = b"PK\x03\x04\r\n--\0\xff";

/// Sends a call and gives what arrives.
fn send<E: Endpoint + Clone>(call: &E, format: Format) -> (E, Arguments) {
    let request = encode_request(call.clone(), &target(), format).unwrap();
    let arguments = arrive::<E, _>(&request);
    assert_eq!(arguments, call.clone().into_parts().unwrap().0);
    let content_type = request
        .headers()
        .get(http::header::CONTENT_TYPE)
        .map(|value| value.to_str().unwrap().to_owned());
    let body = request.into_body().with_file(FILE);
    let incoming = match E::Body::KIND {
        BodyKind::File { .. } => {
            let (incoming, file) = Incoming::multipart(&body, content_type.as_deref()).unwrap();
            assert_eq!(file, FILE);
            incoming
        }
        _ => Incoming::document(body),
    };
    (decode_request(&arguments, &incoming).unwrap(), arguments)
}

/// Text with everything that separates something from something else in an address, a query or a filter.
fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "/", "%", "?", "#", "+", "&", "=", ":", ",", "[", "]", " ", ";", "%2F", "%25", "..", ".", "a", "Z",
        "0", "é", "日本", "😀", "\"", "'", "\\", "<", "\u{1}", "\u{7f}", "\n",
    ]);
    vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

/// The same without what a filter cannot carry.
fn filter_value(forbidden: &'static [char]) -> impl Strategy<Value = String> {
    // Clients write `[1, 2]`, so space around the values of a list means nothing.
    let clean = move |text: String| text.replace(forbidden, "").trim().to_owned();
    text()
        .prop_map(clean)
        .prop_filter("empty", |text| !text.is_empty())
}

fn filter() -> impl Strategy<Value = Filter> {
    let single =
        prop::sample::select(Operator::ALL).prop_filter("takes a list", |operator| *operator != Operator::In);
    let one = (single, filter_value(&[',', '&']).prop_map(|value| vec![value]));
    let many = vec(filter_value(&[',', '&', '[', ']']), 1..4).prop_map(|values| (Operator::In, values));
    let field = filter_value(&[',', '&', ':']);
    let condition = (field, prop_oneof![one, many]).prop_map(|(field, (operator, values))| Condition {
        field,
        operator,
        values,
    });
    vec(condition, 1..4).prop_map(|conditions| Filter { conditions })
}

fn sort() -> impl Strategy<Value = Sort> {
    let direction = prop::sample::select(vec![Direction::Asc, Direction::Desc]);
    vec((filter_value(&[',', ':']), direction), 1..4).prop_map(|keys| Sort { keys })
}

fn fields() -> impl Strategy<Value = Fields> {
    vec(filter_value(&[',']), 1..4).prop_map(|names| Fields { names })
}

/// A list arrives as it was sent, whatever the resource.
fn list_arrives<R: Listed>(list: &List<R>) {
    let (arrived, _) = send(list, Format::Xml);
    assert_eq!(arrived.page_number, list.page_number);
    assert_eq!(arrived.page_size, list.page_size);
    assert_eq!(arrived.filter, list.filter);
    assert_eq!(arrived.sort, list.sort);
    assert_eq!(arrived.fields, list.fields);
}

fn get_arrives<R: Fetched>(id: &str) {
    let call = Get::<R>::new(id);
    match call.id.is_harmless() {
        false => assert!(encode_request(call, &target(), Format::Xml).is_err()),
        true => assert_eq!(send(&call, Format::Json).0.id, call.id),
    }
}

#[test]
fn identifiers_that_lead_elsewhere_are_not_sent() {
    for id in [
        ".", "..", "../x", "a/b", "a\\b", "a\n", "a\u{9b}", "%2e%2E", "a%2Fb", "a..b",
    ] {
        assert!(!Get::<Workbook>::new(id).id.is_harmless(), "{id:?}");
        get_arrives::<Workbook>(id);
    }
    for id in ["100%", "a%zz", "a?b#c", "7720:abc-1:0", "a.b", "Zoë"] {
        assert!(Get::<Workbook>::new(id).id.is_harmless(), "{id:?}");
        get_arrives::<Workbook>(id);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lists_arrive(
        number in proptest::option::of(any::<u64>()),
        size in proptest::option::of(any::<u64>()),
        filter in proptest::option::of(filter()),
        sort in proptest::option::of(sort()),
        fields in proptest::option::of(fields()),
    ) {
        macro_rules! each {
            ($($resource:ty),*) => {$({
                let mut list = List::<$resource>::new();
                (list.page_number, list.page_size) = (number, size);
                (list.filter, list.sort, list.fields) = (filter.clone(), sort.clone(), fields.clone());
                list_arrives(&list);
            })*};
        }
        each!(Workbook, View, Project, Datasource, User, Site);
    }

    #[test]
    fn items_arrive(id in text()) {
        get_arrives::<Workbook>(&id);
        get_arrives::<View>(&id);
        get_arrives::<Datasource>(&id);
        get_arrives::<User>(&id);
        get_arrives::<Site>(&id);
    }

    #[test]
    fn options_arrive(key in proptest::option::of(text()), usage in any::<Option<bool>>()) {
        let mut site = Get::<Site>::new("x");
        site.options.key = key;
        prop_assert_eq!(send(&site, Format::Xml).0.options, site.options);
        let mut views = List::<View>::new();
        views.options.include_usage_statistics = usage;
        prop_assert_eq!(send(&views, Format::Xml).0.options, views.options);
    }

    #[test]
    fn sign_in_arrives(name in text(), secret in text(), site in text(), user in proptest::option::of(text()), json in any::<bool>()) {
        // Refused in either format: XML cannot carry it.
        prop_assume!([&name, &secret, &site].iter().all(|text| !text.contains('\u{1}')));
        let mut credentials = Credentials::personal_access_token(name, Secret::new(secret), site);
        credentials.user = user.filter(|id| !id.contains('\u{1}')).map(|id| UserId { id: Id::new(id) });
        let call = SignIn::new(credentials);
        let format = if json { Format::Json } else { Format::Xml };
        prop_assert_eq!(send(&call, format).0, call);
    }

    #[test]
    fn a_filter_is_read_as_it_was_written(filter in filter()) {
        prop_assert_eq!(filter.check(), Ok(()));
        prop_assert_eq!(filter.to_string().parse(), Ok(filter));
    }

    #[test]
    fn sort_fields_and_versions_are_read_as_they_were_written(sort in sort(), fields in fields(), major: u16, minor: u16) {
        prop_assert_eq!(sort.to_string().parse(), Ok(sort));
        prop_assert_eq!(fields.to_string().parse(), Ok(fields));
        let version = Version::new(major, minor);
        prop_assert_eq!(version.to_string().parse(), Ok(version));
    }

    /// Whatever `check` accepts arrives unchanged: no filter becomes another one.
    #[test]
    fn a_filter_that_would_change_is_refused(field in text(), operator in prop::sample::select(Operator::ALL), value in text()) {
        let filter = Filter::default().and(field, operator, value.trim()).and("size", Operator::Gt, "10");
        if filter.check().is_ok() {
            prop_assert_eq!(filter.to_string().parse(), Ok(filter));
        }
    }
}

#[test]
fn calls_without_arguments_arrive() {
    send(&SignOut, Format::Xml);
    send(&InitiateFileUpload, Format::Xml);
    send(&GetServerInfo, Format::Json);
}

#[test]
fn a_chunk_arrives_as_it_was_sent_whatever_the_format() {
    for format in [Format::Xml, Format::Json] {
        let call = AppendToFileUpload::new(
            "7720:170fe6b1c1c7422dadff20f944d58a52-1:0",
            Multipart {
                document: (),
                file: Some(FilePart::new("file")),
            },
        );
        assert_eq!(send(&call, format).0, call);
    }
    let request = encode_request(InitiateFileUpload, &target(), Format::Xml).unwrap();
    assert_eq!(*request.body(), Outgoing::Empty);
    assert!(!request.headers().contains_key(http::header::CONTENT_TYPE));
}

#[test]
fn what_would_change_the_address_is_refused() {
    for id in ["", ".", ".."] {
        assert!(
            encode_request(Get::<Workbook>::new(id), &target(), Format::Xml).is_err(),
            "id `{id}`"
        );
        let target = Target {
            site: Some(id),
            ..target()
        };
        assert!(
            encode_request(List::<Workbook>::new(), &target, Format::Xml).is_err(),
            "site `{id}`"
        );
    }
    let target = Target {
        site: None,
        ..target()
    };
    assert!(encode_request(List::<Workbook>::new(), &target, Format::Xml).is_err());
    assert!(encode_request(List::<Site>::new(), &target, Format::Xml).is_ok());
}

/// As Tableau's migration SDK sends them.
#[test]
fn a_schedule_of_a_subscription_stands_beside_it_and_one_of_the_server_in_it() {
    let content = SubscriptionContent::new("w", SubscribedType::Workbook);
    let new = NewSubscription::new("Sales", content, UserId { id: "u".into() });
    let body = |schedule: SubscriptionSchedule| {
        let new = new.clone().with(|new| new.schedule = Some(schedule));
        let request = encode_request(Create::<Subscription>::new(new), &target(), Format::Json).unwrap();
        String::from_utf8(request.into_body().with_file(b"").to_vec()).unwrap()
    };
    let weekly = SubscriptionSchedule::new().with(|own| own.frequency = Some(Frequency::Weekly));
    assert!(body(weekly).ends_with(r#"},"schedule":{"frequency":"Weekly"}}"#));
    let start = SubscriptionSchedule::new().with(|own| {
        let details = own.frequency_details.get_or_insert_default();
        details.start = "07:00:00".to_owned();
    });
    let sent = body(start);
    assert!(
        sent.ends_with(r#"},"schedule":{"frequencyDetails":{"start":"07:00:00"}}}"#),
        "{sent}"
    );
    let shared = SubscriptionSchedule::new().with(|of_server| of_server.id = Some("s".into()));
    assert!(body(shared).ends_with(r#","schedule":{"id":"s"},"user":{"id":"u"}}}"#));
    // Read again, it is the same.
    for format in [Format::Xml, Format::Json] {
        for id in [None, Some("s".into())] {
            let schedule = SubscriptionSchedule::new().with(|schedule| {
                schedule.id = id;
                schedule.frequency = Some(Frequency::Daily);
            });
            let sent = new.clone().with(|new| new.schedule = Some(schedule));
            let bytes = sent.encode(Root::Request, format).unwrap();
            assert_eq!(NewSubscription::decode_request(&bytes, format).unwrap(), sent);
        }
    }
}

#[test]
fn sorts_and_fields_that_would_become_others_are_refused() {
    let mut list = List::<Workbook>::new();
    list.sort = Some(Sort::asc("name,size"));
    assert!(encode_request(list.clone(), &target(), Format::Xml).is_err());
    list.sort = None;
    list.fields = Some(Fields::only(["name", ""]));
    assert!(encode_request(list, &target(), Format::Xml).is_err());
}

#[test]
fn a_filter_sort_or_field_list_without_content_is_not_sent() {
    let mut list = List::<Workbook>::new();
    list.filter = Some(Filter::default());
    list.sort = Some(Sort::default());
    list.fields = Some(Fields::default());
    let request = encode_request(list, &target(), Format::Xml).unwrap();
    assert_eq!(request.uri().query(), None);
}

#[test]
fn filters_are_read_as_other_clients_write_them() {
    let values = |text: &str| {
        let filter: Filter = text.parse().unwrap();
        filter
            .conditions
            .into_iter()
            .map(|condition| condition.values)
            .collect::<Vec<_>>()
    };
    assert_eq!(values("name:in:[a, b],size:gt:1"), [vec!["a", "b"], vec!["1"]]);
    assert_eq!(values("name:in:[1],size:in:[2,3]"), [vec!["1"], vec!["2", "3"]]);
    assert_eq!(values("name:in:a"), [["a"]]);
    assert_eq!(values("name:in:8\r\t"), [["8"]]);
    assert_eq!(values("name:eq:[a,size:gt:1"), [["[a"], ["1"]]);
    assert_eq!(
        values("createdAt:gte:2026-01-02T03:04:05Z"),
        [["2026-01-02T03:04:05Z"]]
    );
    for wrong in [
        "",
        "name",
        "name:eq",
        "name:eq:",
        "name:like:a",
        ":eq:a",
        "name:eq:a,",
        "name:in:[]",
        "name:in:[a,]",
        ",",
        "name:EQ:a",
    ] {
        assert!(wrong.parse::<Filter>().is_err(), "`{wrong}`");
    }
}

#[test]
fn queries_are_read_as_forms_write_them() {
    let query = Query::parse("filter=name:eq:a+b%2Bc&&pageSize=5&pageSize=7&flag&x=%FF&=v");
    assert_eq!(query.get("filter"), Some("name:eq:a b+c"));
    assert_eq!(query.get("pageSize"), Some("7"));
    assert_eq!(query.get("flag"), Some(""));
    assert_eq!(query.get("x"), Some("\u{fffd}"));
    assert_eq!(query.get("PAGESIZE"), None);
}
