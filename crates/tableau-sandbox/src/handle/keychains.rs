//! Keychains: the credentials of content and of users, taken from one site to another.
//!
//! The sandbox keeps no password, so a keychain has none: it says which connection has one, and which site it is for. What is not that site's is refused.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use tableau_wire::resource::{
    ApplyKeychains, EncryptedKeychains, HasKeychains, KeychainDestination, KeychainUsers, Keychains,
    RetrieveKeychains,
};
use tableau_wire::rest::User;
use tableau_wire::rest::publishing::Connection;
use tableau_wire::rest::users::{RetrieveSavedCredentials, UploadSavedCredentials};
use tableau_wire::{Secret, Text};
use uuid::Uuid;

use super::{extensions, id};
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::kept::{Kept, row};
use crate::refusal::Refusal;
use crate::store::luid;
use crate::store::record::SavedCredentials;

const WHAT: &str = "the credentials of a site";

/// What a keychain says.
#[derive(Serialize, Deserialize)]
struct Keychain {
    /// The site that it is for.
    destination: Uuid,
    server_address: Option<String>,
    server_port: Option<String>,
    user_name: Option<String>,
}

impl Keychain {
    fn of(connection: &Connection, destination: Uuid) -> Self {
        Self {
            destination,
            server_address: connection.server_address.clone(),
            server_port: connection.server_port.clone(),
            user_name: connection.user_name.clone(),
        }
    }

    fn is_of(&self, connection: &Connection) -> bool {
        self.server_address == connection.server_address && self.server_port == connection.server_port
    }

    fn write(&self) -> Result<Text<Secret>, Refusal> {
        let json = serde_json::to_vec(self).map_err(Refusal::internal)?;
        Ok(Text(Secret::new(STANDARD.encode(json))))
    }

    /// Reads a keychain that is for a site.
    fn read(keychain: &Text<Secret>, site: Uuid) -> Result<Self, Refusal> {
        let json = STANDARD.decode(keychain.0.expose()).ok();
        let read = json.and_then(|json| serde_json::from_slice::<Self>(&json).ok());
        // The code is inferred.
        read.filter(|keychain| keychain.destination == site)
            .ok_or_else(|| Refusal::bad_request("400000", "A keychain is not one for this site."))
    }
}

fn read_all(keychains: &EncryptedKeychains, site: Uuid) -> Result<Vec<Keychain>, Refusal> {
    let keychains = keychains.encrypted_keychain.iter();
    keychains.map(|keychain| Keychain::read(keychain, site)).collect()
}

/// The site that keychains are for. That its server is named is all that is asked of the address.
fn site_of(destination: &KeychainDestination) -> Result<Uuid, Refusal> {
    let site = parse_id(&destination.destination_site_luid.0);
    site.filter(|_| !destination.destination_server_url.0.trim().is_empty())
        .ok_or_else(Refusal::incomplete_payload)
}

/// Keychains, with the user whose credentials they are.
fn answer(keychains: impl Iterator<Item = Keychain>, user: Option<Uuid>) -> Result<Keychains, Refusal> {
    let mut answer = Keychains::default();
    let list = &mut answer.encrypted_keychain_list.encrypted_keychain;
    for keychain in keychains {
        list.push(keychain.write()?);
    }
    let user = user.filter(|_| !list.is_empty());
    let mut users = KeychainUsers::default();
    users.associated_user_luid = user.map(|user| Text(id(user))).into_iter().collect();
    answer.associated_user_luid_list = Some(users);
    Ok(answer)
}

pub(crate) fn retrieve<R: HasKeychains + Kept>(
    call: &Call<'_>,
    caller: &Caller,
    retrieve: &RetrieveKeychains<R>,
) -> Result<Keychains, Refusal> {
    extensions::admit(caller.is_administrator(), WHAT)?;
    let state = call.store.read();
    let item = row::find::<R>(&state, caller, retrieve.id.as_str())?;
    let destination = site_of(&retrieve.destination)?;
    let connections = state.connections.within(item.id).map(|row| &row.shown);
    let with_credentials = connections.filter(|connection| connection.embed_password == Some(true));
    answer(
        with_credentials.map(|connection| Keychain::of(connection, destination)),
        item.owner,
    )
}

/// Gives the connections of an item the credentials of those to the same servers; keychains for other servers are left (inferred).
pub(crate) fn apply<R: HasKeychains + Kept>(
    call: &Call<'_>,
    caller: &Caller,
    apply: &ApplyKeychains<R>,
) -> Result<(), Refusal> {
    extensions::admit(caller.is_administrator(), WHAT)?;
    let mapping = apply.keychains.associated_user_luid_mapping.iter();
    let pairs = mapping.flat_map(|mapping| &mapping.user_luid_pair);
    call.store.write(|transaction| {
        let item = row::find::<R>(transaction, caller, apply.id.as_str())?.id;
        let keychains = read_all(&apply.keychains.encrypted_keychain_list, caller.site.id)?;
        for pair in pairs {
            row::find::<User>(transaction, caller, pair.destination_site_user_luid.as_str())?;
        }
        let connections: Vec<_> = transaction.connections.within(item).cloned().collect();
        for mut connection in connections {
            if let Some(keychain) = keychains
                .iter()
                .find(|keychain| keychain.is_of(&connection.shown))
            {
                connection.shown.user_name.clone_from(&keychain.user_name);
                connection.shown.embed_password = Some(true);
                transaction.put(connection)?;
            }
        }
        Ok(())
    })
}

/// The credentials that a user has saved: those that were uploaded, as nothing else saves any here.
pub(crate) fn retrieve_saved(
    call: &Call<'_>,
    caller: &Caller,
    retrieve: &RetrieveSavedCredentials,
) -> Result<Keychains, Refusal> {
    extensions::admit(caller.is_administrator(), WHAT)?;
    let state = call.store.read();
    let user = row::find::<User>(&state, caller, retrieve.id.as_str())?.id;
    let destination = site_of(&retrieve.destination)?;
    let saved = state.saved_credentials.within(user).next();
    let keychains = saved.map(|saved| read_all(&saved.keychains, caller.site.id));
    let keychains = keychains.transpose()?.unwrap_or_default().into_iter();
    let moved = keychains.map(|keychain| Keychain {
        destination,
        ..keychain
    });
    answer(moved, Some(user))
}

/// Saves credentials for a user, in place of those that were saved.
pub(crate) fn upload_saved(
    call: &Call<'_>,
    caller: &Caller,
    upload: &UploadSavedCredentials,
) -> Result<(), Refusal> {
    extensions::admit(caller.is_administrator(), WHAT)?;
    let keychains = &upload.credentials.encrypted_keychain_list;
    call.store.write(|transaction| {
        let user = row::find::<User>(transaction, caller, upload.id.as_str())?.id;
        read_all(keychains, caller.site.id)?;
        transaction.put(SavedCredentials {
            id: luid::<SavedCredentials>(&[&user.to_string()]),
            site: caller.site.id,
            user,
            keychains: keychains.clone(),
        })
    })
}
