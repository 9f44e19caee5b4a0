//! Every error of signing in, sessions and JWTs: raised by the sandbox in both formats, and explained by the client.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::time::Duration;

use tableau_client::wire::{KnownCode, SignInCode};
use tableau_client::{Client, Error, ErrorKind, Format};
use tableau_sandbox::{Fault, Service};

use crate::sign_in::rows::ROWS;
use crate::sign_in::way::Way;
use crate::sign_in::{client, service, token};

/// The rows of the reference: the table of each method and its codes; for JWTs the numbers behind 401001.
///
/// The table below has to have exactly these.
const REFERENCE: &[(&str, &[&str])] = &[
    ("sign in", &["400000", "401001", "404002", "405000", "429000"]),
    ("sign out", &["401002", "405000"]),
    (
        "switch site",
        &["400000", "401000", "401002", "401003", "403070", "405000"],
    ),
    ("current session", &["401002"]),
    ("revoke tokens", &["403004"]),
    ("multi-factor authentication", &["401001"]),
    (
        "any method",
        &[
            "401000", "401002", "403004", "403069", "403157", "404000", "404001", "404003", "404008",
            "404950", "405000", "408000", "409093", "429000", "500000",
        ],
    ),
    (
        "JWT",
        &[
            "5", "16", "67", "126", "127", "128", "133", "10083", "10084", "10085", "10087", "10089",
            "10090", "101002",
        ],
    ),
];

/// A row of the table.
pub(crate) struct Row {
    /// The method that it belongs to, and what distinguishes it from others with its code.
    pub(crate) of: (&'static str, &'static str),
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    /// The number behind a JWT's refusal.
    pub(crate) number: Option<u32>,
    pub(crate) kind: ErrorKind,
    /// A part of a hint or cause.
    pub(crate) says: &'static str,
    pub(crate) provoke: Provoke,
}

/// Makes the call that is refused.
pub(crate) type Provoke = fn(World) -> Pin<Box<dyn Future<Output = Result<(), Error>>>>;

/// A sandbox, a client, and the way between them.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) way: Way,
    pub(crate) client: Client,
    pub(crate) format: Format,
}

impl World {
    fn new(format: Format) -> Self {
        let service = service();
        let way = Way::to(&service);
        let builder = Client::builder("https://sandbox.invalid").format(format);
        // The refusal itself is checked, not the renewal that would follow.
        let client = builder.transport(way.clone()).without_renewal().build().unwrap();
        Self {
            service,
            way,
            client,
            format,
        }
    }
}

#[tokio::test]
async fn every_row_is_raised_and_explained_in_both_formats() {
    for format in [Format::Xml, Format::Json] {
        for row in ROWS {
            let world = World::new(format);
            let case = format!("{:?} {} {:?} {format:?}", row.of, row.code, row.number);
            let error = (row.provoke)(world.clone()).await.expect_err(&case);

            let (status, code, summary, detail) = world.way.last_refusal(format);
            assert_eq!(
                (status, code.as_str()),
                (row.status, row.code),
                "{case}: {detail}"
            );
            assert!(!summary.is_empty() && !detail.is_empty(), "{case}");
            if let Some(number) = row.number {
                let number = format!("({number})");
                assert!(
                    summary.ends_with(&number) || detail.ends_with(&number),
                    "{case}: {summary}: {detail}"
                );
            }

            assert_eq!(error.kind(), row.kind, "{case}: {error:?}");
            assert_eq!(
                (error.code(), error.status()),
                (Some(row.code), Some(row.status)),
                "{case}"
            );
            assert_eq!(error.sign_in_code().map(|code| code.number), row.number, "{case}");
            assert!(error.hint().is_some(), "{case}");
            let said = format!(
                "{} {}",
                error.hint().unwrap_or_default(),
                error.causes().join(" ")
            );
            assert!(said.contains(row.says), "{case}: {said}");
        }
    }
}

#[test]
fn the_table_has_every_row_of_the_reference_and_no_other() {
    let wanted: BTreeSet<_> = REFERENCE
        .iter()
        .flat_map(|(method, codes)| codes.iter().map(|code| (*method, (*code).to_owned())))
        .collect();
    let row = |row: &Row| {
        let code = row
            .number
            .filter(|_| row.of.0 == "JWT")
            .map(|number| number.to_string());
        (row.of.0, code.unwrap_or_else(|| row.code.to_owned()))
    };
    assert_eq!(ROWS.iter().map(row).collect::<BTreeSet<_>>(), wanted);
    for (_, code) in &wanted {
        let known = code
            .parse()
            .is_ok_and(|number| SignInCode::find(number).is_some());
        assert!(known || KnownCode::find(code).is_some(), "{code} is explained");
    }
    let numbers = SignInCode::ALL
        .iter()
        .map(|code| ("JWT", code.number.to_string()));
    assert!(numbers.into_iter().all(|number| wanted.contains(&number)));
}

/// Injected faults: for the named call, as often as asked, with the given code and text.
#[tokio::test(start_paused = true)]
async fn injected_faults_hit_the_named_call_as_often_as_asked() {
    let service = service();
    let way = Way::to(&service);
    let builder = Client::builder("https://sandbox.invalid").transport(way.clone());
    let site = builder.build().unwrap().sign_in(token()).await.unwrap();
    let failure = Fault::new(503, "503000")
        .on("workbooks.list")
        .summary("Down")
        .detail("Back at <noon>")
        .retry_after(Duration::from_secs(7));
    // Each call makes three attempts.
    service.controls().inject(failure.times(6));
    service
        .controls()
        .inject(Fault::new(429, "429000").on_path("/3.29/SITES").times(3));
    service.controls().inject(Fault::new(500, "500000").times(0));

    for _ in 0..2 {
        let error = site.workbooks().list().await.unwrap_err();
        let api = error.api().unwrap();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Server, Some(503)));
        assert_eq!(
            (api.code.as_str(), api.summary.as_str(), api.detail.as_str()),
            ("503000", "Down", "Back at <noon>")
        );
        assert_eq!(way.last_header("retry-after").as_deref(), Some("7"));
        assert_eq!(
            (error.retry_after(), error.attempts()),
            (Some(Duration::from_secs(7)), 3)
        );
    }
    let error = site.views().list().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::TooManyRequests, Some("429000"))
    );
    assert_eq!(way.last_header("retry-after"), None);
    site.views().list().await.unwrap();
    site.workbooks().list().await.unwrap();
    client(&service, Format::Json).server_info().await.unwrap();
}
