//! Every input gets an answer.

use bytes::Bytes;
use http::{HeaderValue, Request};
use proptest::prelude::*;
use tableau_sandbox::Service;

use crate::fixture::*;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

/// A service for all cases, with a live session.
fn shared() -> &'static (Service, Session) {
    static SHARED: std::sync::OnceLock<(Service, Session)> = std::sync::OnceLock::new();
    SHARED.get_or_init(|| {
        let service = service();
        let session = block_on(admin(&service, ""));
        (service, session)
    })
}

fn is_an_answer(response: &http::Response<Bytes>) {
    let status = response.status().as_u16();
    assert!(
        matches!(status, 200 | 204 | 400 | 401 | 403 | 404 | 405),
        "{status}"
    );
    if status != 204 {
        std::str::from_utf8(response.body()).unwrap();
    }
}

fn path_part() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "api",
            "API",
            "3.29",
            "2.4",
            "3.99",
            "sites",
            "workbooks",
            "views",
            "users",
            "auth",
            "signin",
            "serverinfo",
            "sessions",
            "current",
            "",
            "%",
            "%zz",
            "%FF",
            "%00",
            "%2F",
            "..",
            "SITE",
            "projects",
            "datasources",
        ])
        .prop_map(str::to_owned),
        "[!-~&&[^?#/ ]]{0,12}",
    ]
}

fn query() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "pageNumber",
        "pageSize",
        "filter",
        "sort",
        "fields",
        "key",
        "includeUsageStatistics",
        "x",
    ]);
    let value = prop_oneof![
        "[!-~&&[^#]]{0,20}",
        "[0-9-]{0,25}",
        "(name|size|tags|createdAt|hasExtracts):(eq|gt|in|has|cieq|x)?:?[\\[\\]a-z0-9:,%-]{0,12}",
        "(_all_|_default_|owner\\.|workbook\\.)[a-zA-Z.,]{0,12}",
    ];
    prop::collection::vec((name, value), 0..4).prop_map(|pairs| {
        pairs
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("&")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_request_is_answered(
        method in prop::sample::select(vec!["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "BREW"]),
        api in any::<bool>(),
        parts in prop::collection::vec(path_part(), 0..6),
        query in query(),
        accept in prop::collection::vec(any::<u8>(), 0..30),
        token in prop_oneof![Just(None), prop::collection::vec(any::<u8>(), 0..90).prop_map(Some)],
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let (service, session) = shared();
        let path = parts.join("/").replace("SITE", &session.site);
        let uri = if api { format!("/api/3.29/{path}?{query}") } else { format!("/{path}?{query}") };
        let Ok(mut request) = Request::builder().method(method).uri(uri).body(Bytes::from(body)) else { return Ok(()) };
        if let Ok(accept) = HeaderValue::from_bytes(&accept) {
            request.headers_mut().insert("accept", accept);
        }
        let token = token.unwrap_or_else(|| session.token.clone().into_bytes());
        if let Ok(token) = HeaderValue::from_bytes(&token) {
            request.headers_mut().insert("x-tableau-auth", token);
        }
        is_an_answer(&block_on(service.handle(request)));
    }

    #[test]
    fn any_list_is_answered(collection in prop::sample::select(vec!["workbooks", "views", "users", "projects", "datasources"]), query in query()) {
        let (service, session) = shared();
        let path = format!("/api/3.29/sites/{}/{collection}?{query}", session.site);
        if let Ok(request) = Request::builder().uri(path).header("x-tableau-auth", &session.token).body(Bytes::new()) {
            is_an_answer(&block_on(service.handle(request)));
        }
    }

    #[test]
    fn any_text_in_a_refusal_can_be_written(name in "\\PC{0,20}|[\\x00-\\x1f]{0,4}") {
        let (service, session) = shared();
        let name: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let path = format!("/api/3.29/sites/{}/workbooks/x{name}", session.site);
        let request = Request::builder().uri(path).header("x-tableau-auth", &session.token).body(Bytes::new()).unwrap();
        let response = block_on(service.handle(request));
        prop_assert_eq!(response.status().as_u16(), 404);
        prop_assert!(std::str::from_utf8(response.body()).unwrap().contains("404006"));
    }

    #[test]
    fn no_random_body_signs_in(body in prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        "<tsRequest><credentials [a-zA-Z=\" ]{0,30}/?>.{0,40}</credentials></tsRequest>".prop_map(String::into_bytes),
        "\\{\"credentials\":[\\{\\}\\[\\]a-z0-9\",:]{0,60}\\}".prop_map(String::into_bytes),
    ]) {
        let (service, _) = shared();
        let request = Request::builder().method("POST").uri("/api/3.29/auth/signin").body(Bytes::from(body)).unwrap();
        let status = block_on(service.handle(request)).status().as_u16();
        prop_assert!(matches!(status, 400 | 401), "{}", status);
    }
}

/// Tests have threads of 2 MiB, and use most of it themselves where nothing is optimized.
#[test]
fn a_sandbox_is_made_on_a_small_stack() {
    let thread = std::thread::Builder::new().stack_size(512 << 10);
    thread.spawn(|| drop(service())).unwrap().join().unwrap();
}
