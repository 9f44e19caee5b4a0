//! External authorization servers: they need a name and an issuer, and are enabled by default (inferred).

use jiff::Timestamp;
use tableau_wire::rest::ExternalAuthorizationServer;

use crate::kept::Kept;
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::Row;

impl Kept for ExternalAuthorizationServer {
    fn begin(row: &mut Row<Self>, _: &State) {
        row.shown.enabled.get_or_insert(true);
    }

    /// An empty address of the keys is none.
    fn touch(row: &mut Row<Self>, _: &State, _: Timestamp) {
        row.shown.jwks_uri.take_if(|uri| uri.is_empty());
    }

    fn check(row: &Row<Self>, _: &State) -> Result<(), Refusal> {
        let issuer = row.shown.issuer_url.as_deref().unwrap_or_default();
        if row.shown.name.trim().is_empty() || issuer.trim().is_empty() {
            return Err(Refusal::incomplete_payload());
        }
        Ok(())
    }
}
