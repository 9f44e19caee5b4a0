//! Where the server really is, and which redirects lead there.

use http::header::LOCATION;
use http::{HeaderMap, StatusCode};
use url::Url;

use crate::address::ServerAddress;
use crate::error::{Error, ErrorKind};

/// Hosts that are one service: the pods of Tableau Cloud.
const CLOUD: &str = ".online.tableau.com";

/// Origin and prefix of the server: where the next request goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Location {
    origin: Url,
    prefix: String,
}

impl Location {
    pub(crate) fn of(address: &ServerAddress) -> Result<Self, Error> {
        let origin = Url::parse(address.origin()).map_err(|error| {
            Error::new(
                ErrorKind::Address,
                format!("this is not a server's address: {error}"),
            )
        })?;
        Ok(Self {
            origin,
            prefix: address.prefix().to_owned(),
        })
    }

    /// The absolute address of a path that begins with `/api`.
    pub(crate) fn absolute(&self, path_and_query: &str) -> String {
        format!(
            "{}{}{path_and_query}",
            self.origin.origin().ascii_serialization(),
            self.prefix
        )
    }

    pub(crate) fn is_https(&self) -> bool {
        self.origin.scheme() == "https"
    }

    /// The same place by https, for advice.
    pub(crate) fn by_https(&self) -> String {
        format!(
            "https://{}{}",
            self.origin.host_str().unwrap_or_default(),
            self.prefix
        )
    }

    /// Where a redirect leads, if it is the same server: to https on the same host, within the same origin, between pods of Tableau Cloud, or to a
    /// host that the caller allowed by name. Never from https to http. Gives the path there too, which may be spelt in another case.
    ///
    /// Any other redirect would send a secret to a server that the caller did not name.
    pub(crate) fn follow(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        path: &str,
        allowed: &[String],
    ) -> Result<(Self, String), Error> {
        let here = self.absolute(path);
        let header = headers.get(LOCATION).and_then(|value| value.to_str().ok());
        let target = header.and_then(|location| Url::parse(&here).ok()?.join(location).ok());
        let status = status.as_u16();
        let Some(target) = target else {
            return Err(refused(
                format!("the server redirects (HTTP {status}) without saying where to"),
                HINT,
            ));
        };
        // The query may hold a secret.
        let shown = format!("{}{}", target.origin().ascii_serialization(), target.path());
        if self.is_https() && target.scheme() != "https" {
            return Err(refused(
                format!("the server redirects from https to {shown}, which is not encrypted"),
                HINT,
            ));
        }
        if !self.leads_home(&target, allowed) {
            let is_sign_on = SIGN_ON
                .iter()
                .any(|word| target.path().to_ascii_lowercase().contains(word));
            let hint = match is_sign_on {
                true => HINT,
                false => {
                    "If that is the right server, use its address, or allow its host by name; if not, the connection may be intercepted."
                }
            };
            return Err(refused(
                format!("the server redirects to another one: {shown} (HTTP {status})"),
                hint,
            ));
        }
        let (path, query) = path.split_at(path.find('?').unwrap_or(path.len()));
        let Some((prefix, path)) = split_behind(target.path(), path) else {
            return Err(refused(
                format!("the server redirects to {shown} (HTTP {status}), which is not the REST API"),
                HINT,
            ));
        };
        let (prefix, path) = (prefix.to_owned(), format!("{path}{query}"));
        let there = Self {
            origin: target,
            prefix,
        };
        Ok((there, path))
    }

    /// The pod of Tableau Cloud that it is, by its host.
    pub(crate) fn pod(&self) -> Option<&str> {
        let host = self.origin.host_str()?;
        host.to_ascii_lowercase().ends_with(CLOUD).then_some(host)
    }

    fn leads_home(&self, target: &Url, allowed: &[String]) -> bool {
        let (Some(from), Some(to)) = (self.origin.host_str(), target.host_str()) else {
            return false;
        };
        let (from, to) = (from.to_ascii_lowercase(), to.to_ascii_lowercase());
        let upgrade = self.origin.scheme() == "http" && target.scheme() == "https";
        let same_origin = self.origin.origin() == target.origin();
        let pods = target.scheme() == "https" && from.ends_with(CLOUD) && to.ends_with(CLOUD);
        let named = allowed.iter().any(|host| host.eq_ignore_ascii_case(&to));
        same_origin || (upgrade && from == to) || pods || named
    }
}

/// What stands before a path in another, and the path as it stands there: in any case, as servers do not look at it, and with a slash at its end.
fn split_behind<'t>(target: &'t str, path: &str) -> Option<(&'t str, &'t str)> {
    let end = target.trim_end_matches('/').len();
    let (prefix, tail) = target.split_at_checked(end.checked_sub(path.len())?)?;
    let same = tail.get(..path.len())?.eq_ignore_ascii_case(path);
    same.then_some((prefix, tail))
}

/// What the paths of sign-on pages contain.
const SIGN_ON: [&str; 6] = ["saml", "sso", "login", "signin", "oauth", "adfs"];
const HINT: &str = "Use the server's own address; a sign-on page before the API has to let `/api` through.";

fn refused(message: String, hint: &str) -> Error {
    Error::new(ErrorKind::Redirected, message).with_hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follow(from: &str, to: &str) -> Result<String, String> {
        let here = Location::of(&from.parse().unwrap()).unwrap();
        let headers = HeaderMap::from_iter([(LOCATION, to.parse().unwrap())]);
        let allowed = ["sso.example.com".to_owned()];
        let (there, _) = here
            .follow(StatusCode::FOUND, &headers, "/api/2.4/serverinfo", &allowed)
            .map_err(|error| error.to_string())?;
        Ok(there.absolute(""))
    }

    #[test]
    fn redirects_that_lead_to_the_same_server() {
        let cases = [
            (
                "http://server",
                "https://server/api/2.4/serverinfo",
                "https://server",
            ),
            (
                "http://server:8000",
                "https://SERVER:8443/api/2.4/serverinfo",
                "https://server:8443",
            ),
            (
                "http://server",
                "https://server/tableau/api/2.4/serverinfo",
                "https://server/tableau",
            ),
            (
                "https://server",
                "/tableau/api/2.4/serverinfo",
                "https://server/tableau",
            ),
            ("https://server/a", "/b/api/2.4/serverinfo", "https://server/b"),
            ("https://server", "/api/2.4/serverInfo", "https://server"),
            (
                "https://server",
                "/Tableau/API/2.4/ServerInfo/",
                "https://server/Tableau",
            ),
            (
                "https://online.online.tableau.com",
                "https://10ax.online.tableau.com/api/2.4/serverinfo",
                "https://10ax.online.tableau.com",
            ),
            (
                "https://server",
                "https://sso.example.com/api/2.4/serverinfo",
                "https://sso.example.com",
            ),
        ];
        for (from, to, expected) in cases {
            assert_eq!(follow(from, to).as_deref(), Ok(expected), "{from} → {to}");
        }
    }

    #[test]
    fn redirects_that_do_not() {
        let cases = [
            (
                "https://server",
                "http://server/api/2.4/serverinfo",
                "not encrypted",
            ),
            (
                "https://server",
                "http://sso.example.com/api/2.4/serverinfo",
                "not encrypted",
            ),
            (
                "https://server",
                "https://other/api/2.4/serverinfo",
                "another one",
            ),
            ("http://server", "https://other/api/2.4/serverinfo", "another one"),
            ("http://server", "http://other/api/2.4/serverinfo", "another one"),
            (
                "http://server:1",
                "http://server:2/api/2.4/serverinfo",
                "another one",
            ),
            (
                "https://server:1",
                "https://server:2/api/2.4/serverinfo",
                "another one",
            ),
            (
                "https://server",
                "https://server.example.com/api/2.4/serverinfo",
                "another one",
            ),
            (
                "https://server",
                "https://evilonline.tableau.com/api/2.4/serverinfo",
                "another one",
            ),
            (
                "https://10ax.online.tableau.com",
                "https://10ax.online.tableau.com.evil/api/2.4/serverinfo",
                "another one",
            ),
            ("http://server", "https://server/signin", "not the REST API"),
            ("https://server", "/", "not the REST API"),
            ("https://server", "/api/2.4/serverinfos", "not the REST API"),
            ("https://server", "mailto:somebody", "not encrypted"),
            ("https://server", "https://[", "without saying where to"),
        ];
        for (from, to, reason) in cases {
            let error = follow(from, to).unwrap_err();
            assert!(error.contains(reason), "{from} → {to}: {error}");
        }
        assert!(
            !follow("https://server", "https://other/x?token=secret#secret")
                .unwrap_err()
                .contains("secret")
        );
    }
}
