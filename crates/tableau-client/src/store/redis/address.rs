//! The address of a Redis server, with user and password.

use std::fmt;

use percent_encoding::percent_decode_str;
use tableau_wire::Secret;
use url::{Host, Url};

use crate::error::{Error, ErrorKind};

/// `redis://user:password@host:port/db`, taken apart.
#[derive(Clone)]
pub(super) struct Address {
    pub(super) tls: bool,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) user: Option<String>,
    pub(super) password: Option<Secret>,
    pub(super) database: i64,
}

impl Address {
    /// Reads an address; no part of a wrong one is repeated, as it may be the password.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let wrong = |what: &str| {
            let message = format!("the address of the session store {what}");
            Error::new(ErrorKind::Setup, message)
                .with_hint("write redis://user:password@host:port/db, or rediss:// for TLS; `%40` for an @ in a password, `%2F` for a /")
        };
        let url = Url::parse(text).map_err(|_| wrong("cannot be read"))?;
        let tls = match url.scheme() {
            "redis" | "valkey" => false,
            "rediss" | "valkeys" => true,
            _ => return Err(wrong("begins with something else than redis:// or rediss://")),
        };
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("has something behind the number of the database"));
        }
        let host = match url.host() {
            Some(Host::Ipv6(address)) => address.to_string(),
            Some(host) if !host.to_string().is_empty() => host.to_string(),
            _ => return Err(wrong("names no host")),
        };
        let database = match url.path().trim_matches('/') {
            "" => 0,
            number => number
                .parse()
                .ok()
                .filter(|number| *number >= 0)
                .ok_or_else(|| wrong("has a path that is no number of a database"))?,
        };
        let decoded = |text: &str| {
            let text = percent_decode_str(text).decode_utf8();
            text.map(String::from)
                .map_err(|_| wrong("has a user or password that is no UTF-8"))
        };
        let user = match url.username() {
            "" => None,
            user => Some(decoded(user)?),
        };
        let password = url.password().map(decoded).transpose()?.map(Secret::from);
        if user.is_some() && password.is_none() {
            return Err(wrong("names a user without a password"));
        }
        Ok(Self {
            tls,
            host,
            port: url.port().unwrap_or(6379),
            user,
            password,
            database,
        })
    }
}

/// The address without user and password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "rediss" } else { "redis" };
        let Self {
            host, port, database, ..
        } = self;
        if host.contains(':') {
            write!(f, "{scheme}://[{host}]:{port}/{database}")
        } else {
            write!(f, "{scheme}://{host}:{port}/{database}")
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn every_part_is_read() {
        let address = Address::parse("rediss://worker:p%40ss%2Fword@cache.example:7000/3").unwrap();
        assert!(address.tls);
        assert_eq!(address.user.as_deref(), Some("worker"));
        assert_eq!(address.password.as_ref().unwrap().expose(), "p@ss/word");
        assert_eq!(format!("{address:?}"), "rediss://cache.example:7000/3");
        let address = Address::parse("redis://:only@[::1]").unwrap();
        assert_eq!((address.user.as_deref(), address.host.as_str()), (None, "::1"));
        assert_eq!(address.to_string(), "redis://[::1]:6379/0");
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for wrong in [
            "",
            "localhost:6379",
            "http://u:hunter2@host",
            "redis://",
            "redis://u:hunter2@host/name",
            "redis://u:hunter2@host/-1",
            "redis://u:hunter2@host/0?x=hunter2",
            "redis://hunter2@host",
            "redis://u:hunter2@host:hunter2/",
            "redis://u:hunter2%FF@host",
        ] {
            let error = Address::parse(wrong).unwrap_err();
            assert!(error.hint().unwrap().contains("redis://user:password@host"));
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{wrong}");
        }
    }
}
