//! Ctrl-C, and the other signals that end a command.

use std::io;
use std::process;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tableau_client::Cancel;

#[cfg(unix)]
use tokio::signal::unix::SignalKind;

use super::text::say;

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
    let signals = [
        (SignalKind::interrupt(), INTERRUPTED),
        (SignalKind::terminate(), 143),
        (SignalKind::hangup(), 129),
    ];
    end_on(&signals, move || {
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
#[cfg(unix)]
pub(crate) fn end_after(act: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let signals = [
        (SignalKind::interrupt(), INTERRUPTED),
        (SignalKind::terminate(), 143),
        (SignalKind::hangup(), 129),
    ];
    end_on(&signals, act)
}

#[cfg(windows)]
pub(crate) fn end_after(act: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let runtime = runtime()?;
    let mut interrupt = {
        let _inside = runtime.enter();
        tokio::signal::windows::ctrl_c()?
    };
    let next = move || {
        runtime.block_on(interrupt.recv());
        INTERRUPTED
    };
    end_with(next, act)
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

/// From now on each of these signals runs this function, and then ends the process with its exit code.
#[cfg(unix)]
fn end_on(signals: &[(SignalKind, i32)], act: impl FnOnce() + Send + 'static) -> io::Result<()> {
    use std::future::poll_fn;
    use std::task::Poll;

    let runtime = runtime()?;
    let mut signals = {
        let _inside = runtime.enter();
        let listen = |&(kind, code)| Ok((tokio::signal::unix::signal(kind)?, code));
        signals.iter().map(listen).collect::<io::Result<Vec<_>>>()?
    };
    let next = move || {
        runtime.block_on(poll_fn(|context| {
            let mut signals = signals.iter_mut();
            let received =
                signals.find_map(|(signal, code)| signal.poll_recv(context).is_ready().then_some(*code));
            received.map_or(Poll::Pending, Poll::Ready)
        }))
    };
    end_with(next, act)
}

/// Waits for what ends the process, unless Ctrl-C was handed over; `next` gives the exit code.
fn end_with(
    mut next: impl FnMut() -> i32 + Send + 'static,
    act: impl FnOnce() + Send + 'static,
) -> io::Result<()> {
    let wait = move || {
        let mut code = next();
        while code == INTERRUPTED && HANDED_OVER.load(Ordering::Relaxed) {
            code = next();
        }
        end_transfers();
        act();
        end(code)
    };
    thread::Builder::new().name("interrupt".to_owned()).spawn(wait)?;
    Ok(())
}

fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}
