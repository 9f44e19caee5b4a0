//! How often and how long a job is polled: with time paused, so without a socket.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use support::InProcess;
use tableau_client::tsm::Tsm;
use tableau_client::{ErrorKind, JobOutcome, RequestBody, Transport, TransportError, TransportFuture};
use tableau_sandbox::Clock;
use tableau_sandbox::tsm::{Fate, Service};
use tokio::time::Instant;

use crate::tsm::fixture::{Exchanges, Watched, sign_in};

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test(start_paused = true)]
async fn a_job_is_polled_less_often_over_time() {
    let service = Service::new(Clock::default());
    let exchanges = Exchanges::default();
    let transport = Watched {
        inner: InProcess(service.clone()),
        exchanges: exchanges.clone(),
        clock: None,
    };
    let client = Tsm::builder("your-server").transport(transport).build().unwrap();
    let session = sign_in(&client).await.unwrap();
    service.next_job(Fate::Hang);
    let job = session.cleanup(tableau_client::wire::tsm::maintenance::Cleanup::default());
    let job = job.await.unwrap();
    let started = Instant::now();
    let outcome = session.watch(job.id).deadline(HOUR).finish().await.unwrap();
    assert!(matches!(outcome, JobOutcome::TimedOut(_)));
    assert_eq!(started.elapsed(), HOUR);
    // Four polls a minute, and some more in the beginning.
    let looks = exchanges.count("/asyncJobs/1 200");
    assert!((240..255).contains(&looks), "{looks}");
}

/// A network that can be cut off.
struct Fragile {
    inner: InProcess<Service>,
    away: Arc<AtomicBool>,
}

impl Transport for Fragile {
    fn send(&self, request: http::Request<RequestBody>) -> TransportFuture {
        if self.away.load(Ordering::Relaxed) {
            return Box::pin(async { Err(TransportError::not_sent("no connection")) });
        }
        self.inner.send(request)
    }
}

#[tokio::test(start_paused = true)]
async fn an_unreachable_controller_is_given_up_after_ten_minutes() {
    let service = Service::new(Clock::default());
    let away = Arc::new(AtomicBool::new(false));
    let transport = Fragile {
        inner: InProcess(service.clone()),
        away: Arc::clone(&away),
    };
    let client = Tsm::builder("your-server").transport(transport).build().unwrap();
    let session = sign_in(&client).await.unwrap();
    let job = session.disable().await.unwrap();
    away.store(true, Ordering::Relaxed);
    let started = Instant::now();
    let error = session.watch(job.id).finish().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    let minutes = started.elapsed().as_secs() / 60;
    assert_eq!(minutes, 10, "without a deadline too");
}
