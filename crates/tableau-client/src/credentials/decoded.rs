//! JSON Web Tokens taken apart.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use tableau_wire::Secret;

use crate::error::{Error, ErrorKind};

/// The claim that only unified access tokens have.
const TENANT: &str = "https://tableau.com/tenantId";

/// A JWT taken apart. Its signature is neither verified nor kept.
#[derive(Clone)]
pub struct DecodedJwt {
    header: Map<String, Value>,
    claims: Map<String, Value>,
    length: usize,
}

/// How a JWT is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JwtTrust {
    /// By the secret of a connected app.
    Direct,
    /// By the keys of an external authorization server.
    OAuth,
    /// By a configuration in Tableau Cloud Manager.
    UnifiedAccessToken,
}

impl DecodedJwt {
    /// Takes a JWT apart.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] if it is not three parts with JSON in the first two; the text is never quoted.
    pub fn decode(jwt: &Secret) -> Result<Self, Error> {
        let text = jwt.expose().trim();
        let mut parts = text.split('.');
        let (Some(header), Some(claims), Some(_), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(unreadable(
                "this is not a JWT: it has three parts with a dot between them",
            ));
        };
        Ok(Self {
            header: object(header)
                .ok_or_else(|| unreadable("the JWT's first part, the header, is not JSON in base64url"))?,
            claims: object(claims)
                .ok_or_else(|| unreadable("the JWT's second part, the claims, is not JSON in base64url"))?,
            length: text.len(),
        })
    }

    /// What the header says.
    #[must_use]
    pub fn header(&self) -> &Map<String, Value> {
        &self.header
    }

    /// What the JWT claims.
    #[must_use]
    pub fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// How it is trusted, judged by its claims.
    #[must_use]
    pub fn trust(&self) -> JwtTrust {
        if self.claims.contains_key(TENANT) {
            JwtTrust::UnifiedAccessToken
        } else if self.algorithm().starts_with("HS") {
            JwtTrust::Direct
        } else {
            JwtTrust::OAuth
        }
    }

    /// The scopes it asks for.
    #[must_use]
    pub fn scopes(&self) -> Vec<&str> {
        match self.scope_claim() {
            Some(Value::Array(scopes)) => scopes.iter().filter_map(Value::as_str).collect(),
            // OAuth's form, one string; only unified access tokens may use it.
            Some(Value::String(text)) if self.trust() == JwtTrust::UnifiedAccessToken => {
                text.split_whitespace().collect()
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn algorithm(&self) -> &str {
        self.header.get("alg").and_then(Value::as_str).unwrap_or_default()
    }

    fn scope_claim(&self) -> Option<&Value> {
        self.claims.get("scp").or_else(|| self.claims.get("scope"))
    }
}

impl fmt::Debug for DecodedJwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Claims may be anything, secrets too.
        f.debug_struct("DecodedJwt")
            .field("trust", &self.trust())
            .finish_non_exhaustive()
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    let json = BASE64_URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&json).ok()
}

fn unreadable(message: &str) -> Error {
    Error::new(ErrorKind::Input, message.to_owned())
}
