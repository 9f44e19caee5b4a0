//! JWTs that are explained: nothing of the token is in an error.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tableau_client::Secret;
use tableau_client::diagnosis::{DecodedJwt, JwtRule};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    match DecodedJwt::decode(&Secret::new(text)) {
        Ok(jwt) => {
            let _ = (
                jwt.trust(),
                jwt.scopes(),
                jwt.header(),
                jwt.claims(),
                format!("{jwt:?}"),
            );
            let _: Vec<JwtRule> = jwt.check(std::time::SystemTime::UNIX_EPOCH);
        }
        // A token has no space, and the words of an error are shorter.
        Err(error) => {
            let token = text.trim();
            let may_be_words = token.len() < 40 || token.contains(char::is_whitespace);
            assert!(may_be_words || !format!("{error:?}").contains(token));
        }
    }
});
