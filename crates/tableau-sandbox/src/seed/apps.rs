//! The connected app that every site has.

use jiff::Timestamp;
use tableau_wire::rest::ConnectedApplication;
use uuid::Uuid;

use super::luid;
use crate::kept::row::{References, begin, put};
use crate::refusal::Refusal;
use crate::store::Transaction;
use crate::store::row::{Row, SiteRow};
use crate::store::unshown::AppSecret;
use crate::well_known::{
    CONNECTED_APP_CLIENT_ID, CONNECTED_APP_NAME, CONNECTED_APP_SECRET_ID, CONNECTED_APP_SECRET_VALUE,
};

pub(super) fn fill(
    transaction: &mut Transaction<'_>,
    content_url: &str,
    now: Timestamp,
) -> Result<(), Refusal> {
    let mut shown = ConnectedApplication::default();
    shown.client_id = CONNECTED_APP_CLIENT_ID.into();
    CONNECTED_APP_NAME.clone_into(&mut shown.name);
    shown.enabled = Some(true);
    let id = luid::<Row<ConnectedApplication>>(&[content_url, CONNECTED_APP_CLIENT_ID]);
    let site = luid::<SiteRow>(&[content_url]);
    let mut app = begin(transaction, site, Some(id), References::default(), shown, now)?;
    app.unshown.secrets.push(AppSecret {
        id: Uuid::parse_str(CONNECTED_APP_SECRET_ID).map_err(Refusal::internal)?,
        value: CONNECTED_APP_SECRET_VALUE.into(),
        created_at: now,
    });
    put(transaction, app)
}
