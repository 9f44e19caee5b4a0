//! Tableau Server and Tableau Cloud for Rust.
//!
//! ```no_run
//! use futures_util::TryStreamExt;
//! use tableau_client::{Client, PersonalAccessToken};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), tableau_client::Error> {
//! let site = Client::new("https://my-server")?
//!     .sign_in(PersonalAccessToken::new("TOKEN_NAME", "TOKEN_VALUE").site("MarketingTeam"))
//!     .await?;
//! let page = site.workbooks().list().await?;
//! println!("There are {} workbooks on site:", page.total_available);
//! let mut all = site.workbooks().list().all();
//! while let Some(workbook) = all.try_next().await? {
//!     println!("{} {}", workbook.id, workbook.name);
//! }
//! site.sign_out().await
//! # }
//! ```
//!
//! The same without `async`: [`Client::blocking`] gives a client whose calls return results instead of futures.
//!
//! ```no_run
//! use tableau_client::{Client, PersonalAccessToken};
//!
//! # fn main() -> Result<(), tableau_client::Error> {
//! let client = Client::new("https://my-server")?.blocking()?;
//! let site = client.sign_in(PersonalAccessToken::new("TOKEN_NAME", "TOKEN_VALUE"))?;
//! for workbook in site.workbooks().list().all() {
//!     println!("{}", workbook?.name);
//! }
//! site.sign_out()
//! # }
//! ```
//!
//! In reading order:
//!
//! 1. [`Client`]: a server, and how to talk to it; [`ServerAddress`]: any address people paste
//! 2. [`PersonalAccessToken`], [`UserPassword`], [`ConnectedApp`], [`Jwt`], [`UnifiedAccessToken`], all of them [`Credentials`]: who signs in
//! 3. [`Site`]: a session on one site; [`Collection`]: the verbs of workbooks, views, projects, users, …
//! 4. [`Call`]: one request that is not sent yet; [`Pages`]: every page of a list; [`Upload`]: a file, chunk by chunk;
//!    [`JobOutcome`]: what became of work in the background
//! 5. [`Untyped`], [`Site::request`]: calls without a type, from the table of endpoints or by hand
//! 6. [`Error`]: what failed, whether the server may have seen the request, and what to try
//! 7. [`SessionStore`]: sessions that several clients share; [`PersonalAccessTokenPool`]: a session for each of them; how sessions live and are renewed is in the [`guide`]
//! 8. [`Transport`]: the network, replaceable
//! 9. [`tsm`]: Tableau Services Manager, an API of its own
//!
//! The types of the API and its calls come from [`tableau_wire`], which is part of this crate's interface as [`wire`].

// A library prints nothing; programs and examples do.
#![warn(clippy::print_stdout, clippy::print_stderr)]

mod address;
mod builder;
mod cancel;
mod client;
mod core;
mod credentials;
mod error;
mod exchange;
mod execute;
mod files;
mod guard;
mod mode;
mod session;
mod site;
mod store;
mod tls;
mod transport;
pub mod tsm;

pub use address::ServerAddress;
pub use builder::ClientBuilder;
pub use cancel::Cancel;
pub use client::Client;
pub use credentials::{
    ConnectedApp, Credentials, Jwt, PersonalAccessToken, PersonalAccessTokenPool, UnifiedAccessToken,
    UserPassword,
};
pub use error::{Bound, Error, ErrorKind, Reached, Timeout};
pub use files::{FileKind, Saved, harmless_file_name};
pub use mode::{Async, Blocking, Mode};
pub use session::Session;
pub use site::{
    BatchTags, Because, Call, Catalog, CatalogDatasource, CatalogWorkbook, Collection, DataService,
    Decidable, Decision, Definition, Download, Effective, Facts, Favorites, FileStream, Grantee, Identities,
    ItemDefaultPermissions, ItemPermissions, ItemTags, ItemWarnings, JobOutcome, ListReader, Metadata,
    MetadataAnswer, MetadataPages, MetadataQuery, OrQueued, Pages, PermissionChange, PermissionRule,
    ProjectFacts, Publish, PublishAsJob, PublishCustomView, PublishDatasource, PublishFlow,
    PublishVirtualConnection, PublishWorkbook, PublishWorkbookAsJob, Pulse, QualityWarnings, Sends, Site,
    Source, TableName, Untyped, UpdateRows, Upload, UserEntry,
};
#[cfg(feature = "redis")]
pub use store::RedisStore;
pub use store::{FileStore, Lease, MemoryStore, SessionKey, SessionStore, StoreError, StoreFuture};
#[doc(inline)]
pub use tableau_wire as wire;
#[doc(inline)]
pub use tableau_wire::rest::{Datasource, Job, Project, ServerInfo, Site as SiteInfo, User, View, Workbook};
#[doc(inline)]
pub use tableau_wire::{ApiError, Fields, Filter, Format, Id, Operator, Page, Secret, Sort, Version};
pub use transport::{
    HttpTransport, Limits, Progress, RequestBody, ResponseBody, Timeouts, Transport, TransportError,
    TransportFuture,
};

/// For programs that diagnose why a connection or a sign-in fails: certificates, proxies, JWTs taken apart.
///
/// [`ClientBuilder::watch_certificates`] shows the certificates, [`Client::proxy`] names the proxy, [`Client::server_clock_ahead`] compares the clocks,
/// and [`Error::suspect`] says what a refused sign-in is about.
pub mod diagnosis {
    pub use crate::credentials::{DecodedJwt, JwtRule, JwtTrust};
    pub use crate::error::Suspect;
    pub use crate::tls::Certificate;
    pub use crate::transport::Proxy;
}

/// The guide.
pub mod guide {
    #[doc = include_str!("../../../docs/guide/automation.md")]
    pub mod automation {}
    #[doc = include_str!("../../../docs/guide/content.md")]
    pub mod content {}
    #[doc = include_str!("../../../docs/guide/metadata.md")]
    pub mod metadata {}
    #[doc = include_str!("../../../docs/guide/sessions.md")]
    pub mod sessions {}
    #[doc = include_str!("../../../docs/guide/tsm.md")]
    pub mod tsm {}
}

/// The result of this library's calls.
pub type Result<T, E = Error> = std::result::Result<T, E>;
