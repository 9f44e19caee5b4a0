//! The numbers that servers append to "Error signing in to Tableau Server", and their meaning.

use crate::error::ApiError;

/// Why a JWT is not accepted.
///
/// Newer servers append a number to the detail of 401001: `Error signing in to Tableau Server (16)`, or `(errorCode=16)`.
/// Source: "Troubleshoot Connected Apps" in Tableau's help; 101002 was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignInCode {
    /// The number.
    pub number: u32,
    /// The name Tableau gives it.
    pub name: &'static str,
    /// What is wrong, in a sentence.
    pub meaning: &'static str,
    /// What to do.
    pub hint: &'static str,
}

const fn code(number: u32, name: &'static str, meaning: &'static str, hint: &'static str) -> SignInCode {
    SignInCode {
        number,
        name,
        meaning,
        hint,
    }
}

impl SignInCode {
    /// The numbers that are known, in ascending order.
    pub const ALL: &'static [Self] = &[
        code(
            5,
            "SYSTEM_USER_NOT_FOUND",
            "the user that the JWT names (`sub`) is not known; user names are case-sensitive there, and e-mail addresses on Cloud",
            "Write the user (`sub`) as the list of users has it, in upper and lower case.",
        ),
        code(
            16,
            "LOGIN_FAILED",
            "the JWT is good for more than 10 minutes (`exp`), or the user it names (`sub`) is not on the site",
            "Let `exp` be five minutes from now, by a clock that is right; add the user to the site.",
        ),
        code(
            67,
            "FEATURE_NOT_ENABLED",
            "the feature is not enabled on the server",
            "Ask an administrator to enable connected apps on the server.",
        ),
        code(
            126,
            "CONNECTED_APP_NOT_FOUND",
            "no connected app on the site has the client id that the JWT names (`iss`)",
            "Copy the client id from the connected app's page, on the site that you sign in to.",
        ),
        code(
            127,
            "CONNECTED_APP_SECRET_NOT_FOUND",
            "the connected app has no secret with the id that the JWT names (`kid`)",
            "Copy the secret's id from the connected app's page; a secret that was deleted is not found either.",
        ),
        code(
            128,
            "CONNECTED_APP_SECRET_LIMIT_EXCEEDED",
            "a connected app has two secrets at most",
            "Delete one of the two secrets first.",
        ),
        code(
            133,
            "INVALID_CONNECTED_APP_DOMAIN_SAFELIST",
            "the connected app's list of domains is malformed",
            "Write the domains as the connected app's page shows them.",
        ),
        code(
            10083,
            "BAD_JWT",
            "the JWT's header lacks the key's id (`kid`) or the issuer (`iss`)",
            "Put the secret's id into the header as `kid`, and the client id as `iss` into header and claims.",
        ),
        code(
            10084,
            "JWT_PARSE_ERROR",
            "the JWT cannot be read: the audience (`aud`) has to be `tableau`, the user (`sub`) has to be there, the clock has to be right",
            "Let `aud` be \"tableau\", name the user in `sub`, and set the clock of the JWT's maker.",
        ),
        code(
            10085,
            "COULD_NOT_FETCH_JWT_KEYS",
            "the issuer's public keys cannot be fetched, or none has the id that the JWT names (`kid`)",
            "Let the server reach the issuer's JWKS, and sign with a key that is in it.",
        ),
        code(
            10087,
            "BLOCKLISTED_JWS_ALGORITHM_USED_TO_SIGN",
            "the JWT is signed with an algorithm that is not allowed",
            "Sign with HS256 for a connected app, with RS256 for an authorization server.",
        ),
        code(
            10089,
            "CONNECTED_APP_NOT_FOUND",
            "no external authorization server on the site has the issuer that the JWT names (`iss`)",
            "Register the issuer on the site, with exactly the text of `iss`.",
        ),
        code(
            10090,
            "CONNECTED_APP_DISABLED",
            "the connected app is not enabled",
            "Enable the connected app on its page.",
        ),
        code(
            101_002,
            "JWT_TOO_LONG",
            "the JWT is longer than about 8192 bytes",
            "Leave out claims and scopes that are not needed.",
        ),
    ];

    /// The facts about a number, if it is known.
    #[must_use]
    pub fn find(number: u32) -> Option<&'static Self> {
        Self::ALL.iter().find(|known| known.number == number)
    }

    /// The numbers of refused calls that manage connected apps, not of sign-ins.
    const OF_MANAGEMENT: [u32; 2] = [128, 133];

    /// The number in a server's error, if there is one that is known.
    #[must_use]
    pub fn of(error: &ApiError) -> Option<&'static Self> {
        let known = |code: &&Self| error.code == "401001" || Self::OF_MANAGEMENT.contains(&code.number);
        [error.detail.as_str(), error.summary.as_str()]
            .into_iter()
            .find_map(|text| {
                let inside = text.rsplit_once('(')?.1.split(')').next()?;
                let digits = inside.rsplit('=').next()?.trim();
                Self::find(digits.parse().ok()?).filter(known)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_found_wherever_servers_put_it() {
        let cases = [
            (
                "Signin Error",
                "Error signing in to Tableau Server (16)",
                Some(16),
            ),
            (
                "Signin Error",
                "Error signing in to Tableau Server (errorCode=10084)",
                Some(10084),
            ),
            (
                "Signin Error (101002)",
                "Error signing in to Tableau Server",
                Some(101_002),
            ),
            ("Signin Error", "Error signing in to Tableau Server", None),
            ("Signin Error", "Error (", None),
            ("Signin Error", "Error (999999999999999999)", None),
        ];
        for (summary, detail, number) in cases {
            let found = SignInCode::of(&ApiError::new("401001", summary, detail)).map(|code| code.number);
            assert_eq!(found, number, "{summary}: {detail}");
        }
        assert_eq!(SignInCode::of(&ApiError::new("401002", "", "(16)")), None);
        let limit = SignInCode::of(&ApiError::new("400000", "Bad Request", "At most two (128)"));
        assert_eq!(limit.map(|code| code.number), Some(128));
        assert!(SignInCode::ALL.is_sorted_by_key(|code| code.number));
    }
}
