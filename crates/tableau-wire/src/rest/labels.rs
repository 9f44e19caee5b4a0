//! Labels of data: certifications, data quality warnings, sensitivity, and what a site adds; their values and the categories of these.

use super::{Site, User};
use crate::endpoint::calls;
use crate::value::{Id, Items, Shared, Timestamp};
use crate::{document, element, endpoint};

/// A label on an item (schema: `labelType`).
#[element("label", list = "labelList")]
pub struct Label {
    pub id: Id<Label>,
    /// The name of the user who set it.
    pub user_display_name: Option<String>,
    /// The item.
    pub content_id: Option<String>,
    /// The kind of the item: `datasource`, ….
    pub content_type: Option<String>,
    /// The message.
    pub message: Option<String>,
    /// The value: `Certified`, `Deprecated`, ….
    pub value: Option<String>,
    /// The category of the value: `Certification`, `DataQualityWarning`, `Sensitivity`, ….
    pub category: Option<String>,
    /// Whether it is shown.
    pub active: Option<bool>,
    /// Whether it is shown wherever the data is used.
    pub elevated: Option<bool>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    /// The site it is on.
    pub site: Option<Shared<Site>>,
    /// Who set it.
    pub owner: Option<Shared<User>>,
}

/// What a label is set to; what is not given stays, or has its default.
#[element("label", new)]
pub struct LabelChange {
    /// The value, which the site has.
    pub value: Option<String>,
    /// The message.
    pub message: Option<String>,
    /// Whether it is shown: yes by default.
    pub active: Option<bool>,
    /// Whether it is shown wherever the data is used: by default as its value says.
    pub elevated: Option<bool>,
}

/// An item that has labels.
#[element("content", list = "contentList", new)]
pub struct LabeledItem {
    /// The item.
    pub id: String,
    /// Its kind: `column`, `database`, `datasource`, `flow`, `table`, `virtualconnection`, `virtualconnectiontable`.
    pub content_type: String,
}

/// The items whose labels are asked for.
#[document(new)]
pub struct LabeledItems {
    /// The items.
    pub content_list: Items<LabeledItem>,
}

/// A label, and the items that it is put on.
#[document(new)]
pub struct LabelsUpdate {
    /// The items.
    pub content_list: Items<LabeledItem>,
    /// The label.
    pub label: LabelChange,
}

/// A value that labels may have (schema: `labelValueType`).
#[element("labelValue", list = "labelValueList", new)]
pub struct LabelValue {
    pub name: String,
    /// The category.
    pub category: Option<String>,
    /// What it means.
    pub description: Option<String>,
    /// Whether labels of this value are shown wherever the data is used, if they do not say otherwise.
    pub elevated_default: Option<bool>,
    /// Whether Tableau has it on every site.
    pub built_in: Option<bool>,
    /// Whether only Tableau itself sets it.
    pub internal: Option<bool>,
    /// The site that has it.
    pub site: Option<Shared<Site>>,
}

/// A category of values of labels (schema: `labelCategoryType`).
#[element("labelCategory", list = "labelCategoryList", new)]
pub struct LabelCategory {
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
}

/// Lists the labels of items.
#[endpoint(
    POST,
    "labels",
    since = "3.20",
    retry = idempotent,
    jwt = "tableau:labels:read",
    status = 200,
    reply = Items<Label>
)]
pub struct ListForItems {
    /// Only labels of these categories, separated by commas.
    pub categories: Option<String>,
    /// The items.
    #[body]
    pub items: LabeledItems,
}

/// Puts a label on items; a label of the same value that they have is changed.
#[endpoint(PUT, "labels", since = "3.20", jwt = "tableau:labels:update", reply = Items<Label>)]
pub struct UpdateForItems {
    /// The items, and the label.
    #[body]
    pub update: LabelsUpdate,
}

/// Deletes the labels of items.
#[endpoint(DELETE, "labels", since = "3.20", jwt = "tableau:labels:delete")]
pub struct DeleteForItems {
    /// Only labels of these categories, separated by commas.
    pub categories: Option<String>,
    /// The items.
    #[body]
    pub items: LabeledItems,
}

/// Gets a label.
#[endpoint(GET, "labels/{id}", since = "3.20", jwt = "tableau:labels:read", reply = Label)]
pub struct GetLabel {
    /// The label.
    pub id: Id<Label>,
}

/// Changes a label; what is not given stays.
#[endpoint(PUT, "labels/{id}", since = "3.20", jwt = "tableau:labels:update", reply = Label)]
pub struct UpdateLabel {
    /// The label.
    pub id: Id<Label>,
    /// What changes.
    #[body]
    pub label: LabelChange,
}

/// Deletes a label.
#[endpoint(DELETE, "labels/{id}", since = "3.20", jwt = "tableau:labels:delete")]
pub struct DeleteLabel {
    /// The label.
    pub id: Id<Label>,
}

// Tableau's page names the methods of values and of categories; that their addresses are built as that of labels is inferred.

/// Lists the values that labels may have.
#[endpoint(
    GET,
    "labelValues",
    since = "3.21",
    jwt = "tableau:label_values:read",
    reply = Items<LabelValue>
)]
pub struct ListValues;

/// Gets a value that labels may have.
#[endpoint(GET, "labelValues/{name}", since = "3.21", jwt = "tableau:label_values:read", reply = LabelValue)]
pub struct GetValue {
    /// The value.
    pub name: String,
}

/// Adds a value that labels may have, or changes it; for administrators.
#[endpoint(PUT, "labelValues", since = "3.21", jwt = "tableau:label_values:update", reply = LabelValue)]
pub struct SetValue {
    /// The value.
    #[body]
    pub value: LabelValue,
}

/// Deletes a value that labels may have, with the labels that have it; for administrators.
#[endpoint(
    DELETE,
    "labelValues/{name}",
    since = "3.21",
    jwt = "tableau:label_values:delete"
)]
pub struct DeleteValue {
    /// The value.
    pub name: String,
}

/// Lists the categories of values.
#[endpoint(
    GET,
    "labelCategories",
    since = "3.23",
    jwt = "tableau:label_categories:read",
    reply = Items<LabelCategory>
)]
pub struct ListCategories;

/// Adds a category of values, or changes it; for administrators.
#[endpoint(
    PUT,
    "labelCategories",
    since = "3.23",
    jwt = "tableau:label_categories:update",
    reply = LabelCategory
)]
pub struct SetCategory {
    /// The category.
    #[body]
    pub category: LabelCategory,
}

/// Deletes a category of values, which has none left; for administrators.
#[endpoint(
    DELETE,
    "labelCategories/{name}",
    since = "3.23",
    jwt = "tableau:label_categories:delete"
)]
pub struct DeleteCategory {
    /// The category.
    pub name: String,
}

calls!(
    ;
    ListForItems,
    UpdateForItems,
    DeleteForItems,
    GetLabel,
    UpdateLabel,
    DeleteLabel,
    ListValues,
    GetValue,
    SetValue,
    DeleteValue,
    ListCategories,
    SetCategory,
    DeleteCategory
);
