//! Users.

use tableau_wire::rest::User;

use crate::kept::{Computed, Kept, Kind, Rights, Value};
use crate::store::State;
use crate::store::row::Row;

impl Kept for User {
    const MAY_LIST: Rights = Rights::Administrators;
    /// A user owns what it is.
    const MAY_READ: Rights = Rights::Owner;
    const UNSEEN: &'static str = "403133";
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[
        ("friendlyName", "fullName"),
        ("domain", "domain.name"),
        ("domainName", "domain.name"),
        ("luid", "id"),
    ];
    const COMPUTED: &'static [Computed<Self>] = &[Computed::Field("isLocal", Kind::Flag, |row, _| {
        let domain = row.shown.domain.as_ref();
        domain.map_or(Value::Missing, |domain| Value::Flag(domain.name == "local"))
    })];

    fn begin(row: &mut Row<Self>, _: &State) {
        row.owner = Some(row.id);
        // Empty for users without an identity provider, as recorded.
        row.shown.external_auth_user_id.get_or_insert_default();
    }
}
