//! Async or blocking: the one type parameter by which they differ.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
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
/// which async programs should avoid. A function that a call calls, such as one for progress, must not call the same client: it panics, as it would
/// wait for itself.
#[derive(Clone)]
pub struct Blocking {
    runtime: Arc<OwnRuntime>,
    /// Tells it from the runtimes of other clients.
    number: u64,
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
        let (number, is_first) = (number(), AtomicBool::new(true));
        // The first of its threads does the work: others may wait as they like.
        let begin = move || {
            if is_first.swap(false, Ordering::Relaxed) {
                WORKS_FOR.set(number);
            }
        };
        Self::on(builder.worker_threads(1).on_thread_start(begin), number, false)
    }

    pub(crate) fn in_place() -> Result<Self, Error> {
        Self::on(&mut Builder::new_current_thread(), number(), true)
    }

    fn on(runtime: &mut Builder, number: u64, in_place: bool) -> Result<Self, Error> {
        let runtime = runtime.thread_name("tableau-client").enable_all().build();
        let runtime = runtime.map_err(|error| {
            let message = "the client's own thread could not be started".to_owned();
            Error::new(ErrorKind::Setup, message).caused_by(error)
        })?;
        Ok(Self {
            runtime: Arc::new(OwnRuntime(Some(runtime))),
            number,
            in_place,
        })
    }

    fn wait<T: Send + 'static>(&self, call: impl Future<Output = T> + Send + 'static) -> T {
        self.check();
        let answer = Arc::new(Mutex::new(None));
        let place = Arc::clone(&answer);
        let work: Work = Box::pin(async move {
            let value = call.await;
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
        });
        match &self.runtime.0 {
            Some(runtime) if self.in_place => self.work_in_place(runtime, work),
            _ => self.runtime.work(work),
        }
        let answer = answer.lock().unwrap_or_else(PoisonError::into_inner).take();
        answer.unwrap_or_else(|| std::panic::resume_unwind(Box::new("a call was cancelled")))
    }

    /// Does the work on this thread, or, where it belongs to another runtime, on one that is made for it.
    fn work_in_place(&self, runtime: &Runtime, work: Work) {
        let work = || {
            let _works = Works::begin(self.number);
            runtime.block_on(work);
        };
        if Handle::try_current().is_err() {
            let _waits = Waits::begin();
            return work();
        }
        let joined = thread::scope(|scope| scope.spawn(work).join());
        joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    }

    /// Panics where a call would wait for the thread that it is made on.
    #[expect(
        clippy::panic,
        reason = "else the program would hang, and no call has an error for it"
    )]
    fn check(&self) {
        if WORKS_FOR.get() == self.number {
            panic!(
                "a blocking client was called by a function that it calls itself, such as one for progress or for credentials: it would wait for \
                 itself; use another client there, or another thread"
            );
        }
    }
}

/// A call that keeps its answer itself: what waits for it is compiled once, not anew for every call there is.
type Work = BoxFuture<()>;

/// A number for a runtime, from 1.
fn number() -> u64 {
    static NUMBERS: AtomicU64 = AtomicU64::new(1);
    NUMBERS.fetch_add(1, Ordering::Relaxed)
}

thread_local! {
    static WAITS: Cell<bool> = const { Cell::new(false) };
    /// The client whose calls this thread works at; 0 if it does for none.
    static WORKS_FOR: Cell<u64> = const { Cell::new(0) };
}

/// Whether this thread does nothing but wait for its own call: it may read a small file itself, where another one would have to be woken.
pub(crate) fn this_thread_waits() -> bool {
    WAITS.get()
}

/// The time in which a thread works at calls of a client.
struct Works(u64);

impl Works {
    fn begin(number: u64) -> Self {
        Self(WORKS_FOR.replace(number))
    }
}

impl Drop for Works {
    fn drop(&mut self) {
        WORKS_FOR.set(self.0);
    }
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
