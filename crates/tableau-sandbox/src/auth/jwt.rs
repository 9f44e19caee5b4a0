//! JWTs: their parts and their signatures.
//!
//! The numbers are those of "Troubleshoot Connected Apps" in Tableau's help; `SignInCode` in `tableau-wire` says what each means.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tableau_wire::value::SiteRole;
use uuid::Uuid;

use super::claims::Claims;
use super::{account_id, user_of};
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::SiteRow;

/// The length in bytes above which a JWT is refused unread. Measured, approximately.
const MAX_LENGTH: usize = 8192;

/// A JWT in its parts, not yet verified. It has no `Debug`: until it is used it is a secret.
pub(super) struct Jwt<'t> {
    text: &'t str,
    header: Header,
    pub(super) claims: Claims,
}

/// The members of the header that are read here; the signature check reads the rest.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    iss: Option<String>,
}

impl<'t> Jwt<'t> {
    pub(super) fn parse(text: &'t str) -> Result<Self, Refusal> {
        if text.len() > MAX_LENGTH {
            return Err(Refusal::jwt_too_long());
        }
        let unreadable = || Refusal::signin_code(10084);
        let mut parts = text.split('.');
        let (Some(header), Some(claims), Some(_), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(unreadable());
        };
        Ok(Self {
            text,
            header: part(header).ok_or_else(unreadable)?,
            claims: part(claims).ok_or_else(unreadable)?,
        })
    }

    /// The issuer. Tableau's samples name it in the header and in the claims; one of them is enough.
    pub(super) fn issuer(&self) -> Option<&str> {
        let header = self.header.iss.as_deref().filter(|text| !text.is_empty());
        self.claims.text("iss").or(header)
    }

    /// The identifier of the issuer's key.
    pub(super) fn key_id(&self) -> Option<&str> {
        self.header.kid.as_deref().filter(|text| !text.is_empty())
    }

    /// The algorithm, if it is one of these; a real server allows no other.
    pub(super) fn algorithm(&self, allowed: &[Algorithm]) -> Result<Algorithm, Refusal> {
        self.header
            .alg
            .parse()
            .ok()
            .filter(|algorithm| allowed.contains(algorithm))
            .ok_or_else(|| Refusal::signin_code(10087))
    }

    /// Whether a key made the signature. The number for a wrong signature is inferred.
    pub(super) fn check_signature(&self, key: &DecodingKey, algorithm: Algorithm) -> Result<(), Refusal> {
        let mut validation = Validation::new(algorithm);
        // The claims are judged by the sandbox's own clock, and with Tableau's numbers.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        match jsonwebtoken::decode::<Value>(self.text, key, &validation) {
            Ok(_) => Ok(()),
            Err(_) => Err(Refusal::signin_code(10084)),
        }
    }
}

/// The account of the user that a JWT names; the name is case-sensitive.
pub(super) fn subject(state: &State, site: &SiteRow, name: &str) -> Result<Uuid, Refusal> {
    let account = state
        .accounts
        .get(account_id(name))
        .filter(|account| account.name == name)
        .ok_or_else(|| Refusal::signin_code(5))?;
    user_of(state, site, account.id)
        .filter(|user| *user.role() != SiteRole::Unlicensed)
        .map(|user| user.account())
        .ok_or_else(|| Refusal::signin_code(16))
}

fn part<T: DeserializeOwned>(text: &str) -> Option<T> {
    let json = URL_SAFE_NO_PAD.decode(text).ok()?;
    serde_json::from_slice(&json).ok()
}
