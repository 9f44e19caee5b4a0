//! Mistakes with passwords, connected apps and JWTs.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::hmac;
use serde_json::{Value, json};
use tableau_sandbox::well_known;

use super::signing_in::cloud;
use super::{Mistake, Rank, Stage};

pub(super) const MISTAKES: &[Mistake] = &[
    Mistake {
        name: "a password on Tableau Cloud, which wants a second factor",
        make: || {
            let pod = "10ax.online.tableau.com";
            let stage = cloud(pod, pod).site(well_known::CLOUD_SITE);
            password(stage, well_known::ADMIN, well_known::PASSWORD)
        },
        layer: "✗ credential   password of \"admin\"",
        cause: "Tableau Cloud wants a second factor, which a name and a password do not have: a personal access token or a JWT is needed",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "a password of a user with single sign-on",
        make: || {
            password(
                Stage::new().by(&["auth", "login"]),
                well_known::SINGLE_SIGN_ON_USER,
                well_known::PASSWORD,
            )
        },
        layer: "✗ credential",
        cause: "the name or the password is wrong, or the user signs in by single sign-on or with a second factor (always on Tableau Cloud): \
                then a personal access token or a JWT is needed",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "a clock that is 15 minutes behind",
        make: || {
            let stage = app(well_known::ADMIN);
            stage
                .bench
                .sandbox
                .service()
                .clock()
                .advance(Duration::from_secs(15 * 60));
            stage
        },
        layer: "✗ credential   connected app",
        cause: "this machine's clock is 15 minutes behind the server's, and a JWT says from when to when it is good",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "a user that is written otherwise",
        make: || app("Admin"),
        layer: "✗ credential",
        cause: "the user that the JWT names (`sub`) is not known; user names are case-sensitive there, … (5 SYSTEM_USER_NOT_FOUND)",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "the client id of another connected app",
        make: || {
            app(well_known::ADMIN).set(
                "TABLEAU_CONNECTED_APP_CLIENT_ID",
                well_known::CONNECTED_APP_SECRET_ID,
            )
        },
        layer: "✗ credential",
        cause: "no connected app on the site has the client id that the JWT names (`iss`) (126 CONNECTED_APP_NOT_FOUND)",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "the id of another secret",
        make: || {
            app(well_known::ADMIN).set(
                "TABLEAU_CONNECTED_APP_SECRET_ID",
                well_known::CONNECTED_APP_CLIENT_ID,
            )
        },
        layer: "✗ credential",
        cause: "the connected app has no secret with the id that the JWT names (`kid`) (127 CONNECTED_APP_SECRET_NOT_FOUND)",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "the secret value of another connected app",
        make: || app(well_known::ADMIN).set("TABLEAU_CONNECTED_APP_SECRET_VALUE", "x"),
        layer: "✗ credential   connected app",
        cause: "the secret value does not belong to the client id and the secret id (10084 JWT_PARSE_ERROR)",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "something else than a JWT",
        make: || Stage::new().without_token().set("TABLEAU_JWT", "garbage"),
        layer: "✗ credential",
        cause: "TABLEAU_JWT: this is not a JWT: it has three parts with a dot between them",
        rank: Rank::First,
        codes: (2, 2),
    },
    Mistake {
        name: "something else than a JWT to sign in with once",
        make: || {
            Stage::new()
                .without_token()
                .set("TABLEAU_JWT", "garbage")
                .by(&["auth", "login", "--kind", "jwt"])
        },
        layer: "✗ credential",
        cause: "…this is not a JWT: it has three parts with a dot between them",
        rank: Rank::First,
        codes: (2, 4),
    },
    Mistake {
        name: "connected apps that are switched off",
        make: || {
            let stage = app(well_known::ADMIN);
            stage
                .bench
                .sandbox
                .service()
                .controls()
                .connected_apps_enabled(false);
            stage
        },
        layer: "✗ credential",
        cause: "the feature is not enabled on the server (67 FEATURE_NOT_ENABLED)",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "a JWT that is good for too long",
        make: || jwt(|claims| claims["exp"] = in_minutes(14)),
        layer: "✗ credential   JWT",
        cause: "the JWT is good for 14 minutes (`exp`); 10 minutes are allowed",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "a JWT that has expired",
        make: || jwt(|claims| claims["exp"] = in_minutes(-20)),
        layer: "✗ credential",
        cause: "the JWT expired 20 minutes ago (`exp`)",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "times in milliseconds",
        make: || jwt(|claims| claims["exp"] = (in_minutes(5).as_i64().unwrap() * 1000).into()),
        layer: "✗ credential",
        cause: "`exp` is in milliseconds; it has to be in seconds since 1970",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "another audience",
        make: || jwt(|claims| claims["aud"] = "Tableau".into()),
        layer: "✗ credential",
        cause: "the audience (`aud`) is \"Tableau\"; it has to be \"tableau\"",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "scopes as a text",
        make: || jwt(|claims| claims["scp"] = "tableau:content:read".into()),
        layer: "✗ credential",
        cause: "the scopes (`scp`) are a text; they have to be a list: [\"tableau:content:read\"]",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "a JWT without a scope",
        make: || jwt(|claims| claims["scp"] = json!([])),
        layer: "✗ scopes",
        cause: "the …JWT …scope …tableau:content:read…",
        rank: Rank::First,
        codes: (4, 4),
    },
    Mistake {
        name: "a JWT with another scope than the call needs",
        make: || jwt(|claims| claims["scp"] = json!(["tableau:views:download"])),
        layer: "! scopes       tableau:views:download",
        cause: "the …JWT did not ask for the scope `tableau:content:read`, which …need…",
        rank: Rank::First,
        codes: (0, 4),
    },
];

fn password(stage: Stage, user: &str, password: &str) -> Stage {
    stage
        .without_token()
        .set("TABLEAU_USERNAME", user)
        .set("TABLEAU_PASSWORD", password)
}

/// The sandbox's connected app, for a user.
fn app(user: &str) -> Stage {
    Stage::new()
        .without_token()
        .set(
            "TABLEAU_CONNECTED_APP_CLIENT_ID",
            well_known::CONNECTED_APP_CLIENT_ID,
        )
        .set(
            "TABLEAU_CONNECTED_APP_SECRET_ID",
            well_known::CONNECTED_APP_SECRET_ID,
        )
        .set(
            "TABLEAU_CONNECTED_APP_SECRET_VALUE",
            well_known::CONNECTED_APP_SECRET_VALUE,
        )
        .set("TABLEAU_JWT_SUB", user)
}

/// A JWT of another program, good but for what is changed.
fn jwt(change: impl FnOnce(&mut Value)) -> Stage {
    let mut claims = json!({
        "iss": well_known::CONNECTED_APP_CLIENT_ID,
        "sub": well_known::ADMIN,
        "aud": "tableau",
        "exp": in_minutes(5),
        "jti": "one",
        "scp": ["tableau:content:read"],
    });
    change(&mut claims);
    Stage::new().without_token().set("TABLEAU_JWT", signed(&claims))
}

/// A JWT of the sandbox's connected app.
pub(crate) fn signed(claims: &Value) -> String {
    let header = json!({ "alg": "HS256", "typ": "JWT", "kid": well_known::CONNECTED_APP_SECRET_ID });
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(&header), part(claims));
    let key = hmac::Key::new(
        hmac::HMAC_SHA256,
        well_known::CONNECTED_APP_SECRET_VALUE.as_bytes(),
    );
    let signature = hmac::sign(&key, text.as_bytes());
    format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

/// Seconds since 1970, so many minutes from now.
pub(crate) fn in_minutes(minutes: i64) -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    (i64::try_from(now).unwrap() + minutes * 60).into()
}
