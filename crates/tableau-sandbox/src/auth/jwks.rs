//! The public keys of external authorization servers: fetched at each sign-in, from a file or from this machine, and never from a network.

use std::io::{self, Read};
use std::path::Path;

use http::Uri;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::JwkSet;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use tableau_wire::rest::ExternalAuthorizationServer;

use crate::aside::aside;
use crate::loopback;

/// The keys of an authorization server.
#[derive(Debug)]
pub(crate) struct Keys {
    issuer_url: String,
    jwks_uri: Option<String>,
    set: JwkSet,
}

/// The metadata of an authorization server (RFC 8414), as far as it is used.
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

impl Keys {
    /// Fetches the keys of a server; `None` if they cannot be fetched.
    pub(super) fn fetch(server: ExternalAuthorizationServer) -> Option<Self> {
        aside(|| Self::of(server))
    }

    fn of(server: ExternalAuthorizationServer) -> Option<Self> {
        let found;
        let issuer_url = server.issuer_url?;
        let uri = if let Some(uri) = &server.jwks_uri {
            uri
        } else {
            // Tableau reads the metadata of RFC 8414, at this address, and not that of OpenID Connect.
            let issuer = issuer_url.trim_end_matches('/');
            let metadata = fetch(&format!("{issuer}/.well-known/oauth-authorization-server")).ok()?;
            let metadata: Metadata = serde_json::from_slice(&metadata).ok()?;
            found = (metadata.issuer == issuer_url).then_some(metadata.jwks_uri)?;
            &found
        };
        let set = serde_json::from_slice(&fetch(uri).ok()?).ok()?;
        Some(Self {
            issuer_url,
            jwks_uri: server.jwks_uri,
            set,
        })
    }

    pub(super) fn are_of(&self, server: &ExternalAuthorizationServer) -> bool {
        server.issuer_url.as_ref() == Some(&self.issuer_url) && self.jwks_uri == server.jwks_uri
    }

    pub(super) fn find(&self, key: &str) -> Option<DecodingKey> {
        DecodingKey::from_jwk(self.set.find(key)?).ok()
    }
}

/// Reads a document: `file:` or a path, or `http` on this machine.
fn fetch(uri: &str) -> io::Result<Vec<u8>> {
    if let Some(rest) = uri.strip_prefix("file:") {
        let path = rest.strip_prefix("//").unwrap_or(rest);
        let path = path.strip_prefix("localhost").unwrap_or(path);
        return read_file(Path::new(percent_decode_str(path).decode_utf8_lossy().as_ref()));
    }
    match uri.parse::<Uri>() {
        Ok(uri) if uri.scheme_str() == Some("http") => {
            let answer = loopback::get(&uri)?;
            (answer.status == 200)
                .then_some(answer.body)
                .ok_or_else(|| io::ErrorKind::NotFound.into())
        }
        // An https address is not one of this machine.
        Ok(uri) if uri.scheme().is_some() => Err(io::ErrorKind::Unsupported.into()),
        _ => read_file(Path::new(uri)),
    }
}

fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = std::fs::metadata(path)?;
    // A device or a pipe might never end, or never begin.
    if !metadata.is_file() || metadata.len() > loopback::MAX_ANSWER {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut document = Vec::new();
    std::fs::File::open(path)?
        .take(loopback::MAX_ANSWER)
        .read_to_end(&mut document)?;
    Ok(document)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn no_keys_are_fetched_from_other_machines() {
        for uri in [
            "https://127.0.0.1/keys",
            "http://192.0.2.1/keys",
            "http://example.com/keys",
            "http://[2001:db8::1]/keys",
            "ftp://127.0.0.1/keys",
            "file:///",
            "file:///nowhere/keys",
            "/dev/zero",
            "",
        ] {
            assert!(fetch(uri).is_err(), "{uri}");
        }
    }

    #[test]
    fn a_file_is_read_by_its_path_or_its_address() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("the keys.json");
        std::fs::write(&path, "{}").unwrap();
        let text = path.to_str().unwrap();
        let encoded = text.replace(' ', "%20");
        for uri in [
            text.to_owned(),
            format!("file://{encoded}"),
            format!("file://localhost{encoded}"),
            format!("file:{encoded}"),
        ] {
            assert_eq!(fetch(&uri).unwrap(), b"{}", "{uri}");
        }
        std::fs::write(&path, vec![b' '; 256 * 1024 + 1]).unwrap();
        assert!(fetch(text).is_err());
    }

    #[test]
    fn this_machine_is_asked_over_http() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let uri = format!("http://{}/keys?x=1", listener.local_addr().unwrap());
        let server = std::thread::spawn(move || {
            let mut heads = Vec::new();
            for status in ["200 OK", "404 Not Found"] {
                let (mut stream, _) = listener.accept().unwrap();
                let mut buffer = [0; 1024];
                let mut head = String::new();
                while !head.ends_with("\r\n\r\n") {
                    let count = stream.read(&mut buffer).unwrap();
                    head.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
                }
                heads.push(head);
                write!(stream, "HTTP/1.1 {status}\r\nA: b\r\n\r\n{{}}").unwrap();
            }
            heads
        });
        assert_eq!(fetch(&uri).unwrap(), b"{}");
        assert!(fetch(&uri).is_err());
        assert!(server.join().unwrap()[0].starts_with("GET /keys?x=1 HTTP/1.0\r\n"));
    }
}
