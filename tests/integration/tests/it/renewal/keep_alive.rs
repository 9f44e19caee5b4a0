//! Sessions that are kept alive while nothing is done with them.

use std::time::Duration;

use tableau_client::{Client, Site, UserPassword};
use tableau_sandbox::Service;
use tableau_sandbox::well_known::{ADMIN, MARKETING_SITE, PASSWORD};

use super::{answered, builder, kill_all, service, token};

const MINUTE: Duration = Duration::from_secs(60);

fn kept_alive(service: &Service) -> Client {
    builder(service).keep_alive(MINUTE).build().unwrap()
}

/// How many harmless calls are made within ten minutes.
async fn calls(service: &Service) -> usize {
    let before = answered(service, "server.getCurrentSession", 200);
    tokio::time::sleep(10 * MINUTE + MINUTE / 2).await;
    answered(service, "server.getCurrentSession", 200) - before
}

#[tokio::test(start_paused = true)]
async fn a_session_is_kept_alive_only_if_asked_for() {
    for (keep_alive, expected) in [(None, 0), (Some(Duration::from_secs(60)), 10)] {
        let service = service();
        let mut builder = builder(&service);
        if let Some(interval) = keep_alive {
            builder = builder.keep_alive(interval);
        }
        let site = builder.build().unwrap().sign_in(token()).await.unwrap();
        tokio::time::sleep(Duration::from_secs(10 * 60 + 30)).await;
        assert_eq!(answered(&service, "server.getCurrentSession", 200), expected);
        // It ends with the session.
        site.sign_out().await.unwrap();
        tokio::time::sleep(Duration::from_secs(10 * 60)).await;
        assert_eq!(answered(&service, "server.getCurrentSession", 200), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_is_kept_alive_after_a_switch_and_when_it_is_resumed() {
    let service = service();
    let password = UserPassword::new(ADMIN, PASSWORD);
    let site = kept_alive(&service).sign_in(password).await.unwrap();
    let switched = site.switch(MARKETING_SITE).await.unwrap();
    switched.workbooks().list().await.unwrap();
    assert_eq!(calls(&service).await, 10);
    let session = switched.session();
    drop((site, switched));
    let resumed = kept_alive(&service).resume((*session).clone());
    resumed.workbooks().list().await.unwrap();
    assert_eq!(calls(&service).await, 10);
}

#[tokio::test(start_paused = true)]
async fn a_session_in_use_is_left_alone_and_one_that_is_dead_is_given_up() {
    let service = service();
    let site = builder(&service).build().unwrap().sign_in(token()).await.unwrap();
    let resumed = kept_alive(&service).resume((*site.session()).clone());
    for _ in 0..60 {
        resumed.workbooks().list().await.unwrap();
        tokio::time::sleep(MINUTE / 6).await;
    }
    assert_eq!(answered(&service, "server.getCurrentSession", 200), 0);
    kill_all(&service);
    tokio::time::sleep(10 * MINUTE).await;
    assert_eq!(answered(&service, "server.getCurrentSession", 401), 1);
}

#[test]
fn a_session_is_kept_alive_by_the_runtime_of_a_later_call() {
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().start_paused(true).build().unwrap()
    };
    let service = service();
    let client = kept_alive(&service);
    let site: Site = runtime().block_on(async {
        let site = client.sign_in(token()).await.unwrap();
        assert_eq!(calls(&service).await, 10);
        site
    });
    runtime().block_on(async {
        site.workbooks().list().await.unwrap();
        assert_eq!(calls(&service).await, 10);
    });
}
