//! Async or blocking: the one type parameter by which they differ.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;

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
        match &self.runtime.0 {
            Some(runtime) if self.in_place => wait_in_place(runtime, call),
            _ => self.wait_for_thread(call),
        }
    }

    fn wait_for_thread<T: Send + 'static>(&self, call: impl Future<Output = T> + Send + 'static) -> T {
        let (sender, receiver) = mpsc::sync_channel(1);
        let task = self.runtime.spawn(async move {
            // The receiver is there until it has received: see below.
            let _ = sender.send(call.await);
        });
        match receiver.recv() {
            Ok(value) => value,
            // The task ended without sending: it panicked, and its panic is this thread's.
            Err(mpsc::RecvError) => std::panic::resume_unwind(self.runtime.panic_of(task)),
        }
    }
}

/// Runs a call on this thread, or, where it belongs to another runtime, on one that is made for it.
fn wait_in_place<T: Send>(runtime: &Runtime, call: impl Future<Output = T> + Send) -> T {
    if Handle::try_current().is_err() {
        let _waits = Waits::begin();
        return runtime.block_on(call);
    }
    let joined = thread::scope(|scope| scope.spawn(|| runtime.block_on(call)).join());
    joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
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
    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) -> Option<tokio::task::JoinHandle<()>> {
        self.0.as_ref().map(|runtime| runtime.spawn(work))
    }

    fn panic_of(&self, task: Option<tokio::task::JoinHandle<()>>) -> Box<dyn std::any::Any + Send> {
        let (sender, receiver) = mpsc::sync_channel(1);
        if let Some(task) = task {
            self.spawn(async move {
                let panic = task.await.err().and_then(|error| error.try_into_panic().ok());
                let _ = sender.send(panic);
            });
        }
        receiver
            .recv()
            .ok()
            .flatten()
            .unwrap_or_else(|| Box::new("a call was cancelled"))
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
