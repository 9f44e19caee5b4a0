//! Sessions for the length of a block.

use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::FutureExt as _;
use tableau_client::{Credentials, Error, ErrorKind, PersonalAccessToken};

use crate::support::{Fake, error, token};

/// A server that refuses every list, and a sign-out if told so.
fn server(sign_out: u16) -> Fake {
    Fake::new(move |seen| match crate::support::usual(seen) {
        Some(_) if seen.1.ends_with("signout") && sign_out != 204 => Ok((sign_out, error("500000"))),
        Some(usual) => Ok(usual),
        None => Ok((403, error("403004"))),
    })
}

fn signed_out(fake: &Fake) -> usize {
    fake.paths()
        .iter()
        .filter(|path| path.ends_with("/auth/signout"))
        .count()
}

#[tokio::test]
async fn a_block_returns_its_value_or_error() {
    for sign_out in [204, 500] {
        let fake = server(sign_out);
        let value = fake.client().with_session(token(), async |_| Ok(7)).await;
        assert_eq!(value.unwrap(), 7);
        let failed = fake
            .client()
            .with_session(token(), async |site| site.workbooks().list().await)
            .await
            .unwrap_err();
        assert_eq!(
            failed.kind(),
            ErrorKind::Forbidden,
            "the block's own error, not the one of the sign-out"
        );
        assert_eq!(signed_out(&fake), 2);
    }
}

#[tokio::test]
async fn a_block_that_switched_signs_out_where_it_is() {
    let fake = Fake::new(|seen| match crate::support::usual(seen) {
        None if seen.1.ends_with("switchSite") => Ok((200, crate::support::switched())),
        usual => Ok(usual.unwrap()),
    });
    let block = async |site: tableau_client::Site| site.switch("Sales").await.map(drop);
    fake.client().with_session(token(), block).await.unwrap();
    let seen = fake.seen.lock().unwrap();
    let (_, path, used, _) = seen.last().unwrap();
    assert!(path.ends_with("/auth/signout"));
    assert_eq!(
        used.as_deref(),
        Some("switched|token|22222222-2222-4333-8444-555555555555")
    );
}

#[tokio::test]
async fn a_panic_signs_out() {
    let fake = server(204);
    let client = fake.client();
    let block = client.with_session(token(), async |_| -> Result<(), Error> { panic!("in the block") });
    AssertUnwindSafe(block).catch_unwind().await.unwrap_err();
    until_signed_out(&fake).await;
}

#[tokio::test]
async fn a_future_that_is_dropped_signs_out() {
    let fake = server(204);
    let client = fake.client();
    let forever = client.with_session(token(), async |_| {
        std::future::pending::<Result<(), Error>>().await
    });
    let mut forever = Box::pin(forever);
    while fake.paths().len() < 2 {
        assert!(futures_util::poll!(forever.as_mut()).is_pending());
        tokio::task::yield_now().await;
    }
    assert!(futures_util::poll!(forever.as_mut()).is_pending());
    drop(forever);
    until_signed_out(&fake).await;
}

async fn until_signed_out(fake: &Fake) {
    for _ in 0..100 {
        if signed_out(fake) == 1 {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("there was no sign-out");
}

#[test]
fn blocking_blocks_always_sign_out() {
    let fake = server(204);
    let client = fake.client().blocking().unwrap();
    assert_eq!(client.with_session(token(), |_| Ok(7)).unwrap(), 7);
    let failed = client
        .with_session(token(), |site| site.workbooks().list().send())
        .unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Forbidden);
    let block = || client.with_session(token(), |_| -> Result<(), Error> { panic!("in the block") });
    catch_unwind(AssertUnwindSafe(block)).unwrap_err();
    assert_eq!(signed_out(&fake), 3);
}

/// It would wait for itself for ever.
#[test]
fn a_blocking_client_is_not_called_by_what_it_calls() {
    for in_place in [false, true] {
        let fake = Fake::signed_in(|_| Ok((200, String::new())));
        let client = match in_place {
            false => fake.client().blocking().unwrap(),
            true => fake.client().blocking_in_place().unwrap(),
        };
        let inner = client.clone();
        let credentials = Credentials::provider("itself", move || {
            let inner = inner.clone();
            async move {
                let _ = inner.server_info();
                Err::<PersonalAccessToken, _>("never reached")
            }
        });
        let panic = catch_unwind(AssertUnwindSafe(|| client.sign_in(credentials))).unwrap_err();
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or(panic.downcast_ref::<&str>().copied());
        assert!(text.unwrap().contains("it would wait for itself"), "{text:?}");
        // And it is as good as before.
        client.sign_in(PersonalAccessToken::new("t", "s")).unwrap();
    }
}
