//! Renewal while the session is ended, switched or signed out.

use tableau_client::{Credentials, ErrorKind, UserPassword};
use tableau_sandbox::well_known::{ADMIN, MARKETING_SITE, PASSWORD};

use crate::renewal::{client, kill_all, service, sign_ins, token};

#[tokio::test]
async fn a_dead_session_can_be_switched() {
    let service = service();
    let site = client(&service).sign_in(token()).await.unwrap();
    kill_all(&service);
    let marketing = site.switch(MARKETING_SITE).await.unwrap();
    marketing.workbooks().list().await.unwrap();
    assert_eq!(marketing.session().content_url(), MARKETING_SITE);
}

#[tokio::test]
async fn two_clients_that_end_each_others_sessions_stop() {
    let service = service();
    let ours = client(&service).sign_in(token()).await.unwrap();
    let error = loop {
        // Another program with the same token.
        client(&service).sign_in(token()).await.unwrap();
        if let Err(error) = ours.workbooks().list().await {
            break error;
        }
    };
    assert_eq!(error.kind(), ErrorKind::SessionEnded);
    assert!(
        error.causes()[0].contains("same personal access token"),
        "{error:?}"
    );
    assert!(ours.session().sign_ins() <= 4, "{:?}", ours.session());
}

/// Other programs do not end the sessions of a user who signs in with a password, wherever that comes from.
#[tokio::test]
async fn of_a_password_session_that_dies_often_no_token_is_blamed() {
    let password = || UserPassword::new(ADMIN, PASSWORD);
    let provided = Credentials::provider("a vault", move || async move {
        Ok::<_, std::convert::Infallible>(password())
    });
    for credentials in [password().into(), provided] {
        let service = service();
        let site = client(&service).sign_in(credentials).await.unwrap();
        let error = loop {
            kill_all(&service);
            if let Err(error) = site.workbooks().list().await {
                break error;
            }
        };
        let said = format!("{:?} {:?}", error.causes(), error.hint());
        assert!(
            said.contains("load balancer") && !said.contains("token"),
            "{said}"
        );
    }
}

#[tokio::test]
async fn signing_out_wins_over_renewing() {
    for reads in 1..12 {
        let service = service();
        let site = client(&service).sign_in(token()).await.unwrap();
        kill_all(&service);
        let calls = (0..reads).map(|_| {
            let site = site.clone();
            tokio::spawn(async move { site.workbooks().list().await })
        });
        let calls: Vec<_> = calls.collect();
        for _ in 0..reads {
            tokio::task::yield_now().await;
        }
        site.sign_out().await.unwrap();
        for call in calls {
            if let Err(error) = call.await.unwrap() {
                assert_eq!(error.kind(), ErrorKind::SessionEnded, "{error}");
            }
        }
        assert_eq!(service.controls().sessions().len(), 0, "no session is left open");
    }
}

#[tokio::test(start_paused = true)]
async fn switching_wins_over_renewing() {
    for turns in 0..40 {
        let service = service();
        let site = client(&service).sign_in(token()).await.unwrap();
        kill_all(&service);
        let calls = (0..8).map(|_| {
            let site = site.clone();
            tokio::spawn(async move { site.workbooks().list().await })
        });
        let calls: Vec<_> = calls.collect();
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
        let marketing = site.switch(MARKETING_SITE).await.unwrap();
        for call in calls {
            if let Err(error) = call.await.unwrap() {
                assert_eq!(error.kind(), ErrorKind::SessionEnded, "{error}");
            }
        }
        marketing.workbooks().list().await.unwrap();
        // No renewal of the other site's session has ended this one.
        let (sign_ins, session) = (sign_ins(&service), marketing.session());
        assert_eq!(
            (sign_ins, session.sign_ins(), session.generation()),
            (2, 2, 3),
            "after {turns} turns"
        );
        assert_eq!(service.controls().sessions().len(), 1);
        kill_all(&service);
        marketing.workbooks().list().await.unwrap();
        assert_eq!(
            (marketing.session().sign_ins(), marketing.session().generation()),
            (3, 4)
        );
    }
}

#[tokio::test]
async fn a_cancelled_renewal_does_not_affect_others() {
    let service = service();
    let site = client(&service).sign_in(token()).await.unwrap();
    for turns in 0..6 {
        service.controls().expire_sessions();
        let dropped = tokio::spawn({
            let site = site.clone();
            async move { site.workbooks().list().await }
        });
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
        dropped.abort();
        let _ = dropped.await;
        match site.workbooks().list().await {
            Ok(_) => {}
            // Dropped sign-ins may have been made at the server; four in a minute look like another program's.
            Err(error) => assert!(error.to_string().contains("within a minute"), "{error}"),
        }
    }
}
