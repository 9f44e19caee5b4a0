//! Where a TSM controller is.

use std::fmt;
use std::str::FromStr;

use crate::address::{self, invalid, mended, try_from_texts};
use crate::error::Error;

/// The port that the controller has unless it was set up otherwise.
const PORT: u16 = 8850;

/// Where a TSM controller is: host and port, always by https.
///
/// Without a port it is 8850; a path, such as that of TSM's pages, is dropped.
///
/// ```
/// use tableau_client::tsm::TsmAddress;
///
/// let address: TsmAddress = "your-server".parse()?;
/// assert_eq!(address.to_string(), "https://your-server:8850");
/// assert!("http://your-server:8850".parse::<TsmAddress>().is_err());
/// # Ok::<(), tableau_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TsmAddress {
    host: String,
    port: u16,
}

impl TsmAddress {
    /// The name or address of the machine.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl fmt::Display for TsmAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "https://{}:{}", self.host, self.port)
    }
}

impl FromStr for TsmAddress {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let text = mended(text.trim());
        let lower = text.to_ascii_lowercase();
        let scheme = lower
            .split_once("://")
            .map(|(scheme, _)| scheme)
            .filter(|scheme| !scheme.contains(['/', '?', '#']));
        let with_scheme = match scheme {
            Some("https") => text.clone(),
            Some("http") => {
                let message = "TSM speaks https only, and by http the password of an administrator could be read on its way";
                return Err(invalid(message.to_owned()).with_hint("Use the same address with https://."));
            }
            Some(scheme) => return Err(invalid(format!("`{scheme}` is not a scheme for TSM: use https"))),
            None => format!("https://{text}"),
        };
        let (url, host) = address::read(&with_scheme)?;
        // 443 is what `Url` takes for no port at all, so that it is looked for in the text.
        let authority = with_scheme.get("https://".len()..).unwrap_or_default();
        let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
        let port = match url.port() {
            Some(port) => port,
            None if authority.ends_with(":443") => 443,
            None => PORT,
        };
        Ok(Self { host, port })
    }
}

try_from_texts!(TsmAddress: &str, &String, String);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn any_address_of_a_controller_works() {
        for (text, address) in [
            ("https://your-server:8850", "https://your-server:8850"),
            (" Your-Server ", "https://your-server:8850"),
            ("https://your-server:8850/#/status", "https://your-server:8850"),
            ("https://your-server:443/", "https://your-server:443"),
            ("https://your-server/a:443", "https://your-server:8850"),
            ("your-server:18850/api/0.5/login", "https://your-server:18850"),
            ("[::1]", "https://[::1]:8850"),
            ("127.0.0.1:1", "https://127.0.0.1:1"),
            ("https://https://your-server", "https://your-server:8850"),
            ("https//your-server:18850", "https://your-server:18850"),
        ] {
            assert_eq!(text.parse::<TsmAddress>().unwrap().to_string(), address, "{text}");
        }
    }

    #[test]
    fn what_is_no_address_says_why() {
        for (text, message) in [
            ("http://your-server:8850", "https only"),
            ("HTTP://your-server", "https only"),
            ("ftp://your-server", "`ftp`"),
            ("https://user:secret@your-server:8850", "user name"),
            ("", "not a server's address"),
        ] {
            let error = text.parse::<TsmAddress>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Address);
            assert!(error.to_string().contains(message), "{text}: {error}");
            assert!(!error.to_string().contains("secret"));
        }
    }
}
