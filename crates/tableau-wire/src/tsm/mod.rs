//! The API of Tableau Services Manager (TSM), one module for each group: its types, then its calls.
//!
//! TSM administers a Tableau Server: it starts and stops it, backs it up, knows its nodes, services, configuration and licenses. Its controller
//! listens on a port of its own (8850), by https only, and knows nothing of sites or of REST sessions: signing in gives a cookie.
//!
//! ```
//! use tableau_wire::tsm::{self, AsyncJob, Json, Login, async_jobs::GetAsyncJob};
//! use tableau_wire::{Format, Secret, Target, decode_reply, encode_request};
//!
//! let target = Target { prefix: "", version: tsm::VERSION_1_0, site: None };
//! let login = encode_request(Login::with_password("tsmadmin", Secret::new("…")), &target, Format::Json)?;
//! assert_eq!(login.uri(), "/api/1.0/login");
//!
//! let job: Json<AsyncJob> = decode_reply::<GetAsyncJob>(
//!     http::StatusCode::OK,
//!     br#"{"asyncJob":{"id":4,"jobType":"StopServerJob","status":"Running","colour":"red"}}"#,
//! )?;
//! assert!(!job.is_done());
//! assert_eq!(job.raw()["asyncJob"]["colour"], "red");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Tableau publishes little about this API. Each call gives its source: *documented* by Tableau, or *observed*, which means read out
//! of public programs that talk to real servers. The names of a reply's fields are known as far as those programs read them, so [`Json`] keeps
//! the whole document beside the typed part, no field but a job's identifier is required, and no set of words is closed.
//!
//! Paths contain one of two versions. Tableau's page on authentication says 1.0; its other pages, `tsm` itself and every program that was found
//! say 0.5. Whether all servers answer both is not known.

pub mod async_jobs;
pub mod configurations;
mod error;
mod json;
pub mod licensing;
mod loose;
pub mod maintenance;
pub mod nodes;
pub mod repository;
pub mod server;
pub mod session;
pub mod settings;
pub mod status;
mod time;
pub mod topologies;
mod word;

pub use async_jobs::{AsyncJob, AsyncJobs, JobId, JobOutcome, ProgressNote};
pub use configurations::{ConfigKeys, RequestedVersion};
pub use error::{TsmError, encode_error};
pub use json::{Json, Payload};
pub use licensing::{ProductKey, ProductKeys, Registration};
pub use nodes::{ClusterNodes, NodeInfo};
pub use repository::RepositoryNode;
pub use server::{ServerInfo, SupportInfo};
pub use session::{Login, Logout, LogoutAll};
pub use settings::Settings;
pub use status::{ClusterStatus, InstanceStatus, NodeStatus, ServiceStatus};
pub use time::EpochMillis;
pub use topologies::{Links, Topology};
pub use word::{DeploymentState, JobStatus, JobType, ProcessStatus, RollupStatus};

use crate::{Entry, Version};

/// The version in the paths of every observed program, and of all of Tableau's pages but one.
pub const VERSION_0_5: Version = Version::new(0, 5);
/// The version in the paths of Tableau's page on authentication.
pub const VERSION_1_0: Version = Version::new(1, 0);

/// Every endpoint, by groups.
pub const ENDPOINTS: &[&[Entry]] = &[
    session::ENDPOINTS,
    status::ENDPOINTS,
    nodes::ENDPOINTS,
    server::ENDPOINTS,
    async_jobs::ENDPOINTS,
    maintenance::ENDPOINTS,
    configurations::ENDPOINTS,
    settings::ENDPOINTS,
    topologies::ENDPOINTS,
    licensing::ENDPOINTS,
    repository::ENDPOINTS,
];
