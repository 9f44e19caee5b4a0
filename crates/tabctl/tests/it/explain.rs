//! `tabctl auth explain`.

use std::io::Write as _;
use std::process::{Output, Stdio};

use serde_json::{Value, json};
use tableau_sandbox::well_known;
use tempfile::TempDir;

use crate::mistakes::jwt::{in_minutes, signed};
use crate::support::{Bench, Ended, end};

#[test]
fn a_code_with_its_causes() {
    let bench = Bench::new();
    let explained = bench.run(&["auth", "explain", "401002"]);
    assert_eq!(explained.code, 0, "{explained:?}");
    let lines: Vec<_> = explained.out.lines().collect();
    assert_eq!(
        lines[..3],
        [
            "401002 Unauthorized Access (HTTP 401)",
            "  The session is over or was never one.",
            "often the reason:",
        ]
    );
    assert!(lines[3].contains("same personal access token"), "{lines:?}");
    assert!(
        lines.last().unwrap().starts_with("fix: Sign in again."),
        "{lines:?}"
    );
}

#[test]
fn a_number_a_name_and_a_message_for_programs() {
    let bench = Bench::new();
    let message = "401001: Signin Error: Error signing in to Tableau Server (10084)";
    for (text, codes) in [
        ("10084", vec!["10084"]),
        ("jwt_parse_error", vec!["10084"]),
        ("signin_error", vec!["401001"]),
        (message, vec!["401001", "10084"]),
    ] {
        let explained = bench.run(&["auth", "explain", text, "--json"]);
        assert_eq!(explained.code, 0, "{explained:?}");
        let found: Value = serde_json::from_str(&explained.out).unwrap();
        let found = found["codes"].as_array().unwrap();
        let numbers: Vec<_> = found.iter().map(|one| one["code"].as_str().unwrap()).collect();
        assert_eq!(numbers, codes, "{text}");
        assert!(
            found
                .iter()
                .all(|one| !one["meaning"].as_str().unwrap().is_empty())
        );
        assert!(found.iter().all(|one| !one["fix"].as_str().unwrap().is_empty()));
    }
    let unknown = bench.run(&["auth", "explain", "999"]);
    assert_eq!(unknown.code, 2, "{unknown:?}");
    assert!(
        unknown
            .err
            .contains("\"999\" is not known: give a code of six digits"),
        "{}",
        unknown.err
    );
}

#[test]
fn a_jwt_that_keeps_every_rule() {
    let (jwt, explained) = explain(&claims());
    assert_eq!(explained.code, 0, "{explained:?}");
    assert!(
        explained
            .out
            .starts_with("A JWT of a connected app with direct trust\nheader\n  alg      \"HS256\"\n")
    );
    assert!(
        explained.out.contains("✓ exp      in 5 minutes\n"),
        "{}",
        explained.out
    );
    assert!(!explained.out.contains('✗'), "{}", explained.out);
    hides(&explained, &jwt);
}

/// The part, how the claims are changed, what is said of it, and the number that servers refuse it with.
type Case<'c> = (&'c str, &'c dyn Fn(&mut Value), &'c str, Option<u64>);

#[test]
fn each_rule_that_a_jwt_breaks() {
    let minutes = |count| move |claims: &mut Value| claims["exp"] = in_minutes(count);
    let cases: &[Case<'_>] = &[
        (
            "exp",
            &minutes(14),
            "the JWT is good for 14 minutes (`exp`); 10 minutes are allowed",
            Some(16),
        ),
        (
            "exp",
            &minutes(-60),
            "the JWT expired 60 minutes ago (`exp`)",
            Some(16),
        ),
        (
            "exp",
            &|claims| claims["exp"] = Value::Null,
            "the end (`exp`) is missing",
            Some(10084),
        ),
        (
            "exp",
            &|claims| claims["exp"] = "soon".into(),
            "`exp` has to be a number: seconds since 1970",
            Some(10084),
        ),
        (
            "iat",
            &|claims| claims["iat"] = in_minutes(9),
            "`iat` is 9 minutes in the future: the clock of the JWT's maker is ahead",
            Some(10084),
        ),
        (
            "nbf",
            &|claims| claims["nbf"] = in_minutes(3),
            "`nbf` is 3 minutes in the future: the clock of the JWT's maker is ahead",
            Some(10084),
        ),
        (
            "aud",
            &|claims| claims["aud"] = Value::Null,
            "the audience (`aud`) is null; it has to be \"tableau\"",
            Some(10084),
        ),
        (
            "sub",
            &|claims| claims["sub"] = "".into(),
            "the user (`sub`) is empty",
            Some(10084),
        ),
        (
            "sub",
            &|claims| claims["sub"] = "admin ".into(),
            "the user (`sub`) \"admin \" has white space around it",
            Some(5),
        ),
        (
            "iss",
            &|claims| claims["iss"] = Value::Null,
            "the issuer (`iss`) is missing: the client id of the connected app",
            Some(10083),
        ),
        (
            "jti",
            &|claims| claims["jti"] = Value::Null,
            "the identifier (`jti`) is missing; each JWT needs its own",
            Some(10084),
        ),
        (
            "scp",
            &|claims| claims["scp"] = json!(["tableau:*"]),
            "\"tableau:*\" is not a scope: they are `tableau:resource:action`, and a `*` can stand for the action only",
            None,
        ),
        (
            "scp",
            &|claims| claims["scp"] = Value::Null,
            "the JWT has no scope (`scp`): it signs in, and every call is then refused with 401002",
            None,
        ),
    ];
    for (part, change, says, code) in cases {
        let mut claims = claims();
        change(&mut claims);
        let (jwt, explained) = explain_as(&claims, &["--json"]);
        assert_eq!(explained.code, 1, "{explained:?}");
        hides(&explained, &jwt);
        let found: Value = serde_json::from_str(&explained.out).unwrap();
        let broken: Vec<_> = found["rules"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|rule| rule["kept"] == false)
            .collect();
        assert_eq!(broken.len(), 1, "{broken:?}");
        assert_eq!(
            (&broken[0]["part"], &broken[0]["says"]),
            (&json!(part), &json!(says))
        );
        assert_eq!(broken[0]["code"].as_u64(), *code, "{says}");
    }
}

#[test]
fn a_jwt_is_refused_as_an_argument() {
    let bench = Bench::new();
    let jwt = signed(&claims());
    for text in [
        jwt.as_str(),
        &jwt[..40],
        &format!("Bearer {jwt}"),
        &format!(" bearer  {jwt}"),
    ] {
        let refused = bench.run(&["auth", "explain", text]);
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(refused.err.contains("a JWT is a secret"), "{}", refused.err);
        hides(&refused, &jwt);
        assert!(!refused.err.contains(text), "{}", refused.err);
    }
}

#[test]
fn what_standard_input_says_is_not_quoted() {
    let secret = "bm90LXRvLWJlLXNob3du:c2VjcmV0";
    for text in [secret.to_owned(), format!("Bearer {secret}")] {
        let refused = end(given(&text, &[]));
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(
            refused
                .err
                .contains("what standard input says is not known: give a code"),
            "{}",
            refused.err
        );
        assert!(!refused.err.contains("bm90"), "{}", refused.err);
    }
}

#[test]
fn a_jwt_may_be_copied_from_a_header() {
    let jwt = signed(&claims());
    for scheme in ["Bearer ", "bearer\t"] {
        let explained = end(given(&format!("{scheme}{jwt}\n"), &[]));
        assert_eq!(explained.code, 0, "{explained:?}");
        assert!(
            explained.out.starts_with("A JWT of a connected app"),
            "{}",
            explained.out
        );
        hides(&explained, &jwt);
    }
}

#[test]
fn a_jwt_is_read_from_a_file_and_other_files_are_refused() {
    let bench = Bench::new();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("jwt");
    std::fs::write(&file, signed(&claims()) + "\n").unwrap();
    let explained = bench.run(&["auth", "explain", "--file", file.to_str().unwrap()]);
    assert_eq!(explained.code, 0, "{explained:?}");
    for text in ["eyJ", "eyJ.eyJ.x", "eyJhbGciOiJIUzI1NiJ9.bm8ganNvbg.x"] {
        std::fs::write(&file, text).unwrap();
        let refused = bench.run(&["auth", "explain", "--file", file.to_str().unwrap()]);
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(refused.err.contains("JWT"), "{}", refused.err);
    }
}

#[test]
fn an_unsigned_jwt_and_a_unified_access_token() {
    let mut claims = claims();
    let explained = explain_header(&json!({ "alg": "none", "kid": "1" }), &claims);
    assert!(
        explained
            .out
            .contains("✗ alg      the JWT is not signed (`alg` is `none`)\n  refused: 10087")
    );
    claims["https://tableau.com/tenantId"] = "tenant".into();
    claims["exp"] = in_minutes(60);
    let explained = explain_header(&json!({ "alg": "RS256" }), &claims);
    assert_eq!(explained.code, 0, "{explained:?}");
    assert!(
        explained
            .out
            .starts_with("A JWT that is a unified access token\n"),
        "{}",
        explained.out
    );
}

fn claims() -> Value {
    json!({
        "iss": well_known::CONNECTED_APP_CLIENT_ID,
        "sub": well_known::ADMIN,
        "aud": "tableau",
        "exp": in_minutes(5),
        "jti": "one",
        "scp": ["tableau:content:read"],
    })
}

fn explain(claims: &Value) -> (String, Ended) {
    explain_as(claims, &[])
}

fn explain_as(claims: &Value, options: &[&str]) -> (String, Ended) {
    let jwt = signed(claims);
    let explained = end(given(&jwt, options));
    (jwt, explained)
}

fn explain_header(header: &Value, claims: &Value) -> Ended {
    use base64::Engine as _;
    let part = |value: &Value| base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    end(given(&format!("{}.{}.x", part(header), part(claims)), &[]))
}

/// Explains what standard input says.
fn given(text: &str, options: &[&str]) -> Output {
    let bench = Bench::new();
    let mut command = bench.command(&["auth", "explain", "-"]);
    command
        .args(options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn hides(ended: &Ended, jwt: &str) {
    let signature = jwt.rsplit('.').next().unwrap();
    assert!(!ended.out.contains(signature) && !ended.err.contains(signature));
}
