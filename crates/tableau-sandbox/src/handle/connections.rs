//! Connections of content to databases: listed, and led elsewhere. No password is kept: the sandbox connects to nothing.

use tableau_wire::Items;
use tableau_wire::resource::{
    ConnectionPatch, HasBulkConnections, HasConnections, ListConnections, UpdateConnection, UpdateConnections,
};
use tableau_wire::rest::publishing::Connection;
use tableau_wire::rest::{Datasource, Flow, VirtualConnection, Workbook};
use uuid::Uuid;

use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::clock::time;
use crate::kept::{Kept, Rights, row, set};
use crate::refusal::Refusal;
use crate::store::row::Row;
use crate::store::{State, Transaction};

/// A kind of content with connections.
pub(crate) trait Connected: Kept {
    /// The code of the refusal to list them.
    const UNSEEN: &'static str;
    /// The code of the refusal to change one.
    const FIXED: &'static str;
}

macro_rules! connected {
    ($($resource:ident $unseen:literal $fixed:literal),*) => {
        $(impl Connected for $resource {
            const UNSEEN: &'static str = $unseen;
            const FIXED: &'static str = $fixed;
        })*
    };
}

// Those of virtual connections are inferred.
connected!(
    Datasource "403021" "403023",
    Flow "403092" "403103",
    VirtualConnection "403004" "403004",
    Workbook "403021" "403029"
);

const WRITE: Rights = Rights::Capability("Write");

pub(crate) fn list<R: HasConnections + Connected>(
    call: &Call<'_>,
    caller: &Caller,
    list: &ListConnections<R>,
) -> Result<Items<Connection>, Refusal> {
    let state = call.store.read();
    let connections = of::<R>(&state, caller, list.id.as_str())?;
    Ok(connections.map(|connection| connection.shown.clone()).collect())
}

/// The connections of an item, for a caller who may see it.
pub(super) fn of<'s, R: Connected>(
    state: &'s State,
    caller: &Caller,
    id: &str,
) -> Result<impl Iterator<Item = &'s Row<Connection>> + use<'s, R>, Refusal> {
    let refusal = (<R as Connected>::UNSEEN, "see the connections of");
    let item = row::allowed::<R>(state, caller, id, R::MAY_READ, refusal)?;
    Ok(state.connections.within(item.id))
}

pub(crate) fn update<R: HasConnections + Connected>(
    call: &Call<'_>,
    caller: &Caller,
    update: &UpdateConnection<R>,
) -> Result<Connection, Refusal> {
    let id = update.connection_id.as_str();
    call.store.write(|transaction| {
        let item = changed::<R>(transaction, call, caller, update.id.as_str())?;
        change(transaction, item, id, &update.connection)
    })
}

pub(crate) fn update_all<R: HasBulkConnections + Connected>(
    call: &Call<'_>,
    caller: &Caller,
    update: &UpdateConnections<R>,
) -> Result<Items<Connection>, Refusal> {
    let ids = &update.connections.connection_luids.connection_luid;
    if ids.is_empty() {
        return Err(Refusal::incomplete_payload());
    }
    call.store.write(|transaction| {
        let item = changed::<R>(transaction, call, caller, update.id.as_str())?;
        let patch = &update.connections.connection;
        let connections = ids
            .iter()
            .map(|id| change(transaction, item, id.0.as_str(), patch));
        connections.collect()
    })
}

/// The item whose connections change, for a caller who may change it.
pub(super) fn changed<R: Connected>(
    transaction: &mut Transaction<'_>,
    call: &Call<'_>,
    caller: &Caller,
    id: &str,
) -> Result<Uuid, Refusal> {
    let refusal = (R::FIXED, "change the connections of");
    let mut item = row::allowed::<R>(transaction, caller, id, WRITE, refusal)?.clone();
    set(&mut item.shown, "updatedAt", Some(time(call.clock.now())));
    let id = item.id;
    transaction.put(item)?;
    Ok(id)
}

/// Changes a connection of an item; what the request does not give stays.
pub(super) fn change(
    transaction: &mut Transaction<'_>,
    item: Uuid,
    id: &str,
    patch: &ConnectionPatch,
) -> Result<Connection, Refusal> {
    let row = parse_id(id).and_then(|id| transaction.connections.get(id));
    let row = row.filter(|row| row.parent == Some(item));
    let mut row = row
        .ok_or_else(|| Refusal::not_found("404020", "Connection", id))?
        .clone();
    let shown = &mut row.shown;
    let texts = [
        (&mut shown.server_address, &patch.server_address),
        (&mut shown.server_port, &patch.server_port),
        (&mut shown.user_name, &patch.user_name),
        (&mut shown.authentication_type, &patch.authentication_type),
    ];
    for (shown, given) in texts {
        if given.is_some() {
            shown.clone_from(given);
        }
    }
    shown.embed_password = patch.embed_password.or(shown.embed_password);
    shown.query_tagging_enabled = patch.query_tagging_enabled.or(shown.query_tagging_enabled);
    let shown = row.shown.clone();
    transaction.put(row)?;
    Ok(shown)
}
