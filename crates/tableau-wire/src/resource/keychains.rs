//! Keychains: the credentials that content has for databases, taken from one site to another. A facet of content.
//!
//! The source encrypts them for the destination alone. Tableau's migration SDK moves them so.

use super::{Resource, Verb};
use crate::rest::User;
use crate::value::{Id, Secret, Text};
use crate::{document, endpoint, part};

/// A resource whose items have credentials that can be taken to another site.
pub trait HasKeychains: Resource {
    /// The facts about taking them out.
    const RETRIEVE_KEYCHAINS: Verb;
    /// The facts about putting them in.
    const APPLY_KEYCHAINS: Verb;
}

/// Takes out the credentials of an item, encrypted for a site; for administrators.
///
/// It is refused with 403157 on a server that does not let credentials go.
#[endpoint(POST, "{R}/{id}/retrievekeychain", facts = R::RETRIEVE_KEYCHAINS, reply = Keychains)]
pub struct RetrieveKeychains<R: HasKeychains> {
    /// The item.
    pub id: Id<R::One>,
    /// The site that they are encrypted for.
    #[body]
    pub destination: KeychainDestination,
}

/// Puts credentials into an item, as another site gave them for this one; for administrators.
#[endpoint(PUT, "{R}/{id}/applykeychain", facts = R::APPLY_KEYCHAINS)]
pub struct ApplyKeychains<R: HasKeychains> {
    /// The item.
    pub id: Id<R::One>,
    /// The credentials, and the users.
    #[body]
    pub keychains: AppliedKeychains,
}

/// The site that credentials are taken to.
#[document(new, strict)]
pub struct KeychainDestination {
    /// The name of the site in addresses; empty for the default site.
    pub destination_site_url_namespace: Text<String>,
    /// The site.
    pub destination_site_luid: Text<String>,
    /// The address of its server.
    pub destination_server_url: Text<String>,
}

/// Credentials that were taken out.
#[document]
pub struct Keychains {
    /// The users whose credentials are among them.
    pub associated_user_luid_list: Option<KeychainUsers>,
    /// The credentials.
    pub encrypted_keychain_list: EncryptedKeychains,
}

/// Users by identifier (schema: `associatedUserLuidListType`).
#[part]
pub struct KeychainUsers {
    /// The users.
    pub associated_user_luid: Vec<Text<Id<User>>>,
}

/// Credentials, each encrypted for one site (schema: `encryptedKeychainListType`).
#[part(new)]
pub struct EncryptedKeychains {
    /// The credentials.
    pub encrypted_keychain: Vec<Text<Secret>>,
}

/// Credentials that are put into an item.
#[document(new)]
pub struct AppliedKeychains {
    /// The credentials.
    pub encrypted_keychain_list: EncryptedKeychains,
    /// Which users of the source are which users here.
    pub associated_user_luid_mapping: Option<KeychainUserMapping>,
}

/// Which users of one site are which users of another (schema: `associatedUserLuidMappingType`).
#[part(new)]
pub struct KeychainUserMapping {
    /// The users, in pairs.
    pub user_luid_pair: Vec<KeychainUserPair>,
}

/// A user of one site, and the same person on another.
#[part(new)]
pub struct KeychainUserPair {
    /// The user of the source.
    pub source_site_user_luid: Id<User>,
    /// The user of the destination.
    pub destination_site_user_luid: Id<User>,
}
