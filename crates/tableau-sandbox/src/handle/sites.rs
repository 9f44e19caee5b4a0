//! Sites.

use tableau_wire::Get;
use tableau_wire::rest::Site;
use tableau_wire::rest::sites::{GetMcpSettings, McpSiteSettings, SiteKey};
use tableau_wire::value::SiteState;

use super::id;
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::kept::Level::{Default, Detail};
use crate::kept::{Context, Member, Plan, Selection};
use crate::kept::{Listable, Served};
use crate::refusal::Refusal;
use crate::store::record::{self, Product};

impl Served for Site {
    type Record = record::Site;
    const MEMBERS: &'static [Member<Self>] = &[
        Member::<Self>::new("id", Default, |site, record, _| site.id = id(record.id)),
        Member::<Self>::new("name", Default, |site, record, _| {
            site.name.clone_from(&record.name);
        }),
        Member::<Self>::new("contentUrl", Default, |site, record, _| {
            site.content_url = Some(record.content_url.clone());
        }),
        Member::<Self>::new("adminMode", Default, |site, _, _| {
            site.admin_mode = Some("ContentAndUsers".to_owned());
        }),
        Member::<Self>::new("state", Default, |site, _, _| {
            site.state = Some(SiteState::Active);
        }),
        Member::<Self>::new("disableSubscriptions", Default, |site, _, _| {
            site.disable_subscriptions = Some(false);
        }),
        Member::<Self>::new("extractEncryptionMode", Default, |site, _, _| {
            site.extract_encryption_mode = Some("disabled".to_owned());
        }),
        Member::<Self>::new("revisionHistoryEnabled", Default, |site, _, _| {
            site.revision_history_enabled = Some(true);
        }),
        Member::<Self>::new("revisionLimit", Default, |site, _, _| {
            site.revision_limit = Some("25".to_owned());
        }),
        Member::<Self>::new("runNowEnabled", Detail, |site, _, _| {
            site.run_now_enabled = Some(true);
        }),
        Member::<Self>::new("flowsEnabled", Detail, |site, _, _| {
            site.flows_enabled = Some(true);
        }),
    ];
}

impl Listable for Site {
    fn admit(caller: &Caller) -> Result<(), Refusal> {
        if caller.site.product == Product::Cloud {
            return Err(Refusal::forbidden(
                "403069",
                "Sites cannot be listed on Tableau Cloud.",
            ));
        }
        if caller.is_server_administrator() {
            return Ok(());
        }
        Err(Refusal::forbidden(
            "403004",
            "Only server administrators can list sites.",
        ))
    }
}

/// The settings of a site for Tableau's MCP server: none is set. That any user may ask is inferred, as that server asks for its users.
#[expect(clippy::unnecessary_wraps, reason = "a handler may refuse")]
pub(crate) fn mcp_settings(_: &Call<'_>, _: &Caller, _: &GetMcpSettings) -> Result<McpSiteSettings, Refusal> {
    Ok(McpSiteSettings::default())
}

/// Gets a site by its identifier, or by the field that `key` names.
pub(crate) fn get(call: &Call<'_>, caller: &Caller, get: &Get<Site>) -> Result<Site, Refusal> {
    let Get {
        id: text,
        options: SiteKey { key },
        ..
    } = get;
    let text = text.as_str();
    let state = call.store.read();
    let named = |name: fn(&record::Site) -> &String| {
        state
            .sites
            .iter()
            .find(|site| name(site).to_lowercase() == text.to_lowercase())
    };
    let site = match key.as_deref() {
        None => parse_id(text).and_then(|id| state.sites.get(id)),
        Some("name") => named(|site| &site.name),
        Some("contentUrl") => named(|site| &site.content_url),
        Some(key) => {
            return Err(Refusal::bad_request(
                "400008",
                format_args!("Invalid parameter value '{key}' for 'key'"),
            ));
        }
    };
    let missing = || Refusal::not_found("404000", "Site", text);
    let site = site.ok_or_else(missing)?;
    // On Cloud an administrator administers one site only.
    let may_see = caller.is_server_administrator() && caller.site.product == Product::Server;
    if site.id != caller.site.id && !may_see {
        return Err(Refusal::forbidden(
            "403004",
            "The token is not for the site that the URI names.",
        ));
    }
    let plan = Plan::<Site>::new(&Selection::of_one(), &[]);
    Ok(plan.show(
        site,
        &Context {
            state: &state,
            origin: call.origin,
        },
    ))
}
