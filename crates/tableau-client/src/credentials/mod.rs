//! Who signs in.

use std::fmt;

use tableau_wire::{Secret, rest::auth};

/// Credentials of any kind: a recipe from which sessions are made.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Credentials {
    /// A personal access token.
    PersonalAccessToken(PersonalAccessToken),
}

/// A personal access token, made in the account settings of Tableau's web pages.
///
/// A token gives one session: signing in with it again, anywhere, ends the session before.
/// Source: "Personal Access Tokens" in Tableau's help.
#[derive(Debug, Clone)]
pub struct PersonalAccessToken {
    name: String,
    secret: Secret,
    site: Option<String>,
}

impl PersonalAccessToken {
    /// A token by its name and secret; white space around the secret, such as the end of a line in a file, is dropped.
    pub fn new(name: impl Into<String>, secret: impl Into<Secret>) -> Self {
        let secret: Secret = secret.into();
        Self {
            name: name.into(),
            secret: Secret::new(secret.expose().trim()),
            site: None,
        }
    }

    /// The same token for a site, by its content URL: what stands behind `/site/` in a browser's address; `""` is the Default site.
    ///
    /// Without it, the site is the one that the server's address named, or else the Default site.
    #[must_use]
    pub fn site(mut self, content_url: impl Into<String>) -> Self {
        self.site = Some(content_url.into());
        self
    }
}

impl From<PersonalAccessToken> for Credentials {
    fn from(token: PersonalAccessToken) -> Self {
        Self::PersonalAccessToken(token)
    }
}

impl Credentials {
    /// The site they name, if they name one.
    pub(crate) fn site(&self) -> Option<&str> {
        match self {
            Self::PersonalAccessToken(token) => token.site.as_deref(),
        }
    }

    /// The document to sign in with.
    pub(crate) fn request(&self, site: &str) -> auth::SignIn {
        let credentials = match self {
            Self::PersonalAccessToken(token) => {
                auth::Credentials::personal_access_token(&token.name, token.secret.clone(), site)
            }
        };
        auth::SignIn { credentials }
    }

    /// What about these credentials often makes a server refuse them, judged by their looks.
    pub(crate) fn suspicions(&self, site: &str) -> Vec<String> {
        let mut found = site_suspicions(site);
        match self {
            Self::PersonalAccessToken(token) => {
                if token.name.is_empty() {
                    found.push("the token's name is empty".to_owned());
                }
                if !looks_like_token_secret(token.secret.expose()) {
                    found.push(
                        "the token's secret does not look like one (two parts with a colon between them): it may be cut short, or be \
                         something else"
                            .to_owned(),
                    );
                }
            }
        }
        found
    }
}

impl fmt::Display for Credentials {
    /// What they are, without any secret: `personal access token "ci"`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PersonalAccessToken(token) => write!(f, "personal access token {:?}", token.name),
        }
    }
}

/// Mistakes in naming a site.
fn site_suspicions(site: &str) -> Vec<String> {
    let mut found = Vec::new();
    let is_uuid = site.len() == 36 && site.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    if site.eq_ignore_ascii_case("default") {
        found.push("the Default site has an empty name, not \"Default\"".to_owned());
    } else if is_uuid {
        found.push(
            "the site is named by its id; it has to be its content URL (from the address in a browser)"
                .to_owned(),
        );
    } else if site.contains(char::is_whitespace) {
        found.push(
            "the site's name has a space in it; content URLs have none, so this is probably its display name"
                .to_owned(),
        );
    }
    found
}

fn looks_like_token_secret(secret: &str) -> bool {
    secret
        .split_once(':')
        .is_some_and(|(first, second)| first.len() >= 16 && second.len() >= 16)
}
