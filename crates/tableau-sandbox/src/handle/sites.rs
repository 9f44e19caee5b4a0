//! Sites.

use tableau_wire::rest::Site;
use tableau_wire::rest::sites::{
    AdminMode, EmbeddingSettings, GetEmbeddingSettings, GetMcpSettings, McpSiteSettings, SiteUsage,
    UpdateEmbeddingSettings,
};
use tableau_wire::value::SiteState;
use tableau_wire::{Get, List, Page};
use uuid::Uuid;

use super::extensions;
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::kept::{Computed, Kept, Plan, Rights, verbs};
use crate::licenses;
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::{Row, SiteRow};
use crate::store::unshown::Product;

impl Kept for Site {
    const MAY_LIST: Rights = Rights::ServerAdministrators;
    const MAY_READ: Rights = Rights::ServerAdministrators;
    const MAY_WRITE: Rights = Rights::ServerAdministrators;
    /// Documented for Tableau Server.
    const COMPUTED: &'static [Computed<Self>] = &[Computed::Member("usage", |site, row, context| {
        if row.product() == Product::Server {
            site.usage = Some(usage(context.state, row));
        }
    })];

    fn begin(row: &mut Row<Self>, _: &State) {
        let shown = &mut row.shown;
        shown.admin_mode.get_or_insert(AdminMode::ContentAndUsers);
        shown.state.get_or_insert(SiteState::Active);
        shown.disable_subscriptions.get_or_insert(false);
        shown
            .extract_encryption_mode
            .get_or_insert_with(|| "disabled".to_owned());
        shown.revision_history_enabled.get_or_insert(true);
        shown.revision_limit.get_or_insert_with(|| "25".to_owned());
        shown.run_now_enabled.get_or_insert(true);
        shown.flows_enabled.get_or_insert(true);
    }
}

/// How much of a site is used.
fn usage(state: &State, site: &SiteRow) -> SiteUsage {
    let [creators, explorers, viewers] = licenses::used(state, site.id);
    let workbooks = state.workbooks.of_site(site.id);
    let sizes = workbooks.filter_map(|workbook| workbook.shown.size);
    let mut usage = SiteUsage::default();
    usage.num_users = Some(state.users.of_site(site.id).len() as u64);
    usage.num_creators = Some(creators);
    usage.num_explorers = Some(explorers);
    usage.num_viewers = Some(viewers);
    usage.storage = Some(sizes.sum());
    usage
}

pub(crate) fn list(call: &Call<'_>, caller: &Caller, list: &List<Site>) -> Result<Page<Site>, Refusal> {
    if caller.site.product() == Product::Cloud {
        return Err(Refusal::forbidden(
            "403069",
            "Sites cannot be listed on Tableau Cloud.",
        ));
    }
    Site::MAY_LIST.admit::<Site>(caller)?;
    let state = call.store.read();
    verbs::page(call, caller, &state, state.sites.of_site(Uuid::nil()), list)
}

/// The settings of a site for Tableau's MCP server: none is set. That any user may ask is inferred, as that server asks for its users.
#[expect(clippy::unnecessary_wraps, reason = "a handler may refuse")]
pub(crate) fn mcp_settings(_: &Call<'_>, _: &Caller, _: &GetMcpSettings) -> Result<McpSiteSettings, Refusal> {
    Ok(McpSiteSettings::default())
}

/// Where content may be embedded: everywhere, as on a new site (inferred), unless it was changed.
pub(crate) fn embedding(
    call: &Call<'_>,
    caller: &Caller,
    _: &GetEmbeddingSettings,
) -> Result<EmbeddingSettings, Refusal> {
    extensions::admit(caller.is_administrator(), "where content may be embedded")?;
    let state = call.store.read();
    let site = state.sites.get(caller.site.id).unwrap_or(&caller.site);
    let mut embedding = site.unshown.embedding.clone();
    embedding.unrestricted_embedding.get_or_insert(true);
    embedding.allow_list.get_or_insert_default();
    Ok(EmbeddingSettings::new(embedding))
}

pub(crate) fn update_embedding(
    call: &Call<'_>,
    caller: &Caller,
    update: &UpdateEmbeddingSettings,
) -> Result<EmbeddingSettings, Refusal> {
    extensions::admit(caller.is_administrator(), "where content may be embedded")?;
    let given = &update.settings.settings;
    call.store.write(|transaction| {
        let site = transaction.sites.get(caller.site.id).unwrap_or(&caller.site);
        let mut site = site.clone();
        let embedding = &mut site.unshown.embedding;
        embedding.unrestricted_embedding = given.unrestricted_embedding.or(embedding.unrestricted_embedding);
        embedding.allow_list = given.allow_list.clone().or(embedding.allow_list.take());
        transaction.put(site)
    })?;
    self::embedding(call, caller, &GetEmbeddingSettings)
}

/// Gets a site by its identifier, or by the field that `key` names.
pub(crate) fn get(call: &Call<'_>, caller: &Caller, get: &Get<Site>) -> Result<Site, Refusal> {
    let state = call.store.read();
    let site = find(&state, caller, get.options.key.as_deref(), get.id.as_str())?;
    Ok(Plan::of_one(&[]).show(site, &verbs::context(call, &state)))
}

/// The site with an identifier, or with the name or content URL that `key` says: the caller's own, or any for administrators of the server.
pub(super) fn find<'s>(
    state: &'s State,
    caller: &Caller,
    key: Option<&str>,
    text: &str,
) -> Result<&'s SiteRow, Refusal> {
    let named = |name: fn(&SiteRow) -> &str| {
        let mut sites = state.sites.iter();
        sites.find(|site| name(site).to_lowercase() == text.to_lowercase())
    };
    let site = match key {
        None => parse_id(text).and_then(|id| state.sites.get(id)),
        Some("name") => named(|site| &site.shown.name),
        Some("contentUrl") => named(SiteRow::content_url),
        Some(key) => return Err(Refusal::invalid_value("key", key)),
    };
    let missing = || Refusal::not_found("404000", "Site", text);
    let site = site.ok_or_else(missing)?;
    // On Cloud an administrator administers one site only.
    let may_see = caller.is_server_administrator() && caller.site.product() == Product::Server;
    if site.id != caller.site.id && !may_see {
        return Err(Refusal::forbidden(
            "403004",
            "The token is not for the site that the URI names.",
        ));
    }
    Ok(site)
}
