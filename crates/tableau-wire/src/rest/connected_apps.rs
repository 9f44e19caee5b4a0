//! Connected apps with direct trust: programs that sign their own JWTs.

use super::Project;
use crate::endpoint::calls;
use crate::value::{Id, Secret, Text, Timestamp};
use crate::{element, endpoint, part, resource};

/// A connected app with direct trust (schema: `connectedApplicationType`).
///
/// Its path is that of version 3.17 and later.
#[resource(
    "connected-apps/direct-trust",
    element = "connectedApplication",
    collection = "connectedApplications",
    noun = "connected app",
    id = client_id,
    since = "3.17",
    jwt = "tableau:connected_apps_direct_trust:read",
    jwt_writes = "connected_apps_direct_trust",
    list,
    get,
    create(NewConnectedApplication),
    update(ConnectedApplicationPatch),
    delete
)]
pub struct ConnectedApplication {
    /// The identifier: the issuer (`iss`) of its JWTs.
    #[serde(skip_serializing_if = "Id::is_empty")]
    pub client_id: Id<ConnectedApplication>,
    pub name: String,
    /// Whether its JWTs are accepted.
    pub enabled: Option<bool>,
    pub created_at: Option<Timestamp>,
    /// The project whose content it may embed (before several were possible).
    pub project_id: Option<Id<Project>>,
    /// The domains it may embed content on.
    pub domain_safelist: Option<String>,
    /// Whether it may embed content on every domain.
    pub unrestricted_embedding: Option<bool>,
    /// Its secrets, at most two, without their values.
    #[serde(rename = "secret", skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<ConnectedApplicationSecret>,
    /// The projects whose content it may embed.
    #[described(since = "3.22")]
    pub project_ids: Option<ProjectIds>,
}

/// Projects by their identifiers (schema: `connectedApplicationProjectListType`).
#[part(exhaustive)]
pub struct ProjectIds {
    /// The identifiers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub project_id: Vec<Text<Id<Project>>>,
}

impl<P: Into<Id<Project>>> FromIterator<P> for ProjectIds {
    fn from_iter<I: IntoIterator<Item = P>>(projects: I) -> Self {
        let project_id = projects.into_iter().map(|project| Text(project.into()));
        Self {
            project_id: project_id.collect(),
        }
    }
}

/// What a connected app is made from.
#[element("connectedApplication", exhaustive)]
pub struct NewConnectedApplication {
    pub name: String,
    /// Whether its JWTs are accepted; not until it is enabled if not given.
    pub enabled: Option<bool>,
    /// The domains it may embed content on.
    pub domain_safelist: Option<String>,
    /// Whether it may embed content on every domain.
    pub unrestricted_embedding: Option<bool>,
    /// The one project whose content it may embed, for servers before 3.22.
    pub project_id: Option<Id<Project>>,
    /// The projects whose content it may embed.
    #[described(since = "3.22")]
    pub project_ids: Option<ProjectIds>,
}

/// What may be changed about a connected app; what is not given stays.
#[element("connectedApplication", exhaustive)]
pub struct ConnectedApplicationPatch {
    pub name: Option<String>,
    /// Whether its JWTs are accepted.
    pub enabled: Option<bool>,
    /// The domains it may embed content on.
    pub domain_safelist: Option<String>,
    /// Whether it may embed content on every domain.
    pub unrestricted_embedding: Option<bool>,
    /// The one project whose content it may embed, for servers before 3.22.
    pub project_id: Option<Id<Project>>,
    /// The projects whose content it may embed.
    #[described(since = "3.22")]
    pub project_ids: Option<ProjectIds>,
}

/// A secret of a connected app (schema: `connectedApplicationSecretType`).
#[element("connectedApplicationSecret")]
pub struct ConnectedApplicationSecret {
    /// The identifier: the key (`kid`) of its JWTs.
    pub id: Id<ConnectedApplicationSecret>,
    /// The key itself, where it was asked for.
    pub value: Option<Secret>,
    pub created_at: Option<Timestamp>,
}

/// Makes a secret for a connected app; it can have two, so that they can take turns.
#[endpoint(
    POST,
    "connected-apps/direct-trust/{client_id}/secrets",
    since = "3.17",
    jwt = "tableau:connected_apps_direct_trust:create",
    status = 201,
    reply = ConnectedApplicationSecret
)]
pub struct CreateSecret {
    /// The connected app.
    pub client_id: Id<ConnectedApplication>,
}

/// Gets a secret of a connected app with its value.
#[endpoint(
    GET,
    "connected-apps/direct-trust/{client_id}/secrets/{secret_id}",
    since = "3.17",
    jwt = "tableau:connected_apps_direct_trust:read",
    reply = ConnectedApplicationSecret
)]
pub struct GetSecret {
    /// The connected app.
    pub client_id: Id<ConnectedApplication>,
    /// The secret.
    pub secret_id: Id<ConnectedApplicationSecret>,
}

/// Deletes a secret of a connected app: JWTs signed with it are not accepted any more.
#[endpoint(
    DELETE,
    "connected-apps/direct-trust/{client_id}/secrets/{secret_id}",
    since = "3.17",
    jwt = "tableau:connected_app_direct_trust_secrets:delete"
)]
pub struct DeleteSecret {
    /// The connected app.
    pub client_id: Id<ConnectedApplication>,
    /// The secret.
    pub secret_id: Id<ConnectedApplicationSecret>,
}

calls!(ConnectedApplication; CreateSecret, GetSecret, DeleteSecret);
