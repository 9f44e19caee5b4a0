//! The connected app that every site has.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Seeded, luid};
use crate::refusal::Refusal;
use crate::store::Transaction;
use crate::store::record::{AppSecret, ConnectedApp, Site};
use crate::well_known::{
    CONNECTED_APP_CLIENT_ID, CONNECTED_APP_NAME, CONNECTED_APP_SECRET_ID, CONNECTED_APP_SECRET_VALUE,
};

pub(super) fn fill(transaction: &mut Transaction<'_>, site: &Seeded, now: Timestamp) -> Result<(), Refusal> {
    let id = |text| Uuid::parse_str(text).map_err(Refusal::internal);
    transaction.put(ConnectedApp {
        id: luid::<ConnectedApp>(&[site.content_url, CONNECTED_APP_CLIENT_ID]),
        site: luid::<Site>(&[site.content_url]),
        client_id: id(CONNECTED_APP_CLIENT_ID)?,
        name: CONNECTED_APP_NAME.to_owned(),
        enabled: true,
        domain_safelist: String::new(),
        unrestricted_embedding: true,
        secrets: vec![AppSecret {
            id: id(CONNECTED_APP_SECRET_ID)?,
            value: CONNECTED_APP_SECRET_VALUE.into(),
            created_at: now,
        }],
        created_at: now,
    })
}
