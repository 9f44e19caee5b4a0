//! Mobile security: the policies of the server, which are fixed, and those of each site. The sandbox has no app that checks them.

use tableau_wire::Items;
use tableau_wire::rest::mobile_settings::{
    DevicePolicy, GetServerPolicies, GetSitePolicies, MobileSecurityPolicy, PolicySeverity,
    UpdateSitePolicies,
};

use super::extensions::admit;
use crate::auth::Caller;
use crate::call::Call;
use crate::refusal::Refusal;
use crate::store::row::SiteRow;
use crate::store::unshown::Product;

/// What these calls are about.
const WHAT: &str = "mobile security policies";

/// The policies of a server, and of a site that has not changed them.
///
/// Tableau documents three more that are on: malware (until 2025), days without a connection, and screenshots. How they are named was not found.
fn given() -> Vec<MobileSecurityPolicy> {
    let device = || Some(DevicePolicy::new(PolicySeverity::Critical).with(|of| of.enabled = Some(true)));
    vec![
        MobileSecurityPolicy::new("mobile.security.jailbroken_device").with(|policy| {
            policy.enabled = Some(true);
            (policy.ios_config, policy.android_config) = (device(), device());
        }),
    ]
}

fn of_site(site: &SiteRow) -> Vec<MobileSecurityPolicy> {
    site.unshown.mobile_policies.clone().unwrap_or_else(given)
}

/// Documented for administrators of sites too.
pub(crate) fn server(
    _: &Call<'_>,
    caller: &Caller,
    _: &GetServerPolicies,
) -> Result<Items<MobileSecurityPolicy>, Refusal> {
    admit(caller.is_administrator(), WHAT)?;
    Ok(given().into())
}

pub(crate) fn site(
    call: &Call<'_>,
    caller: &Caller,
    _: &GetSitePolicies,
) -> Result<Items<MobileSecurityPolicy>, Refusal> {
    admit(caller.is_administrator(), WHAT)?;
    let state = call.store.read();
    let site = state.sites.get(caller.site.id).unwrap_or(&caller.site);
    Ok(of_site(site).into())
}

/// Changes policies by name: that others stay, that members that are not given stay, and that any name is taken is inferred.
pub(crate) fn update_site(
    call: &Call<'_>,
    caller: &Caller,
    update: &UpdateSitePolicies,
) -> Result<Items<MobileSecurityPolicy>, Refusal> {
    // A PowerShell client says that it is for server administrators; Tableau Cloud has none (inferred).
    let may = match caller.site.product() {
        Product::Server => caller.is_server_administrator(),
        Product::Cloud => caller.is_administrator(),
    };
    admit(may, WHAT)?;
    check(&update.policies)?;
    call.store.write(|transaction| {
        let site = transaction.sites.get(caller.site.id).unwrap_or(&caller.site);
        let mut site = site.clone();
        let mut policies = of_site(&site);
        for change in update.policies.iter().cloned() {
            match policies.iter_mut().find(|policy| policy.name == change.name) {
                Some(policy) => {
                    policy.enabled = change.enabled.or(policy.enabled);
                    merge(&mut policy.ios_config, change.ios_config);
                    merge(&mut policy.android_config, change.android_config);
                }
                None => policies.push(change),
            }
        }
        check_severities(&policies)?;
        site.unshown.mobile_policies = Some(policies.clone());
        transaction.put(site)?;
        Ok(policies.into())
    })
}

/// Changes what a policy says of one kind of device.
fn merge(config: &mut Option<DevicePolicy>, change: Option<DevicePolicy>) {
    let (Some(config), Some(change)) = (config.as_mut(), change.clone()) else {
        *config = change.or(config.take());
        return;
    };
    config.enabled = change.enabled.or(config.enabled);
    if !change.severity.as_str().is_empty() {
        config.severity = change.severity;
    }
    if !change.value_list.is_empty() {
        config.value_list = change.value_list;
    }
}

/// Refuses a document without a policy, and a policy without a name or with the name of another.
fn check(policies: &[MobileSecurityPolicy]) -> Result<(), Refusal> {
    if policies.is_empty() || policies.iter().any(|policy| policy.name.trim().is_empty()) {
        return Err(Refusal::incomplete_payload());
    }
    for (at, policy) in policies.iter().enumerate() {
        if policies.iter().take(at).any(|before| before.name == policy.name) {
            let detail = format_args!("The policy '{}' is given twice.", policy.name);
            return Err(Refusal::bad_request("400000", detail));
        }
    }
    Ok(())
}

/// Refuses a severity that is not one of the schema's.
fn check_severities(policies: &[MobileSecurityPolicy]) -> Result<(), Refusal> {
    for policy in policies {
        for config in [&policy.ios_config, &policy.android_config].into_iter().flatten() {
            if let PolicySeverity::Other(word) = &config.severity {
                let detail = format_args!(
                    "The policy '{}' has the severity '{word}': expected critical, error or warn.",
                    policy.name
                );
                return Err(Refusal::bad_request("400000", detail));
            }
        }
    }
    Ok(())
}
