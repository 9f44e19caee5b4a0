//! Tableau's rules for JSON Web Tokens.
//!
//! Sources: "Configure Connected Apps with Direct Trust", "… with OAuth 2.0 Trust" and "Troubleshoot Connected Apps" in Tableau's help;
//! the rules of unified access tokens were measured. Inferences are marked.

use std::time::SystemTime;

use serde_json::{Map, Value};
use tableau_wire::SignInCode;

use super::decoded::{DecodedJwt, JwtTrust};

/// The longest time for which a JWT may be valid.
const LONGEST: i64 = 10 * 60;
/// How far the maker's clock may be ahead. Tableau does not say; a minute is usual (inferred).
const TOLERANCE: i64 = 60;
/// About how many bytes a JWT may have. Measured with unified access tokens.
const MAX_LENGTH: usize = 8192;
/// Times above this are in milliseconds since 1970, not seconds: as seconds they would be after the year 5000.
const MILLISECONDS: f64 = 1e11;
/// One of Tableau's rules, and whether a JWT keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwtRule {
    /// The part of the JWT that the rule is about: `alg`, `exp`, …
    pub part: &'static str,
    /// Whether the JWT keeps it.
    pub kept: bool,
    /// What is right, or what is wrong, in a sentence.
    pub says: String,
    /// The number that servers refuse it with, if that is known.
    pub code: Option<&'static SignInCode>,
}

impl DecodedJwt {
    /// Tableau's rules, each with whether it is kept at a time by the server's clock.
    #[must_use]
    pub fn check(&self, now: SystemTime) -> Vec<JwtRule> {
        let now = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX));
        let is_uat = self.trust() == JwtTrust::UnifiedAccessToken;
        let mut rules = vec![
            self.check_algorithm(),
            self.check_key_id(is_uat),
            self.check_issuer(),
        ];
        if is_uat {
            rules.push(kept("tenantId", "the tenant is named"));
        } else {
            rules.extend([self.check_audience(), self.check_subject()]);
        }
        rules.push(self.check_expiry(now, is_uat));
        rules.extend(["iat", "nbf"].map(|name| self.check_beginning(name, now)));
        rules.extend([self.check_identifier(is_uat), self.check_scopes()]);
        if self.length() > MAX_LENGTH {
            let says = format!(
                "the JWT has {} bytes; about {MAX_LENGTH} are accepted",
                self.length()
            );
            rules.push(broken("length", says, Some(101_002)));
        }
        rules
    }

    fn check_algorithm(&self) -> JwtRule {
        let algorithm = self.algorithm();
        let says = match (self.trust(), algorithm) {
            (JwtTrust::Direct, "HS256") => "HS256, as for connected apps with direct trust",
            (JwtTrust::OAuth, "") => {
                return broken("alg", "the header names no algorithm (`alg`)", Some(10087));
            }
            (_, "none" | "None" | "NONE") => {
                return broken("alg", "the JWT is not signed (`alg` is `none`)", Some(10087));
            }
            (JwtTrust::OAuth | JwtTrust::UnifiedAccessToken, "RS256") => "RS256",
            (
                JwtTrust::OAuth,
                "RS384" | "RS512" | "ES256" | "ES384" | "ES512" | "PS256" | "PS384" | "PS512",
            ) => {
                return kept("alg", format!("{algorithm}; RS256 is the usual one"));
            }
            _ => {
                let says = format!(
                    "the algorithm (`alg`) is {algorithm:?}; it has to be HS256 for a connected app, RS256 for an authorization server \
                     or a unified access token"
                );
                return broken("alg", says, Some(10087));
            }
        };
        kept("alg", says)
    }

    fn check_key_id(&self, is_uat: bool) -> JwtRule {
        match text(self.header(), "kid") {
            Some(key) => kept("kid", format!("{key:?}, the id of the key")),
            None if is_uat => kept("kid", "none; a configuration with a JWKS would need it"),
            None => {
                let how = lacking(self.header(), "kid");
                broken(
                    "kid",
                    format!("the key id (`kid`) of the header {how}: the id of the connected app's secret"),
                    Some(10083),
                )
            }
        }
    }

    fn check_issuer(&self) -> JwtRule {
        match text(self.claims(), "iss").or_else(|| text(self.header(), "iss")) {
            Some(issuer) if self.trust() == JwtTrust::Direct => {
                kept("iss", format!("{issuer:?}, the client id of the connected app"))
            }
            Some(issuer) => kept("iss", format!("{issuer:?}")),
            None => {
                let of = |part: &Map<String, Value>| part.get("iss").map(|_| lacking(part, "iss"));
                let how = of(self.claims()).or_else(|| of(self.header()));
                let how = how.unwrap_or_else(|| "is missing".to_owned());
                broken(
                    "iss",
                    format!("the issuer (`iss`) {how}: the client id of the connected app"),
                    Some(10083),
                )
            }
        }
    }

    fn check_audience(&self) -> JwtRule {
        // Documented for OAuth 2.0 trust on Tableau Cloud; Tableau Server has the plain one.
        let of_site = self.trust() == JwtTrust::OAuth;
        let audience = |audience: &Value| match audience.as_str()?.split_once(':') {
            None => (audience == "tableau").then_some("\"tableau\""),
            Some(("tableau", site)) if of_site && is_luid(site) => {
                Some("\"tableau:\" and the id of the site")
            }
            Some(_) => None,
        };
        let right = match of_site {
            true => "\"tableau\", and on Tableau Cloud \"tableau:\" with the id (LUID) of the site behind it",
            false => "\"tableau\"",
        };
        let says = match self.claims().get("aud") {
            // As RFC 7519 allows it (inferred).
            Some(Value::Array(several)) => match several.iter().find_map(audience) {
                Some(found) => return kept("aud", format!("{found} among others")),
                None => format!(
                    "the audience (`aud`) is {}; it has to be {right}",
                    Value::from(several.clone())
                ),
            },
            Some(one) => match audience(one) {
                Some(found) => return kept("aud", found),
                None => format!("the audience (`aud`) is {one}; it has to be {right}"),
            },
            None => format!("the audience (`aud`) is missing; it has to be {right}"),
        };
        broken("aud", says, Some(10084))
    }

    fn check_subject(&self) -> JwtRule {
        match text(self.claims(), "sub") {
            Some(user) if user.trim() != user => broken(
                "sub",
                format!("the user (`sub`) {user:?} has white space around it"),
                Some(5),
            ),
            Some(user) => kept(
                "sub",
                format!(
                    "{user:?}: the user as the server writes it, in upper and lower case, and an e-mail address on Cloud"
                ),
            ),
            None => {
                let how = lacking(self.claims(), "sub");
                broken("sub", format!("the user (`sub`) {how}"), Some(10084))
            }
        }
    }

    fn check_expiry(&self, now: i64, is_uat: bool) -> JwtRule {
        let until = match self.time("exp") {
            Ok(Some(until)) => until,
            Ok(None) => return broken("exp", "the end (`exp`) is missing", Some(10084)),
            Err(rule) => return rule,
        };
        let left = until.saturating_sub(now);
        if left <= 0 {
            // Inferred: an expired JWT is refused with the same number as one that is valid for too long.
            return broken(
                "exp",
                format!("the JWT expired {} ago (`exp`)", span(left)),
                Some(16),
            );
        }
        if left > LONGEST && !is_uat {
            let says = format!(
                "the JWT is good for {} (`exp`); 10 minutes are allowed",
                span(left)
            );
            return broken("exp", says, Some(16));
        }
        kept("exp", format!("in {}", span(left)))
    }

    fn check_beginning(&self, name: &'static str, now: i64) -> JwtRule {
        match self.time(name) {
            Ok(None) => kept(name, "not there, and need not be"),
            Ok(Some(time)) if time.saturating_sub(now) > TOLERANCE => {
                let ahead = span(time.saturating_sub(now));
                let says =
                    format!("`{name}` is {ahead} in the future: the clock of the JWT's maker is ahead");
                broken(name, says, Some(10084))
            }
            Ok(Some(time)) if time > now => kept(name, "now"),
            Ok(Some(time)) => kept(name, format!("{} ago", span(time.saturating_sub(now)))),
            Err(rule) => rule,
        }
    }

    fn check_identifier(&self, is_uat: bool) -> JwtRule {
        match text(self.claims(), "jti") {
            Some(_) => kept("jti", "there; it has to be another one for each JWT"),
            None if is_uat => kept("jti", "not there"),
            None => {
                let how = lacking(self.claims(), "jti");
                broken(
                    "jti",
                    format!("the identifier (`jti`) {how}; each JWT needs its own"),
                    Some(10084),
                )
            }
        }
    }

    fn check_scopes(&self) -> JwtRule {
        let scopes = self.scopes();
        if let Some(Value::String(_)) = self.claims().get("scp") {
            return broken(
                "scp",
                "the scopes (`scp`) are a text; they have to be a list: [\"tableau:content:read\"]",
                Some(10084),
            );
        }
        let elsewhere = ["scope", "scopes"]
            .into_iter()
            .find(|name| self.claims().contains_key(*name));
        if let Some(name) = elsewhere.filter(|_| scopes.is_empty() || !self.claims().contains_key("scp")) {
            let is_uat = self.trust() == JwtTrust::UnifiedAccessToken;
            if !is_uat {
                let says = format!(
                    "there is no `scp`; the scopes are in `{name}`, which is not read: the claim has to be `scp`, a list (the authorization server's \
                     settings say how claims are called)"
                );
                return broken("scp", says, None);
            }
        }
        if scopes.is_empty() {
            return broken(
                "scp",
                "the JWT has no scope (`scp`): it signs in, and every call is then refused with 401002",
                None,
            );
        }
        match scopes.iter().find(|scope| !is_scope(scope)) {
            Some(odd) => broken(
                "scp",
                format!(
                    "{odd:?} is not a scope: they are `tableau:resource:action`, and a `*` can stand for the action only"
                ),
                None,
            ),
            None => kept("scp", scopes.join(" ")),
        }
    }

    /// A claim that is a time: seconds since 1970.
    fn time(&self, name: &'static str) -> Result<Option<i64>, JwtRule> {
        let Some(value) = self.claims().get(name).filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        match value.as_f64() {
            Some(time) if time > MILLISECONDS => Err(broken(
                name,
                format!("`{name}` is in milliseconds; it has to be in seconds since 1970"),
                Some(if name == "exp" { 16 } else { 10084 }),
            )),
            Some(time) => Ok(Some(time as i64)),
            None => Err(broken(
                name,
                format!("`{name}` has to be a number: seconds since 1970"),
                Some(10084),
            )),
        }
    }
}

/// `tableau:resource:action`, where a `*` may stand for the action only.
fn is_scope(scope: &str) -> bool {
    let parts: Vec<_> = scope.split(':').collect();
    matches!(
        parts.as_slice(),
        ["tableau", resource, action] if !resource.is_empty() && (*resource != "*" || *action == "*") && !action.is_empty()
    )
}

fn kept(part: &'static str, says: impl Into<String>) -> JwtRule {
    JwtRule {
        part,
        kept: true,
        says: says.into(),
        code: None,
    }
}

fn broken(part: &'static str, says: impl Into<String>, code: Option<u32>) -> JwtRule {
    JwtRule {
        part,
        kept: false,
        says: says.into(),
        code: code.and_then(SignInCode::find),
    }
}

fn text<'m>(object: &'m Map<String, Value>, name: &str) -> Option<&'m str> {
    object
        .get(name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
}

/// Why a text is not there: it is missing, empty or not a text.
fn lacking(object: &Map<String, Value>, name: &str) -> String {
    let kind = match object.get(name) {
        None | Some(Value::Null) => return "is missing".to_owned(),
        Some(Value::String(_)) => return "is empty".to_owned(),
        Some(Value::Number(_)) => "a number",
        Some(Value::Bool(_)) => "true or false",
        Some(Value::Array(_)) => "a list",
        Some(Value::Object(_)) => "an object",
    };
    format!("has to be a text, and is {kind}")
}

/// Whether a text is a LUID, as sites have them.
fn is_luid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

/// A span of time in words, without its sign.
pub(super) fn span(seconds: i64) -> String {
    let seconds = seconds.unsigned_abs();
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7200 => ((seconds + 30) / 60, "minute"),
        7200..172_800 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{s}")
}

#[cfg(test)]
mod tests;
