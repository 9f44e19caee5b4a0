//! Cases that wait for much of their time, several at once.

use std::sync::Mutex;
use std::thread;

/// How many cases are under way: more than a machine has processors, since they wait.
const AT_ONCE: usize = 8;

/// Checks each case, several at once; the panic of one that fails is this thread's.
pub fn each_at_once<T: Send>(cases: impl IntoIterator<Item = T, IntoIter: Send>, check: impl Fn(T) + Sync) {
    let cases = Mutex::new(cases.into_iter());
    let next = || cases.lock().ok()?.next();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(case) = next() {
                    check(case);
                }
            });
        }
    });
}
