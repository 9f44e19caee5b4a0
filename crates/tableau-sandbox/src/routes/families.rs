//! The calls that many resources have, by what they have in common.

use tableau_wire::resource::{
    self, AddDefaultPermissions, AddPermissions, DeleteDefaultPermission, DeletePermission, DownloadOptions,
    GetDefaultPermissions, GetPermissions, HasBulkConnections, HasConnections, HasContent, HasKeychains,
    HasRevisionFiles,
};
use tableau_wire::{Create, Created, Delete, Deleted, Fetched, Get, Listed, Update, Updated};

use super::{Route, download, list, on};
use crate::handle;
use crate::handle::connections::Connected;
use crate::handle::content::Downloaded;
use crate::handle::default_permissions::Giving;
use crate::handle::extracts::Extractable;
use crate::handle::permissions::Permitted;
use crate::handle::tags::Tagged;
use crate::kept::{Kept, verbs};

/// The permissions that a container gives to what is inside.
pub(super) fn default_permissions<R: Giving>() -> [Route; 3] {
    [
        on::<GetDefaultPermissions<R>>(handle::default_permissions::get),
        on::<AddDefaultPermissions<R>>(handle::default_permissions::add),
        on::<DeleteDefaultPermission<R>>(handle::default_permissions::delete),
    ]
}

/// A resource that can be listed and fetched.
pub(super) fn read<R: Kept<One = R> + Listed + Fetched<Answer = R>>() -> [Route; 2] {
    [list::<R>(), on::<Get<R>>(verbs::get)]
}

/// What is made in another way than others.
pub(super) fn change<R>() -> [Route; 4]
where
    R: Kept<One = R> + Listed + Fetched<Answer = R> + Updated<Answer = R> + Deleted,
{
    [
        list::<R>(),
        on::<Get<R>>(verbs::get),
        on::<Update<R>>(verbs::update),
        on::<Delete<R>>(verbs::delete),
    ]
}

/// A resource with all five verbs.
pub(super) fn crud<R>() -> [Route; 5]
where
    R: Kept<One = R> + Listed + Fetched<Answer = R> + Created<Answer = R> + Updated<Answer = R> + Deleted,
{
    [
        list::<R>(),
        on::<Get<R>>(verbs::get),
        on::<Create<R>>(verbs::create),
        on::<Update<R>>(verbs::update),
        on::<Delete<R>>(verbs::delete),
    ]
}

/// The permissions of a kind of content.
pub(super) fn permissions<R: Permitted>() -> [Route; 3] {
    [
        on::<GetPermissions<R>>(handle::permissions::get),
        on::<AddPermissions<R>>(handle::permissions::add),
        on::<DeletePermission<R>>(handle::permissions::delete),
    ]
}

/// The connections of a kind of content.
pub(super) fn connections<R: HasConnections + Connected>() -> [Route; 2] {
    [
        on::<resource::ListConnections<R>>(handle::connections::list),
        on::<resource::UpdateConnection<R>>(handle::connections::update),
    ]
}

/// The change of several connections at once.
pub(super) fn bulk_connections<R: HasBulkConnections + Connected>() -> [Route; 1] {
    [on::<resource::UpdateConnections<R>>(
        handle::connections::update_all,
    )]
}

/// The files of a kind of content, with their revisions.
pub(super) fn files<R: Downloaded + HasContent<Options = DownloadOptions> + HasRevisionFiles>() -> [Route; 4]
{
    [
        download::<resource::Download<R>>(handle::content::download),
        on::<resource::ListRevisions<R>>(handle::revisions::list),
        download::<resource::DownloadRevision<R>>(handle::content::download_revision),
        on::<resource::DeleteRevision<R>>(handle::revisions::delete),
    ]
}

/// The extracts of a kind of content.
pub(super) fn extracts<R: Extractable>() -> [Route; 3] {
    [
        on::<resource::CreateExtracts<R>>(handle::extracts::create),
        on::<resource::Refresh<R>>(handle::extracts::refresh),
        on::<resource::DeleteExtracts<R>>(handle::extracts::delete),
    ]
}

/// The credentials of a kind of content, which can be taken to another site.
pub(super) fn keychains<R: HasKeychains + Kept>() -> [Route; 2] {
    [
        on::<resource::RetrieveKeychains<R>>(handle::keychains::retrieve),
        on::<resource::ApplyKeychains<R>>(handle::keychains::apply),
    ]
}

/// The tags of a kind of content.
pub(super) fn tags<R: Tagged>() -> [Route; 2] {
    [
        on::<resource::AddTags<R>>(handle::tags::add),
        on::<resource::DeleteTag<R>>(handle::tags::delete),
    ]
}
