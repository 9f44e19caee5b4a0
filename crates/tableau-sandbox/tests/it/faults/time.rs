//! Answers that take their time, by a clock that is paused; and what faults are without a socket.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use tableau_sandbox::{Effect, Fault, Service};
use tokio::time::Instant;

use crate::fixture;

fn request() -> Request<Full<Bytes>> {
    let request = Request::get("/api/3.29/serverinfo").header("Accept", "application/json");
    request.body(Full::default()).unwrap()
}

/// How long head and body take, and how many bytes come before an error.
async fn measured(
    service: &Service,
    effect: Effect,
) -> (Duration, Duration, usize, Option<std::io::ErrorKind>) {
    service.controls().inject(Fault::of(effect));
    let start = Instant::now();
    let response = service.serve(request()).await.unwrap();
    let head = start.elapsed();
    let (mut body, mut count, mut error) = (response.into_body(), 0, None);
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => count += frame.data_ref().unwrap().len(),
            Err(broken) => {
                error = Some(broken.kind());
                break;
            }
        }
    }
    (head, start.elapsed() - head, count, error)
}

#[tokio::test(start_paused = true)]
async fn delay_drip_and_stall() {
    let service = fixture::service();
    let length = service
        .serve(request())
        .await
        .unwrap()
        .into_body()
        .bytes()
        .await
        .unwrap()
        .len();
    let none = Duration::ZERO;

    let delay = Effect::Delay { milliseconds: 1500 };
    assert_eq!(
        measured(&service, delay).await,
        (Duration::from_millis(1500), none, length, None)
    );

    let drip = Effect::Drip { bytes_per_second: 10 };
    let (head, body, count, error) = measured(&service, drip).await;
    assert_eq!((head, count, error), (none, length, None));
    // The first byte is sent at once, and each other after a tenth of a second.
    let least = Duration::from_millis(100) * u32::try_from(length - 1).unwrap();
    assert!(body >= least && body < least * 2, "{body:?} for {length} bytes");

    let stall = Effect::StallAfter { bytes: 5 };
    let (_, body, count, error) = measured(&service, stall).await;
    assert_eq!((count, error), (5, Some(std::io::ErrorKind::ConnectionReset)));
    assert!(body >= Duration::from_secs(3600));
}

#[tokio::test(start_paused = true)]
async fn broken_connections_in_process() {
    let service = fixture::service();
    for effect in [
        Effect::ResetBefore { bytes: 0 },
        Effect::CommitThenReset,
        Effect::StallRequest { bytes: 0 },
    ] {
        let name = effect.name();
        service.controls().inject(Fault::of(effect).named(name));
        let error = service.serve(request()).await.unwrap_err();
        assert_eq!(error.fault, name);
        assert!(error.to_string().contains(name));
    }
    for (effect, kind) in [
        (
            Effect::ResetAfter { bytes: 3 },
            std::io::ErrorKind::ConnectionReset,
        ),
        (Effect::CloseAfter { bytes: 3 }, std::io::ErrorKind::UnexpectedEof),
    ] {
        let (_, _, count, error) = measured(&service, effect).await;
        assert_eq!((count, error), (3, Some(kind)));
    }
    service.controls().inject(Fault::of(Effect::CommitThenReset));
    let answer = fixture::send(&service, "GET", "/api/3.29/serverinfo", &[], "").await;
    assert_eq!(answer.status, 502);
    assert!(answer.text().contains("reset by fault f"), "{}", answer.text());
}
