//! `tabctl tsm login`, `tabctl tsm logout`.

use tableau_client::ErrorKind;

use super::connect::Connector;
use super::kept::Kept;
use crate::args::tsm::Logout;
use crate::failure::Failure;
use crate::terminal::text::{plain, say};

pub(super) fn login(connector: &Connector) -> Result<(), Failure> {
    let opened = connector.wait(connector.sign_in())?;
    let kept = &opened.kept;
    opened.trust.remember(&kept.server)?;
    let path = kept.store()?;
    say(&format!(
        "Signed in to {} as {}",
        kept.server,
        plain(&kept.username)
    ));
    drop(opened);
    say(&format!(
        "The session is kept in {} (readable by you only), the password is not",
        path.display()
    ));
    Ok(())
}

pub(super) fn logout(connector: &Connector, args: &Logout) -> Result<(), Failure> {
    if args.everywhere {
        super::confirm(
            args.yes,
            "Sign out every session at the controller, those of browsers included?",
        )?;
        connector.run(async |session| Ok(session.sign_out_everywhere().await?))?;
        Kept::forget()?;
        say("Every session is signed out");
        return Ok(());
    }
    if Kept::load()?.is_none() {
        say("Not signed in to TSM: nothing to do");
        return Ok(());
    }
    let opened = connector.resume()?;
    // A session that could not be signed out is still valid: it stays saved, so that logout can be retried.
    match connector.wait(opened.session.sign_out()) {
        Err(error) if error.kind() != ErrorKind::SessionEnded => return Err(error.into()),
        _ => Kept::forget()?,
    }
    say(&format!("Signed out of {}", opened.kept.server));
    Ok(())
}
