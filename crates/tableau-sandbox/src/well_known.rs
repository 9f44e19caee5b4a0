//! Development credentials that every sandbox has, so that every example can be pasted.
//!
//! They are public: they protect nothing, and a sandbox must not hold anything that needs protection.

/// The name of the server administrator.
pub const ADMIN: &str = "admin";
/// The password of every seeded user.
pub const PASSWORD: &str = "tabctl-sandbox";
/// The name of the administrator's personal access token.
pub const PAT_NAME: &str = "sandbox";
/// The secret of the administrator's personal access token.
pub const PAT_SECRET: &str = "c2FuZGJveC1zZWNyZXQtMQ==:s4ndb0xs4ndb0xs4ndb0xs4ndb0xs4nd";
/// The name of the connected app that every site has.
pub const CONNECTED_APP_NAME: &str = "sandbox";
/// The client identifier of the connected app that every site has: the issuer (`iss`) of its JWTs.
pub const CONNECTED_APP_CLIENT_ID: &str = "5a4db0c5-0000-4000-8000-00000000c11e";
/// The identifier of the connected app's secret: the key (`kid`) of its JWTs.
pub const CONNECTED_APP_SECRET_ID: &str = "5a4db0c5-0000-4000-8000-00000005ec12";
/// The connected app's secret: JWTs are signed with this text itself, not with its decoded base64.
pub const CONNECTED_APP_SECRET_VALUE: &str = "c2FuZGJveC1jb25uZWN0ZWQtYXBwLXNlY3JldC0wMDE=";
/// The name of a user of the Default site with single sign-on (SAML), who cannot sign in by password.
pub const SINGLE_SIGN_ON_USER: &str = "liam.obrien";
/// The name of the account that administers the server through TSM.
pub const TSM_ACCOUNT: &str = "tsmadmin";
/// The name of an account that may not administer it, as it is not in the group `tsmadmin`.
pub const TSM_ACCOUNT_WITHOUT_GROUP: &str = "operator";
/// The default address of the REST API.
pub const REST_ADDRESS: &str = "127.0.0.1:8000";
/// The default address of TSM.
pub const TSM_ADDRESS: &str = "127.0.0.1:8850";
/// The content URL of the Default site.
pub const DEFAULT_SITE: &str = "";
/// The content URL of a second site of the server.
pub const MARKETING_SITE: &str = "MarketingTeam";
/// The content URL of the site that plays Tableau Cloud's rules.
pub const CLOUD_SITE: &str = "umbrellacorp816664";
/// The release that the sandbox emulates.
pub const PRODUCT_VERSION: &str = "2026.2.0";
/// The build that the sandbox gives for its release.
pub const BUILD: &str = "20262.26.0617.1132";
