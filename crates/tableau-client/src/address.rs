//! Addresses of servers, as people have them: typed, or pasted from a browser.

use std::fmt;
use std::str::FromStr;

use percent_encoding::percent_decode_str;
use url::Url;

use crate::error::{Error, ErrorKind};

/// The port of Tableau Services Manager, which is another API.
const TSM_PORT: u16 = 8850;

/// Where a server is, and which site the address named.
///
/// Any address works that leads to the server: without a scheme it is `https`; what follows the server's own path is used or dropped.
///
/// ```
/// use tableau_client::ServerAddress;
///
/// let address: ServerAddress = "my-server/#/site/MarketingTeam/projects".parse()?;
/// assert_eq!(address.to_string(), "https://my-server");
/// assert_eq!(address.site(), Some("MarketingTeam"));
///
/// let address: ServerAddress = "https://gateway.example.com/tableau/api/3.20/".parse()?;
/// assert_eq!(address.to_string(), "https://gateway.example.com/tableau");
/// # Ok::<(), tableau_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAddress {
    origin: String,
    prefix: String,
    site: Option<String>,
}

impl ServerAddress {
    /// Scheme, host and port: `https://my-server`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The host, as it stands in the address: one of IP version 6 in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.host_and_port().0
    }

    /// The port, also if it is the scheme's own.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.host_and_port().1
    }

    fn host_and_port(&self) -> (&str, u16) {
        let usual = if self.is_https() { 443 } else { 80 };
        let host = self.origin.split_once("://").map_or("", |(_, host)| host);
        let port = host
            .rsplit_once(':')
            .and_then(|(name, port)| Some((name, port.parse().ok()?)));
        port.unwrap_or((host, usual))
    }

    /// What a gateway puts before the server's own path; empty if there is none.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The site that the address named by its content URL; `""` is the Default site, `None` means that it named none.
    #[must_use]
    pub fn site(&self) -> Option<&str> {
        self.site.as_deref()
    }

    /// The content URL in what names a site: an address or a path of the site (`https://server/#/site/acme/home`, `/t/acme`), or itself.
    ///
    /// No content URL has a slash in it.
    #[must_use]
    pub fn site_in(text: &str) -> String {
        let text = text.trim();
        if !text.contains(['/', '#']) {
            return text.to_owned();
        }
        let (path, fragment) = match text.contains("://") {
            true => match text.parse::<Self>() {
                Ok(Self { site: Some(site), .. }) => return site,
                _ => return text.to_owned(),
            },
            false => text.split_once('#').unwrap_or((text, "")),
        };
        let in_fragment = site_of_fragment(fragment).filter(|site| !site.is_empty());
        let (prefix, in_path) = split_path(path);
        let alone = prefix.strip_prefix('/').filter(|only| !only.contains('/'));
        in_fragment
            .or(in_path)
            .or(alone.map(decode))
            .unwrap_or_else(|| text.to_owned())
    }

    /// Whether the connection is encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.origin.starts_with("https:")
    }
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.prefix)
    }
}

impl FromStr for ServerAddress {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let text = mended(text.trim());
        let lower = text.to_ascii_lowercase();
        let with_scheme = match lower
            .split_once("://")
            .filter(|(scheme, _)| !scheme.contains(['/', '?', '#']))
        {
            Some(("http" | "https", _)) => text.clone(),
            Some((scheme, _)) => {
                return Err(invalid(format!(
                    "`{scheme}` is not a scheme for a server: use https"
                )));
            }
            None => format!("https://{text}"),
        };
        let (url, host) = read(&with_scheme)?;
        if url.port() == Some(TSM_PORT) {
            return Err(invalid(format!(
                "port {TSM_PORT} is Tableau Services Manager (TSM), not the REST API: leave the port out (https://{host})"
            )));
        }
        let (prefix, from_path) = split_path(url.path());
        let site = url.fragment().and_then(site_of_fragment).or(from_path);
        Ok(Self {
            origin: url.origin().ascii_serialization(),
            prefix,
            site,
        })
    }
}

/// Reads an address from each kind of string.
macro_rules! try_from_texts {
    ($address:ty: $($text:ty),*) => {$(
        impl TryFrom<$text> for $address {
            type Error = Error;

            fn try_from(text: $text) -> Result<Self, Error> {
                text.parse()
            }
        }
    )*};
}
pub(crate) use try_from_texts;

try_from_texts!(ServerAddress: &str, &String, String);

/// An address with one scheme, where people have two (`https://https://host`) or a broken one (`https//host`); the last one is meant.
pub(crate) fn mended(text: &str) -> String {
    let mut rest = text;
    let mut scheme = "";
    loop {
        let found = ["https", "http"].into_iter().find_map(|scheme| {
            let start = rest.get(..scheme.len())?;
            let behind = rest.get(scheme.len()..)?;
            let separator = ["://", ":/", "//", ":\\\\"]
                .iter()
                .find(|separator| behind.starts_with(*separator))?;
            let is_scheme = start.eq_ignore_ascii_case(scheme);
            is_scheme.then(|| (scheme, behind.get(separator.len()..).unwrap_or_default()))
        });
        let Some((found, behind)) = found else { break };
        (scheme, rest) = (found, behind.trim_start_matches('/'));
    }
    match scheme {
        "" => rest.to_owned(),
        scheme => format!("{scheme}://{rest}"),
    }
}

/// A URL and its host. The host is required; a user name is refused.
pub(crate) fn read(with_scheme: &str) -> Result<(Url, String), Error> {
    let url = Url::parse(with_scheme)
        .map_err(|error| invalid(format!("this is not a server's address: {error}")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid(
            "the address has a user name in it: give credentials apart from the address".to_owned(),
        ));
    }
    if matches!(url.host_str(), Some("http" | "https")) {
        return Err(invalid(
            "the address has a scheme where the name of the server belongs: write https://SERVER".to_owned(),
        ));
    }
    match url.host_str().filter(|host| !host.is_empty()).map(str::to_owned) {
        Some(host) => Ok((url, host)),
        None => Err(invalid("the address has no host".to_owned())),
    }
}

pub(crate) fn invalid(message: String) -> Error {
    Error::new(ErrorKind::Address, message)
}

/// What the server's own paths begin with: its API, its pages, its sign-in, and the files that pages load.
///
/// Whatever else stands there is the prefix of a gateway.
const OWN: [&str; 38] = [
    "admin",
    "api",
    "askdata",
    "auth",
    "authoring",
    "collections",
    "datasources",
    "embed",
    "en",
    "explore",
    "favorites",
    "flows",
    "groups",
    "home",
    "javascripts",
    "jobs",
    "metadata",
    "metrics",
    "oidc",
    "pod",
    "projects",
    "pulse",
    "recents",
    "redirect_to_view",
    "relationship-service-war",
    "samlsso",
    "schedules",
    "signin",
    "site",
    "t",
    "tasks",
    "trusted",
    "users",
    "views",
    "vizportal",
    "vizql",
    "wg",
    "workbooks",
];

/// The path before the server's own parts, and the site if one of those names it.
///
/// It stands behind `t` (links to views) or `site`, at the beginning or below a part of the product (`pulse/site/…`, `vizql/t/…`).
fn split_path(path: &str) -> (String, Option<String>) {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let own = |segment: &&str| OWN.contains(&segment.to_ascii_lowercase().as_str());
    let end = segments.iter().position(own).unwrap_or(segments.len());
    let (before, after) = segments.split_at_checked(end).unwrap_or((&segments, &[]));
    let names_site =
        |segment: &str| segment.eq_ignore_ascii_case("t") || segment.eq_ignore_ascii_case("site");
    let site = match after {
        [mark, site, ..] if names_site(mark) => Some(site),
        // Below these, `t` and `site` are names of content.
        [first, ..]
            if ["api", "javascripts", "views"]
                .iter()
                .any(|own| first.eq_ignore_ascii_case(own)) =>
        {
            None
        }
        [_, mark, site, ..] if names_site(mark) => Some(site),
        // Behind a ticket.
        [first, _, mark, site, ..] if first.eq_ignore_ascii_case("trusted") && names_site(mark) => Some(site),
        _ => None,
    };
    let prefix: String = before.iter().flat_map(|segment| ["/", segment]).collect();
    (prefix, site.map(|site| decode(site)))
}

/// The site in the part behind `#`: `/site/MarketingTeam/projects`; any other page of the browser is on the Default site.
fn site_of_fragment(fragment: &str) -> Option<String> {
    let mut segments = fragment.split(['/', '?']).filter(|segment| !segment.is_empty());
    let first = segments.next()?.to_ascii_lowercase();
    match first.as_str() {
        "site" | "t" => segments.next().map(decode),
        "signin" => None,
        _ => Some(String::new()),
    }
}

fn decode(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests;
