//! Ctrl-C, and the other signals that end a command.

use std::io;
use std::process;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tableau_client::Cancel;

#[cfg(unix)]
use tokio::signal::unix::SignalKind;

use super::text::say;
use crate::failure::Failure;

/// The exit code that shells use for a command ended by Ctrl-C.
const INTERRUPTED: i32 = 130;

/// Whether the caller has taken over Ctrl-C, after the last question.
static HANDED_OVER: AtomicBool = AtomicBool::new(false);

/// Hands Ctrl-C over to the caller, which listens for it from now on: no question is asked any more.
pub(crate) fn hand_over_interrupts() {
    HANDED_OVER.store(true, Ordering::Relaxed);
}

/// How long transfers may take to end: a second is left for all that is done before the process ends.
const TRANSFERS: Duration = Duration::from_millis(500);

/// Ends the transfers that are under way.
static CANCEL: LazyLock<Cancel> = LazyLock::new(Cancel::new);
static UNDER_WAY: AtomicUsize = AtomicUsize::new(0);

/// A transfer that is under way; what ends the process waits until it is dropped.
pub(crate) struct Transfer(());

impl Transfer {
    pub(crate) fn begin() -> Self {
        UNDER_WAY.fetch_add(1, Ordering::SeqCst);
        Self(())
    }

    /// What cancels it.
    pub(crate) fn cancel(&self) -> &Cancel {
        &CANCEL
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        UNDER_WAY.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Ends the transfers, so that they leave no temporary file behind.
fn end_transfers() {
    CANCEL.cancel();
    let end = Instant::now() + TRANSFERS;
    while UNDER_WAY.load(Ordering::SeqCst) > 0 && Instant::now() < end {
        thread::park_timeout(Duration::from_millis(5));
    }
}

fn end(code: i32) -> ! {
    say("");
    process::exit(code)
}

/// From now on what ends a command leaves the terminal as it is now: Ctrl-C, and the signals to terminate and to hang up. It ends with the
/// exit code that shells give for the signal.
#[cfg(unix)]
pub(super) fn end_on_interrupt() -> io::Result<()> {
    use rustix::process::getpgrp;
    use rustix::termios::{OptionalActions, tcgetattr, tcgetpgrp, tcsetattr};

    let mode = tcgetattr(io::stdin())?;
    end_after(move || {
        // In the background this would stop the process, and the shell has the terminal set up anew.
        if tcgetpgrp(io::stdin()).is_ok_and(|group| group == getpgrp()) {
            // A closed terminal needs no restoring.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &mode);
        }
    })
}

/// From now on Ctrl-C ends with an exit code; the shells of Windows set their console up anew by themselves.
#[cfg(windows)]
pub(super) fn end_on_interrupt() -> io::Result<()> {
    end_after(|| {})
}

/// From now on Ctrl-C, and the signals to terminate and to hang up, end the transfers, run this function, and then end the process with the exit code
/// that shells give for the signal.
pub(crate) fn end_after(act: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let mut acts = ACTS.lock().unwrap_or_else(PoisonError::into_inner);
    if acts.is_empty() {
        let mut next = signals()?;
        let wait = move || {
            let mut code = next();
            while code == INTERRUPTED && HANDED_OVER.load(Ordering::Relaxed) {
                code = next();
            }
            end_transfers();
            let acts = std::mem::take(&mut *ACTS.lock().unwrap_or_else(PoisonError::into_inner));
            acts.into_iter().rev().for_each(|act| act());
            end(code)
        };
        thread::Builder::new().name("interrupt".to_owned()).spawn(wait)?;
    }
    acts.push(Box::new(act));
    Ok(())
}

/// The failure of a command that cannot listen for Ctrl-C.
pub(crate) fn unheard(error: &io::Error) -> Failure {
    Failure::Local(format!("Ctrl-C cannot be received: {error}"))
}

/// From now on Ctrl-C is ignored: while a pager has the terminal, Ctrl-C belongs to it.
#[cfg(unix)]
pub(crate) fn ignore() -> io::Result<()> {
    // On a thread of its own: the caller may be inside a runtime, where another one cannot be dropped.
    let listen = || {
        let runtime = runtime()?;
        let _inside = runtime.enter();
        // Once a listener was set, the signal's default action is off in this process.
        tokio::signal::unix::signal(SignalKind::interrupt()).map(drop)
    };
    let listening = thread::Builder::new()
        .name("interrupt".to_owned())
        .spawn(listen)?;
    hand_over_interrupts();
    listening
        .join()
        .unwrap_or_else(|_| Err(io::Error::other("the thread that listens has panicked")))
}

/// What is done before the process ends.
type Act = Box<dyn FnOnce() + Send>;

/// All that is done, the latest first: a question puts the terminal right before the session ends.
static ACTS: Mutex<Vec<Act>> = Mutex::new(Vec::new());

/// Listens for what ends a command: gives a function that waits for the next signal, and gives its exit code.
#[cfg(unix)]
fn signals() -> io::Result<impl FnMut() -> i32 + Send + 'static> {
    use std::future::poll_fn;
    use std::task::Poll;

    let kinds = [
        (SignalKind::interrupt(), INTERRUPTED),
        (SignalKind::terminate(), 143),
        (SignalKind::hangup(), 129),
    ];
    let runtime = runtime()?;
    let mut signals = {
        let _inside = runtime.enter();
        let listen = |(kind, code)| Ok((tokio::signal::unix::signal(kind)?, code));
        kinds.into_iter().map(listen).collect::<io::Result<Vec<_>>>()?
    };
    Ok(move || {
        runtime.block_on(poll_fn(|context| {
            let mut signals = signals.iter_mut();
            let received =
                signals.find_map(|(signal, code)| signal.poll_recv(context).is_ready().then_some(*code));
            received.map_or(Poll::Pending, Poll::Ready)
        }))
    })
}

#[cfg(windows)]
fn signals() -> io::Result<impl FnMut() -> i32 + Send + 'static> {
    let runtime = runtime()?;
    let mut interrupt = {
        let _inside = runtime.enter();
        tokio::signal::windows::ctrl_c()?
    };
    Ok(move || {
        runtime.block_on(interrupt.recv());
        INTERRUPTED
    })
}

fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}
