//! Sites.

use super::{Datasource, Flow, Project, View, Workbook};
use crate::endpoint::calls;
use crate::value::{Id, Items, Shared, SiteState, Text, open_enum};
use crate::{QueryOptions, element, endpoint, part, resource};

/// A site (schema: `siteType`).
#[expect(
    missing_docs,
    reason = "the settings have the names of Tableau's reference, where their meaning stands"
)]
#[resource(
    "sites",
    element = "site",
    missing = "404000",
    since = "2.0",
    scope = server,
    jwt = "tableau:sites:read",
    jwt_writes = "sites",
    fields(
        default = "adminMode contentUrl disableSubscriptions extractEncryptionMode id name revisionHistoryEnabled \
            revisionLimit state",
        more = "flowsEnabled runNowEnabled",
        one = "*"
    ),
    list,
    get(SiteKey),
    create(NewSite { name, content_url?, .., !num_users, !storage, !usage }, only = server),
    update(SitePatch { name, .., !num_users, !storage, !usage }),
    delete(SiteKey, only = server)
)]
pub struct Site {
    /// The identifier; empty if the server was asked for other fields only.
    pub id: Id<Site>,
    /// The name; empty if the server was asked for other fields only.
    pub name: String,
    pub admin_insights_publish_frequency: Option<i64>,
    pub admin_mode: Option<AdminMode>,
    pub allow_subscription_attachments: Option<bool>,
    pub ask_data_mode: Option<String>,
    pub attribute_capture_enabled: Option<bool>,
    pub authoring_enabled: Option<bool>,
    pub auto_extract_refresh_monitoring_enabled: Option<bool>,
    pub auto_flow_run_monitoring_enabled: Option<bool>,
    pub auto_suspend_refresh_enabled: Option<bool>,
    pub auto_suspend_refresh_inactivity_window: Option<i64>,
    pub block_non_extract_enabled: Option<bool>,
    pub cache_warmup_enabled: Option<bool>,
    pub catalog_obfuscation_enabled: Option<bool>,
    pub cataloging_enabled: Option<bool>,
    pub cmek_enabled: Option<bool>,
    pub commenting_enabled: Option<bool>,
    pub commenting_mentions_enabled: Option<bool>,
    pub content_migration_tool_enabled: Option<bool>,
    pub content_url: Option<String>,
    pub custom_subscription_email: Option<String>,
    pub custom_subscription_email_enabled: Option<bool>,
    pub custom_subscription_footer: Option<String>,
    pub custom_subscription_footer_enabled: Option<bool>,
    pub dashboard_insights_enabled: Option<bool>,
    pub dashboard_insights_group_id: Option<String>,
    pub dashboard_narrative_enabled: Option<bool>,
    pub data_acceleration_mode: Option<String>,
    pub data_alerts_enabled: Option<bool>,
    pub data_orientation_enabled: Option<bool>,
    pub derived_permissions_enabled: Option<bool>,
    pub disable_subscriptions: Option<bool>,
    pub dqw_subscriptions_enabled: Option<bool>,
    pub eas_enabled: Option<bool>,
    pub editing_flows_enabled: Option<bool>,
    pub einstein_in_flow_enabled: Option<bool>,
    pub explain_data_enabled: Option<bool>,
    pub explore_in_tableau_enabled: Option<bool>,
    pub extract_encryption_mode: Option<String>,
    pub flow_auto_save_enabled: Option<bool>,
    pub flow_federation_strategy_selected_connection_enabled: Option<bool>,
    pub flow_output_subscriptions_data_as_email_attachment_enabled: Option<bool>,
    pub flow_output_subscriptions_data_in_email_body_enabled: Option<bool>,
    pub flow_output_subscriptions_enabled: Option<bool>,
    pub flow_parameters_any_type_enabled: Option<bool>,
    pub flow_parameters_enabled: Option<bool>,
    pub flow_parameters_system_type_enabled: Option<bool>,
    pub flows_enabled: Option<bool>,
    pub generative_ai_data_catalog: Option<bool>,
    pub generative_ai_data_catalog_group_id: Option<String>,
    pub generative_ai_enabled: Option<bool>,
    pub generative_ai_group_id: Option<String>,
    pub generative_ai_prep: Option<bool>,
    pub generative_ai_prep_group_id: Option<String>,
    pub generative_ai_pulse: Option<bool>,
    pub generative_ai_pulse_discover_enabled: Option<bool>,
    pub generative_ai_pulse_discover_group_id: Option<String>,
    pub generative_ai_pulse_external_embeddings_enabled: Option<bool>,
    pub generative_ai_pulse_external_embeddings_group_id: Option<String>,
    pub generative_ai_web_authoring: Option<bool>,
    pub generative_ai_web_authoring_group_id: Option<String>,
    pub generative_ai_web_authoring_on_prem_enabled: Option<bool>,
    pub group_assertions_connected_apps_enabled: Option<bool>,
    pub group_assertions_enabled: Option<bool>,
    #[serde(rename = "groupAssertionsOIDCEnabled")]
    pub group_assertions_oidc_enabled: Option<bool>,
    #[serde(rename = "groupAssertionsSAMLEnabled")]
    pub group_assertions_saml_enabled: Option<bool>,
    pub group_sets_enabled: Option<bool>,
    pub guest_access_enabled: Option<bool>,
    pub idp_configuration_id_for_scim: Option<String>,
    pub linked_task_run_now_enabled: Option<bool>,
    pub linked_task_scheduling_enabled: Option<bool>,
    pub login_based_license_management_enabled: Option<bool>,
    pub max_service_token_limit_per_user: Option<i64>,
    pub metrics_content_type_enabled: Option<bool>,
    pub mfa_enforcement_exemption: Option<bool>,
    pub mobile_biometrics_enabled: Option<bool>,
    pub named_sharing_enabled: Option<bool>,
    pub notify_site_admins_on_throttle: Option<bool>,
    #[doc = "Users, where servers have it beside the settings and not in `usage`."]
    pub num_users: Option<u64>,
    pub personal_space_enabled: Option<bool>,
    pub personal_space_storage_quota: Option<String>,
    pub publish_to_salesforce_enabled: Option<bool>,
    pub pulse_enabled: Option<bool>,
    pub pulse_group_id: Option<String>,
    pub pulse_personalized_ranking_enabled: Option<bool>,
    pub recycle_bin_enabled: Option<bool>,
    pub refresh_token_absolute_expiry: Option<i64>,
    pub request_access_enabled: Option<bool>,
    pub revision_history_enabled: Option<bool>,
    pub revision_limit: Option<String>,
    pub run_now_enabled: Option<bool>,
    pub scheduling_flows_enabled: Option<bool>,
    pub self_service_schedule_for_refresh_enabled: Option<bool>,
    pub sheet_image_enabled: Option<bool>,
    pub site_invite_email_enabled: Option<bool>,
    pub site_prompted_login_flow_enabled: Option<bool>,
    pub state: Option<SiteState>,
    #[doc = "Megabytes of content, where servers have it beside the settings and not in `usage`."]
    pub storage: Option<u64>,
    pub storage_quota: Option<String>,
    pub subscribe_others_enabled: Option<bool>,
    pub tag_limit: Option<i64>,
    pub tier_creator_capacity: Option<String>,
    pub tier_explorer_capacity: Option<String>,
    pub tier_viewer_capacity: Option<String>,
    pub time_zone: Option<String>,
    pub use_default_time_zone: Option<bool>,
    pub user_quota: Option<String>,
    pub user_visibility_mode: Option<String>,
    pub web_extraction_enabled: Option<bool>,
    pub web_zone_content_enabled: Option<bool>,
    pub workflow_extension_enabled: Option<bool>,
    pub usage: Option<SiteUsage>,
}

open_enum! {
    /// What administrators of a site may manage.
    AdminMode {
        /// Content and users.
        ContentAndUsers = "ContentAndUsers",
        /// Content; users are managed by administrators of the server.
        ContentOnly = "ContentOnly",
    }
}

/// How much of a site is used.
#[part]
pub struct SiteUsage {
    /// Users with a Creator licence.
    pub num_creators: Option<u64>,
    /// Users with an Explorer licence.
    pub num_explorers: Option<u64>,
    /// All users.
    pub num_users: Option<u64>,
    /// Users with a Viewer licence.
    pub num_viewers: Option<u64>,
    /// Megabytes of content.
    pub storage: Option<u64>,
}

/// How a path names the site: by identifier or by another key.
#[derive(Debug, Clone, PartialEq, Eq, Default, QueryOptions)]
pub struct SiteKey {
    /// `name` or `contentUrl`; the identifier if not given.
    pub key: Option<String>,
}

/// Gets the settings of a site for Tableau's MCP server.
// The version is inferred: the schema of 3.29 is the first that was found with its answer.
#[endpoint(GET, "settings/mcp", since = "3.29", jwt = "tableau:mcp_site_settings:read", reply = McpSiteSettings)]
pub struct GetMcpSettings;

/// The settings of a site for Tableau's MCP server (schema: `mcpSiteSettingsType`).
#[element("mcpSiteSettings")]
pub struct McpSiteSettings {
    /// Those that differ from what they are by themselves.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<McpSetting>,
}

/// One setting (schema: `mcpSettingType`).
#[part(exhaustive)]
pub struct McpSetting {
    /// Its name.
    pub key: Text<String>,
    /// Its value.
    pub value: Option<Text<String>>,
}

/// Gets where content of the site may be embedded; for site administrators.
#[endpoint(
    GET,
    "settings/embedding",
    since = "3.16",
    jwt = "tableau:embedding_site_settings:read",
    reply = EmbeddingSettings
)]
pub struct GetEmbeddingSettings;

/// Changes where content of the site may be embedded; for site administrators.
#[endpoint(
    PUT,
    "settings/embedding",
    since = "3.16",
    jwt = "tableau:embedding_site_settings:update",
    reply = EmbeddingSettings
)]
pub struct UpdateEmbeddingSettings {
    /// What changes.
    #[body]
    pub settings: EmbeddingSettings,
}

/// Where content of a site may be embedded.
#[element("site", new)]
pub struct EmbeddingSettings {
    /// The settings.
    pub settings: Embedding,
}

/// Where content may be embedded (schema: `embeddingSettingsType`).
#[part(new)]
pub struct Embedding {
    /// Whether every domain may.
    pub unrestricted_embedding: Option<bool>,
    /// The domains that may, separated by spaces, if not every one.
    pub allow_list: Option<String>,
}

/// Gets the content that the signed-in user has created, changed or looked at most recently, at most 24 items.
// No scope of a JWT for it was found.
#[endpoint(GET, "content/recent", since = "3.5", reply = Items<Recent>)]
pub struct GetRecentlyViewed;

/// Content that a user has seen recently (schema: `recentType`): one of the items is named.
#[element("recent")]
pub struct Recent {
    /// The data source, if it is one.
    pub datasource: Option<Shared<Datasource>>,
    /// The flow, if it is one.
    pub flow: Option<Shared<Flow>>,
    /// The project, if it is one.
    pub project: Option<Shared<Project>>,
    /// The view, if it is one.
    pub view: Option<Shared<View>>,
    /// The workbook, if it is one.
    pub workbook: Option<Shared<Workbook>>,
}

/// Encrypts all extracts of the site.
#[endpoint(
    POST,
    "encrypt-extracts",
    since = "3.5",
    retry = idempotent,
    slow,
    only = server,
    jwt = "tableau:extract_encryption:create",
    status = 200
)]
pub struct EncryptExtracts;

/// Decrypts all extracts of the site.
#[endpoint(
    POST,
    "decrypt-extracts",
    since = "3.5",
    retry = idempotent,
    slow,
    only = server,
    jwt = "tableau:extract_encryption:delete",
    status = 200
)]
pub struct DecryptExtracts;

/// Encrypts all encrypted extracts of the site with new keys.
#[endpoint(
    POST,
    "reencrypt-extracts",
    since = "3.5",
    slow,
    only = server,
    jwt = "tableau:extract_encryption:update",
    status = 200
)]
pub struct ReencryptExtracts;

calls!(Site; GetMcpSettings, GetEmbeddingSettings, UpdateEmbeddingSettings, GetRecentlyViewed, EncryptExtracts, DecryptExtracts, ReencryptExtracts);
