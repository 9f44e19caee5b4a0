//! Tests that need a process of their own, for its environment or its global state.

use std::env;
use std::process::Command;

/// Set in the process that [`run_alone`] starts.
const ALONE: &str = "TEST_RUNS_ALONE";

/// Runs the test of this name (`module::test`, as `--list` shows it) in a process of its own, with the environment that `prepare` gives it.
///
/// # Panics
/// If it fails, or if there is no such test.
pub fn run_alone(test: &str, prepare: impl FnOnce(&mut Command)) {
    let mut command = Command::new(env::current_exe().expect("the path of this program"));
    command
        .args(["--exact", "--include-ignored", "--nocapture", test])
        .env(ALONE, test);
    prepare(&mut command);
    let output = command.output().expect("this program starts once more");
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(
        output.status.success() && out.contains("1 passed"),
        "{test}: {out}\n{err}"
    );
}

/// Whether this process was started for the test of this name; if not, starts one and waits for it.
///
/// ```no_run
/// # use support::alone;
/// // #[test]
/// fn every_line_is_logged() {
///     if alone("log::every_line_is_logged") {
///         // a subscriber for the whole process, …
///     }
/// }
/// ```
pub fn alone(test: &str) -> bool {
    let here = env::var(ALONE).is_ok_and(|name| name == test);
    if !here {
        run_alone(test, |_| {});
    }
    here
}
