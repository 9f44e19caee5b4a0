//! `tabctl tsm login`, `tabctl tsm logout`.

use tableau_client::ErrorKind;

use super::connect::Connector;
use super::kept::Kept;
use crate::args::tsm::Logout;
use crate::failure::Failure;
use crate::terminal::text::{plain, say};

pub(super) async fn login(connector: Connector) -> Result<(), Failure> {
    let (kept, _, first_use) = connector.sign_in().await?;
    let path = kept.store()?;
    say(&format!(
        "Signed in to {} as {}",
        kept.server,
        plain(&kept.username)
    ));
    drop(first_use);
    say(&format!(
        "The session is kept in {} (readable by you only), the password is not",
        path.display()
    ));
    Ok(())
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
    let (kept, session, _first_use) = connector.resume()?;
    // What could not be signed out is still good: it stays, so that logging out can be tried again.
    match session.sign_out().await {
        Err(error) if error.kind() != ErrorKind::SessionEnded => return Err(error.into()),
        _ => Kept::forget()?,
    }
    say(&format!("Signed out of {}", kept.server));
    Ok(())
}
