//! `tabctl api`: what a refused request prints.

use serde_json::Value;

use crate::support::Bench;

const MISSING: &str = "sites/{site}/workbooks/00000000-0000-4000-8000-000000000000";

#[test]
fn the_body_of_a_refusal_goes_to_standard_output() {
    let bench = Bench::new();
    let ended = bench.run_with_token(&["api", MISSING]);
    let body: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(body["error"]["code"], "404006", "{ended:?}");
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(
        ended.err.starts_with("error: ") && ended.err.contains("404006"),
        "{ended:?}"
    );

    let ended = bench.run_with_token(&["api", MISSING, "--xml"]);
    assert!(
        ended.out.starts_with("<?xml") && ended.out.contains("404006"),
        "{ended:?}"
    );

    // Of a page that is refused, too.
    let ended = bench.run_with_token(&["api", "sites/{site}/workbooks?filter=x:eq:1", "--paginate"]);
    assert!(ended.code != 0 && ended.out.contains("\"error\""), "{ended:?}");
}

#[test]
fn include_shows_status_and_headers_of_a_refusal() {
    let bench = Bench::new();
    let ended = bench.run_with_token(&["api", MISSING, "-i"]);
    assert_eq!(ended.code, 3, "{ended:?}");
    let (head, body) = ended.out.split_once("\n\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 404 Not Found\n"), "{head}");
    assert!(head.contains("\ncontent-type: application/json"), "{head}");
    assert!(body.contains("404006"), "{body}");
}

#[test]
fn jq_does_not_apply_to_refusals() {
    let bench = Bench::new();
    let ended = bench.run_with_token(&["api", MISSING, "--jq", ".workbook.name"]);
    assert_eq!((ended.code, ended.out.as_str()), (3, ""), "{ended:?}");
}

#[test]
fn what_cannot_be_sent_is_refused_before_a_sign_in() {
    let bench = Bench::new();
    let mistakes: [&[&str]; 4] = [
        &["sites/../x"],
        &["sites/{site}/workbooks", "-H", "X-Tableau-Auth: t"],
        &["sites/{site}/workbooks", "--pin-sha256", "ab:cd"],
        &["sites/{site}/workbooks", "--ca-file", "nowhere.pem"],
    ];
    for mistake in mistakes {
        // Nothing listens there.
        let server = ["api", "--server", "https://127.0.0.1:1"];
        let ended = bench.run_with_token(&[&server, mistake].concat());
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{ended:?}");
    }
}

#[test]
fn a_local_error_prints_no_answer() {
    let bench = Bench::new();
    let ended = bench.run_with_token(&["api", "sites/../x", "-i"]);
    assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{ended:?}");
}
