//! JWTs of connected apps and external authorization servers: which trust they rely on, and what they prove.

use jiff::SignedDuration;

use super::jwt::{Jwt, subject};
use super::proven::{Proven, SignInContext};
use super::{direct_trust, idle_limit, oauth_trust};
use crate::refusal::Refusal;
use crate::store::record::UsedJwt;
use crate::store::row::SiteRow;
use crate::store::{State, luid};

/// The maximum lifetime of a JWT.
const LONGEST: SignedDuration = SignedDuration::from_mins(10);

/// Checks a JWT of a connected app or an external authorization server.
pub(super) fn verify(
    state: &State,
    site: &SiteRow,
    text: &str,
    context: &SignInContext,
) -> Result<Proven, Refusal> {
    // The number is documented; that this check comes before all others of the JWT is inferred.
    if !context.connected_apps {
        return Err(Refusal::signin_code(67));
    }
    let jwt = Jwt::parse(text)?;
    let (Some(issuer), Some(key)) = (jwt.issuer(), jwt.key_id()) else {
        return Err(Refusal::signin_code(10083));
    };
    let audience = if let Some(app) = direct_trust::app(state, site, issuer) {
        direct_trust::check(app, key, &jwt)?;
        None
    } else if let Some(server) = oauth_trust::server(state, site, issuer) {
        oauth_trust::check(server, key, &jwt, context.keys.as_ref())?;
        Some(site.id)
    } else {
        return Err(unknown_issuer(&jwt));
    };
    let claims = &jwt.claims;
    claims.check_audience(audience)?;
    let until = claims.good_until(context.now, Some(LONGEST))?;
    let name = claims.required("sub")?;
    let id = luid::<UsedJwt>(&[&site.id.to_string(), issuer, claims.required("jti")?]);
    // Documented: a JWT signs in once. The number for the second time is inferred.
    if state.used_jwts.get(id).is_some() {
        return Err(Refusal::signin_code(16));
    }
    Ok(Proven {
        scopes: Some(claims.scopes()?),
        used: Some(UsedJwt {
            id,
            expires_at: until,
        }),
        ..Proven::of(subject(state, site, name)?, idle_limit(site))
    })
}

/// The refusal of a JWT whose issuer the site does not know: the algorithm tells which kind of trust was meant.
fn unknown_issuer(jwt: &Jwt<'_>) -> Refusal {
    if jwt.algorithm(&[direct_trust::ALGORITHM]).is_ok() {
        return Refusal::signin_code(126);
    }
    match jwt.algorithm(oauth_trust::ALGORITHMS) {
        Ok(_) => Refusal::signin_code(10089),
        Err(refusal) => refusal,
    }
}
