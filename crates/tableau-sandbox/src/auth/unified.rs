//! Unified access tokens: JWTs for every product of a tenant, signed by an issuer that the tenant trusts.

use std::fmt;

use jsonwebtoken::{Algorithm, DecodingKey};
use tableau_wire::Version;

use super::idle_limit;
use super::jwt::{Jwt, subject};
use super::sign_in::{Context, Proven};
use crate::fault::Fault;
use crate::store::State;
use crate::store::record::{Product, Site};

/// The first version of the API that knows them.
const SINCE: Version = Version::new(3, 27);
const TENANT: &str = "https://tableau.com/tenantId";
const SITE: &str = "https://tableau.com/siteId";
/// The claim with the user's name: a configuration can say another, these do not.
const USER: &str = "email";

/// An issuer of unified access tokens: what a configuration in Tableau Cloud Manager says.
#[derive(Debug, Clone)]
pub(crate) struct Issuer {
    name: String,
    tenant: String,
    key: DecodingKey,
}

impl Issuer {
    /// An issuer by its name, its tenant, and its public RSA key in PEM.
    pub(crate) fn new(name: String, tenant: String, public_key_pem: &str) -> Result<Self, InvalidKey> {
        let key = DecodingKey::from_rsa_pem(public_key_pem.as_bytes()).map_err(|error| InvalidKey {
            reason: error.to_string(),
        })?;
        Ok(Self { name, tenant, key })
    }
}

/// Checks a unified access token. The numbers of its refusals, except that of its length, are inferred from those of other JWTs.
pub(super) fn verify(state: &State, site: &Site, text: &str, context: &Context) -> Result<Proven, Fault> {
    if site.product != Product::Cloud || context.version < SINCE {
        return Err(Fault::signin());
    }
    let jwt = Jwt::parse(text)?;
    let claims = &jwt.claims;
    let name = claims.required("iss")?;
    let issuer = context
        .issuers
        .iter()
        .find(|issuer| issuer.name == name)
        .ok_or_else(|| Fault::signin_code(10089))?;
    let algorithm = jwt.algorithm(&[Algorithm::RS256])?;
    jwt.check_signature(&issuer.key, algorithm)?;
    claims.good_until(context.now, None)?;
    if claims.required(TENANT)? != issuer.tenant {
        return Err(Fault::signin_code(10084));
    }
    if claims.text(SITE).is_some_and(|id| id != site.id.to_string()) {
        return Err(Fault::signin_code(16));
    }
    let account = subject(state, site, claims.required(USER)?)?;
    Ok(Proven {
        scopes: Some(claims.scopes_of_either_name()?),
        ..Proven::of(account, idle_limit(site))
    })
}

/// A text that is no public RSA key in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidKey {
    /// The reason.
    pub reason: String,
}

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this is no public RSA key in PEM: {}", self.reason)
    }
}

impl std::error::Error for InvalidKey {}
