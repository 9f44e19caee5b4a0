//! Signing in and out, switching sites, and revoking the tokens of server administrators.

use jiff::SignedDuration;
use tableau_wire::rest::auth::{
    RevokeAllServerAdminTokens, RevokeServerAdminTokens, SignIn, SignOut, SignedIn, SiteId, SwitchSite,
    UserId,
};
use tableau_wire::{Format, codec};

use super::id;
use crate::auth::{self, Admitted, Caller, personal_access_token};
use crate::call::Call;
use crate::refusal::Refusal;
use crate::store::record::Session;
use crate::store::unshown::Product;

pub(crate) fn sign_in(call: &Call<'_>, sign_in: &SignIn) -> Result<SignedIn, Refusal> {
    if !names_a_site(&call.body.document) {
        return Err(Refusal::incomplete_payload());
    }
    let credentials = &sign_in.credentials;
    let products = [Product::Server, Product::Cloud].into_iter();
    let products = products.filter(|product| call.settings.serves(*product, call.host));
    let context = auth::SignInContext {
        now: call.clock.now(),
        version: call.version,
        issuers: call.settings.issuers(),
        connected_apps: call.settings.are_connected_apps_enabled(),
        products: products.collect(),
        keys: auth::keys_for(call.store, credentials),
    };
    call.store
        .write(|transaction| auth::sign_in(transaction, credentials, &context))
        .map(|admitted| signed_in(call, admitted))
}

pub(crate) fn sign_out(call: &Call<'_>, caller: &Caller, _: &SignOut) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        transaction.remove::<Session>(caller.session);
        Ok(())
    })
}

pub(crate) fn switch_site(
    call: &Call<'_>,
    caller: &Caller,
    switch: &SwitchSite,
) -> Result<SignedIn, Refusal> {
    let now = call.clock.now();
    call.store
        .write(|transaction| auth::switch(transaction, caller, &switch.site.content_url, now))
        .map(|admitted| signed_in(call, admitted))
}

pub(crate) fn revoke_server_admin_tokens(
    call: &Call<'_>,
    caller: &Caller,
    _: &RevokeServerAdminTokens,
) -> Result<(), Refusal> {
    revoke_all(call, caller)
}

pub(crate) fn revoke_all_server_admin_tokens(
    call: &Call<'_>,
    caller: &Caller,
    _: &RevokeAllServerAdminTokens,
) -> Result<(), Refusal> {
    revoke_all(call, caller)
}

fn revoke_all(call: &Call<'_>, caller: &Caller) -> Result<(), Refusal> {
    if !caller.is_server_administrator() {
        return Err(Refusal::forbidden(
            "403004",
            "Only server administrators can revoke the tokens of server administrators.",
        ));
    }
    call.store.write(|transaction| {
        personal_access_token::revoke_of_server_administrators(transaction);
        Ok(())
    })
}

fn signed_in(call: &Call<'_>, admitted: Admitted) -> SignedIn {
    let Admitted {
        party,
        token,
        site,
        user,
        expires_in,
    } = admitted;
    call.begun.set(party);
    SignedIn {
        token,
        estimated_time_to_expiration: Some(hours_minutes_seconds(expires_in)),
        site: SiteId {
            id: id(site.id),
            content_url: site.content_url().to_owned(),
        },
        user: UserId { id: id(user) },
    }
}

/// Whether the document has a `site`, which servers require; clients may leave out its empty members.
fn names_a_site(body: &[u8]) -> bool {
    #[derive(codec::Read)]
    struct Probe {
        credentials: Credentials,
    }
    #[derive(codec::Read)]
    struct Credentials {
        site: Option<Site>,
    }
    #[derive(codec::Read)]
    struct Site {}
    let probe = codec::decode::<Probe>(body, Format::sniff(body).unwrap_or_default());
    probe.is_ok_and(|probe| probe.credentials.site.is_some())
}

/// Recorded as `177:05:38`, `14:00:00` and `2:12:30`. Its meaning is not documented; here it is the remaining life of the credentials.
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
