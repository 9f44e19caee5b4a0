//! Custom views: views as users have set them, with their filters and selections.

use super::auth::UserId;
use super::publishing::NewCustomView;
use super::users::ListedUser;
use super::{FileUpload, User, View, Workbook};
use crate::body::Multipart;
use crate::endpoint::{Content, calls};
use crate::value::{Id, Items, Shared, Timestamp};
use crate::{ApiError, Page, element, endpoint, resource};

/// A custom view (schema: `customViewType`).
#[resource(
    "customviews",
    element = "customView",
    collection = "customViews",
    noun = "custom view",
    since = "3.18",
    // The code is inferred: none is documented for custom views.
    missing = "404011",
    // Tableau's list of scopes names none for custom views; these are inferred from those of views.
    jwt = "tableau:content:read",
    jwt_writes = "views",
    filter(viewId: eq, workbookId: eq, ownerId: eq),
    list,
    get,
    update(CustomViewPatch { name, shared, owner: UserId }),
    delete(since = "3.19"),
    image,
    pdf(since = "3.23"),
    data(since = "3.23")
)]
pub struct CustomView {
    pub id: Id<CustomView>,
    pub name: String,
    /// The name in addresses.
    pub content_url: Option<String>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    /// When it was last looked at.
    pub last_accessed_at: Option<Timestamp>,
    /// Whether others see it too.
    pub shared: Option<bool>,
    /// `view`, `dashboard` or `story`; some servers say so.
    pub sheet_type: Option<String>,
    /// The view that it customizes.
    pub view: Option<Shared<View>>,
    /// The workbook of that view.
    pub workbook: Option<Shared<Workbook>>,
    pub owner: Option<Shared<User>>,
}

/// Downloads a custom view as JSON, which another workbook of the same views can be given.
#[endpoint(
    GET,
    "customviews/{id}/content",
    since = "3.21",
    root = experimental,
    jwt = "tableau:views:download",
    reply = Content
)]
pub struct Download {
    /// The custom view.
    pub id: Id<CustomView>,
}

/// Publishes a custom view, as it was downloaded, for a workbook.
#[derive(Default)]
#[endpoint(
    POST,
    "customviews",
    since = "3.21",
    root = experimental,
    retry = never,
    slow,
    status = 201,
    reply = CustomView
)]
pub struct Publish {
    /// The upload that holds the file.
    pub upload_session_id: Option<Id<FileUpload>>,
    /// The custom view's document, and its file.
    #[body]
    pub body: Multipart<NewCustomView>,
}

/// Lists the users who see a custom view by default.
#[endpoint(GET, "customviews/{id}/default/users", since = "3.21", jwt = "tableau:content:read", reply = Page<User>)]
pub struct ListDefaultUsers {
    /// The custom view.
    pub id: Id<CustomView>,
    /// The page, from 1.
    pub page_number: Option<u64>,
    /// How many users a page has.
    pub page_size: Option<u64>,
}

/// Shows a custom view to users by default.
#[endpoint(
    POST,
    "customviews/{id}/default/users",
    since = "3.21",
    retry = idempotent,
    jwt = "tableau:views:update",
    reply = Items<DefaultViewResult>
)]
pub struct SetDefaultUsers {
    /// The custom view.
    pub id: Id<CustomView>,
    /// The users.
    #[body]
    pub users: Items<ListedUser>,
}

/// Whether a user sees a custom view by default now (schema: `customViewAsUserDefaultViewResultType`).
#[element("customViewAsUserDefaultViewResult", list = "customViewAsUserDefaultResults")]
pub struct DefaultViewResult {
    /// Whether it was set.
    pub success: Option<bool>,
    /// Why it was not.
    pub error: Option<ApiError>,
    /// The user.
    pub user: Option<Shared<User>>,
}

calls!(CustomView; Download, Publish, ListDefaultUsers, SetDefaultUsers);
