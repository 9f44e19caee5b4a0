//! Measures everything side by side: the library and the command, Tableau's own clients, and programs that do the least.
//!
//! `benches/run all [--quick] [--rounds N] [--only ROW,…] [--write]`, on Linux, with Python 3 and the package index.
//!
//! It makes a virtual environment of the peers, starts reference servers, which are not our sandbox, and runs
//! the programs of each row in turn, A B C A B C, each as a process of its own: servers on the first CPU, clients on the second. CPU, time and memory
//! are the kernel's figures for it. What is compared is the ratio within a round. `--write` writes `docs/performance.md` and its plot.
//!
//! `benches/run counts --check` counts instructions, which do not depend on what else a machine does.

use std::error::Error;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[cfg(target_os = "linux")]
mod contest;
#[cfg(target_os = "linux")]
mod counts;
#[cfg(target_os = "linux")]
mod growth;
#[cfg(target_os = "linux")]
mod options;
#[cfg(target_os = "linux")]
mod process;
#[cfg(target_os = "linux")]
mod report;
#[cfg(target_os = "linux")]
mod result;
#[cfg(target_os = "linux")]
mod rows;
#[cfg(target_os = "linux")]
mod run;
#[cfg(target_os = "linux")]
mod sandbox;
#[cfg(target_os = "linux")]
mod servers;
#[cfg(target_os = "linux")]
mod setup;
#[cfg(target_os = "linux")]
mod spread;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    match run::main() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() -> Outcome<()> {
    Err("this program measures on Linux only".into())
}
