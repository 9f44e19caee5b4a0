//! Signing in and out.

use jiff::SignedDuration;
use serde::Deserialize;
use tableau_wire::rest::auth::{SignIn, SignOut, SignedIn, SiteId, UserId};
use tableau_wire::{Format, codec};

use super::id;
use crate::auth::{self, Admitted, Caller};
use crate::fault::Fault;
use crate::service::Call;
use crate::store::record::Session;

pub(crate) fn sign_in(call: &Call<'_>, sign_in: &SignIn) -> Result<SignedIn, Fault> {
    if !names_a_site(call.body) {
        return Err(Fault::incomplete_payload());
    }
    let now = call.clock.now();
    let admitted = call
        .store
        .write(|transaction| auth::sign_in(transaction, &sign_in.credentials, now))?;
    let Admitted {
        token,
        site,
        user,
        expires_in,
    } = admitted;
    Ok(SignedIn {
        token,
        estimated_time_to_expiration: Some(hours_minutes_seconds(expires_in)),
        site: SiteId {
            id: id(site.id),
            content_url: site.content_url,
        },
        user: UserId { id: id(user) },
    })
}

pub(crate) fn sign_out(call: &Call<'_>, caller: &Caller, _: &SignOut) -> Result<(), Fault> {
    call.store.write(|transaction| {
        transaction.remove::<Session>(caller.session);
        Ok(())
    })
}

/// Whether the document has a `site`, which servers insist on; clients may leave out what is empty inside it.
fn names_a_site(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Probe {
        credentials: Credentials,
    }
    #[derive(Deserialize)]
    struct Credentials {
        site: Option<Site>,
    }
    #[derive(Deserialize)]
    struct Site {}
    let probe = codec::decode::<Probe>(body, Format::sniff(body).unwrap_or_default());
    probe.is_ok_and(|probe| probe.credentials.site.is_some())
}

/// Recorded as `177:05:38`, `14:00:00` and `2:12:30`. What it measures is not established; here it is how long the credentials are good.
fn hours_minutes_seconds(time: SignedDuration) -> String {
    let seconds = time.as_secs().max(0);
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_servers_write_it() {
        assert_eq!(
            hours_minutes_seconds(SignedDuration::from_hours(360)),
            "360:00:00"
        );
        assert_eq!(hours_minutes_seconds(SignedDuration::from_secs(7950)), "2:12:30");
        assert_eq!(hours_minutes_seconds(SignedDuration::from_secs(-1)), "0:00:00");
    }
}
