//! Which version of the API the server speaks: asked once, without a session.

use tableau_wire::Version;
use tableau_wire::rest::ServerInfo;
use tableau_wire::rest::server::GetServerInfo;

use crate::core::Core;
use crate::error::{Error, ErrorKind, Reached};

impl Core {
    pub(crate) async fn server_info(&self) -> Result<ServerInfo, Error> {
        let info = super::call(self, Version::BOOTSTRAP, None, GetServerInfo).await;
        info.map_err(|error| match error.kind() {
            ErrorKind::UnsupportedVersion | ErrorKind::NotFound => too_old(error),
            _ => error,
        })
    }

    /// The version to use.
    pub(crate) async fn version(&self) -> Result<Version, Error> {
        match self.remembered.get() {
            Some(version) if self.negotiated.get().is_none() => Ok(*version),
            _ => self.negotiate().await,
        }
    }

    /// Asks the server for its version, once. No secret is sent before that: Server Info shows where a redirect leads.
    pub(crate) async fn negotiate(&self) -> Result<Version, Error> {
        if let Some(version) = self.fixed_version {
            if !self.address.is_https() {
                self.negotiated.get_or_try_init(|| self.probe(version)).await?;
            }
            return Ok(version);
        }
        let negotiate = || async {
            let info = self.server_info().await?;
            // A server that does not say its version is used at the version that it has just answered.
            let newest = info
                .rest_api_version
                .map_or(Version::BOOTSTRAP, |version| version.0);
            Ok(newest.min(Version::NEWEST))
        };
        self.negotiated.get_or_try_init(negotiate).await.copied()
    }

    /// Sends a harmless request to an http address to learn where it redirects; the answer itself does not matter.
    async fn probe(&self, version: Version) -> Result<Version, Error> {
        match self.server_info().await {
            Err(error) if error.reached() != Reached::Yes || error.kind() == ErrorKind::Redirected => {
                Err(error)
            }
            _ => Ok(version),
        }
    }
}

/// The advice where Tableau itself answers that it has no Server Info, since the usual advice is to call Server Info.
fn too_old(error: Error) -> Error {
    let causes = [
        "the server is older than Tableau Server 10.1, the first that tells its version",
        "the address does not lead to the REST API of a Tableau Server",
    ];
    error.with_causes(causes.map(str::to_owned).into()).with_hint(
        "Check the server's address and its release: 10.1 and later are supported, and an older server has to be upgraded.",
    )
}
