//! A Tableau Services Manager on your own machine: the API of its controller, with a cluster, sessions and jobs of its own.
//!
//! ```
//! use tableau_sandbox::tsm::Fate;
//!
//! let sandbox = tableau_sandbox::Sandbox::builder().listen_tsm(([127, 0, 0, 1], 0).into()).start()?;
//! println!("{} shows {}", sandbox.tsm_url().unwrap_or_default(), sandbox.tsm_fingerprint().unwrap_or_default());
//! sandbox.tsm().next_job(Fate::Hang);
//! # Ok::<(), tableau_sandbox::StartError>(())
//! ```
//!
//! It follows the little that is known of real controllers. Everything else is a guess and marked as *assumed* beside the code:
//! a client must not rely on it. The state lives in memory, whatever [`Builder::data`](crate::Builder::data) says; only the certificate is kept.
//!
//! 1. `service`: [`Service`]: from a request to its answer; `control`: what tests set and read
//! 2. `routes`, `refusal`: which call it is; refusals
//! 3. `state`, `session`: accounts, cookies, settings
//! 4. `jobs`, `plan`: jobs, as a function of the clock
//! 5. `cluster`: nodes and services
//! 6. `handle`: the calls
//! 7. `controller`: [`Controller`]: the socket, which can be stopped

mod cluster;
mod control;
mod controller;
mod handle;
mod jobs;
mod plan;
mod refusal;
mod routes;
mod service;
mod session;
mod state;

pub use controller::Controller;
pub(crate) use controller::Listening;
pub use jobs::Fate;
pub use service::Service;
