use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::json;
use tableau_wire::Secret;

use super::*;

/// What is said of a part of a JWT, and whether the rule is kept.
fn said(algorithm: &str, change: &Value, part: &str) -> (bool, String) {
    let header = json!({"alg": algorithm, "typ": "JWT", "kid": "key"});
    let mut claims = json!({
        "iss": "https://idp.example.com", "exp": 300, "jti": "1", "aud": "tableau", "sub": "ann", "scp": ["tableau:content:read"]
    });
    for (name, value) in change.as_object().into_iter().flatten() {
        claims[name] = value.clone();
    }
    if claims["scp"].is_null() {
        claims.as_object_mut().and_then(|claims| claims.remove("scp"));
    }
    let encode = |part: &Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
    let text = format!("{}.{}.c2ln", encode(&header), encode(&claims));
    let jwt = DecodedJwt::decode(&Secret::new(text)).unwrap();
    let mut rules = jwt.check(SystemTime::UNIX_EPOCH).into_iter();
    let rule = rules.rfind(|rule| rule.part == part).unwrap();
    (rule.kept, rule.says)
}

#[test]
fn the_site_may_stand_in_the_audience_of_oauth_trust() {
    let of_site = json!({"aud": "tableau:9a8b7c6d-0000-4000-8000-000000000001"});
    let several = json!({"aud": ["api", "tableau:9A8B7C6D-0000-4000-8000-000000000001"]});
    for claims in [&of_site, &several, &json!({"aud": "tableau"})] {
        assert!(said("RS256", claims, "aud").0, "{claims}");
    }
    for claims in [
        json!({"aud": "tableau:acme"}),
        json!({"aud": "tableau:"}),
        json!({"aud": "api:9a8b7c6d-0000-4000-8000-000000000001"}),
        json!({"aud": []}),
        json!({"aud": 5}),
    ] {
        assert!(!said("RS256", &claims, "aud").0, "{claims}");
    }
    assert!(
        !said("HS256", &of_site, "aud").0,
        "direct trust has the plain one"
    );
}

#[test]
fn what_is_no_text_is_not_called_missing() {
    for part in ["sub", "jti", "iss"] {
        for (value, says) in [
            (json!(12345), "has to be a text, and is a number"),
            (json!(["a"]), "has to be a text, and is a list"),
            (json!(""), "is empty"),
            (Value::Null, "is missing"),
        ] {
            let (kept, said) = said("RS256", &json!({ part: value }), part);
            assert!(!kept && said.contains(says), "{part}: {said}");
        }
    }
}

#[test]
fn scopes_by_another_name_are_pointed_out() {
    for name in ["scope", "scopes"] {
        let (kept, says) = said(
            "RS256",
            &json!({"scp": null, name: "tableau:content:read"}),
            "scp",
        );
        assert!(!kept && says.contains(&format!("`{name}`")), "{says}");
    }
    let (kept, _) = said("RS256", &json!({"scope": "openid"}), "scp");
    assert!(kept, "beside `scp` it does no harm");
}
