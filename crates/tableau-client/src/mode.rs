//! Async or blocking: the one type parameter by which they differ.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use futures_util::FutureExt as _;
use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::{Error, ErrorKind};

/// Whether calls are async or blocking: [`Async`] or [`Blocking`].
pub trait Mode: sealed::Sealed + Clone + fmt::Debug + Send + Sync + 'static {
    /// What a call gives: a future of `T`, or `T` itself.
    type Output<T: Send + 'static>;

    /// Runs a call.
    #[doc(hidden)]
    fn run<T: Send + 'static>(&self, call: impl Future<Output = T> + Send + 'static) -> Self::Output<T>;
}

/// Calls give futures, to be awaited on a tokio runtime.
#[derive(Debug, Clone, Copy, Default)]
pub struct Async;

/// Calls give results, and the thread waits for them.
///
/// The work is done by a thread of the client's own, or by the thread that waits: see [`Client::blocking`](crate::Client::blocking) and
/// [`Client::blocking_in_place`](crate::Client::blocking_in_place). Both also work inside an async runtime; the runtime's thread blocks then,
/// which async programs should avoid.
#[derive(Clone)]
pub struct Blocking {
    runtime: Arc<OwnRuntime>,
    in_place: bool,
}

/// A future that can be awaited anywhere.
type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl Mode for Async {
    type Output<T: Send + 'static> = BoxFuture<T>;

    fn run<T: Send + 'static>(&self, call: impl Future<Output = T> + Send + 'static) -> BoxFuture<T> {
        Box::pin(call)
    }
}

impl Mode for Blocking {
    type Output<T: Send + 'static> = T;

    fn run<T: Send + 'static>(&self, call: impl Future<Output = T> + Send + 'static) -> T {
        self.wait(call)
    }
}

impl Blocking {
    pub(crate) fn new() -> Result<Self, Error> {
        let mut builder = Builder::new_multi_thread();
        Self::on(builder.worker_threads(1), false)
    }

    pub(crate) fn in_place() -> Result<Self, Error> {
        Self::on(&mut Builder::new_current_thread(), true)
    }

    fn on(runtime: &mut Builder, in_place: bool) -> Result<Self, Error> {
        let runtime = runtime.thread_name("tableau-client").enable_all().build();
        let runtime = runtime.map_err(|error| {
            let message = "the client's own thread could not be started".to_owned();
            Error::new(ErrorKind::Setup, message).caused_by(error)
        })?;
        Ok(Self {
            runtime: Arc::new(OwnRuntime(Some(runtime))),
            in_place,
        })
    }

    fn wait<T: Send + 'static>(&self, call: impl Future<Output = T> + Send + 'static) -> T {
        let answer = Arc::new(Mutex::new(None));
        let place = Arc::clone(&answer);
        let work: Work = Box::pin(async move {
            let value = call.await;
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
        });
        match &self.runtime.0 {
            Some(runtime) if self.in_place => work_in_place(runtime, work),
            _ => self.runtime.work(work),
        }
        let answer = answer.lock().unwrap_or_else(PoisonError::into_inner).take();
        answer.unwrap_or_else(|| std::panic::resume_unwind(Box::new("a call was cancelled")))
    }
}

/// A call that keeps its answer itself: what waits for it is compiled once, not anew for every call there is.
type Work = BoxFuture<()>;

/// Does the work on this thread, or, where it belongs to another runtime, on one that is made for it.
fn work_in_place(runtime: &Runtime, work: Work) {
    if Handle::try_current().is_err() {
        let _waits = Waits::begin();
        return runtime.block_on(work);
    }
    let joined = thread::scope(|scope| scope.spawn(|| runtime.block_on(work)).join());
    joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}

thread_local! {
    static WAITS: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread does nothing but wait for its own call: it may read a small file itself, where another one would have to be woken.
pub(crate) fn this_thread_waits() -> bool {
    WAITS.get()
}

/// The time in which a thread waits for its call.
struct Waits;

impl Waits {
    fn begin() -> Self {
        WAITS.set(true);
        Self
    }
}

impl Drop for Waits {
    fn drop(&mut self) {
        WAITS.set(false);
    }
}

impl fmt::Debug for Blocking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Blocking")
    }
}

/// A runtime that may be dropped anywhere, also inside another runtime, where tokio's own drop would panic.
struct OwnRuntime(Option<Runtime>);

impl OwnRuntime {
    /// Does the work on the thread of the runtime, and waits for it. If it panics, its panic is this thread's.
    fn work(&self, work: Work) {
        let Some(runtime) = &self.0 else { return };
        let (sender, receiver) = mpsc::sync_channel(1);
        runtime.spawn(async move {
            let done = AssertUnwindSafe(work).catch_unwind().await;
            // The receiver is there until it has received.
            let _ = sender.send(done);
        });
        if let Ok(Err(panic)) = receiver.recv() {
            std::panic::resume_unwind(panic);
        }
    }
}

impl Drop for OwnRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Async {}
    impl Sealed for super::Blocking {}
}
