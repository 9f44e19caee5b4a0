//! Favorites: what users want to find again.

use super::{Datasource, Flow, Project, User, View, Workbook};
use crate::endpoint::calls;
use crate::page::Page;
use crate::value::{Id, Items, Shared, Timestamp, open_enum};
use crate::{Resource, element, endpoint, part};

/// A favorite of a user (schema: `favoriteType`): one of the items is named.
#[element("favorite")]
pub struct Favorite {
    /// The label that the user has given it.
    pub label: Option<String>,
    /// When it was added.
    pub added_at: Option<Timestamp>,
    /// The project that the item is in.
    pub parent_project_name: Option<String>,
    /// Its position in the list.
    pub position: Option<u64>,
    /// Who owns the item.
    pub target_owner_name: Option<String>,
    /// The collection, if it is one.
    pub collection: Option<FavoriteCollection>,
    /// The data source, if it is one.
    pub datasource: Option<Shared<Datasource>>,
    /// The flow, if it is one.
    pub flow: Option<Shared<Flow>>,
    /// The metric, if it is one.
    pub metric: Option<FavoriteItem>,
    /// The project, if it is one.
    pub project: Option<Shared<Project>>,
    /// The view, if it is one.
    pub view: Option<Shared<View>>,
    /// The workbook, if it is one.
    pub workbook: Option<Shared<Workbook>>,
}

/// An item of a kind that has no type of its own here.
#[part]
pub struct FavoriteItem {
    pub id: Id<FavoriteItem>,
    pub name: String,
}

/// A collection of items (schema: `collectionType`).
#[part]
pub struct FavoriteCollection {
    pub id: Id<FavoriteCollection>,
    pub name: String,
    /// What its owner says about it.
    pub description: Option<String>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    /// How many items it has.
    pub total_item_count: Option<u64>,
    /// How many of them the user may see.
    pub permissioned_item_count: Option<u64>,
    /// Who sees it: `Private` or `Public`.
    pub visibility: Option<String>,
    pub owner: Option<Shared<User>>,
}

/// A favorite to add: a label, and one item.
#[element("favorite", new)]
pub struct NewFavorite {
    /// The label.
    pub label: String,
    /// The collection, if it is one.
    pub collection: Option<FavoriteId>,
    /// The data source, if it is one.
    pub datasource: Option<FavoriteId>,
    /// The flow, if it is one.
    pub flow: Option<FavoriteId>,
    /// The metric, if it is one.
    pub metric: Option<FavoriteId>,
    /// The project, if it is one.
    pub project: Option<FavoriteId>,
    /// The view, if it is one.
    pub view: Option<FavoriteId>,
    /// The workbook, if it is one.
    pub workbook: Option<FavoriteId>,
}

impl NewFavorite {
    /// An item with a label.
    pub fn item(label: impl Into<String>, kind: &FavoriteKind, id: impl Into<String>) -> Self {
        let item = Some(FavoriteId { id: id.into() });
        Self::new(label).with(|favorite| match kind {
            FavoriteKind::Collections => favorite.collection = item,
            FavoriteKind::Datasources => favorite.datasource = item,
            FavoriteKind::Flows => favorite.flow = item,
            FavoriteKind::Metrics => favorite.metric = item,
            FavoriteKind::Projects => favorite.project = item,
            FavoriteKind::Views => favorite.view = item,
            FavoriteKind::Workbooks => favorite.workbook = item,
            // The server says that the item is missing.
            FavoriteKind::Other(_) => {}
        })
    }
}

/// An item by identifier.
#[part(exhaustive)]
pub struct FavoriteId {
    pub id: String,
}

open_enum! {
    /// The kind of an item, as it stands in addresses.
    FavoriteKind {
        /// Collections.
        Collections = "collections",
        /// Data sources.
        Datasources = "datasources",
        /// Flows.
        Flows = "flows",
        /// Metrics.
        Metrics = "metrics",
        /// Projects.
        Projects = "projects",
        /// Views.
        Views = "views",
        /// Workbooks.
        Workbooks = "workbooks",
    }
}

/// A resource whose items can be favorites.
pub trait CanBeFavorite: Resource {
    /// Its kind in addresses.
    const KIND: FavoriteKind;
}

macro_rules! can_be_favorites {
    ($($resource:ident: $kind:ident),*) => {$(
        impl CanBeFavorite for $resource {
            const KIND: FavoriteKind = FavoriteKind::$kind;
        }
    )*};
}

can_be_favorites!(Datasource: Datasources, Flow: Flows, Project: Projects, View: Views, Workbook: Workbooks);

/// Lists the favorites of a user.
// Tableau's list of scopes has none for reading favorites.
#[endpoint(GET, "favorites/{user_id}", since = "2.5", reply = Page<Favorite>)]
pub struct ListFavorites {
    /// The user.
    pub user_id: Id<User>,
    /// The page, from 1; the first if not given.
    pub page_number: Option<u64>,
    /// The greatest number of favorites on a page, from 1 to 1000; 100 if not given.
    pub page_size: Option<u64>,
}

/// Adds a favorite of a user.
#[endpoint(PUT, "favorites/{user_id}", since = "2.0", jwt = "tableau:favorites:update", reply = Items<Favorite>)]
pub struct AddFavorite {
    /// The user.
    pub user_id: Id<User>,
    /// The favorite.
    #[body]
    pub favorite: NewFavorite,
}

/// Deletes a favorite of a user; the item itself stays.
#[endpoint(
    DELETE,
    "favorites/{user_id}/{content_type}/{content_id}",
    since = "2.0",
    jwt = "tableau:favorites:delete"
)]
pub struct DeleteFavorite {
    /// The user.
    pub user_id: Id<User>,
    /// The kind of the item.
    pub content_type: FavoriteKind,
    /// The item.
    pub content_id: String,
}

/// Moves favorites of a user behind others.
// The content of the answer is not known; nothing in it is needed.
#[endpoint(
    PUT,
    "orderFavorites/{user_id}",
    since = "3.8",
    jwt = "tableau:favorites:update",
    status = 200
)]
pub struct OrderFavorites {
    /// The user.
    pub user_id: Id<User>,
    /// What moves where.
    #[body]
    pub orderings: Items<FavoriteOrdering>,
}

/// A favorite, and the one it comes after (schema: `favoriteOrderingType`).
#[element("favoriteOrdering", exhaustive)]
pub struct FavoriteOrdering {
    /// The item that moves.
    pub favorite_id: String,
    /// Its kind: `workbook`, ….
    pub favorite_type: String,
    /// The item after which it comes.
    pub favorite_id_move_after: String,
    /// The kind of that one.
    pub favorite_type_move_after: String,
}

calls!(; ListFavorites, AddFavorite, DeleteFavorite, OrderFavorites);
