//! A Tableau Server on your own machine: the REST API, faithful enough that Tableau's own clients work against it unmodified.
//!
//! ```
//! let sandbox = tableau_sandbox::Sandbox::start()?;
//! println!("{} {}", sandbox.url(), tableau_sandbox::well_known::PAT_NAME);
//! # Ok::<(), tableau_sandbox::StartError>(())
//! ```
//!
//! It is a server and not a mock: sign-in follows Tableau's rules, lists show real state, and requests that Tableau refuses are refused
//! with Tableau's codes. Tests move its [`Clock`] instead of waiting. Its addresses are not written here: they come from the descriptions in
//! `tableau-wire`, which clients read as well.
//!
//! Known differences from a real server: projects and content without permissions of their own are open to all users by Tableau's template "Explore",
//! in locked projects as well, and no seeded project or content has any; groups are imported from a directory of its own; connections are never opened; one process plays both Tableau Server and, on one of its sites, Tableau Cloud; keys of external authorization servers are read from files
//! and from this machine only; the identifier of a session is the first part of its token; no call creates a personal access token, as none in the
//! API does.
//!
//! In reading order:
//!
//! 1. `server`, `tls`: [`Sandbox`], [`Builder`]: the sockets; [`Redirect`], [`Certificate`]: what they show
//! 2. `service`: [`Service`]: from a request to its answer; `controls`: [`Controls`]: what tests decide and look up; `settings`
//! 3. `dialect`, `routes`, `refusal`: versions and formats, which call it is, refusals; `faults`: [`Fault`]s on request
//! 4. `auth`, `token`: credentials and sessions; `call`: what a handler knows
//! 5. `kept`: the verbs, written once; pages (`lists`: what was found for further ones), filters, sorting, fields; `kept::rights`: permissions
//! 6. `handle`: the groups of the API: tables, and the calls with handlers of their own
//!    `metadata`: the Metadata API, GraphQL over the same state
//! 7. `jobs`: [`JobPlan`]: how background jobs go; `receive`, `uploads`, `files`: how files arrive and where they are stored; `package`, `content_file`, `flow_file`: how they are read; `xml_text`: which of their texts can be shown; `render`: pictures, PDFs, data and slides of views; `data_service`: queries of data sources;
//!    `store`: the state, and the database that keeps it
//! 8. `seed`: the initial state
//! 9. `log`, `delivery`, `mail`, `server::control`: [`RequestLog`], [`Delivery`], [`Mail`], and what tests may do over HTTP
//! 10. [`tsm`]: Tableau Services Manager, the same way for an API of its own
//! 11. [`Ready`], [`well_known`]: addresses and credentials for clients

mod aside;
mod auth;
mod body;
mod call;
mod clock;
mod content_file;
mod content_url;
mod controls;
mod data_service;
mod delivery;
mod dialect;
mod faults;
mod files;
mod flow_file;
mod handle;
mod jobs;
mod kept;
mod licenses;
mod lists;
mod log;
mod loopback;
mod mail;
mod metadata;
mod pace;
mod package;
mod ready;
mod receive;
mod recurrence;
mod refusal;
mod render;
mod rng;
mod routes;
mod seed;
mod server;
mod service;
mod settings;
mod start_error;
mod store;
mod tls;
mod token;
pub mod tsm;
mod uploads;
pub mod well_known;
mod xml_text;

/// The guide.
pub mod guide {
    #[doc = include_str!("../../../docs/guide/testing.md")]
    pub mod testing {}
}

pub use auth::OpenSession;
pub use body::ResponseBody;
pub use clock::Clock;
pub use controls::Controls;
pub use delivery::Delivery;
pub use faults::{
    Disconnected, DueFault, Effect, Fault, FaultPlan, InvalidFaults, PageFault, RetryAfter, StatusAnswer,
    StatusBody,
};
pub use jobs::JobPlan;
pub use log::{LogEntry, LoggedFault, RequestLog};
pub use mail::{Attachment, Mail, Sender};
pub use ready::{Ready, ReadyAccount, ReadyConnectedApp, ReadySite, ReadyToken, ReadyUser};
pub use server::{Builder, Redirect, Sandbox};
pub use service::Service;
pub use settings::{InvalidKey, MetadataLimits};
pub use start_error::StartError;
pub use store::record::CredentialKind;
pub use tls::{Certificate, TsmCertificate};
