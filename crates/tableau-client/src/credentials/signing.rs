//! Making JSON Web Tokens: claims, and a signature by `ring`.
//!
//! Rejected: `jsonwebtoken`. It adds a second cryptography library beside that of TLS, and panics if a program's dependencies enable two of its
//! backends.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Map, Value, json};
use tableau_wire::Secret;

use crate::error::{Error, ErrorKind};

/// The claims of a token.
pub(super) struct Claims(Map<String, Value>);

impl Claims {
    /// Claims with a unique identifier, valid from `skew` ago until `lifetime` from now.
    pub(super) fn new(now: SystemTime, skew: Duration, lifetime: Duration) -> Result<Self, Error> {
        let now = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_err(|error| setup("the clock is before 1970").caused_by(error))?;
        let begin = now.saturating_sub(skew).as_secs();
        let mut claims = Map::new();
        claims.insert("iat".to_owned(), begin.into());
        claims.insert("nbf".to_owned(), begin.into());
        claims.insert("exp".to_owned(), now.saturating_add(lifetime).as_secs().into());
        claims.insert("jti".to_owned(), random_id()?.into());
        Ok(Self(claims))
    }

    pub(super) fn text(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    pub(super) fn list(mut self, name: &str, values: Vec<&str>) -> Self {
        self.0.insert(name.to_owned(), values.into());
        self
    }
}

/// A token signed with a shared key. Tableau wants the issuer in the header too.
pub(super) fn hs256(key_id: &str, issuer: &str, claims: &Claims, key: &str) -> Result<Secret, Error> {
    let header = json!({ "alg": "HS256", "typ": "JWT", "kid": key_id, "iss": issuer });
    let text = signed_part(&header, claims);
    let signature = hmac_sha256(key.as_bytes(), &text);
    Ok(finished(text, &signature))
}

fn hmac_sha256(key: &[u8], text: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
}

/// A token signed with a private RSA key in PEM.
pub(super) fn rs256(key_id: Option<&str>, claims: &Claims, key: &str) -> Result<Secret, Error> {
    let mut header = json!({ "alg": "RS256", "typ": "JWT" });
    if let (Some(header), Some(key_id)) = (header.as_object_mut(), key_id) {
        header.insert("kid".to_owned(), key_id.into());
    }
    let text = signed_part(&header, claims);
    // The error does not quote its input, a private key.
    let bad = || {
        Error::new(
            ErrorKind::Input,
            "the private key is not an RSA key in PEM (2048 bits or more)".to_owned(),
        )
    };
    let key = rsa_key(key).ok_or_else(bad)?;
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        text.as_bytes(),
        &mut signature,
    )
    .map_err(|_| bad())?;
    Ok(finished(text, &signature))
}

fn signed_part(header: &Value, Claims(claims): &Claims) -> String {
    let part = |value: &dyn ToString| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(&Value::Object(claims.clone())))
}

fn finished(mut text: String, signature: &[u8]) -> Secret {
    text.push('.');
    BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut text);
    Secret::new(text)
}

fn setup(message: &str) -> Error {
    Error::new(ErrorKind::Setup, message.to_owned())
}

fn random_id() -> Result<String, Error> {
    let mut bytes = [0_u8; 16];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| setup("the system gives no random numbers"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn rsa_key(pem: &str) -> Option<RsaKeyPair> {
    match PrivateKeyDer::from_pem_slice(pem.as_bytes()).ok()? {
        PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).ok(),
        PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7515, A.1: header and claims as they stand there, and the signature they have.
    #[test]
    fn the_signature_is_that_of_the_standard() {
        let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        let key = BASE64_URL_SAFE_NO_PAD.decode(key).unwrap();
        let text = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let token = finished(text.to_owned(), &hmac_sha256(&key, text));
        assert_eq!(
            token.expose().rsplit('.').next(),
            Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        );
    }

    #[test]
    fn a_key_that_is_none_is_refused_without_being_shown() {
        let claims = Claims::new(SystemTime::now(), Duration::ZERO, Duration::from_secs(60)).unwrap();
        let key = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";
        for key in ["", "not a key", key] {
            let error = rs256(None, &claims, key).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Input);
            assert!(!format!("{error:?}").contains("c2VjcmV0"));
        }
    }
}
