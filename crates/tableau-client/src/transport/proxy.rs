//! The proxy that requests go through, if there is one.

use std::env;
use std::fmt;

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use tableau_wire::Secret;

use crate::error::{Error, ErrorKind};

/// The choice of the proxy.
#[derive(Debug, Clone, Default)]
pub(crate) enum ProxyChoice {
    /// The one of the environment or the system, if there is one.
    #[default]
    Environment,
    /// None: the environment is ignored.
    None,
    /// This one. Its address may have a password in it.
    Named(Secret),
}

/// A proxy that requests go through, as far as it may be shown: without its credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    address: String,
    host: String,
    port: u16,
    variable: Option<&'static str>,
}

impl Proxy {
    /// Scheme, host and port: `http://proxy.example.com:8080`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The host.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The environment variable that sets it, if one does.
    #[must_use]
    pub fn variable(&self) -> Option<&'static str> {
        self.variable
    }

    /// Whether the proxy itself is spoken to by TLS.
    pub(super) fn is_https(&self) -> bool {
        self.address.starts_with("https:")
    }

    fn of(uri: &Uri, variable: Option<&'static str>) -> Option<Self> {
        let scheme = uri.scheme_str()?;
        let host = uri.host()?.to_owned();
        let usual = match scheme {
            "https" => 443,
            "http" => 80,
            _ => 1080,
        };
        let port = uri.port_u16().unwrap_or(usual);
        Some(Self {
            address: format!("{scheme}://{host}:{port}"),
            host,
            port,
            variable,
        })
    }
}

impl fmt::Display for Proxy {
    /// The address and its source: `http://proxy.example.com:8080 (HTTPS_PROXY)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)?;
        match self.variable {
            Some(variable) => write!(f, " ({variable})"),
            None => Ok(()),
        }
    }
}

/// The schemes of proxies that are spoken to.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

impl ProxyChoice {
    /// The proxy at an address.
    ///
    /// # Errors
    /// [`ErrorKind::Setup`] if the address has an unknown scheme or no host: the HTTP client would connect without a proxy. The error does not show the
    /// address, which may have a password in it.
    pub(crate) fn named(address: &Secret) -> Result<Self, Error> {
        let (scheme, rest) = match address.expose().split_once("://") {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            None => ("http".to_owned(), address.expose()),
        };
        let address = Secret::new(format!("{scheme}://{rest}"));
        let uri: Option<Uri> = address.expose().parse().ok();
        let has_host = uri.is_some_and(|uri| uri.host().is_some_and(|host| !host.is_empty()));
        let is_known = SCHEMES.contains(&scheme.as_str()) && has_host;
        match is_known {
            true => Ok(Self::Named(address)),
            false => Err(Error::new(
                ErrorKind::Setup,
                "this is no address of a proxy".to_owned(),
            )
            .with_hint("It has to be http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT, with odd characters of a password as %XX.")),
        }
    }

    /// The proxy of requests to an address.
    pub(crate) fn of(&self, uri: &Uri) -> Option<Proxy> {
        match self {
            Self::None => None,
            Self::Named(address) => Proxy::of(&address.expose().parse().ok()?, None),
            // The HTTP client uses the same lookup, so that both agree.
            Self::Environment => {
                let intercept = Matcher::from_system().intercept(uri)?;
                Proxy::of(intercept.uri(), variable(uri.scheme_str()?))
            }
        }
    }
}

impl ProxyChoice {
    /// The variable that should name the proxy of requests to an address, and holds no address of one: it would be passed over in silence.
    pub(crate) fn unreadable(&self, uri: &Uri) -> Option<&'static str> {
        if !matches!(self, Self::Environment) {
            return None;
        }
        let variable = variable(uri.scheme_str()?)?;
        // A value that is no text cannot be read either.
        let value = env::var(variable).unwrap_or_default();
        let excepted = || {
            let except = ["NO_PROXY", "no_proxy"]
                .iter()
                .find_map(|name| env::var(name).ok());
            names_proxy("http://proxy.invalid", &except.unwrap_or_default(), uri)
        };
        (!names_proxy(&value, "", uri) && excepted()).then_some(variable)
    }
}

/// Whether requests to an address would go through a proxy, by what the variables say.
fn names_proxy(proxy: &str, except: &str, uri: &Uri) -> bool {
    let matcher = Matcher::builder().all(proxy).no(except).build();
    matcher.intercept(uri).is_some()
}

/// The variable that sets the proxy for a scheme; `None` if the system's settings do.
fn variable(scheme: &str) -> Option<&'static str> {
    let names = match scheme {
        "https" => ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
        _ => ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
    };
    names
        .into_iter()
        .find(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_address_of_a_proxy_is_refused_and_not_shown() {
        for (address, shown) in [
            ("http://proxy:8080", "http://proxy:8080"),
            ("proxy:8080", "http://proxy:8080"),
            ("https://user:p%40ss@proxy", "https://proxy:443"),
            ("SOCKS5://proxy", "socks5://proxy:1080"),
        ] {
            let choice = ProxyChoice::named(&Secret::new(address)).unwrap();
            let uri = "https://server.example.com/api".parse().unwrap();
            assert_eq!(choice.of(&uri).unwrap().address(), shown, "{address}");
        }
        for address in [
            "socks://proxy:1080",
            "htp://user:hidden@proxy",
            "ftp://proxy",
            "http2://proxy",
            "http://",
            "",
            "http://pro xy",
        ] {
            let error = ProxyChoice::named(&Secret::new(address)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Setup, "{address}");
            assert!(!format!("{error:?}").contains("hidden"), "{error:?}");
        }
    }

    #[test]
    fn what_names_no_proxy_is_told_from_what_does() {
        let uri: Uri = "https://server.example.com/api".parse().unwrap();
        for proxy in [
            "http://proxy:8080",
            "proxy:8080",
            "http://user:p%40ss@proxy:8080",
            "socks5://proxy",
            "https://proxy",
        ] {
            assert!(names_proxy(proxy, "", &uri), "{proxy}");
            assert!(!names_proxy(proxy, ".example.com", &uri), "{proxy}");
        }
        for proxy in [
            " http://proxy:8080",
            "http://proxy:8080\n",
            "http://corp\\ann:pw@proxy:8080",
            "http://pro xy",
            "http://",
            "",
        ] {
            assert!(!names_proxy(proxy, "", &uri), "{proxy}");
        }
    }
}
