//! The log of requests and answers, and the sessions.

use tableau_sandbox::{CredentialKind, LogEntry, Service, well_known};

use crate::fixture::*;

fn last(service: &Service) -> LogEntry {
    service.log().entries().pop().unwrap()
}

/// Session generation of the last entry, and its status and operation.
fn gist(service: &Service) -> (u16, Option<String>, Option<u64>) {
    let entry = last(service);
    (entry.status, entry.operation, entry.generation)
}

#[tokio::test]
async fn each_request_is_logged_once_with_its_session() {
    let service = service();
    let before = service.clock().now();
    let first = admin(&service, "MarketingTeam").await;
    let path = format!("/api/3.29/sites/{}/workbooks", first.site);
    let query = "pageSize=2&secret=s3cr3t&t0k3n&filter=name:eq:a%26b";
    let headers = [("X-Tableau-Auth", first.token.as_str())];
    send(&service, "GET", &format!("{path}?{query}"), &headers, "").await;
    send(&service, "GET", "/?x=s3cr3t", &[], "").await;

    let log = service.log().entries();
    assert_eq!(log.iter().map(|entry| entry.n).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(log.iter().all(|entry| entry.at >= before));
    let (sign_in, list, page) = (&log[0], &log[1], &log[2]);
    assert_eq!((sign_in.method.as_str(), sign_in.status), ("POST", 200));
    assert_eq!(sign_in.operation.as_deref(), Some("auth.signIn"));
    assert_eq!(
        (list.method.as_str(), &list.path, list.status),
        ("GET", &path, 200)
    );
    assert_eq!(list.operation.as_deref(), Some("workbooks.list"));
    assert_eq!(list.query.as_deref(), Some("pageSize=2&…&…&filter=name:eq:a%26b"));
    for entry in [sign_in, list] {
        assert_eq!(entry.user.as_deref(), Some("admin"));
        assert_eq!(entry.site.as_deref(), Some("MarketingTeam"));
        assert_eq!(entry.session, Some(service.controls().sessions()[0].id));
        assert_eq!(entry.generation, Some(1));
    }
    assert_eq!((page.status, page.query.as_deref()), (200, Some("…")));
    assert_eq!((&page.operation, &page.user, page.session), (&None, &None, None));

    let json = serde_json::to_string(&log).unwrap();
    let shown = format!(
        "{log:?} {:?} {:?} {json}",
        service.log(),
        service.controls().sessions()
    );
    for secret in ["s3cr3t", "t0k3n", "s4ndb0x", well_known::PASSWORD, &first.token] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
    for part in first.token.split('|').take(2) {
        assert!(!shown.contains(part), "{part}: {shown}");
    }
}

#[tokio::test]
async fn a_session_is_logged_by_its_generation_after_its_end() {
    let service = service();
    let first = admin(&service, "").await;
    let second = admin(&service, "").await;
    assert_eq!(gist(&service), (200, Some("auth.signIn".into()), Some(2)));
    // The second sign-in with the token has ended the first session.
    assert!(!alive(&service, &first.token).await);
    assert_eq!(
        gist(&service),
        (401, Some("server.getCurrentSession".into()), Some(1))
    );
    assert!(alive(&service, &second.token).await);
    assert_eq!(
        gist(&service),
        (200, Some("server.getCurrentSession".into()), Some(2))
    );
    // A switch begins another session of the same credential, and is logged with the previous one.
    let switch = r#"{"site":{"contentUrl":"MarketingTeam"}}"#;
    let third = session(&call(&service, "POST", &second.token, "auth/switchSite", switch).await);
    assert_eq!(gist(&service), (200, Some("auth.switchSite".into()), Some(2)));
    assert!(alive(&service, &third.token).await);
    assert_eq!(gist(&service).2, Some(3));
    call(&service, "POST", &third.token, "auth/signout", "").await;
    assert_eq!(gist(&service), (204, Some("auth.signOut".into()), Some(3)));
    assert!(!alive(&service, &third.token).await);
    assert_eq!(gist(&service).2, Some(3));
    assert_eq!(last(&service).user.as_deref(), Some("admin"));
    // Credentials are counted separately, also those of the same user.
    session(&try_sign_in(&service, &password_credentials("admin", "")).await);
    assert_eq!(gist(&service).2, Some(1));
    user(&service, "anita.silva", "").await;
    assert_eq!(gist(&service).2, Some(1));
    let open = service.controls().sessions();
    let kinds: Vec<_> = open
        .iter()
        .map(|session| (session.user.as_str(), session.credential, session.generation))
        .collect();
    let (password, token) = (CredentialKind::Password, CredentialKind::PersonalAccessToken);
    assert_eq!(kinds, [("admin", password, 1), ("anita.silva", token, 1)]);
    // A refused sign-in has no session, and counts for no user.
    try_sign_in(&service, &token_credentials("sandbox", "wrong", "")).await;
    assert_eq!(gist(&service), (401, Some("auth.signIn".into()), None));
    assert!(!alive(&service, "AAAAAAAAAAAAAAAAAAAAAA|x|y").await);
    assert_eq!(gist(&service).2, None);
    admin(&service, "").await;
    assert_eq!(gist(&service).2, Some(4));
}

#[tokio::test]
async fn a_sandbox_that_keeps_its_state_goes_on_counting() {
    let directory = tempfile::tempdir().unwrap();
    let open = || {
        tableau_sandbox::Sandbox::builder()
            .data(directory.path())
            .build()
            .unwrap()
    };
    let service = open();
    let first = admin(&service, "").await;
    drop(service);
    let service = open();
    assert!(alive(&service, &first.token).await);
    assert_eq!(gist(&service).2, Some(1));
    admin(&service, "").await;
    assert_eq!(gist(&service).2, Some(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sign_ins_that_displace_each_other_are_all_known() {
    let service = service();
    let work = (0..8).map(|_| {
        let service = service.clone();
        tokio::spawn(async move {
            for _ in 0..100 {
                admin(&service, "").await;
            }
        })
    });
    for worker in work.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
    let mut generations: Vec<_> = service
        .log()
        .entries()
        .iter()
        .map(|entry| entry.generation.unwrap())
        .collect();
    generations.sort_unstable();
    assert_eq!(generations, (1..=800).collect::<Vec<_>>());
    assert_eq!(service.controls().sessions().len(), 1);
}

#[tokio::test]
async fn sessions_are_ended_and_expired() {
    let service = service();
    let credentials = password_credentials("admin", "");
    let (first, second) = (
        session(&try_sign_in(&service, &credentials).await),
        session(&try_sign_in(&service, &credentials).await),
    );
    let cloud = admin(&service, "umbrellacorp816664").await;
    let ids: Vec<_> = service
        .controls()
        .sessions()
        .iter()
        .map(|session| session.id)
        .collect();
    assert_eq!(ids.len(), 3);
    assert!(service.controls().end_session(ids[0]));
    assert!(!service.controls().end_session(ids[0]));
    assert!(!alive(&service, &first.token).await);
    assert!(alive(&service, &second.token).await);
    assert_eq!(service.controls().expire_sessions(), 2);
    assert!(!alive(&service, &second.token).await && !alive(&service, &cloud.token).await);
    assert_eq!(
        (
            service.controls().sessions().len(),
            service.controls().expire_sessions()
        ),
        (0, 0)
    );
    // The credentials are still valid.
    let next = session(&try_sign_in(&service, &credentials).await);
    assert!(alive(&service, &next.token).await);
    assert_eq!(gist(&service).2, Some(3));
}

#[tokio::test]
async fn the_log_drops_its_oldest_entries() {
    let service = service();
    for _ in 0..100_003 {
        send(&service, "GET", "/x", &[], "").await;
    }
    let log = service.log();
    assert_eq!((log.entries().len(), log.dropped()), (100_000, 3));
    assert_eq!(log.entries()[0].n, 4);
    let newest: Vec<_> = log.since(100_001).iter().map(|entry| entry.n).collect();
    assert_eq!(newest, [100_002, 100_003]);
    assert!(log.since(u64::MAX).is_empty());
    assert_eq!(log.clear(), 100_000);
    assert_eq!((log.entries().len(), log.dropped()), (0, 0));
    let long = format!("/{}ä", "x".repeat(9_000));
    send(&service, "GET", &long.replace('ä', "%C3%A4"), &[], "").await;
    assert_eq!(last(&service).n, 100_004);
    assert_eq!(last(&service).path.chars().count(), 2_001);
}
