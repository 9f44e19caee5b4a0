//! The matrix over every entry of Tableau Services Manager.

use tableau_sandbox::{Clock, tsm};
use tableau_wire::{BodyKind, Entry, Method, Scope};

use crate::matrix::call::{Sample, name, other_methods, path, variables};
use crate::tsm_fixture::{Answer, Fixture, send};

fn entries() -> impl Iterator<Item = &'static Entry> {
    tableau_wire::Family::Tsm.endpoints()
}

/// Sends what an entry describes, with numbers for the variables of its path.
async fn send_entry(
    service: &tsm::Service,
    entry: &Entry,
    method: &str,
    cookie: Option<&str>,
    body: &str,
) -> Answer {
    let values = vec!["1".to_owned(); variables(entry)];
    let path = format!("/api/0.5/{}", path(entry, "", &values));
    let mut headers = vec![("Content-Type", "application/json")];
    headers.extend(cookie.map(|cookie| ("Cookie", cookie)));
    let answer = send(service, method, &path, &headers, body.to_owned()).await;
    assert!(answer.status < 500, "{}: {:?}", name(entry), answer.body);
    answer
}

#[tokio::test]
async fn without_a_session_every_call_but_login_is_401() {
    let service = tsm::Service::new(Clock::default());
    for entry in entries().filter(|entry| entry.operation.scope != Scope::Open) {
        for cookie in [None, Some("AUTH_COOKIE=of-no-session")] {
            let (_, body) = Sample::FIRST.body(entry);
            let answer = send_entry(&service, entry, entry.operation.method.as_str(), cookie, &body).await;
            assert_eq!(answer.status, 401, "{}: {:?}", name(entry), answer.body);
        }
    }
}

#[tokio::test]
async fn other_methods_are_405() {
    let fixture = Fixture::new().await;
    for entry in entries() {
        for method in other_methods(entry, entries()) {
            let answer = send_entry(&fixture.service, entry, method, Some(&fixture.cookie), "").await;
            assert_eq!(answer.status, 405, "{method} {}: {:?}", name(entry), answer.body);
        }
    }
}

#[tokio::test]
async fn a_malformed_document_is_400() {
    let fixture = Fixture::new().await;
    for entry in entries().filter(|entry| matches!(entry.body, BodyKind::Document { .. })) {
        for body in ["{", "5", "\"", "nonsense", "<tsRequest/>", "{}}"] {
            let method = entry.operation.method.as_str();
            let answer = send_entry(&fixture.service, entry, method, Some(&fixture.cookie), body).await;
            assert_eq!(answer.status, 400, "{} {body}: {:?}", name(entry), answer.body);
        }
    }
}

#[tokio::test]
async fn every_get_answers_in_json() {
    for entry in entries().filter(|entry| entry.operation.method == Method::GET) {
        // With a job, for the calls about jobs.
        let fixture = Fixture::new().await;
        fixture.start("cleanup").await;
        let answer = send_entry(&fixture.service, entry, "GET", Some(&fixture.cookie), "").await;
        assert!(
            [200, 404].contains(&answer.status),
            "{}: {:?}",
            name(entry),
            answer.body
        );
        assert!(answer.json().is_object(), "{}: {:?}", name(entry), answer.body);
    }
}
