//! What a JWT claims, and the rules that every kind of trust shares.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::refusal::Refusal;

/// The allowed clock skew of issuers. Tableau does not document one; a minute is usual.
const SKEW: SignedDuration = SignedDuration::from_mins(1);

/// The claims of a JWT, as they were sent.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Claims(Map<String, Value>);

impl Claims {
    /// A claim that is a text and not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    }

    /// A required text.
    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.text(name).ok_or_else(|| Refusal::signin_code(10084))
    }

    /// When the JWT expires, if it is valid: `exp` is required and in the future; `iat` and `nbf` are optional and not in the future.
    pub(super) fn good_until(
        &self,
        now: Timestamp,
        longest: Option<SignedDuration>,
    ) -> Result<Timestamp, Refusal> {
        let unreadable = || Refusal::signin_code(10084);
        for name in ["iat", "nbf"] {
            let early = self
                .time(name)?
                .is_some_and(|time| time.duration_since(now) > SKEW);
            if early {
                return Err(unreadable());
            }
        }
        let until = self.time("exp")?.ok_or_else(unreadable)?;
        let left = until.duration_since(now);
        // Documented for a JWT with too long a lifetime; that an expired JWT gets the same number is inferred.
        if !left.is_positive() || longest.is_some_and(|longest| left > longest) {
            return Err(Refusal::signin_code(16));
        }
        Ok(until)
    }

    /// Whether the JWT is meant for Tableau. More than one audience is allowed, as RFC 7519 allows it (inferred).
    ///
    /// With OAuth 2.0 trust the id of the site may stand behind it (documented for Tableau Cloud; that a server takes both is inferred).
    pub(super) fn check_audience(&self, site: Option<Uuid>) -> Result<(), Refusal> {
        let of_site = site.map(|site| format!("tableau:{site}"));
        let tableau = |audience: &Value| match audience.as_str() {
            Some("tableau") => true,
            Some(audience) => of_site
                .as_deref()
                .is_some_and(|wanted| audience.eq_ignore_ascii_case(wanted)),
            None => false,
        };
        let meant = match self.0.get("aud") {
            Some(Value::Array(several)) => several.iter().any(tableau),
            Some(one) => tableau(one),
            None => false,
        };
        meant.then_some(()).ok_or_else(|| Refusal::signin_code(10084))
    }

    /// The scopes: a list of texts. Without a list no call is allowed (inferred); any other type is unreadable.
    pub(super) fn scopes(&self) -> Result<Vec<String>, Refusal> {
        let Some(scopes) = self.0.get("scp").filter(|scopes| !scopes.is_null()) else {
            return Ok(Vec::new());
        };
        list(scopes)
    }

    /// The scopes, or those in OAuth's claim `scope`: a list, or a text separated by spaces.
    pub(super) fn scopes_of_either_name(&self) -> Result<Vec<String>, Refusal> {
        match self.0.get("scope") {
            Some(scopes) if !self.0.contains_key("scp") => match scopes.as_str() {
                Some(text) => Ok(text.split_whitespace().map(str::to_owned).collect()),
                None => list(scopes),
            },
            _ => self.scopes(),
        }
    }

    /// A claim that is a time: seconds since 1970, whole or with a fraction.
    fn time(&self, name: &str) -> Result<Option<Timestamp>, Refusal> {
        let Some(value) = self.0.get(name).filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        let time = value.as_f64().and_then(|seconds| {
            let span = SignedDuration::try_from_secs_f64(seconds).ok()?;
            Timestamp::UNIX_EPOCH.checked_add(span).ok()
        });
        time.map(Some).ok_or_else(|| Refusal::signin_code(10084))
    }
}

fn list(scopes: &Value) -> Result<Vec<String>, Refusal> {
    Vec::deserialize(scopes).map_err(|_| Refusal::signin_code(10084))
}
