//! JWTs as callers make them, valid and invalid, and the keys to sign them with.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};
use tableau_sandbox::{Service, well_known};

/// A test key: made for these tests, and good for nothing else.
pub(crate) const RSA_TEST_KEY: &str = "-----BEGIN PRIVATE KEY-----
MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC6JKfilYfE2K9m
irKxImt9799n4cRQjl3Prk4AwDCns3zVkmDlnhzUMXUmkt7zPxpsDnsVXGZzK0Ps
3zxnVRd7/9dAlhi9zcJOjIyY+MWblItT1qWQq8hcS/CW4jhHafPtFGQ1GbWv2/4g
ELpRe8eWh08Z/UneCNDPPvyIfQ0xN9P7XxbfaeDPGkNQXqoiifl1adMnSff00qFl
o8IXvJhD9KrXPXt5J0QzUKwweX0TB1jrQlV6ozZTzif5WVxQXbSxMQkZ5GC+HuAm
UxneeY75n7enlYnfzwKWbUnSGxRrOi/pan3Sr15GpVeGfMwaAX6NuK8VRdNmOvIn
LqC3uNqBAgMBAAECggEABmAXRm/N58BuqH3PXzkBMr3mmk+dmk83+BMdnZG3kOTZ
PZTe//pNfTiI7UZqP61Nfb40ub9xjFgC4m/maRkdXew+Lnp9lDGiCi/u6FXb6cdZ
ishvIQB7MysQLVDH8e03cysnv/hWlFR99JHyGbSaOkX93/Nghmvpn/GFs3SKAUGb
2cA8hjhkFZQ6bfBo1LJmh31L4fv/NDW1GjNf/xIQ6VPGNqFFreg2X6LnXnKkPlVZ
CSZQ5/52iS3Rwhtyke/RhNpUTb+1LGNkrW3RkO1xUj1tV46Eh7e9vo0dUxUMdyGV
FRi5RJxhhAlk51uwK4N9oiykl7bYSu9b3cYxblnlGQKBgQDwR9kV3gGpyuvUM94i
L+/4M/Ir5inDsqHiXS25hr2iyGfAH4rnsMgZv9BrVFoSpzyjPnCKFsqQS6UpvWiq
5fPevmR1a0eeSP7s5Y/a85z8XUJ0nO92DQeOVCXWgvCli/s6nGq2xiQQYbwr5qUq
ahVlK34OIPPW6cw+aF9liTOw+QKBgQDGUiD+zPtu6ysyZzzTYTfaZ9nWLrwTN6pG
HyyFFkGqhWFfoUYqb9adncvW7JLBdWA67cYVbid7fTwlfXPuLMSKCvAkh/2jz1ER
4ajUVoKAbW7NUKm+4tfwT+yYVsATaWmPZAfnoRPdb5A7dn0WNZIgELkNLQKmN8kR
G9p8B0rfyQKBgQDKxTcztvhcW3yMxYCuBRpTsTKrTT7tgXAP4WZW7JhYKRs1DOli
ANO8txyhlru0hiEr+eNrBTTIdK3a/Za4sfoNfUq1tGTp9Nv8+vVdZrySU/ljA5Up
YHGB8Q1Fa5a9fdXzblC4EZoZoQD1Y1z64C9SA1QLhE+CjCbqe5YVz6UpsQKBgFSK
+mnktGLqebW48OMjlI3Uq7Z0odSHbF0MOQxbGo844PPFaoX4u0Lh2925aC50fRth
9Yl5NfecwaExw9QK3ZYDZ7ALEQNeA69dxX0Pi/53qD56XoJzbZ6SU8f1Y1hjHY71
E7GYp0FEp/XRYy2ulKZ6uoh1YaW+LkbO2ur4qOCRAoGBAKFifNLNEBpunFwvfJSJ
NOFiJhQyGSgim8ZaRHWSRrDd2MgxGJqOos9fYOs7pMFbj29Dwq+tcvUZult+wRxV
JxpbbUmCl/Nny9HWksh0+R0sxx2Ax5Bv8/L5JceUvrc+Nz/NnKLDadjExUuwOx8b
hvZgKkcJ7WBTKGevTrk4TvW0
-----END PRIVATE KEY-----";
/// The public half of the test key.
pub(crate) const RSA_TEST_PUBLIC_KEY: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuiSn4pWHxNivZoqysSJr
fe/fZ+HEUI5dz65OAMAwp7N81ZJg5Z4c1DF1JpLe8z8abA57FVxmcytD7N88Z1UX
e//XQJYYvc3CToyMmPjFm5SLU9alkKvIXEvwluI4R2nz7RRkNRm1r9v+IBC6UXvH
lodPGf1J3gjQzz78iH0NMTfT+18W32ngzxpDUF6qIon5dWnTJ0n39NKhZaPCF7yY
Q/Sq1z17eSdEM1CsMHl9EwdY60JVeqM2U84n+VlcUF20sTEJGeRgvh7gJlMZ3nmO
+Z+3p5WJ388Clm1J0hsUazov6Wp90q9eRqVXhnzMGgF+jbivFUXTZjryJy6gt7ja
gQIDAQAB
-----END PUBLIC KEY-----";
/// A test key: made for these tests, and good for nothing else.
pub(crate) const EC_TEST_KEY: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQggFI20Tngv5thioG+
AKECIV9cS60g8bz/xFeKy3dEdp2hRANCAASaGbwWfZakA1orZVcv4rH2d6oVJy1N
mkYn3DOhmWbs+8y8tmA6/7ijtpDVnQNSArXo5SptJKlF6q6GUdXvxZ/9
-----END PRIVATE KEY-----";

/// A JWT that is being built.
#[derive(Clone)]
pub(crate) struct Mint {
    pub(crate) header: Value,
    pub(crate) claims: Value,
}

impl Mint {
    /// A valid one of the seeded connected app, for the administrator, with the scope to read content; each call gives another.
    pub(crate) fn direct(service: &Service) -> Self {
        use std::sync::atomic::{AtomicU64, Ordering};
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let now = service.clock().now().as_second();
        Self {
            header: json!({"alg": "HS256", "typ": "JWT", "kid": well_known::CONNECTED_APP_SECRET_ID, "iss": well_known::CONNECTED_APP_CLIENT_ID}),
            claims: json!({
                "iss": well_known::CONNECTED_APP_CLIENT_ID,
                "sub": "admin",
                "aud": "tableau",
                "exp": now + 300,
                "iat": now,
                "jti": format!("jti-{}", NEXT.fetch_add(1, Ordering::Relaxed)),
                "scp": ["tableau:content:read"],
            }),
        }
    }

    /// A valid one of an external authorization server.
    pub(crate) fn of_issuer(service: &Service, issuer: &str, kid: &str, algorithm: &str) -> Self {
        Self::direct(service)
            .header("alg", algorithm)
            .header("kid", kid)
            .header("iss", Value::Null)
            .claim("iss", issuer)
    }

    /// Sets a claim; null removes it.
    pub(crate) fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        set(&mut self.claims, name, value.into());
        self
    }

    /// Sets a member of the header; null removes it.
    pub(crate) fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        set(&mut self.header, name, value.into());
        self
    }

    /// Signed as a connected app signs, with the seeded secret.
    pub(crate) fn signed(&self) -> String {
        self.signed_with(well_known::CONNECTED_APP_SECRET_VALUE)
    }

    pub(crate) fn signed_with(&self, secret: &str) -> String {
        self.by(&EncodingKey::from_secret(secret.as_bytes()), Algorithm::HS256)
    }

    /// Signed with a key and an algorithm, whatever the header says.
    pub(crate) fn by(&self, key: &EncodingKey, algorithm: Algorithm) -> String {
        let message = format!("{}.{}", encode(&self.header), encode(&self.claims));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm).unwrap();
        format!("{message}.{signature}")
    }

    pub(crate) fn by_rsa(&self) -> String {
        self.by(&rsa(), Algorithm::RS256)
    }

    pub(crate) fn by_ec(&self) -> String {
        self.by(&ec(), Algorithm::ES256)
    }
}

pub(crate) fn rsa() -> EncodingKey {
    EncodingKey::from_rsa_pem(RSA_TEST_KEY.as_bytes()).unwrap()
}

pub(crate) fn ec() -> EncodingKey {
    EncodingKey::from_ec_pem(EC_TEST_KEY.as_bytes()).unwrap()
}

/// The public halves of both keys, as an authorization server publishes them.
pub(crate) fn key_set() -> String {
    let key = |key: &EncodingKey, algorithm, kid: &str| {
        let mut jwk = Jwk::from_encoding_key(key, algorithm).unwrap();
        jwk.common.key_id = Some(kid.to_owned());
        jwk
    };
    let keys = [
        key(&rsa(), Algorithm::RS256, "rsa"),
        key(&ec(), Algorithm::ES256, "ec"),
    ];
    json!({ "keys": keys }).to_string()
}

/// Credentials with a JWT.
pub(crate) fn jwt_credentials(jwt: &str, site: &str) -> String {
    json!({"jwt": jwt, "site": {"contentUrl": site}}).to_string()
}

fn encode(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

fn set(object: &mut Value, name: &str, value: Value) {
    let object = object.as_object_mut().unwrap();
    if value.is_null() {
        object.remove(name);
    } else {
        object.insert(name.to_owned(), value);
    }
}
