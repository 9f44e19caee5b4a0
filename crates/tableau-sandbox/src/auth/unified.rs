//! Unified access tokens: JWTs for every product of a tenant, signed by an issuer that the tenant trusts.

use jsonwebtoken::Algorithm;
use tableau_wire::Version;

use super::idle_limit;
use super::jwt::{Jwt, subject};
use super::proven::{Proven, SignInContext};
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::SiteRow;
use crate::store::unshown::Product;

/// The first version of the API that accepts them.
const SINCE: Version = Version::new(3, 27);
const TENANT: &str = "https://tableau.com/tenantId";
const SITE: &str = "https://tableau.com/siteId";
/// The claim with the user's name. A real configuration can choose another claim; the sandbox's does not.
const USER: &str = "email";

/// Checks a unified access token. The numbers of its refusals, except that of its length, are inferred from those of other JWTs.
pub(super) fn verify(
    state: &State,
    site: &SiteRow,
    text: &str,
    context: &SignInContext,
) -> Result<Proven, Refusal> {
    if site.product() != Product::Cloud || context.version < SINCE {
        return Err(Refusal::signin());
    }
    let jwt = Jwt::parse(text)?;
    let claims = &jwt.claims;
    let name = claims.required("iss")?;
    let issuer = context
        .issuers
        .iter()
        .find(|issuer| issuer.name == name)
        .ok_or_else(|| Refusal::signin_code(10089))?;
    let algorithm = jwt.algorithm(&[Algorithm::RS256])?;
    jwt.check_signature(&issuer.key, algorithm)?;
    claims.good_until(context.now, None)?;
    if claims.required(TENANT)? != issuer.tenant {
        return Err(Refusal::signin_code(10084));
    }
    if claims.text(SITE).is_some_and(|id| id != site.id.to_string()) {
        return Err(Refusal::signin_code(16));
    }
    let account = subject(state, site, claims.required(USER)?)?;
    Ok(Proven {
        scopes: Some(claims.scopes_of_either_name()?),
        ..Proven::of(account, idle_limit(site))
    })
}
