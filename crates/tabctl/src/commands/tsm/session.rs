//! `tabctl tsm login`, `tabctl tsm logout`.

use serde_json::Value;
use tableau_client::ErrorKind;

use super::connect::Connector;
use super::kept::{self, Kept};
use crate::args::tsm::Logout;
use crate::failure::Failure;
use crate::output::{plain, say};

pub(super) async fn login(connector: Connector) -> Result<(), Failure> {
    let before = hosts();
    let (kept, _) = connector.sign_in().await?;
    let path = kept.store()?;
    say(&format!(
        "Signed in to {} as {}",
        kept.server,
        plain(&kept.username)
    ));
    if kept.trust.on_first_use {
        let host = kept.server.trim_start_matches("https://");
        let fingerprint = |hosts: &Value| Some(hosts.get(host)?.get("sha256")?.as_str()?.to_owned());
        match fingerprint(&hosts()) {
            Some(now) if fingerprint(&before).is_none() => say(&format!(
                "Its certificate is trusted from now on (kept in {}); its SHA-256 fingerprint is\n{}",
                kept::hosts()?.display(),
                plain(&now)
            )),
            _ => {}
        }
    }
    say(&format!(
        "The session is kept in {} (readable by you only), the password is not",
        path.display()
    ));
    Ok(())
}

/// The certificates that are trusted; nothing if that cannot be read, as connecting then says why.
fn hosts() -> Value {
    let text = kept::hosts().ok().and_then(|file| std::fs::read(file).ok());
    text.and_then(|text| serde_json::from_slice(&text).ok())
        .unwrap_or_default()
}

pub(super) async fn logout(connector: Connector, args: &Logout) -> Result<(), Failure> {
    if args.everywhere {
        let everywhere = async |session: &tableau_client::tsm::TsmSession| {
            session.sign_out_everywhere().await?;
            Ok(())
        };
        connector.run(everywhere).await?;
        Kept::forget()?;
        say("Everybody is signed out");
        return Ok(());
    }
    if Kept::load()?.is_none() {
        say("Not signed in to TSM: nothing to do");
        return Ok(());
    }
    let (kept, session) = connector.resume()?;
    // What could not be signed out is still good: it stays, so that logging out can be tried again.
    match session.sign_out().await {
        Err(error) if error.kind() != ErrorKind::SessionEnded => return Err(error.into()),
        _ => Kept::forget()?,
    }
    say(&format!("Signed out of {}", kept.server));
    Ok(())
}
